import { solve } from './samples.ts';

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
