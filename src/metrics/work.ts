import { z } from 'zod';
import { type Answered, isWorkQuestion } from '../work/talk.ts';
import { deskOf } from '../work/work.ts';
import type { Ending, Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * Work as it is done.
 *
 * turns: calls of all agents · agentTurns: most calls of one agent, which is the depth of work that cannot be done side by
 * side · messagesPerTurn · right, wrong, missing: shares of the items in the product handed in · tokensPerRight: tokens for each
 * item that is right · redundancy: share of the claims made that were about an item somebody else had done before · falseClaims:
 * wrong claims that somebody came to by itself · contamination: wrong claims held by anybody, for each of these.
 */
export const work = part({
  name: 'work',
  summary: 'Turns, messages per turn, redundancy, and what became of right and wrong claims.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ begin }),
});

function begin(setting: Setting): Metric {
  const desk = deskOf(setting);
  const { items } = desk.work;
  const turns = new Int32Array(setting.agents);
  const doneBy = new Int32Array(items).fill(-1);
  let made = 0;
  let again = 0;
  let errors = 0;
  let taken = 0;

  return {
    answer(agent, question, answer) {
      if (!isWorkQuestion(question)) return;
      turns[agent] = turns[agent]! + 1;
      const value = answer.value as Answered | undefined;
      for (const { item, value: held } of value?.claims ?? []) {
        if (question.kind === 'act') {
          made++;
          if (doneBy[item]! >= 0 && doneBy[item] !== agent) again++;
          else doneBy[item] = agent;
          if (held > 0) errors++;
        } else if (held > 0 && question.kind !== 'sample') taken++;
      }
    },
    finish(ending) {
      const all = turns.reduce((sum, it) => sum + it, 0);
      return {
        turns: all,
        agentTurns: turns.reduce((most, it) => Math.max(most, it), 0),
        messagesPerTurn: all > 0 ? ending.counts.messages / all : Number.NaN,
        ...shares(ending),
        tokensPerRight: tokensPerRight(ending),
        redundancy: made > 0 ? again / made : Number.NaN,
        falseClaims: errors,
        contamination: errors > 0 ? (errors + taken) / errors : Number.NaN,
      };
    },
  };
}

/** Tokens for each item that came out right. */
function tokensPerRight(ending: Ending): number {
  const right = shares(ending).right * deskOf(ending.setting).work.items;
  const { promptTokens, outputTokens } = ending.counts;
  return right > 0 ? (promptTokens + outputTokens) / right : Number.NaN;
}

function shares({ decisions, setting }: Ending): { right: number; wrong: number; missing: number } {
  const { work: it, product } = deskOf(setting);
  const submission = decisions.find((value) => !Number.isNaN(value));
  const values = submission === undefined ? undefined : product(submission);
  if (values === undefined) return { right: 0, wrong: 0, missing: 1 };
  const share = (test: (value: number) => boolean): number => values.filter(test).length / it.items;
  return { right: share((v) => v === 0), wrong: share((v) => v > 0), missing: share((v) => v < 0) };
}
