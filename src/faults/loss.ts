import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { duration, part, probability } from '../world/part.ts';

/** Drops each envelope with a fixed chance, on its own, while it lasts. */
export const loss = part({
  name: 'loss',
  summary: 'Each envelope is lost with a fixed chance, independently of all others.',
  params: z
    .strictObject({
      chance: probability.describe('Chance that an envelope is lost.'),
      from: duration.prefault('0s').describe('When it begins.'),
      until: duration.optional().describe('When it ends; it lasts for ever when left out.'),
    })
    .refine(({ from, until }) => until === undefined || until > from, {
      path: ['until'],
      error: 'must be later than `from`',
    }),
  create: ({ chance, from: begin, until }): FaultPlan => ({
    begin: ({ seed }, name) => {
      const draw = new Keyed(seed, name);
      const end = until ?? Number.POSITIVE_INFINITY;
      const threshold = chance * 4294967296;
      return {
        judge(fate, from, _to, now, index) {
          if (now < begin || now >= end || fate.dropped !== undefined) return;
          draw.at(from, index);
          if (draw.w0 >>> 0 < threshold) fate.dropped = 'lost';
        },
      };
    },
  }),
});
