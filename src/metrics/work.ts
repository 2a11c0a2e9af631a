import { z } from 'zod';
import { type Answered, type Claim, isWorkQuestion } from '../work/talk.ts';
import { deskOf } from '../work/work.ts';
import type { Ending, Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/** Work as it is done. */
export const work = part({
  name: 'work',
  summary: 'Turns, messages per turn, redundancy, and what became of right and wrong claims.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

const columns = {
  turns: 'calls of all agents',
  agentTurns: 'most calls of one agent, the depth of work that cannot be done side by side',
  messagesPerTurn: 'messages per call',
  right: 'share of the items in the product that are right',
  wrong: 'share of them that are wrong',
  missing: 'share of them that are missing',
  failed: '1 where the task is not solved, else 0',
  tokensPerRight: 'tokens for each item that is right',
  redundancy: 'share of the claims made that were about an item somebody else had done before',
  falseClaims: 'wrong claims that somebody came to by itself on a sound base',
  contamination:
    'claims touched for each of these: wrong ones, whoever holds them, and right ones built on what is touched',
};

function begin(setting: Setting): Metric {
  const desk = deskOf(setting);
  const { items, needs } = desk.work;
  const turns = new Int32Array(setting.agents);
  const doneBy = new Int32Array(items).fill(-1);
  let made = 0;
  let again = 0;
  let errors = 0;
  let touches = 0;
  /** 1 where an agent holds something wrong of an item, or something built on that. */
  const touched = new Uint8Array(setting.agents * items);
  /** Whether the claim is touched; tells of an error, whether it was made on a sound base. */
  const touch = (agent: number, { item, value }: Claim): 'no' | 'by its base' | 'of itself' => {
    const base = needs[item]!.some((need) => touched[agent * items + need] === 1);
    touched[agent * items + item] = base || value > 0 ? 1 : 0;
    if (!base && value <= 0) return 'no';
    touches++;
    return base ? 'by its base' : 'of itself';
  };

  return {
    answer(agent, question, answer) {
      if (!isWorkQuestion(question)) return;
      turns[agent] = turns[agent]! + 1;
      const value = answer.value as Answered | undefined;
      for (const claim of value?.taken ?? []) touch(agent, claim);
      if (question.kind === 'check') return;
      for (const claim of value?.claims ?? []) {
        const how = touch(agent, claim);
        if (question.kind !== 'act') continue;
        const { item } = claim;
        made++;
        if (doneBy[item]! >= 0 && doneBy[item] !== agent) again++;
        else doneBy[item] = agent;
        if (how === 'of itself') errors++;
      }
    },
    finish(ending) {
      const all = turns.reduce((sum, it) => sum + it, 0);
      return {
        turns: all,
        agentTurns: turns.reduce((most, it) => Math.max(most, it), 0),
        messagesPerTurn: all > 0 ? ending.counts.messages / all : Number.NaN,
        ...shares(ending),
        failed: ending.setting.task.judge(ending).solved ? 0 : 1,
        tokensPerRight: tokensPerRight(ending),
        redundancy: made > 0 ? again / made : Number.NaN,
        falseClaims: errors,
        contamination: errors > 0 ? touches / errors : Number.NaN,
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
