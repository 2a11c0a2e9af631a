import { z } from 'zod';
import { lognormal, workTask } from '../work/work-task.ts';
import { count, part, probability } from '../world/part.ts';
import type { Task } from '../world/task.ts';

/** One number for all items, or one for each. */
const each = <Schema extends z.ZodType<number>>(schema: Schema) =>
  z.union([schema, z.array(schema).min(1).max(10_000)]);

const parameters = z
  .strictObject({
    shape: z
      .enum(['wide', 'chain', 'custom'])
      .default('wide')
      .describe(
        'wide: no item needs another. chain: each needs the one before. custom: as `needs` says. What that means for who works when, `ahead` says.',
      ),
    items: count.max(10_000).default(6).describe('How many items there are to do.'),
    most: count
      .max(10_000)
      .optional()
      .describe('With it, each run has a number of items of its own, drawn evenly from `items` to this.'),
    needs: z
      .array(z.array(z.int().min(0)))
      .optional()
      .describe('Of a custom graph: for each item the items it needs, all of lower number.'),
    cost: each(z.number().min(0))
      .default(0)
      .describe(
        'Median tokens of effort to get an item done, or a list with one for each item; 0: one turn does.',
      ),
    sigma: z.number().min(0).max(5).default(0).describe('Spread of the cost: deviation of its logarithm.'),
    chance: each(probability)
      .default(0.8)
      .describe('Chance that a plain agent gets an item right, or a list with one for each item.'),
    variants: count.max(1000).default(8).describe('How many ways there are to get an item wrong.'),
    hazard: probability
      .default(0)
      .describe(
        'Shared state: chance that an edit fails if another landed before it since its agent last knew the product, or ahead of what it needs.',
      ),
    ahead: z
      .boolean()
      .default(true)
      .describe(
        'Whether an item can be begun by who does not hold what it needs, at the risk of `hazard`; with false it has to wait.',
      ),
    reading: z.number().min(0).default(0).describe('Tokens to read before an item can be done.'),
    pass: probability.default(1).describe('Share of items right from which the work is solved.'),
  })
  .superRefine(({ cost, chance, items, most }, context) => {
    for (const [name, list] of Object.entries({ cost, chance })) {
      if (!Array.isArray(list) || (list.length === items && most === undefined)) continue;
      const message = `must be one number, or a list of one for each of the ${items} items, without \`most\`, but lists ${list.length}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .superRefine(({ shape, needs, items, most }, context) => {
    if (most !== undefined && most < items)
      context.addIssue({
        code: 'custom',
        path: ['most'],
        message: `must be at least \`items\` (${items}), but is ${most}`,
      });
    if (shape !== 'custom') {
      if (needs !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['needs'],
          message: `is read for shape: custom only; leave it out`,
        });
      return;
    }
    if (needs === undefined || needs.length !== items || most !== undefined) {
      const message = `must list the needs of each of the ${items} items, without \`most\``;
      context.addIssue({ code: 'custom', path: ['needs'], message });
      return;
    }
    needs.forEach((list, item) => {
      const bad = list.find((need) => need >= item);
      if (bad !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['needs', item],
          message: `must name items below ${item}, but names ${bad}; number items so that needs come first`,
        });
    });
  });

/**
 * Work cut into items, with what each needs first. An item counts only with all that it needs. Width lets agents work
 * side by side; a chain does not: with `ahead: false` nobody can begin what another has yet to do, so that a critical path takes its
 * time; else one can, and where the product is shared (`hazard`), whoever does so, or acts on an old view of it, is likely to
 * break something.
 */
export const workGraph = part({
  name: 'work-graph',
  summary: 'Items to be done, wide, in a chain or as a graph, with a shared state that can be out of date.',
  params: parameters,
  create: ({ shape, items: least, most, needs, cost, sigma, chance, ahead, ...rest }): Task =>
    workTask('work-graph', (draw) => {
      draw.at(0, 1);
      const items = most === undefined ? least : least + Math.floor(draw.unit() * (most - least + 1));
      return {
        items,
        needs:
          needs ??
          Array.from({ length: items }, (_, item) => (shape === 'chain' && item > 0 ? [item - 1] : [])),
        cost: Float64Array.from({ length: items }, (_, item) => {
          draw.at(item, 0);
          return lognormal(draw, of(cost, item), sigma);
        }),
        chance: Float64Array.from({ length: items }, (_, item) => of(chance, item)),
        breadth: 'one',
        inOrder: !ahead,
        ...rest,
      };
    }),
});

const of = (values: number | readonly number[], item: number): number =>
  typeof values === 'number' ? values : values[item]!;
