import { z } from 'zod';
import { adversary } from '../game/adversary.ts';
import { isQuestion } from '../game/talk.ts';
import type { BehaviourPlan } from '../world/contracts.ts';
import { later } from '../world/contracts.ts';
import { isOpinionQuestion, keptQuestion } from '../world/opinion.ts';
import { part } from '../world/part.ts';

/**
 * Agents backed by a language model, which the scenario's `model` names: every question is left to whoever drives the run.
 * Byzantine agents of the consensus game keep to their strategies.
 */
export const live = part({
  name: 'live',
  summary: 'Leaves every question to the language model that the scenario names, or to a recording of it.',
  params: z.strictObject({}),
  create: (): BehaviourPlan => ({
    answers: ['agentsnet', 'game', 'opinion', 'meeting', 'work'],
    begin: (setting) => {
      let lie: ReturnType<typeof adversary> | undefined;
      return {
        answer(agent, question) {
          if (!setting.adversaries.has(agent) || !isQuestion(question)) return later;
          lie ??= adversary(setting);
          return lie(agent, question) ?? later;
        },
        keep: (question) => (isOpinionQuestion(question) ? keptQuestion(question) : question),
      };
    },
  }),
});
