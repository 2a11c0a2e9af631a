import type { Row } from '../scenario/run.ts';
import type { AnswerTally } from './answer-tally.ts';
import { type Executor, executor } from './executor.ts';
import { Blocks } from './precision.ts';
import type { Plan } from './source.ts';
import { openStore, type Store } from './store.ts';
import { Summary } from './summary.ts';
import { type SweepEnd, sweep } from './sweep.ts';

export interface StudyOptions {
  readonly plan: Plan;
  /** Worker threads; 1 runs in this thread. Rows and their order are the same for any number. */
  readonly jobs: number;
  /** Where batches are done, in the place of threads of its own; it is left open. */
  readonly pool?: Executor | undefined;
  /** Where rows are stored, and found again; left out, they are not stored. */
  readonly folder?: string | undefined;
  /** Called once nothing stands in the way, with how many rows are stored already. */
  readonly onStart?: (stored: number) => void;
  /** Hands every row over, stored ones included, in order. */
  readonly visit?: (row: Row) => void;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Asks the study to stop: what is under way is given a moment, then given up. */
  readonly signal?: AbortSignal | undefined;
  /** Kept of all answers of models, to say how many there were none of. */
  readonly tally?: AnswerTally | undefined;
  /** Stops after so many runs. */
  readonly maxRuns?: number | undefined;
  /** Stops after so many milliseconds of wall time. */
  readonly timeLimit?: number | undefined;
}

export interface Progress {
  /** Runs done, earlier ones included. */
  readonly done: number;
  /** Runs there will be; at most so many, where points stop when they are known well enough. */
  readonly total: number;
  /** Whether points may stop before the total. */
  readonly isAtMost?: boolean;
  /** Runs done by this study. */
  readonly executed: number;
}

export interface Study extends SweepEnd {
  readonly summary: Summary;
  /** Runs that are left; at most so many, where points stop when they are known well enough. */
  readonly left: number;
}

/** Sweeps what a store does not hold yet, and sums up all of it. Throws ScenarioErrors of the store and the sweep. */
export async function study(options: StudyOptions): Promise<Study> {
  const store = options.folder === undefined ? undefined : openStore(options.folder, options.plan);
  try {
    options.onStart?.(store?.stored ?? 0);
    return await inBlocks(options, store);
  } finally {
    store?.close();
  }
}

/** Block of replications after block, each with the points that are not known well enough by the rows of those before. */
async function inBlocks(options: StudyOptions, store: Store | undefined): Promise<Study> {
  const { plan } = options;
  const { scenario } = plan;
  const { replications } = scenario;
  const points = scenario.points.length;
  const summary = new Summary(scenario);
  const blocks = new Blocks(scenario);
  const stored = storedByBlock(store, blocks, replications);
  const deadline = performance.now() + (options.timeLimit ?? Number.POSITIVE_INFINITY);
  const isStored = store?.isDone ?? (() => false);
  const pool = options.pool ?? executor(plan, Math.min(options.jobs, plan.runs.count), options.tally);
  let executed = 0;
  let status: SweepEnd['status'] = 'complete';
  let total = plan.runs.count;
  const add = (row: Row): void => {
    summary.add(row);
    blocks.add(row);
    options.visit?.(row);
  };
  try {
    for (let block = 0; block < blocks.count && status === 'complete'; block++) {
      const first = blocks.start(block, replications);
      const end = blocks.start(block + 1, replications);
      total = summary.rows + blocks.points(block) * (replications - first);
      const isWanted = (index: number): boolean => blocks.includes(index % points, block);
      stored.visit(block, (row) => {
        if (isWanted(row.replication * points + row.point)) add(row);
      });
      const before = executed;
      const swept = await sweep({
        plan,
        jobs: options.jobs,
        pool,
        first: first * points,
        end: end * points,
        isDone: (index) => isStored(index) || !isWanted(index),
        take: (lines, rows) => {
          store?.append(lines, rows);
          rows.forEach(add);
        },
        onProgress: (now) =>
          options.onProgress?.({
            done: summary.rows,
            total,
            isAtMost: scenario.precision !== undefined,
            executed: before + now,
          }),
        signal: options.signal,
        maxRuns: options.maxRuns === undefined ? undefined : options.maxRuns - executed,
        timeLimit: deadline - performance.now(),
      });
      executed += swept.executed;
      status = swept.status;
      if (status !== 'complete') break;
      blocks.close(block);
      total = summary.rows + blocks.points(block + 1) * (replications - end);
    }
  } finally {
    if (options.pool === undefined) await pool.close();
  }
  return { executed, status, summary, left: total - summary.rows };
}

interface StoredRows {
  readonly visit: (block: number, see: (row: Row) => void) => void;
}

/** Stored rows, block by block. With one block they are read from the file as they are looked at, and not kept. */
function storedByBlock(store: Store | undefined, blocks: Blocks, replications: number): StoredRows {
  if (store === undefined) return { visit: () => {} };
  const isAskedFor = (row: Row): boolean => row.replication < replications;
  if (blocks.count === 1) {
    return { visit: (_, see) => store.replay((row) => void (isAskedFor(row) && see(row))) };
  }
  const kept: Row[][] = Array.from({ length: blocks.count }, () => []);
  store.replay((row) => {
    if (isAskedFor(row)) kept[blocks.of(row.replication)]?.push(row);
  });
  return { visit: (block, see) => kept[block]?.forEach(see) };
}

/** The folder of a study that was given none: by name and design, so that the same command finds it again. */
export function defaultFolder({ scenario: { name, design } }: Plan): string {
  return `results/${name.replace(/[^\w.-]+/g, '-')}-${design.slice(0, 8)}`;
}
