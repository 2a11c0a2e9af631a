import { exp, ln } from './elementary.ts';
import { exponentialOf } from './exponential.ts';
import type { Keyed } from './keyed.ts';

/** A distribution of spans of simulation time, in microseconds. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** `median` and `sigma`, the standard deviation of the logarithm: mean = median * exp(sigma^2 / 2). */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  /** Each of the values with equal chance: a recorded sample, drawn from as it is. */
  | { readonly kind: 'empirical'; readonly values: readonly number[] };

/** Draws a span from the block of random words that `draw` holds at the moment; whole microseconds, never negative. */
export interface Sampler {
  readonly sample: (draw: Keyed) => number;
  /** The least span that can come out: tells whether zero is possible. */
  readonly least: number;
  /** No span is greater; infinity where nothing bounds them. */
  readonly most: number;
}

const perWord = 2.3283064365386963e-10;

/** Makes the sampler of a distribution. Uses words w0 and w1 of the block, so one block gives one span. */
export function sampler(distribution: Distribution): Sampler {
  switch (distribution.kind) {
    case 'constant': {
      const value = Math.round(distribution.value);
      return { sample: () => value, least: value, most: value };
    }
    case 'uniform': {
      const low = Math.round(distribution.low);
      const width = Math.round(distribution.high) - low + 1;
      return {
        sample: (draw) => low + Math.floor((draw.w0 >>> 0) * perWord * width),
        least: low,
        most: low + width - 1,
      };
    }
    case 'exponential': {
      const { mean } = distribution;
      // By the complement, so that the span rises with the word as it does in the others: common random numbers then pair
      // long spans with long ones whatever the distribution.
      return {
        sample: (draw) => Math.round(exponentialOf(~draw.w0 >>> 0) * mean),
        least: 0,
        most: mean > 0 ? Number.POSITIVE_INFINITY : 0,
      };
    }
    case 'lognormal': {
      const { median, sigma } = distribution;
      return {
        sample: (draw) => Math.round(median * exp(sigma * normal(draw))),
        least: 0,
        most: sigma > 0 && median > 0 ? Number.POSITIVE_INFINITY : Math.round(median),
      };
    }
    case 'empirical': {
      const values = Float64Array.from(distribution.values, Math.round);
      const { length } = values;
      return {
        sample: (draw) => values[Math.floor((draw.w0 >>> 0) * perWord * length)] as number,
        least: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
        most: values.reduce((most, value) => Math.max(most, value), 0),
      };
    }
  }
}

/** The mean of a distribution, in microseconds. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.low + distribution.high) / 2;
    case 'exponential':
      return distribution.mean;
    case 'lognormal':
      return distribution.median * exp((distribution.sigma * distribution.sigma) / 2);
    case 'empirical':
      return distribution.values.reduce((sum, value) => sum + value, 0) / distribution.values.length;
  }
}

/**
 * A standard normal number from words w0 and w1, by Acklam's rational approximation of the inverse normal
 * distribution function (relative error below 1.15e-9), which needs no sine and draws exactly once.
 */
function normal(draw: Keyed): number {
  const p = ((draw.w0 >>> 0) + ((draw.w1 >>> 0) + 0.5) * perWord) * perWord;
  return inverseNormal(p);
}

/** The number below which a standard normal one falls with chance p, 0 < p < 1. */
export function inverseNormal(p: number): number {
  if (p > 0.5) return -inverseNormal(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * ln(p));
    return (
      (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
      q) /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
      1)
  );
}
