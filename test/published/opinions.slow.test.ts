import { expect, test } from 'vitest';
import { rowsOf } from './samples.ts';
// The claims of the fast suite, over all of their runs.
import './opinions.test.ts';

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
