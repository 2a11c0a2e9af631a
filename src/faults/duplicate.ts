import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { count, part, probability } from '../world/part.ts';
import { beginning, refuseEmptySpan, span, within } from './span.ts';

/** Delivers some envelopes more than once, each copy with a latency of its own. */
export const duplicate = part({
  name: 'duplicate',
  summary: 'Some envelopes arrive more than once, each copy after a latency of its own.',
  params: z
    .strictObject({
      chance: probability.describe('Chance that an envelope is duplicated.'),
      copies: count.max(1000).default(1).describe('How many copies arrive beside the envelope itself.'),
      ...span,
    })
    .superRefine(refuseEmptySpan),
  create: ({ chance, copies, ...when }): FaultPlan => ({
    begins: beginning(when),
    begin: ({ seed }, name) => {
      const draw = new Keyed(seed, name);
      const isAtWork = within(when);
      const threshold = chance * 4294967296;
      return {
        judge(fate, from, _to, now, index) {
          if (!isAtWork(now)) return;
          draw.at(from, index);
          if (draw.w0 >>> 0 < threshold) fate.copies += copies;
        },
      };
    },
  }),
});
