import { z } from 'zod';
import { Stream } from '../kernel/stream.ts';
import { correlation, ranksOf } from './correlation.ts';
import { type Range, unseenShare, widened } from './equal-shares.ts';
import {
  isAt,
  type Levels,
  type Means,
  type Measure,
  meansOf,
  measured,
  measureSchema,
  type PlainMeasure,
  type PointRows,
  pointsOf,
} from './measure.ts';
import type { Row } from './run.ts';

const verdicts = ['reproduced', 'direction', 'not-reproduced'] as const;

const claimSchema = z
  .strictObject({
    claim: z.string().min(1).max(300).describe('What is claimed, in one sentence.'),
    figure: z
      .union([z.number(), z.enum(['positive', 'negative'])])
      .describe(
        'The published figure, in the unit of the measure; a sign alone where no number was published.',
      ),
    within: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'How far from it still counts as the same; the interval must reach no further to either side. 0: it must hold the figure, and be no wider than a quarter of the effect.',
      ),
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

export const publishedSchema = z.array(claimSchema).superRefine((claims, context) => {
  for (const [i, { measure }] of claims.entries()) {
    if (measure === undefined || !('correlation' in measure)) continue;
    const count = pairsOf(measure, claims).length;
    if (count >= 3) continue;
    const message = `must be words that at least 3 claims with a number and a measure hold, but ${count} do`;
    context.addIssue({ code: 'custom', path: [i, 'measure', 'among'], message });
  }
});

export type Published = z.infer<typeof claimSchema>;

/** A published number, and what it is held against. */
interface Pair {
  readonly figure: number;
  readonly measure: PlainMeasure;
}

type Correlation = Exclude<Measure, PlainMeasure>;

/** The claims that a correlation goes over. */
const pairsOf = ({ among }: Correlation, claims: readonly Published[]): Pair[] =>
  claims.flatMap(({ claim, figure, measure }) =>
    measure === undefined || 'correlation' in measure || typeof figure !== 'number' || !claim.includes(among)
      ? []
      : [{ figure, measure }],
  );

/** A measure with the claims that it goes over: one, or those of a correlation. */
interface Quantity {
  readonly over: readonly PlainMeasure[];
  readonly of: (points: readonly PointRows[], means: Means) => number;
}

function quantityOf(measure: Measure, claims: readonly Published[]): Quantity {
  if (!('correlation' in measure))
    return { over: [measure], of: (points, means) => measured(measure, points, means) };
  const pairs = pairsOf(measure, claims);
  const scale = measure.correlation === 'ranks' ? ranksOf : (values: readonly number[]) => values;
  const figures = scale(pairs.map(({ figure }) => figure));
  return {
    over: pairs.map((pair) => pair.measure),
    of: (points, means) =>
      correlation(figures, scale(pairs.map((pair) => measured(pair.measure, points, means)))),
  };
}

/** A published figure beside the simulated one. */
export interface Held {
  readonly published: Published;
  /** NaN where nothing was measured. */
  readonly simulated: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: PublishedVerdict;
  /** How many replications gave one and the same value, so that there is no interval; undefined where there is one. */
  readonly equal?: number | undefined;
  /** Why nothing was measured: levels that the claim names, and no run has. */
  readonly missing?: string | undefined;
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
 * replications, taken together over all points, since they share their seeds; where shares are all equal it is widened as
 * `unseenShare` has it, and where other numbers are, there is none. reproduced: what was simulated is the figure give or
 * take `within`, and half of its interval is no wider than that; where no tolerance is given, its interval holds the figure and is no
 * wider than a quarter of the effect; or it has the sign that is claimed · direction: the interval
 * lies on the same side of `neutral` · else not-reproduced.
 */
export function holdPublished(published: readonly Published[], rows: readonly Row[], seed = 1): Held[] {
  const points = pointsOf(rows);
  const replications = points.reduce((most, { rows: cell }) => Math.max(most, cell.length), 0);
  return published.map((claim) => {
    const { measure } = claim;
    const unmeasured = { published: claim, simulated: Number.NaN, low: Number.NaN, high: Number.NaN };
    if (measure === undefined) return { ...unmeasured, verdict: 'not-reproduced' };
    const quantity = quantityOf(measure, published);
    const missing = missingLevels(quantity.over, points);
    if (missing !== undefined) return { ...unmeasured, verdict: 'not-reproduced', missing };
    const simulated = quantity.of(points, meansOf(points, new Float64Array(replications).fill(1)));
    const drawn = resampled(quantity, points, replications, new Stream(seed, `published/${claim.claim}`));
    const { low, high } = widened(simulated, drawn, movedValues(quantity, points, replications));
    const seen = verdictOf(claim, { simulated, low, high });
    // One run shows nothing of how much runs vary.
    const verdict = replications < 2 && seen === 'reproduced' ? 'direction' : seen;
    // Ranks can stay as they are, however much the runs vary.
    const equal = low === high && !('correlation' in measure) ? replications : undefined;
    return { published: claim, simulated, low, high, verdict, equal };
  });
}

function resampled(
  quantity: Quantity,
  points: readonly PointRows[],
  replications: number,
  random: Stream,
): Range {
  const values: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const weights = new Float64Array(replications);
    for (let k = 0; k < replications; k++) weights[random.below(replications)]!++;
    const value = quantity.of(points, meansOf(points, weights));
    if (!Number.isNaN(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/** What the measure becomes when a mean of shares that are all equal is moved, each by itself. */
function movedValues(quantity: Quantity, points: readonly PointRows[], replications: number): number[] {
  const every = meansOf(points, new Float64Array(replications).fill(1));
  const equal = new Map<string, number>();
  quantity.of(points, (among, name, at) => {
    const moved = among === undefined ? movedShare(points, name, at) : undefined;
    if (moved !== undefined) equal.set(keyOf(name, at), moved);
    return every(among, name, at);
  });
  return [...equal].map(([key, moved]) =>
    quantity.of(points, (among, name, at) =>
      among === undefined && keyOf(name, at) === key ? moved : every(among, name, at),
    ),
  );
}

const keyOf = (name: string, at: Levels): string => JSON.stringify([name, at]);

/** Where shares that are all 0, or all 1, may have their mean; undefined of all else. */
function movedShare(points: readonly PointRows[], name: string, at: Levels): number | undefined {
  const ofMetric = ({ rows }: PointRows): (number | null)[] =>
    rows.flatMap(({ metrics }) => metrics[name] ?? []);
  const seen = new Set(points.flatMap(ofMetric));
  // A count can be 1 throughout by chance; what is both 0 and 1 is a share, as `solved` is in any case.
  const isShare = [...seen].every((it) => it === 0 || it === 1) && (seen.size === 2 || name === 'solved');
  if (!isShare) return undefined;
  const within = points.filter(({ factors }) => isAt(factors, at));
  const [first, ...others] = within.flatMap(ofMetric);
  if (typeof first !== 'number' || others.some((value) => value !== first)) return undefined;
  // Points share their seeds, so that only replications count as drawn one by one.
  const drawn = new Set(within.flatMap(({ rows }) => rows.map(({ replication }) => replication))).size;
  return first === 0 ? unseenShare(drawn) : 1 - unseenShare(drawn);
}

/** The levels that a claim names and no point has, as a scenario comes to that was changed on the command line. */
function missingLevels(measures: readonly PlainMeasure[], points: readonly PointRows[]): string | undefined {
  const sides = measures.flatMap((measure) => {
    const { at, of, over } = measure as { readonly [Side in 'at' | 'of' | 'over']?: Levels };
    return [at, of, over];
  });
  const missing = sides.flatMap((levels) =>
    levels === undefined || points.some(({ factors }) => isAt(factors, levels)) ? [] : [shownLevels(levels)],
  );
  if (missing.length === 0) return undefined;
  return `no run is at ${[...new Set(missing)].join(', nor at ')}: the levels that the claim names are not in the design as it was run`;
}

const shownLevels = (levels: Levels): string =>
  Object.entries(levels)
    .map(([path, level]) => `${path}=${Array.isArray(level) ? level.join('|') : level}`)
    .join(' ');

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
  // A wide interval holds anything: too few runs are not to be rewarded. A tolerance is not added to it, and bounds it.
  const isNear = Math.abs(simulated - figure) <= within + 1e-9 && (high - low) / 2 <= within + 1e-9;
  const isHeld = within === 0 && low <= figure && figure <= high && high - low <= effect / 4;
  const isShown = figure > nothing ? low > nothing : figure < nothing && high < nothing;
  if ((isNear || isHeld) && (isShown || effect <= within)) return 'reproduced';
  return isShown ? 'direction' : 'not-reproduced';
}
