import { z } from 'zod';
import type { Distribution } from '../kernel/distribution.ts';

/**
 * A part: anything a scenario can name. A name, one line that says what it is, the schema of its parameters, and a
 * function that makes one. Adding a part is one file and one line in the catalog; the scenario schema, the reference
 * pages, `synod list` and the conformance suites all derive from it.
 */
export interface Part<Params extends z.ZodType = z.ZodType, Made = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly params: Params;
  readonly create: (params: z.infer<Params>) => Made;
}

/** Declares a part: fixes its types, changes nothing. */
export const part = <Params extends z.ZodType, Made>(it: Part<Params, Made>): Part<Params, Made> => it;

const unitMicroseconds = { us: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6 } as const;

/** Reads `250ms`, `2s`, `5min` as whole microseconds; undefined when the text is no such thing. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|min|h)$/.exec(text.trim());
  if (!match) return undefined;
  return Math.round(Number(match[1]) * unitMicroseconds[match[2] as keyof typeof unitMicroseconds]);
}

/** The longest span that can be written: a hundred years, of which doubles still count every microsecond. */
const longestDuration = 876_000 * unitMicroseconds.h;

/** A span of simulation time, written with its unit (`250ms`); whole microseconds once read. */
export const duration = z
  .unknown()
  .transform((written, context) => {
    const microseconds = typeof written === 'string' ? parseDuration(written) : undefined;
    if (microseconds !== undefined && microseconds <= longestDuration) return microseconds;
    context.addIssue({
      code: 'custom',
      message:
        microseconds === undefined
          ? 'must be a number with a unit (us, ms, s, min, h), such as 250ms'
          : 'must be at most 876000h, a hundred years',
    });
    return z.NEVER;
  })
  .meta({ expects: 'duration' });

/** A span that lasts: a period, a timeout, a wait. At zero an agent would act for ever at one instant. */
export const positiveDuration = duration.refine((it) => it > 0, {
  error: 'must be longer than zero, such as 1s',
});

/** A whole number of things, at least one. */
export const count = z.int().min(1);

/** Of some keys, exactly one must be given: `.superRefine(exactlyOne('beta', 'profile'))`. */
export const exactlyOne =
  (...keys: readonly string[]) =>
  (it: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const given = keys.filter((key) => it[key] !== undefined);
    const [first, second] = given;
    if (first !== undefined && second === undefined) return;
    const message =
      first === undefined
        ? `is missing: give one of ${keys.map((key) => `\`${key}\``).join(', ')}`
        : `cannot stand beside \`${second}\`; keep one of the two`;
    context.addIssue({ code: 'custom', path: [first ?? (keys[0] as string)], message });
  };

/** A chance between 0 and 1. */
export const probability = z.number().min(0).max(1);

/** A distribution of spans of time: a bare duration is constant. */
export const spans = z
  .union([
    duration,
    z
      .strictObject({ kind: z.literal('constant'), value: duration.describe('The span.') })
      .describe('Always the same span.'),
    z
      .strictObject({
        kind: z.literal('uniform'),
        low: duration.describe('The shortest span.'),
        high: duration.describe('The longest span.'),
      })
      .refine(({ low, high }) => low <= high, { path: ['high'], message: 'must be no less than `low`' })
      .describe('Every span between two is as likely.'),
    z
      .strictObject({ kind: z.literal('exponential'), mean: duration.describe('The mean span.') })
      .describe('Memoryless waiting.'),
    z
      .strictObject({
        kind: z.literal('lognormal'),
        median: duration.describe('The span that half of them stay below.'),
        sigma: z.number().min(0).max(5).describe('Standard deviation of the logarithm.'),
      })
      .describe('A long tail, as latencies of services have it.'),
    z
      .strictObject({
        kind: z.literal('empirical'),
        values: z
          .array(duration)
          .min(1)
          .max(100_000)
          .describe('Spans that were measured; each is as likely.'),
      })
      .describe('Drawn from a list.'),
  ])
  .describe('A span of time, or how it is drawn.');

/** A distribution as it is read. Referred to by what it is, since its kinds are the same wherever it stands. */
export const distribution = spans
  .transform((it): Distribution => (typeof it === 'number' ? { kind: 'constant', value: it } : it))
  .meta({ expects: 'duration, or distribution' });
