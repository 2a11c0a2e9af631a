import type { CommandModule } from 'yargs';
import { priceOf } from '../economy/prices.ts';
import type { Usage } from '../economy/usage.ts';
import { addressOf } from '../models/providers.ts';
import { bookOf } from '../scenario/costs.ts';
import { type ModelConfig, modeOf } from '../scenario/model.ts';
import type { Row, Run } from '../scenario/run.ts';
import { label, runOf } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import { type AnswerTally, failuresIn, newTally, sourcesIn } from '../study/answer-tally.ts';
import { fitNotes } from '../study/fit-notes.ts';
import { Interrupted } from '../study/interrupted.ts';
import { counted, shownNumber } from '../study/numbers.ts';
import { type PerformOptions, perform } from '../study/perform.ts';
import { type Plan, planOf } from '../study/source.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import type { Metric, Observer } from '../world/contracts.ts';
import { mostRounds } from '../world/limits.ts';
import { commandLine, program, runWords } from './command-line.ts';
import { exit, interruptible } from './interrupt.ts';
import { type ModelArguments, modelOptions, replayWords } from './model-options.ts';
import { outcomeColour, verdictColour } from './outcome-colour.ts';
import {
  jsonOption,
  overridesPositional,
  replicationOption,
  type ScenarioArguments,
  scenarioOptions,
  scenarioPositional,
  sourceOf,
  wholeNumber,
} from './scenario-source.ts';
import { countLine, note, pageWidth, paint, paintNote, print, printJson } from './terminal.ts';

interface RunArguments extends ScenarioArguments, ModelArguments {
  readonly replication: string;
  readonly json: boolean;
}

/** `synod run`: one run, and how it ended. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <scenario> [overrides..]',
  describe: 'Run a scenario once and say how it ended',
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
      .example('$0 run agentsnet task=matching topology.agents=16', 'one that ships with synod')
      .example('$0 run my.yaml topology.agents=64 --seed 3', 'with one key replaced'),
  handler: async (args) => {
    const { plan, run } = chosenRun(args);
    const { observer, details } = detailed(run.config as Config);
    const { priced, reasons } = unpriced(run.config as Config);
    const row = await performed(plan, run, args.json ? [observer, priced] : [priced]);
    if (row === undefined) return;
    for (const reason of reasons) note(`Dollars are unknown: ${reason}.`);
    if (args.json) printJson({ scenario: plan.scenario.name, ...objectOf(plan, row), details: details() });
    else printRow(args, plan, row);
    if (row.error !== undefined) {
      note(paintNote('red', `The run failed, which is a fault of synod: ${row.error}`));
      note(`Again: ${commandLine('run', wordsOf(args, plan, row))}`);
      process.exitCode = exit.failed;
    }
  },
};

/** Why the dollars of a run are not known, where it has prices. */
function unpriced({ prices }: Config): { priced: Observer; reasons: ReadonlySet<string> } {
  const reasons = new Set<string>();
  if (prices === undefined) return { priced: {}, reasons };
  const book = bookOf(prices);
  const spend = (_: number, usage: Usage): void => {
    const cost = priceOf(book, usage, prices);
    if (cost.dollars === undefined) reasons.add(cost.why);
  };
  return { priced: { spend }, reasons };
}

/** The metrics of a run once more, for what they have to say by agent, edge, round, purpose or claim. */
function detailed(config: Config): { observer: Observer; details: () => object } {
  let metrics: readonly (readonly [string, Metric])[] = [];
  const tell =
    <Name extends Exclude<keyof Observer, 'start'>>(name: Name) =>
    (...heard: unknown[]): void => {
      for (const [, metric] of metrics)
        (metric[name] as ((...all: unknown[]) => void) | undefined)?.(...heard);
    };
  return {
    observer: {
      start: (view) => {
        metrics = config.metrics.map((it) => [it.part.name, it.make().begin(view.setting)] as const);
        for (const [, metric] of metrics) metric.start?.(view);
      },
      round: tell('round'),
      send: tell('send'),
      deliver: tell('deliver'),
      drop: tell('drop'),
      timeout: tell('timeout'),
      ask: tell('ask'),
      answer: tell('answer'),
      spend: tell('spend'),
      decide: tell('decide'),
    },
    details: () =>
      Object.fromEntries(
        metrics.flatMap(([name, { details, tables }]) => {
          const lists = Object.entries(details?.() ?? {}).map(([key, it]) => [key, Array.from(it)]);
          const of = [...lists, ...Object.entries(tables?.() ?? {})];
          return of.length === 0 ? [] : [[name, Object.fromEntries(of)]];
        }),
      ),
  };
}

/** Does a run that can be interrupted; undefined, and the exit code set, where it was. */
const performed = (plan: Plan, run: Run, observers: readonly Observer[] = []): Promise<Row | undefined> =>
  attended(plan, run, (options) => perform(run, { ...options, observers }));

/** Work on a run that can be interrupted, with who answers and how far it is said; undefined where it was interrupted. */
export async function attended<T>(
  plan: Plan,
  run: Run,
  work: (options: Omit<PerformOptions, 'observers'>) => Promise<T>,
): Promise<T | undefined> {
  const { model } = run.config as Config;
  const { show, clear } = countLine('answers');
  const { folder } = plan.source;
  const tally = newTally();
  let isSaid = model === undefined;
  // Not before it is known that somebody does.
  const say = (): void => {
    if (model === undefined || isSaid || tally.answers === tally.recorded) return;
    sayWhoAnswers(model);
    isSaid = true;
  };
  const onAnswers = (count: number): void => {
    say();
    show(count);
  };
  try {
    const done = await interruptible((signal) => work({ folder, signal, onAnswers, tally }).finally(clear));
    say();
    sayAnswers(tally, model === undefined ? [] : [model]);
    return done;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const kept =
      model === undefined
        ? 'Interrupted; nothing was kept.'
        : 'Interrupted. What was answered is on the cassette, if there is one; the same command goes on from here.';
    note(kept);
    process.exitCode = exit.interrupted;
    return undefined;
  }
}

/**
 * Says where answers came from, and how many there were none of, and why; where there were no others, nothing can be concluded.
 */
export function sayAnswers(tally: AnswerTally, models: readonly ModelConfig[]): void {
  const only = <T>(of: (model: ModelConfig) => T): T | undefined => {
    const all = new Set(models.map(of));
    return all.size === 1 ? [...all][0] : undefined;
  };
  // Of a replay it is known where answers came from.
  if (models.length > 0 && only(modeOf) !== 'strict') {
    const sources = sourcesIn(tally, { cassette: only((it) => it.cassette), address: only(addressOf) });
    note(paintNote('dim', `${sources}.`));
  }
  const said = failuresIn(tally);
  if (said === undefined) return;
  note(paintNote('red', said));
  if (tally.failed === tally.answers) process.exitCode = exit.incomplete;
}

function sayWhoAnswers(config: ModelConfig): void {
  const mode = modeOf(config);
  if (mode === 'strict') return;
  const { model, cassette } = config;
  const kept =
    mode === 'live' ? 'answers are not recorded; --cassette FILE keeps them' : `recorded on ${cassette}`;
  note(paintNote('dim', `${model} at ${addressOf(config)} answers; ${kept}.`));
}

/** The run that the arguments choose: the first point that is left, in the replication asked for. */
export function chosenRun(args: ScenarioArguments & { readonly replication: string }) {
  const plan = planOf(sourceOf(args));
  const replication = wholeNumber('--replication', args.replication, 0, 1e9);
  const point = plan.scenario.points[0];
  if (!point) throw new Error('chosenRun: a scenario has a point at least');
  if (plan.scenario.points.length > 1) {
    const paths = plan.scenario.factors.map(({ path }) => path).join(', ');
    note(
      paintNote(
        'dim',
        `${counted(plan.scenario.points.length, 'point')}; this is the first, ${label(point.factors)}. Choose another by ${paths}; run all by sweep.`,
      ),
    );
  }
  return { plan, run: runOf(plan.scenario, point, replication) };
}

function objectOf({ scenario }: Plan, row: Row): object {
  const { run, seed: _, ...rest } = row;
  return { run, seed: scenario.seed, ...rest };
}

function printRow(args: RunArguments, plan: Plan, row: Row): void {
  const { scenario } = plan;
  print(paint('bold', scenario.title));
  for (const line of wrapped(scenario.question, pageWidth())) print(line);
  print();
  printOutcome(row);
  const { limits } = scenario.points[row.point]?.config ?? {};
  if (limits !== undefined && limits.rounds === undefined && row.metrics.rounds === mostRounds) {
    print(
      `cut off      after ${mostRounds} rounds, for want of a horizon; give one, such as horizon: { rounds: 1000 }`,
    );
  }
  const numbers = Object.entries(row.metrics).map(([name, value]) => [
    name,
    value === null ? '-' : shownNumber(value),
  ]);
  print();
  for (const line of inColumns(numbers)) print(`  ${line}`);
  print();
  const factors = label(row.factors);
  if (factors !== '') print(`point        ${factors}`);
  print(`seed         ${scenario.seed}, replication ${row.replication}`);
  print(`fingerprint  ${row.fingerprint}`);
  print(`step by step ${commandLine('replay', wordsOf(args, plan, row))}`);
  for (const line of fitNotes(scenario, pageWidth(), program)) print(paint('dim', line));
}

/** How a run ended, as a few lines. */
export function printOutcome(row: Pick<Row, 'outcome' | 'cause' | 'witness' | 'verdicts'>): void {
  const cause = row.cause === 'none' ? '' : ` (${row.cause})`;
  print(`outcome      ${paint(outcomeColour(row.outcome), row.outcome)}${cause}`);
  wrapped(row.witness, pageWidth() - 13).forEach((line, i) => {
    if (line !== '') print((i === 0 ? 'witness' : '').padEnd(13) + line);
  });
  Object.entries(row.verdicts).forEach(([name, verdict], i) => {
    const head = (i === 0 ? 'verdicts' : '').padEnd(13);
    print(`${head}${name} ${paint(verdictColour(verdict), verdict)}`);
  });
}

const wordsOf = (args: RunArguments, { scenario }: Plan, row: Row): string[] => [
  ...runWords({
    scenario: args.scenario,
    overrides: args.overrides,
    factors: row.factors,
    seed: scenario.seed,
    replication: row.replication,
  }),
  ...replayWords(args, args.scenario),
];

/** Names and numbers side by side, in as many columns as fit. */
function inColumns(pairs: readonly (readonly string[])[]): string[] {
  const across = 3;
  const down = Math.ceil(pairs.length / across);
  const rows = Array.from({ length: down }, (_, i) =>
    Array.from({ length: across }, (_, j) => pairs[j * down + i] ?? ['', '']).flat(),
  );
  const columns = Array.from({ length: across }, () => [
    { head: '' },
    { head: '', align: 'right' as const },
  ]).flat();
  // The head is empty: it only aligns.
  return textTable(columns, rows).slice(1);
}
