import { describe, expect, test } from 'vitest';
import { zOf as zOfValues } from '../replicate.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { stepsWithin } from './chains.ts';
import { rowsOf, sampleOf, zOf } from './samples.ts';

const voters = {
  protocol: { kind: 'opinions', timing: 'asynchronous' },
  behaviour: 'voter',
  metrics: ['opinions'],
};
const runs = runsOfSuite(2000);

// Looked at backwards in time, opinions are walkers: where two stand on one agent they are one. On a complete graph k of them
// become k - 1 in a step with chance k (k - 1) / (n (n - 1)), so that the time to unanimity is a sum of geometric ones.
describe('voter on a complete graph, all distinct (Pickering and Lim 2016)', () => {
  const meetings = (n: number): number[] =>
    Array.from({ length: n - 1 }, (_, i) => ((i + 2) * (i + 1)) / (n * (n - 1)));
  const meanOf = (n: number): number => meetings(n).reduce((sum, p) => sum + 1 / p, 0);
  /** Of the steps per agent. */
  const varianceOf = (n: number): number =>
    meetings(n).reduce((sum, p) => sum + (1 - p) / p ** 2, 0) / n ** 2;
  const limitOf = (n: number): number => ((Math.PI ** 2 - 9) / 3) * (n - 1) ** 2;

  test.each(isSlow ? [6, 12, 24, 48] : [6, 12])('%i agents: mean and variance of the steps', (agents) => {
    const steps = sampleOf(
      rowsOf(
        { ...voters, topology: { kind: 'complete', agents }, task: { kind: 'unanimity', distinct: true } },
        runs,
      ),
      'steps',
    );
    const mean = meanOf(agents);
    expect(mean).toBeCloseTo((agents - 1) ** 2, 6);
    expect(Math.abs(zOf(steps, mean))).toBeLessThan(4);
    // Squares about the true mean, whose standard error holds the fourth moment.
    const squares = steps.values.map((it) => ((it - mean) / agents) ** 2);
    expect(Math.abs(zOfValues(squares, varianceOf(agents)))).toBeLessThan(4);
  });

  test('the variance of the steps per agent comes to (pi^2 - 9) / 3 (n - 1)^2 as 1 / n^2', () => {
    const off = [12, 24, 48, 96, 192].map((n) => n ** 2 * (1 - varianceOf(n) / limitOf(n)));
    for (let i = 1; i < off.length; i++) {
      expect(off[i]).toBeGreaterThan(0);
      // What is left, times n^2, settles.
      expect(Math.abs(off[i]! / off[i - 1]! - 1)).toBeLessThan(0.1);
    }
    expect(varianceOf(10_000) / limitOf(10_000)).toBeCloseTo(1, 7);
  });
});

// Time is n mu1^2 / mu2 ln 2 steps per agent from halves, where mu1 and mu2 are the moments of the degrees: on a complete
// bipartite graph 4 a b / (a + b) ln 2. All neighbours of an agent are alike there, so mean field leaves out only the time in
// which the two sides come to terms, some steps per agent. On a star that is all the time there is: it stays away from it.
describe('voter on complete bipartite graphs, half of each side (Sood and Redner 2005)', () => {
  /** States are how many of each side hold 1; the shorter side second, so that a step leads no further than that. */
  const stepsOf = (a: number, b: number): number => {
    const n = a + b;
    const place = (i: number, j: number): number => i * (b + 1) + j - 1;
    const states = Array.from({ length: (a + 1) * (b + 1) - 2 }, (_, at) => {
      const i = Math.floor((at + 1) / (b + 1));
      const j = (at + 1) % (b + 1);
      const chances = [
        [i + 1, j, ((a - i) / n) * (j / b)],
        [i - 1, j, (i / n) * (1 - j / b)],
        [i, j + 1, ((b - j) / n) * (i / a)],
        [i, j - 1, (j / n) * (1 - i / a)],
      ] as const;
      const moves = chances.reduce((sum, [, , chance]) => sum + chance, 0);
      const isEnd = (x: number, y: number): boolean => x + y === 0 || x + y === n;
      const found = chances.filter(([x, y, chance]) => chance > 0 && !isEnd(x, y));
      return new Map([...found.map(([x, y, chance]) => [place(x, y), chance] as const), [at, 1 - moves]]);
    });
    return stepsWithin(b + 1, states)[place(a / 2, Math.floor(b / 2))]!;
  };
  const meanField = (a: number, b: number): number => {
    const [first, second] = [(2 * a * b) / (a + b), a * b];
    return (a + b) * (((a + b) * first ** 2) / second) * Math.log(2);
  };

  const sizes = [
    [6, 6],
    [12, 4],
    [18, 2],
    [20, 1],
  ] as const;
  const larger = [
    [24, 24],
    [36, 12],
    [44, 4],
    [48, 16],
  ] as const;
  test.each(isSlow ? [...sizes, ...larger] : sizes)('%i beside %i: steps of the exact chain', (a, b) => {
    const agents = a + b;
    const links = Array.from({ length: a * b }, (_, i) => [i % a, a + Math.floor(i / a)]);
    const rows = rowsOf(
      {
        ...voters,
        topology: { kind: 'graph', nodes: Array.from({ length: agents }, (_, i) => i), links },
        // The first side is even, so each is half of either opinion; a hub alone begins with 0.
        task: { kind: 'unanimity', pattern: [0, 1] },
      },
      runs,
    );
    expect(Math.abs(zOf(sampleOf(rows, 'steps'), stepsOf(a, b)))).toBeLessThan(4);
  });

  test('the chain comes to n mu1^2 / mu2 ln 2 as 1 / n on each shape, and goes away from it with two hubs alone', () => {
    const off = (a: number, b: number): number => stepsOf(a, b) / meanField(a, b) - 1;
    for (const [a, b] of [
      [1, 1],
      [3, 1],
      [7, 1],
    ] as const) {
      const [far, near, nearer] = [4, 8, 16].map((k) => off(k * a, k * b)) as [number, number, number];
      // Half as far at twice the size.
      for (const ratio of [near / far, nearer / near]) expect(Math.abs(ratio - 0.5)).toBeLessThan(0.1);
    }
    // The last of the leaves keeps all waiting, by as much again at each doubling.
    const [few, more, many] = [40, 80, 160].map((leaves) => off(leaves, 2)) as [number, number, number];
    expect((many - more) / (more - few)).toBeCloseTo(1, 1);
    expect(few).toBeGreaterThan(0.2);
  });
});
