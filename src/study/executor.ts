import { Piscina } from 'piscina';
import type { AnswerTally } from './answer-tally.ts';
import { type Batch, type BatchResult, driveBatch } from './batch.ts';
import { Models } from './models.ts';
import type { Plan } from './source.ts';
import type { WorkerTask } from './worker.ts';

/** Where batches are done: here, or on worker threads; here too where models are asked. */
export interface Executor {
  /** How many batches are worth handing over at once. */
  readonly capacity: number;
  readonly run: (batch: Batch) => Promise<BatchResult>;
  /** Ends the batch under way with the runs that it has done; left out where that cannot be asked for. */
  readonly stop?: () => void;
  /** Lets go of the threads; a batch that is still being done is given up. */
  readonly close: () => Promise<void>;
}

/** With one job the runs are done in this thread, where a debugger finds them. */
export function executor(plan: Plan, jobs: number, tally?: AnswerTally): Executor {
  const isAsking = plan.scenario.points.some(({ config }) => config.model !== undefined);
  if (isAsking) return inProcess(plan, new Models({ folder: plan.source.folder }), tally);
  return jobs <= 1 ? inProcess(plan) : onThreads(plan, jobs);
}

/** So many runs that wait for models are under way at once. */
export const runsAtOnce = 8;

/** In this thread. Runs that ask models spend their time waiting, so that several share one gate per server and one cassette. */
function inProcess(plan: Plan, models?: Models, tally?: AnswerTally): Executor {
  const stop = new AbortController();
  const underWay = new Set<Promise<BatchResult>>();
  const run = async (batch: Batch): Promise<BatchResult> => {
    // Gives way first, so that a signal to stop is heard between batches.
    await new Promise((resolve) => setImmediate(resolve));
    return driveBatch(plan, batch, { models, signal: stop.signal, tally });
  };
  return {
    capacity: models === undefined ? 1 : runsAtOnce,
    run: async (batch) => {
      const work = run(batch);
      underWay.add(work);
      return work.finally(() => underWay.delete(work));
    },
    // What a model is asked already is given its moment.
    ...(models === undefined ? { stop: () => stop.abort() } : {}),
    close: async () => {
      stop.abort();
      await Promise.allSettled(underWay);
      models?.close();
    },
  };
}

function onThreads(plan: Plan, jobs: number): Executor {
  const threads = threadsFor(jobs);
  return { ...threads.executor(plan), close: threads.close };
}

/** Threads that serve one plan after another, so that what they have compiled stays warm. */
export interface Threads {
  /** Its batches are done here, as they are where a plan is given no threads; closing it lets go of nothing. */
  readonly executor: (plan: Plan) => Executor;
  readonly close: () => Promise<void>;
}

export function threadsFor(jobs: number): Threads {
  const pool = new Piscina<WorkerTask, BatchResult>({
    filename: new URL('./worker.js', import.meta.url).href,
    name: 'work',
    minThreads: jobs,
    maxThreads: jobs,
  });
  return {
    executor: (plan) => ({
      // One under way and one in waiting for each thread.
      capacity: 2 * jobs,
      run: ({ indexes }) => pool.run({ source: plan.source, design: plan.scenario.design, indexes }),
      close: async () => {},
    }),
    close: () => {
      // A thread may hand in what it had under way just when its pool is given up, which then knows of no such task.
      pool.on('error', () => {});
      return pool.destroy();
    },
  };
}
