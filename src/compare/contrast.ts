import { bootstrap, type Estimate } from '../study/statistics.ts';
import type { Baseline, BaselineName } from './baselines.ts';
import { type Match, meanOf, mixed, mixtureAt, type SpentOf, type Unserved } from './match.ts';
import type { Sample } from './sampler.ts';

/** What spending is counted in: tokens, or dollars of a day. */
export type Meter =
  | { readonly kind: 'tokens'; readonly spentOf: SpentOf }
  | { readonly kind: 'dollars'; readonly date: string; readonly spentOf: SpentOf };

/** Tokens are counted by the thousand where quality is divided by them. */
export const unitOf = ({ kind }: Meter): number => (kind === 'tokens' ? 1000 : 1);

/** What a contestant comes to: means over the replications, with intervals. */
export interface Standing {
  readonly quality: Estimate;
  readonly tokens: number;
  readonly dollars: number | undefined;
  /** Quality per thousand tokens, or per dollar, whichever is matched. */
  readonly perUnit: Estimate;
}

/** How a baseline came to spend what it is compared at. */
export interface Matched {
  readonly kind: Match['kind'];
  /** The rungs that are mixed, and the share of the runs that take the upper one. */
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
  /** What it spends, and what of the design's spend that is. */
  readonly spent: number;
  readonly ofTarget: number;
  readonly label: string;
  /** Most turns of one of its agents at the lower and at the upper rung; left out where it goes by no turns. */
  readonly turns?: readonly [number, number] | undefined;
  /** Why it can spend no more, where the serving says so. */
  readonly unserved?: Unserved | undefined;
}

/** A design beside one baseline, at what the design spends by one meter. */
export interface Contrast {
  readonly baseline: BaselineName;
  readonly meter: Meter;
  /** Undefined where the meter is unknown, as dollars without prices are. */
  readonly found:
    | {
        readonly design: Standing;
        readonly other: Standing;
        /** Of the design over the baseline. */
        readonly difference: Estimate;
        readonly perUnitDifference: Estimate;
        readonly match: Matched;
      }
    | undefined;
}

export interface ContrastOptions {
  readonly own: Sample;
  readonly baseline: Baseline;
  /** Undefined where what the design spends is unknown. */
  readonly match: Match | undefined;
  readonly meter: Meter;
  readonly seed: number;
  readonly resamples: number;
}

/**
 * Sets a design beside a baseline that spends the same on the mean: where the match lies between two rungs, a share of the
 * baseline's runs takes the upper one, which is a policy that can be had. Intervals resample replications, all
 * contestants together, and match anew in each resample, so that they also hold what is uncertain in the match.
 */
export function contrastOf({ own, baseline, match, meter, seed, resamples }: ContrastOptions): Contrast {
  const unknown: Contrast = { baseline: baseline.name, meter, found: undefined };
  if (match === undefined) return unknown;
  const { spentOf } = meter;
  const { rungs, kind } = match;
  const count = rungs.length;
  // Qualities, which are shares, first.
  const columns = [
    own.quality,
    ...rungs.map(({ sample }) => sample.quality),
    spentOf(own),
    ...rungs.map(({ sample }) => spentOf(sample)),
  ];
  const means = Float64Array.from(columns, meanOf);
  if (means.some(Number.isNaN)) return unknown;
  const unit = unitOf(meter);
  const mixtureOf = (of: Float64Array) => mixtureAt(of[1 + count] as number, [...of.subarray(2 + count)]);
  const numbersOf = (of: Float64Array): readonly number[] => {
    const mixture = mixtureOf(of);
    const [quality, spent] = [of[0] as number, of[1 + count] as number];
    const otherQuality = mixed(mixture, (rung) => of[1 + rung] as number);
    const otherSpent = mixed(mixture, (rung) => of[2 + count + rung] as number);
    const perUnit = (quality / spent) * unit;
    const otherPerUnit = (otherQuality / otherSpent) * unit;
    return [quality, otherQuality, quality - otherQuality, perUnit, otherPerUnit, perUnit - otherPerUnit];
  };
  const intervals = bootstrap(columns, numbersOf, { seed, resamples, shares: 1 + count });
  const n = own.quality.length;
  const estimates = numbersOf(means).map(
    (it, i): Estimate => ({
      mean: Number.isFinite(it) ? it : null,
      low: finite(intervals[i]?.low),
      high: finite(intervals[i]?.high),
      n,
    }),
  );
  const [quality, otherQuality, difference, perUnit, otherPerUnit, perUnitDifference] = estimates as [
    Estimate,
    Estimate,
    Estimate,
    Estimate,
    Estimate,
    Estimate,
  ];
  const mixture = mixtureOf(means);
  const of = (column: (sample: Sample) => Float64Array): number =>
    mixed(mixture, (rung) => meanOf(column((rungs[rung] as Match['rungs'][number]).sample)));
  const dollarsAt = meter.kind === 'dollars' ? spentOf : ({ dollars }: Sample) => dollars[0];
  const dollarsOf = (sampleMean: () => number): number | undefined => {
    const spent = dollarsAt(own) === undefined ? Number.NaN : sampleMean();
    return Number.isNaN(spent) ? undefined : spent;
  };
  const dollars = (sample: Sample): Float64Array => dollarsAt(sample) as Float64Array;
  const spent = of(spentOf);
  const stepOf = (rung: number): number => rungs[rung]?.step ?? 0;
  const [lower, upper] = [stepOf(mixture.lower), stepOf(mixture.upper)];
  return {
    baseline: baseline.name,
    meter,
    found: {
      design: {
        quality,
        tokens: meanOf(own.tokens),
        dollars: dollarsOf(() => meanOf(dollars(own))),
        perUnit,
      },
      other: {
        quality: otherQuality,
        tokens: of(({ tokens }) => tokens),
        dollars: dollarsOf(() => of(dollars)),
        perUnit: otherPerUnit,
      },
      difference,
      perUnitDifference,
      match: {
        kind,
        lower,
        upper,
        share: mixture.share,
        spent,
        ofTarget: spent / (means[1 + count] as number),
        label: baseline.label(lower, upper),
        turns: baseline.turnsOf && [baseline.turnsOf(lower), baseline.turnsOf(upper)],
        unserved: match.unserved,
      },
    },
  };
}

const finite = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value;
