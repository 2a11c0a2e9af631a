import { describe, expect, test } from 'vitest';
import type { Ending } from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { meanOf, replicate, zOf, zOfShare } from '../replicate.ts';
import { runOfRaw } from '../worlds.ts';

const RUNS = 2000;
const phases = ({ measures }: Ending): number => measures?.phases ?? Number.NaN;
const agree = (ending: Ending): boolean => classify(ending).verdicts.agreement === 'satisfied';

describe('FloodSet', () => {
  // Agent j holds j. Agent 0 alone holds the least, and tells agent 1 alone; each of the chain tells the next, and stops.
  const chain = (f: number, rounds: number): Record<string, unknown> => ({
    topology: { kind: 'complete', agents: f + 3 },
    task: { kind: 'consensus', values: f + 3, inputs: 'split' },
    protocol: { kind: 'floodset', f, rounds },
    network: { latency: '1s' },
    // Messages go out in the order of the receivers' numbers, which the agent itself leaves out.
    faults: Array.from({ length: f }, (_, agent) => ({
      kind: 'crash',
      agents: [agent],
      at: `${agent}s`,
      after: agent + 1,
    })),
  });

  test.each([1, 2, 3, 5])(
    'with a chain of %i crashes disagrees after f rounds, and agrees after f + 1',
    (f) => {
      const short = classify(runOfRaw(chain(f, f)).ending);
      expect(short.class).toBe('split');
      expect(short.verdicts.validity).toBe('satisfied');
      const { ending } = runOfRaw(chain(f, f + 1));
      expect(classify(ending).class).toBe('valid');
      expect(ending.now).toBe((f + 1) * 1e6);
    },
  );

  test.each([0, 1, 2, 4])(
    'that may stop early needs min(f + 2, 6) rounds when %i agents of 5 crash',
    (crashes) => {
      for (let replication = 0; replication < 20; replication++) {
        const { ending } = runOfRaw({
          seed: replication,
          topology: { kind: 'complete', agents: 8 },
          task: { kind: 'consensus', values: 8 },
          protocol: { kind: 'floodset', f: 5, early: true },
          network: { latency: '1s' },
          faults:
            crashes === 0
              ? []
              : [{ kind: 'crash', count: crashes, at: { kind: 'uniform', low: '0s', high: '3s' } }],
        });
        expect(classify(ending).class).toBe('valid');
        expect(ending.rounds).toBeLessThanOrEqual(Math.min(crashes + 2, 6));
      }
    },
  );
});

describe('Byzantine agreement in views', () => {
  const attack = (agents: number, f: number, strategy: string): Record<string, unknown> => ({
    topology: { kind: 'complete', agents },
    task: 'consensus',
    protocol: { kind: 'pbft', f, bounds: 'ignored' },
    network: { latency: { kind: 'uniform', low: '10ms', high: '50ms' } },
    horizon: '60s',
    // The leaders of the first views.
    faults: [{ kind: 'byzantine', agents: Array.from({ length: f }, (_, agent) => agent), strategy }],
  });

  test.each([1, 2])('with f = %i holds on 3f + 1 agents, whatever the liars do', (f) => {
    for (const strategy of ['silent', 'flip', 'equivocate', 'random']) {
      const outcomes = replicate(attack(3 * f + 1, f, strategy), 150, (ending) => classify(ending).class);
      expect(new Set(outcomes), strategy).toEqual(new Set(['valid']));
    }
  });

  test('is broken on three agents by one leader that tells two stories', () => {
    const splits = replicate(attack(3, 1, 'equivocate'), 300, (ending) => !agree(ending));
    expect(splits.filter((isSplit) => isSplit).length).toBeGreaterThan(30);
  });

  test('after the network settles it ends within a bound that does not depend on when that is', () => {
    // Views last 2 s at most. Two to meet in one view, f + 1 until a correct leader's turn, and four messages.
    const f = 1;
    const delta = 0.1;
    const bound = (f + 3) * (2 + 2 * delta) + 4 * delta;
    const late = replicate(
      {
        topology: { kind: 'complete', agents: 4 },
        task: 'consensus',
        protocol: { kind: 'pbft', f, timeout: '500ms', longest: '2s' },
        network: { latency: { kind: 'exponential', mean: '3s' }, gst: '20s', delta: '100ms' },
        faults: [
          { kind: 'loss', chance: 0.7, until: '20s' },
          { kind: 'byzantine', count: 1, strategy: 'silent' },
        ],
        horizon: '100s',
      },
      300,
      (ending) => {
        expect(classify(ending).class).toBe('valid');
        return ending.now / 1e6 - 20;
      },
    );
    expect(Math.max(...late)).toBeLessThanOrEqual(bound);
    // The settling matters: few are done before.
    expect(late.filter((span) => span > 0).length).toBeGreaterThan(100);
  });
});

describe("Ben-Or's coins", () => {
  const benOr = (
    agents: number,
    more: Record<string, unknown> = {},
    inputs = 'split',
  ): Record<string, unknown> => ({
    topology: { kind: 'complete', agents },
    task: { kind: 'consensus', inputs },
    protocol: { kind: 'ben-or', ...more },
    network: { latency: { kind: 'exponential', mean: '10ms' } },
  });

  test('are not tossed where all begin alike: the first phase decides', () => {
    for (const [agents, more] of [
      [3, { f: 1 }],
      [7, { f: 3 }],
      [6, { f: 1, faults: 'byzantine' }],
    ] as const) {
      const found = replicate(benOr(agents, more, 'equal'), 200, (ending) => [
        phases(ending),
        ending.measures?.tosses,
      ]);
      for (const it of found) expect(it).toEqual([1, 0]);
    }
  });

  // Without faults all see the same votes, so that a phase fails where the coins tie: for two agents with chance 1/2.
  test.each([2, 4])(
    'tie with chance C(n, n/2) / 2^n, so that %i agents need a geometric number of phases',
    (agents) => {
      const tie = tieOf(agents);
      const found = replicate(benOr(agents, { f: 0 }), RUNS, phases);
      expect(Math.abs(zOf(found, 1 + 1 / (1 - tie)))).toBeLessThan(4);
      for (const many of [1, 2, 3]) {
        const share = meanOf(found.map((it) => (it > 1 + many ? 1 : 0)));
        expect(Math.abs(zOfShare(share, RUNS, tie ** many))).toBeLessThan(4);
      }
    },
  );

  test('if each has its own, grow with the group in expected number where f is close to n / 2', () => {
    const means = [3, 5, 7, 9].map((agents) =>
      meanOf(replicate(benOr(agents, { f: (agents - 1) / 2 }), 150, phases)),
    );
    for (let i = 1; i < means.length; i++) expect(means[i]! / means[i - 1]!).toBeGreaterThan(1.15);
  });

  test('if all see one, decide a phase with chance one half or more, whatever the group', () => {
    for (const agents of [3, 7, 15]) {
      const found = replicate(benOr(agents, { f: (agents - 1) / 2, coin: 'common' }), 600, phases);
      // The first phase tosses no coin that counts for it, and a coin that fits shows in the phase after.
      for (const many of [1, 2, 3, 4]) {
        const share = meanOf(found.map((it) => (it > 1 + many ? 1 : 0)));
        expect(zOfShare(share, found.length, 1 / 2 ** many), `n = ${agents}, ${many} more`).toBeLessThan(4);
      }
      expect(meanOf(found)).toBeLessThan(3.2);
    }
  });
});

describe('W-MSR', () => {
  const world = (topology: Record<string, unknown>, faults: unknown[], f = 1): Record<string, unknown> => ({
    topology,
    task: { kind: 'approximate-agreement', inputs: 'spread', epsilon: 0.001 },
    protocol: { kind: 'w-msr', f, rounds: 60 },
    faults,
  });

  test('on five agents all joined, one of them lying, meets inside the span of the others', () => {
    for (const strategy of ['silent', 'flip', 'equivocate', 'random']) {
      const raw = world({ kind: 'complete', agents: 5 }, [{ kind: 'byzantine', count: 1, strategy }]);
      const found = replicate(raw, 100, (ending) => classify(ending).class);
      expect(new Set(found), strategy).toEqual(new Set(['valid']));
    }
  });

  test('on a ring, which is but 1-robust, does not meet, though it never leaves the span', () => {
    for (const faults of [[], [{ kind: 'byzantine', count: 1, strategy: 'random' }]]) {
      for (const found of replicate(world({ kind: 'ring', agents: 8 }, faults), 50, classify)) {
        expect([found.class, found.verdicts.validity]).toEqual(['split', 'satisfied']);
      }
    }
  });

  test('without caution, f = 0, is led astray by one liar', () => {
    const raw = world(
      { kind: 'complete', agents: 5 },
      [{ kind: 'byzantine', count: 1, strategy: 'flip' }],
      0,
    );
    const validity = replicate(raw, 50, (ending) => classify(ending).verdicts.validity);
    expect(validity).toContain('violated');
  });
});

describe('coordinated attack over links that fail', () => {
  const rounds = 5;
  /** Whether the agents disagree, in runs where all begin with 1 and some links fail for good. */
  const failing = (fault: Record<string, unknown>): number[] =>
    replicate(
      {
        topology: { kind: 'complete', agents: 2 },
        task: { kind: 'consensus', inputs: 'equal' },
        protocol: { kind: 'coordinated-attack', rounds },
        network: { latency: '1s' },
        faults: [fault],
      },
      2 * RUNS,
      (ending) => (ending.setting.inputs[0] === 0 ? Number.NaN : agree(ending) ? 0 : 1),
    ).filter((it) => !Number.isNaN(it));

  test.each([['in', 2]])(
    'one way (%s), from round %i on: they disagree with chance 1/r, the worst there is',
    (direction, round) => {
      const found = failing({ kind: 'partition', side: [0], direction, from: `${round}s` });
      expect(Math.abs(zOfShare(meanOf(found), found.length, 1 / rounds))).toBeLessThan(4);
      // No protocol is better than 1 / (r + 1) against the worst links, and these are.
      expect(meanOf(found)).toBeGreaterThan(1 / (rounds + 1));
    },
  );

  test('at random: they disagree less often', () => {
    const found = failing({ kind: 'loss', chance: 0.3 });
    expect(meanOf(found)).toBeGreaterThan(0);
    expect(zOfShare(meanOf(found), found.length, 1 / rounds)).toBeLessThan(4);
  });
});

describe('a quorum with a stability horizon', () => {
  // Two agents whose values are tossed anew each round: b rounds on end of one common value.
  test.each([1, 3])('of %i rounds waits for a run of that length', (horizon) => {
    const rounds = replicate(
      {
        topology: { kind: 'complete', agents: 2 },
        task: { kind: 'approximate-agreement', inputs: 'spread' },
        protocol: { kind: 'stable-quorum', horizon, drift: 1 },
      },
      RUNS,
      ({ rounds }) => rounds,
    );
    // A common value comes with chance 1/2 and is the same as the last with chance 1/4: from no run, from a run of i.
    let fromRun = 0;
    let fromNone = 0;
    // E_i = 1 + (1/4) E_(i+1) + (1/4) E_1 + (1/2) E_0, E_b = 0, E_0 = 2 + E_1: solved by E_i = a_i + c_i E_1.
    let a = 0;
    let c = 0;
    for (let i = horizon - 1; i >= 1; i--) {
      a = 1 + a / 4 + 1;
      c = c / 4 + 1 / 4 + 1 / 2;
    }
    if (horizon > 1) fromRun = a / (1 - c);
    fromNone = 2 + fromRun;
    // The first values differ; those of round 1 are heard in round 2, and rounds count from 0.
    expect(Math.abs(zOf(rounds, fromNone + 2))).toBeLessThan(4);
  });
});

/** The chance that n fair coins fall half and half. */
function tieOf(n: number): number {
  let ways = 1;
  for (let k = 1; k <= n / 2; k++) ways = (ways * (n / 2 + k)) / k;
  return ways / 2 ** n;
}
