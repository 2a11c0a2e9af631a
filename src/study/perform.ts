import { execute } from '../scenario/execute.ts';
import type { Row, Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import { type DriveOptions, drive } from './drive.ts';
import { Models } from './models.ts';

export interface PerformOptions extends Omit<DriveOptions, 'models'> {
  /** Where files that the scenario names are looked for. */
  readonly folder: string;
}

/** Does one run, whoever answers in it. Throws `Interrupted` where a run that waits for a model is given up. */
export async function perform(run: Run, { folder, ...options }: PerformOptions): Promise<Row> {
  if ((run.config as Config).model === undefined) return execute(run, options.observers);
  const models = new Models({ folder });
  try {
    return await drive(run, { models, ...options });
  } finally {
    models.close();
  }
}
