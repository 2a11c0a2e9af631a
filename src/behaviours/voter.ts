import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { agreesWithAll, alone, follows, noise } from './opinion/rule.ts';

/**
 * The voter model (Clifford and Sudbury 1973; Holley and Liggett 1975). `adopt` makes it lazy (two courteous agents give
 * way to one another with chance q), or biased where it differs by opinion, as between mutants in a population.
 */
export const voter = part({
  name: 'voter',
  summary: 'Takes over the opinion of one random neighbour.',
  params: z.strictObject({
    adopt: z
      .union([
        probability,
        z.record(z.string().regex(/^-?[\d.]+$/, 'must be an opinion such as 1'), probability),
      ])
      .default(1)
      .describe(
        'Chance to take over what it sees; by opinion, such as { 0: 0.5 }, where it differs (others: 1).',
      ),
    noise,
  }),
  create: ({ adopt, noise }) => {
    const chances =
      typeof adopt === 'number'
        ? undefined
        : new Map(Object.entries(adopt).map(([value, chance]) => [Number(value), chance]));
    return follows(
      () => (view, random) => {
        if (view.size === 0) return alone(view);
        const seen = view.at(random.below(view.size));
        if (seen === view.opinion) {
          view.rests = agreesWithAll(view);
          return seen;
        }
        if (Number.isNaN(seen)) return view.opinion;
        const chance = typeof adopt === 'number' ? adopt : (chances?.get(seen) ?? 1);
        return chance === 1 || random.chance(chance) ? seen : view.opinion;
      },
      noise,
    );
  },
});
