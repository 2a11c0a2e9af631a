import { z } from 'zod';
import { count, duration } from '../../world/part.ts';

/**
 * `protocol.budget`: what was allowed, which is neither what calls ask for of it nor what is spent. It bounds thought, as
 * budgets of reasoning do; reports are as long as what they report.
 */
export const budget = z
  .number()
  .positive()
  .optional()
  .describe(
    'Tokens of thought that all calls together may write, those that gather reports included, in even shares; left out, no bound.',
  );

/**
 * Calls that are sent together cannot read what any of them writes to a prompt cache: an entry is usable from the first
 * token of its answer on. Who starts one after the other writes a shared beginning once.
 */
export const stagger = duration
  .optional()
  .describe('Time from one start to the next, of those that could start side by side; left out, none.');

/** Tokens of thought that one of so many calls may write. */
export const capOf = (budget: number | undefined, calls: number): number | undefined =>
  budget === undefined ? undefined : budget / calls;

/** `protocol.workers` and its kin, as every architecture with a lead has them. */
export const crew = {
  workers: count.max(1000).default(3).describe('How many agents work, beside the one who leads.'),
  rounds: count.max(100_000).default(5).describe('Most rounds of handing out work and reviewing it.'),
  turns: count.max(1_000_000).default(3).describe('Turns of a worker in a round.'),
  early: z.boolean().default(true).describe('Whether a worker stops as soon as it is ready.'),
  plan: z.boolean().default(false).describe('Whether the lead plans in a call of its own first.'),
  spare: z
    .enum(['share', 'idle'])
    .default('share')
    .describe('With fewer open items than workers: several share one, each on its own, or some are idle.'),
  small: z
    .enum(['nobody', 'workers', 'lead'])
    .default('nobody')
    .describe('Who calls the small model; the others call the large one.'),
  budget,
};
