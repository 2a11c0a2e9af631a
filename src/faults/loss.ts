import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { part, probability } from '../world/part.ts';
import { beginning, isForGood, refuseEmptySpan, span, within } from './span.ts';

/** Drops each envelope with a fixed chance, on its own, while it lasts. */
export const loss = part({
  name: 'loss',
  summary: 'Each envelope is lost with a fixed chance, independently of all others.',
  params: z
    .strictObject({ chance: probability.describe('Chance that an envelope is lost.'), ...span })
    .superRefine(refuseEmptySpan),
  create: ({ chance, ...when }): FaultPlan => ({
    begins: beginning(when),
    begin: ({ seed }, name) => {
      const draw = new Keyed(seed, name);
      const isAtWork = within(when);
      const threshold = chance * 4294967296;
      return {
        ...(chance > 0 && { misses: { how: 'unheard' } }),
        judge(fate, from, _to, now, index) {
          if (!isAtWork(now) || fate.dropped !== undefined) return;
          draw.at(from, index);
          if (draw.w0 >>> 0 < threshold) fate.dropped = 'lost';
        },
        cuts: (_from, _to, now) => (chance === 1 && isForGood(when, now) ? 'unheard' : undefined),
      };
    },
  }),
});
