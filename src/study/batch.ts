import { execute, executing } from '../scenario/execute.ts';
import type { Row, Run } from '../scenario/run.ts';
import { label } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { type DriveOptions, drive } from './drive.ts';
import { inSteps } from './in-steps.ts';
import { Interrupted } from './interrupted.ts';
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
      lines += lineOf(execute(run));
    } catch (error) {
      return { lines, milliseconds, refused: refusal(error, run) };
    }
    milliseconds.push(performance.now() - begun);
  }
  return { lines, milliseconds };
}

/** The same where models may answer, and where a signal to stop is to be heard: the batch then ends before the run under way. */
export async function driveBatch(
  plan: Plan,
  { indexes }: Batch,
  {
    models,
    signal,
    tally,
  }: Pick<DriveOptions, 'signal' | 'tally'> & { readonly models: DriveOptions['models'] | undefined },
): Promise<BatchResult> {
  let lines = '';
  const milliseconds: number[] = [];
  for (const index of indexes) {
    const begun = performance.now();
    const run = plan.runs.at(index);
    const { model } = run.config as Config;
    const isDriven = model !== undefined && models !== undefined;
    try {
      lines += lineOf(
        await (isDriven ? drive(run, { models, signal, tally }) : inSteps(executing(run), signal)),
      );
    } catch (error) {
      if (error instanceof Interrupted) break;
      return { lines, milliseconds, refused: refusal(error, run) };
    }
    milliseconds.push(performance.now() - begun);
  }
  return { lines, milliseconds };
}

const lineOf = (row: Row): string => `${JSON.stringify(row)}\n`;

/** What the author must mend, and in which run it showed; whatever else went wrong is thrown on. */
function refusal(error: unknown, { factors, replication }: Run): readonly Issue[] {
  if (!(error instanceof ScenarioError)) throw error;
  const where = [label(factors), `replication ${replication}`].filter((it) => it !== '').join(', ');
  return error.issues.map(({ path, message }) => ({ path, message: `${message} (at ${where})` }));
}
