import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { part, positiveDuration, probability } from '../world/part.ts';
import { beginning, refuseEmptySpan, span, within } from './span.ts';

/** Holds some envelopes back for a moment, so that later ones overtake them. */
export const reorder = part({
  name: 'reorder',
  summary: 'Some envelopes are held back at random within a window, so that later ones overtake them.',
  params: z
    .strictObject({
      chance: probability.default(1).describe('Chance that an envelope is held back.'),
      window: positiveDuration.describe(
        'The longest that one is held back; all lengths up to it are equally likely.',
      ),
      ...span,
    })
    .superRefine(refuseEmptySpan),
  create: ({ chance, window, ...when }): FaultPlan => ({
    begins: beginning(when),
    delays: true,
    begin: ({ seed }, name) => {
      const draw = new Keyed(seed, name);
      const isAtWork = within(when);
      const threshold = chance * 4294967296;
      return {
        ...(chance > 0 && { misses: { how: 'delayed', lateBy: window } }),
        judge(fate, from, _to, now, index) {
          if (!isAtWork(now)) return;
          draw.at(from, index);
          if (draw.w0 >>> 0 < threshold) fate.delay += Math.floor(draw.secondUnit() * (window + 1));
        },
      };
    },
  }),
});
