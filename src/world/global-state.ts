/** What a sample keeps of the global state: what every agent holds and is. */
export interface GlobalState {
  /** Of the 52 bits that a double holds. Equal states have equal ones, within a run. */
  readonly hash: number;
  disagreement(): Disagreement;
}

/**
 * Where more than `mostScattered` values are no small whole numbers, `dissent` is counted from those at one end of the
 * values: agents that approach each other seldom hold exactly the same before the end, and whoever adopts the greatest
 * value comes to hold it.
 */
export interface Disagreement {
  /** Correct agents that do not hold what most hold, those without a value included. */
  readonly dissent: number;
  /** Between the least and the greatest value of correct agents; NaN where none holds any. */
  readonly spread: number;
}

/** Beyond so many different values that are no small whole numbers, they are no longer counted one by one. */
export const mostScattered = 4096;

/** What stands for no value in a hash: engines may keep any of many bit patterns for NaN. (Zero has two: one is taken.) */
export const noneLow = -1;
export const noneHigh = 0;

/** The end of MurmurHash3 (Austin Appleby, public domain). */
export function finished(hash: number): number {
  const h = Math.imul(mixed(hash), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** The first half of `finished`: enough where more is to come. */
export function mixed(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return h ^ (h >>> 13);
}

/** Two words as one number without sign. */
export const joined = (first: number, second: number): number => (first >>> 0) * 1048576 + (second >>> 12);
