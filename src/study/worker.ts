import { type Batch, type BatchResult, runBatch } from './batch.ts';
import { type Plan, planOf, type Source } from './source.ts';

export interface WorkerTask extends Batch {
  readonly source: Source;
}

let plan: Plan | undefined;
let planned = '';

/** What a worker thread does: reads the scenario once, then one batch after another. */
export function work({ source, indexes }: WorkerTask): BatchResult {
  const key = JSON.stringify(source);
  if (!plan || key !== planned) {
    plan = planOf(source);
    planned = key;
  }
  return runBatch(plan, { indexes });
}
