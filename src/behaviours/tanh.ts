import { z } from 'zod';
import { exp, ln } from '../kernel/elementary.ts';
import { conformityProfiles } from '../profiles/conformity.ts';
import { exactlyOne, part } from '../world/part.ts';
import { follows, noise } from './opinion/rule.ts';

const names = Object.keys(conformityProfiles);

/**
 * The agent fitted to language models by De Marzo, Castellano and Garcia (arXiv 2409.02822) and, with field and shift, in
 * arXiv 2605.10721: P(1) = (1 + tanh(beta (m + field))) / 2 + shift, where m is the share of 1 less that of 0 in view.
 * Their m counts the agent itself: give the protocol `self: true`.
 */
export const tanh = part({
  name: 'tanh',
  summary:
    'Of two opinions takes 1 with a chance that rises with its share in view, as fitted to language models.',
  params: z
    .strictObject({
      beta: z.number().optional().describe('Strength of conformity; below zero it contradicts.'),
      profile: z
        .enum(names as [string, ...string[]])
        .optional()
        .describe(
          'A language model, whose strength was fitted by size of the group. The group is whom an agent sees and the agent itself, with `self: true` and without: all N on a complete graph, as published.',
        ),
      field: z.number().default(0).describe('What the agent leans to by itself: above zero, to 1.'),
      shift: z.number().min(-1).max(1).default(0).describe('Added to the chance to take 1.'),
      noise,
    })
    .superRefine(exactlyOne('beta', 'profile')),
  create: ({ beta, profile, field, shift, noise }) => {
    const strengths: (number | undefined)[] = [];
    const strengthOf = (size: number): number =>
      (strengths[size] ??= beta ?? conformityOf(profile as string, size));
    return follows(
      () => (view, random) => {
        const { size } = view;
        let ones = 0;
        let known = 0;
        // The sizes that were published count the agent itself, which may be out of its own view.
        let group = 1;
        for (let i = 0; i < size; i++) {
          const value = view.at(i);
          if (value === 1) ones++;
          if (value !== 1 && value !== 0) continue;
          known++;
          if (view.who(i) !== view.agent) group++;
        }
        const m = known === 0 ? 0 : (2 * ones - known) / known;
        const chance = 1 / (1 + exp(-2 * strengthOf(group) * (m + field))) + shift;
        return random.unit() < chance ? 1 : 0;
      },
      noise,
      undefined,
      // The chance of the other opinion, not one less that of its own, which would lose the digits of a rare event.
      (opinion, size) => {
        const own = opinion === 1 ? 1 : -1;
        const other = 1 / (1 + exp(2 * strengthOf(size) * (1 + own * field))) - own * shift;
        return Math.min(1, Math.max(0, other));
      },
    );
  },
});

/**
 * The strength of a model in a group of a size: between the sizes that were measured by straight lines over the logarithm of
 * the size, beyond them that of the nearest.
 */
function conformityOf(profile: string, size: number): number {
  const { beta } = conformityProfiles[profile]!;
  const above = beta.findIndex(([at]) => at >= size);
  if (above === 0) return beta[0]![1];
  if (above < 0) return beta.at(-1)![1];
  const [low, from] = beta[above - 1]!;
  const [high, to] = beta[above]!;
  return from + ((to - from) * (ln(size) - ln(low))) / (ln(high) - ln(low));
}
