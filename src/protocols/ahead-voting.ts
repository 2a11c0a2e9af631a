import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { leastAhead } from './team/least-ahead.ts';
import { sampled } from './team/sampling.ts';

/** What k must be enough for, where it is not given. */
const aim = z.strictObject({
  error: z
    .number()
    .gt(0)
    .lt(0.5)
    .describe('Chance that a sample of a step is wrong, as measured before; above a half no lead would do.'),
  success: z.number().gt(0).lt(1).default(0.95).describe('Chance with which all steps are to be right.'),
  steps: count.describe('How many steps that is to hold for.'),
});

/**
 * First-to-ahead-by-k voting (MAKER, arXiv 2511.09030): each step is sampled until one value is ahead of every other by
 * k votes. Of two values, of which the right one is sampled with chance p, it wins with chance
 * 1 / (1 + ((1 - p) / p)^k): the ruin of a gambler. Answers that cannot be read are flagged and asked for again.
 */
export const aheadVoting = part({
  name: 'ahead-voting',
  summary: 'Samples each step until one value is ahead of every other by k votes.',
  params: z.strictObject({
    ahead: z
      .union([count.max(1000), aim.transform(leastAhead)])
      .prefault(3)
      .describe(
        'By how many votes a value must lead: k; or what for, and the least k is worked out that does.',
      ),
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
    measures: {
      samplesPerItem: 'samples drawn for an item, on the mean',
      lead: 'by how many votes a value must lead',
    },
    begin: (setting) => {
      const voting = sampled(setting, {
        voters,
        decide({ votes, asked, last }) {
          if (last !== undefined && votes.lead(last) >= ahead) return last;
          return asked < most ? undefined : votes.first();
        },
      });
      return { ...voting, measures: () => ({ ...voting.measures?.(), lead: ahead }) };
    },
  }),
});
