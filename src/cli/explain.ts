import type { CommandModule } from 'yargs';
import { lastNamed } from '../agentsnet/last-named.ts';
import { compile } from '../scenario/compile.ts';
import { judging } from '../scenario/execute.ts';
import type { Config } from '../scenario/schema.ts';
import { inSteps } from '../study/in-steps.ts';
import { performWorld } from '../study/perform.ts';
import { wrapped } from '../study/text-table.ts';
import { chronicle } from '../world/chronicle.ts';
import { story } from '../world/story.ts';
import { commandLine, runWords } from './command-line.ts';
import { type ModelArguments, modelOptions, replayWords } from './model-options.ts';
import { attended, chosenRun, printOutcome } from './run.ts';
import {
  jsonOption,
  overridesPositional,
  replicationOption,
  type ScenarioArguments,
  scenarioOptions,
  scenarioPositional,
} from './scenario-source.ts';
import { paint, print, printJson, width } from './terminal.ts';

interface ExplainArguments extends ScenarioArguments, ModelArguments {
  readonly replication: string;
  readonly json: boolean;
}

/** `synod explain`: why a run ended as it did, as the shortest story of it. */
export const explainCommand: CommandModule<object, ExplainArguments> = {
  command: 'explain <scenario> [overrides..]',
  describe: 'Say why one run ended as it did: outcome, witness, and the shortest story of it',
  builder: (yargs) =>
    yargs
      .positional('scenario', scenarioPositional)
      .positional('overrides', overridesPositional)
      .options({
        ...scenarioOptions,
        ...replicationOption,
        ...modelOptions,
        ...jsonOption,
      })
      .example('$0 explain split', 'who came by which value, and what was lost between them')
      .example('$0 explain my.yaml --replication 3', 'one run of a sweep'),
  handler: async (args) => {
    const { plan, run } = chosenRun(args);
    const { world } = compile(run.config as Config, run.seed);
    const told = chronicle(world.protocol);
    const named = world.setting.task.name === 'leader-election' ? lastNamed(world.setting) : undefined;
    const observers = [...(world.observers ?? []), told.observer, ...(named ? [named.observer] : [])];
    const watched = { ...world, observers };
    const end = await attended(plan, run, async (options) => {
      const { ending, fingerprint } = await performWorld(run, watched, options);
      return { ending, fingerprint, outcome: await inSteps(judging(ending, run), options.signal) };
    });
    if (end === undefined) return;
    const { ending, fingerprint, outcome } = end;
    const believed = outcome.cause === 'no-leader' ? named?.sentence() : undefined;
    const sentences = [
      ...story(outcome, ending, told),
      ...(believed === undefined ? [] : [{ text: believed, event: undefined }]),
    ];
    const { class: name, cause, witness, verdicts, evidence } = outcome;
    if (args.json) {
      const { seed } = plan.scenario;
      printJson({ type: 'outcome', run: run.id, seed, outcome: name, cause, witness, evidence, verdicts });
      for (const sentence of sentences) printJson({ type: 'sentence', ...sentence });
      printJson({ type: 'done', fingerprint });
      return;
    }
    printOutcome({ ...outcome, outcome: name });
    for (const [key, value] of Object.entries(evidence)) {
      const text = typeof value === 'number' ? String(value) : value.join(', ');
      for (const line of wrapped(`${key} ${text}`, width, '             ')) print(line);
    }
    print();
    const margin = 13;
    for (const { text, event } of sentences) {
      wrapped(text, width - margin).forEach((line, i) => {
        const head = i === 0 && event !== undefined ? `event ${event}` : '';
        print(paint('dim', head.padEnd(margin)) + line);
      });
    }
    print();
    print(`seed         ${plan.scenario.seed}, replication ${run.replication}, fingerprint ${fingerprint}`);
    const [first] = sentences.flatMap(({ event }) => (event === undefined ? [] : [event]));
    if (first === undefined) return;
    const { scenario, overrides } = args;
    const { factors, replication } = run;
    const words = runWords({ scenario, overrides, factors, seed: plan.scenario.seed, replication });
    const replayed = [...words, ...replayWords(args, args.scenario), '--event', String(first)];
    print(`step by step ${commandLine('replay', replayed)}`);
  },
};
