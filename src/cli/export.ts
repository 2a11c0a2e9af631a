import type { CommandModule } from 'yargs';
import { exportAgentsNet } from '../study/export-agentsnet.ts';
import { interruptible } from './interrupt.ts';
import { type ModelArguments, modelOptions } from './model-options.ts';
import { forceOption, refuseExisting, writeNew } from './new-files.ts';
import { chosenRun } from './run.ts';
import {
  overridesPositional,
  replicationOption,
  type ScenarioArguments,
  scenarioOptions,
  scenarioPositional,
} from './scenario-source.ts';
import { note, printJson } from './terminal.ts';

interface ExportArguments extends ScenarioArguments, ModelArguments {
  readonly replication: string;
  readonly out?: string | undefined;
  readonly force: boolean;
}

/** `synod export`: a run in the format of another program. */
export const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <format> <scenario> [overrides..]',
  describe: 'Run a scenario once and write it as the runner of AgentsNet would',
  builder: (yargs) =>
    yargs
      .positional('format', {
        choices: ['agentsnet'] as const,
        demandOption: true,
        describe: 'Whose format it is',
      })
      .positional('scenario', scenarioPositional)
      .positional('overrides', overridesPositional)
      .options({
        ...scenarioOptions,
        ...replicationOption,
        out: { type: 'string', requiresArg: true, describe: 'The file; standard output when left out' },
        ...forceOption,
        ...modelOptions,
      })
      .example(
        '$0 export agentsnet agentsnet task=matching --out run.json',
        'then: import agentsnet run.json',
      ),
  handler: async (args) => {
    refuseExisting(args.out, args.force);
    const { plan, run } = chosenRun(args);
    const { folder } = plan.source;
    const result = await interruptible((signal) => exportAgentsNet(run, { folder, signal }));
    if (args.out === undefined) {
      printJson(result);
      return;
    }
    writeNew(args.out, `${JSON.stringify(result, null, 1)}\n`, args.force);
    note(`Written to ${args.out}.`);
  },
};
