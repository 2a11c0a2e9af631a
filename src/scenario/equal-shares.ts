/** An interval about a value. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The square of the standard normal's 0.975 quantile. */
const zz = 1.959963984540054 * 1.959963984540054;

/**
 * How far the mean may lie from n values that are all 0, or all 1: the end of Wilson's 95 % interval (Wilson 1927), a
 * little more than the rule of three has it. Resampling equal values gives them back, and so says nothing.
 */
export const unseenShare = (n: number): number => zz / (n + zz);

/**
 * Widens a bootstrap interval by what its resamples cannot hold. `moved` has what the value becomes when one of the means
 * that it is made of, each of shares that are all equal, is moved by `unseenShare`; the arms add up as squares (method of
 * variance estimates recovery, Zou and Donner 2008, of which Newcombe's interval for a difference is a case).
 */
export function widened(value: number, { low, high }: Range, moved: readonly number[]): Range {
  if (moved.length === 0 || Number.isNaN(value)) return { low, high };
  const known = moved.filter((it) => !Number.isNaN(it));
  // Arms of what is infinite, as a ratio to none is, cannot be added.
  if (!Number.isFinite(value) || known.some((it) => !Number.isFinite(it)))
    return { low: Math.min(low, ...known), high: Math.max(high, ...known) };
  const arm = (side: number, off: (by: number) => number): number =>
    Math.sqrt(known.reduce((sum, it) => sum + off(it - value) * off(it - value), side * side));
  return {
    low: value - arm(value - low, (by) => Math.min(0, by)),
    high: value + arm(high - value, (by) => Math.max(0, by)),
  };
}
