import { z } from 'zod';
import { sampler } from '../kernel/distribution.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { distribution, part } from '../world/part.ts';
import { choiceIssues, chosenAgents, refuseUnclearChoice, someAgents } from './agents.ts';
import { beginning, refuseEmptySpan, span, within } from './span.ts';

/** Slows agents down: what they think about takes longer by a factor, and what they send sets out later. */
export const slow = part({
  name: 'slow',
  summary: 'Agents think more slowly, or send what they have to say later.',
  params: z
    .strictObject({
      ...someAgents,
      factor: z.number().min(0.001).max(1e6).optional().describe('Factor on the time they think.'),
      by: distribution.optional().describe('How much later what they send sets out.'),
      ...span,
    })
    .superRefine(refuseUnclearChoice)
    .superRefine(refuseEmptySpan)
    .superRefine(({ factor, by }, context) => {
      if (factor !== undefined || by !== undefined) return;
      const message = 'is missing: say how slow by `factor`, for thinking, or `by`, for sending, or both';
      context.addIssue({ code: 'custom', path: ['factor'], message });
    }),
  create: ({ factor, by, from, until, ...choice }): FaultPlan => ({
    begins: beginning({ from }),
    delays: true,
    issues: (scenario) => [
      ...choiceIssues(choice, scenario),
      ...(factor !== undefined && !scenario.asks
        ? [{ path: 'factor', message: 'is never read: this protocol asks its agents nothing; use `by`' }]
        : []),
    ],
    begin: (setting, name) => {
      const members = new Set(chosenAgents(choice, setting, name));
      const isAtWork = within({ from, until });
      const draw = new Keyed(setting.seed, name);
      const length = by === undefined ? undefined : sampler(by);
      return {
        ...(factor === undefined
          ? {}
          : { slowness: (agent, now) => (members.has(agent) && isAtWork(now) ? factor : 1) }),
        ...(length === undefined
          ? {}
          : {
              misses: { how: 'slow', agents: members, lateBy: length.most },
              judge(fate, sender, _to, now, index) {
                if (!members.has(sender) || !isAtWork(now)) return;
                draw.at(sender, index);
                fate.delay += length.sample(draw);
              },
            }),
      };
    },
  }),
});
