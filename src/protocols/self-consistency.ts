import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { sampled } from './team/sampling.ts';

/**
 * Each item is sampled a fixed number of times, and the value given most often wins. Of items with two values, votes
 * make what is likely certain, both ways: with a mixture of easy and hard items accuracy can rise with the number of
 * samples and then fall (Chen et al., arXiv 2403.02419).
 */
export const selfConsistency = part({
  name: 'self-consistency',
  summary: 'Samples each item a fixed number of times and goes with the most frequent value.',
  params: z.strictObject({
    samples: count.max(100_000).default(5).describe('How often each item is sampled.'),
    voters: count.max(1000).default(1).describe('How many agents are asked, in turn.'),
  }),
  create: ({ samples, voters }): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: { samplesPerItem: 'samples drawn for an item, on the mean' },
    begin: (setting) =>
      sampled(setting, {
        voters,
        decide: ({ votes, asked }) => (asked < samples ? undefined : votes.first()),
      }),
  }),
});
