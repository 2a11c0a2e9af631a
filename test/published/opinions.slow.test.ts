import { expect, test } from 'vitest';
import { rowsOf, sampleOf, slopeOf } from './samples.ts';

test('3-majority from all distinct: rounds grow as sqrt n, whereas 1 / (greatest share) is n (Shimizu and Shiraga 2025)', () => {
  const points = [1024, 2048, 4096].map((agents): [number, number] => {
    const rows = rowsOf(
      {
        topology: { kind: 'complete', agents },
        task: { kind: 'unanimity', distinct: true },
        protocol: { kind: 'opinions', self: true },
        behaviour: 'k-majority',
      },
      40,
    );
    return [agents, sampleOf(rows, 'rounds').mean];
  });
  const slope = slopeOf(points);
  expect(slope).toBeGreaterThan(0.35);
  expect(slope).toBeLessThan(0.65);
});

test('one voter of a million: the run is linear in its events, and the mean of opinions stays', () => {
  const [row] = rowsOf({
    topology: { kind: 'watts-strogatz', agents: 1_000_000, k: 8 },
    horizon: '2s',
    task: { kind: 'unanimity', shares: [0.4, 0.6] },
    protocol: { kind: 'opinions', timing: 'asynchronous' },
    behaviour: 'voter',
    metrics: ['opinions'],
  });
  expect(Math.abs((row!.metrics.stepsPerAgent as number) - 2)).toBeLessThan(0.01);
  expect(Math.abs((row!.metrics.share1 as number) - 0.6)).toBeLessThan(0.01);
});
