import { execute } from '../scenario/execute.ts';
import type { Row, Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import type { Observer } from '../world/contracts.ts';
import { drive } from './drive.ts';
import { Models } from './models.ts';

export interface PerformOptions {
  /** Where files that the scenario names are looked for. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly observers?: readonly Observer[];
}

/** Does one run, whoever answers in it. Throws `Interrupted` where a run that waits for a model is given up. */
export async function perform(run: Run, { folder, signal, observers = [] }: PerformOptions): Promise<Row> {
  if ((run.config as Config).model === undefined) return execute(run, observers);
  const models = new Models({ folder });
  try {
    return await drive(run, { models, signal, observers });
  } finally {
    models.close();
  }
}
