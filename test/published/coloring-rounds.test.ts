import { describe, expect, test } from 'vitest';
import { meanOf, replicate, zOf } from '../replicate.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { regression } from './chains.ts';

/** Of a group so large that a run is a score of independent draws or more. */
const RUNS = runsOfSuite(800, 8);

/** Phases of two rounds until the last agent has its colour. */
const phasesOf = (topology: Record<string, unknown>, runs: number): number[] =>
  replicate(
    { topology, task: 'coloring', protocol: 'random-coloring', horizon: { rounds: 1000 } },
    runs,
    ({ decisions, rounds }) =>
      decisions.every((it) => !Number.isNaN(it)) ? Math.floor(rounds / 2) : Number.NaN,
  );

describe('a colour more than the largest degree', () => {
  // Pairs with two colours: a pair is done with chance 1/2 a phase, all at once and whatever the others do, so that the last
  // of m pairs is done in the phase that is the greatest of m geometric numbers: sum over k of 1 - (1 - 2^-k)^m.
  test.each([16, 128, 1024])(
    'colours %i pairs in the exact mean of phases, near log2 of their number',
    (pairs) => {
      const topology = { kind: 'random-regular', agents: 2 * pairs, degree: 1, connected: false };
      let exact = 0;
      for (let k = 0; k < 200; k++) exact += 1 - (1 - 2 ** -k) ** pairs;
      const found = phasesOf(topology, pairs > 500 ? RUNS : 4 * RUNS);
      expect(Math.abs(zOf(found, exact))).toBeLessThan(4);
      // The mean of the greatest of m of rate ln 2 is H_m / ln 2, and between that and one more for whole phases.
      expect(exact - Math.log2(pairs)).toBeGreaterThan(0.5);
      expect(exact - Math.log2(pairs)).toBeLessThan(2);
    },
  );

  const growth = [
    ['random-regular', { degree: 4 }],
    ['ring', {}],
  ] as const;
  test.each(growth)('on a %s takes rounds that grow as ln n, and not as n', (kind, more) => {
    const sizes = isSlow ? [32, 128, 512, 2048, 8192] : [32, 128, 512, 2048];
    const points = sizes.map((agents) => {
      const found = phasesOf(
        { kind, agents, ...more },
        agents > 5000 ? RUNS / 8 : agents > 1000 ? RUNS / 2 : RUNS,
      );
      const mean = meanOf(found);
      const variance = meanOf(found.map((it) => (it - mean) ** 2));
      return { x: Math.log(agents), y: mean, error: Math.sqrt(variance / (found.length - 1)) };
    });
    const line = regression(points);
    expect(line.slope / line.error).toBeGreaterThan(10);
    // Who has k neighbours without a colour picks from k + 1 or more, and each of these neighbours from two or more. So the
    // chances that they pick the same add up to k / (k + 1) or less on average, each is 1/2 at most, and the agent keeps its
    // colour with chance 4^(-k / (k + 1)) > 1/4: after so many phases at most n (3/4)^phases are left, on average.
    expect((line.slope - 1 / Math.log(4 / 3)) / line.error).toBeLessThan(4);
    // Each step multiplies the agents by four and adds the same number of phases, which a line in n would multiply by four.
    const steps = points.slice(1).map(({ y, error }, i) => ({
      by: y - points[i]!.y,
      error: Math.hypot(error, points[i]!.error),
    }));
    const [first, last] = [steps[0]!, steps.at(-1)!];
    expect(Math.abs(last.by - first.by) / Math.hypot(first.error, last.error)).toBeLessThan(4);
    const inN = 4 ** (steps.length - 1);
    expect((inN * first.by - last.by) / Math.hypot(inN * first.error, last.error)).toBeGreaterThan(4);
  });
});
