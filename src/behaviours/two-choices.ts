import { z } from 'zod';
import { count, part } from '../world/part.ts';
import { agreesWithAll, alone, follows, noise } from './opinion/rule.ts';
import { distinct, sampler } from './opinion/sample.ts';

/** 2-choices (Cooper, Elsässer and Radzik, ICALP 2014) for two samples; for q of them, the q-voter without noise. */
export const twoChoices = part({
  name: 'two-choices',
  summary: 'Looks at two random neighbours and takes their opinion only if they agree.',
  params: z.strictObject({
    samples: count.min(2).max(10_000).default(2).describe('How many must agree.'),
    distinct,
    noise,
  }),
  create: ({ samples, distinct, noise }) =>
    follows(() => {
      const draw = sampler(samples, distinct);
      return (view, random) => {
        if (view.size === 0) return alone(view);
        const places = draw(view, random);
        const seen = view.at(places[0] as number);
        for (let i = 1; i < places.length; i++)
          if (view.at(places[i] as number) !== seen) return view.opinion;
        if (Number.isNaN(seen)) return view.opinion;
        if (seen === view.opinion) view.rests = agreesWithAll(view);
        return seen;
      };
    }, noise),
});
