import { Piscina } from 'piscina';
import { type Batch, type BatchResult, runBatch } from './batch.ts';
import type { Plan } from './source.ts';
import type { WorkerTask } from './worker.ts';

/** Where batches are done: here, or on worker threads. */
export interface Executor {
  /** How many batches are worth handing over at once. */
  readonly capacity: number;
  readonly run: (batch: Batch) => Promise<BatchResult>;
  /** Lets go of the threads; a batch that is still being done is given up. */
  readonly close: () => Promise<void>;
}

/** With one job the runs are done in this thread, where a debugger finds them. */
export function executor(plan: Plan, jobs: number): Executor {
  return jobs <= 1 ? inProcess(plan) : onThreads(plan, jobs);
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
