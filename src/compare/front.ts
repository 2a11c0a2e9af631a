import type { BaselineName } from './baselines.ts';

/** Something that was run: what it came to. */
export interface Candidate {
  /** The letter of the design that it is, or is a baseline of. */
  readonly mark: string;
  readonly kind: 'design' | BaselineName;
  readonly label: string;
  readonly quality: number;
  readonly tokens: number;
  readonly dollars: number | undefined;
}

export interface FrontPoint extends Candidate {
  readonly spent: number;
  /** Whether nothing else is as good for as little. */
  readonly isOnFront: boolean;
}

/** All that was run, by what it spends; the cheapest first. */
export type Front = readonly FrontPoint[];

/**
 * Marks the Pareto front by means: what no other candidate equals in quality for as little spent, or beats in one of the two.
 * Of candidates that are equal in both, the first stands for all, a design before a baseline.
 */
export function frontOf(candidates: readonly Candidate[], spentOf: (it: Candidate) => number): Front {
  const sorted = candidates
    .map((it) => ({ ...it, spent: spentOf(it) }))
    .sort(
      (a, b) =>
        a.spent - b.spent ||
        b.quality - a.quality ||
        Number(b.kind === 'design') - Number(a.kind === 'design'),
    );
  const points: FrontPoint[] = [];
  let best = Number.NEGATIVE_INFINITY;
  for (const [i, it] of sorted.entries()) {
    const before = sorted[i - 1];
    const isTwin = before?.spent === it.spent && before.quality === it.quality && before.label === it.label;
    if (isTwin) continue;
    points.push({ ...it, isOnFront: it.quality > best });
    best = Math.max(best, it.quality);
  }
  return points;
}

const height = 12;

/**
 * The front as a picture: quality upwards, what is spent to the right, by its logarithm where that spans more than a factor
 * of 5. Designs are letters; baselines are circles (one agent), triangles (best of N) and diamonds (self-consistency), filled on
 * the front.
 */
export function frontPicture(front: Front, width: number, shown: (spent: number) => string): string[] {
  const spent = front.map((it) => it.spent);
  // What costs nothing has no logarithm, and stands at the least of all others.
  const paid = spent.filter((it) => it > 0);
  const isLog = paid.length > 0 && Math.max(...paid) / Math.min(...paid) > 5;
  const [least, most] = [Math.min(...(isLog ? paid : spent)), Math.max(...spent)];
  const scale = (it: number): number => (isLog ? Math.log(Math.max(it, least)) : it);
  const qualities = front.map(({ quality }) => quality);
  const [low, high] = [Math.min(...qualities), Math.max(...qualities)];
  const margin = 8;
  const columns = width - margin - 2;
  const grid = Array.from({ length: height }, () => new Array<string>(columns).fill(' '));
  const place = (it: FrontPoint): void => {
    const across = most > least ? (scale(it.spent) - scale(least)) / (scale(most) - scale(least)) : 0.5;
    const up = high > low ? (it.quality - low) / (high - low) : 0.5;
    const row = grid[Math.round((1 - up) * (height - 1))] as string[];
    row[Math.min(columns - 1, Math.max(0, Math.round(across * (columns - 1))))] = signOf(it);
  };
  // What matters most is drawn last, over the others.
  const weight = (it: FrontPoint): number => (it.kind === 'design' ? 2 : 0) + (it.isOnFront ? 1 : 0);
  for (const it of [...front].sort((a, b) => weight(a) - weight(b))) place(it);
  const axis = (row: number): string =>
    row === 0 ? high.toFixed(3) : row === height - 1 ? low.toFixed(3) : '';
  const lines = grid.map((row, i) => `${axis(i).padStart(margin - 1)} │${row.join('')}`.trimEnd());
  const [from, to] = [shown(least), shown(most)];
  const note = isLog ? ' (log)' : '';
  const gap = Math.max(1, columns - from.length - to.length - note.length);
  return [
    ...lines,
    `${' '.repeat(margin)}└${'─'.repeat(columns)}`,
    `${' '.repeat(margin + 1)}${from}${' '.repeat(gap)}${to}${note}`,
  ];
}

const signs: Readonly<Record<BaselineName, readonly [empty: string, filled: string]>> = {
  'single-agent': ['○', '●'],
  'best-of': ['△', '▲'],
  'self-consistency': ['◇', '◆'],
};

function signOf({ kind, mark, isOnFront }: FrontPoint): string {
  if (kind === 'design') return mark;
  const [empty, filled] = signs[kind];
  return isOnFront ? filled : empty;
}
