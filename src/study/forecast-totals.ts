import { Stream } from '../kernel/stream.ts';
import { studentQuantile } from './statistics.ts';

/** A total that is not known yet, with its 95 % interval; null where that, or the total, is not known at all. */
export interface Amount {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How many replications of the pilot came to one and the same, which leaves no interval; else undefined. */
  readonly equal?: number | undefined;
}

export const unknown: Amount = { mean: null, low: null, high: null };

const resamples = 1000;
/** So many draws stand for all runs of a longer sweep. */
const mostDraws = 500;
/** Quantiles of the standard normal at 0.975 and 0.95. */
const [z975, z95] = [1.959963984540054, 1.6448536269514722];

export interface Sweep {
  /** Replications of the pilot, from 2 on. */
  readonly pilot: number;
  /** Replications of the sweep that is forecast. */
  readonly replications: number;
  readonly seed: number;
}

/** Forecasts totals of a sweep from those of a pilot. */
export interface Totals {
  /** What all replications come to, of the values of one pilot replication each. */
  readonly mean: (values: ArrayLike<number>) => number;
  /** The same in every resample; sums of draws are draws of sums. */
  readonly draws: (values: ArrayLike<number>) => Float64Array;
  /** The interval that draws give about a mean. */
  readonly amount: (mean: number, draws: Float64Array) => Amount;
  /** What is not exceeded with a chance of 95 %. */
  readonly most: (mean: number, draws: Float64Array) => number;
}

/**
 * Predictive bootstrap. A resample draws the pilot's replications again, which moves the mean, and then as many more as
 * the sweep has, which scatter about it: the variance of the error is s^2 (R^2 / n + R) for R replications forecast from n.
 * Replications are drawn for all points at once, since points share their seeds. Percentiles of so small a sample are too
 * narrow; both arms are stretched by t(n - 1) / z and sqrt(n / (n - 1)), which for normal totals gives Student's
 * prediction interval (Hesterberg 2015, The American Statistician 69, on why the bootstrap needs it). Where all replications
 * of the pilot are equal there is no interval: what another one would come to nobody has seen.
 */
export function totalsOf({ pilot, replications, seed }: Sweep): Totals {
  if (!(pilot >= 2)) throw new RangeError(`totalsOf: pilot must be 2 or more, but is ${pilot}`);
  const weights = weightsOf({ pilot, replications, seed });
  const grown = Math.sqrt(pilot / (pilot - 1));
  const both = (studentQuantile(0.975, pilot - 1) / z975) * grown;
  const one = (studentQuantile(0.95, pilot - 1) / z95) * grown;
  const stretched = (mean: number, to: number, by: number): number => Math.max(0, mean + by * (to - mean));
  return {
    mean: (values) => (replications / pilot) * sumOf(values),
    draws: (values) => {
      const draws = new Float64Array(resamples);
      for (let i = 0; i < resamples; i++) {
        let sum = 0;
        for (let r = 0; r < pilot; r++) sum += (weights[i * pilot + r] as number) * (values[r] as number);
        draws[i] = sum;
      }
      return draws;
    },
    amount: (mean, draws) => {
      if (Number.isNaN(mean)) return unknown;
      const sorted = draws.toSorted();
      // Equal values leave nothing but rounding between the two.
      const [least = mean, most = mean] = [sorted[0], sorted.at(-1)];
      if (most - least <= 1e-9 * Math.abs(mean)) return { mean, low: null, high: null, equal: pilot };
      return {
        mean,
        low: stretched(mean, at(sorted, 0.025), both),
        high: stretched(mean, at(sorted, 0.975), both),
      };
    },
    most: (mean, draws) => stretched(mean, at(draws.toSorted(), 0.95), one),
  };
}

/** By resample, how much of each pilot replication goes into the total. */
function weightsOf({ pilot, replications, seed }: Sweep): Float64Array {
  const stream = new Stream(seed, 'forecast');
  const weights = new Float64Array(resamples * pilot);
  const draws = Math.min(replications, mostDraws);
  const perMean = replications / pilot;
  const perDraw = Math.sqrt(replications / draws);
  for (let i = 0; i < resamples; i++) {
    const first = i * pilot;
    for (let k = 0; k < pilot; k++) weights[first + stream.below(pilot)]! += perMean;
    for (let k = 0; k < draws; k++) weights[first + stream.below(pilot)]! += perDraw;
    // The draws scatter about the mean, so that only what differs from it counts.
    for (let r = 0; r < pilot; r++) weights[first + r]! -= (perDraw * draws) / pilot;
  }
  return weights;
}

const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] as number;

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}
