import type { CommandModule } from 'yargs';
import { checkExpectations } from '../scenario/expect.ts';
import type { Row } from '../scenario/run.ts';
import { newTally } from '../study/answer-tally.ts';
import { fitNotes, profilesOf } from '../study/fit-notes.ts';
import { nullsOf } from '../study/nulls.ts';
import { counted, shownNumber } from '../study/numbers.ts';
import { intervalNote, pointTable } from '../study/point-table.ts';
import { type Plan, planOf } from '../study/source.ts';
import { storedRows } from '../study/store.ts';
import { defaultFolder, type Study, study } from '../study/study.ts';
import { wrapped } from '../study/text-table.ts';
import { commandLine, program, runWords } from './command-line.ts';
import { exit, interruptible } from './interrupt.ts';
import { type ModelArguments, modelOptions, replayWords } from './model-options.ts';
import { printNulls } from './print-nulls.ts';
import { sayAnswers } from './run.ts';
import {
  jobsOf,
  jsonOption,
  limitsOf,
  overridesPositional,
  replicationsOption,
  type ScenarioArguments,
  scenarioOptions,
  scenarioPositional,
  sourceOf,
  sweepOptions,
} from './scenario-source.ts';
import { note, pageWidth, paint, paintNote, print, printJson, progressLine } from './terminal.ts';
import { version } from './version.ts';

export interface SweepArguments extends ScenarioArguments, ModelArguments {
  readonly jobs?: string | undefined;
  readonly 'max-runs'?: string | undefined;
  readonly 'time-limit'?: string | undefined;
  readonly out?: string | undefined;
  readonly 'dry-run': boolean;
  readonly nulls?: boolean;
  readonly json: boolean;
}

/** What `sweep` and `agentsnet` take beside the scenario. */
export const studyOptions = {
  ...scenarioOptions,
  ...replicationsOption,
  ...sweepOptions,
  out: {
    type: 'string',
    requiresArg: true,
    describe: 'The folder for the rows; results/NAME-DESIGN when left out',
  },
  'dry-run': { type: 'boolean', default: false, describe: 'Say what would be run, and run nothing' },
  ...jsonOption,
} as const;

/** `synod sweep`: every point of a scenario, as often as asked, stored as it goes. */
export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep <scenario> [overrides..]',
  describe: 'Run every point of a scenario many times; the same command again resumes',
  builder: (yargs) =>
    yargs
      .positional('scenario', scenarioPositional)
      .positional('overrides', overridesPositional)
      .options({ ...studyOptions, ...modelOptions })
      .option('nulls', {
        type: 'boolean',
        default: false,
        describe: 'Show beside each point what arithmetic alone would give',
      })
      .example('$0 sweep my.yaml --replications 100', 'rows go to results/my-...')
      .example("$0 sweep my.yaml 'topology.agents=[8, 16, 32]' --json", 'other levels; JSON lines'),
  handler: async (args) => {
    await sweepAndReport(args, (plan, done) => {
      printPoints(plan, done);
      if (args.nulls) printNulls(plan, done);
    });
  },
};

/** Does a sweep from its arguments, prints it as JSON lines or by `report`, and sets the exit code. */
export async function sweepAndReport(
  args: SweepArguments,
  report: (plan: Plan, study: Study) => void,
): Promise<void> {
  const plan = planOf(sourceOf(args));
  const folder = args.out ?? defaultFolder(plan);
  const { scenario, runs } = plan;
  const launch = {
    type: 'launch',
    name: scenario.name,
    question: scenario.question,
    seed: scenario.seed,
    replications: scenario.replications,
    points: scenario.points.length,
    runs: runs.count,
    design: scenario.design,
    version,
    out: folder,
    fits: profilesOf(scenario).map(({ name, behaviour, fit }) => ({ name, behaviour, fit })),
  };
  const jobs = jobsOf(args.jobs);
  const limits = limitsOf(args);
  if (args['dry-run']) {
    const stored = storedRows(folder, plan);
    if (args.json) printJson({ ...launch, stored, dryRun: true });
    else printPlan(plan, folder, stored, jobs);
    return;
  }
  const rows: Row[] = [];
  // What must come out is said of the scenario as it stands, not of one that was changed on the command line.
  const isExpecting =
    scenario.expect.length > 0 && plan.source.overrides.every((it) => /^(seed|replications)=/.test(it));
  const tally = newTally();
  const progress = progressLine(scenario.name);
  const done = await interruptible((signal) =>
    study({
      plan,
      folder,
      jobs,
      signal,
      tally,
      ...limits,
      onStart: (stored) => {
        if (args.json) printJson({ ...launch, stored });
        else printHead(plan);
      },
      onProgress: progress.show,
      ...(isExpecting ? { visit: (row: Row) => rows.push(row) } : {}),
    }),
  ).finally(progress.clear);

  if (args.json) {
    for (const summary of done.summary.points) {
      const { point, factors, replications, metrics, outcomes, ...rest } = summary;
      const nulls = args.nulls ? { nulls: nullsOf(scenario, summary) } : {};
      printJson({ type: 'point', point, factors, replications, metrics, outcomes, ...rest, ...nulls });
    }
  } else report(plan, done);
  const failures =
    isExpecting && done.status === 'complete' ? checkExpectations(scenario, rows).failures : [];
  if (args.json) {
    const { summary, status } = done;
    printJson({
      type: 'done',
      status,
      fingerprint: summary.fingerprint,
      runs: summary.rows,
      errors: summary.errors,
      seed: scenario.seed,
      expect: isExpecting ? { failures: failures.map(({ message }) => message) } : null,
      out: folder,
    });
  } else printEnd(plan, done, folder);
  sayAnswers(
    tally,
    scenario.points.flatMap(({ config }) => config.model ?? []),
  );
  conclude(args, plan, done, failures);
}

function conclude(
  args: SweepArguments,
  plan: Plan,
  { status, summary, left }: Study,
  failures: readonly { message: string }[],
): void {
  const { scenario } = plan;
  for (const { message } of failures) note(paintNote('red', `expected otherwise: ${message}`));
  if (failures.length > 0) process.exitCode = exit.unexpected;
  const failed = summary.firstError;
  if (failed) {
    const message = failed.error?.split('\n')[0];
    const words = runWords({
      ...args,
      factors: failed.factors,
      seed: scenario.seed,
      replication: failed.replication,
    });
    note(
      paintNote('red', `${counted(summary.errors, 'run')} failed, a fault of synod; the first: ${message}`),
    );
    note(`Again: ${commandLine('run', [...words, ...replayWords(args, args.scenario)])}`);
    process.exitCode = exit.failed;
  }
  if (status === 'complete') return;
  process.exitCode = status === 'interrupted' ? exit.interrupted : exit.incomplete;
  const why = status === 'interrupted' ? 'Interrupted' : 'Stopped at the limit';
  note(
    `${why}: ${scenario.precision ? 'at most ' : ''}${counted(left, 'run')} left after ${shownNumber(summary.rows)}. The same command goes on from here.`,
  );
}

function printHead({ scenario, runs }: Plan): void {
  print(paint('bold', scenario.title));
  for (const line of wrapped(scenario.question, pageWidth())) print(line);
  const { points, replications } = scenario;
  print(
    paint(
      'dim',
      `${counted(points.length, 'point')} x ${counted(replications, 'replication')} = ${counted(runs.count, 'run')}${scenario.precision ? ' at most' : ''}, seed ${scenario.seed}`,
    ),
  );
  print();
}

function printPlan(plan: Plan, folder: string, stored: number, jobs: number): void {
  printHead(plan);
  for (const { path, levels } of plan.scenario.factors) {
    const shown = levels.map((level) => String(level.label)).join(', ');
    for (const line of wrapped(`${path}: ${shown}`, pageWidth(), '  ')) print(line);
  }
  print(`design ${plan.scenario.design}, ${counted(jobs, 'worker thread')}`);
  print(`rows   ${folder}${stored > 0 ? `, which holds ${counted(stored, 'run')} already` : ''}`);
  print('Nothing was run.');
}

function printPoints({ scenario }: Plan, { summary }: Study): void {
  const paths = scenario.factors.map(({ path }) => path);
  for (const line of pointTable(paths, summary.points, pageWidth())) print(line);
  if (scenario.replications > 1)
    for (const line of wrapped(intervalNote, pageWidth())) print(paint('dim', line));
}

function printEnd({ scenario }: Plan, { summary, executed }: Study, folder: string): void {
  const fresh = executed === summary.rows ? '' : `, ${shownNumber(executed)} of them now`;
  for (const line of fitNotes(scenario, pageWidth(), program)) print(paint('dim', line));
  print();
  print(`${counted(summary.rows, 'run')}${fresh}, seed ${scenario.seed}, fingerprint ${summary.fingerprint}`);
  print(`rows in ${folder} (runs.jsonl, runs.csv)`);
}
