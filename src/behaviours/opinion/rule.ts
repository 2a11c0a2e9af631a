import { z } from 'zod';
import type { Stream } from '../../kernel/stream.ts';
import type { Behaviour, BehaviourPlan, Setting } from '../../world/contracts.ts';
import type { OpinionQuestion } from '../../world/opinion.ts';
import { probability } from '../../world/part.ts';

/** An update rule: what an agent holds from now on, given what is in view. */
export type Rule = (view: OpinionQuestion, random: Stream) => number;

const noiseOf = z.strictObject({
  chance: probability.describe('Chance that an agent takes an opinion at random.'),
  values: z.int().min(1).max(1_000_000).default(2).describe('Opinions to choose from: 0 to `values` - 1.'),
});

/** Shared by all rules: with some chance an agent takes an opinion at random, without looking. */
export const noise = z
  .union([probability, noiseOf])
  .transform((it): Noise => (typeof it === 'number' ? { chance: it, values: 2 } : it))
  .prefault(0)
  .describe(
    'Chance that an agent takes one of the opinions 0 and 1 at random, without looking; or { chance, values }.',
  );

export interface Noise {
  readonly chance: number;
  readonly values: number;
}

/** Whether a rule works where agents look around (opinion), where they meet in twos (meeting), or in both. */
export type Vocabulary = 'opinion' | 'meeting';

/**
 * The behaviour that follows an update rule, each agent with a stream of its own. `leaves` is the chance to leave a
 * unanimity (`BehaviourPlan.leaves`) by the rule itself, without noise.
 */
export const follows = (
  rule: (setting: Setting) => Rule,
  { chance, values }: Noise,
  answers: readonly Vocabulary[] = ['opinion', 'meeting'],
  leaves?: BehaviourPlan['leaves'],
): BehaviourPlan => ({
  answers,
  ...(leaves && {
    leaves: (opinion: number, size: number): number => {
      const atRandom = 1 - (opinion < values ? 1 / values : 0);
      return chance * atRandom + (1 - chance) * leaves(opinion, size);
    },
  }),
  begin: (setting): Behaviour<OpinionQuestion, number> => {
    const update = rule(setting);
    const streams: (Stream | undefined)[] = [];
    return {
      answer(agent, view) {
        const random = (streams[agent] ??= setting.stream('opinion', agent));
        if (chance > 0 && random.chance(chance)) return { value: random.below(values) };
        const value = update(view, random);
        if (chance > 0) view.rests = false;
        return { value };
      },
    };
  },
});

/** The answer of who sees nobody, or looks no more: its own opinion, for good. */
export function alone(view: OpinionQuestion): number {
  view.rests = true;
  return view.opinion;
}

/** Whether everything in view is what the agent holds itself. */
export function agreesWithAll(view: OpinionQuestion): boolean {
  const { opinion, size } = view;
  for (let i = 0; i < size; i++) if (view.at(i) !== opinion) return false;
  return true;
}

/** How many in view hold a value. */
export function holders(view: OpinionQuestion, value: number): number {
  const { size } = view;
  let count = 0;
  for (let i = 0; i < size; i++) if (view.at(i) === value) count++;
  return count;
}
