import { z } from 'zod';
import { sampler } from '../kernel/distribution.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { FaultPlan } from '../world/contracts.ts';
import { distribution, part } from '../world/part.ts';
import { choiceIssues, chosenAgents, refuseUnclearChoice, someAgents } from './agents.ts';

/**
 * Stops agents: for good, or until they come back with the state they had. With `after`, an agent goes down in the midst
 * of a broadcast, which some hear and others do not. Agents that stop for good are faulty: the task judges the others
 * only. Agents that come back are correct, as in the crash-recovery model, and must decide like any other; unless the proof
 * of their protocol is for synchronous rounds, and is to hold (`protocol.bounds`).
 */
export const crash = part({
  name: 'crash',
  summary: 'Agents stop, for good or for a while; also in the midst of a broadcast.',
  params: z
    .strictObject({
      ...someAgents,
      at: distribution
        .prefault('0s')
        .describe('When it happens; a distribution gives each agent its own time.'),
      after: z
        .int()
        .min(0)
        .optional()
        .describe('From `at` on it still sends so many messages, and goes down with the last of them.'),
      downFor: distribution.optional().describe('How long it is down, from `at` on; for good when left out.'),
    })
    .superRefine(refuseUnclearChoice),
  create: ({ at, after, downFor, ...choice }): FaultPlan => ({
    begins: { at: sampler(at).least, path: 'at' },
    issues: (scenario) => choiceIssues(choice, scenario),
    begin: (setting, name) => {
      const members = chosenAgents(choice, setting, name);
      const never = Number.POSITIVE_INFINITY;
      const due = new Float64Array(setting.agents).fill(never);
      const wentDown = new Float64Array(setting.agents).fill(never);
      const back = new Float64Array(setting.agents).fill(never);
      const left = new Int32Array(after === undefined ? 0 : setting.agents).fill(after ?? 0);
      const times = new Keyed(setting.seed, `${name}/at`);
      const spans = new Keyed(setting.seed, `${name}/downFor`);
      for (const agent of members) {
        times.at(agent, 0);
        due[agent] = sampler(at).sample(times);
        if (after === undefined || after === 0) wentDown[agent] = due[agent] as number;
        if (downFor === undefined) continue;
        spans.at(agent, 0);
        back[agent] = (due[agent] as number) + Math.max(1, sampler(downFor).sample(spans));
      }
      const isFaulty = new Set(downFor === undefined ? members : []);
      return {
        down: (agent, now) => now >= (wentDown[agent] as number) && now < (back[agent] as number),
        faulty: (agent) => isFaulty.has(agent),
        ...(downFor !== undefined && { misses: { how: 'down for a while', agents: new Set(members) } }),
        recoveries:
          downFor === undefined ? [] : members.map((agent) => ({ agent, at: back[agent] as number })),
        ...(after === undefined || after === 0
          ? {}
          : {
              judge(_fate, from, _to, now) {
                if (now < (due[from] as number) || now >= (back[from] as number)) return;
                left[from] = (left[from] as number) - 1;
                if (left[from] === 0) wentDown[from] = now;
              },
            }),
      };
    },
  }),
});
