import { describe, expect, test } from 'vitest';
import { gameProfiles } from '../../src/profiles/game.ts';
import { gameTargets, pilotGames, publishedGame } from '../../src/profiles/game-targets.ts';
import { rowsOf, shareOf, validByChance, veto, votesByChance } from '../game-runs.ts';
// The claims of the fast suite, over all of their runs.
import './byzantine-game.test.ts';

test.each([
  [16, 0.3, 0.9246],
  [32, 0.3, 0.9997],
  [8, 0.4, 0.0777],
  [16, 0.4, 0.3805],
  [32, 0.4, 0.9537],
  [16, 0.5, 0.0039],
  [32, 0.5, 0.2812],
])('votes of %d agents that stop with chance %d fail to meet with %d', (agents, chance, timeout) => {
  const { exact, z } = votesByChance(agents, chance);
  expect(exact).toBeCloseTo(timeout, 3);
  expect(Math.abs(z)).toBeLessThanOrEqual(4);
});

// The quorum of all agents: 6, 6, 7, 8, 8 and 9 of the 8 honest for none to five.
test.each([
  [1, 6],
  [2, 7],
  [3, 8],
  [4, 8],
])('the veto of %d Byzantine agents that never stop: %d of 8 votes', (byzantine, needed) => {
  const { exact, z } = veto(byzantine);
  const ways = [1, 8, 28].slice(0, 9 - needed);
  const chance = ways.reduce((sum, count, missing) => sum + count * 0.4 ** (8 - missing) * 0.6 ** missing, 0);
  expect(exact).toBeCloseTo((1 - chance) ** 50, 12);
  expect(Math.abs(z)).toBeLessThanOrEqual(4);
});

test('with five no vote can ever pass', () => {
  expect(veto(5).share).toBe(1);
});

test.each([
  ['focal', 4, 1 - (50 / 51) ** 4],
  ['focal', 16, 1 - (50 / 51) ** 16],
  ['mean', 8, 0.1665],
  ['mean', 16, 0.2873],
  ['median', 4, 0.1126],
  ['median', 16, 0.3778],
])('the %s of %d inputs is an input by chance, %d', (rule, agents, valid) => {
  expect(Math.abs(validByChance(rule, agents, valid))).toBeLessThanOrEqual(4);
});

describe('the fitted mocks at N = 4', () => {
  const validAt = (profile: string, prompt: string): number =>
    shareOf(
      rowsOf(
        'byzantine-game',
        `behaviour.profile=[${profile}]`,
        `behaviour.prompt=[${prompt}]`,
        'topology.agents=[4]',
      ),
      'publishedValid',
    );
  const stored = (profile: keyof typeof gameProfiles, target: string): number =>
    gameProfiles[profile].fit.find((it) => it.target === target)!.got;

  // Both the stored and the new rate are means over 2000 runs: their difference has a standard error below .016.
  test('give the rates that are stored with them', () => {
    const none = validAt('qwen3-14b', 'none-exist');
    const may = validAt('qwen3-14b', 'may-exist');
    const small = (validAt('qwen3-8b', 'none-exist') + validAt('qwen3-8b', 'may-exist')) / 2;
    expect(Math.abs(none - stored('qwen3-14b', 'valid, told of no adversaries'))).toBeLessThan(0.064);
    expect(Math.abs(may - stored('qwen3-14b', 'valid, told of adversaries'))).toBeLessThan(0.064);
    expect(Math.abs(small - stored('qwen3-8b', 'valid, both prompts'))).toBeLessThan(0.064);
    // And they meet the published rate at N = 4 and the difference that the prompt makes.
    expect(Math.abs((none + may) / 4 + small / 2 - publishedGame.fourAgents.value)).toBeLessThan(0.04);
    const wanted = gameTargets['qwen3-14b'].valid;
    expect(Math.abs(none - may - (wanted['none-exist'] - wanted['may-exist']))).toBeLessThan(0.064);
  });
});

// Held out: the authors' pilot (15 rounds, told of adversaries) at 8 and 16 agents, to which nothing was fitted.
describe('predictions beside the pilot', () => {
  const pilotZ = (model: 'qwen3-8b' | 'qwen3-14b', agents: number): number => {
    const cell = pilotGames.find((it) => it.model === model && it.agents === agents)!;
    const predicted = shareOf(
      rowsOf(
        'byzantine-game',
        `behaviour.profile=[${model}]`,
        'behaviour.prompt=[may-exist]',
        `topology.agents=[${agents}]`,
        'horizon.rounds=31',
      ),
      'publishedValid',
    );
    return (cell.valid / cell.runs - predicted) / Math.sqrt((predicted * (1 - predicted)) / cell.runs);
  };

  test.each([
    ['qwen3-8b', 4],
    ['qwen3-8b', 8],
    ['qwen3-8b', 16],
    ['qwen3-14b', 4],
    ['qwen3-14b', 8],
  ] as const)('%s at %d agents is within three standard errors', (model, agents) => {
    expect(Math.abs(pilotZ(model, agents))).toBeLessThan(3);
  });

  test('the larger model at 16 agents is not: the mock agrees too often there', () => {
    expect(pilotZ('qwen3-14b', 16)).toBeLessThan(-3);
  });
});
