import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { duration, part, probability } from '../world/part.ts';
import { refuseEmptySpan } from './span.ts';

/** What is sent over a clogged link sets out when the link is free again: nothing is lost, all of it comes late. */
export const clog = part({
  name: 'clog',
  summary: 'What is sent over a clogged link sets out only when the link is free again.',
  params: z
    .strictObject({
      links: z
        .array(z.tuple([z.int().min(0), z.int().min(0)]))
        .min(1)
        .optional()
        .describe('Which links, one way: [[0, 1]] is from agent 0 to agent 1.'),
      share: probability.optional().describe('What share of the links, one way, chosen at random.'),
      from: duration.prefault('0s').describe('When they clog.'),
      until: duration.describe('When they are free again.'),
    })
    .superRefine(({ links, share }, context) => {
      if ((links === undefined) !== (share === undefined)) return;
      const message =
        links === undefined
          ? 'is missing: say which links by one of `links` and `share`'
          : 'must stand alone, but `share` is given too; keep one';
      context.addIssue({ code: 'custom', path: ['links'], message });
    })
    .superRefine(refuseEmptySpan),
  create: ({ links, share = 0, from: begin, until: end }): FaultPlan => ({
    issues: ({ agents }) =>
      (links ?? []).flatMap((link, i) =>
        link.flatMap((agent, j) =>
          agent < agents
            ? []
            : [
                {
                  path: `links[${i}][${j}]`,
                  message: `must be an agent from 0 to ${agents - 1}, but is ${agent}`,
                },
              ],
        ),
      ),
    begin: ({ agents, seed }, name) => {
      const draw = new Keyed(seed, name);
      const named = new Set(links?.map(([from, to]) => from * agents + to));
      const isClogged = (from: number, to: number): boolean => {
        if (links !== undefined) return named.has(from * agents + to);
        draw.at(from, to);
        return draw.unit() < share;
      };
      return {
        judge(fate, from, to, now) {
          if (now >= begin && now < end && isClogged(from, to)) fate.delay += end - now;
        },
      };
    },
  }),
});
