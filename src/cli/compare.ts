import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { type Comparison, compare } from '../compare/compare.ts';
import type { Contrast, Standing } from '../compare/contrast.ts';
import { type Quality, qualities } from '../compare/replications.ts';
import { comparedLines, frontLines } from '../compare/report.ts';
import { Interrupted } from '../study/interrupted.ts';
import { counted } from '../study/numbers.ts';
import { type Plan, planOf } from '../study/source.ts';
import { wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { exit, interruptible } from './interrupt.ts';
import {
  jobsOf,
  jsonOption,
  replicationsOption,
  scenarioOptions,
  sourceOf,
  sweepOptions,
  wholeNumber,
} from './scenario-source.ts';
import { type Colour, countLine, note, paint, print, printJson, width } from './terminal.ts';
import { version } from './version.ts';

interface CompareArguments {
  readonly designs: readonly string[];
  readonly seed?: string | undefined;
  readonly replications?: string | undefined;
  readonly jobs?: string | undefined;
  readonly prices?: string | undefined;
  readonly quality: Quality;
  readonly json: boolean;
}

/** `synod compare`: designs against one agent and best-of-N at what they spend. */
export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare <designs..>',
  describe: 'Hold designs against one agent and best-of-N that spend the same',
  builder: (yargs) =>
    yargs
      .positional('designs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Scenarios whose points are designs for one task, and key=value for all of them',
      })
      .options({
        prices: {
          type: 'string',
          requiresArg: true,
          describe:
            'The day whose prices hold, such as 2026-10-07, instead of the scenario’s; others of the table are compared too',
        },
        quality: {
          choices: qualities,
          default: 'solved' as Quality,
          requiresArg: true,
          describe: 'What counts: solved or not, or the share that is right',
        },
        ...scenarioOptions,
        ...replicationsOption,
        jobs: sweepOptions.jobs,
        ...jsonOption,
      })
      .example('$0 compare my-team.yaml', 'is it worth its tokens?')
      .example('$0 compare my-team.yaml prices.model=gpt-5 --prices 2026-10-01', 'and its dollars?'),
  handler: async (args) => {
    const plans = plansOf(args);
    const progress = countLine('runs');
    try {
      const comparison = await interruptible((signal) =>
        compare({
          plans,
          quality: args.quality,
          replications:
            args.replications === undefined
              ? undefined
              : wholeNumber('--replications', args.replications, 2, 1e7),
          date: args.prices,
          jobs: jobsOf(args.jobs),
          signal,
          onProgress: progress.show,
        }).finally(progress.clear),
      );
      if (args.json) printObjects(comparison);
      else printComparison(plans, comparison);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      note('Interrupted; nothing was kept.');
      process.exitCode = exit.interrupted;
    }
  },
};

/** Reads the files that were named; words with an equals sign that are no files are for all of them. */
function plansOf({ designs, seed, prices }: CompareArguments): Plan[] {
  const isOverride = (word: string): boolean => word.includes('=') && !existsSync(word);
  const files = designs.filter((word) => !isOverride(word));
  refuseSecondDay(files, prices);
  if (files.length === 0) {
    const message = 'names no scenario; give the file of a design first, and key=value after it';
    throw new ScenarioError([{ path: designs.join(' '), message }]);
  }
  const overrides = designs.filter(isOverride);
  // Prices that are named on the command line have no day of their own yet.
  if (prices !== undefined && overrides.some((it) => it.startsWith('prices.model=')))
    overrides.push(`prices.date=${JSON.stringify(prices)}`);
  return files.map((scenario) =>
    inFile(scenario, files.length > 1, () => planOf(sourceOf({ scenario, overrides, seed }))),
  );
}

/** A word that is a day was meant for --prices, which takes one. */
function refuseSecondDay(files: readonly string[], prices: string | undefined): void {
  const day = files.find((word) => /^\d{4}-\d{2}-\d{2}$/.test(word) && !existsSync(word));
  if (day === undefined) return;
  const remedy =
    prices === undefined
      ? `give it as --prices ${day}`
      : `leave it out, since --prices ${prices} is enough: the verdict is also found at every other day of the price table at which prices change, and told where it is another`;
  throw new ScenarioError([{ path: day, message: `is a day and names no scenario; ${remedy}` }]);
}

/** Says in which file something is wrong, where there are several. */
function inFile<T>(file: string, isOneOfSeveral: boolean, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ScenarioError) || !isOneOfSeveral) throw error;
    throw new ScenarioError(
      error.issues.map(({ path, message }) => ({ path, message: `${message} (in ${file})` })),
    );
  }
}

const colours: Readonly<Record<string, Colour>> = { 'worth it': 'green', 'not worth it': 'red' };

function printComparison(plans: readonly Plan[], comparison: Comparison): void {
  const { seed, replications, quality, compared } = comparison;
  const title = plans.map(({ scenario }) => scenario.title).join(' · ');
  print(paint('bold', title));
  const head = `${counted(compared.length, 'design')} against one agent and best-of-N at the same spend; ${counted(replications, 'replication')} each, seed ${seed}`;
  print(paint('dim', head));
  for (const it of compared) {
    print();
    for (const line of comparedLines(it, quality, width)) print(line);
  }
  print();
  for (const line of frontLines(comparison, quality, width)) print(line);
  for (const { judgement } of compared) {
    print();
    const [first = '', ...rest] = wrapped(judgement.sentence, width);
    print(paint(colours[judgement.word] ?? 'yellow', first));
    for (const line of rest) print(paint(colours[judgement.word] ?? 'yellow', line));
    for (const warning of judgement.warnings)
      for (const line of wrapped(`Warning: ${warning}`, width)) print(paint('yellow', line));
  }
  const flat = flatness(comparison);
  if (flat !== undefined) note(flat);
}

/** Where everybody solves it, or nobody does, there is nothing to tell apart. */
function flatness({ fronts, quality }: Comparison): string | undefined {
  const [first] = fronts.tokens;
  if (quality !== 'solved' || first === undefined || fronts.tokens.some((it) => it.quality !== first.quality))
    return undefined;
  const who =
    first.quality === 0 ? 'Nobody solves it' : first.quality === 1 ? 'Everybody solves it' : undefined;
  return who === undefined ? undefined : `${who}; --quality soft compares the share that is right.`;
}

function printObjects(comparison: Comparison): void {
  const { seed, replications, quality, compared, fronts } = comparison;
  for (const it of compared) {
    const design = { design: it.design.name, factors: it.design.factors };
    for (const contrast of it.contrasts)
      printJson({ type: 'comparison', ...design, quality, ...contrastObject(contrast) });
    if (it.contrasts.every(({ meter }) => meter.kind === 'tokens')) {
      for (const { baseline } of it.contrasts)
        printJson({
          type: 'comparison',
          ...design,
          quality,
          baseline,
          meter: 'dollars',
          date: null,
          known: false,
        });
    }
  }
  for (const { design, judgement, cheaper, selector, notes } of compared) {
    const { word, tokens, dollars, sentence, byDate, warnings } = judgement;
    printJson({
      type: 'verdict',
      design: design.name,
      factors: design.factors,
      verdict: word,
      tokens: tokens ?? null,
      dollars: dollars ?? null,
      sentence,
      dates: byDate.map(({ date, word: at }) => ({ date, verdict: at ?? null })),
      warnings,
      cheaper:
        cheaper === undefined
          ? null
          : { label: cheaper.label, quality: cheaper.quality, tokens: cheaper.tokens },
      notes,
      selector,
      front: {
        tokens: onFront(design.mark, fronts.tokens),
        dollars: fronts.dollars === undefined ? null : onFront(design.mark, fronts.dollars),
      },
      replications,
      seed,
      version,
    });
  }
}

/** Whether a design is on a front. */
const onFront = (mark: string, front: Comparison['fronts']['tokens']): boolean =>
  front.some((it) => it.kind === 'design' && it.mark === mark && it.isOnFront);

function contrastObject({ baseline, meter, found }: Contrast): object {
  const head = { baseline, meter: meter.kind, date: meter.kind === 'dollars' ? meter.date : null };
  if (found === undefined) return { ...head, known: false };
  const { difference, perUnitDifference, match } = found;
  const { kind, lower, upper, share, spent, ofTarget, label, unserved } = match;
  return {
    ...head,
    known: true,
    ...standingObject('design', found.design),
    ...standingObject('baseline', found.other),
    difference: difference.mean,
    low: difference.low,
    high: difference.high,
    perUnitDifference,
    match: { kind, label, lower, upper, share, spent, ofTarget, unserved: unserved?.why ?? null },
  };
}

function standingObject(of: string, { quality, tokens, dollars, perUnit }: Standing): object {
  const named = { Quality: quality, Tokens: tokens, Dollars: dollars ?? null, PerUnit: perUnit };
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`${of}${name}`, value]));
}
