import { describe, expect, test } from 'vitest';
import { Stream } from '../../src/kernel/stream.ts';
import { execute } from '../../src/scenario/execute.ts';
import { runsOf } from '../../src/scenario/scenario.ts';
import {
  atLeast,
  glauberSteps,
  glauberThreshold,
  harmonic,
  majorityForce,
  meanOrderStatistic,
  voteQuorumTimeout,
} from '../../src/study/null-models.ts';
import { nullsOf, nullWords, whyNoNulls, whyOmitted } from '../../src/study/nulls.ts';
import { Summary } from '../../src/study/summary.ts';
import { runsOfSuite } from '../suite.ts';
import { scenarioOf } from '../worlds.ts';

const quorum = { numerator: 2, denominator: 3 };

// Published or exact numbers of the same formulas, worked out elsewhere.
describe('against reference numbers', () => {
  test.each([
    [0.3, 4, 0.0126],
    [0.3, 8, 0.5668],
    [0.3, 16, 0.9246],
    [0.3, 32, 0.9997],
    [0.4, 8, 0.0777],
    [0.4, 16, 0.3805],
    [0.4, 32, 0.9537],
    [0.5, 16, 0.0039],
    [0.5, 32, 0.2812],
  ])('votes to stop with chance %d of %d agents do not meet in 50 rounds: %d', (chance, agents, timeout) => {
    expect(voteQuorumTimeout({ honest: agents, voters: agents, quorum, chance, rounds: 50 })).toBeCloseTo(
      timeout,
      3,
    );
  });

  test.each([
    [4, 2.0833, 1.0833],
    [8, 2.7179, 1.2179],
    [16, 3.3807, 1.0974],
    [32, 4.0585, 1.1295],
  ])('the slowest of %d answers takes %d, the last of two thirds %d', (agents, all, most) => {
    expect(harmonic(agents)).toBeCloseTo(all, 3);
    expect(meanOrderStatistic(agents, Math.ceil((2 * agents) / 3))).toBeCloseTo(most, 3);
  });

  test.each([
    [20, 2, 97.674 / 20],
    [4, 1, 2.42],
    [8, 1, 6.24],
    [16, 1, 21.41],
    [32, 1.5, 11.77],
    [64, 1.5, 29.19],
    [64, 2, 8.46],
    [64, 1, 47815.09],
  ])('%d agents of conformity %d go from a tie to unanimity in %d steps each', (n, beta, steps) => {
    expect(glauberSteps(n, beta) / n / steps).toBeCloseTo(1, 2);
  });
});

describe('against simulation', () => {
  test('at least k of n', () => {
    const random = new Stream(5, 'test');
    const trials = 20_000;
    let hits = 0;
    for (let i = 0; i < trials; i++) {
      let votes = 0;
      for (let agent = 0; agent < 9; agent++) if (random.chance(0.6)) votes++;
      if (votes >= 6) hits++;
    }
    const exact = atLeast(6, 9, 0.6);
    const z = (hits / trials - exact) / Math.sqrt((exact * (1 - exact)) / trials);
    expect(Math.abs(z)).toBeLessThanOrEqual(4);
  });

  test('the slowest of n exponential answers', () => {
    const random = new Stream(6, 'test');
    const trials = 20_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < trials; i++) {
      let slowest = 0;
      for (let agent = 0; agent < 16; agent++) slowest = Math.max(slowest, random.exponential());
      sum += slowest;
      squares += slowest * slowest;
    }
    const mean = sum / trials;
    const error = Math.sqrt((squares / trials - mean * mean) / trials);
    expect(Math.abs((mean - harmonic(16)) / error)).toBeLessThanOrEqual(4);
  });

  test('agents that conform, from a tie to unanimity', () => {
    const random = new Stream(7, 'test');
    const [n, beta, trials] = [8, 1.5, 3000];
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < trials; i++) {
      let ones = n / 2;
      let steps = 0;
      for (; ones > 0 && ones < n; steps++) {
        const isOne = random.below(n) < ones;
        const turns = random.unit() < 0.5 * (1 + Math.tanh(beta * ((2 * ones) / n - 1)));
        ones += Number(turns) - Number(isOne);
      }
      sum += steps;
      squares += steps * steps;
    }
    const mean = sum / trials;
    const error = Math.sqrt((squares / trials - mean * mean) / trials);
    expect(Math.abs((mean - glauberSteps(n, beta)) / error)).toBeLessThanOrEqual(4);
  });
});

test('those who stray from unanimity once in n hold it on the threshold', () => {
  // At a rate d = 1 / (1 + e^(2 beta)), so that n e^(-2 beta) = 1 where d is 1 / (n + 1).
  expect(majorityForce(1 / 17)).toBeCloseTo(glauberThreshold(16), 12);
  expect(() => glauberSteps(7, 1)).toThrow('n must be even for a tie, but is 7');
});

test('canary: a quorum of one more changes the null', () => {
  const vote = { honest: 8, voters: 8, chance: 0.3, rounds: 50 };
  expect(voteQuorumTimeout({ ...vote, quorum })).not.toBeCloseTo(
    voteQuorumTimeout({ ...vote, quorum: { numerator: 7, denominator: 8 } }),
    1,
  );
});

describe('beside the points of a sweep', () => {
  const summed = (raw: Record<string, unknown>) => {
    const scenario = scenarioOf(raw);
    const summary = new Summary(scenario);
    const runs = runsOf(scenario);
    for (let i = 0; i < runs.count; i++) summary.add(execute(runs.at(i)));
    return { scenario, nulls: summary.points.map((point) => nullsOf(scenario, point)) };
  };
  const game = {
    horizon: { rounds: 41 },
    topology: { kind: 'complete', agents: 6 },
    task: { kind: 'consensus', values: 51 },
    protocol: { kind: 'byzantine-game', medium: 'board' },
    metrics: ['game'],
  };

  test('agents that vote by chance are as their null, which is found from their own votes', () => {
    const { nulls } = summed({
      ...game,
      seed: 4,
      behaviour: { kind: 'stop-voter', chance: 0.3 },
      vary: { 'topology.agents': [4, 8] },
      replications: 400,
    });
    for (const [found] of nulls) expect(found).toMatchObject({ null: 'vote-quorum', verdict: 'as-null' });
    expect(nulls[1]![0]!.expected).toBeGreaterThan(nulls[0]![0]!.expected);
  });

  test('agents that never vote to stop together are above it', () => {
    const { nulls } = summed({
      ...game,
      behaviour: { kind: 'game-mock', caution: 0.6 },
      replications: 100,
    });
    expect(nulls[0]!.find((it) => it.null === 'vote-quorum')).toMatchObject({ verdict: 'above' });
  });

  test('Byzantine agents that never stop are part of the null', () => {
    const { nulls } = summed({
      ...game,
      seed: 9,
      topology: { kind: 'complete', agents: 9 },
      behaviour: { kind: 'stop-voter', chance: 0.5 },
      faults: [{ kind: 'byzantine', count: 2, strategy: 'behaviour', tactic: 'silent' }],
      replications: 400,
    });
    expect(nulls[0]![0]).toMatchObject({ null: 'vote-quorum', verdict: 'as-null' });
    expect(nulls[0]![0]!.basis).toContain('7 agents, 6 votes needed');
  });

  test('rounds that wait for all take H_N think times', () => {
    const { nulls } = summed({
      ...game,
      seed: 5,
      behaviour: { kind: 'stop-voter', chance: 0.4 },
      serving: { firstToken: { kind: 'exponential', mean: '2s' } },
      replications: 200,
    });
    const barrier = nulls[0]!.find((it) => it.null === 'barrier')!;
    expect(barrier.expected).toBeCloseTo(2 * harmonic(6), 12);
    expect(barrier.verdict).toBe('as-null');
  });

  describe('a collector of exponential work', () => {
    const gather = (protocol: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
      seed: 11,
      topology: { kind: 'star', agents: 9 },
      task: { kind: 'consensus', values: 10 },
      protocol: { kind: 'gather', work: { kind: 'exponential', mean: '2s' }, ...protocol },
      replications: runsOfSuite(2000, 8),
      ...more,
    });

    test.each([
      ['waits for all', {}, {}, 2 * harmonic(8), 'all 8 workers'],
      ['for two thirds', { quorum: 'most' }, {}, 2 * (harmonic(8) - harmonic(2)), '6 of 8 workers'],
      ['with timeouts', { quorum: 3, timeout: '1s' }, {}, 2 * (harmonic(8) - harmonic(5)), '3 of 8 workers'],
      ['with failures', { failure: 0.5 }, {}, 4 * harmonic(8), 'mean 4 s'],
      ['far away', {}, { network: { latency: '1s' } }, 2 * harmonic(8) + 3, 'mean 2 s'],
      ['among all', {}, { topology: { kind: 'complete', agents: 9 } }, 2 * harmonic(8), 'all 8 workers'],
    ])('%s as its null says', (_, protocol, more, expected, basis) => {
      const { scenario, nulls } = summed(gather(protocol, more));
      expect(whyNoNulls(scenario)).toBeUndefined();
      const [found] = nulls[0]!;
      expect(found).toMatchObject({ null: 'barrier', measure: 'seconds until decided', verdict: 'as-null' });
      expect(found!.expected).toBeCloseTo(expected, 12);
      expect(found!.basis).toContain(basis);
    });

    test('is above it where a worker is slow to hear', () => {
      const { nulls } = summed(gather({}, { faults: [{ kind: 'delay', by: '3s', chance: 0.5 }] }));
      expect(nulls[0]![0]).toMatchObject({ null: 'barrier', verdict: 'above' });
    });

    test.each([
      ['work of another kind', { work: '1s' }, {}],
      ['workers that are given up', { failure: 0.5, tries: 2 }, {}],
      ['timeouts that messages cost', { timeout: '1s' }, { network: { latency: '1s' } }],
      ['a collector at the rim', { collector: 1 }, {}],
    ])('has none for %s', (_, protocol, more) => {
      expect(whyNoNulls(scenarioOf(gather(protocol, more)))).toContain('gather with exponential work');
    });
  });

  test('a quorum of its own is told as it is', () => {
    const { nulls } = summed({
      ...game,
      protocol: { ...game.protocol, quorum: '3/4' },
      topology: { kind: 'complete', agents: 8 },
      behaviour: { kind: 'stop-voter', chance: 0.5 },
      replications: 4,
    });
    expect(nulls[0]![0]!.basis).toContain('8 agents, 6 votes needed');
    expect(nullWords['vote-quorum']).not.toContain('two thirds');
  });

  describe('agents that conform', () => {
    const asynchronous = { kind: 'opinions', timing: 'asynchronous' };
    const conforming = (
      agents: number,
      behaviour: Record<string, unknown>,
      more: Record<string, unknown> = {},
    ) => ({
      seed: 17,
      horizon: '40s',
      topology: { kind: 'complete', agents },
      task: { kind: 'unanimity', pattern: [0, 1] },
      protocol: { ...asynchronous, stop: 'never' },
      behaviour: { kind: 'tanh', ...behaviour },
      replications: 60,
      ...more,
    });
    /** What share of runs is agreed at the end. At the threshold it is about 1/e: (1 - 1/N)^N. */
    const shareAgreed = (raw: Record<string, unknown>): number => {
      const runs = runsOf(scenarioOf(raw));
      let count = 0;
      for (let i = 0; i < runs.count; i++) {
        if (execute(runs.at(i)).outcome === 'agreed-not-stopped') count++;
      }
      return count / runs.count;
    };

    test.each([
      ['alone, above', 10, { beta: 2 }, 'above'],
      ['alone, below', 40, { beta: 1.3 }, 'below'],
      ['with noise, above', 6, { beta: 2, noise: 0.06 }, 'above'],
      ['with noise, below though beta is above', 30, { beta: 2.6, noise: 0.2 }, 'below'],
      ['with noise among many opinions', 12, { beta: 3, noise: { chance: 0.2, values: 10 } }, 'below'],
      ['with a shift that holds one opinion', 30, { beta: 1.4, shift: -0.2 }, 'above'],
      ['with a shift and noise', 30, { beta: 1.4, shift: 0.2, noise: 0.3 }, 'below'],
      ['with a field, above though beta is below', 20, { beta: 1.1, field: 0.9 }, 'above'],
      ['with a field, below still', 60, { beta: 1.1, field: -0.3 }, 'below'],
    ])('%s: as simulated', (_, agents, behaviour, verdict) => {
      const raw = conforming(agents, behaviour);
      const { scenario, nulls } = summed({ ...raw, replications: 1 });
      expect(whyNoNulls(scenario)).toBeUndefined();
      expect(whyOmitted(scenario)).toEqual([]);
      expect(nulls[0]).toMatchObject([{ null: 'glauber', verdict }]);
      const share = shareAgreed(raw);
      if (verdict === 'above') expect(share).toBeGreaterThan(0.5);
      else expect(share).toBeLessThan(0.25);
    });

    test('have the strength that is set, where nothing else moves them, and that of their profile', () => {
      const strengthOf = (behaviour: Record<string, unknown>, more = {}): number => {
        const { nulls } = summed({ ...conforming(10, behaviour, more), replications: 1 });
        return nulls[0]![0]!.observed.mean!;
      };
      expect(strengthOf({ beta: 2 })).toBeCloseTo(2, 12);
      expect(strengthOf({ beta: 30 })).toBeCloseTo(30, 12);
      expect(strengthOf({ beta: 1.2, field: -0.8 })).toBeCloseTo(1.2 * 1.8, 12);
      expect(strengthOf({ beta: 3, noise: 0.3 })).toBeCloseTo(0.86, 2);
      const self = { protocol: { ...asynchronous, self: true } };
      // The strength published for ten, whether or not an agent counts among its own neighbours.
      expect(strengthOf({ profile: 'gpt-4o' }, self)).toBeCloseTo(5.47, 12);
      expect(strengthOf({ profile: 'gpt-4o' })).toBeCloseTo(5.47, 12);
    });

    test.each([
      ['a ring', { topology: { kind: 'ring', agents: 10 } }, 'these are on ring'],
      ['meetings', { protocol: { ...asynchronous, contact: 'pairs' } }, 'meet in twos'],
      ['some never change', { protocol: { ...asynchronous, committed: [{ agents: [0] }] } }, 'never do'],
      ['faults', { faults: [{ kind: 'pause', agents: [1], from: '1s', until: '9s' }] }, 'without faults'],
    ])('have none where it is not theirs: %s', (_, more, reason) => {
      const { scenario, nulls } = summed({ ...conforming(10, { beta: 2 }, more), replications: 1 });
      expect(nulls[0]).toEqual([]);
      expect(whyNoNulls(scenario)).toContain(reason);
    });

    test('have none at those points where it is not theirs', () => {
      const vary = { 'topology.kind': ['complete', 'ring'] };
      const { scenario, nulls } = summed({ ...conforming(10, { beta: 2 }, { vary }), replications: 1 });
      expect(nulls.map(({ length }) => length)).toEqual([1, 0]);
      expect(whyNoNulls(scenario)).toBeUndefined();
      expect(whyOmitted(scenario)).toEqual([expect.stringContaining('at 1 of 2 points')]);
    });
  });

  test('a scenario to which none applies is told so, and why', () => {
    const flood = scenarioOf({
      topology: { kind: 'ring', agents: 4 },
      task: { kind: 'broadcast' },
      protocol: 'flood',
    });
    expect(whyNoNulls(flood)).toContain('No null applies');
    const { metrics: _, ...bare } = game;
    const unmeasured = scenarioOf({ ...bare, behaviour: { kind: 'stop-voter', chance: 0.3 } });
    expect(whyNoNulls(unmeasured)).toContain('add metrics: [game]');
  });
});
