import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { follows, noise } from './opinion/rule.ts';
import { Tally } from './opinion/tally.ts';

/**
 * Follows most of its neighbours: the majority rule for two opinions, label propagation for more. Synchronous, with
 * ties that keep one's own, it ends in a period of 1 or 2 (Goles and Olivos 1980).
 */
export const majority = part({
  name: 'majority',
  summary: 'Takes the opinion that most of its neighbours hold.',
  params: z.strictObject({
    tie: z
      .enum(['keep', 'random'])
      .default('keep')
      .describe('When several lead: keep one’s own opinion, or take one of those at random.'),
    least: probability
      .default(0)
      .describe('Least share of those in view that must hold the leading opinion; else one keeps one’s own.'),
    noise,
  }),
  create: ({ tie, least, noise }) =>
    follows(() => {
      const tally = new Tally();
      return (view, random) => {
        const { size } = view;
        tally.clear();
        for (let i = 0; i < size; i++) tally.add(view.at(i));
        view.rests = true;
        // The small excess forgives what a product such as 0.07 * 100 loses.
        if (tally.lead === 0 || tally.lead + 1e-9 < least * size) return view.opinion;
        if (tally.leaders > 1) {
          if (tie === 'keep') return view.opinion;
          view.rests = false;
        }
        return tally.pick(random);
      };
    }, noise),
});
