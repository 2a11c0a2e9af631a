import { z } from 'zod';
import { probability } from '../world/part.ts';
import { compromises } from './compromise.ts';

/** What makes up a mock player of the consensus game, with what each chance means. */
export const knobs = z.strictObject({
  inertia: probability.describe('Chance, per round, to keep its value although another is more frequent.'),
  copying: probability.describe(
    'Chance, when it moves, to copy the most frequent value; else it compromises.',
  ),
  compromise: z
    .enum(compromises)
    .describe(
      'What a compromise is: the rounded mean, the median, or a number that has nothing to do with the inputs.',
    ),
  caution: probability.describe('Share of agents that never vote to stop, not even when all agree.'),
  haste: probability.describe(
    'Chance of the others, per round, to vote to stop when two thirds of all agents agree, but not all that were heard: two thirds as where it was fitted, whatever `protocol.quorum`.',
  ),
  malformed: probability.describe('Chance that a try at an answer cannot be read.'),
  hesitation: probability.describe('Told of adversaries: chance not to move where it would have.'),
  suspicion: probability.describe('Told of adversaries: share of those that would stop who never do.'),
});

export type Knobs = z.infer<typeof knobs>;

/** A target of a fit, and what the fitted mock came to. Rates, 0 to 1. */
export interface Residual {
  readonly target: string;
  readonly wanted: number;
  readonly got: number;
  /** Standard error of what the mock came to. */
  readonly error: number;
  readonly source: string;
}

/** A mock player fitted to a model, with the evidence for each knob and the error of the fit. */
export interface GameProfile {
  readonly name: string;
  readonly knobs: Knobs;
  /** Where each knob comes from: fitted to a target below, or assumed. */
  readonly evidence: Readonly<Record<keyof Knobs, string>>;
  readonly fit: readonly Residual[];
}
