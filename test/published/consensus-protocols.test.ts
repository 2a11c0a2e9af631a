import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ending } from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { meanOf, replicate, zOf, zOfShare } from '../replicate.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { runOfRaw } from '../worlds.ts';
import { add, type Chances, expectedUntil, jointly } from './chains.ts';

const RUNS = runsOfSuite(2000);
/** Of claims that are no estimates, the fast suite looks at a few runs only. */
const MANY = isSlow ? 2000 : 60;
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

  test.each([
    [1, 'silent'],
    [1, 'flip'],
    [1, 'equivocate'],
    [1, 'random'],
    [2, 'silent'],
    [2, 'flip'],
    [2, 'equivocate'],
    [2, 'random'],
  ])('with f = %i holds on 3f + 1 agents, against liars that are %s', (f, strategy) => {
    const outcomes = replicate(attack(3 * f + 1, f, strategy), MANY, (ending) => classify(ending).class);
    expect(new Set(outcomes)).toEqual(new Set(['valid']));
  });

  // Nothing but the number of agents differs from those that hold.
  test.each([1, 2])('is broken on 3f agents by f = %i leaders that tell two stories', (f) => {
    const splits = replicate(attack(3 * f, f, 'equivocate'), runsOfSuite(800), (ending) => !agree(ending));
    expect(splits.filter((isSplit) => isSplit).length).toBeGreaterThan(splits.length / 100);
  });

  test('whenever the network settles, and to whatever delay, it ends within a bound from then on', () => {
    const f = 1;
    const patience = { timeout: 0.5, longest: 2 };
    let late = 0;
    const settles = fc.record({
      seed: fc.nat(1_000_000),
      gst: fc.integer({ min: 0, max: 40_000 }),
      delta: fc.integer({ min: 1, max: 250 }),
      loss: fc.double({ min: 0, max: 0.9, noNaN: true }),
      mean: fc.integer({ min: 10, max: 10_000 }),
      strategy: fc.constantFrom('silent', 'flip', 'equivocate', 'random'),
    });
    fc.assert(
      fc.property(settles, ({ seed, gst, delta, loss, mean, strategy }) => {
        const { ending } = runOfRaw({
          seed,
          topology: { kind: 'complete', agents: 4 },
          task: 'consensus',
          protocol: { kind: 'pbft', f, timeout: '500ms', longest: '2s' },
          network: {
            latency: { kind: 'exponential', mean: `${mean}ms` },
            gst: `${gst}ms`,
            delta: `${delta}ms`,
          },
          faults: [
            ...(gst > 0 ? [{ kind: 'loss', chance: loss, until: `${gst}ms` }] : []),
            { kind: 'byzantine', count: f, strategy },
          ],
          horizon: '120s',
        });
        expect(classify(ending).class).toBe('valid');
        // Views last 2 s at most. Two to meet in one view, f + 1 until a correct leader's turn, and four messages.
        const bound = (f + 3) * (patience.longest + (2 * delta) / 1000) + (4 * delta) / 1000;
        const span = (ending.now - 1000 * gst) / 1e6;
        if (span > 0) late++;
        expect(span).toBeLessThanOrEqual(bound);
      }),
      { seed: 7, numRuns: MANY },
    );
    // The settling matters: many are not done before.
    expect(late).toBeGreaterThan(MANY / 4);
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
      const found = replicate(benOr(agents, more, 'equal'), MANY, (ending) => [
        phases(ending),
        ending.measures?.tosses,
      ]);
      for (const it of found) expect(it).toEqual([1, 0]);
    }
  });

  // In lock step each phase takes two latencies. Half begin with either value, so that the first phase decides nothing.
  test('and phases are counted in runs that are cut off, too', () => {
    const latency = 10;
    for (const horizon of [5, 15, 25, 45, 65]) {
      const raw = { ...benOr(4, { f: 0 }), network: { latency: `${latency}ms` }, horizon: `${horizon}ms` };
      const cutOff = replicate(raw, MANY, (ending) => ending).filter(({ ended }) => ended === 'horizon');
      expect(cutOff.length).toBeGreaterThan(0);
      for (const ending of cutOff) {
        const over = Math.floor(horizon / (2 * latency));
        expect([phases(ending), ending.measures?.tosses]).toEqual([over + 1, 4 * over]);
      }
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

  /**
   * Mean phases of three agents that bear one crash, in lock step: each goes on with its own vote and that of one of the others,
   * drawn evenly. The chain of their three values, exactly.
   */
  const lockStep = (coin: 'local' | 'common'): number => {
    const none = 2;
    const all = [0, 1, 2];
    // What each has heard of the others: one of two, for each of three.
    const hearings = jointly(
      all.map((me) => new Map(all.filter((it) => it !== me).map((other) => [other, 1 / 2]))),
    );
    const next = (state: string): Chances => {
      const chances = new Map<string, number>();
      // One phase more, in which those follow who have not decided: they find nothing but the decided value.
      if (state === 'follow') return new Map([['end', 1]]);
      const values = state.split('').map(Number);
      for (const [reports, p] of hearings) {
        const proposals = all.map((me) => (values[me] === values[reports[me]!] ? values[me]! : none));
        for (const [votes, q] of hearings) {
          const seen = all.map((me) => [proposals[me]!, proposals[votes[me]!]!].filter((it) => it !== none));
          const decided = seen.filter((it) => it.length === 2).length;
          if (decided > 0) {
            add(chances, decided === 3 ? 'end' : 'follow', p * q);
            continue;
          }
          const toss = new Map([
            [0, 1 / 2],
            [1, 1 / 2],
          ]);
          for (const [coins, r] of jointly(coin === 'local' ? all.map(() => toss) : [toss])) {
            const after = all.map((me) => seen[me]![0] ?? coins[me % coins.length]!);
            add(chances, after.join(''), p * q * r);
          }
        }
      }
      return chances;
    };
    return expectedUntil('010', next, (state) => state === 'end');
  };

  test.each(['local', 'common'] as const)(
    'in lock step, f = 1 of three: phases of the exact chain with a %s coin',
    (coin) => {
      const raw = {
        ...benOr(3, { f: 1, coin }),
        network: { latency: '10ms' },
        ties: 'shuffled',
      };
      expect(Math.abs(zOf(replicate(raw, RUNS, phases), lockStep(coin)))).toBeLessThan(4);
    },
  );

  test('if all see one, decide a phase with chance one half or more, whatever the group', () => {
    for (const agents of [3, 7, 15]) {
      const runs = agents > 3 ? (isSlow ? 2000 : 200) : RUNS;
      const found = replicate(benOr(agents, { f: (agents - 1) / 2, coin: 'common' }), runs, phases);
      // The first phase tosses no coin that counts for it, and a coin that fits shows in the phase after.
      for (const many of [1, 2, 3, 4]) {
        const share = meanOf(found.map((it) => (it > 1 + many ? 1 : 0)));
        expect(zOfShare(share, found.length, 1 / 2 ** many), `n = ${agents}, ${many} more`).toBeLessThan(4);
      }
      // Two phases on average after the first, at most.
      expect((meanOf(found) - (1 + 2)) / Math.sqrt(2 / found.length)).toBeLessThan(4);
    }
  });
});

describe('W-MSR', () => {
  const world = (topology: Record<string, unknown>, faults: unknown[], f = 1): Record<string, unknown> => ({
    topology,
    task: { kind: 'approximate-agreement', inputs: 'spread', epsilon: 0.001 },
    protocol: { kind: 'w-msr', f, rounds: 60, bounds: f === 0 ? 'ignored' : 'kept' },
    faults,
  });

  test('on five agents all joined, one of them lying, meets inside the span of the others', () => {
    for (const strategy of ['silent', 'flip', 'equivocate', 'random']) {
      const raw = world({ kind: 'complete', agents: 5 }, [{ kind: 'byzantine', count: 1, strategy }]);
      const found = replicate(raw, MANY, (ending) => classify(ending).class);
      expect(new Set(found), strategy).toEqual(new Set(['valid']));
    }
  });

  test('on a ring, which is but 1-robust, does not meet, though it never leaves the span', () => {
    for (const faults of [[], [{ kind: 'byzantine', count: 1, strategy: 'random' }]]) {
      for (const found of replicate(world({ kind: 'ring', agents: 8 }, faults), MANY, classify)) {
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
    const validity = replicate(raw, MANY, (ending) => classify(ending).verdicts.validity);
    expect(validity).toContain('violated');
  });
});

describe('coordinated attack over links that fail', () => {
  const rounds = 3;
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
      // Half of them begin with 0, and are left out.
      isSlow ? 2 * RUNS : RUNS,
      (ending) => (ending.setting.inputs[0] === 0 ? Number.NaN : agree(ending) ? 0 : 1),
    ).filter((it) => !Number.isNaN(it));

  // The links fail for good from some round on: both ways, or one way only.
  const cuts = (['both', 'out', 'in'] as const).flatMap((direction) =>
    Array.from({ length: rounds + 1 }, (_, round) => ({ direction, round })).filter(
      ({ round }) => isSlow || direction !== 'both' || round === 0,
    ),
  );

  test('they disagree with chance 1/r or never, whichever message is the first to be lost', () => {
    const shares = cuts.map(({ direction, round }) => {
      const fault = { kind: 'partition', side: [0], direction, from: `${round}s` };
      const found = failing(fault);
      const share = meanOf(found);
      // Levels differ by one at most, so that one key in r tells them apart, or none does.
      if (share > 0) {
        expect(Math.abs(zOfShare(share, found.length, 1 / rounds)), `${direction} ${round}`).toBeLessThan(4);
      }
      return { share, runs: found.length };
    });
    // Nothing lost, all lost: the two ends, at which they attack together and not at all.
    expect(shares.filter(({ share }) => share === 0).length).toBeGreaterThan(0);
    // No protocol is better than 1 / (r + 1) against the worst of them (Varghese and Lynch 1996): this one is far above it.
    const worst = shares.reduce((a, b) => (a.share > b.share ? a : b));
    expect(zOfShare(worst.share, worst.runs, 1 / (rounds + 1))).toBeGreaterThan(4);
    // Taken away one by one from the last, messages turn a common attack into none: the chances of disagreement on the way
    // must add up to 1, whatever the protocol. Each pair of a round costs one: a one-way loss, then both.
    const most = Array.from({ length: rounds }, (_, at) =>
      Math.max(...shares.flatMap(({ share }, i) => (cuts[i]!.round === at ? [share] : []))),
    ).reduce((sum, it) => sum + it, 0);
    const error = Math.sqrt((rounds * (1 / rounds) * (1 - 1 / rounds)) / worst.runs);
    expect((most - 1) / error).toBeGreaterThan(-4);
  });

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
