import { describe, expect, test } from 'vitest';
import { quorumChance } from '../game-runs.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { regression } from './chains.ts';
import { rowsOf, sampleOf, zOf } from './samples.ts';

const divergence = (q: number, p: number): number =>
  q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));

/** Rounds of the game until a vote meets, which are geometric, on N agents who keep what they were given. */
const roundsOf = (agents: number, chance: number) =>
  sampleOf(
    rowsOf(
      {
        // Sizes of one seed would share their draws, and err together.
        seed: agents,
        topology: { kind: 'complete', agents },
        task: { kind: 'consensus', values: 51 },
        protocol: { kind: 'byzantine-game', medium: 'board', rounds: 100_000 },
        behaviour: { kind: 'stop-voter', chance },
        metrics: ['game'],
      },
      runsOfSuite(2000, 8),
    ),
    'gameRounds',
  );

// P[Bin(N, p) >= 2N/3] falls as e^(-N KL(2/3 || p)) over a root of N: the exponent is of the exact tails in the limit, and the
// runs, of sizes at which a vote still meets, are held to these tails.
describe.each([
  [0.3, 0.285, [3, 6, 9, 12]],
  [0.4, 0.145, [3, 6, 12, 18]],
  [0.5, 0.057, [6, 12, 24, 36]],
])('votes of agents that stop with chance %f', (chance, exponent, all) => {
  const sizes = isSlow ? all : all.slice(0, 3);
  const exact = (n: number): number => Math.log(quorumChance(n, n, chance));

  test('the exact tails fall with the divergence', () => {
    expect(divergence(2 / 3, chance)).toBeCloseTo(exponent, 3);
    // What the root of N adds to the slope goes as 1 / N.
    const off = [150, 300, 600].map(
      (n) => (n / 2) * ((exact(n / 2) - exact(n)) / (n / 2) - divergence(2 / 3, chance)),
    );
    for (const it of off) expect(Math.abs(it - Math.log(2) / 2)).toBeLessThan(0.05);
  });

  test('rounds until one meets grow as those tails, size by size and in their slope', () => {
    const runs = sizes.map((agents) => ({ agents, ...roundsOf(agents, chance) }));
    for (const sample of runs) expect(Math.abs(zOf(sample, Math.exp(-exact(sample.agents))))).toBeLessThan(4);
    const points = runs.map(({ agents, mean, error }) => ({
      x: agents,
      y: Math.log(mean),
      error: error / mean,
    }));
    const found = regression(points);
    const expected = regression(points.map((point) => ({ ...point, y: -exact(point.x) })));
    expect(Math.abs(found.slope - expected.slope) / found.error).toBeLessThan(4);
    // That slope is no other exponent: half of it would not pass.
    expect((found.slope - exponent / 2) / found.error).toBeGreaterThan(4);
  });
});
