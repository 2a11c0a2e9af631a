import { execute } from '../scenario/execute.ts';
import type { Plan } from './source.ts';

/** Runs done together: by their index within the sweep. */
export interface Batch {
  readonly indexes: readonly number[];
}

export interface BatchResult {
  /** A row per run, as JSON lines in the order of the batch, each closed by a line feed. */
  readonly lines: string;
  /** Wall time of each run, in milliseconds. Steers the size of later batches, and is stored nowhere. */
  readonly milliseconds: readonly number[];
}

/**
 * Does a batch. Rows leave it as text: a worker then hands over one string, which is cheaper than a tree of objects, and
 * what is stored is what was written here, whoever wrote it.
 */
export function runBatch(plan: Plan, { indexes }: Batch): BatchResult {
  let lines = '';
  const milliseconds: number[] = [];
  for (const index of indexes) {
    const begun = performance.now();
    lines += `${JSON.stringify(execute(plan.runs.at(index)))}\n`;
    milliseconds.push(performance.now() - begun);
  }
  return { lines, milliseconds };
}
