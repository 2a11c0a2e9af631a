import { z } from 'zod';
import { inverseNormal } from '../kernel/distribution.ts';
import { withLogOdds, workTask } from '../work/work-task.ts';
import { count, part, probability } from '../world/part.ts';
import type { Task } from '../world/task.ts';

const parameters = z.strictObject({
  steps: count.max(2_000_000).default(100).describe('How many steps there are.'),
  chance: probability.default(0.9).describe('Chance that a plain agent gets a step right.'),
  hard: z
    .strictObject({
      share: probability.describe('Share of the steps that are hard.'),
      chance: probability.describe('Chance that a plain agent gets a hard step right.'),
    })
    .optional()
    .describe('Steps of another difficulty among them; each is one of them by a draw of its own.'),
  spread: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe('How far chances differ from step to step: standard deviation of their log-odds.'),
  variants: count.max(1000).default(1).describe('How many wrong values a step has; with 1, errors agree.'),
  pass: probability.default(1).describe('Share of steps right from which the work is solved.'),
});

/** A long sequence of steps, all of which must be right: one error in a million spoils it. */
export const longSteps = part({
  name: 'long-steps',
  summary: 'A long sequence of steps, all of which must be right.',
  params: parameters,
  create: ({ steps, chance, hard, spread, variants, pass }): Task =>
    workTask('long-steps', (draw) => {
      const needs: number[] = [];
      return {
        items: steps,
        needs: new Array(steps).fill(needs),
        cost: new Float64Array(steps),
        chance: Float64Array.from({ length: steps }, (_, step) => {
          if (hard === undefined && spread === 0) return chance;
          draw.at(step, 0);
          const own = hard !== undefined && draw.unit() < hard.share ? hard.chance : chance;
          if (spread === 0) return own;
          draw.at(step, 1);
          return withLogOdds(own, spread * inverseNormal(Math.max(draw.unit(), 1e-16)));
        }),
        variants,
        breadth: 'one',
        hazard: 0,
        reading: 0,
        pass,
      };
    }),
});
