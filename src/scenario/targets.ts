import { z } from 'zod';
import { catalog } from '../catalog.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { instead } from './check.ts';
import { inFile, readData } from './read-data.ts';

const level = z.union([z.string(), z.number(), z.boolean()]);
const text = z.string().min(1).max(2000);

const end = z.union([z.number(), z.array(z.number()).min(1).max(64)]);

const freeSchema = z
  .strictObject({
    name: z.string().min(1).max(80).describe('How it is called in what is printed.'),
    sets: z
      .array(z.string().min(1))
      .max(50)
      .default([])
      .describe('Parameters of the behaviour that it sets, all alike.'),
    tasks: z.array(z.string()).min(1).optional().describe('For these tasks only; left out, for all.'),
    scale: z
      .boolean()
      .default(false)
      .describe(
        "Whether it multiplies the base's values, lists too, instead of taking their place; none goes beyond 1.",
      ),
    between: z
      .record(z.string(), z.tuple([end, end]))
      .default({})
      .describe(
        'Parameters that it moves together, from their value at 0 to that at 1: `drift@coloring: [0.5, 0]`.',
      ),
    low: z.number().default(0).describe('The least that is tried.'),
    high: z.number().default(1).describe('The most that is tried.'),
  })
  .refine(({ low, high }) => low < high, { path: ['high'], error: 'must be above `low`' })
  .refine(({ sets, between }) => sets.length > 0 !== Object.keys(between).length > 0, {
    path: ['sets'],
    error: 'must name parameters, or `between` must; one of the two',
  })
  .refine(({ between }) => Object.values(between).every(([from, to]) => lengthOf(from) === lengthOf(to)), {
    path: ['between'],
    error: 'must go from a value to a value, or from a list to one of equal length',
  });

const lengthOf = (value: number | readonly number[]): number =>
  typeof value === 'number' ? -1 : value.length;

/** A quantity that a fit may choose. */
export type Free = z.infer<typeof freeSchema>;

const targetSchema = z.strictObject({
  target: text.describe('What it is, in a few words.'),
  metric: z.string().default('solved').describe('Its mean over the runs at these levels is what is met.'),
  at: z
    .record(z.string(), z.union([level, z.array(level)]))
    .default({})
    .describe('Levels of the factors of the scenario.'),
  value: z.number().describe('As published.'),
  error: z.number().min(0).default(0).describe('Its standard error, as published.'),
  holdOut: z.boolean().default(false).describe('Kept from the fit, to test it.'),
  source: z.string().max(2000).default('').describe('Where it stands.'),
});

/** A published figure that a mock is to meet. */
export type Target = z.infer<typeof targetSchema>;

const targetsSchema = z.strictObject({
  name: text.describe('What the profile is to be called.'),
  summary: text.describe('What it is a mock of, in one line.'),
  behaviour: text.describe('The behaviour that plays it.'),
  base: text.optional().describe('The profile that holds for what is not free.'),
  data: text.describe('Where the figures come from.'),
  free: z.array(freeSchema).max(20).default([]).describe('What is chosen; `--free` takes its place.'),
  floor: z
    .number()
    .min(0)
    .default(0.02)
    .describe('Standard error that no figure is taken to be below: mocks are not exact.'),
  targets: z.array(targetSchema).min(1).max(1000).describe('What is to be met.'),
});

/** A file of targets, checked. */
export type Targets = z.infer<typeof targetsSchema>;

/** Reads a file of targets: YAML or JSON. Throws a ScenarioError that lists every issue, with the file's name. */
export function parseTargets(text: string, fileName: string): Targets {
  const targets = readData(targetsSchema, text, fileName);
  const issues = relations(targets);
  if (issues.length > 0) throw inFile(fileName, issues);
  return targets;
}

function relations({ behaviour, targets }: Targets): Issue[] {
  const issues: Issue[] = [];
  if (!catalog.behaviours.has(behaviour)) {
    const message = `there is no behaviour ${behaviour}${instead(behaviour, [...catalog.behaviours.keys()])}`;
    issues.push({ path: 'behaviour', message });
  }
  for (const [i, { target }] of targets.entries()) {
    if (targets.findIndex((it) => it.target === target) < i)
      issues.push({
        path: `targets[${i}].target`,
        message: `is the name of another target, ${target}; tell them apart`,
      });
  }
  return issues;
}

/**
 * Reads `--free`: names parted by commas; `drift+finalChange` sets both alike, `drift@coloring` one task's alone, and
 * `announce*` multiplies what the base has, up to twice.
 */
export function parseFree(written: string): Free[] {
  return written.split(',').map((one): Free => {
    const match = /^\s*([A-Za-z][\w+]*)(\*)?(?:@([\w-]+(?:\+[\w-]+)*))?\s*$/.exec(one);
    if (!match) {
      const message = `must be parameters such as drift, drift+finalChange, drift@coloring or announce*, parted by commas, but is ${one}`;
      throw new ScenarioError([{ path: '--free', message }]);
    }
    const [, sets = '', scale, tasks] = match;
    return {
      name: one.trim(),
      sets: sets.split('+'),
      ...(tasks === undefined ? {} : { tasks: tasks.split('+') }),
      scale: scale !== undefined,
      between: {},
      low: 0,
      high: scale === undefined ? 1 : 2,
    };
  });
}
