import { z } from 'zod';
import { part } from '../world/part.ts';
import { agreesWithAll, alone, follows, noise } from './opinion/rule.ts';

/**
 * Undecided-state dynamics (Angluin, Aspnes and Eisenstat, "A simple population protocol for fast robust approximate
 * majority", 2008): one who sees another opinion drops its own, one who has none takes what it sees.
 */
export const undecided = part({
  name: 'undecided',
  summary: 'Drops its opinion on seeing another; without one, takes what it sees.',
  params: z.strictObject({ noise }),
  create: ({ noise }) =>
    follows(
      () => (view, random) => {
        const { opinion, size } = view;
        if (size === 0) return alone(view);
        const seen = view.at(random.below(size));
        if (Number.isNaN(opinion)) return seen;
        if (seen === opinion) view.rests = agreesWithAll(view);
        return Number.isNaN(seen) || seen === opinion ? opinion : Number.NaN;
      },
      noise,
    ),
});
