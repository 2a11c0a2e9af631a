import { describe, expect, test } from 'vitest';
import { gameTargets, publishedGame } from '../../src/profiles/game-targets.ts';
import { validByChance, veto, votesByChance } from '../game-runs.ts';

// What the protocol of "Can AI Agents Agree?" (arXiv 2603.01213) predicts before any agent has thought. More cells are in
// byzantine-game.slow.test.ts.

test.each([
  { agents: 4, chance: 0.3, timeout: 0.0126 },
  { agents: 8, chance: 0.3, timeout: 0.5668 },
])('votes of $agents agents that stop with chance $chance fail to meet', ({ agents, chance, timeout }) => {
  const { exact, z } = votesByChance(agents, chance);
  expect(exact).toBeCloseTo(timeout, 3);
  expect(Math.abs(z)).toBeLessThanOrEqual(4);
});

describe('8 honest agents that stop with chance .4, beside Byzantine ones that never do, in 50 rounds', () => {
  test('with none of them time out as the quorum of all has it', () => {
    const { exact, z } = veto(0);
    expect(exact).toBeCloseTo(0.0777, 3);
    expect(Math.abs(z)).toBeLessThanOrEqual(4);
  });
});

// Of values 0 to 50: exact for any number, else by simulation of 4e5 draws apart from this code (standard error .0005).
test.each([
  { rule: 'focal', agents: 8, valid: 1 - (50 / 51) ** 8 },
  { rule: 'mean', agents: 4, valid: 0.0996 },
  { rule: 'median', agents: 8, valid: 0.2113 },
])('the $rule of $agents inputs is an input by chance', ({ rule, agents, valid }) => {
  expect(Math.abs(validByChance(rule, agents, valid))).toBeLessThanOrEqual(4);
});

test('the targets at N = 4 keep the published odds ratios about the published rate', () => {
  const odds = (p: number): number => p / (1 - p);
  const { fourAgents, larger, smaller, noneExist, mayExist } = publishedGame;
  const big = gameTargets['qwen3-14b'].valid;
  const small = gameTargets['qwen3-8b'].valid;
  expect((big.both + small.both) / 2).toBeCloseTo(fourAgents.value, 3);
  expect(odds(big.both) / odds(small.both)).toBeCloseTo(odds(larger.value) / odds(smaller.value), 0);
  expect((big['none-exist'] + big['may-exist']) / 2).toBeCloseTo(big.both, 3);
  expect(odds(big['none-exist']) / odds(big['may-exist'])).toBeCloseTo(
    odds(noneExist.value) / odds(mayExist.value),
    1,
  );
});
