import { z } from 'zod';
import { ln } from '../kernel/elementary.ts';
import { Stream } from '../kernel/stream.ts';
import type { Factors, Row } from './run.ts';

const level = z.union([z.string(), z.number(), z.boolean()]);
const levels = z.record(z.string(), z.union([level, z.array(level)]));
type Levels = z.infer<typeof levels>;

const verdicts = ['reproduced', 'direction', 'not-reproduced'] as const;

const measureSchema = z.union([
  z
    .strictObject({ metric: z.string(), at: levels.default({}) })
    .describe('The mean of a metric over the runs at some levels.'),
  z
    .strictObject({
      metric: z.string(),
      of: levels,
      over: levels,
      as: z.enum(['ratio', 'change', 'difference', 'equivalents']).default('ratio'),
    })
    .describe(
      'A mean against another: their ratio, the relative change (ratio - 1), the difference, or how many independent tries at `over` succeed as often as one at `of`.',
    ),
  z
    .strictObject({
      crossing: z.string(),
      along: z.string(),
      of: levels,
      over: levels,
    })
    .describe('Where, along a factor or metric, the mean at `of` stops to lie above that at `over`.'),
  z
    .strictObject({
      explained: z.string(),
      by: z.array(z.string()).min(1),
      at: levels.default({}),
      log: z.boolean().default(true),
    })
    .describe(
      'Share of the variance of a metric over points that a linear fit on others explains (R squared).',
    ),
]);

const claimSchema = z
  .strictObject({
    claim: z.string().min(1).max(300).describe('What is claimed, in one sentence.'),
    figure: z
      .union([z.number(), z.enum(['positive', 'negative'])])
      .describe(
        'The published figure, in the unit of the measure; a sign alone where no number was published.',
      ),
    within: z.number().min(0).default(0).describe('How far from it still counts as the same.'),
    neutral: z
      .number()
      .optional()
      .describe(
        'The value at which there would be nothing to claim; by default 1 of a ratio and of equivalents, else 0.',
      ),
    source: z.string().min(1).max(300).describe('Where it was published.'),
    grade: z
      .enum(['P', 'A', 'S', 'D', 'U'])
      .describe(
        'P primary text read, A abstract or vendor page, S quoted by a third party, D derived, U unconfirmed.',
      ),
    fitted: z
      .string()
      .max(300)
      .optional()
      .describe(
        'What was chosen so that this figure comes out; left out, it was not fitted, so that it tests the mechanism.',
      ),
    measure: measureSchema.optional().describe('What of the runs it is held against.'),
    verdict: z
      .enum(verdicts)
      .optional()
      .describe(
        'What is known to come out; left out, `reproduced` with a measure, and `not-reproduced` without.',
      ),
    why: z.string().max(500).optional().describe('Why it is not reproduced here, or in direction only.'),
  })
  .superRefine((claim, context) => {
    if (claim.why !== undefined || declaredVerdict(claim) !== 'not-reproduced') return;
    context.addIssue({ code: 'custom', path: ['why'], message: 'must say why it is not reproduced' });
  })
  .superRefine(({ measure, verdict }, context) => {
    if (measure !== undefined || verdict === undefined || verdict === 'not-reproduced') return;
    const message = 'must be left out where no `measure` is given: nothing can be reproduced without one';
    context.addIssue({ code: 'custom', path: ['verdict'], message });
  });

export const publishedSchema = z.array(claimSchema);

export type Published = z.infer<typeof publishedSchema>[number];
type Measure = z.infer<typeof measureSchema>;

/** A published figure beside the simulated one. */
export interface Held {
  readonly published: Published;
  /** NaN where nothing was measured. */
  readonly simulated: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: PublishedVerdict;
}

export type PublishedVerdict = (typeof verdicts)[number];

/** The verdict that a file declares of a claim. */
export function declaredVerdict({
  measure,
  verdict,
}: Readonly<{ measure?: unknown; verdict?: PublishedVerdict | undefined }>): PublishedVerdict {
  return verdict ?? (measure === undefined ? 'not-reproduced' : 'reproduced');
}

const resamples = 200;

/**
 * Holds published figures against the rows of the scenario's sweep. The interval is the 95 % percentile bootstrap over
 * replications, taken together over all points, since they share their seeds. reproduced: what was simulated is the
 * figure give or take `within`, or its interval meets that and is narrow; or it has the sign that is claimed ·
 * direction: the interval lies on the same side of `neutral` · else not-reproduced.
 */
export function holdPublished(published: readonly Published[], rows: readonly Row[], seed = 1): Held[] {
  const points = pointsOf(rows);
  const replications = points.reduce((most, { rows: cell }) => Math.max(most, cell.length), 0);
  return published.map((claim) => {
    const { measure } = claim;
    if (measure === undefined)
      return {
        published: claim,
        simulated: Number.NaN,
        low: Number.NaN,
        high: Number.NaN,
        verdict: 'not-reproduced',
      };
    const every = new Float64Array(replications).fill(1);
    const simulated = measured(measure, points, every);
    const random = new Stream(seed, `published/${claim.claim}`);
    const values: number[] = [];
    for (let i = 0; i < resamples; i++) {
      const weights = new Float64Array(replications);
      for (let k = 0; k < replications; k++) weights[random.below(replications)]!++;
      const value = measured(measure, points, weights);
      if (!Number.isNaN(value)) values.push(value);
    }
    values.sort((a, b) => a - b);
    const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? Number.NaN;
    const [low, high] = [at(0.025), at(0.975)];
    return { published: claim, simulated, low, high, verdict: verdictOf(claim, { simulated, low, high }) };
  });
}

function verdictOf(
  { figure, within, neutral, measure }: Published,
  { simulated, low, high }: { simulated: number; low: number; high: number },
): PublishedVerdict {
  if (Number.isNaN(simulated)) return 'not-reproduced';
  const isRatio =
    measure !== undefined && 'as' in measure && (measure.as === 'ratio' || measure.as === 'equivalents');
  const nothing = neutral ?? (isRatio ? 1 : 0);
  if (figure === 'positive') return low > nothing ? 'reproduced' : 'not-reproduced';
  if (figure === 'negative') return high < nothing ? 'reproduced' : 'not-reproduced';
  const effect = Math.abs(figure - nothing);
  const isNear = Math.abs(simulated - figure) <= within + 1e-9;
  // A wide interval meets anything: too few runs are not to be rewarded.
  const isNarrow = high - low <= Math.max(within, effect / 4);
  const meets = low <= figure + within && high >= figure - within;
  const isShown = figure > nothing ? low > nothing : figure < nothing && high < nothing;
  if ((isNear || (meets && isNarrow)) && (isShown || effect <= within)) return 'reproduced';
  return isShown ? 'direction' : 'not-reproduced';
}

interface PointRows {
  readonly factors: Factors;
  readonly rows: readonly Row[];
}

function pointsOf(rows: readonly Row[]): PointRows[] {
  const cells = new Map<number, Row[]>();
  for (const row of rows) {
    const cell = cells.get(row.point);
    if (cell === undefined) cells.set(row.point, [row]);
    else cell.push(row);
  }
  return [...cells.values()].map((cell) => ({ factors: (cell[0] as Row).factors, rows: cell }));
}

function measured(measure: Measure, points: readonly PointRows[], weights: Float64Array): number {
  if ('explained' in measure) return explained(measure, points, weights);
  if ('crossing' in measure) return crossing(measure, points, weights);
  if ('at' in measure) return meanAt(points, measure.metric, measure.at, weights);
  const { metric, of, over, as } = measure as Extract<Measure, { as: string }>;
  const one = meanAt(points, metric, of, weights);
  const other = meanAt(points, metric, over, weights);
  if (as === 'difference') return one - other;
  if (as === 'equivalents') return ln(1 - one) / ln(1 - other);
  return as === 'ratio' ? one / other : one / other - 1;
}

const isAt = (factors: Factors, at: Levels): boolean =>
  Object.entries(at).every(([path, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(factors[path] as never) : factors[path] === wanted,
  );

/** The mean of a metric, or of a factor that is a number, over the runs of all points at these levels. */
function meanAt(points: readonly PointRows[], name: string, at: Levels, weights: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const { factors, rows } of points) {
    if (!isAt(factors, at)) continue;
    for (const row of rows) {
      const value = row.metrics[name] ?? factors[name];
      const weight = weights[row.replication] ?? 0;
      if (typeof value !== 'number' || weight === 0) continue;
      sum += weight * value;
      count += weight;
    }
  }
  return count > 0 ? sum / count : Number.NaN;
}

/** Linear interpolation between the two levels among which the difference turns from above zero to below. */
function crossing(
  { crossing: metric, along, of, over }: Extract<Measure, { crossing: string }>,
  points: readonly PointRows[],
  weights: Float64Array,
): number {
  const steps = [...new Set(points.map(({ factors }) => factors[along]))];
  const found = steps
    .map((level) => ({
      x: Number(level),
      y:
        meanAt(points, metric, { ...of, [along]: level as never }, weights) -
        meanAt(points, metric, { ...over, [along]: level as never }, weights),
    }))
    .sort((a, b) => a.x - b.x);
  for (let i = 1; i < found.length; i++) {
    const [a, b] = [found[i - 1]!, found[i]!];
    if (a.y > 0 && b.y <= 0) return a.x + ((b.x - a.x) * a.y) / (a.y - b.y);
  }
  return Number.NaN;
}

/** R squared of ordinary least squares over the means of points. */
function explained(
  { explained: metric, by, at, log }: Extract<Measure, { explained: string }>,
  points: readonly PointRows[],
  weights: Float64Array,
): number {
  const within = points.filter(({ factors }) => isAt(factors, at));
  const scale = (value: number): number => (log ? ln(value) : value);
  const y = within.map((point) => meanAt([point], metric, {}, weights));
  const x = within.map((point) => [1, ...by.map((name) => scale(meanAt([point], name, {}, weights)))]);
  return rSquared(x, y);
}

/** Share of the variance of y that a linear function of the rows of x explains; by the normal equations. */
export function rSquared(x: readonly (readonly number[])[], y: readonly number[]): number {
  const width = x[0]?.length ?? 0;
  const a = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (_, j) => x.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    x.reduce((sum, row, k) => sum + row[i]! * y[k]!, 0),
  ]);
  for (let i = 0; i < width; i++) {
    let pivot = i;
    for (let j = i + 1; j < width; j++) if (Math.abs(a[j]![i]!) > Math.abs(a[pivot]![i]!)) pivot = j;
    [a[i], a[pivot]] = [a[pivot]!, a[i]!];
    if (Math.abs(a[i]![i]!) < 1e-12) return Number.NaN;
    for (let j = 0; j < width; j++) {
      if (j === i) continue;
      const factor = a[j]![i]! / a[i]![i]!;
      for (let k = i; k <= width; k++) a[j]![k]! -= factor * a[i]![k]!;
    }
  }
  const weights = a.map((row, i) => row[width]! / row[i]!);
  const mean = y.reduce((sum, it) => sum + it, 0) / y.length;
  let left = 0;
  let total = 0;
  for (const [k, row] of x.entries()) {
    const fitted = row.reduce((sum, it, i) => sum + it * weights[i]!, 0);
    left += (y[k]! - fitted) * (y[k]! - fitted);
    total += (y[k]! - mean) * (y[k]! - mean);
  }
  return 1 - left / total;
}
