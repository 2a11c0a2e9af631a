import { z } from 'zod';
import { ScenarioError } from '../world/error.ts';
import { part } from '../world/part.ts';
import type { Task } from '../world/task.ts';

/** One agent holds a value; every correct agent is to decide it. Other agents have no input (NaN). */
export const broadcast = part({
  name: 'broadcast',
  summary: 'One agent holds a value, and every correct agent is to decide that value.',
  params: z.strictObject({
    source: z.int().min(0).default(0).describe('The agent that holds the value.'),
    value: z.number().default(1).describe('The value.'),
  }),
  create: ({ source, value }): Task => ({
    name: 'broadcast',
    wants: ['news'],
    inputs: ({ agents }) => {
      const inputs = new Float64Array(agents).fill(Number.NaN);
      if (source >= agents) {
        const message = `must be one of the ${agents} agents, 0 to ${agents - 1}, but is ${source}; lower it or raise agents`;
        throw new ScenarioError([{ path: 'task.source', message }]);
      }
      inputs[source] = value;
      return inputs;
    },
    properties: [
      {
        name: 'integrity',
        kind: 'always',
        holds: ({ decisions, correct }) =>
          decisions.every(
            (decided, agent) => correct[agent] === 0 || Number.isNaN(decided) || decided === value,
          ),
      },
      {
        name: 'termination',
        kind: 'eventually',
        holds: ({ decisions, correct }) =>
          decisions.every((decided, agent) => correct[agent] === 0 || !Number.isNaN(decided)),
      },
    ],
    judge: ({ decisions, correct, setting }) => {
      let right = 0;
      let all = 0;
      let wrong = -1;
      for (let agent = 0; agent < decisions.length; agent++) {
        if (correct[agent] === 0) continue;
        all++;
        if (decisions[agent] === value) right++;
        else if (wrong < 0) wrong = agent;
      }
      const solved = right === all;
      return {
        class: solved ? 'valid' : right === 0 ? 'invalid' : 'split',
        cause: solved ? 'none' : 'not-reached',
        soft: all === 0 ? 1 : right / all,
        solved,
        witness: solved
          ? 'every agent decided the value'
          : `${all - right} agent${all - right === 1 ? '' : 's'} did not decide it, first ${setting.names[wrong]}`,
        ...(solved ? {} : { agents: [wrong] }),
      };
    },
    nameOf: (decided) => String(decided),
  }),
});
