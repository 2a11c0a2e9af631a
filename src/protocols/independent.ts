import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { apart } from './team/apart.ts';
import { budget, stagger } from './team/parameters.ts';

/**
 * Agents work on everything side by side, without a word; what they report is put together in one call. The turns of
 * one agent are shared out, so that more agents means fewer turns for each. Agent 0 puts together.
 */
export const independent = part({
  name: 'independent',
  summary: 'Agents work apart on everything; one more call puts together what they report.',
  params: z.strictObject({
    workers: count.max(1000).default(3).describe('How many agents work.'),
    turns: count.max(1_000_000).default(10).describe('Most turns of all together, shared out evenly.'),
    early: z.boolean().default(true).describe('Whether one stops as soon as it is ready.'),
    joint: z
      .boolean()
      .default(false)
      .describe(
        'Whether all change one product as they work, unseen by each other, and not copies of their own.',
      ),
    stagger,
    budget,
  }),
  create: ({ workers, turns, early, joint, stagger, budget }): ProtocolPlan => ({
    budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting) =>
      apart(setting, {
        workers,
        turnsOf: (worker) =>
          Math.max(1, Math.floor((worker * turns) / workers) - Math.floor(((worker - 1) * turns) / workers)),
        early,
        joint,
        stagger,
        budget,
        kind: 'merge',
        path: 'protocol.workers',
      }),
  }),
});
