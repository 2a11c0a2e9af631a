import { execute } from '../scenario/execute.ts';
import { label } from '../scenario/scenario.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
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
  /** What the scenario's author must mend, where that shows only in a run. The batch ends before that run. */
  readonly refused?: readonly Issue[];
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
    const run = plan.runs.at(index);
    try {
      lines += `${JSON.stringify(execute(run))}\n`;
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      const where = [label(run.factors), `replication ${run.replication}`]
        .filter((it) => it !== '')
        .join(', ');
      const refused = error.issues.map(({ path, message }) => ({
        path,
        message: `${message} (at ${where})`,
      }));
      return { lines, milliseconds, refused };
    }
    milliseconds.push(performance.now() - begun);
  }
  return { lines, milliseconds };
}
