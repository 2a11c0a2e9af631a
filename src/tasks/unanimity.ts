import { z } from 'zod';
import type { Ending, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { part } from '../world/part.ts';
import type { Judgement, Property, Task } from '../world/task.ts';

const opinion = z.number();

const starts = ['shares', 'pattern', 'seeds', 'uniform', 'distinct', 'empty'] as const;

const params = z
  .strictObject({
    shares: z
      .array(z.number().min(0).max(1))
      .min(1)
      .max(100_000)
      .refine((shares) => Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6, {
        error: 'must add up to 1',
      })
      .optional()
      .describe('Share of the agents that begin with opinion 0, 1, 2 ...; who does is drawn.'),
    counts: z
      .enum(['exact', 'random'])
      .default('exact')
      .describe('shares are met as nearly as whole agents allow, or each agent draws its own.'),
    pattern: z
      .array(opinion)
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Opinions of the first agents, repeated over all the others.'),
    seeds: z
      .union([z.int().min(0), z.array(z.int().min(0)).min(1)])
      .optional()
      .describe('How many agents begin with `value`, drawn; or which ones.'),
    value: opinion.default(1).describe('What the seeds begin with.'),
    others: opinion.default(0).describe('What all others begin with.'),
    uniform: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe('Each agent begins with a number drawn between these two.'),
    distinct: z
      .literal(true)
      .optional()
      .describe('Each agent begins with an opinion of its own: its number.'),
    empty: z.literal(true).optional().describe('Nobody begins with an opinion.'),
    within: z.number().min(0).default(0).describe('How far decisions may lie apart and still count as one.'),
  })
  .superRefine((it, context) => {
    const given = starts.filter((key) => it[key] !== undefined);
    if (given.length !== 1) {
      context.addIssue({
        code: 'custom',
        path: [given[1] ?? 'shares'],
        message: `must say how opinions begin, by one of ${starts.join(', ')}, ${given.length > 1 ? `and only one, but is given by ${given.join(' and ')}` : 'but is given by none'}`,
      });
    }
    const unread = (key: string, reader: string): void => {
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `is read with \`${reader}\` only; leave it out`,
      });
    };
    if (it.seeds === undefined && it.value !== 1) unread('value', 'seeds');
    if (it.seeds === undefined && it.others !== 0) unread('others', 'seeds');
    if (it.shares === undefined && it.counts !== 'exact') unread('counts', 'shares');
  });

type Start = z.infer<typeof params>;

/** All correct agents are to end with one opinion, which lies among those they began with. */
export const unanimity = part({
  name: 'unanimity',
  summary:
    'All correct agents are to decide one opinion; says which they begin with: shares, seeds, a pattern.',
  params,
  create: (start): Task => ({
    name: 'unanimity',
    wants: [start.empty ? 'name' : 'values'],
    inputs: (setting) => inputsOf(start, setting),
    properties: [agreement(start.within), validity, termination],
    judge: (ending) => judge(ending, start.within),
    nameOf: (value) => String(value),
  }),
});

function inputsOf(start: Start, { agents, stream }: Omit<Setting, 'inputs'>): Float64Array {
  const inputs = new Float64Array(agents);
  const { shares, pattern, seeds, uniform, value, others } = start;
  if (pattern) {
    if (pattern.length > agents)
      refuse(
        'pattern',
        `must be no longer than there are agents (${agents}), but has ${pattern.length} opinions`,
      );
    for (let agent = 0; agent < agents; agent++) inputs[agent] = pattern[agent % pattern.length] as number;
  } else if (uniform) {
    const [low, high] = uniform;
    const random = stream('input', 0);
    for (let agent = 0; agent < agents; agent++) inputs[agent] = low + (high - low) * random.unit();
  } else if (start.empty) inputs.fill(Number.NaN);
  else if (seeds !== undefined) {
    inputs.fill(others);
    for (const agent of seedsOf(seeds, agents, stream)) inputs[agent] = value;
  } else if (shares) fillShares(inputs, shares, start.counts, stream);
  else for (let agent = 0; agent < agents; agent++) inputs[agent] = agent;
  return inputs;
}

function seedsOf(seeds: number | number[], agents: number, stream: Setting['stream']): readonly number[] {
  if (Array.isArray(seeds)) {
    const stranger = seeds.find((agent) => agent >= agents);
    if (stranger !== undefined)
      refuse('seeds', `must name agents, which are 0 to ${agents - 1}, but names ${stranger}`);
    return seeds;
  }
  if (seeds > agents) refuse('seeds', `must be at most the number of agents (${agents}), but is ${seeds}`);
  // The first places of a shuffle, of which no more is drawn than is needed.
  const random = stream('input', 0);
  const moved = new Map<number, number>();
  return Array.from({ length: seeds }, (_, i) => {
    const j = i + random.below(agents - i);
    const chosen = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return chosen;
  });
}

function fillShares(
  inputs: Float64Array,
  shares: readonly number[],
  counts: 'exact' | 'random',
  stream: Setting['stream'],
): void {
  const random = stream('input', 0);
  const agents = inputs.length;
  if (counts === 'random') {
    for (let agent = 0; agent < agents; agent++) {
      let left = random.unit();
      let value = 0;
      while (value < shares.length - 1 && left >= (shares[value] as number))
        left -= shares[value++] as number;
      inputs[agent] = value;
    }
    return;
  }
  let agent = 0;
  countsOf(shares, agents).forEach((many, value) => {
    for (let i = 0; i < many; i++) inputs[agent++] = value;
  });
  random.shuffle(inputs);
}

/** Whole numbers that add up to `all`, as near to the shares as can be: what is left over goes to the largest remainders. */
function countsOf(shares: readonly number[], all: number): number[] {
  const counts = shares.map((share) => Math.floor(share * all + 1e-9));
  const remainders = shares.map((share, i) => share * all - (counts[i] as number));
  const order = remainders
    .map((_, i) => i)
    .sort((a, b) => (remainders[b] as number) - (remainders[a] as number) || a - b);
  let left = all - counts.reduce((sum, many) => sum + many, 0);
  for (const i of order) if (left-- > 0) counts[i] = (counts[i] as number) + 1;
  return counts;
}

function refuse(key: string, message: string): never {
  throw new ScenarioError([{ path: `task.${key}`, message }]);
}

/** The least and the greatest decision of correct agents; NaN where none has decided. */
function rangeOf({ decisions, correct }: Ending): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let agent = 0; agent < decisions.length; agent++) {
    if (correct[agent] === 0 || Number.isNaN(decisions[agent])) continue;
    low = Math.min(low, decisions[agent] as number);
    high = Math.max(high, decisions[agent] as number);
  }
  return { low, high };
}

/** Whether every decision lies between the least and the greatest input: copied, or averaged. */
function isWithinInputs(ending: Ending): boolean {
  const { low, high } = rangeOf(ending);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const input of ending.setting.inputs) {
    if (input < least) least = input;
    if (input > most) most = input;
  }
  // Averages may leave the range by what their last digit loses.
  const slack = 1e-9 * Math.max(Math.abs(least), Math.abs(most));
  return low > high || least > most || (low >= least - slack && high <= most + slack);
}

const agreement = (within: number): Property => ({
  name: 'agreement',
  kind: 'always',
  holds: (ending) => {
    const { low, high } = rangeOf(ending);
    return !(high - low > within);
  },
});

const validity: Property = { name: 'validity', kind: 'always', holds: isWithinInputs };

const termination: Property = {
  name: 'termination',
  kind: 'eventually',
  holds: ({ decisions, correct }) =>
    decisions.every((value, agent) => correct[agent] === 0 || !Number.isNaN(value)),
};

function judge(ending: Ending, within: number): Judgement {
  const { low, high } = rangeOf(ending);
  const soft = Number.NaN;
  if (high - low > within) {
    return {
      class: 'split',
      cause: 'disagreement',
      soft,
      solved: false,
      witness: `decisions from ${low} to ${high}`,
    };
  }
  if (low > high)
    return { class: 'no-input', cause: 'no-answer', soft, solved: false, witness: 'nobody decided' };
  if (!isWithinInputs(ending)) {
    return {
      class: 'invalid',
      cause: 'beyond-the-inputs',
      soft,
      solved: false,
      witness: `${low} lies beyond what anybody began with`,
    };
  }
  return { class: 'valid', cause: 'none', soft, solved: true, witness: '' };
}
