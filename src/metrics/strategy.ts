import { z } from 'zod';
import { answeredIn, type Mind, saidIn, strategies } from '../agentsnet/talk.ts';
import type { Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * Whether a common strategy was found, and soon enough (the first finding of AgentsNet, section 5.4). Needs answers that
 * say what their agent has in mind; not a number for tasks that need no strategy.
 */
export const strategy = part({
  name: 'strategy',
  summary: 'Whether agents found a common strategy, with enough rounds left, and who kept quiet about it.',
  params: z.strictObject({
    quorum: z
      .number()
      .gt(0.5)
      .max(1)
      .default(0.9)
      .describe('Share of agents that has to follow one strategy.'),
  }),
  create: ({ quorum }): MetricPlan => ({
    columns,
    begin: (setting) => begin(setting, quorum),
  }),
});

function begin(
  setting: Setting,
  quorum: number,
): Metric & { details: () => Readonly<Record<string, ArrayLike<number>>> } {
  const { agents, task } = setting;
  const followed = new Int32Array(agents);
  const told = new Uint8Array(agents);
  const shares: number[] = [];
  let rounds = 0;
  let isSpoken = false;
  const applies = task.name in strategies;

  const note = (agent: number, mind: Mind | undefined): void => {
    if (mind === undefined) return;
    isSpoken = true;
    followed[agent] = mind.strategy;
  };

  return {
    round() {
      if (rounds++ > 0) shares.push(commonest(followed));
    },
    answer(agent, _question, { value }) {
      const said = saidIn(value);
      if (said === undefined) {
        const answered = answeredIn(value);
        if (answered?.kind === 'chosen') note(agent, answered.mind);
        return;
      }
      note(agent, said.mind);
      if (told[agent] === 0 && said.toAll.some(({ topic }) => topic === 'strategy')) told[agent] = 1;
    },
    finish() {
      if (!applies || !isSpoken) return none;
      const end = commonest(followed);
      let agreed = shares.length;
      while (agreed > 0 && shares[agreed - 1]! >= quorum) agreed--;
      const isAgreed = end >= quorum && agreed < shares.length;
      const needed = task.name === 'leader-election' ? setting.diameter : 2;
      const silent = followed.reduce(
        (count, own, agent) => count + Number(own !== 0 && told[agent] === 0),
        0,
      );
      return {
        strategyAgreedRound: isAgreed ? agreed : Number.NaN,
        strategyInTime: Number(isAgreed && rounds - 1 - agreed >= needed),
        strategyShare: end,
        adoptedSilently: silent / agents,
      };
    },
    /** By round: the share of agents that follow the commonest strategy. By agent: the strategy at the end. */
    details: () => ({ strategyShare: shares, strategy: followed }),
  };
}

const columns = {
  strategyAgreedRound: 'first round from which on the quorum follows one strategy',
  strategyInTime:
    '1 if then as many rounds were left as it takes at the least to carry it out (the diameter for a leader; 2 otherwise, for an offer and its answer, though offers that clash take more), else 0',
  strategyShare: 'share of agents that follow the commonest strategy at the end',
  adoptedSilently: 'share of agents that follow one at the end and never told',
};

const none = {
  strategyAgreedRound: Number.NaN,
  strategyInTime: Number.NaN,
  strategyShare: Number.NaN,
  adoptedSilently: Number.NaN,
};

/** The share of the agents that follow the commonest strategy; following none does not count. */
function commonest(followed: Int32Array): number {
  let most = 0;
  for (const wanted of [1, 2]) {
    let count = 0;
    for (const own of followed) if (own === wanted) count++;
    most = Math.max(most, count);
  }
  return most / followed.length;
}
