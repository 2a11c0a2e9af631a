import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { refuse } from './preconditions.ts';
import { sampled } from './team/sampling.ts';

/**
 * Each item is sampled a fixed number of times, and the value given most often wins. Of items with two values, votes
 * make what is likely certain, both ways: with a mixture of easy and hard items accuracy can rise with the number of
 * samples and then fall (Chen et al., arXiv 2403.02419). Samples of a good and of a weaker model together are a mixture.
 */
export const selfConsistency = part({
  name: 'self-consistency',
  summary: 'Samples each item a fixed number of times and goes with the most frequent value.',
  params: z.strictObject({
    samples: count.max(100_000).default(5).describe('How often each item is sampled.'),
    voters: count.max(1000).default(1).describe('How many agents are asked, in turn.'),
    small: z
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe('How many of the samples of an item, the last ones, are of the small model.'),
  }),
  create: ({ samples, voters, small }): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: { samplesPerItem: 'samples drawn for an item, on the mean' },
    begin: (setting) => {
      if (small > samples)
        refuse('protocol.small', `must be at most \`samples\` (${samples}), but is ${small}; lower it`);
      return sampled(setting, {
        voters,
        decide: ({ votes, asked }) => (asked < samples ? undefined : votes.first()),
        ...(small > 0 && { sizeOf: (draw: number) => (draw < samples - small ? 'large' : 'small') }),
      });
    },
  }),
});
