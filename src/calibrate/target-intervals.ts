import type { Choice, Chosen, Goal, Outcome } from './fit-targets.ts';
import { inverted, type Matrix, product, transposed } from './matrices.ts';
import { type Looked, smoothedAt } from './smoothed.ts';

/** A quantity whose conditional standard error is more than this share of its range is called flat. */
const flat = 0.3;
const collinear = 0.95;

/** Weights of the goals: one over their variance, that of the simulation included. */
export const weightsOf = (goals: readonly Goal[], { errors }: Outcome): number[] =>
  goals.map(({ error }, i) => 1 / (error * error + errors[i]! ** 2 + 1e-12));

export function informationOf(slopes: Matrix, weights: readonly number[]): number[][] {
  return slopes.map((a) => slopes.map((b) => a.reduce((sum, it, k) => sum + it * b[k]! * weights[k]!, 0)));
}

/** How the goals' misses err together: figures that were taken from the same runs, and means over the same simulations. */
function covarianceOf(goals: readonly Goal[], { errors, covariance, alike }: Outcome): number[][] {
  return goals.map((a, i) =>
    goals.map((b, k) => {
      const isOne = i === k;
      const published = a.error * b.error * (alike?.[i]?.[k] ?? (isOne ? 1 : 0));
      return published + (covariance?.[i]?.[k] ?? (isOne ? errors[i]! ** 2 : 0)) + (isOne ? 1e-12 : 0);
    }),
  );
}

/** What the search ended with: values as shares of their ranges, and how the means of the goals change over these. */
export interface Found {
  readonly choices: readonly Choice[];
  readonly goals: readonly Goal[];
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly outcome: Outcome;
  /** By quantity and goal, from differences; left out where the search was ended before they were known. */
  readonly slopes: Matrix | undefined;
  /** All that was simulated. */
  readonly looked: readonly Looked[];
}

/**
 * The 95 % intervals, and what the goals do not tell. The misfit weighs each goal by itself, whereas goals may err together: the
 * variance is the sandwich of minimum distance estimation for weights that are not the best. To it is added the square of how far
 * the search, which compares rough means point by point, ended beside the least misfit of the smoothed ones.
 */
export function intervalsOf(found: Found): {
  readonly chosen: readonly Chosen[];
  readonly warnings: readonly string[];
} {
  const { choices, goals, at, values, outcome, slopes: rough, looked } = found;
  const whole = choices.map((it, i) => ({ ...it, value: values[i]!, low95: it.low, high95: it.high }));
  if (rough === undefined) return { chosen: whole, warnings: [] };
  const smoothed = smoothedAt(at, looked);
  const own = normalOf(smoothed?.slopes ?? rough, found);
  const isFlat = own.information.map((row, i) => !(Math.sqrt(own.noise[i]![i]!) / row[i]! <= flat));
  const told = choices.flatMap((_, i) => (isFlat[i] ? [] : [i]));
  const inverse = inverted(among(own.information, told));
  const warnings = [
    ...choices.flatMap(({ name }, i) => [
      ...(isFlat[i] ? [`${name}: flat, since the targets hardly change with it`] : []),
      ...(at[i] === 0 || at[i] === 1 ? [`${name}: at the end of its range`] : []),
    ]),
    ...collinearities(choices, told, inverse),
  ];
  const variances = variancesOf(own, told);
  if (inverse === undefined || variances === undefined) return { chosen: whole, warnings };
  const means = smoothed?.means ?? outcome.means;
  const pull = told.map((i) =>
    own.pulled[i]!.reduce((sum, it, k) => sum + it * finite(goals[k]!.wanted - means[k]!), 0),
  );
  const chosen = whole.map((it, i) => {
    const row = told.indexOf(i);
    if (row < 0 || !(variances[row]! > 0)) return it;
    const beside = inverse[row]!.reduce((sum, cell, k) => sum + cell * pull[k]!, 0);
    const half = 1.96 * Math.sqrt(variances[row]! + beside * beside) * (it.high - it.low);
    const low95 = Number(Math.max(it.low, it.value - half).toFixed(4));
    return { ...it, low95, high95: Number(Math.min(it.high, it.value + half).toFixed(4)) };
  });
  return { chosen, warnings };
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

/** The equations of the least misfit about a point: what pulls, what is told, and how noisy the pull is. */
interface Normal {
  readonly pulled: Matrix;
  readonly information: Matrix;
  readonly noise: Matrix;
}

function normalOf(slopes: Matrix, { goals, outcome }: Found): Normal {
  const weights = weightsOf(goals, outcome);
  const pulled = slopes.map((of) => of.map((it, k) => it * weights[k]!));
  const noise = product(product(pulled, covarianceOf(goals, outcome)), transposed(pulled));
  return { pulled, information: informationOf(slopes, weights), noise };
}

const among = (matrix: Matrix, rows: readonly number[]): number[][] =>
  rows.map((i) => rows.map((k) => matrix[i]![k]!));

/** Of the quantities that are told, as shares of their ranges. */
function variancesOf({ information, noise }: Normal, told: readonly number[]): number[] | undefined {
  const inverse = inverted(among(information, told));
  const variance = inverse && product(product(inverse, among(noise, told)), inverse);
  return variance?.map((row, i) => row[i]!);
}

function collinearities(
  choices: readonly Choice[],
  told: readonly number[],
  inverse: Matrix | undefined,
): string[] {
  if (inverse === undefined)
    return told.length === 0
      ? []
      : ['collinear: some change the targets in the same way, so that their intervals are unknown'];
  return told.flatMap((i, a) =>
    told.slice(a + 1).flatMap((k, rest) => {
      const b = a + 1 + rest;
      const correlation = inverse[a]![b]! / Math.sqrt(inverse[a]![a]! * inverse[b]![b]!);
      if (!(Math.abs(correlation) > collinear)) return [];
      return [
        `${choices[i]!.name} and ${choices[k]!.name}: collinear (${correlation.toFixed(2)}), the targets tell hardly more than their sum or difference`,
      ];
    }),
  );
}
