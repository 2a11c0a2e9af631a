/** Whether the slow suite is run, which holds the same claims over more runs. */
export const isSlow = process.env.SYNOD_TESTS === 'slow';

/**
 * How many runs a closed form is held against: all of them in the slow suite, a quarter in the fast one, by the same
 * test; an eighth where a run is a score of independent draws or more. A file of the fast suite that counts so is
 * imported by one of the slow.
 */
export const runsOfSuite = (full: number, part: 4 | 8 = 4): number =>
  isSlow ? full : Math.ceil(full / part);
