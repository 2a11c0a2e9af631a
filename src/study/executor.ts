import { Piscina } from 'piscina';
import { type Batch, type BatchResult, driveBatch, runBatch } from './batch.ts';
import { Models } from './models.ts';
import type { Plan } from './source.ts';
import type { WorkerTask } from './worker.ts';

/** Where batches are done: here, or on worker threads; here too where models are asked. */
export interface Executor {
  /** How many batches are worth handing over at once. */
  readonly capacity: number;
  readonly run: (batch: Batch) => Promise<BatchResult>;
  /** Lets go of the threads; a batch that is still being done is given up. */
  readonly close: () => Promise<void>;
}

/** With one job the runs are done in this thread, where a debugger finds them. */
export function executor(plan: Plan, jobs: number): Executor {
  if (plan.scenario.points.some(({ config }) => config.model !== undefined)) return withModels(plan);
  return jobs <= 1 ? inProcess(plan) : onThreads(plan, jobs);
}

/** So many runs that wait for models are under way at once. */
const runsAtOnce = 8;

/** Runs that ask models spend their time waiting, so they share this thread, one gate per server and one cassette. */
function withModels(plan: Plan): Executor {
  const models = new Models({ folder: plan.source.folder });
  const stop = new AbortController();
  const underWay = new Set<Promise<BatchResult>>();
  return {
    capacity: runsAtOnce,
    run: async (batch) => {
      const work = driveBatch(plan, batch, { models, signal: stop.signal });
      underWay.add(work);
      return work.finally(() => underWay.delete(work));
    },
    close: async () => {
      stop.abort();
      await Promise.allSettled(underWay);
      models.close();
    },
  };
}

function inProcess(plan: Plan): Executor {
  return {
    capacity: 1,
    run: async (batch) => {
      // Gives way first, so that a signal to stop is heard between batches.
      await new Promise((resolve) => setImmediate(resolve));
      return runBatch(plan, batch);
    },
    close: async () => {},
  };
}

function onThreads(plan: Plan, jobs: number): Executor {
  const pool = new Piscina<WorkerTask, BatchResult>({
    filename: new URL('./worker.js', import.meta.url).href,
    name: 'work',
    minThreads: jobs,
    maxThreads: jobs,
  });
  return {
    // One under way and one in waiting for each thread.
    capacity: 2 * jobs,
    run: ({ indexes }) => pool.run({ source: plan.source, design: plan.scenario.design, indexes }),
    close: () => pool.destroy(),
  };
}
