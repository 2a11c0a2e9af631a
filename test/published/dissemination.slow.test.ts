import { describe, expect, test } from 'vitest';
import { harmonic, meanOf, replicate, slopeOf, zOf } from '../replicate.ts';
import { runOfRaw } from '../worlds.ts';

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

  test('push grows as log2 n + ln n, push-pull as log3 n and a little', () => {
    const sizes = [64, 256, 1024];
    const runs = [1000, 500, 150];
    const logs = sizes.map(Math.log);
    const push = sizes.map((agents, i) => meanOf(steps('push', agents, runs[i]!)));
    const both = sizes.map((agents, i) => meanOf(steps('push-pull', agents, runs[i]!)));
    expect(slopeOf(logs, push) / (1 / Math.LN2 + 1)).toBeGreaterThan(0.95);
    expect(slopeOf(logs, push) / (1 / Math.LN2 + 1)).toBeLessThan(1.12);
    const slope = slopeOf(logs, both) * Math.log(3);
    expect(slope).toBeGreaterThan(1);
    expect(slope).toBeLessThan(1.5);
    // Means of a plain program of the same model.
    expect(push[0]).toBeCloseTo(11.16, 0);
    expect(both[0]).toBeCloseTo(5.99, 0);
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

test('Luby on random regular graphs: rounds grow as the logarithm of the size', () => {
  const sizes = [32, 128, 512, 2048];
  const rounds = sizes.map((agents) =>
    meanOf(
      replicate(
        {
          topology: { kind: 'random-regular', agents, degree: 4 },
          task: 'independent-set',
          protocol: 'luby',
        },
        100,
        ({ rounds }) => rounds,
      ),
    ),
  );
  const perDoubling = slopeOf(sizes.map(Math.log2), rounds);
  expect(perDoubling).toBeGreaterThan(0.1);
  expect(perDoubling).toBeLessThan(2);
});
