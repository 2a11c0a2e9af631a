import { z } from 'zod';
import { count, exactlyOne, part, probability } from '../world/part.ts';
import { follows, holders, noise } from './opinion/rule.ts';

/**
 * Threshold cascades: a share of the neighbours (Watts 2002), a number of them (bootstrap percolation), or thresholds that
 * differ between agents (Granovetter 1978; the linear threshold model has them uniform between 0 and 1).
 */
export const threshold = part({
  name: 'threshold',
  summary: 'Takes opinion 1 once enough of its neighbours hold it, and keeps it.',
  params: z
    .strictObject({
      phi: z
        .union([
          probability,
          z
            .strictObject({
              low: probability.describe('The least share that an agent may need.'),
              high: probability.describe('The greatest share that an agent may need.'),
            })
            .refine(({ low, high }) => low <= high, { path: ['high'], error: 'must be no less than `low`' }),
        ])
        .optional()
        .describe('Share of those in view that must hold 1; { low, high } draws one for each agent.'),
      count: count.optional().describe('How many of those in view must hold 1.'),
      reversible: z.boolean().default(false).describe('Whether agents go back to 0 when too few are left.'),
      noise,
    })
    .superRefine(exactlyOne('phi', 'count')),
  create: ({ phi, count, reversible, noise }) =>
    follows(({ stream }) => {
      const drawn: (number | undefined)[] = [];
      const shareOf = (agent: number): number => {
        if (typeof phi !== 'object') return phi ?? 0;
        return (drawn[agent] ??= phi.low + (phi.high - phi.low) * stream('threshold', agent).unit());
      };
      return (view) => {
        const { agent, opinion, size } = view;
        view.rests = true;
        if (opinion === 1 && !reversible) return 1;
        const active = holders(view, 1);
        // The small excess forgives what a product such as 0.07 * 100 loses.
        const isMet = count === undefined ? active + 1e-9 >= shareOf(agent) * size : active >= count;
        if (isMet && size > 0) return 1;
        return opinion === 1 ? 0 : opinion;
      };
    }, noise),
});
