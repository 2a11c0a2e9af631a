import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import { part, probability } from '../world/part.ts';
import { follows } from './opinion/rule.ts';

/**
 * The independent cascade (Goldenberg, Libai and Muller 2001; Kempe, Kleinberg and Tardos 2003): whoever takes opinion 1
 * has one try at each neighbour. The luck of a try is drawn by link, not by time, so that whoever is reached is the
 * same under any timing: in rounds it comes one link a round.
 */
export const independentCascade = part({
  name: 'independent-cascade',
  summary: 'Whoever takes opinion 1 passes it on to each neighbour with a fixed chance, once.',
  params: z.strictObject({
    transmission: probability.describe('Chance that it passes along a link.'),
  }),
  create: ({ transmission }) =>
    follows(
      ({ seed }) => {
        const luck = new Keyed(seed, 'cascade');
        const bound = transmission * 4294967296;
        return (view) => {
          const { agent, opinion, size } = view;
          view.rests = true;
          if (opinion === 1) return 1;
          for (let i = 0; i < size; i++) {
            if (view.at(i) !== 1) continue;
            luck.at(view.who(i), agent);
            if (luck.w0 >>> 0 < bound) return 1;
          }
          return opinion;
        };
      },
      { chance: 0, values: 2 },
    ),
});
