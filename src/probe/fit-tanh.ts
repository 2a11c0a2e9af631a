/** One answer: whether the option was taken, and what it depended on. */
export interface Choice {
  readonly taken: boolean;
  /** Share of the option in view, less that of the other: -1 to 1. */
  readonly m: number;
  /** What may sway the answer beside: 1 or -1 each, in the same order for all choices. */
  readonly sways: readonly number[];
}

export interface TanhFit {
  readonly beta: Bounded;
  /** Added within: P = (1 + tanh(beta m + field + sways)) / 2. */
  readonly field: Bounded;
  /** Of each sway: by how much it shifts the argument. */
  readonly sways: readonly Bounded[];
  readonly logLikelihood: number;
  readonly choices: number;
}

/** An estimate with its 95 % interval. */
export interface Bounded {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Beyond it one strength is as good as another: at m = 0.1 it leaves a chance of 0.00005 to differ. */
export const mostBeta = 50;
/** Half the 0.95 quantile of chi squared with one degree of freedom. */
const drop = 1.920729410347062;

/**
 * Fits P(taken) = (1 + tanh(beta m + field + sum of sways)) / 2 by maximum likelihood: a logistic regression with twice these
 * coefficients (Newton's method). Intervals are where the profile likelihood falls by 1.92 (Wilks 1938), so that they hold for
 * answers that hardly ever differ too; beta is sought within -50 to 50.
 */
export function fitTanh(choices: readonly Choice[]): TanhFit {
  const rows = choices.map(({ m, sways }) => [m, 1, ...sways]);
  const taken = choices.map((it) => (it.taken ? 1 : 0));
  const width = rows[0]?.length ?? 2;
  const best = maximum(rows, taken, new Array<number>(width).fill(0), undefined);
  const bounds = best.at.map((value, k) => bounded(rows, taken, best, k, value));
  const [beta, field, ...sways] = bounds as [Bounded, Bounded, ...Bounded[]];
  return { beta, field, sways, logLikelihood: best.height, choices: choices.length };
}

/** The chance by a fit. */
export function tanhChance({ beta, field }: Pick<TanhFit, 'beta' | 'field'>, m: number): number {
  return (1 + Math.tanh(beta.value * m + field.value)) / 2;
}

interface Peak {
  readonly at: readonly number[];
  readonly height: number;
}

/** ln(1 + e^x) without overflow. */
const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

function heightAt(rows: readonly number[][], taken: readonly number[], at: readonly number[]): number {
  let sum = 0;
  rows.forEach((row, i) => {
    const x = 2 * row.reduce((total, it, k) => total + it * at[k]!, 0);
    sum += taken[i]! * x - softplus(x);
  });
  return sum;
}

/** The highest point; one coordinate may be held fast. */
function maximum(
  rows: readonly number[][],
  taken: readonly number[],
  from: readonly number[],
  fast: number | undefined,
): Peak {
  let at = [...from];
  let height = heightAt(rows, taken, at);
  const free = at.map((_, k) => k).filter((k) => k !== fast);
  for (let round = 0; round < 100; round++) {
    const gradient = free.map(() => 0);
    // A trace of a ridge keeps directions in which nothing is known from running away.
    const hessian = free.map((_, i) => free.map((__, j) => (i === j ? 1e-9 : 0)));
    rows.forEach((row, n) => {
      const p = 1 / (1 + Math.exp(-2 * row.reduce((total, it, k) => total + it * at[k]!, 0)));
      free.forEach((k, i) => {
        gradient[i]! += 2 * (taken[n]! - p) * row[k]!;
        free.forEach((l, j) => {
          hessian[i]![j]! += 4 * p * (1 - p) * row[k]! * row[l]!;
        });
      });
    });
    const step = solved(hessian, gradient);
    let scale = 1;
    let next = at;
    let nextHeight = Number.NEGATIVE_INFINITY;
    for (; scale > 1e-6; scale /= 2) {
      next = [...at];
      free.forEach((k, i) => {
        next[k] = Math.max(-mostBeta, Math.min(mostBeta, at[k]! + scale * step[i]!));
      });
      nextHeight = heightAt(rows, taken, next);
      if (nextHeight >= height) break;
    }
    const gain = nextHeight - height;
    if (!(gain > 1e-10)) break;
    at = next;
    height = nextHeight;
  }
  return { at, height };
}

function bounded(
  rows: readonly number[][],
  taken: readonly number[],
  best: Peak,
  k: number,
  value: number,
): Bounded {
  const floor = best.height - drop;
  const isBelow = (x: number): boolean => {
    const from = [...best.at];
    from[k] = x;
    return maximum(rows, taken, from, k).height < floor;
  };
  const end = (far: number): number => {
    if (!isBelow(far)) return far;
    let [inside, outside] = [value, far];
    for (let i = 0; i < 30 && Math.abs(outside - inside) > 1e-3; i++) {
      const middle = (inside + outside) / 2;
      if (isBelow(middle)) outside = middle;
      else inside = middle;
    }
    return inside;
  };
  return { value, low: end(-mostBeta), high: end(mostBeta) };
}

/** Solves a small system of equations (Gauss-Jordan, with the largest pivot). */
function solved(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]![column]!;
    if (lead === 0) continue;
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / lead;
      for (let j = column; j <= size; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  return rows.map((row, i) => (row[i] === 0 ? 0 : row[size]! / row[i]!));
}
