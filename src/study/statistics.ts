import { type Seed, Stream } from '../kernel/stream.ts';
import { unseenShare, widened } from '../scenario/equal-shares.ts';

/** A mean with its 95 % interval; null where there are too few values for one. */
export interface Estimate {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How many values it rests on. */
  readonly n: number;
}

/** A running account of values: enough for means, variances and shares, in constant space. */
export interface Moments {
  count: number;
  mean: number;
  /** Sum of squared deviations from the mean. */
  squares: number;
  min: number;
  max: number;
  /** How many values were 1, and how many were 0 or 1. */
  ones: number;
  binary: number;
}

/** The standard normal's 0.975 quantile. */
const z95 = 1.959963984540054;

export const noMoments = (): Moments => ({
  count: 0,
  mean: 0,
  squares: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  ones: 0,
  binary: 0,
});

/** Takes a value in (Welford 1962: stable where the mean is large beside the spread). */
export function addValue(to: Moments, value: number): void {
  to.count++;
  const off = value - to.mean;
  to.mean += off / to.count;
  to.squares += off * (value - to.mean);
  if (value < to.min) to.min = value;
  if (value > to.max) to.max = value;
  if (value === 1) to.ones++;
  if (value === 0 || value === 1) to.binary++;
}

/** The account of all values of several accounts (Chan, Golub and LeVeque 1979). */
export function pooled(parts: Iterable<Moments>): Moments {
  const all = noMoments();
  for (const part of parts) {
    if (part.count === 0) continue;
    const count = all.count + part.count;
    const off = part.mean - all.mean;
    all.squares += part.squares + off * off * ((all.count * part.count) / count);
    all.mean += off * (part.count / count);
    all.count = count;
    all.min = Math.min(all.min, part.min);
    all.max = Math.max(all.max, part.max);
    all.ones += part.ones;
    all.binary += part.binary;
  }
  return all;
}

/** The unbiased variance; NaN for fewer than two values. */
export const variance = ({ count, squares }: Moments): number =>
  count < 2 ? Number.NaN : squares / (count - 1);

/** A share with Wilson's score interval (Wilson 1927), which stays within 0 and 1 and has width at 0 of n too. */
export function proportion(successes: number, n: number, z = z95): Estimate {
  if (!(n >= 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`proportion: successes must be 0 to n, but are ${successes} of ${n}`);
  }
  if (n === 0) return { mean: null, low: null, high: null, n };
  const share = successes / n;
  const zz = z * z;
  const centre = (share + zz / (2 * n)) / (1 + zz / n);
  const half = (z / (1 + zz / n)) * Math.sqrt((share * (1 - share)) / n + zz / (4 * n * n));
  // At the ends the formula gives 0 and 1 but for rounding.
  const low = successes === 0 ? 0 : centre - half;
  const high = successes === n ? 1 : centre + half;
  return { mean: share, low, high, n };
}

/** A mean with Student's t interval; no interval for a single value. */
export function mean(of: Moments, level = 0.95): Estimate {
  const { count: n, mean } = of;
  if (n === 0) return { mean: null, low: null, high: null, n };
  if (n === 1) return { mean, low: null, high: null, n };
  const half = studentQuantile((1 + level) / 2, n - 1) * Math.sqrt(variance(of) / n);
  return { mean, low: mean - half, high: mean + half, n };
}

const quantiles = new Map<string, number>();

/** The quantile of Student's t, for a chance between 0.5 and 1 and any degrees of freedom above 0. */
export function studentQuantile(chance: number, freedom: number): number {
  if (!(chance >= 0.5 && chance < 1 && freedom > 0)) {
    throw new RangeError(
      `studentQuantile: chance must be 0.5 to 1 and freedom above 0, but are ${chance}, ${freedom}`,
    );
  }
  const key = `${chance}/${freedom}`;
  let quantile = quantiles.get(key);
  if (quantile === undefined) quantiles.set(key, (quantile = searchQuantile(chance, freedom)));
  return quantile;
}

function searchQuantile(chance: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (studentBelow(high, freedom) < chance) high *= 2;
  // Halving until the two ends are neighbouring doubles: slow, sure, and done once per sample size.
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentBelow(middle, freedom) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T <= t) for t >= 0. */
function studentBelow(t: number, freedom: number): number {
  return 1 - incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
}

/** The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22, modified Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below this point; above it, the complement does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

const nonZero = (x: number, tiny: number): number => (Math.abs(x) < tiny ? tiny : x);

/** ln of the gamma function for x > 0: shifted up to 10 by its recurrence, then Stirling's series (DLMF 5.11.1). */
function logGamma(x: number): number {
  let shift = 0;
  while (x < 10) shift += Math.log(x++);
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}

/** A 95 % interval; null where there is none. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Resampling {
  readonly seed: Seed;
  /** How many resamples are drawn. */
  readonly resamples: number;
  readonly level?: number;
  /** How many of the first columns are of shares, each value of which is between 0 and 1. */
  readonly shares?: number | undefined;
}

/**
 * Paired percentile bootstrap (Efron 1979) of numbers that are made of means. Rows are drawn with replacement, each with
 * all of its columns, so that what a row's columns have in common stays paired; `numbersOf` makes the numbers of the means
 * of the columns. Gives an interval for each number, null where a resample leaves it undefined (NaN). Equal columns give
 * equal means, to the last digit; shares that are all 0 or all 1 widen the interval (see `unseenShare`), at 95 %.
 */
export function bootstrap(
  columns: readonly ArrayLike<number>[],
  numbersOf: (means: Float64Array) => readonly number[],
  { seed, resamples, level = 0.95, shares = 0 }: Resampling,
): Interval[] {
  const width = columns.length;
  const n = columns[0]?.length ?? 0;
  if (n === 0 || columns.some(({ length }) => length !== n)) {
    throw new RangeError(
      `bootstrap: columns must be of one length, at least 1, but are ${columns.map(({ length }) => length)}`,
    );
  }
  // Row after row, so that a draw reads neighbouring numbers.
  const rows = new Float64Array(n * width);
  columns.forEach((column, c) => {
    for (let i = 0; i < n; i++) rows[i * width + c] = column[i] as number;
  });
  const stream = new Stream(seed, 'bootstrap');
  const means = new Float64Array(width);
  const found: number[][] = [];
  for (let resample = 0; resample < resamples; resample++) {
    means.fill(0);
    for (let i = 0; i < n; i++) {
      const at = stream.below(n) * width;
      for (let c = 0; c < width; c++) means[c] = (means[c] as number) + (rows[at + c] as number);
    }
    for (let c = 0; c < width; c++) means[c] = (means[c] as number) / n;
    numbersOf(means).forEach((value, i) => {
      (found[i] ??= []).push(value);
    });
  }
  const moved = movedNumbers(columns.slice(0, shares), columns, numbersOf);
  return found.map((values, number) => {
    if (values.some(Number.isNaN)) return { low: null, high: null };
    const sorted = Float64Array.from(values).sort();
    const drawn = { low: quantileOf(sorted, (1 - level) / 2), high: quantileOf(sorted, (1 + level) / 2) };
    return moved.length === 0
      ? drawn
      : widened(
          moved[0]?.[number] as number,
          drawn,
          moved.slice(1).map((it) => it[number] as number),
        );
  });
}

/**
 * The numbers as they are, and with each column of shares moved that are all 0 or all 1; nothing where there is none such. A
 * column that stands there several times, as that of a contestant beside itself, moves with itself.
 */
function movedNumbers(
  shares: readonly ArrayLike<number>[],
  columns: readonly ArrayLike<number>[],
  numbersOf: (means: Float64Array) => readonly number[],
): (readonly number[])[] {
  const equal = [...new Set(shares)].filter((column) => {
    const first = column[0];
    return (first === 0 || first === 1) && Array.from(column).every((value) => value === first);
  });
  if (equal.length === 0) return [];
  const means = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += column[i] as number;
    return sum / column.length;
  });
  return [
    numbersOf(means),
    ...equal.map((column) => {
      const off = unseenShare(column.length) * (column[0] === 0 ? 1 : -1);
      return numbersOf(means.map((mean, c) => (columns[c] === column ? mean + off : mean)));
    }),
  ];
}

/** The quantile of sorted values, between two of them in proportion (type 7 of Hyndman and Fan 1996). */
function quantileOf(sorted: Float64Array, chance: number): number {
  const at = chance * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below === above ? below : below + (at - Math.floor(at)) * (above - below);
}
