import { z } from 'zod';
import { adversary } from '../game/adversary.ts';
import { compromise, compromises } from '../game/compromise.ts';
import { type Answered, NONE, type Question } from '../game/talk.ts';
import { type Tally, tally } from '../game/tally.ts';
import type { Behaviour, BehaviourPlan } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * The consensus game played by agents that all take the same compromise, and stop when all agree: two rounds. That the
 * value is then somebody's input is chance, so that a low share of invalid outcomes tells copying from averaging.
 */
export const averager = part({
  name: 'averager',
  summary: 'The consensus game: takes the mean, the median or a focal number; stops when all agree.',
  params: z.strictObject({
    rule: z
      .enum(compromises)
      .default('mean')
      .describe('The rounded mean, the median, or a number that has nothing to do with the inputs.'),
  }),
  create: ({ rule }): BehaviourPlan => ({
    answers: ['game'],
    begin: (setting): Behaviour<Question, Answered> => {
      const byzantine = adversary(setting);
      let seen: Tally | undefined;
      const agrees = (question: Question): boolean => {
        seen ??= tally(question.values);
        return seen.read(question) && seen.countOf(question.own) === setting.agents;
      };
      const propose = (question: Question): number => {
        if (question.heard.length === 0 || question.own === NONE) return question.input;
        return agrees(question) ? question.own : compromise(rule, question, setting);
      };
      return {
        answer(agent, question) {
          const lie = byzantine(agent, question);
          if (lie !== undefined) return lie;
          const { kind } = question;
          if (kind === 'propose') return { value: { kind, value: propose(question) } };
          return { value: { kind, vote: agrees(question) ? 'stop' : 'continue' } };
        },
      };
    },
  }),
});
