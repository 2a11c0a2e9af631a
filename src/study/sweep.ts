import type { Row } from '../scenario/run.ts';
import { ScenarioError } from '../world/error.ts';
import type { BatchResult } from './batch.ts';
import { batchMilliseconds, Costs } from './costs.ts';
import { type Executor, executor } from './executor.ts';
import { InOrder } from './in-order.ts';
import type { Plan } from './source.ts';

export interface SweepOptions {
  readonly plan: Plan;
  /** Worker threads; 1 runs in this thread. Rows and their order are the same for any number. */
  readonly jobs: number;
  /** Threads that are there already, for one sweep after another; they are left open. */
  readonly pool?: Executor;
  /** The runs to look at, by index: from `first` on, before `end`; all, when left out. */
  readonly first?: number;
  readonly end?: number;
  /** Whether a run of these need not be done: it was, or is not wanted. */
  readonly isDone?: (index: number) => boolean;
  /** Takes rows as they become final, in the order of the runs: as stored text, and read. */
  readonly take: (lines: string, rows: readonly Row[]) => void;
  /** Told how many runs this sweep has done. */
  readonly onProgress?: ((executed: number) => void) | undefined;
  /** Asks the sweep to stop: what is under way is given a moment, then given up. */
  readonly signal?: AbortSignal | undefined;
  /** Stops after so many runs. */
  readonly maxRuns?: number | undefined;
  /** Stops after so many milliseconds of wall time. */
  readonly timeLimit?: number | undefined;
}

export interface SweepEnd {
  /** Runs done by this sweep. */
  readonly executed: number;
  /** complete: no run is left · interrupted: the signal asked for it · limited: a limit was met. */
  readonly status: 'complete' | 'interrupted' | 'limited';
}

const mostRunsInBatch = 2000;
/** Batches that may be ahead of the one that is due, per place in the pool: bounds what is held back. */
const mostAhead = 64;
/** How long a stop waits for what is under way, in milliseconds. */
const grace = 1000;

/**
 * Does every run of a plan that is not done yet. Batches end in any order; their rows are held back until all earlier ones
 * are in, so that what `take` sees does not depend on the number of threads. Throws a ScenarioError where a run shows that
 * the scenario cannot be run; what was done until then has been taken.
 */
export async function sweep(options: SweepOptions): Promise<SweepEnd> {
  const { plan, signal, first = 0, end = plan.runs.count, isDone = () => false } = options;
  let left = 0;
  for (let index = first; index < end; index++) if (!isDone(index)) left++;
  const wanted = Math.min(left, options.maxRuns ?? left);
  if (wanted === 0) return { executed: 0, status: left === 0 ? 'complete' : 'limited' };

  const costs = new Costs(plan.scenario.points.length);
  const batches = batchesOf({ plan, costs, first, isDone, wanted });
  const until = performance.now() + (options.timeLimit ?? Number.POSITIVE_INFINITY);
  const pool = options.pool ?? executor(plan, Math.min(options.jobs, wanted));
  let executed = 0;
  try {
    for await (const result of resultsOf({ pool, batches, costs, plan, signal, until })) {
      const rows = rowsOf(result.lines);
      options.take(result.lines, rows);
      executed += rows.length;
      options.onProgress?.(executed);
      if (result.refused) throw new ScenarioError(result.refused);
    }
  } finally {
    if (options.pool === undefined) await pool.close();
  }
  if (executed === left) return { executed, status: 'complete' };
  return { executed, status: signal?.aborted ? 'interrupted' : 'limited' };
}

/** The next runs to do, as many as fill a batch at what they are known to take. Read lazily, so that it can learn. */
function* batchesOf(of: {
  plan: Plan;
  costs: Costs;
  first: number;
  isDone: (index: number) => boolean;
  wanted: number;
}): Generator<number[], undefined> {
  const points = of.plan.scenario.points.length;
  let handedOut = 0;
  let indexes: number[] = [];
  let cost = 0;
  for (let index = of.first; handedOut < of.wanted; index++) {
    if (of.isDone(index)) continue;
    indexes.push(index);
    handedOut++;
    cost += of.costs.of(index % points);
    if (cost < batchMilliseconds && indexes.length < mostRunsInBatch && handedOut < of.wanted) continue;
    yield indexes;
    indexes = [];
    cost = 0;
  }
}

/** Keeps the pool busy and yields results in order, until all is done or time is up, and then what still comes. */
async function* resultsOf(of: {
  pool: Executor;
  batches: Generator<number[], undefined>;
  costs: Costs;
  plan: Plan;
  signal: AbortSignal | undefined;
  until: number;
}): AsyncGenerator<BatchResult> {
  const { pool, batches, costs, signal } = of;
  const points = of.plan.scenario.points.length;
  const results = new InOrder<BatchResult>();
  let launched = 0;
  let underWay = 0;
  const faults: unknown[] = [];
  let wakeUp = () => {};
  const launch = async (indexes: readonly number[], serial: number): Promise<void> => {
    try {
      const result = await pool.run({ indexes });
      result.milliseconds.forEach((took, i) => {
        costs.learn((indexes[i] as number) % points, took);
      });
      results.put(serial, result);
    } catch (error) {
      faults.push(error);
    }
    underWay--;
    wakeUp();
  };
  const news = (timeout?: number) =>
    new Promise<void>((resolve) => {
      const timer = timeout === undefined ? undefined : setTimeout(resolve, timeout);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const hear = () => wakeUp();
  signal?.addEventListener('abort', hear);
  try {
    while (!signal?.aborted && performance.now() < of.until && faults.length === 0) {
      while (underWay < pool.capacity && launched - results.due < mostAhead * pool.capacity) {
        const next = batches.next();
        if (next.value === undefined) break;
        underWay++;
        void launch(next.value, launched++);
      }
      if (underWay === 0) break;
      await news();
      yield* results.drain();
    }
    if (signal?.aborted) pool.stop?.();
    for (const patience = performance.now() + grace; underWay > 0 && performance.now() < patience; ) {
      await news(patience - performance.now());
      yield* results.drain();
    }
    if (underWay > 0 && pool.stop !== undefined) {
      pool.stop();
      await news(grace);
      yield* results.drain();
    }
  } finally {
    signal?.removeEventListener('abort', hear);
  }
  if (faults.length > 0) throw faults[0];
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
