import type { CommandModule } from 'yargs';
import { compile } from '../scenario/compile.ts';
import { judging } from '../scenario/execute.ts';
import type { Config } from '../scenario/schema.ts';
import { inSteps } from '../study/in-steps.ts';
import { counted } from '../study/numbers.ts';
import { performWorld } from '../study/perform.ts';
import type { Ending } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { type TraceRecord, trace } from '../world/trace.ts';
import { tellingFaults } from './fault-spans.ts';
import { type ModelArguments, modelOptions } from './model-options.ts';
import { attended, chosenRun, printOutcome } from './run.ts';
import {
  jsonOption,
  overridesPositional,
  replicationOption,
  type ScenarioArguments,
  scenarioOptions,
  scenarioPositional,
  spanOf,
  wholeNumber,
} from './scenario-source.ts';
import { note, paint, print, printJson, width } from './terminal.ts';
import { type Chapter, transcript } from './transcript.ts';

interface ReplayArguments extends ScenarioArguments, ModelArguments {
  readonly replication: string;
  readonly round?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly event?: string | undefined;
  readonly agent?: string | undefined;
  readonly step: boolean;
  readonly full: boolean;
  readonly json: boolean;
}

/** More records than this are not kept in memory for prose. */
const mostRecords = 2_000_000;

/** `synod replay`: one run as prose. */
export const replayCommand: CommandModule<object, ReplayArguments> = {
  command: 'replay <scenario> [overrides..]',
  describe: 'Tell one run as prose: who said what to whom, who decided what and when',
  builder: (yargs) =>
    yargs
      .positional('scenario', scenarioPositional)
      .positional('overrides', overridesPositional)
      .options({
        ...scenarioOptions,
        ...replicationOption,
        round: {
          type: 'string',
          requiresArg: true,
          describe: 'Only this round, from 0; or a range, such as 2..4',
        },
        from: { type: 'string', requiresArg: true, describe: 'Only from this time on, such as 2s' },
        until: { type: 'string', requiresArg: true, describe: 'Only until this time' },
        event: {
          type: 'string',
          requiresArg: true,
          describe: 'Only from this event on, by its number in `explain`',
        },
        agent: {
          type: 'string',
          requiresArg: true,
          describe: 'Only what concerns this agent, by name or number',
        },
        step: { type: 'boolean', default: false, describe: 'Wait for a key after each step' },
        full: { type: 'boolean', default: false, describe: 'Deliveries, questions and answers too' },
        ...modelOptions,
        ...jsonOption,
      })
      .example(
        '$0 replay agentsnet task=coloring --step',
        'Enter goes on, a number goes to that round, q ends',
      )
      .example('$0 replay my.yaml --replication 3 --round 2', 'one round of one run'),
  handler: async (args) => {
    const { plan, run } = chosenRun(args);
    const config = run.config as Config;
    const { world } = compile(config, run.seed);
    const { protocol, setting } = world;
    const { names } = setting;
    const keep = filterOf(args, protocol.form === 'rounds');
    const records: TraceRecord[] = [];
    const take = (record: TraceRecord): void => {
      if (!keep(record)) return;
      if (records.push(record) > mostRecords) throw tooLong();
    };
    const { describe, describeAnswer, describeRound } = protocol;
    // Where answers are described, they tell what agents come to hold.
    const held = describeAnswer === undefined ? protocol.held : undefined;
    const tracing = trace(tellingFaults(take, config, names), {
      describe,
      describeAnswer,
      describeRound,
      held,
      faults: world.faults,
    });
    const watched = { ...world, observers: [...(world.observers ?? []), tracing] };
    const end = await attended(plan, run, async (options) => {
      const { ending, fingerprint } = await performWorld(run, watched, options);
      return { ending, fingerprint, judged: await inSteps(judging(ending, run), options.signal) };
    });
    if (end === undefined) return;
    tracing.end();
    const { ending, fingerprint, judged } = end;
    const { class: outcome, cause, witness, verdicts } = judged;
    refuseBeyond(args, world.protocol.form === 'rounds' ? ending.rounds : undefined, ending);
    if (args.json) {
      printJson({ type: 'launch', name: plan.scenario.name, run: run.id, seed: plan.scenario.seed, names });
      for (const record of records) printJson({ type: 'event', ...record });
      printJson({ type: 'done', outcome, cause, witness, verdicts, fingerprint });
      return;
    }
    const chapters = transcript(records, {
      names: names.map((name, agent) => (setting.adversaries.has(agent) ? `${name}*` : name)),
      nameOf: (value) => world.setting.task.nameOf(value, world.setting),
      width,
      isFull: args.full,
      agent: agentOf(args.agent, names),
    });
    printCast(names, setting.adversaries);
    if (args.step && process.stdin.isTTY === true) await stepThrough([...chapters]);
    else for (const chapter of chapters) printChapter(chapter);
    printOutcome({ outcome, cause, witness, verdicts });
    print(`seed         ${plan.scenario.seed}, replication ${run.replication}, fingerprint ${fingerprint}`);
  },
};

function filterOf(args: ReplayArguments, hasRounds: boolean): (record: TraceRecord) => boolean {
  const from = args.from === undefined ? Number.NEGATIVE_INFINITY : spanOf('--from', args.from);
  const until = args.until === undefined ? Number.POSITIVE_INFINITY : spanOf('--until', args.until);
  const first = args.event === undefined ? 0 : wholeNumber('--event', args.event, 0);
  const isWithin = ({ at, event = first }: TraceRecord): boolean =>
    at >= from && at <= until && event >= first;
  if (args.round === undefined) return isWithin;
  if (!hasRounds) {
    const message =
      'is for protocols in rounds, and this one has none; use --from and --until with times such as 2s';
    throw new ScenarioError([{ path: '--round', message }]);
  }
  const [low = '', high = low] = args.round.split('..');
  const lowest = wholeNumber('--round', low, 0);
  const highest = wholeNumber('--round', high, lowest);
  return (record) => isWithin(record) && record.round >= lowest && record.round <= highest;
}

/** Refuses a part that begins after the run has ended: it would be told as nothing at all, in silence. */
function refuseBeyond(args: ReplayArguments, rounds: number | undefined, { counts, now }: Ending): void {
  const beyond = (option: string, message: string): void => {
    throw new ScenarioError([{ path: option, message }]);
  };
  const round = Number(args.round?.split('..')[0] ?? 0);
  if (rounds !== undefined && round >= rounds) {
    beyond('--round', `must be at most ${rounds - 1}, the last round of this run, but is ${args.round}`);
  }
  if (args.event !== undefined && Number(args.event) > counts.events) {
    beyond('--event', `must be at most ${counts.events}, the last event of this run, but is ${args.event}`);
  }
  if (args.from !== undefined && spanOf('--from', args.from) > now) {
    beyond('--from', `must be at most ${now / 1e6}s, when this run ended, but is ${args.from}`);
  }
}

function agentOf(text: string | undefined, names: readonly string[]): number | undefined {
  if (text === undefined) return undefined;
  const byName = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (byName >= 0) return byName;
  if (/^\d+$/.test(text) && Number(text) < names.length) return Number(text);
  const known = names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} ...`;
  const message = `must be a name or a number below ${names.length}, but is ${text}; there are ${known}`;
  throw new ScenarioError([{ path: '--agent', message }]);
}

function tooLong(): ScenarioError {
  const message = `tells more than ${mostRecords} events; choose a part of it by --round, --from, --until`;
  return new ScenarioError([{ path: 'replay', message }]);
}

function printCast(names: readonly string[], adversaries: ReadonlyMap<number, string>): void {
  const shown = names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} ...`;
  print(paint('dim', `${counted(names.length, 'agent')}: ${shown}`));
  const byzantine = [...adversaries].map(([agent, strategy]) => `${names[agent]}* (${strategy})`);
  if (byzantine.length > 0) print(paint('dim', `Byzantine: ${byzantine.join(', ')}`));
  print();
}

function printChapter({ heading, lines }: Chapter): void {
  if (lines.length === 0) return;
  print(paint('bold', heading));
  for (const line of lines) print(line);
  print();
}

/** Shows a chapter at a time. Enter goes on, a number goes to that round, `b` goes back, `q` ends the telling. */
async function stepThrough(chapters: readonly Chapter[]): Promise<void> {
  const { createInterface } = await import('node:readline/promises');
  const input = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (let i = 0; i < chapters.length; ) {
      printChapter(chapters[i] as Chapter);
      if (i === chapters.length - 1) break;
      const answer = (await input.question('Enter: on, number: that round, b: back, q: end > ')).trim();
      if (answer === 'q') break;
      const sought = /^\d+$/.test(answer)
        ? chapters.findIndex(({ round }) => round === Number(answer))
        : i + 1;
      if (sought < 0) note(`There is no round ${answer}.`);
      else i = answer === 'b' ? Math.max(0, i - 1) : sought;
    }
  } finally {
    input.close();
  }
}
