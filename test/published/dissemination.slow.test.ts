import { describe, expect, test } from 'vitest';
import { harmonic, meanOf, replicate, zOf } from '../replicate.ts';
import { runOfRaw } from '../worlds.ts';
import { regression } from './chains.ts';
import { expectedSteps } from './gossip-chain.ts';
// The claims of the fast suite, over all of their runs.
import './dissemination.test.ts';

const RUNS = 4000;

/** The same laws as in the fast suite, for larger groups; and those that hold for large groups only. */
describe('gossip in rounds on a complete graph', () => {
  const steps = (mode: string, agents: number, runs: number): number[] =>
    replicate(
      {
        topology: { kind: 'complete', agents },
        task: 'broadcast',
        protocol: { kind: 'gossip-rounds', mode },
      },
      runs,
      ({ measures }) => measures?.steps ?? Number.NaN,
    );

  const sizes = [64, 256, 1024];
  // The figures are means of a plain program of the same model, whose error is not told; the exact chain is what is held.
  test.each([
    ['push', [11.16, 14.77, 18.19], 1 / Math.LN2 + 1],
    ['push-pull', [5.99, 7.64, 9.19], 1 / Math.log(3)],
  ] as const)('%s grows as its exact chain does, and that as the law', (mode, means, perLog) => {
    const exact = sizes.map((agents) => expectedSteps(agents, mode));
    for (const [i, it] of exact.entries()) expect(Math.abs(it - means[i]!)).toBeLessThan(0.2);
    // push: log2 n + ln n + O(1), so that the slope is that of the law; push-pull: log3 n and O(log log n), so a little more.
    const slopes = [1, 2].map((i) => (exact[i]! - exact[i - 1]!) / Math.log(4) / perLog);
    expect(Math.abs(slopes[1]! - 1)).toBeLessThan(Math.abs(slopes[0]! - 1));
    if (mode === 'push') expect(slopes[1]).toBeCloseTo(1, 1);

    const measured = sizes.map((agents, i) => steps(mode, agents, [1000, 500, 150][i]!));
    for (const [i, values] of measured.entries()) expect(Math.abs(zOf(values, exact[i]!))).toBeLessThan(4);
    const logs = sizes.map(Math.log);
    const { slope, error } = regression(
      measured.map((values, i) => ({ x: logs[i]!, y: meanOf(values), error: errorOf(values) })),
    );
    const weights = measured.map((values) => errorOf(values));
    const expected = regression(exact.map((y, i) => ({ x: logs[i]!, y, error: weights[i]! })));
    expect(Math.abs(slope - expected.slope) / error).toBeLessThan(4);
  });
});

test.each([16, 32, 64])('a barrier of %i costs H_N, a quorum of two thirds stays near ln 3', (workers) => {
  const gather = (protocol: Record<string, unknown>): number[] =>
    replicate(
      {
        topology: { kind: 'star', agents: workers + 1 },
        task: 'consensus',
        protocol: { kind: 'gather', work: { kind: 'exponential', mean: '1s' }, ...protocol },
      },
      RUNS,
      ({ now }) => now / 1e6,
    );
  expect(Math.abs(zOf(gather({}), harmonic(workers)))).toBeLessThan(4);
  const quorum = Math.ceil((2 * workers) / 3);
  const expected = harmonic(workers) - harmonic(workers - quorum);
  expect(Math.abs(zOf(gather({ quorum }), expected))).toBeLessThan(4);
  expect(Math.abs(expected - Math.log(3))).toBeLessThan(0.04);
});

test('Chang and Roberts on a ring of 64: n H_n messages', () => {
  const counts = replicate(
    {
      topology: { kind: 'ring', agents: 64 },
      task: 'leader-election',
      protocol: { kind: 'chang-roberts', announce: false },
      stop: 'quiescent',
    },
    RUNS,
    ({ counts }) => counts.messages,
  );
  expect(Math.abs(zOf(counts, 64 * harmonic(64)))).toBeLessThan(4);
});

test('pairwise elimination among 24: (n - 1)^2 meetings', () => {
  const meetings = replicate(
    { topology: { kind: 'complete', agents: 24 }, task: 'leader-election', protocol: 'pairwise-elimination' },
    RUNS,
    ({ measures }) => measures?.meetings ?? Number.NaN,
  );
  expect(Math.abs(zOf(meetings, 23 ** 2))).toBeLessThan(4);
});

test('Cole and Vishkin colour a ring of 200,000 in as many rounds as one of 1,000', () => {
  const rounds = (agents: number): number =>
    runOfRaw({ topology: { kind: 'ring', agents }, task: 'coloring', protocol: 'cole-vishkin' }).ending
      .rounds;
  expect(rounds(200_000)).toBeLessThanOrEqual(rounds(1000) + 1);
});

test('Luby on random regular graphs: rounds grow as the logarithm of the size, by two a doubling at most', () => {
  const { slope, error } = regression(
    [32, 128, 512, 2048].map((agents) => {
      const rounds = replicate(
        {
          topology: { kind: 'random-regular', agents, degree: 4 },
          task: 'independent-set',
          protocol: 'luby',
        },
        200,
        ({ rounds }) => rounds,
      );
      return { x: Math.log2(agents), y: meanOf(rounds), error: errorOf(rounds) };
    }),
  );
  // A phase of two rounds removes half of the edges or more on average: twice as many cost one phase more at most.
  expect(slope / error).toBeGreaterThan(4);
  expect((slope - 2) / error).toBeLessThan(-4);
});

function errorOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((it) => (it - mean) ** 2)) / (values.length - 1));
}
