import { z } from 'zod';
import { count, part } from '../world/part.ts';
import { agreesWithAll, alone, follows, noise } from './opinion/rule.ts';
import { distinct, sampler } from './opinion/sample.ts';
import { Tally } from './opinion/tally.ts';

/** 3-majority (Becchetti et al., SPAA 2014) for three samples; one sample is the voter model. */
export const kMajority = part({
  name: 'k-majority',
  summary: 'Looks at a few random neighbours and takes what most of these hold.',
  params: z.strictObject({
    samples: count.max(10_000).default(3).describe('How many it looks at.'),
    distinct,
    tie: z
      .enum(['random', 'keep'])
      .default('random')
      .describe('When several lead among the samples: take one of those at random, or keep one’s own.'),
    noise,
  }),
  create: ({ samples, distinct, tie, noise }) =>
    follows(() => {
      const tally = new Tally();
      const draw = sampler(samples, distinct);
      return (view, random) => {
        if (view.size === 0) return alone(view);
        tally.clear();
        for (const place of draw(view, random)) tally.add(view.at(place));
        if (tally.lead === 0 || (tie === 'keep' && tally.leaders > 1)) return view.opinion;
        const taken = tally.pick(random);
        if (taken === view.opinion) view.rests = agreesWithAll(view);
        return taken;
      };
    }, noise),
});
