import type { Row } from '../scenario/run.ts';
import type { BatchResult } from './batch.ts';
import { executor } from './executor.ts';
import type { Plan } from './source.ts';

export interface SweepOptions {
  readonly plan: Plan;
  /** Worker threads; 1 runs in this thread. Rows and their order are the same for any number. */
  readonly jobs: number;
  /** Whether a run is done already, by its index; none is, when left out. */
  readonly isDone?: (index: number) => boolean;
  /** Takes rows as they become final, in the order of the runs: as stored text, and read. */
  readonly take: (lines: string, rows: readonly Row[]) => void;
  readonly onProgress?: (done: number, total: number) => void;
  /** Asks the sweep to stop: what is under way is given a moment, then given up. */
  readonly signal?: AbortSignal | undefined;
  /** Stops after so many runs, or so many milliseconds of wall time. */
  readonly maxRuns?: number | undefined;
  readonly timeLimit?: number | undefined;
}

export interface SweepEnd {
  /** Rows handed over by this call. */
  readonly executed: number;
  /** complete: no run is left · interrupted: the signal asked for it · limited: a limit was met. */
  readonly status: 'complete' | 'interrupted' | 'limited';
}

/** A batch should take about so long: hand-over is then below a thousandth of it, and a stop is heard soon. */
const batchMilliseconds = 60;
const mostRunsInBatch = 2000;
/** Finished batches that may wait for an earlier one, per place in the pool. */
const mostWaiting = 64;
/** How long a stop waits for what is under way. */
const graceMilliseconds = 1500;

/**
 * Does every run of a plan that is not done yet. Batches end in any order; their rows are held back until all earlier ones
 * are in, so that what `take` sees does not depend on the number of threads.
 */
export async function sweep(options: SweepOptions): Promise<SweepEnd> {
  const { plan, take, signal } = options;
  const { count } = plan.runs;
  const isDone = options.isDone ?? (() => false);
  let left = 0;
  for (let index = 0; index < count; index++) if (!isDone(index)) left++;
  const wanted = Math.min(left, options.maxRuns ?? left);
  const costs = new Costs(plan.scenario.points.length);
  const pool = executor(plan, Math.min(options.jobs, wanted));
  const deadline = performance.now() + (options.timeLimit ?? Number.POSITIVE_INFINITY);

  const finished = new Map<number, BatchResult>();
  let cursor = 0;
  let handedOut = 0;
  let launched = 0;
  let taken = 0;
  let executed = 0;
  let underWay = 0;
  let fault: unknown;
  let changed = () => {};

  const nextBatch = (): number[] => {
    const indexes: number[] = [];
    let cost = 0;
    while (cursor < count && handedOut < wanted && cost < batchMilliseconds && indexes.length < mostRunsInBatch) {
      if (!isDone(cursor)) {
        indexes.push(cursor);
        handedOut++;
        cost += costs.of(cursor);
      }
      cursor++;
    }
    return indexes;
  };
  const launch = (indexes: readonly number[]): void => {
    const serial = launched++;
    underWay++;
    pool
      .run({ indexes })
      .then((result) => {
        finished.set(serial, result);
        indexes.forEach((index, i) => {
          costs.learn(index, result.milliseconds[i] as number);
        });
      })
      .catch((reason: unknown) => {
        fault ??= reason;
      })
      .finally(() => {
        underWay--;
        changed();
      });
  };
  const takeFinished = (): void => {
    for (let result = finished.get(taken); result; result = finished.get(taken)) {
      finished.delete(taken++);
      const rows = rowsOf(result.lines);
      take(result.lines, rows);
      executed += rows.length;
    }
    options.onProgress?.(count - left + executed, count);
  };
  const stopping = (): boolean => signal?.aborted === true || performance.now() >= deadline;
  const hear = () => changed();
  signal?.addEventListener('abort', hear);

  try {
    while (!stopping() && fault === undefined) {
      while (underWay < pool.capacity && launched - taken < mostWaiting * pool.capacity) {
        const indexes = nextBatch();
        if (indexes.length === 0) break;
        launch(indexes);
      }
      if (underWay === 0) break;
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
      takeFinished();
    }
    const patience = performance.now() + graceMilliseconds;
    while (underWay > 0 && fault === undefined && performance.now() < patience) {
      await new Promise<void>((resolve) => {
        changed = resolve;
        setTimeout(resolve, 20);
      });
      takeFinished();
    }
  } finally {
    signal?.removeEventListener('abort', hear);
    await pool.close();
  }
  if (fault !== undefined) throw fault;
  if (executed === left) return { executed, status: 'complete' };
  return { executed, status: signal?.aborted ? 'interrupted' : 'limited' };
}

/** Reads rows back from the text in which they are stored. */
export function rowsOf(lines: string): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf('\n', from);
    rows.push(JSON.parse(lines.slice(from, end)) as Row);
    from = end + 1;
  }
  return rows;
}

/** What a run of each point takes, learnt as the sweep goes: points may differ a thousandfold. */
class Costs {
  private readonly byPoint: Float64Array;

  constructor(points: number) {
    this.byPoint = new Float64Array(points).fill(Number.NaN);
  }

  /** In milliseconds. A point not seen yet fills half a batch, so that the first batches are small. */
  of(index: number): number {
    const known = this.byPoint[index % this.byPoint.length] as number;
    return Number.isNaN(known) ? batchMilliseconds / 2 : known;
  }

  learn(index: number, milliseconds: number): void {
    const at = index % this.byPoint.length;
    const known = this.byPoint[at] as number;
    this.byPoint[at] = Number.isNaN(known) ? milliseconds : 0.7 * known + 0.3 * milliseconds;
  }
}
