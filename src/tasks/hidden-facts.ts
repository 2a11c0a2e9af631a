import { z } from 'zod';
import { lognormal, workTask } from '../work/work-task.ts';
import { count, part, probability } from '../world/part.ts';
import type { Task } from '../world/task.ts';

/**
 * Facts to be found by a search: every token of effort can turn up any of them. A fact of cost D is found after B tokens
 * with chance 1 - exp(-B / D); costs are lognormal, so that some facts are found at once and some hardly ever.
 */
export const hiddenFacts = part({
  name: 'hidden-facts',
  summary: 'Facts to be found by searching, each with a discovery cost of its own.',
  params: z.strictObject({
    facts: count.max(10_000).default(20).describe('How many facts there are.'),
    cost: z.number().positive().default(10_000).describe('Median discovery cost, in tokens of effort.'),
    sigma: z.number().min(0).max(5).default(1).describe('Spread of the cost: deviation of its logarithm.'),
    chance: probability.default(1).describe('Chance that what is found is right.'),
    variants: count.max(1000).default(8).describe('How many wrong values a fact can be taken for.'),
    reading: z.number().min(0).default(0).describe('Tokens of source text that come with each fact found.'),
    pass: probability.default(1).describe('Share of facts found from which the search is solved.'),
  }),
  create: ({ facts, cost, sigma, chance, ...rest }): Task =>
    workTask('hidden-facts', (draw) => ({
      items: facts,
      needs: Array.from({ length: facts }, () => []),
      cost: Float64Array.from({ length: facts }, (_, fact) => {
        draw.at(fact, 0);
        return lognormal(draw, cost, sigma);
      }),
      chance: new Float64Array(facts).fill(chance),
      breadth: 'all',
      hazard: 0,
      ...rest,
    })),
});
