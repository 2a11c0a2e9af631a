import { type Batch, type BatchResult, runBatch } from './batch.ts';
import { type Plan, planOf, type Source } from './source.ts';

export interface WorkerTask extends Batch {
  readonly source: Source;
  /** The design that the main thread read from the source. */
  readonly design: string;
}

let plan: Plan | undefined;

/** What a worker thread does: reads the scenario once, then does one batch after another. */
export function work({ source, design, indexes }: WorkerTask): BatchResult {
  if (plan?.scenario.design !== design) {
    plan = planOf(source);
    if (plan.scenario.design !== design) {
      throw new Error(
        `worker: a file that ${source.name} names has changed since the sweep began; start it again`,
      );
    }
  }
  return runBatch(plan, { indexes });
}
