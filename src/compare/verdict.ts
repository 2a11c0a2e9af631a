import { shownNumber } from '../study/numbers.ts';
import type { Estimate } from '../study/statistics.ts';
import type { BaselineName } from './baselines.ts';
import type { Contrast, Meter, Standing } from './contrast.ts';
import type { Design } from './designs.ts';
import type { Quality } from './replications.ts';

export type VerdictWord = 'worth it' | 'not worth it' | 'no difference shown';

/** How a design stands to one baseline by one meter. */
type Relation = 'better' | 'worse' | 'dearer' | 'equal';

/** The verdict by one meter, and the contrast that decides it. Undefined where the meter is unknown. */
export interface Verdict {
  readonly meter: Meter;
  readonly word: VerdictWord | undefined;
  readonly deciding: Contrast | undefined;
}

/** Whether a design is worth what it spends, against the baselines it must beat. */
export interface Judgement {
  /** In both meters; or that it depends on which. */
  readonly word: VerdictWord | 'depends on the meter';
  readonly tokens: VerdictWord | undefined;
  readonly dollars: VerdictWord | undefined;
  readonly sentence: string;
  /** What the verdict is in dollars of each day, in order of days. */
  readonly byDate: readonly { readonly date: string; readonly word: VerdictWord | undefined }[];
  readonly warnings: readonly string[];
}

/**
 * Judges one contrast by its 95 % intervals. At matched spend the better one is the one of higher quality. A baseline that
 * cannot spend as much is dearly beaten only by a gain that shows; with none, whoever pays less for the same
 * quality is ahead.
 */
export function relationOf({ found }: Contrast): Relation {
  if (found === undefined) return 'equal';
  const { difference, perUnitDifference, match } = found;
  const isBelow = (it: Estimate): boolean => it.high !== null && it.high < 0;
  const isAbove = (it: Estimate): boolean => it.low !== null && it.low > 0;
  if (isAbove(difference)) return 'better';
  // A baseline that is better and cannot be had as cheaply proves nothing.
  if (isBelow(difference)) return match.kind === 'above' ? 'equal' : 'worse';
  if (match.kind === 'below' && isBelow(perUnitDifference)) return 'dearer';
  if (match.kind === 'above' && isAbove(perUnitDifference)) return 'better';
  return 'equal';
}

/**
 * Worth it: better than every baseline. Not worth it: some baseline is better, or as good for less. So of two forms of a
 * baseline the stronger is decisive, and is not picked by its luck before it is tested.
 */
export function verdictOf(meter: Meter, contrasts: readonly Contrast[]): Verdict {
  const known = contrasts.filter(({ found }) => found !== undefined);
  if (known.length < contrasts.length || known.length === 0)
    return { meter, word: undefined, deciding: undefined };
  const relations = atMatchedSpend(known).map((contrast) => ({ contrast, relation: relationOf(contrast) }));
  const least = (...wanted: readonly Relation[]): Contrast | undefined => {
    const of = relations.filter(({ relation }) => wanted.includes(relation));
    of.sort((a, b) => gainOf(a.contrast) - gainOf(b.contrast));
    return of[0]?.contrast;
  };
  const lost = least('worse') ?? least('dearer');
  if (lost !== undefined) return { meter, word: 'not worth it', deciding: lost };
  const open = least('equal');
  if (open !== undefined) return { meter, word: 'no difference shown', deciding: open };
  return { meter, word: 'worth it', deciding: least('better') };
}

/** Best-of-N has two forms; one that cannot be had as cheaply gives way to one that can. */
function atMatchedSpend(contrasts: readonly Contrast[]): readonly Contrast[] {
  const isDearer = ({ found }: Contrast): boolean => found?.match.kind === 'above';
  const many = contrasts.filter(({ baseline }) => baseline !== 'single-agent');
  return many.every(isDearer)
    ? contrasts
    : contrasts.filter((it) => it.baseline === 'single-agent' || !isDearer(it));
}

const gainOf = ({ found }: Contrast): number => found?.difference.mean ?? 0;

export interface JudgedOptions {
  readonly design: Design;
  readonly quality: Quality;
  readonly named: string | undefined;
  /** Whether the design spends something that tokens do not count. */
  readonly isUnmetered: boolean;
  /** A check that the design has and one agent does not. */
  readonly missingCheck?: string | undefined;
  /** Where the same is to be had for far fewer tokens. */
  readonly cheaper?: string | undefined;
  /** Which baselines could not have done all of the work. */
  readonly outOfReach?: string | undefined;
}

/** Puts the verdicts of all meters together: a sentence, and where it depends on the meter or on the day. */
export function judged(
  verdicts: readonly Verdict[],
  { design, quality, named, isUnmetered, missingCheck, cheaper, outOfReach }: JudgedOptions,
): Judgement {
  const dateOf = ({ meter }: Verdict): string | undefined =>
    meter.kind === 'dollars' ? meter.date : undefined;
  const inTokens = verdicts.find(({ meter }) => meter.kind === 'tokens') as Verdict;
  const inDollars = verdicts.find((it) => it.meter.kind === 'dollars' && dateOf(it) === named);
  const tokens = inTokens.word;
  const dollars = inDollars?.word;
  const depends = dollars !== undefined && tokens !== dollars;
  const byDate = verdicts
    .flatMap((it) => (it.meter.kind === 'dollars' ? [{ date: it.meter.date, word: it.word }] : []))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  const sentence = [sentenceOf(design, quality, inTokens, inDollars), cheaper, missingCheck]
    .filter((it) => it !== undefined)
    .join(' ');
  const warnings = outOfReach === undefined ? [] : [outOfReach];
  if (isUnmetered)
    warnings.push('The design also spends latent steps or keys and values, which tokens do not count.');
  if (depends)
    warnings.push(
      `The verdict depends on the meter: ${tokens} in tokens, ${dollars} in dollars of ${named}.`,
    );
  const others = byDate.filter(({ word }) => word !== undefined && word !== dollars);
  if (dollars !== undefined && others.length > 0) {
    const shown = byDate.map(({ date, word }) => `${word ?? 'unknown'} at prices of ${date}`);
    warnings.push(`The verdict changes with the price date: ${shown.join(', ')}.`);
  }
  return {
    word: depends ? 'depends on the meter' : (tokens ?? 'no difference shown'),
    tokens,
    dollars,
    sentence,
    byDate,
    warnings,
  };
}

function sentenceOf(design: Design, quality: Quality, tokens: Verdict, dollars: Verdict | undefined): string {
  const { name } = design;
  const isPriced = dollars?.word !== undefined;
  if (tokens.word === undefined) return `${name}: nothing was run that it could be held against.`;
  const inTokens = clauseOf(tokens, quality);
  if (!isPriced) return `${name}: ${tokens.word} in tokens (dollars unknown), ${inTokens}.`;
  const at = dollars.meter.kind === 'dollars' ? dollars.meter.date : '';
  if (dollars.word === tokens.word)
    return `${name}: ${tokens.word}, in tokens ${inTokens}, and in dollars of ${at} ${clauseOf(dollars, quality)}.`;
  return `${name}: ${tokens.word} in tokens, ${inTokens}, but ${dollars.word} in dollars of ${at}, ${clauseOf(dollars, quality)}.`;
}

export const baselineShown: Readonly<Record<BaselineName, string>> = {
  'single-agent': 'one agent',
  'best-of': 'best-of-N',
  'self-consistency': 'self-consistency',
};

/** `0.42 against 0.55 of one agent at 12,300 tokens each (-0.13, 95 % -0.17 to -0.09)`. */
function clauseOf({ deciding, meter }: Verdict, quality: Quality): string {
  const found = deciding?.found;
  if (deciding === undefined || found === undefined) return '';
  const { design, other, difference, match } = found;
  const shown = (it: Standing): string => (it.quality.mean ?? 0).toFixed(3);
  const spent = (it: Standing): string =>
    meter.kind === 'tokens' ? `${shownNumber(Math.round(it.tokens))} tokens` : shownDollars(it.dollars);
  const verb = quality === 'solved' ? 'solving' : 'getting right';
  const at =
    match.kind === 'matched' ? `at ${spent(design)} each` : `at ${spent(design)} against ${spent(other)}`;
  return `${verb} ${shown(design)} against ${shown(other)} by ${baselineShown[deciding.baseline]} ${at} (${shownDifference(difference)})`;
}

/** `+0.120, 95 % +0.060 to +0.180`. */
export function shownDifference({ mean, low, high }: Estimate): string {
  if (mean === null) return 'unknown';
  const range = low === null || high === null ? '' : `, 95 % ${signed(low)} to ${signed(high)}`;
  return `${signed(mean)}${range}`;
}

export const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(3)}`;

/** Dollars to three digits: `$0.0123`. */
export function shownDollars(dollars: number | undefined): string {
  if (dollars === undefined) return 'unknown';
  return `$${dollars >= 1000 || dollars === 0 ? shownNumber(dollars) : Number(dollars.toPrecision(3)).toString()}`;
}
