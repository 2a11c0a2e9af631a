import { expect, test } from 'vitest';
import { meanOf, replicate } from '../replicate.ts';
import { regression } from './chains.ts';
// The claims of the fast suite, over all of their runs.
import './consensus-protocols.test.ts';

test("Ben-Or's own coins, f close to n / 2: the logarithm of the phases grows with the group, a common coin's does not", () => {
  const growth = (coin: string) =>
    regression(
      [3, 5, 7, 9, 11].map((agents) => {
        const phases = replicate(
          {
            topology: { kind: 'complete', agents },
            task: { kind: 'consensus', inputs: 'split' },
            protocol: { kind: 'ben-or', f: (agents - 1) / 2, coin },
            network: { latency: { kind: 'exponential', mean: '10ms' } },
          },
          2000,
          ({ measures }) => measures?.phases ?? Number.NaN,
        );
        const mean = meanOf(phases);
        const variance = meanOf(phases.map((it) => (it - mean) ** 2));
        return { x: agents, y: Math.log(mean), error: Math.sqrt(variance / phases.length) / mean };
      }),
    );
  const [local, common] = [growth('local'), growth('common')];
  expect(local.slope / local.error).toBeGreaterThan(4);
  // At most as when all n coins must match, with chance 2^(1 - n): a factor of 2 an agent.
  expect((local.slope - Math.LN2) / local.error).toBeLessThan(4);
  expect((local.slope - common.slope) / Math.hypot(local.error, common.error)).toBeGreaterThan(4);
});
