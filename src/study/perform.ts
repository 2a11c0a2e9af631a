import { executing } from '../scenario/execute.ts';
import type { Row, Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import { simulating } from '../world/simulate.ts';
import type { RunResult, WorldOptions } from '../world/world.ts';
import { type DriveOptions, drive, driveWorld } from './drive.ts';
import { inSteps } from './in-steps.ts';
import { Models } from './models.ts';

/** Where a run's files are, who watches, and what asks for an end. */
export interface PerformOptions extends Omit<DriveOptions, 'models'> {
  /** Where files that the scenario names are looked for. */
  readonly folder: string;
}

/** Does one run, whoever answers in it. Throws `Interrupted` where the signal asks for it. */
export async function perform(run: Run, { folder, ...options }: PerformOptions): Promise<Row> {
  if ((run.config as Config).model === undefined)
    return inSteps(executing(run, options.observers), options.signal);
  const models = new Models({ folder });
  try {
    return await drive(run, { models, ...options });
  } finally {
    models.close();
  }
}

/** Does a run whose world is compiled already, to its end. Throws as `perform` does; a fault of ours is thrown too. */
export async function performWorld(
  run: Run,
  world: WorldOptions,
  { folder, ...options }: Omit<PerformOptions, 'observers'>,
): Promise<RunResult> {
  if ((run.config as Config).model === undefined) return inSteps(simulating(world), options.signal);
  const models = new Models({ folder });
  try {
    return (await driveWorld(run, world, { models, ...options })).result;
  } finally {
    models.close();
  }
}
