import type { Outcome } from './fit-targets.ts';

/** What was simulated for one target: numbers by replication at each of its points, null where a run has none. */
export interface Samples {
  /** Ids of its points. */
  readonly points: readonly number[];
  /** By point, then by replication. */
  readonly numbers: readonly (readonly (number | null)[])[];
}

/**
 * Means over the runs of several targets, with how they err together. Points of one replication share their seed, and so part of
 * their luck: they count as one observation, and what several targets draw from them errs jointly.
 */
export function outcomeOf(targets: readonly Samples[]): Outcome {
  const series = targets.map(byReplication);
  const moments = series.map((of) => meanOf(present(of)));
  const covariance = series.map((a, i) =>
    series.map((b, k) => (i === k ? moments[i]!.error ** 2 : covarianceOfMeans(a, b))),
  );
  return {
    means: moments.map(({ mean }) => mean),
    errors: moments.map(({ error }) => error),
    covariance,
    alike: targets.map((a, i) => targets.map((b, k) => (i === k ? 1 : correlationOf(a, b)))),
  };
}

/** By replication, the mean over the points; null where no point has a number. */
const byReplication = ({ numbers }: Samples): (number | null)[] =>
  (numbers[0] ?? []).map((_, replication) => {
    const found = present(numbers.map((of) => of[replication]!));
    return found.length === 0 ? null : meanOf(found).mean;
  });

const present = (numbers: readonly (number | null)[]): number[] => numbers.filter((it) => it !== null);

function meanOf(numbers: readonly number[]): { mean: number; error: number } {
  const n = numbers.length;
  const mean = numbers.reduce((sum, it) => sum + it, 0) / n;
  const squares = numbers.reduce((sum, it) => sum + (it - mean) ** 2, 0);
  return { mean, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}

/** Of two means over replications, of which they share those in which both have a number. */
function covarianceOfMeans(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  const { covariance, n } = jointly(a, b);
  return n === 0 ? 0 : (covariance * n) / (present(a).length * present(b).length);
}

function jointly(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
): { covariance: number; n: number } {
  const both = a.flatMap((x, i) => {
    const y = b[i] ?? null;
    return x === null || y === null ? [] : [[x, y] as const];
  });
  const n = both.length;
  if (n < 2) return { covariance: 0, n };
  const meanA = both.reduce((sum, [x]) => sum + x, 0) / n;
  const meanB = both.reduce((sum, [, y]) => sum + y, 0) / n;
  const products = both.reduce((sum, [x, y]) => sum + (x - meanA) * (y - meanB), 0);
  return { covariance: products / (n - 1), n };
}

/**
 * How alike two figures err that were taken from the same runs, points of which are independent: nothing where they share no
 * point, and where they do, as two numbers of one run do.
 */
function correlationOf(a: Samples, b: Samples): number {
  const variance = ({ numbers }: Samples): number =>
    numbers.reduce((sum, of) => sum + jointly(of, of).covariance, 0);
  const scale = Math.sqrt(variance(a) * variance(b));
  if (!(scale > 0)) return 0;
  const shared = a.points.reduce((sum, point, i) => {
    const k = b.points.indexOf(point);
    return k < 0 ? sum : sum + jointly(a.numbers[i]!, b.numbers[k]!).covariance;
  }, 0);
  return Math.min(1, Math.max(-1, shared / scale));
}
