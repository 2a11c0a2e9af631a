import { expectedSteps, solve } from './samples.ts';

/** Chances of what may come next, by state. */
export type Chances = ReadonlyMap<string, number>;

/** Adds to the chance of a state. */
export function add(chances: Map<string, number>, state: string, chance: number): void {
  if (chance > 0) chances.set(state, (chances.get(state) ?? 0) + chance);
}

/**
 * Mean steps of a finite Markov chain until it ends, exactly: its states are found from `start` on, and the linear system
 * is solved.
 */
export function expectedUntil(
  start: string,
  next: (state: string) => Chances,
  isEnd: (state: string) => boolean,
): number {
  if (isEnd(start)) return 0;
  const places = new Map([[start, 0]]);
  const rows: Chances[] = [];
  for (const state of places.keys()) {
    const chances = next(state);
    rows.push(chances);
    for (const other of chances.keys()) {
      if (!isEnd(other) && !places.has(other)) places.set(other, places.size);
    }
  }
  const system = rows.map((chances, i) => {
    const row = new Array<number>(places.size + 1).fill(0);
    row[i] = 1;
    row[places.size] = 1;
    for (const [other, chance] of chances) {
      const place = places.get(other);
      if (place !== undefined) row[place]! -= chance;
    }
    return row;
  });
  return solve(system)[0]!;
}

/** Chances of all that a group may come to where each agent goes on its own, as lists of what each came to. */
export function jointly<T>(agents: readonly ReadonlyMap<T, number>[]): [T[], number][] {
  let found: [T[], number][] = [[[], 1]];
  for (const choices of agents) {
    found = found.flatMap(([so, chance]) =>
      [...choices].flatMap(([it, p]): [T[], number][] => (p > 0 ? [[[...so, it], chance * p]] : [])),
    );
  }
  return found;
}

/** All orders of the numbers 0 to n - 1. */
export function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  );
}

/** A point of a curve, its height known up to a standard error. */
interface Measured {
  readonly x: number;
  readonly y: number;
  readonly error: number;
}

/** The slope of the line through measured points, each weighted by how well it is known, and its standard error. */
export function regression(points: readonly Measured[]): { slope: number; error: number } {
  const weight = (of: (point: Measured) => number): number =>
    points.reduce((sum, point) => sum + of(point) / point.error ** 2, 0);
  const total = weight(() => 1);
  const [x, y] = [weight((it) => it.x) / total, weight((it) => it.y) / total];
  const over = weight((it) => (it.x - x) ** 2);
  return { slope: weight((it) => (it.x - x) * (it.y - y)) / over, error: 1 / Math.sqrt(over) };
}

/**
 * Mean steps until a chain ends, from each of its states, by elimination within a band: states must be numbered so that
 * none leads further than `width` numbers away. `chances` gives the next states by number; whatever is missing there ends it.
 */
export function stepsWithin(width: number, chances: readonly ReadonlyMap<number, number>[]): number[] {
  const rows = chances.map((next, i) => {
    const row = new Float64Array(2 * width + 1);
    row[width] = 1;
    for (const [j, chance] of next) row[j - i + width]! -= chance;
    return row;
  });
  const steps = rows.map(() => 1);
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < Math.min(rows.length, i + width + 1); j++) {
      const factor = rows[j]![i - j + width]! / rows[i]![width]!;
      if (factor === 0) continue;
      for (let k = 0; k <= width; k++) rows[j]![i - j + width + k]! -= factor * rows[i]![width + k]!;
      steps[j]! -= factor * steps[i]!;
    }
  }
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let k = 1; k <= width && i + k < rows.length; k++) steps[i]! -= rows[i]![width + k]! * steps[i + k]!;
    steps[i]! /= rows[i]![width]!;
  }
  return steps;
}

/** Mean steps of tanh agents from a tie to unanimity, one of whom looks at all a step: a birth-death chain. */
export const glauberChain = (n: number, beta: number): number =>
  expectedSteps(n, n / 2, (i) => {
    const x = i / n;
    const up = (1 + Math.tanh(beta * (2 * x - 1))) / 2;
    const chances = new Array<number>(n + 1).fill(0);
    chances[i + 1] = (1 - x) * up;
    chances[i - 1] = x * (1 - up);
    chances[i] = 1 - chances[i + 1]! - chances[i - 1]!;
    return chances;
  });
