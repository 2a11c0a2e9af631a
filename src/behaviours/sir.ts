import { z } from 'zod';
import { part, probability } from '../world/part.ts';
import { catcher, infectionParams } from './opinion/infection.ts';
import { follows, noise } from './opinion/rule.ts';

/**
 * The SIR epidemic: 0 susceptible, 1 infected, 2 immune. Synchronous with recovery 1 it is the chain binomial of Reed and
 * Frost; with waning it is SIRS.
 */
export const sir = part({
  name: 'sir',
  summary: 'Susceptible (0), infected (1) by contact, immune (2) after recovery.',
  params: z.strictObject({
    ...infectionParams,
    recovery: probability.describe('Chance that an infected agent recovers, at each update.'),
    waning: probability
      .default(0)
      .describe('Chance that an immune agent becomes susceptible, at each update.'),
    noise,
  }),
  create: ({ recovery, waning, noise, ...how }) =>
    follows(() => {
      const catches = catcher(how);
      return (view, random) => {
        const { opinion } = view;
        if (opinion === 1) {
          view.rests = recovery === 0;
          return recovery > 0 && random.chance(recovery) ? 2 : 1;
        }
        if (opinion === 2) {
          view.rests = waning === 0;
          return waning > 0 && random.chance(waning) ? 0 : 2;
        }
        return catches(view, random) ? 1 : opinion;
      };
    }, noise),
});
