import { z } from 'zod';
import { workTask } from '../work/work-task.ts';
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
  variants: count.max(1000).default(1).describe('How many wrong values a step has; with 1, errors agree.'),
  pass: probability.default(1).describe('Share of steps right from which the work is solved.'),
});

/** A long sequence of steps, all of which must be right: one error in a million spoils it. */
export const longSteps = part({
  name: 'long-steps',
  summary: 'A long sequence of steps, all of which must be right.',
  params: parameters,
  create: ({ steps, chance, hard, variants, pass }): Task =>
    workTask('long-steps', (draw) => {
      const needs: number[] = [];
      return {
        items: steps,
        needs: new Array(steps).fill(needs),
        cost: new Float64Array(steps),
        chance: Float64Array.from({ length: steps }, (_, step) => {
          if (hard === undefined) return chance;
          draw.at(step, 0);
          return draw.unit() < hard.share ? hard.chance : chance;
        }),
        variants,
        breadth: 'one',
        hazard: 0,
        reading: 0,
        pass,
      };
    }),
});
