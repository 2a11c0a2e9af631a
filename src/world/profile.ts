import { z } from 'zod';

/*
 * A fitted behaviour as data: what its parameters are, where they come from, and how far a mock that has them is from what
 * it was fitted to. docs/profiles.md tells of the format.
 */

const text = z.string().min(1).max(2000);

const residual = z.strictObject({
  target: text.describe('What was to be met.'),
  wanted: z.number().describe('As published or recorded.'),
  got: z.number().describe('What the fitted mock comes to.'),
  error: z.number().min(0).default(0).describe('Standard error of what the mock comes to.'),
  wantedError: z.number().min(0).optional().describe('Standard error of what was wanted, where it is known.'),
  heldOut: z.boolean().default(false).describe('Kept from the fit, to test it.'),
  source: z.string().max(2000).default('').describe('Where what was wanted stands.'),
});

/** A target of a fit, and what the fitted mock came to. */
export type Residual = z.infer<typeof residual>;

const evidence = z.strictObject({
  confidence: z
    .enum(['measured', 'derived', 'fitted', 'assumed'])
    .describe('Read off records, worked out from what was, chosen to meet targets, or without ground.'),
  source: text.describe('What it was taken from, on how many observations.'),
  low: z.number().optional().describe('Lower end of the 95 % interval.'),
  high: z.number().optional().describe('Upper end of the 95 % interval.'),
  n: z.number().min(0).optional().describe('Observations.'),
  events: z.number().min(0).optional().describe('Of these, those in which it happened.'),
  warning: z.string().max(2000).optional().describe('What keeps it from being told.'),
});

/** Where one value comes from, and how well it is known. */
export type Evidence = z.infer<typeof evidence>;

/** The only version of the format so far. */
export const profileFormat = 1;

/** What a file of a profile must hold. */
export const profileSchema = z.strictObject({
  format: z.literal(profileFormat).describe('The version of this format.'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.+-]*$/, {
      error: 'must be of small letters, digits, dots, pluses and hyphens, such as gpt-4o-mini',
    })
    .max(80)
    .describe('How it is called.'),
  behaviour: text.describe('The behaviour that plays it.'),
  summary: text.describe('What it is a mock of, in one line.'),
  base: text.optional().describe('The profile of the same behaviour that holds for what is not said here.'),
  parameters: z
    .record(z.string(), z.unknown())
    .describe('Parameters of the behaviour: values, or { default, tasks: { coloring: ... } } by task.'),
  evidence: z
    .record(z.string(), evidence)
    .default({})
    .describe(
      'By parameter (`drift`, `drift.coloring`, `announce.consensus[1]`), or by what moves several: where it comes from.',
    ),
  provenance: z.strictObject({
    data: text.describe('What it was fitted to.'),
    method: text.describe('How.'),
    command: z.string().max(5000).optional().describe('What fits it again.'),
    date: z.string().max(40).optional().describe('The day of the fit.'),
    seed: z.union([z.number(), z.string()]).optional().describe('What fixed the simulations.'),
    runs: z.number().min(0).optional().describe('Runs that it rests on, recorded or published.'),
    digests: z
      .array(text)
      .max(100_000)
      .optional()
      .describe('Of recorded runs that it was fitted to: a hash of what was written in each.'),
    simulations: z.number().min(0).optional().describe('Runs that were simulated for it.'),
  }),
  warnings: z.array(text).default([]).describe('What the data cannot tell.'),
  fit: z
    .array(residual)
    .default([])
    .describe('Every target, fitted or held out, beside what the mock came to.'),
});

/** A fitted behaviour, checked. */
export type Profile = z.infer<typeof profileSchema>;

/** A value that differs by task. A task that it does not name has the default, or what the base has. */
export interface ByTask {
  readonly default?: unknown;
  readonly tasks: Readonly<Record<string, unknown>>;
}

/** Whether a value of a profile differs by task. */
export const isByTask = (value: unknown): value is ByTask =>
  typeof value === 'object' && value !== null && 'tasks' in value;

/** The parameters of a profile for one task; those that it leaves open are left out. */
export function parametersFor(
  { parameters }: Pick<Profile, 'parameters'>,
  task: string,
): Record<string, unknown> {
  const chosen = Object.entries(parameters).map(([name, value]) => [
    name,
    isByTask(value) ? (Object.hasOwn(value.tasks, task) ? value.tasks[task] : value.default) : value,
  ]);
  return Object.fromEntries(chosen.filter(([, value]) => value !== undefined));
}

/** The root of the mean square of what targets are missed by; null for none. */
export function rootMeanSquare(fit: readonly Residual[]): number | null {
  if (fit.length === 0) return null;
  return Math.sqrt(
    fit.reduce((sum, { wanted, got }) => sum + (got - wanted) * (got - wanted), 0) / fit.length,
  );
}
