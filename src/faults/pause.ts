import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { duration, part } from '../world/part.ts';
import { choiceIssues, chosenAgents, refuseUnclearChoice, someAgents } from './agents.ts';
import { beginning, refuseEmptySpan } from './span.ts';

/**
 * Halts agents for a while, once or again and again, as a garbage collector or a suspended machine does. What reaches
 * them meanwhile happens when they go on, in the order in which it came: nothing is lost.
 */
export const pause = part({
  name: 'pause',
  summary: 'Agents halt for a while; what reaches them meanwhile happens afterwards, in order.',
  params: z
    .strictObject({
      ...someAgents,
      from: duration.prefault('0s').describe('When they halt.'),
      until: duration.describe('When they go on.'),
      every: duration
        .optional()
        .describe('Repeats the pause with this period, each agent at a phase of its own.'),
    })
    .superRefine(refuseUnclearChoice)
    .superRefine(refuseEmptySpan)
    .superRefine(({ from, until, every }, context) => {
      if (every === undefined || every > until - from) return;
      const message = 'must be longer than the pause, or the agents never go on';
      context.addIssue({ code: 'custom', path: ['every'], message });
    }),
  create: ({ from, until, every, ...choice }): FaultPlan => ({
    begins: beginning({ from }),
    delays: true,
    issues: (scenario) => choiceIssues(choice, scenario),
    begin: (setting, name) => {
      const members = new Set(chosenAgents(choice, setting, name));
      const phases = new Keyed(setting.seed, `${name}/phase`);
      const phaseOf = (agent: number, period: number): number => {
        phases.at(agent, 0);
        return Math.floor(phases.unit() * period);
      };
      return {
        // Once who sends is paused, and once who is to hear of it.
        misses: { how: 'paused', agents: members, lateBy: 2 * (until - from) },
        pausedUntil(agent, now) {
          if (!members.has(agent)) return now;
          if (every === undefined) return now >= from && now < until ? until : now;
          const begun = from + phaseOf(agent, every);
          if (now < begun) return now;
          const start = now - ((now - begun) % every);
          return Math.max(now, start + (until - from));
        },
      };
    },
  }),
});
