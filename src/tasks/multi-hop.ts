import { z } from 'zod';
import { lognormal, workTask } from '../work/work-task.ts';
import { count, part, probability } from '../world/part.ts';
import type { Task } from '../world/task.ts';

/**
 * A question of several hops, each of which needs the answer of the one before: without it a hop is a guess, and wrong.
 * Corrupted passages do no harm where they are read, but stay in the context of whoever read them.
 */
export const multiHop = part({
  name: 'multi-hop',
  summary: 'A question of several hops, each needing the one before, over passages that may be corrupted.',
  params: z.strictObject({
    hops: count.max(1000).default(4).describe('How many hops there are.'),
    cost: z.number().min(0).default(0).describe('Median tokens of effort to take a hop; 0: one turn does.'),
    sigma: z.number().min(0).max(5).default(0).describe('Spread of the cost: deviation of its logarithm.'),
    chance: probability.default(0.8).describe('Chance that a plain agent takes a hop right.'),
    variants: count.max(1000).default(8).describe('How many ways there are to get a hop wrong.'),
    corruption: probability.default(0).describe('Share of the hops whose passages are corrupted.'),
    reading: z.number().min(0).default(0).describe('Tokens of the passages of a hop.'),
  }),
  create: ({ hops, cost, sigma, chance, corruption, ...rest }): Task =>
    workTask('multi-hop', (draw) => ({
      items: hops,
      needs: Array.from({ length: hops }, (_, hop) => (hop > 0 ? [hop - 1] : [])),
      cost: Float64Array.from({ length: hops }, (_, hop) => {
        draw.at(hop, 0);
        return lognormal(draw, cost, sigma);
      }),
      chance: new Float64Array(hops).fill(chance),
      corrupt: Uint8Array.from({ length: hops }, (_, hop) => {
        draw.at(hop, 1);
        return draw.unit() < corruption ? 1 : 0;
      }),
      breadth: 'one',
      hazard: 1,
      pass: 1,
      ...rest,
    })),
});
