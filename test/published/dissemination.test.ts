import { describe, expect, test } from 'vitest';
import { edgeCount } from '../../src/world/graph.ts';
import { harmonic, meanOf, replicate, zOf, zOfShare } from '../replicate.ts';
import { runOfRaw } from '../worlds.ts';

const RUNS = 2000;
const seconds = (ending: { now: number }): number => ending.now / 1e6;

describe('waiting for replies', () => {
  const gather = (workers: number, protocol: Record<string, unknown>): Record<string, unknown> => ({
    topology: { kind: 'star', agents: workers + 1 },
    task: 'consensus',
    protocol: { kind: 'gather', work: { kind: 'exponential', mean: '1s' }, ...protocol },
  });

  // Order statistics of N exponential times: the k-th has mean (H_N - H_(N-k)) / rate.
  test.each([4, 8])('a barrier of %i costs H_N, a quorum of two thirds stays near ln 3', (workers) => {
    const all = replicate(gather(workers, {}), RUNS, seconds);
    expect(Math.abs(zOf(all, harmonic(workers)))).toBeLessThan(4);
    const quorum = Math.ceil((2 * workers) / 3);
    const most = replicate(gather(workers, { quorum }), RUNS, seconds);
    const expected = harmonic(workers) - harmonic(workers - quorum);
    expect(Math.abs(zOf(most, expected))).toBeLessThan(4);
    expect(expected).toBeLessThan(1.25);
    // The test has teeth: a tenth more would not pass.
    expect(Math.abs(zOf(all, 1.1 * harmonic(workers)))).toBeGreaterThan(4);
  });

  test.each(['200ms', '1s'])('timeouts of %s do not change the mean of exponential work', (timeout) => {
    const spans = replicate(gather(1, { timeout }), RUNS, seconds);
    expect(Math.abs(zOf(spans, 1))).toBeLessThan(4);
  });

  test.each([
    [0.4, 3],
    [0.7, 5],
  ])(
    'tries that fail with chance %f, %i at most, succeed with 1 - p^r and take (1 - p^r) / (1 - p)',
    (p, r) => {
      const runs = replicate(gather(1, { failure: p, tries: r }), RUNS, ({ measures, decisions }) => ({
        asks: measures?.asks ?? Number.NaN,
        ok: Number.isNaN(decisions[0]) ? 0 : 1,
      }));
      const success = 1 - p ** r;
      expect(Math.abs(zOfShare(meanOf(runs.map(({ ok }) => ok)), RUNS, success))).toBeLessThan(4);
      expect(
        Math.abs(
          zOf(
            runs.map(({ asks }) => asks),
            success / (1 - p),
          ),
        ),
      ).toBeLessThan(4);
    },
  );
});

describe('flooding', () => {
  const graphs: [string, Record<string, unknown>, number, number][] = [
    ['a path of 9', { kind: 'path', agents: 9 }, 8, 8],
    ['a ring of 12', { kind: 'ring', agents: 12 }, 6, 6],
    ['a grid of 6 by 6', { kind: 'grid', agents: 36 }, 10, 10],
    ['a cube of 6 dimensions', { kind: 'hypercube', agents: 64 }, 6, 6],
    ['a complete graph', { kind: 'complete', agents: 10 }, 1, 1],
    ['a star, from its centre', { kind: 'star', agents: 10 }, 1, 2],
  ];
  test.each(graphs)(
    '%s: hops are the eccentricity, rounds of FloodMax the diameter',
    (_, topology, hops, width) => {
      const network = { latency: '1s' };
      const flood = runOfRaw({ topology, task: 'broadcast', protocol: 'flood', network }).ending;
      expect(seconds(flood)).toBe(hops);
      const { ending } = runOfRaw({ topology, task: 'leader-election', protocol: 'flood-max', network });
      expect(seconds(ending)).toBe(width);
      expect(ending.counts.messages).toBe(2 * edgeCount(ending.setting.graph) * width);
      expect(ending.decisions.reduce((sum, it) => sum + it, 0)).toBe(1);
    },
  );

  test('FloodMax fails with a round less, where the greatest identifier is far from somebody', () => {
    const topology = { kind: 'path', agents: 9 };
    const raw = {
      topology,
      task: 'leader-election',
      protocol: { kind: 'flood-max', ids: 'ascending', rounds: 7 },
    };
    // The first of the path has not heard of the last, but of one greater than itself.
    expect([...runOfRaw(raw).ending.decisions]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const short = { ...raw, protocol: { kind: 'flood-max', ids: 'descending', rounds: 1 } };
    expect([...runOfRaw(short).ending.decisions]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('gossip on a complete graph', () => {
  const steps = (mode: string, agents: number, runs: number): number[] =>
    replicate(
      {
        topology: { kind: 'complete', agents },
        task: 'broadcast',
        protocol: { kind: 'gossip-rounds', mode },
      },
      runs,
      ({ measures }) => measures?.steps ?? Number.NaN,
    );

  test.each(['push', 'pull', 'push-pull'] as const)(
    '%s in rounds takes what the exact chain says',
    (mode) => {
      for (const agents of [6]) {
        expect(
          Math.abs(zOf(steps(mode, agents, RUNS), expectedSteps(agents, mode))),
          `n = ${agents}`,
        ).toBeLessThan(4);
      }
    },
  );

  // With k informed, the next is informed at rate k (n - k) / (n - 1), by push or by pull alike.
  test.each([
    ['push', 1],
    ['pull', 1],
    ['push-pull', 2],
  ] as const)('%s by Poisson clocks takes the sum of (n - 1) / (k (n - k))', (mode, speed) => {
    for (const agents of [9]) {
      const spans = replicate(
        {
          topology: { kind: 'complete', agents },
          task: 'broadcast',
          protocol: { kind: 'gossip', mode, clock: 'poisson', calls: 100_000 },
        },
        RUNS,
        seconds,
      );
      const expected = (2 * (agents - 1) * harmonic(agents - 1)) / agents / speed;
      expect(Math.abs(zOf(spans, expected)), `n = ${agents}`).toBeLessThan(4);
    }
  });
});

describe('leader election', () => {
  const ring = (agents: number, protocol: Record<string, unknown>): Record<string, unknown> => ({
    topology: { kind: 'ring', agents },
    task: 'leader-election',
    stop: 'quiescent',
    protocol: { kind: 'chang-roberts', ...protocol },
    network: { latency: { kind: 'exponential', mean: '10ms' } },
  });

  test('Chang and Roberts: n H_n messages on average, and n more to announce', () => {
    for (const agents of [8]) {
      const counts = replicate(ring(agents, { announce: false }), RUNS, ({ counts }) => counts.messages);
      expect(Math.abs(zOf(counts, agents * harmonic(agents)))).toBeLessThan(4);
      const announced = replicate(ring(agents, {}), RUNS, ({ counts }) => counts.messages);
      expect(Math.abs(zOf(announced, agents * harmonic(agents) + agents))).toBeLessThan(4);
    }
  });

  test('Chang and Roberts: n (n + 1) / 2 messages at worst, 2 n - 1 at best', () => {
    const messages = (ids: string): number =>
      runOfRaw(ring(10, { announce: false, ids })).ending.counts.messages;
    expect(messages('descending')).toBe(55);
    expect(messages('ascending')).toBe(19);
  });

  test('pairwise elimination: (n - 1)^2 meetings on average', () => {
    for (const agents of [2, 5]) {
      const meetings = replicate(
        { topology: { kind: 'complete', agents }, task: 'leader-election', protocol: 'pairwise-elimination' },
        RUNS,
        ({ measures }) => measures?.meetings ?? Number.NaN,
      );
      expect(Math.abs(zOf(meetings, (agents - 1) ** 2)), `n = ${agents}`).toBeLessThan(4);
    }
  });

  test('random election timeouts: two stand at once with chance 1 - (1 - d/T)^n', () => {
    for (const [agents, latency, expected] of [
      [5, '100ms', 0.40951],
      [3, '250ms', 0.578125],
    ] as const) {
      const rivals = replicate(
        {
          topology: { kind: 'complete', agents },
          task: 'consensus',
          protocol: { kind: 'raft', timeout: '2s', spread: '1s', heartbeat: '50ms' },
          network: { latency },
        },
        RUNS,
        ({ measures }) => ((measures?.rivals ?? 0) > 1 ? 1 : 0),
      );
      expect(Math.abs(zOfShare(meanOf(rivals), RUNS, expected)), `n = ${agents}`).toBeLessThan(4);
    }
  });
});

describe('breaking symmetry', () => {
  const sparse = { kind: 'erdos-renyi', agents: 16, p: 0.2 };

  test('Luby: in the first phase the sum of 1 / (degree + 1) joins on average', () => {
    for (const topology of [sparse]) {
      const excess = replicate(
        { topology, task: 'independent-set', protocol: 'luby', horizon: { rounds: 2 } },
        RUNS,
        ({ decisions, setting }) => {
          const { offsets } = setting.graph;
          let expected = 0;
          for (let v = 0; v < setting.agents; v++) expected += 1 / (offsets[v + 1]! - offsets[v]! + 1);
          return decisions.reduce((sum, it) => sum + (it === 1 ? 1 : 0), 0) - expected;
        },
      );
      expect(Math.abs(zOf(excess, 0)), topology.kind).toBeLessThan(4);
    }
  });

  test('Luby: a phase removes half of the edges or more, so that phases grow as log n', () => {
    const removed = replicate(
      { topology: sparse, task: 'independent-set', protocol: 'luby', horizon: { rounds: 3 } },
      RUNS,
      ({ decisions, setting }) => {
        const { offsets, targets } = setting.graph;
        let gone = 0;
        for (let v = 0; v < setting.agents; v++) {
          for (let arc = offsets[v]!; arc < offsets[v + 1]!; arc++) {
            if (!Number.isNaN(decisions[v]) || !Number.isNaN(decisions[targets[arc]!])) gone++;
          }
        }
        return gone / targets.length;
      },
    );
    expect(meanOf(removed)).toBeGreaterThan(0.5);
    const rounds = (agents: number): number =>
      meanOf(
        replicate(
          {
            topology: { kind: 'ring', agents },
            task: 'independent-set',
            protocol: 'luby',
          },
          20,
          ({ rounds }) => rounds,
        ),
      );
    expect(rounds(256)).toBeLessThan(rounds(32) + 2 * Math.log2(256 / 32));
  });

  test('random colouring: the first phase leaves (1 - 1/q)^degree done', () => {
    for (const [topology, colors, degree] of [
      [{ kind: 'ring', agents: 8 }, 3, 2],
      [{ kind: 'complete', agents: 5 }, 5, 4],
    ] as const) {
      const shares = replicate(
        { topology, task: 'coloring', protocol: { kind: 'random-coloring', colors }, horizon: { rounds: 2 } },
        RUNS,
        ({ decisions }) => meanOf([...decisions].map((it) => (Number.isNaN(it) ? 0 : 1))),
      );
      expect(Math.abs(zOf(shares, (1 - 1 / colors) ** degree)), `${colors} colours`).toBeLessThan(4);
    }
  });

  test('Cole and Vishkin: rounds hardly grow with the ring, and no faster than Linial allows', () => {
    const sizes = [10, 100, 1000, 10_000];
    const rounds = sizes.map((agents) => {
      const { ending } = runOfRaw({
        topology: { kind: 'ring', agents },
        task: 'coloring',
        protocol: 'cole-vishkin',
      });
      for (let v = 0; v < agents; v++) {
        expect([1, 2, 3]).toContain(ending.decisions[v]);
        expect(ending.decisions[v]).not.toBe(ending.decisions[(v + 1) % agents]);
      }
      return ending.rounds - 1;
    });
    // log* of all these sizes is 3 to 5.
    expect(Math.max(...rounds)).toBeLessThanOrEqual(8);
    expect(Math.min(...rounds)).toBeGreaterThanOrEqual(0.5 * 3 - 1);
    expect(rounds.at(-1)! - rounds[1]!).toBeLessThanOrEqual(1);
  });
});

/** Mean steps until all of n agents are informed, by the Markov chain of how many are. */
function expectedSteps(n: number, mode: 'push' | 'pull' | 'push-pull'): number {
  const expected = new Float64Array(n + 1);
  for (let k = n - 1; k >= 1; k--) {
    // Chances of how many of the uninformed learn in one step.
    let learn = new Float64Array(n - k + 1);
    learn[0] = 1;
    if (mode !== 'push') {
      for (let asker = 0; asker < n - k; asker++) learn = shifted(learn, () => k / (n - 1));
    }
    if (mode !== 'pull') {
      for (let caller = 0; caller < k; caller++) learn = shifted(learn, (known) => (n - k - known) / (n - 1));
    }
    let sum = 1;
    for (let more = 1; more <= n - k; more++) sum += learn[more]! * expected[k + more]!;
    expected[k] = sum / (1 - learn[0]!);
  }
  return expected[1]!;
}

/** One more trial, which informs one more with a chance that depends on how many are informed already. */
function shifted(
  chances: Float64Array<ArrayBuffer>,
  chance: (known: number) => number,
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(chances.length);
  chances.forEach((weight, known) => {
    const p = weight === 0 ? 0 : chance(known);
    next[known]! += weight * (1 - p);
    if (p > 0) next[known + 1]! += weight * p;
  });
  return next;
}
