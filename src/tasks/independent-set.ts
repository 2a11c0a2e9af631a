import { z } from 'zod';
import type { Ending } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import type { Judgement, Property, Task } from '../world/task.ts';

/**
 * Choose a maximal independent set: agents decide 1 (in it) or 0. Independent: no two neighbours are in it. Maximal:
 * whoever is not in it has a neighbour who is. Judged among the correct agents.
 */
export const independentSet = part({
  name: 'independent-set',
  summary: 'Choose a set without neighbours in it, to which nobody could be added.',
  params: z.strictObject({}),
  create: (): Task => ({
    name: 'independent-set',
    wants: ['independent-set'],
    properties: [independence, maximality, termination],
    judge,
    nameOf: (value) => (value === 1 ? 'in' : value === 0 ? 'out' : 'no answer'),
  }),
});

const independence: Property = {
  name: 'independence',
  kind: 'always',
  holds: (ending) => clash(ending) === undefined,
};

/** An agent may decide that it is out before the neighbour who is in does, so only the end can tell. */
const maximality: Property = {
  name: 'maximality',
  kind: 'eventually',
  holds: (ending) => addable(ending) < 0,
};

const termination: Property = {
  name: 'termination',
  kind: 'eventually',
  holds: ({ decisions, correct }) =>
    decisions.every((value, agent) => correct[agent] === 0 || !Number.isNaN(value)),
};

function judge(ending: Ending): Judgement {
  const { decisions, correct, setting } = ending;
  const { names } = setting;
  const judged = (rest: Pick<Judgement, 'class' | 'cause' | 'witness' | 'agents'>): Judgement => ({
    ...rest,
    soft: Number.NaN,
    solved: rest.class === 'valid',
  });
  const pair = clash(ending);
  if (pair) {
    const witness = `${names[pair[0]]} and ${names[pair[1]]} are neighbours and both in`;
    return judged({ class: 'split', cause: 'neighbours', witness, agents: pair });
  }
  const silent = decisions.findIndex((value, agent) => correct[agent] === 1 && value !== 0 && value !== 1);
  if (silent >= 0) {
    return judged({
      class: 'no-input',
      cause: 'no-answer',
      witness: `${names[silent]} gave no answer`,
      agents: [silent],
    });
  }
  const left = addable(ending);
  if (left >= 0) {
    const witness = `${names[left]} is out, and so are all its neighbours`;
    return judged({ class: 'invalid', cause: 'not-maximal', witness, agents: [left] });
  }
  return judged({ class: 'valid', cause: 'none', witness: '' });
}

/** Two neighbours that are both in, if there are any. */
function clash({ decisions, correct, setting }: Ending): [number, number] | undefined {
  const { offsets, targets } = setting.graph;
  for (let v = 0; v < setting.agents; v++) {
    if (correct[v] === 0 || decisions[v] !== 1) continue;
    for (let arc = offsets[v]!; arc < offsets[v + 1]!; arc++) {
      const w = targets[arc]!;
      if (correct[w] === 1 && decisions[w] === 1) return [v, w];
    }
  }
  return undefined;
}

/** The first correct agent that is out without a neighbour who is in; -1 for none. */
function addable({ decisions, correct, setting }: Ending): number {
  const { offsets, targets } = setting.graph;
  for (let v = 0; v < setting.agents; v++) {
    if (correct[v] === 0 || decisions[v] !== 0) continue;
    const row = targets.subarray(offsets[v], offsets[v + 1]);
    // A faulty neighbour may have been in.
    if (!row.some((w) => correct[w] === 0 || decisions[w] === 1)) return v;
  }
  return -1;
}
