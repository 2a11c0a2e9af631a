import { z } from 'zod';
import { workTask } from '../work/work-task.ts';
import { count, part, probability } from '../world/part.ts';
import type { Task } from '../world/task.ts';

/** A piece of software made of parts that must all be there and right; an executable check can tell a wrong part. */
export const artifact = part({
  name: 'artifact',
  summary: 'A piece of software: required parts, each of which must be there and right.',
  params: z.strictObject({
    fields: count.max(10_000).default(20).describe('How many parts it needs.'),
    chance: probability.default(0.85).describe('Chance that a plain agent gets a part right.'),
    variants: count.max(1000).default(8).describe('How many ways there are to get a part wrong.'),
    tests: probability.default(0.65).describe('Share of the parts that an executable check covers.'),
    pass: probability.default(1).describe('Share of the parts right from which it counts as accepted.'),
  }),
  create: ({ fields, chance, variants, tests, pass }): Task =>
    workTask('artifact', (draw) => ({
      items: fields,
      needs: Array.from({ length: fields }, () => []),
      cost: new Float64Array(fields),
      chance: new Float64Array(fields).fill(chance),
      tested: Uint8Array.from({ length: fields }, (_, field) => {
        draw.at(field, 0);
        return draw.unit() < tests ? 1 : 0;
      }),
      variants,
      breadth: 'all',
      hazard: 0,
      reading: 0,
      pass,
    })),
});
