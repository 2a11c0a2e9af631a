import { z } from 'zod';
import { ln } from '../kernel/elementary.ts';
import type { Factors, Row } from './run.ts';

const level = z.union([z.string(), z.number(), z.boolean()]);
const levels = z.record(z.string(), z.union([level, z.array(level)]));
/** Levels of factors, by path; a list takes several together. */
export type Levels = z.infer<typeof levels>;

const metricName = z.string().describe('A number of the runs, or a factor that is one, by name.');
const per = metricName
  .optional()
  .describe('What the mean is divided by, mean by mean: dollars per artifact; left out, it is not.');

/** What of the runs a published figure is held against. */
export const measureSchema = z.union([
  z
    .strictObject({
      metric: metricName,
      per,
      at: levels
        .default({})
        .describe('Levels, by factor, of the points that count; all points when left out.'),
    })
    .describe('The mean of a metric over the runs at some levels.'),
  z
    .strictObject({
      metric: metricName,
      per,
      of: levels.describe('Levels, by factor, of the first mean; a list of levels takes them together.'),
      over: levels.describe('Levels of the mean that it is held against.'),
      as: z
        .enum(['ratio', 'change', 'difference', 'equivalents'])
        .default('ratio')
        .describe(
          'ratio: of / over. change: of / over - 1. difference: of - over. equivalents: ln(1 - of) / ln(1 - over), for shares.',
        ),
    })
    .describe(
      'A mean against another: their ratio, the relative change (ratio - 1), the difference, or how many independent tries at `over` succeed as often as one at `of`.',
    ),
  z
    .strictObject({
      crossing: metricName,
      along: z.string().describe('The factor, a number at each of its levels, along which they cross.'),
      of: levels.describe('Levels of the mean that lies above at first.'),
      over: levels.describe('Levels of the mean that it comes to meet.'),
    })
    .describe('Where, along a factor or metric, the mean at `of` stops to lie above that at `over`.'),
  z
    .strictObject({
      explained: metricName,
      by: z.array(z.string()).min(1).describe('The metrics or factors that explain it.'),
      at: levels.default({}).describe('Levels of the points that count; all points when left out.'),
      log: z.boolean().default(true).describe('Whether the logarithms of those in `by` are taken.'),
    })
    .describe(
      'Share of the variance of a metric over points that a linear fit on others explains (R squared).',
    ),
  z
    .strictObject({
      correlation: z
        .enum(['ranks', 'values'])
        .describe('ranks: Spearman, equal ones sharing their mean rank. values: Pearson.'),
      among: z.string().min(1).describe('Words that those claims hold, all with a number and a measure.'),
    })
    .describe('Correlation of what comes out with what was published, over other claims of this scenario.'),
]);

export type Measure = z.infer<typeof measureSchema>;

/** A measure of runs alone; a correlation needs the claims beside it. */
export type PlainMeasure = Exclude<Measure, { correlation: string }>;

/** A point with all of its rows. */
export interface PointRows {
  readonly factors: Factors;
  readonly rows: readonly Row[];
}

/** Rows by point. */
export function pointsOf(rows: readonly Row[]): PointRows[] {
  const cells = new Map<number, Row[]>();
  for (const row of rows) {
    const cell = cells.get(row.point);
    if (cell === undefined) cells.set(row.point, [row]);
    else cell.push(row);
  }
  return [...cells.values()].map((cell) => ({ factors: (cell[0] as Row).factors, rows: cell }));
}

/** Gives the mean of a metric, or of a factor that is a number, over all points at these levels, or over one point. */
export type Means = (among: PointRows | undefined, name: string, at: Levels) => number;

/** Means over rows, each replication with its weight. */
export const meansOf =
  (points: readonly PointRows[], weights: Float64Array): Means =>
  (among, name, at) =>
    meanAt(among === undefined ? points : [among], name, at, weights);

/** What a measure comes to; NaN where there is nothing to measure. */
export function measured(measure: PlainMeasure, points: readonly PointRows[], means: Means): number {
  if ('explained' in measure) return explained(measure, points, means);
  if ('crossing' in measure) return crossing(measure, points, means);
  const { metric, per } = measure;
  const mean = (at: Levels): number =>
    means(undefined, metric, at) / (per === undefined ? 1 : means(undefined, per, at));
  if ('at' in measure) return mean(measure.at);
  const { of, over, as } = measure;
  const one = mean(of);
  const other = mean(over);
  if (as === 'difference') return one - other;
  if (as === 'equivalents') return ln(1 - one) / ln(1 - other);
  return as === 'ratio' ? one / other : one / other - 1;
}

/** Whether a point is at these levels. */
export const isAt = (factors: Factors, at: Levels): boolean =>
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
  means: Means,
): number {
  const steps = [...new Set(points.map(({ factors }) => factors[along]))];
  const found = steps
    .map((level) => ({
      x: Number(level),
      y:
        means(undefined, metric, { ...of, [along]: level as never }) -
        means(undefined, metric, { ...over, [along]: level as never }),
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
  means: Means,
): number {
  const within = points.filter(({ factors }) => isAt(factors, at));
  const scale = (value: number): number => (log ? ln(value) : value);
  const y = within.map((point) => means(point, metric, {}));
  const x = within.map((point) => [1, ...by.map((name) => scale(means(point, name, {})))]);
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
