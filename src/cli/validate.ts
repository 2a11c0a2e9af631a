import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import type { Mode } from '../agentsnet/rules.ts';
import { leaveOneOut, specimensOf } from '../calibrate/calibrate-runs.ts';
import {
  type Comparison,
  placeRuns,
  significance,
  type Verdict,
  verdictsOf,
} from '../calibrate/place-runs.ts';
import { type Seen, seenBy } from '../calibrate/seen-runs.ts';
import { instead } from '../scenario/check.ts';
import { knownProfiles, parseProfile } from '../scenario/profiles.ts';
import { counted, shownNumber } from '../study/numbers.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import type { Profile } from '../world/profile.ts';
import { resultsText } from './import.ts';
import { interruptible, unlessInterrupted } from './interrupt.ts';
import { jsonOption, scenarioOptions, wholeNumber } from './scenario-source.ts';
import { countLine, note, paint, print, printJson, width } from './terminal.ts';

interface ValidateArguments {
  readonly profile?: string | undefined;
  readonly against: readonly string[];
  readonly 'leave-one-out': boolean;
  readonly base: string;
  readonly replications: string;
  readonly seed?: string | undefined;
  readonly mode: Mode;
  readonly runs: boolean;
  readonly json: boolean;
}

/** `synod validate`: how far a mock is from recorded runs, metric by metric. */
export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: 'validate [profile]',
  describe: 'Hold a profile against recorded runs: same task, graph and rounds, simulated many times',
  builder: (yargs) =>
    yargs
      .positional('profile', { type: 'string', describe: 'A file, or the name of a profile of `bounded`' })
      .options({
        against: {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Files of recorded runs of AgentsNet, which it should not have been fitted to',
        },
        'leave-one-out': {
          type: 'boolean',
          default: false,
          describe: 'Instead of a profile: fit on all runs but one, hold that one against it; each in turn',
        },
        base: {
          type: 'string',
          requiresArg: true,
          default: 'gpt-4o-mini',
          describe: 'With --leave-one-out: the profile that holds for what the runs do not show',
        },
        replications: {
          type: 'string',
          requiresArg: true,
          default: '200',
          describe: 'Simulations of each recorded run',
        },
        ...scenarioOptions,
        mode: {
          choices: ['upstream', 'clean'] as const,
          default: 'upstream' as Mode,
          describe: 'How recorded texts are read, and simulated ones',
        },
        runs: { type: 'boolean', default: false, describe: 'Every number of every run, too' },
        ...jsonOption,
      })
      .example('$0 validate mine.yaml --against runs/*.json', 'metric by metric')
      .example('$0 validate --leave-one-out --against runs/*.json', 'each run against the others'),
  handler: (args) => unlessInterrupted(() => validate(args)),
};

async function validate(args: ValidateArguments): Promise<void> {
  if ((args.profile === undefined) !== args['leave-one-out']) {
    const message = 'must be a profile, or left out with --leave-one-out; one of the two';
    throw new ScenarioError([{ path: 'profile', message }]);
  }
  const profile = args.profile === undefined ? undefined : profileNamed(args.profile);
  const seed = args.seed === undefined ? 1 : wholeNumber('--seed', args.seed, 0);
  const replications = wholeNumber('--replications', args.replications, 2, 100_000);
  const texts = args.against.map((file) => ({ file, text: resultsText(file) }));
  const progress = countLine('recorded runs simulated');
  const { comparisons, seen, runs } = await interruptible(async (signal) => {
    const { specimens, without } = await specimensOf(texts, args.mode, signal);
    if (without > 0) note(`${counted(without, 'run')} without transcripts left out.`);
    const options = { replications, seed, mode: args.mode, signal, onRun: progress.show };
    const seen = seenBy(profile ?? args.base, specimens, profile === undefined);
    const found = { seen, runs: specimens.length };
    if (profile !== undefined)
      return { ...found, comparisons: await placeRuns(specimens, () => profile, options) };
    if (specimens.length < 2) {
      const message = 'must hold two runs with transcripts at least, to leave one out';
      throw new ScenarioError([{ path: '--against', message }]);
    }
    const fit = { name: 'left-out', base: args.base, data: 'all runs but one', seed };
    return { ...found, comparisons: await leaveOneOut(specimens, fit, options) };
  }).finally(progress.clear);
  const verdicts = verdictsOf(comparisons);
  if (args.json) {
    for (const it of seen) printJson({ type: 'seen', ...it, runs });
    for (const it of comparisons) printJson({ type: 'run', ...it });
    for (const it of verdicts) printJson({ type: 'metric', ...it });
    return;
  }
  if (args.runs) printComparisons(comparisons);
  printVerdicts(verdicts);
  for (const it of seen) printSeen(it, runs);
}

/** Says which runs are no test, since the profile was fitted to them. */
function printSeen({ profile, isBase, isTold, places }: Seen, runs: number): void {
  const who = isBase ? `The base ${profile}` : profile;
  const files = places.map((place) => basename(place));
  const named = files.length <= 4 ? files : [...files.slice(0, 3), `${files.length - 3} more`];
  const which =
    runs === 1
      ? 'this very run, which is'
      : `${places.length} of these ${runs} runs (${named.join(', ')}), which are`;
  const text = !isTold
    ? `${who} does not say which runs it was fitted to: these may be among them.`
    : places.length === 0
      ? `${who}: none of these runs is known to be among those it was fitted to.`
      : `${who} was fitted to ${which} no test of it.`;
  for (const line of wrapped(text, width)) print(places.length > 0 || !isTold ? paint('yellow', line) : line);
}

/** A profile from a file, or the name of one that ships. */
function profileNamed(named: string): Profile | string {
  if (/\.(ya?ml|json)$/.test(named) && existsSync(named)) {
    const profile = parseProfile(readFileSync(named, 'utf8'), named);
    if (profile.behaviour === 'bounded') return profile;
    const message = `is a profile of ${profile.behaviour}, but recorded runs of AgentsNet are held against bounded ones`;
    throw new ScenarioError([{ path: named, message }]);
  }
  const names = knownProfiles.flatMap((it) => (it.behaviour === 'bounded' ? [it.name] : []));
  if (names.includes(named)) return named;
  const message = `there is no such file, and no profile of bounded agents of that name${instead(named, names)}`;
  throw new ScenarioError([{ path: named, message }]);
}

const right = (head: string) => ({ head, align: 'right' as const });

function printComparisons(comparisons: readonly Comparison[]): void {
  const rows = comparisons.map((it) => [
    it.file.length <= 34 ? it.file : `${it.file.slice(0, 20)}...${it.file.slice(-11)}`,
    it.metric,
    shownNumber(it.recorded),
    shownNumber(it.mean),
    `${shownNumber(it.low)} to ${shownNumber(it.high)}`,
    it.isIdle ? '-' : it.tail.toFixed(3),
  ]);
  const columns = [
    { head: 'run' },
    { head: 'metric' },
    right('recorded'),
    right('simulated'),
    right('95 % of them'),
    right('chance'),
  ];
  for (const [i, line] of textTable(columns, rows).entries()) print(i === 0 ? paint('dim', line) : line);
  print();
}

function printVerdicts(verdicts: readonly Verdict[]): void {
  const rows = verdicts.map((it) => [
    it.metric,
    shownNumber(it.runs),
    shownNumber(it.recorded),
    shownNumber(it.simulated),
    it.verdict === 'untested' ? '-' : it.shift.toFixed(2),
    it.verdict === 'untested' ? '-' : it.chance.toFixed(4),
    it.verdict === 'untested' ? '-' : it.adjusted.toFixed(4),
    paint(it.verdict === 'differs' ? 'red' : it.verdict === 'agrees' ? 'green' : 'dim', it.verdict),
  ]);
  const columns = [
    { head: 'metric' },
    right('runs'),
    right('recorded'),
    right('simulated'),
    right('shift'),
    right('chance'),
    right('adjusted'),
    { head: '' },
  ];
  for (const [i, line] of textTable(columns, rows).entries()) print(i === 0 ? paint('dim', line) : line);
  print();
  const legend = `Means over runs. shift: standard normal if the mock is right. chance: of such places among the simulated runs, by their mean or spread; adjusted for the number of metrics (Holm), it differs below ${significance}. Few runs find large differences only.`;
  for (const line of wrapped(legend, width)) print(paint('dim', line));
}
