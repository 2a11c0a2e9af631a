import { inverted } from './matrices.ts';

/** A point that was simulated, as shares of the ranges, on so much of the replications. */
export interface Looked {
  readonly at: readonly number[];
  readonly share: number;
  readonly means: readonly number[];
}

/** What goals come to at a point, and how that changes over the whole range of each quantity: slopes by quantity and goal. */
export interface Smoothed {
  readonly means: readonly number[];
  readonly slopes: readonly (readonly number[])[];
}

/** How far about a point others count, as a share of the ranges: the deviation of a bell. */
const width = 0.2;

/**
 * Means and slopes at a point, from a parabola through all that was simulated about it (local regression by least squares). Two
 * single differences would be as rough as the simulation, and rough slopes look steep. Undefined where points are too few.
 */
export function smoothedAt(at: readonly number[], looked: readonly Looked[]): Smoothed | undefined {
  const goals = looked[0]?.means.length ?? 0;
  const fits: number[][] = [];
  for (let goal = 0; goal < goals; goal++) {
    const fit = parabola(at, looked, goal);
    if (fit === undefined) return undefined;
    fits.push(fit);
  }
  return { means: fits.map((fit) => fit[0]!), slopes: at.map((_, i) => fits.map((fit) => fit[1 + i]!)) };
}

/** The height and the slopes at a point; then the curvatures. */
function parabola(at: readonly number[], looked: readonly Looked[], goal: number): number[] | undefined {
  const size = 1 + 2 * at.length;
  const normal = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const right = new Array<number>(size).fill(0);
  for (const point of looked) {
    const mean = point.means[goal]!;
    if (!Number.isFinite(mean)) continue;
    const off = at.map((it, i) => point.at[i]! - it);
    const distance = off.reduce((sum, it) => sum + it * it, 0) / at.length;
    const weight = point.share * Math.exp(-distance / (2 * width * width));
    const terms = [1, ...off, ...off.map((it) => it * it)];
    for (const [i, term] of terms.entries()) {
      right[i]! += weight * term * mean;
      for (const [k, other] of terms.entries()) normal[i]![k]! += weight * term * other;
    }
  }
  return inverted(normal)?.map((row) => row.reduce((sum, it, k) => sum + it * right[k]!, 0));
}
