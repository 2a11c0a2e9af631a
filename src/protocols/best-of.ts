import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { apart } from './team/apart.ts';
import { budget, stagger } from './team/parameters.ts';

/**
 * Best of N: agents do the whole work apart, each with as many turns as one agent would have; a selector, agent 0, checks
 * what they hand over and takes the one in which it doubts least. It is as good as its checks: with none, it takes the first.
 */
export const bestOf = part({
  name: 'best-of',
  summary: 'Agents do the whole work apart; a selector checks what they hand over and takes the best.',
  params: z.strictObject({
    samples: count.max(1000).default(3).describe('How many agents do the work: N.'),
    turns: count.max(1_000_000).default(10).describe('Most turns of each.'),
    early: z.boolean().default(true).describe('Whether one stops as soon as it is ready.'),
    stagger,
    budget,
  }),
  create: ({ samples, turns, early, stagger, budget }): ProtocolPlan => ({
    budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting) =>
      apart(setting, {
        workers: samples,
        turnsOf: () => turns,
        early,
        joint: false,
        stagger,
        budget,
        kind: 'select',
        path: 'protocol.samples',
      }),
  }),
});
