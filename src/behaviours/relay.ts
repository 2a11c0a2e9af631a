import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { follows } from './opinion/rule.ts';

/**
 * Work handed on: an agent without an opinion takes that of a neighbour of lesser number, adds an error (opinion 1) with some
 * chance, and checks the result with another. Along a path of L stages without checks all is right with chance
 * (1 - error)^L; with them the chance of an error follows e' = (error + (1 - error) e) (1 - repair).
 */
export const relay = part({
  name: 'relay',
  summary:
    'Takes over what a neighbour of lesser number holds; may add an error (1), and may repair one (to 0).',
  params: z.strictObject({
    error: probability.default(0).describe('Chance to turn what was right (0) into an error (1).'),
    repair: probability
      .default(0)
      .describe('Chance to find an error, its own or another’s, and put it right.'),
  }),
  create: ({ error, repair }) =>
    follows(
      () => (view, random) => {
        const { agent, opinion, size } = view;
        view.rests = true;
        if (!Number.isNaN(opinion)) return opinion;
        let found = 0;
        let taken = Number.NaN;
        for (let i = 0; i < size; i++) {
          const value = view.at(i);
          if (view.who(i) >= agent || Number.isNaN(value)) continue;
          found++;
          if (found === 1 || random.below(found) === 0) taken = value;
        }
        if (found === 0) return opinion;
        if (taken === 0 && random.chance(error)) taken = 1;
        return taken === 1 && random.chance(repair) ? 0 : taken;
      },
      { chance: 0, values: 2 },
    ),
});
