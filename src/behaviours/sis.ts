import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { catcher, infectionParams } from './opinion/infection.ts';
import { follows, noise } from './opinion/rule.ts';

/** The SIS epidemic; without recovery, SI. The infected hold 1, the others 0. */
export const sis = part({
  name: 'sis',
  summary: 'Susceptible (0), infected (1) by contact, susceptible again after recovery.',
  params: z.strictObject({
    ...infectionParams,
    recovery: probability.describe('Chance that an infected agent recovers, at each update.'),
    noise,
  }),
  create: ({ recovery, noise, ...how }) =>
    follows(() => {
      const catches = catcher(how);
      return (view, random) => {
        if (view.opinion !== 1) return catches(view, random) ? 1 : view.opinion;
        if (recovery > 0) return random.chance(recovery) ? 0 : 1;
        view.rests = true;
        return 1;
      };
    }, noise),
});
