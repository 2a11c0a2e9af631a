import type { Raw } from '../scenario/factors.ts';
import { ScenarioError } from '../world/error.ts';
import type { Sample, Sampler } from './sampler.ts';

/** A contestant with one free parameter, a whole number of which more costs more. */
export interface Ladder {
  readonly most: number;
  readonly at: (step: number) => Raw;
}

/** What is counted as spent: a column of each sample. */
export type SpentOf = (sample: Sample) => Float64Array;

export interface Rung {
  readonly step: number;
  readonly sample: Sample;
}

/** The first step that was tried of which the serving can never serve a call, and what it says. */
export interface Unserved {
  readonly step: number;
  readonly why: string;
}

/**
 * Where a ladder spends what is wanted. matched: between two rungs, or on one. below: all that it can spend is less.
 * above: its first rung spends more.
 */
export interface Match {
  readonly kind: 'matched' | 'below' | 'above';
  /** The rungs about the match, in order; more than the two next to it, where there are more. */
  readonly rungs: readonly Rung[];
  /** Set where the serving ends the ladder before it spends enough. */
  readonly unserved?: Unserved;
}

/** What a search came to. */
export interface Searched {
  /** Undefined where not even the first rung can be served. */
  readonly match: Match | undefined;
  readonly unserved: Unserved | undefined;
  /** All rungs that were run on the way, in no order. */
  readonly tried: readonly Rung[];
}

export interface Search {
  readonly sampler: Sampler;
  readonly ladder: Ladder;
  readonly dates: readonly string[];
  readonly spentOf: SpentOf;
  /** What is to be spent, as a mean over the replications. */
  readonly target: number;
}

/** A rung that was tried; without a sample where the serving cannot serve it. */
interface Tried {
  readonly step: number;
  readonly sample: Sample | undefined;
}

const isServed = (it: Tried): it is Rung => it.sample !== undefined;

/**
 * Looks for two neighbouring rungs between which the mean spent lies: doubling, then narrowing by turns of the secant and
 * of halving. A ladder that spends the same at twice as many steps has come to its end; so has one at whose next step the
 * serving cannot serve a call.
 */
export async function matchSpend(search: Search): Promise<Searched> {
  const { sampler, ladder, dates } = search;
  const tried = new Map<number, Rung>();
  let unserved: Unserved | undefined;
  const rungAt = async (step: number): Promise<Tried> => {
    try {
      const rung = { step, sample: await sampler.sample(ladder.at(step), dates) };
      tried.set(step, rung);
      return rung;
    } catch (error) {
      const why = neverServed(error);
      if (why === undefined) throw error;
      if (unserved === undefined || step < unserved.step) unserved = { step, why };
      return { step, sample: undefined };
    }
  };
  const match = await climbed(search, rungAt);
  const isCut = match?.kind === 'below' && unserved !== undefined;
  return {
    match: isCut ? { ...match, unserved: unserved as Unserved } : match,
    unserved,
    tried: [...tried.values()],
  };
}

/** Why the serving can never serve a call, where that is what went wrong; it shows only in a run. */
function neverServed(error: unknown): string | undefined {
  if (!(error instanceof ScenarioError)) return undefined;
  const [issue] = error.issues;
  return issue?.path.startsWith('serving.') ? `\`${issue.path}\` ${issue.message}` : undefined;
}

async function climbed(
  { ladder, target, spentOf }: Search,
  rungAt: (step: number) => Promise<Tried>,
): Promise<Match | undefined> {
  const spent = (it: Tried): number => (isServed(it) ? meanOf(spentOf(it.sample)) : Number.POSITIVE_INFINITY);
  const first = await rungAt(1);
  if (!isServed(first)) return undefined;
  if (spent(first) > target) return { kind: 'above', rungs: [first] };
  let low = first;
  let high: Tried = first;
  while (isServed(high) && spent(high) <= target) {
    if (high.step === ladder.most) return { kind: 'below', rungs: [high] };
    const next = await rungAt(Math.min(ladder.most, 2 * high.step));
    if (spent(next) === spent(high) && spent(high) < target) return { kind: 'below', rungs: [high] };
    if (spent(next) === spent(high)) break;
    low = high;
    high = next;
  }
  for (let round = 0; high.step - low.step > 1; round++) {
    const share = isServed(high) ? (target - spent(low)) / (spent(high) - spent(low)) : 0.5;
    const middle = await rungAt(between(low.step, high.step, round, share));
    if (isServed(middle) && spent(middle) <= target) low = middle;
    else high = middle;
  }
  if (!isServed(high)) return { kind: 'below', rungs: [low] };
  const rungs = [low.step - 1, low.step, high.step, high.step + 1];
  const kept = [...new Set(rungs)].filter((step) => step >= 1 && step <= ladder.most);
  return { kind: 'matched', rungs: (await Promise.all(kept.map(rungAt))).filter(isServed) };
}

/** A step strictly between two: by the secant, and every other time halfway, so that it cannot creep. */
function between(low: number, high: number, round: number, share: number): number {
  const guess = round % 2 === 0 ? low + Math.round(share * (high - low)) : Math.floor((low + high) / 2);
  return Math.min(high - 1, Math.max(low + 1, guess));
}

/** A mixture of two neighbouring rungs: the lower one, and the share of the runs that take the upper one. */
export interface Mixture {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
}

/**
 * The mixture of two neighbours that spends what is wanted on the mean; `spent` is what each rung spends, rising. Where
 * none does, the first or the last rung.
 */
export function mixtureAt(target: number, spent: readonly number[]): Mixture {
  const last = spent.length - 1;
  if (!(target > (spent[0] as number))) return { lower: 0, upper: 0, share: 0 };
  for (let i = 0; i < last; i++) {
    const [from, to] = [spent[i] as number, spent[i + 1] as number];
    if (target === from) return { lower: i, upper: i, share: 0 };
    if (target < from || target >= to) continue;
    return { lower: i, upper: i + 1, share: (target - from) / (to - from) };
  }
  return { lower: last, upper: last, share: 0 };
}

/** What a mixture comes to in something that each rung has. */
export function mixed({ lower, upper, share }: Mixture, of: (rung: number) => number): number {
  // The lower one alone to the last digit, where nothing is mixed in.
  return share === 0 ? of(lower) : (1 - share) * of(lower) + share * of(upper);
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
