import { z } from 'zod';
import { answeredIn, OPEN, saidIn, toldStance } from '../agentsnet/talk.ts';
import type { Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/** When agents first say what they mean to answer, and whether they answer what they last said. */
export const announcement = part({
  name: 'announcement',
  summary: 'When agents first state a stance, and whether they answer as they last said.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

const columns = {
  firstAnnouncement: "mean round of an agent's first stance",
  lastAnnouncement: "latest round of an agent's first stance",
  unannounced: 'share of agents that never told a stance',
  unannouncedChange:
    'share of those who did whose answer is another (not for leader election, where stances are names and answers are not)',
  decisionSeconds: 'mean simulation time of the decisions',
};

function begin({
  agents,
  task,
}: Setting): Metric & { details: () => Readonly<Record<string, ArrayLike<number>>> } {
  const first = new Int32Array(agents).fill(-1);
  const told = new Int32Array(agents).fill(OPEN);
  let round = 0;
  let answered = 0;
  let changed = 0;
  const comparable = task.name !== 'leader-election';
  return {
    round(now) {
      round = now;
    },
    answer(agent, _question, { value }) {
      const said = saidIn(value);
      if (said !== undefined) {
        const stance = toldStance(said, agent);
        if (stance === undefined) return;
        told[agent] = stance;
        if (first[agent]! < 0) first[agent] = round;
        return;
      }
      const final = answeredIn(value);
      if (final?.kind !== 'chosen' || told[agent] === OPEN) return;
      answered++;
      if (final.code !== told[agent]) changed++;
    },
    finish({ decidedAt }) {
      const announced = first.filter((at) => at >= 0);
      const times = decidedAt.filter((at) => !Number.isNaN(at));
      return {
        firstAnnouncement: mean(announced),
        lastAnnouncement: announced.length > 0 ? announced.reduce((a, b) => Math.max(a, b)) : Number.NaN,
        unannounced: 1 - announced.length / agents,
        unannouncedChange: comparable ? changed / answered : Number.NaN,
        decisionSeconds: mean(times) / 1e6,
      };
    },
    /** By agent: the round of its first stance, or -1. */
    details: () => ({ firstAnnouncement: first }),
  };
}

/** NaN for none. */
const mean = (values: Int32Array | Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};
