import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { sampled } from './team/sampling.ts';

/**
 * First-to-ahead-by-k voting (MAKER, arXiv 2511.09030): each step is sampled until one value is ahead of every other by
 * k votes. Of two values, of which the right one is sampled with chance p, it wins with chance
 * 1 / (1 + ((1 - p) / p)^k): the ruin of a gambler. Answers that cannot be read are flagged and asked for again.
 */
export const aheadVoting = part({
  name: 'ahead-voting',
  summary: 'Samples each step until one value is ahead of every other by k votes.',
  params: z.strictObject({
    ahead: count.max(1000).default(3).describe('By how many votes a value must lead: k.'),
    voters: count.max(1000).default(1).describe('How many agents are asked, in turn.'),
    most: count
      .max(1_000_000)
      .default(10_000)
      .describe('Samples of a step after which the first value wins.'),
  }),
  create: ({ ahead, voters, most }): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: { samplesPerItem: 'samples drawn for an item, on the mean' },
    begin: (setting) =>
      sampled(setting, {
        voters,
        decide({ votes, asked, last }) {
          if (last !== undefined && votes.lead(last) >= ahead) return last;
          return asked < most ? undefined : votes.first();
        },
      }),
  }),
});
