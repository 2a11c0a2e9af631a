import { describe, expect, test } from 'vitest';
import { isSlow, runsOfSuite } from '../suite.ts';
import { stepsWithin } from './chains.ts';
import { rowsOf, type Sample, sampleOf, zOf } from './samples.ts';

// The binary naming game, in which some agents never hold anything but A and all others begin with B (Xie et al. 2011).

/** Mean meetings until all hold A, exactly: states are how many of the others hold A, and B; the rest holds both. */
function meetings(agents: number, committed: number): number {
  const free = agents - committed;
  const states: [number, number][] = [];
  const places = new Map<string, number>();
  for (let a = 0; a < free; a++) {
    for (let b = 0; a + b <= free; b++) {
      places.set(`${a} ${b}`, states.length);
      states.push([a, b]);
    }
  }
  // A meeting moves at most two agents.
  const steps = stepsWithin(
    2 * free + 7,
    states.map(([a, b]) => {
      const next = new Map<number, number>();
      for (const [found, chance] of meetingsFrom([a, b, free - a - b, committed])) {
        const place = places.get(found);
        if (place !== undefined) next.set(place, (next.get(place) ?? 0) + chance);
      }
      return next;
    }),
  );
  return steps[places.get(`0 ${free}`)!]!;
}

/** What a meeting makes of how many hold A, B, both, and are committed to A: the next `a b`, and with what chance. */
function meetingsFrom(counts: readonly [number, number, number, number]): [string, number][] {
  const [a, b] = counts;
  const agents = counts.reduce((sum, count) => sum + count, 0);
  // Of each kind, the words it may say, and what it becomes on hearing a word: 0 for A, 1 for B, 2 for both.
  const words = [[0], [1], [0, 1], [0]];
  const to = (kind: number, into: number): [number, number] => [
    (into === 0 ? 1 : 0) - (kind === 0 ? 1 : 0),
    (into === 1 ? 1 : 0) - (kind === 1 ? 1 : 0),
  ];
  return counts.flatMap((speakers, speaker) =>
    counts.flatMap((others, hearer) => {
      const hearers = others - (hearer === speaker ? 1 : 0);
      if (speakers === 0 || hearers <= 0) return [];
      return words[speaker]!.map((word): [string, number] => {
        const isKnown = words[hearer]!.includes(word);
        const [sa, sb] = speaker === 3 || !isKnown ? [0, 0] : to(speaker, word);
        const [ha, hb] = hearer === 3 ? [0, 0] : to(hearer, isKnown ? word : 2);
        const chance = (speakers * hearers) / (agents * (agents - 1) * words[speaker]!.length);
        return [`${a + sa + ha} ${b + sb + hb}`, chance];
      });
    }),
  );
}

/** Meetings that runs took. */
function runsOf(agents: number, committed: number, runs: number): Sample {
  const share = committed / agents;
  const rows = rowsOf(
    {
      // Sizes and shares of one seed might err together.
      seed: 100 * agents + committed,
      topology: { kind: 'complete', agents },
      task: { kind: 'unanimity', shares: [1 - share, share] },
      protocol: {
        kind: 'opinions',
        timing: 'asynchronous',
        contact: 'pairs',
        committed: [{ holding: 1 }],
      },
      behaviour: 'naming-game',
      metrics: ['opinions'],
    },
    runs,
  );
  return sampleOf(rows, 'steps');
}

test.each([
  [10, 2],
  [8, 1],
])('%i agents, %i of them committed: meetings of the exact chain', (agents, committed) => {
  const found = runsOf(agents, committed, runsOfSuite(2000));
  expect(Math.abs(zOf(found, meetings(agents, committed)))).toBeLessThan(4);
});

/** Mean field of the binary naming game with a share p committed to A; shares of uncommitted A and B. */
function namingGameAt(p: number): { a: number; b: number } {
  let [a, b] = [0, 1 - p];
  for (let step = 0; step < 40_000; step++) {
    const ab = 1 - p - a - b;
    a += 0.02 * (-a * b + ab * ab + a * ab + 1.5 * p * ab);
    b += 0.02 * (-a * b + ab * ab + b * ab - p * b);
  }
  return { a, b };
}

test('mean field turns at a committed share of 0.0979', () => {
  let [low, high] = [0.05, 0.15];
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (namingGameAt(middle).b > 0.1) low = middle;
    else high = middle;
  }
  // Just above the fold the passage is slow, so what is found errs upwards.
  expect(low).toBeGreaterThan(0.0978);
  expect(high).toBeLessThan(0.0983);
});

/** A number known up to a standard error. */
type Known = readonly [value: number, error: number];

/** A sum of such numbers, each times a factor, over its own standard error. */
function zOfSum(factors: readonly number[], known: readonly Known[]): number {
  const sum = known.reduce((all, [value], i) => all + factors[i]! * value, 0);
  return sum / Math.hypot(...known.map(([, error], i) => factors[i]! * error));
}

// A quarter is well above the fold, a sixteenth well below it.
describe('on either side of the fold', () => {
  /** Runs of few committed take ever longer, and a score of them, spread as widely as their mean, tells factors apart. */
  const few = new Map(
    (isSlow ? [16, 32, 48, 64] : [16, 32]).map((n) => [
      n,
      runsOf(n, n / 16, runsOfSuite(n === 16 ? 1000 : n === 32 ? 500 : 160, 8)),
    ]),
  );
  const many = new Map(
    (isSlow ? [16, 64, 256] : [16, 64]).map((n) => [n, runsOf(n, n / 4, runsOfSuite(2000, 8))]),
  );
  const perAgent = (of: typeof few, n: number): Known => {
    const { mean, error } = of.get(n)!;
    return [mean / n, error / n];
  };
  const logarithm = (of: typeof few, n: number): Known => {
    const { mean, error } = of.get(n)!;
    return [Math.log(mean / n), error / mean];
  };

  test('all sizes take the meetings of their chains', () => {
    for (const [n, found] of few) expect(Math.abs(zOf(found, meetings(n, n / 16)))).toBeLessThan(4);
    for (const n of [16, 64]) expect(Math.abs(zOf(many.get(n)!, meetings(n, n / 4)))).toBeLessThan(4);
  });

  test('below it time per agent grows more in one doubling than above it in two', () => {
    const ends = [logarithm(few, 32), logarithm(few, 16), logarithm(many, 64), logarithm(many, 16)];
    expect(zOfSum([1, -1, -1, 1], ends)).toBeGreaterThan(4);
  });

  test.runIf(isSlow)('above it meetings per agent grow as ln n: by no more with each factor of four', () => {
    const [small, middle, large] = [16, 64, 256].map((n) => perAgent(many, n)) as [Known, Known, Known];
    expect(zOfSum([1, -1], [large, middle])).toBeGreaterThan(4);
    expect(zOfSum([1, -1], [middle, small])).toBeGreaterThan(4);
    expect(zOfSum([1, -2, 1], [large, middle, small])).toBeLessThan(4);
    // A power of n would add more each time: the square root twice as much.
    expect(zOfSum([1, -3, 2], [large, middle, small])).toBeLessThan(-4);
  });

  test.runIf(isSlow)(
    'below it as e^(a n): the same factor for as many more, so more at each doubling',
    () => {
      const [a, b, c, d] = [16, 32, 48, 64].map((n) => logarithm(few, n)) as [Known, Known, Known, Known];
      expect(Math.abs(zOfSum([1, -2, 1], [d, c, b]))).toBeLessThan(4);
      // A power of n would multiply by as much from 32 to 64 as from 16 to 32.
      expect(zOfSum([1, -2, 1], [d, b, a])).toBeGreaterThan(4);
    },
  );
});

test('the chains: time per agent grows by ever equal factors below the fold, by no more a doubling above it', () => {
  const below = [16, 32, 48, 64, 80].map((n) => Math.log(meetings(n, n / 16) / n));
  const factors = below.slice(1).map((it, i) => it - below[i]!);
  expect(factors.at(-1)! / factors.at(-2)!).toBeCloseTo(1, 1);
  const above = [8, 16, 32, 64].map((n) => meetings(n, n / 4) / n);
  const steps = above.slice(1).map((it, i) => it - above[i]!);
  for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeLessThan(steps[i - 1]!);
});
