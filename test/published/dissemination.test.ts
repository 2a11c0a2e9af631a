import { describe, expect, test } from 'vitest';
import { edgeCount } from '../../src/world/graph.ts';
import { harmonic, meanOf, replicate, zOf, zOfShare } from '../replicate.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { runOfRaw } from '../worlds.ts';
import { add, expectedUntil, permutations } from './chains.ts';
import { expectedSteps } from './gossip-chain.ts';

const RUNS = runsOfSuite(2000);
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
    // The test has teeth: a tenth more would not pass, or a fifth with a quarter of the runs.
    const off = 1 + 0.1 * Math.sqrt(2000 / RUNS);
    expect(Math.abs(zOf(all, off * harmonic(workers)))).toBeGreaterThan(4);
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

  // Broadcast among 25 nodes, as the documentation of Maelstrom measures it: delay of a message in ms, hops, greatest latency.
  test.each([
    ['a line', { kind: 'path', agents: 25 }, 10, 24, 224],
    ['a grid', { kind: 'grid', agents: 25 }, 100, 8, 791],
    ['a complete graph', { kind: 'complete', agents: 25 }, 100, 1, 97],
    ['a tree of fours', { kind: 'tree', agents: 25, branching: 4 }, 100, 5, 505],
  ] as const)(
    'over %s of 25 takes hops times delay at most, as a real tool measures it',
    (_, topology, delay, hops, measured) => {
      const latencies = Array.from({ length: 25 }, (_, source) => {
        const { ending } = runOfRaw({
          topology,
          task: { kind: 'broadcast', source },
          protocol: 'flood',
          network: { latency: `${delay}ms` },
          stop: 'quiescent',
        });
        // Each edge carries the value once; and once more where both ends tell it, or the one that heard echoes it.
        const edges = edgeCount(ending.setting.graph);
        expect(ending.counts.messages).toBe(2 * edges);
        expect(ending.decisions.every((it) => it === ending.decisions[source])).toBe(true);
        if (topology.kind === 'tree') expect(ending.counts.messages - edges).toBe(24);
        return (
          1000 *
          seconds(
            runOfRaw({
              topology,
              task: { kind: 'broadcast', source },
              protocol: 'flood',
              network: { latency: `${delay}ms` },
            }).ending,
          )
        );
      });
      const greatest = Math.max(...latencies);
      expect(greatest).toBe(hops * delay);
      // The tool adds a few milliseconds of its own at each hop, and does not begin at each node.
      expect(measured).toBeLessThanOrEqual(greatest + hops);
      expect(measured).toBeGreaterThan((hops - 2) * delay);
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
      for (const agents of isSlow ? [6, 64] : [6]) {
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

  /** What a phase of Luby's algorithm leaves of the agents still in (a bit each), over all orders of their priorities. */
  const phase = (n: number, neighbours: readonly number[]) => {
    const found = new Map<number, Map<string, number>>();
    return (mask: number): ReadonlyMap<string, number> => {
      const known = found.get(mask);
      if (known !== undefined) return known;
      const members = Array.from({ length: n }, (_, v) => v).filter((v) => (mask >> v) & 1);
      const orders = permutations(members.length);
      const next = new Map<string, number>();
      for (const order of orders) {
        const rank = new Map(members.map((v, i) => [v, order[i]!]));
        let left = mask;
        for (const v of members) {
          const rivals = members.filter((other) => (neighbours[v]! >> other) & 1);
          if (rivals.every((other) => rank.get(other)! < rank.get(v)!)) left &= ~(neighbours[v]! | (1 << v));
        }
        add(next, String(left), 1 / orders.length);
      }
      found.set(mask, next);
      return next;
    };
  };
  const edgesIn = (mask: number, neighbours: readonly number[]): number =>
    neighbours.reduce((sum, of, v) => sum + ((mask >> v) & 1 ? bitsOf(of & mask) : 0), 0) / 2;

  test.each([
    ['ring', 6],
    ['path', 6],
    ['path', 5],
  ])('Luby on a %s of %i: phases and edges removed in the first, over all orders', (kind, n) => {
    const neighbours = Array.from({ length: n }, (_, v) =>
      [v - 1, v + 1]
        .filter((other) => kind === 'ring' || (other >= 0 && other < n))
        .reduce((mask, other) => mask | (1 << ((other + n) % n)), 0),
    );
    const next = phase(n, neighbours);
    const all = 2 ** n - 1;
    const phases = expectedUntil(
      String(all),
      (mask) => next(Number(mask)),
      (mask) => mask === '0',
    );
    let left = 0;
    for (const [mask, chance] of next(all)) left += chance * edgesIn(Number(mask), neighbours);
    const removed = 1 - left / edgesIn(all, neighbours);
    // At least half are gone, whatever the graph (Luby 1986); so that phases grow as the logarithm of the edges at most.
    expect(removed).toBeGreaterThan(1 / 2);

    const raw = { topology: { kind, agents: n }, task: 'independent-set', protocol: 'luby' };
    // A phase takes two rounds; those it leaves out hear of it in the first round of the next.
    const found = replicate(raw, RUNS, ({ rounds }) => Math.floor(rounds / 2));
    expect(Math.abs(zOf(found, phases))).toBeLessThan(4);
    const first = replicate({ ...raw, horizon: { rounds: 3 } }, RUNS, ({ decisions }) => {
      let mask = 0;
      decisions.forEach((it, v) => {
        if (Number.isNaN(it)) mask |= 1 << v;
      });
      return 1 - edgesIn(mask, neighbours) / edgesIn(all, neighbours);
    });
    expect(Math.abs(zOf(first, removed))).toBeLessThan(4);
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
    const sizes = isSlow ? [10, 100, 1000, 10_000] : [10, 100, 2000];
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

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) bits++;
  return bits;
}
