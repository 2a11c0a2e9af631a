import { z } from 'zod';

/** A share of the agents, as a fraction: `2/3`. */
export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

/** Whether `votes` of `all` reach the share. In whole numbers: 2/3 of 9 are 6, whatever 0.66 or 0.67 of 9 may be. */
export const reaches = (votes: number, all: number, { numerator, denominator }: Share): boolean =>
  denominator * votes >= numerator * all;

/** The least number of votes that reach the share of `all`. */
export const votesNeeded = (all: number, { numerator, denominator }: Share): number =>
  Math.floor((numerator * all + denominator - 1) / denominator);

/** A share that a vote must reach, written as a fraction of whole numbers; more than all can never be reached. */
export const share = z
  .unknown()
  .transform((written, context): Share => {
    const match = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(written === 1 ? '1/1' : String(written));
    const numerator = Number(match?.[1]);
    const denominator = Number(match?.[2]);
    if (numerator >= 1 && denominator >= numerator) return { numerator, denominator };
    context.addIssue({
      code: 'custom',
      message:
        match && numerator > denominator
          ? 'must be a share of at most 1, since more than all votes cannot be reached; write a fraction such as 2/3'
          : 'must be a share above 0, written as a fraction such as 2/3',
    });
    return z.NEVER;
  })
  .meta({ expects: 'fraction' });
