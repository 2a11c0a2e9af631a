import { z } from 'zod';
import { adversary } from '../game/adversary.ts';
import type { Answered, Question } from '../game/talk.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { Behaviour, BehaviourPlan, Setting } from '../world/contracts.ts';
import { part, probability } from '../world/part.ts';

/**
 * The consensus game by arithmetic alone: everybody keeps what it was given, and votes to stop with a fixed chance, on its
 * own, whatever it hears. Whether such a game ever ends depends on the quorum and on the number of agents only.
 */
export const stopVoter = part({
  name: 'stop-voter',
  summary: 'The consensus game: keeps its value, and votes to stop with a fixed chance whatever it hears.',
  params: z.strictObject({
    chance: probability.describe('Chance, per round, to vote to stop.'),
  }),
  create: ({ chance }): BehaviourPlan => ({
    answers: ['game'],
    begin: (setting) => begin(setting, chance),
  }),
});

function begin(setting: Setting, chance: number): Behaviour<Question, Answered> {
  const byzantine = adversary(setting);
  const draw = new Keyed(setting.seed, 'stop-voter');
  const threshold = chance * 4294967296;
  return {
    answer(agent, question) {
      const lie = byzantine(agent, question);
      if (lie !== undefined) return lie;
      const { kind, round, own } = question;
      if (kind === 'propose') return { value: { kind, value: own } };
      draw.at(agent, round);
      return { value: { kind, vote: draw.w0 >>> 0 < threshold ? 'stop' : 'continue' } };
    },
  };
}
