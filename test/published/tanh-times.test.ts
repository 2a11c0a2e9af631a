import { describe, expect, test } from 'vitest';
import { isSlow, runsOfSuite } from '../suite.ts';
import { glauberChain } from './chains.ts';
import { rowsOf, sampleOf, zOf } from './samples.ts';

const stepsOf = (agents: number, beta: number, runs: number) =>
  sampleOf(
    rowsOf(
      {
        topology: { kind: 'complete', agents },
        task: { kind: 'unanimity', shares: [0.5, 0.5] },
        protocol: { kind: 'opinions', timing: 'asynchronous', self: true },
        behaviour: { kind: 'tanh', beta },
        metrics: ['opinions'],
      },
      runs,
    ),
    'steps',
  );

// Unanimity needs n e^(-2 beta) < 1: at beta = 1.5 it is in reach up to 20 agents, at 1 up to 7.
describe('tanh agents on a complete graph, steps per agent (De Marzo et al., arXiv 2409.02822)', () => {
  // Of the sizes that take a million steps each there is the chain alone: 48,400 steps an agent at beta = 1 for 64.
  const published = [
    [1.5, [2.06, 3.91, 6.81, 11.8, 29.2, 389], isSlow ? 64 : 16],
    [1, [2.4, 6.2, 21, 214, 4.84e4], isSlow ? 32 : 16],
  ] as const;
  describe.each(published)('at beta = %f', (beta, list, largest) => {
    const sizes = list.map((perAgent, i) => [4 * 2 ** i, perAgent] as const);

    test('the chain has what is published', () => {
      for (const [agents, perAgent] of sizes)
        expect(Math.abs(glauberChain(agents, beta) / agents / perAgent - 1)).toBeLessThan(0.02);
    });

    test.each(sizes.filter(([agents]) => agents <= largest))('%i agents take %f', (agents) => {
      const steps = stepsOf(agents, beta, runsOfSuite(2000));
      expect(Math.abs(zOf(steps, glauberChain(agents, beta)))).toBeLessThan(4);
    });
  });

  test('the strength is felt: a tenth more of it is told apart by the steps it takes', () => {
    expect(zOf(stepsOf(16, 1, runsOfSuite(2000)), glauberChain(16, 1.1))).toBeGreaterThan(4);
  });
});
