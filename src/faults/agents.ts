import { z } from 'zod';
import type { FaultyScenario, Setting } from '../world/contracts.ts';
import type { Issue } from '../world/error.ts';
import { probability } from '../world/part.ts';

/** Parameters that say whom a fault befalls: exactly one of the three. */
export const someAgents = {
  agents: z.array(z.int().min(0)).optional().describe('Which agents, by number, from 0.'),
  count: z.int().min(0).optional().describe('How many agents, chosen at random; 0 for nobody.'),
  share: probability.optional().describe('What share of the agents, chosen at random.'),
};

/** Who was asked for: by number, by count, or by share. */
export interface Choice {
  readonly agents?: readonly number[] | undefined;
  readonly count?: number | undefined;
  readonly share?: number | undefined;
}

/** Refuses a choice that is made in no way, or in more than one. */
export function refuseUnclearChoice(choice: Choice, context: z.RefinementCtx): void {
  const given = (['agents', 'count', 'share'] as const).filter((key) => choice[key] !== undefined);
  if (given.length === 1) return;
  const message =
    given.length === 0
      ? 'is missing: say who by one of `agents`, `count` and `share`'
      : `must stand alone, but ${given.slice(1).join(' and ')} ${given.length > 2 ? 'are' : 'is'} given too; keep one`;
  context.addIssue({ code: 'custom', path: [given[0] ?? 'agents'], message });
}

/** What in a choice does not fit a group of this size. */
export function choiceIssues(choice: Choice, { agents }: FaultyScenario): Issue[] {
  if (choice.count !== undefined && choice.count > agents) {
    const message = `must be at most ${agents}, for there are no more agents, but is ${choice.count}`;
    return [{ path: 'count', message }];
  }
  return choice.agents === undefined ? [] : listIssues(choice.agents, 'agents', agents);
}

/** Agents in a list that there are not, or that stand in it twice. */
export function listIssues(list: readonly number[], path: string, agents: number): Issue[] {
  const seen = new Set<number>();
  return list.flatMap((agent, i): Issue[] => {
    const place = `${path}[${i}]`;
    if (agent >= agents) {
      return [
        {
          path: place,
          message: `must be an agent from 0 to ${agents - 1}, but is ${agent}; name one of these, or raise topology.agents`,
        },
      ];
    }
    if (seen.has(agent)) return [{ path: place, message: `names agent ${agent} again; name it once` }];
    seen.add(agent);
    return [];
  });
}

/** The agents chosen, in ascending order. Equal seeds and names choose the same, and fewer are among more. */
export function chosenAgents(choice: Choice, { agents, stream }: Choosing, name: string): number[] {
  if (choice.agents !== undefined) return [...choice.agents].sort((a, b) => a - b);
  const wanted = choice.count ?? Math.round((choice.share ?? 0) * agents);
  const all = Array.from({ length: agents }, (_, agent) => agent);
  const order = stream(`${name}/agents`, 0).shuffle(all);
  return order.slice(0, wanted).sort((a, b) => a - b);
}

type Choosing = Pick<Setting, 'agents' | 'stream'>;
