import { z } from 'zod';
import { OPEN, saidIn, toldStance } from '../agentsnet/talk.ts';
import type { Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * Links whose two ends have said what does not go together: the same group; both staying out of a cover; an offer that the
 * other does not return; another value or candidate. Counted over links at which both ends have said something.
 */
export const conflicts = part({
  name: 'conflicts',
  summary:
    'Links whose ends contradict one another, round by round, and the stances changed for that or for nothing.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

type Contradict = (a: number, b: number, v: number, w: number) => boolean;

const contradictions: Readonly<Record<string, Contradict>> = {
  coloring: (a, b) => a === b,
  'vertex-cover': (a, b) => a === 0 && b === 0,
  matching: (a, b, v, w) => (a === w) !== (b === v),
};

const columns = {
  conflictsFirst:
    'share of links in conflict in the first round that has links of which both ends have said something',
  conflictsLast: 'the same in the last such round',
  conflictFreeRound: 'first round from which on there is no conflict',
  repairs: 'stances that were changed with a conflict at hand',
  changesWithoutConflict: 'stances that were changed without one',
};

function begin({
  agents,
  graph,
  task,
}: Setting): Metric & { details: () => Readonly<Record<string, ArrayLike<number>>> } {
  const contradict: Contradict = contradictions[task.name] ?? ((a, b) => a !== b);
  const told = new Int32Array(agents).fill(OPEN);
  const inConflict = new Uint8Array(agents);
  const shares: number[] = [];
  let hasBegun = false;
  let repairs = 0;
  let others = 0;

  const closeRound = (): void => {
    const { offsets, targets } = graph;
    let known = 0;
    let bad = 0;
    inConflict.fill(0);
    for (let v = 0; v < agents; v++) {
      if (told[v] === OPEN) continue;
      for (let arc = offsets[v]!; arc < offsets[v + 1]!; arc++) {
        const w = targets[arc]!;
        if (told[w] === OPEN) continue;
        known++;
        if (!contradict(told[v]!, told[w]!, v, w)) continue;
        bad++;
        inConflict[v] = 1;
      }
    }
    shares.push(bad / known);
  };

  return {
    round() {
      if (hasBegun) closeRound();
      hasBegun = true;
    },
    answer(agent, _question, { value }) {
      const said = saidIn(value);
      const stance = said && toldStance(said, agent);
      if (stance === undefined || stance === told[agent]) return;
      if (told[agent] !== OPEN) {
        if (inConflict[agent] === 1) repairs++;
        else others++;
      }
      told[agent] = stance;
    },
    finish() {
      const known = shares.filter((share) => !Number.isNaN(share));
      let free = shares.length;
      while (free > 0 && shares[free - 1] === 0) free--;
      return {
        conflictsFirst: known[0] ?? Number.NaN,
        conflictsLast: known.at(-1) ?? Number.NaN,
        conflictFreeRound: free < shares.length ? free : Number.NaN,
        repairs: known.length > 0 ? repairs : Number.NaN,
        changesWithoutConflict: known.length > 0 ? others : Number.NaN,
      };
    },
    /** By round of messages: the share of links in conflict; NaN while no two neighbours have said anything. */
    details: () => ({ conflicts: shares }),
  };
}
