import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { part, probability } from '../world/part.ts';
import { beginning, isForGood, refuseEmptySpan, span, within } from './span.ts';

/** Envelopes of one link are counted to this number; a link with more would repeat its fortunes. */
const mostPerLink = 67108864;
const unit = 2.3283064365386963e-10;

/**
 * Loss in bursts: each link, one way, is good or bad, and changes from envelope to envelope (Gilbert, "Capacity of a
 * burst-noise channel", 1960; Elliott 1963). In the long run it is bad for enter / (enter + leave) of its envelopes, and
 * a bad spell lasts 1 / leave of them. Links begin as they would be found in the long run.
 */
export const burstyLoss = part({
  name: 'bursty-loss',
  summary: 'Links turn bad and good again, and lose envelopes while they are bad (Gilbert and Elliott).',
  params: z
    .strictObject({
      enter: probability.describe('Chance that a good link is bad at its next envelope.'),
      leave: probability.describe('Chance that a bad link is good at its next envelope.'),
      bad: probability.default(1).describe('Chance that a bad link loses an envelope.'),
      good: probability.default(0).describe('Chance that a good link loses one.'),
      ...span,
    })
    .superRefine(({ enter, leave }, context) => {
      if (enter + leave > 0) return;
      const message = 'must be above 0 where `enter` is 0, or no link would ever change; raise one of them';
      context.addIssue({ code: 'custom', path: ['leave'], message });
    })
    .superRefine(refuseEmptySpan),
  create: ({ enter, leave, bad, good, ...when }): FaultPlan => ({
    begins: beginning(when),
    begin: ({ agents, seed }, name) => {
      const draw = new Keyed(seed, name);
      const isAtWork = within(when);
      const links = new Map<number, { envelopes: number; isBad: boolean }>();
      const loses = (enter > 0 && bad > 0) || (leave > 0 && good > 0);
      return {
        ...(loses && { misses: { how: 'unheard' } }),
        judge(fate, from, to, now) {
          // A link changes with every envelope, also with those that another fault drops: so faults stay independent.
          if (!isAtWork(now)) return;
          const id = from * agents + to;
          let link = links.get(id);
          if (link === undefined) links.set(id, (link = { envelopes: 0, isBad: false }));
          draw.at(from, to * mostPerLink + (link.envelopes % mostPerLink));
          const moves = (draw.w0 >>> 0) * unit;
          if (link.envelopes === 0) link.isBad = moves < enter / (enter + leave);
          else if (moves < (link.isBad ? leave : enter)) link.isBad = !link.isBad;
          link.envelopes++;
          if ((draw.w1 >>> 0) * unit < (link.isBad ? bad : good)) fate.dropped ??= 'lost in a burst';
        },
        // For ever bad: every link that was never used too, since it would begin as it is in the long run.
        cuts(from, to, now) {
          if (bad < 1 || !isForGood(when, now)) return undefined;
          const isBad = leave === 0 && (links.get(from * agents + to)?.isBad ?? true);
          return isBad || good === 1 ? 'unheard' : undefined;
        },
      };
    },
  }),
});
