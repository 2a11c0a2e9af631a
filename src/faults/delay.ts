import { z } from 'zod';
import { sampler } from '../kernel/distribution.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { distribution, part, probability } from '../world/part.ts';
import { beginning, refuseEmptySpan, span, within } from './span.ts';

/** Adds to the latency of some envelopes: spikes, or a network that is slower for a while. */
export const delay = part({
  name: 'delay',
  summary: 'Some envelopes take longer than the network would have them.',
  params: z
    .strictObject({
      by: distribution.describe('What is added to the latency.'),
      chance: probability.default(1).describe('Chance that an envelope is delayed.'),
      ...span,
    })
    .superRefine(refuseEmptySpan),
  create: ({ by, chance, ...when }): FaultPlan => ({
    begins: beginning(when),
    delays: true,
    begin: ({ seed }, name) => {
      const chances = new Keyed(seed, name);
      const lengths = new Keyed(seed, `${name}/by`);
      const length = sampler(by);
      const isAtWork = within(when);
      const threshold = chance * 4294967296;
      return {
        ...(chance > 0 && { misses: { how: 'delayed', lateBy: length.most } }),
        judge(fate, from, _to, now, index) {
          if (!isAtWork(now)) return;
          chances.at(from, index);
          if (chances.w0 >>> 0 >= threshold) return;
          lengths.at(from, index);
          fate.delay += length.sample(lengths);
        },
      };
    },
  }),
});
