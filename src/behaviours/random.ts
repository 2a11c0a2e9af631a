import { z } from 'zod';
import { NONE } from '../agentsnet/codes.ts';
import { type AgentsNetTask, readTaskName } from '../agentsnet/rules.ts';
import { groupsFor } from '../agentsnet/scorers.ts';
import type { Answered, Question } from '../agentsnet/talk.ts';
import type { Stream } from '../kernel/stream.ts';
import type { Answer, Behaviour, BehaviourPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

const silence: Answered = { kind: 'said', toAll: [] };

/**
 * Answers at random, each allowed answer with the same chance, and says nothing of use. Solves consensus with chance
 * 2^(1 - n) and leader election with chance n 2^-n. Costs no tokens.
 */
export const random = part({
  name: 'random',
  summary: 'Answers at random, without having talked. The lower baseline.',
  params: z.strictObject({}),
  create: (): BehaviourPlan => ({
    answers: ['agentsnet'],
    begin: (setting): Behaviour<Question, Answered> => {
      const task = readTaskName(setting.task.name);
      if (task === undefined)
        throw new Error(`random: knows the tasks of AgentsNet, but not ${setting.task.name}`);
      const draw = drawer(setting, task);
      return {
        answer(agent, { kind }): Answer<Answered> {
          if (kind === 'message') return { value: silence };
          return { value: { kind: 'chosen', code: draw(agent, setting.stream('random', agent)) } };
        },
      };
    },
  }),
});

function drawer(
  { graph, inputs, agents }: Setting,
  task: AgentsNetTask,
): (agent: number, random: Stream) => number {
  const groups = groupsFor(graph);
  return (agent, random) => {
    switch (task) {
      case 'coloring':
        return 1 + random.below(groups);
      case 'matching': {
        const first = graph.offsets[agent]!;
        const pick = random.below(graph.offsets[agent + 1]! - first + 1);
        return graph.targets.subarray(first, graph.offsets[agent + 1]!)[pick] ?? NONE;
      }
      case 'consensus':
        return inputs.length > 0 ? inputs[random.below(agents)]! : random.below(2);
      default:
        return random.below(2);
    }
  };
}
