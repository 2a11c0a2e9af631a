import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { alone, follows, noise } from './opinion/rule.ts';

/**
 * Averaging: DeGroot (1974); with an anchor, Friedkin and Johnsen (1990); with bounded confidence, Hegselmann and Krause
 * (2002). In meetings it is pairwise averaging (Boyd et al. 2006), with bounded confidence Deffuant et al. (2000).
 */
export const degroot = part({
  name: 'degroot',
  summary: 'Moves to the average of its neighbours; in meetings of two, pairwise averaging.',
  params: z.strictObject({
    self: probability.default(0.5).describe('Weight of one’s own opinion; the rest goes to those in view.'),
    anchor: probability.default(0).describe('Weight of one’s first opinion, taken from all the rest.'),
    confidence: z
      .number()
      .min(0)
      .optional()
      .describe('Greatest distance at which another opinion counts; any when left out.'),
    weights: z
      .enum(['equal', 'metropolis'])
      .default('equal')
      .describe(
        'equal: all in view count alike. metropolis: each 1 / (1 + the greater number of neighbours of the two), one’s own the rest, which keeps the mean; `self` is then not read.',
      ),
    noise,
  }),
  create: ({ self, anchor, confidence = Number.POSITIVE_INFINITY, weights, noise }) =>
    follows(({ inputs, graph: { offsets } }) => {
      const degree = (agent: number): number => (offsets[agent + 1] as number) - (offsets[agent] as number);
      const isMetropolis = weights === 'metropolis';
      return (view) => {
        const { agent, opinion, size } = view;
        let sum = 0;
        let weight = 0;
        for (let i = 0; i < size; i++) {
          const value = view.at(i);
          if (Number.isNaN(value) || Math.abs(value - opinion) > confidence) continue;
          const share = isMetropolis ? 1 / (1 + Math.max(degree(agent), degree(view.who(i)))) : 1;
          sum += share * (value - opinion);
          weight += share;
        }
        if (weight === 0) return alone(view);
        const moved = opinion + (isMetropolis ? sum : ((1 - self) * sum) / weight);
        const first = inputs[agent] as number;
        const value = anchor === 0 ? moved : anchor * first + (1 - anchor) * moved;
        view.rests = value === opinion;
        return value;
      };
    }, noise),
});
