import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { alone, follows, holders, noise } from './opinion/rule.ts';

/**
 * A rumour: 0 ignorant, 1 spreading, 2 silent. Spreaders fall silent when they meet someone who knows it already (Daley and
 * Kendall 1965, in meetings of two): on a complete graph about a fifth never hears it, theta = exp(-2 (1 - theta)).
 */
export const rumour = part({
  name: 'rumour',
  summary: 'Ignorant (0), spreading (1), silent (2) after meeting one who knows it already.',
  params: z.strictObject({
    tell: probability
      .default(1)
      .describe('Chance that an ignorant agent takes it up from a spreader it sees.'),
    stifle: probability.default(1).describe('Chance that a spreader falls silent on seeing one who knows.'),
    noise,
  }),
  create: ({ tell, stifle, noise }) =>
    follows(
      () => (view, random) => {
        const { opinion, size } = view;
        if (size === 0 || opinion === 2) return alone(view);
        const seen = view.at(random.below(size));
        if (opinion === 1) {
          const knows = seen === 1 || seen === 2;
          return knows && (stifle === 1 || random.chance(stifle)) ? 2 : 1;
        }
        if (seen === 1 && (tell === 1 || random.chance(tell))) return 1;
        view.rests = holders(view, 1) === 0;
        return opinion;
      },
      noise,
    ),
});
