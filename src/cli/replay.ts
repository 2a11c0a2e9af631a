import type { CommandModule } from 'yargs';
import { compile } from '../scenario/compile.ts';
import type { Config } from '../scenario/schema.ts';
import { counted } from '../study/numbers.ts';
import { ScenarioError } from '../world/error.ts';
import { type TraceRecord, trace } from '../world/trace.ts';
import { type ModelArguments, modelOptions } from './model-options.ts';
import { chosenRun, performed, printOutcome } from './run.ts';
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
    // Compiled once more, for the names and the words of the protocol; the run itself is done apart.
    const { world } = compile(run.config as Config, run.seed);
    const { names } = world.setting;
    const keep = filterOf(args, world.protocol.form === 'rounds');
    const records: TraceRecord[] = [];
    const take = (record: TraceRecord): void => {
      if (!keep(record)) return;
      if (records.push(record) > mostRecords) throw tooLong();
    };
    const row = await performed(plan, run, [trace(take, { describe: world.protocol.describe })]);
    if (row === undefined) return;
    if (row.error !== undefined) throw new Error(row.error);
    const { outcome, cause, witness, verdicts, fingerprint } = row;
    if (args.json) {
      printJson({ type: 'launch', name: plan.scenario.name, run: run.id, seed: plan.scenario.seed, names });
      for (const record of records) printJson({ type: 'event', ...record });
      printJson({ type: 'done', outcome, cause, witness, verdicts, fingerprint });
      return;
    }
    const chapters = transcript(records, {
      names,
      nameOf: (value) => world.setting.task.nameOf(value, world.setting),
      width,
      isFull: args.full,
      agent: agentOf(args.agent, names),
    });
    printCast(names);
    if (args.step && process.stdin.isTTY === true) await stepThrough([...chapters]);
    else for (const chapter of chapters) printChapter(chapter);
    printOutcome(row);
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

function printCast(names: readonly string[]): void {
  const shown = names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} ...`;
  print(paint('dim', `${counted(names.length, 'agent')}: ${shown}`));
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
