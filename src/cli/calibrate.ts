import { readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import type { Mode } from '../agentsnet/rules.ts';
import { fitProfile, residualsOf, specimensOf } from '../calibrate/calibrate-runs.ts';
import { calibrateTargets } from '../calibrate/calibrate-targets.ts';
import type { FittedRate } from '../calibrate/fitted-rate.ts';
import { placeRuns } from '../calibrate/place-runs.ts';
import { profileText } from '../scenario/profiles.ts';
import { parseFree, parseTargets } from '../scenario/targets.ts';
import { fitTable } from '../study/fit-notes.ts';
import { counted, shownNumber } from '../study/numbers.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import type { Profile } from '../world/profile.ts';
import { commandLine } from './command-line.ts';
import { resultsText } from './import.ts';
import { exit, interruptible, unlessInterrupted } from './interrupt.ts';
import { forceOption, refuseExisting, writeNew } from './new-files.ts';
import {
  jsonOption,
  overridesPositional,
  scenarioOptions,
  sourceOf,
  wholeNumber,
} from './scenario-source.ts';
import { countLine, note, paint, paintNote, print, printJson, width } from './terminal.ts';

interface CalibrateArguments {
  readonly scenario?: string | undefined;
  readonly overrides?: readonly string[] | undefined;
  readonly from?: readonly string[] | undefined;
  readonly targets?: string | undefined;
  readonly free?: string | undefined;
  readonly 'hold-out'?: readonly string[] | undefined;
  readonly behaviour: string;
  readonly base: string;
  readonly name?: string | undefined;
  readonly seed?: string | undefined;
  readonly replications?: string | undefined;
  readonly 'max-runs': string;
  readonly mode: Mode;
  readonly out?: string | undefined;
  readonly force: boolean;
  readonly json: boolean;
}

/** `synod calibrate`: a mock's values from recorded runs, or from published figures. */
export const calibrateCommand: CommandModule<object, CalibrateArguments> = {
  command: 'calibrate [scenario] [overrides..]',
  describe:
    'Fit a mock to recorded runs (--from), or by simulating a scenario to published figures (--targets)',
  builder: (yargs) =>
    yargs
      .positional('scenario', { type: 'string', describe: 'What is simulated, with --targets' })
      .positional('overrides', overridesPositional)
      .options({
        from: { type: 'string', array: true, describe: 'Files of recorded runs of AgentsNet' },
        targets: { type: 'string', requiresArg: true, describe: 'A file of published figures' },
        free: {
          type: 'string',
          requiresArg: true,
          describe:
            'What is chosen, instead of what the targets say: drift,modesty or drift+finalChange@coloring',
        },
        'hold-out': { type: 'string', array: true, describe: 'Targets kept from the fit, by name' },
        behaviour: {
          choices: ['bounded'] as const,
          default: 'bounded',
          describe: 'With --from: the behaviour whose chances are read off',
        },
        base: {
          type: 'string',
          requiresArg: true,
          default: 'gpt-4o-mini',
          describe: 'With --from: the profile that holds for what the runs do not show',
        },
        name: { type: 'string', requiresArg: true, describe: 'What the profile is called' },
        ...scenarioOptions,
        replications: {
          type: 'string',
          requiresArg: true,
          describe:
            "Runs per point and candidate instead of the scenario's; with --from, per recorded run (100)",
        },
        'max-runs': {
          type: 'string',
          requiresArg: true,
          default: '1000000',
          describe: 'With --targets: simulate no more runs than this; the best so far is kept',
        },
        mode: {
          choices: ['upstream', 'clean'] as const,
          default: 'upstream' as Mode,
          describe: 'With --from: how recorded texts are read',
        },
        out: { type: 'string', requiresArg: true, describe: 'The profile; YAML, or JSON where it ends so' },
        ...forceOption,
        ...jsonOption,
      })
      .example('$0 calibrate --from runs/*.json --out mine.yaml', 'decision by decision')
      .example('$0 calibrate agentsnet --targets figures.json --out mine.yaml', 'by simulation'),
  handler: async (args) => {
    if (args.from !== undefined && args.targets !== undefined)
      throw new ScenarioError([
        { path: '--from', message: 'and --targets are two ways to fit; give one of them' },
      ]);
    refuseExisting(args.out, args.force);
    const { from, targets } = args;
    if (from !== undefined) await unlessInterrupted(() => fromRuns(args, from));
    else if (targets !== undefined) await unlessInterrupted(() => fromTargets(args, targets));
    else {
      const message = 'is missing: name files of recorded runs, or published figures by --targets';
      throw new ScenarioError([{ path: '--from', message }]);
    }
  },
};

/** The day, for the record; no result depends on it. */
const today = (): string => new Date().toISOString().slice(0, 10);

async function fromRuns(args: CalibrateArguments, files: readonly string[]): Promise<void> {
  if (args.scenario !== undefined) {
    const message = 'is read with --targets only; with --from, the runs say what is simulated';
    throw new ScenarioError([{ path: args.scenario, message }]);
  }
  const seed = args.seed === undefined ? 1 : wholeNumber('--seed', args.seed, 0);
  const replications = wholeNumber('--replications', args.replications ?? '100', 1, 100_000);
  const texts = files.map((file) => ({ file, text: resultsText(file) }));
  const progress = countLine('recorded runs held against the fit');
  const done = await interruptible(async (signal) => {
    const { specimens, without } = await specimensOf(texts, args.mode, signal);
    if (specimens.length === 0) {
      const message = 'holds no run with transcripts, and without them no decision can be read';
      throw new ScenarioError([{ path: files[0] ?? '--from', message }]);
    }
    if (without > 0) note(`${counted(without, 'run')} without transcripts left out.`);
    const { profile, rates } = fitProfile(specimens, {
      name: args.name ?? `${specimens[0]!.run.instance.model ?? 'model'}-recorded`,
      base: args.base,
      data: `${counted(specimens.length, 'recorded run')}: ${[...new Set(files.map(fileName))].join(', ')}`,
      seed,
      command: again(args),
      date: today(),
    });
    const held = await placeRuns(specimens, () => profile, {
      replications,
      seed,
      mode: args.mode,
      signal,
      onRun: progress.show,
    });
    const fit = residualsOf(held, false);
    const simulations = replications * specimens.length;
    const provenance = { ...profile.provenance, simulations };
    return { rates, profile: { ...profile, provenance, fit } };
  }).finally(progress.clear);
  write(args, done.profile);
  if (args.json) {
    printJson({ type: 'profile', ...done.profile });
    return;
  }
  printRates(done.rates);
  report(args, done.profile);
}

async function fromTargets(args: CalibrateArguments, file: string): Promise<void> {
  if (args.scenario === undefined) {
    const message = 'is missing: name a scenario to simulate, such as agentsnet';
    throw new ScenarioError([{ path: 'scenario', message }]);
  }
  const read = parseTargets(readFileSync(file, 'utf8'), file);
  const targets = args.name === undefined ? read : { ...read, name: args.name };
  const source = sourceOf({ ...args, scenario: args.scenario });
  const maxRuns = wholeNumber('--max-runs', args['max-runs'], 1);
  const progress = countLine('runs simulated');
  const { profile, fit, simulations } = await interruptible((signal) =>
    calibrateTargets({
      source,
      targets,
      free: args.free === undefined ? targets.free : parseFree(args.free),
      holdOut: args['hold-out'] ?? [],
      maxRuns,
      command: again(args),
      date: today(),
      signal,
      onProgress: progress.show,
    }),
  ).finally(progress.clear);
  write(args, profile);
  if (args.json) printJson({ type: 'profile', status: fit.status, misfit: fit.misfit, ...profile });
  else {
    const rows = fit.chosen.map(({ name, value, low95, high95 }) => [
      name,
      String(value),
      `${low95} to ${high95}`,
    ]);
    const columns = [{ head: 'chosen' }, right('value'), right('95 % interval')];
    for (const line of textTable(columns, rows)) print(line);
    print();
    print(
      `${counted(fit.evaluations, 'candidate')}, ${counted(simulations, 'run')} simulated; misfit ${shownNumber(fit.misfit)} on ${counted(profile.fit.filter(({ heldOut }) => !heldOut).length, 'target')}.`,
    );
    report(args, profile);
  }
  if (fit.status === 'complete') return;
  note(
    paintNote(
      'yellow',
      fit.status === 'interrupted'
        ? 'Interrupted; the best so far was kept.'
        : 'Stopped at --max-runs; the best so far was kept.',
    ),
  );
  process.exitCode = fit.status === 'interrupted' ? exit.interrupted : exit.incomplete;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The command that fits the same again, with files named without their folders. */
function again(args: CalibrateArguments): string {
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, value];
  return commandLine('calibrate', [
    ...(args.scenario === undefined ? [] : [args.scenario]),
    ...(args.overrides ?? []),
    ...(args.from === undefined ? [] : ['--from', ...args.from.map(fileName), '--base', args.base]),
    ...option('targets', args.targets && fileName(args.targets)),
    ...option('free', args.free),
    ...(args['hold-out'] === undefined ? [] : ['--hold-out', ...args['hold-out']]),
    ...option('name', args.name),
    ...option('seed', args.seed),
    ...option('replications', args.replications),
  ]);
}

function write({ out, force }: CalibrateArguments, profile: Profile): void {
  if (out === undefined) return;
  const text = out.endsWith('.json') ? `${JSON.stringify(profile, null, 1)}\n` : profileText(profile);
  writeNew(out, text, force);
}

const right = (head: string) => ({ head, align: 'right' as const });

function printRates(rates: readonly FittedRate[]): void {
  const rows = rates.map(({ name, value, low, high, n, events, warning }) => [
    name,
    shownNumber(value),
    `${shownNumber(low)} to ${shownNumber(high)}`,
    events === null ? '' : shownNumber(events),
    shownNumber(n),
    warning === undefined ? '' : '*',
  ]);
  const columns = [
    { head: 'parameter' },
    right('value'),
    right('95 % interval'),
    right('events'),
    right('of'),
    { head: '' },
  ];
  for (const [i, line] of textTable(columns, rows).entries()) print(i === 0 ? paint('dim', line) : line);
  print();
}

function report({ out }: CalibrateArguments, profile: Profile): void {
  if (profile.warnings.length > 0) {
    print(paint('bold', 'What the data do not tell'));
    for (const warning of profile.warnings)
      for (const [i, line] of wrapped(warning, width - 2).entries())
        print(i === 0 ? `- ${line}` : `  ${line}`);
    print();
  }
  print(paint('bold', 'Error of the fit'));
  for (const line of fitTable(profile.fit)) print(line);
  print();
  if (out === undefined) note('Nothing was written; --out FILE keeps the profile.');
  else {
    note(`Written to ${out}.`);
    print(`Use it: ${commandLine('sweep', ['agentsnet', `behaviour=${out}`])}`);
  }
}
