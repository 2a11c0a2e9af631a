import { expect, test } from 'vitest';
import { glauberChain } from './chains.ts';
import { rowsOf, sampleOf, zOf } from './samples.ts';
// The claims of the fast suite, over all of their runs, and of larger groups.
import './tanh-times.test.ts';

test('128 agents of strength 1.5 take 389 steps each, as their chain does', () => {
  const rows = rowsOf(
    {
      topology: { kind: 'complete', agents: 128 },
      task: { kind: 'unanimity', shares: [0.5, 0.5] },
      protocol: { kind: 'opinions', timing: 'asynchronous', self: true },
      behaviour: { kind: 'tanh', beta: 1.5 },
      metrics: ['opinions'],
    },
    100,
  );
  expect(Math.abs(zOf(sampleOf(rows, 'steps'), glauberChain(128, 1.5)))).toBeLessThan(4);
});
