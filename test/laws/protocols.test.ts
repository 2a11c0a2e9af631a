import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observer } from '../../src/world/contracts.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { classify } from '../../src/world/outcome.ts';
import { zOfShare } from '../replicate.ts';
import { runOfRaw } from '../worlds.ts';

type Raw = Record<string, unknown>;

const runs = { numRuns: 60 };
/** From here on the network is on time, and nothing is lost any more. */
const gst = '5s';

/** Faults of timing, which no asynchronous protocol may mind: nothing is lost, and nobody stops for good. */
const timing = (agents: number): fc.Arbitrary<Raw[]> =>
  fc.subarray<Raw>([
    { kind: 'delay', chance: 0.3, by: { kind: 'exponential', mean: '1s' }, until: gst },
    { kind: 'reorder', window: '300ms' },
    { kind: 'duplicate', chance: 0.4, copies: 2 },
    { kind: 'clog', share: 0.3, from: '10ms', until: '4s' },
    { kind: 'slow', share: 0.3, by: { kind: 'uniform', low: '0s', high: '500ms' }, until: gst },
    { kind: 'pause', agents: [agents - 1], from: '20ms', until: '3s' },
  ]);

/** Losses that end when the network settles. */
const losses = (agents: number): fc.Arbitrary<Raw[]> =>
  fc.subarray<Raw>([
    { kind: 'loss', chance: 0.5, until: gst },
    { kind: 'bursty-loss', enter: 0.2, leave: 0.3, until: gst },
    { kind: 'partition', side: [0], until: '4s' },
    { kind: 'partition', share: 0.5, direction: 'out', from: '1s', until: gst },
    { kind: 'crash', agents: [agents - 1], at: '1s', downFor: '3s' },
  ]);

/** Crashes for good, of `most` agents or fewer, at any time and in the midst of a broadcast. */
const crashes = (most: number): fc.Arbitrary<Raw[]> =>
  fc
    .record({
      count: fc.integer({ min: 0, max: most }),
      at: fc.constantFrom<unknown>('0s', '30ms', { kind: 'uniform', low: '0s', high: '2s' }),
      after: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    })
    .map(({ count, at, after }) =>
      count === 0 ? [] : [{ kind: 'crash', count, at, ...(after === undefined ? {} : { after }) }],
    );

/** Liars, `most` of them or fewer. */
const liars = (most: number): fc.Arbitrary<Raw[]> =>
  fc
    .record({
      count: fc.integer({ min: 0, max: most }),
      strategy: fc.constantFrom('silent', 'flip', 'equivocate', 'random'),
    })
    .map(({ count, strategy }) => (count === 0 ? [] : [{ kind: 'byzantine', count, strategy }]));

/** Liars of one or two kinds and crashes, `most` faulty agents or fewer in all. */
const faulty = (most: number): fc.Arbitrary<Raw[]> =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.nat(most))
    .chain(([lying, second]) =>
      together(liars(Math.max(0, lying - second)), liars(Math.min(lying, second)), crashes(most - lying)),
    );

/** A number of agents that are just enough for f faulty ones, or now and then one or two more; and f. */
const atTheEdge = (factor: number, largest: number): fc.Arbitrary<{ f: number; agents: number }> =>
  fc
    .record({ f: fc.integer({ min: 1, max: largest }), more: fc.constantFrom(0, 0, 0, 1, 2) })
    .map(({ f, more }) => ({ f, agents: factor * f + 1 + more }));

const together = (...parts: fc.Arbitrary<Raw[]>[]): fc.Arbitrary<Raw[]> =>
  fc.tuple(...parts).map((lists) => lists.flat());

/** A protocol with faults that it is proven to bear; `settled` is how long after the network settles it must be done. */
interface Case {
  readonly raw: Raw;
  readonly faults: fc.Arbitrary<Raw[]>;
  readonly settled: number;
}

const settling = { latency: { kind: 'uniform', low: '1ms', high: '40ms' }, gst, delta: '100ms' };

interface Edge {
  /** It needs factor * f + 1 agents. */
  readonly factor: number;
  readonly largest: number;
  readonly of: (agents: number, f: number) => Case;
}

const pbftOf = (f: number, values: number): Raw => ({
  task: { kind: 'consensus', values },
  protocol: { kind: 'pbft', f, timeout: '500ms', longest: '2s' },
});

const quorumCases: Record<string, Edge> = {
  pbft: {
    factor: 3,
    largest: 2,
    of: (agents, f) => ({
      // As many values as it is sure of with liars: n > (values + 1) f.
      raw: pbftOf(f, Math.ceil(agents / f) - 2),
      faults: together(timing(agents), losses(agents), faulty(f)),
      settled: (f + 3) * 2.2 + 0.4,
    }),
  },
  'pbft, crashes': {
    factor: 3,
    largest: 2,
    of: (agents, f) => ({
      raw: pbftOf(f, 9),
      faults: together(timing(agents), losses(agents), crashes(f)),
      settled: (f + 3) * 2.2 + 0.4,
    }),
  },
  raft: {
    factor: 2,
    largest: 3,
    of: (agents, f) => ({
      raw: { task: { kind: 'consensus', values: 9 }, protocol: { kind: 'raft', entries: 3 } },
      faults: together(timing(agents), losses(agents), crashes(f)),
      settled: 60,
    }),
  },
  'ben-or, crashes': {
    factor: 2,
    largest: 2,
    of: (agents, f) => ({
      raw: { task: 'consensus', protocol: { kind: 'ben-or', f, resend: '1s' } },
      faults: together(timing(agents), losses(agents), crashes(f)),
      settled: 300,
    }),
  },
  'ben-or, liars': {
    factor: 5,
    largest: 2,
    of: (agents, f) => ({
      raw: {
        task: 'consensus',
        protocol: { kind: 'ben-or', f, faults: 'byzantine', coin: 'common', resend: '1s' },
      },
      faults: together(timing(agents), losses(agents), faulty(f)),
      settled: 300,
    }),
  },
};

test('pbft: who has decided repeats its change of view to whoever still changes views, since it may have been lost', () => {
  const { ending } = runOfRaw({
    seed: 901802,
    horizon: '60s',
    topology: { kind: 'complete', agents: 6 },
    task: 'consensus',
    protocol: { kind: 'pbft', f: 1, timeout: '500ms', longest: '2s' },
    network: settling,
    faults: [
      { kind: 'reorder', window: '300ms' },
      { kind: 'partition', side: [0], until: '4s' },
      { kind: 'partition', share: 0.5, direction: 'out', from: '1s', until: gst },
      { kind: 'byzantine', count: 1, strategy: 'random' },
    ],
  });
  expect(classify(ending).class).toBe('valid');
});

describe.each(Object.keys(quorumCases))('%s', (name) => {
  test('agrees on an input, and ends after the network settles, whatever goes wrong within its bound', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyCase(quorumCases[name]!), ({ raw, settled }) => {
        const { ending } = runOfRaw(raw);
        const outcome = classify(ending);
        expect(outcome.verdicts).toEqual({
          agreement: 'satisfied',
          validity: 'satisfied',
          unanimity: 'satisfied',
          termination: 'satisfied',
        });
        expect(ending.now / 1e6).toBeLessThanOrEqual(5 + settled);
        seen.add(ending.now > 5e6 ? 'late' : 'soon');
      }),
      runs,
    );
    // Sometimes the faults hold it up, or they would show nothing.
    expect(seen).toContain('late');
  });

  test('never breaks agreement or validity, though faults go on for ever', () => {
    fc.assert(
      fc.property(anyCase(quorumCases[name]!), ({ raw }) => {
        const faults = (raw.faults as Raw[]).map(({ until: _until, ...fault }) =>
          fault.kind === 'pause' || fault.kind === 'clog' ? { ...fault, until: '3s' } : fault,
        );
        const lasting = { ...raw, faults, network: { latency: settling.latency }, horizon: '8s' };
        const { agreement, validity } = classify(runOfRaw(lasting).ending).verdicts;
        expect([agreement, validity]).toEqual(['satisfied', 'satisfied']);
      }),
      runs,
    );
  });
});

/** A case with its faults drawn, for a group of a size at the edge of its bound. */
function anyCase({ factor, largest, of }: Edge): fc.Arbitrary<{ raw: Raw; settled: number }> {
  return fc
    .record({
      size: atTheEdge(factor, largest),
      seed: fc.nat(1e6),
      ties: fc.constantFrom('fifo', 'shuffled'),
    })
    .chain(({ size: { agents, f }, seed, ties }) => {
      const { raw, faults, settled } = of(agents, f);
      return faults.map((list) => ({
        settled,
        raw: {
          ...raw,
          seed,
          ties,
          topology: { kind: 'complete', agents },
          network: settling,
          faults: list,
          horizon: '400s',
        },
      }));
    });
}

test('round-majority is safe on 2f + 1 agents with f crashes, whatever the network does', () => {
  fc.assert(
    fc.property(
      atTheEdge(2, 3).chain((size) =>
        together(timing(size.agents), losses(size.agents), crashes(size.f)).map((faults) => ({
          ...size,
          faults,
        })),
      ),
      fc.nat(1e6),
      ({ agents, f, faults }, seed) => {
        const { ending } = runOfRaw({
          seed,
          topology: { kind: 'complete', agents },
          task: 'consensus',
          protocol: { kind: 'round-majority', f },
          network: settling,
          faults,
          horizon: '20s',
        });
        const { agreement, validity } = classify(ending).verdicts;
        expect([agreement, validity]).toEqual(['satisfied', 'satisfied']);
      },
    ),
    { numRuns: 200 },
  );
});

/** Protocols that need every message: they bear faults of timing, on any graph they are made for. */
const graphs = fc.constantFrom('ring', 'path', 'star', 'complete', 'barabasi-albert');
const reliable: Record<string, { raw: Raw; on?: fc.Arbitrary<string> }> = {
  'flood-max': { raw: { task: 'leader-election', protocol: 'flood-max' } },
  'flood-max, quiet': { raw: { task: 'leader-election', protocol: { kind: 'flood-max', quiet: true } } },
  'flood-max for consensus': { raw: { task: { kind: 'consensus', inputs: 'none' }, protocol: 'flood-max' } },
  'chang-roberts': { raw: { task: 'leader-election', protocol: 'chang-roberts' }, on: fc.constant('ring') },
  'chang-roberts, unannounced': {
    raw: { task: 'leader-election', protocol: { kind: 'chang-roberts', announce: false } },
    on: fc.constant('ring'),
  },
  'pairwise-elimination': {
    raw: { task: 'leader-election', protocol: { kind: 'pairwise-elimination', period: '100ms' } },
    on: fc.constant('complete'),
  },
  luby: { raw: { task: 'independent-set', protocol: 'luby' } },
  'luby for a cover': {
    raw: { task: 'vertex-cover', protocol: 'luby' },
    on: fc.constantFrom('ring', 'path', 'star'),
  },
  'random-coloring': { raw: { task: 'coloring', protocol: 'random-coloring' } },
  'cole-vishkin': { raw: { task: 'coloring', protocol: 'cole-vishkin' }, on: fc.constant('ring') },
  'random-matching': { raw: { task: 'matching', protocol: 'random-matching' } },
  'stable-quorum': {
    raw: { task: { kind: 'consensus', values: 3 }, protocol: 'stable-quorum' },
    on: fc.constant('complete'),
  },
  gather: {
    raw: {
      task: 'consensus',
      protocol: { kind: 'gather', work: { kind: 'exponential', mean: '1s' }, timeout: '3s', failure: 0.3 },
    },
    on: fc.constant('complete'),
  },
};

test.each(Object.keys(reliable))('%s solves its task at any speed, in any order, with any copies', (name) => {
  const { raw, on = graphs } = reliable[name]!;
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 14 }).chain((agents) =>
        fc.record({
          agents: fc.constant(agents),
          seed: fc.nat(1e6),
          family: on,
          faults: timing(agents),
          ties: fc.constantFrom('fifo', 'shuffled'),
        }),
      ),
      ({ agents, seed, family, faults, ties }) => {
        const { ending } = runOfRaw({
          ...raw,
          seed,
          ties,
          topology: { kind: family, agents },
          network: { latency: { kind: 'uniform', low: '1ms', high: '40ms' } },
          // In rounds that wait for all, who is paused misses its turn, as if it were silent.
          faults: isInRounds(raw) ? faults.filter(({ kind }) => kind !== 'pause') : faults,
          horizon: '1h',
        });
        expect(classify(ending).class).toBe('valid');
      },
    ),
    runs,
  );
});

/** Whether a protocol runs in rounds. */
const isInRounds = (raw: Raw): boolean => {
  const kind = typeof raw.protocol === 'string' ? raw.protocol : (raw.protocol as { kind: string }).kind;
  return !['chang-roberts', 'pairwise-elimination', 'gather'].includes(kind);
};

const isBrief = (kind: unknown): boolean => kind === 'reorder' || kind === 'duplicate';

/** Messages that are missed by up to `most` of the agents, or of theirs; by some at a deadline alone. */
const misses = (agents: number, most: number): fc.Arbitrary<Raw[]> =>
  fc
    .record({
      who: fc.shuffledSubarray([...Array(agents).keys()], { maxLength: most }),
      kind: fc.constantFrom('crash', 'partition', 'pause', 'slow', 'clog'),
      from: fc.constantFrom('0s', '200ms', '1s'),
      until: fc.constantFrom('1200ms', '2500ms', '9s'),
      direction: fc.constantFrom('both', 'in', 'out'),
    })
    .map(({ who, kind, from, until, direction }) => {
      if (who.length === 0) return [];
      const others = [...Array(agents).keys()].filter((it) => !who.includes(it));
      const links = who.flatMap((it) => others.map((other) => [it, other]));
      const of: Record<string, Raw> = {
        crash: { agents: who, at: from, downFor: { kind: 'uniform', low: '0s', high: '3s' } },
        partition: { side: who, direction, from, until },
        pause: { agents: who, from, until },
        slow: { agents: who, by: { kind: 'uniform', low: '0s', high: '2s' }, from, until },
        clog: { links, from, until },
      };
      return [{ kind, ...of[kind] }];
    });

describe('in rounds, with agents that fail', () => {
  test('floodset agrees on an input after f + 1 rounds with f crashes or fewer, early or not', () => {
    fc.assert(
      fc.property(
        fc
          .record({
            f: fc.integer({ min: 1, max: 4 }),
            more: fc.integer({ min: 1, max: 4 }),
            seed: fc.nat(1e6),
            early: fc.boolean(),
          })
          .chain((it) =>
            together(crashes(it.f), timing(it.f + it.more)).map((faults) => ({ ...it, faults })),
          ),
        ({ f, more, seed, early, faults }) => {
          const { ending } = runOfRaw({
            seed,
            topology: { kind: 'complete', agents: f + more },
            task: { kind: 'consensus', values: 5 },
            protocol: { kind: 'floodset', f, early },
            network: { latency: '300ms' },
            faults,
          });
          expect(classify(ending).class).toBe('valid');
          expect(ending.rounds).toBeLessThanOrEqual(f + 2);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('oral-messages agree on an input after f + 1 to n - 2f rounds, with f or fewer that lie, crash or miss messages', () => {
    fc.assert(
      fc.property(
        atTheEdge(3, 2).chain((size) =>
          fc.nat(size.f).chain((wanted) =>
            fc.record({
              size: fc.constant(size),
              named: together(faulty(size.f - wanted), misses(size.agents, wanted)),
              others: timing(size.agents),
            }),
          ),
        ),
        fc.nat(2),
        fc.boolean(),
        fc.nat(1e6),
        ({ size: { f, agents }, named, others }, more, atDeadline, seed) => {
          const rounds = Math.min(f + 1 + more, agents - 2 * f);
          const { ending } = runOfRaw({
            seed,
            topology: { kind: 'complete', agents },
            // As many values as it is sure of: n > values * f.
            task: { kind: 'consensus', values: Math.ceil(agents / f) - 1 },
            protocol: { kind: 'oral-messages', f, rounds },
            network: { latency: '300ms' },
            // What delays anybody may take no more than the deadline leaves.
            faults: [...named, ...others.filter(({ kind }) => !atDeadline || isBrief(kind))],
            ...(atDeadline && { rounds: { deadline: '1s' } }),
          });
          expect(classify(ending).class).toBe('valid');
          expect(ending.rounds).toBe(rounds + 1);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('w-msr meets within the span of the honest, on 2f + 1 agents and one more for each who does not tell all the same', () => {
    fc.assert(
      fc.property(
        fc
          .record({
            f: fc.integer({ min: 1, max: 3 }),
            more: fc.constantFrom(0, 0, 0, 1),
            wanted: fc.nat(3),
          })
          .chain(({ f, more, wanted }) => {
            const unlike = Math.min(wanted, f);
            const all = Array.from({ length: 2 * f + 1 + unlike + more }, (_, agent) => agent);
            return fc.record({
              f: fc.constant(f),
              agents: fc.constant(all.length),
              unlike: fc.constant(unlike),
              faulty: fc.shuffledSubarray(all, { minLength: f, maxLength: f }),
              seed: fc.nat(1e6),
              strategy: fc.constantFrom('silent', 'equivocate', 'random', 'crash', 'return', 'pause', 'slow'),
              after: fc.integer({ min: 1, max: 9 }),
              atDeadline: fc.boolean(),
            });
          }),
        ({ f, agents, unlike, faulty, seed, strategy, after, atDeadline }) => {
          const others = faulty.slice(0, unlike);
          const spread = { kind: 'uniform', low: '0s', high: '9s' };
          const unlikeOthers: Record<string, Raw> = {
            crash: { kind: 'crash', agents: others, at: spread, after },
            return: { kind: 'crash', agents: others, at: spread, downFor: spread },
            pause: { kind: 'pause', agents: others, from: `${after}s`, until: '12s' },
            slow: { kind: 'slow', agents: others, by: spread, until: '100s' },
          };
          const { ending } = runOfRaw({
            seed,
            topology: { kind: 'complete', agents },
            task: 'approximate-agreement',
            protocol: { kind: 'w-msr', f, rounds: 200 },
            network: { latency: '1s' },
            faults: [
              unlikeOthers[strategy] ?? { kind: 'byzantine', agents: others, strategy },
              { kind: 'byzantine', agents: faulty.slice(unlike), strategy: 'flip' },
              { kind: 'duplicate', chance: 0.2 },
              ...(atDeadline ? [] : [{ kind: 'clog', share: 0.2, until: '20s' }]),
            ],
            ...(atDeadline && { rounds: { deadline: '2s' } }),
          });
          expect(classify(ending).class).toBe('valid');
        },
      ),
      { numRuns: 100 },
    );
  });

  test('coordinated-attack decides 0 where anybody begins with 0, and 1 where nobody does and nothing is lost', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 2, max: 5 }),
        fc.constantFrom(0, 0.3),
        (seed, agents, chance) => {
          const { ending } = runOfRaw({
            seed,
            topology: { kind: 'complete', agents },
            task: 'consensus',
            protocol: { kind: 'coordinated-attack', rounds: 6 },
            faults: [{ kind: 'loss', chance }],
          });
          const all = Math.min(...ending.setting.inputs);
          if (chance === 0) for (const decision of ending.decisions) expect(decision).toBe(all);
          if (all === 0) expect(ending.decisions[0]).toBe(0);
        },
      ),
      runs,
    );
  });

  test('leader elections never end in two leaders, though messages are lost', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 3, max: 9 }),
        fc.constantFrom('chang-roberts', 'pairwise-elimination'),
        (seed, agents, kind) => {
          const { ending } = runOfRaw({
            seed,
            topology: { kind: kind === 'chang-roberts' ? 'ring' : 'complete', agents },
            task: 'leader-election',
            protocol: kind,
            network: { latency: { kind: 'exponential', mean: '100ms' } },
            faults: [
              { kind: 'loss', chance: 0.2 },
              { kind: 'duplicate', chance: 0.3 },
            ],
            horizon: '100s',
          });
          expect([...ending.decisions].filter((it) => it === 1).length).toBeLessThanOrEqual(1);
        },
      ),
      runs,
    );
  });
});

describe('a quorum that cannot be reached', () => {
  const crashed = (protocol: Raw, agents: number[], rest: Raw = {}): ReturnType<typeof classify> =>
    classify(
      runOfRaw({
        topology: { kind: 'complete', agents: 4 },
        task: { kind: 'consensus', inputs: 'split' },
        protocol,
        network: { latency: '10ms' },
        faults: [{ kind: 'crash', agents }],
        horizon: '30s',
        ...rest,
      }).ending,
    );
  test.each([
    { kind: 'pbft', bounds: 'ignored' },
    { kind: 'raft' },
    { kind: 'ben-or', f: 1, bounds: 'ignored' },
  ])('is told as blocked: $kind', (protocol) => {
    const outcome = crashed(protocol, [1, 2]);
    expect([outcome.class, outcome.cause]).toEqual(['blocked', 'waits-for-crashed']);
  });

  test.each([{ kind: 'pbft' }, { kind: 'raft' }, { kind: 'ben-or', f: 1 }])(
    'is not told so with one down: $kind',
    (protocol) => {
      expect(crashed(protocol, [3]).class).toBe('valid');
      // Cut off on its way, with one down, it waits for nobody in particular.
      expect(crashed(protocol, [3], { horizon: '15ms' }).class).not.toBe('blocked');
    },
  );

  test('is told as blocked by a collector that has no tries left', () => {
    const outcome = crashed({ kind: 'gather', timeout: '2s', tries: 3 }, [2]);
    expect(outcome.class).toBe('blocked');
    expect(crashed({ kind: 'gather', timeout: '2s', tries: 3, quorum: 2 }, [2]).class).toBe('valid');
  });
});

describe('what a protocol cannot bear is refused, with the bound and a remedy', () => {
  const complete = (agents: number): Raw => ({ kind: 'complete', agents });
  test.each<[string, Raw, string, RegExp]>([
    [
      'pbft',
      { topology: complete(6), task: 'consensus', protocol: { kind: 'pbft', f: 2 } },
      'protocol.f',
      /n >= 3f \+ 1, so among 6 agents be at most 1, but is 2; lower it, give 7 agents/,
    ],
    [
      'ben-or, crashes',
      { topology: complete(4), task: 'consensus', protocol: { kind: 'ben-or', f: 2 } },
      'protocol.f',
      /n >= 2f \+ 1.*give 5 agents/,
    ],
    [
      'ben-or, liars',
      { topology: complete(9), task: 'consensus', protocol: { kind: 'ben-or', f: 2, faults: 'byzantine' } },
      'protocol.f',
      /n >= 5f \+ 1.*give 11 agents/,
    ],
    [
      'w-msr',
      { topology: complete(4), task: 'approximate-agreement', protocol: { kind: 'w-msr', f: 2 } },
      'protocol.f',
      /n >= 2f \+ 1/,
    ],
    [
      'floodset',
      { topology: complete(3), task: 'consensus', protocol: { kind: 'floodset', f: 3 } },
      'protocol.f',
      /less than the number of agents/,
    ],
    [
      'a small quorum',
      { topology: complete(4), task: 'consensus', protocol: { kind: 'pbft', quorum: 2 } },
      'protocol.quorum',
      /at least 3 of 4.*raise it/,
    ],
    [
      'a great quorum',
      { topology: complete(4), task: 'consensus', protocol: { kind: 'pbft', quorum: 4 } },
      'protocol.quorum',
      /at most n - f, which is 3.*lower it/,
    ],
    [
      'more replies than workers',
      { topology: { kind: 'star', agents: 4 }, task: 'consensus', protocol: { kind: 'gather', quorum: 4 } },
      'protocol.quorum',
      /at most 3/,
    ],
    [
      'a stable quorum out of reach',
      {
        topology: { kind: 'ring', agents: 6 },
        task: 'consensus',
        protocol: { kind: 'stable-quorum', quorum: 4 },
      },
      'protocol.quorum',
      /at most 3/,
    ],
    [
      'raft on a ring',
      { topology: { kind: 'ring', agents: 5 }, task: 'consensus', protocol: 'raft' },
      'topology',
      /5 of 10 links are there; choose complete/,
    ],
    [
      'chang-roberts on a path',
      { topology: { kind: 'path', agents: 5 }, task: 'leader-election', protocol: 'chang-roberts' },
      'topology',
      /must be a ring/,
    ],
    [
      'too few colours',
      {
        topology: { kind: 'star', agents: 5 },
        task: 'coloring',
        protocol: { kind: 'random-coloring', colors: 4 },
      },
      'protocol.colors',
      /at least 5/,
    ],
    [
      'no inputs',
      { topology: complete(4), task: 'leader-election', protocol: 'pbft' },
      'protocol.kind',
      /which pbft never does; choose/,
    ],
    [
      'inputs that are not binary',
      {
        topology: complete(4),
        task: { kind: 'consensus', values: 9, inputs: 'split' },
        protocol: { kind: 'ben-or' },
      },
      'task',
      /0 or 1.*agent 2 has 2/,
    ],
  ])('%s', (_, raw, path, message) => {
    try {
      runOfRaw(raw);
      expect.unreachable('it must be refused');
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      expect(error.issues[0]?.path).toBe(path);
      expect(error.issues[0]?.message).toMatch(message);
    }
  });

  test('and runs all the same where the bounds are ignored', () => {
    const protocol = { kind: 'pbft', f: 2, bounds: 'ignored' };
    expect(() =>
      runOfRaw({ topology: complete(6), task: 'consensus', protocol, horizon: '10s' }),
    ).not.toThrow();
  });
});

describe('lies', () => {
  const values = 5;
  /** The first thing that each of six agents hears of a liar, in the order of their numbers, and what it was given. */
  const firstLies = (protocol: string, strategy: string, seed: number): { truth: number; lies: number[] } => {
    const lies = new Map<number, number>();
    const observer: Observer = {
      deliver: (from, to, content) => {
        if (from !== 0 || lies.has(to)) return;
        const it = content as { values?: Int32Array; change?: { input: number } };
        lies.set(to, it.values?.[0] ?? it.change?.input ?? Number.NaN);
      },
    };
    const { ending } = runOfRaw(
      {
        seed,
        topology: { kind: 'complete', agents: 7 },
        task: { kind: 'consensus', values, validity: 'unanimity' },
        protocol: { kind: protocol, f: 2 },
        network: { latency: '10ms' },
        faults: [{ kind: 'byzantine', agents: [0], strategy }],
        horizon: '50ms',
      },
      [observer],
    );
    const inOrder = [...lies].sort(([a], [b]) => a - b).map(([, lie]) => lie);
    return { truth: ending.setting.inputs[0]!, lies: inOrder };
  };

  test.each(['pbft', 'oral-messages'])(
    'of %s: one other value for all, or for each one drawn from all values',
    (protocol) => {
      const counts = new Array(values).fill(0) as number[];
      let alike = 0;
      const seeds = 100;
      for (let seed = 0; seed < seeds; seed++) {
        const { truth, lies } = firstLies(protocol, 'flip', seed);
        expect(lies).toEqual(Array(6).fill((truth + 1) % values));
        const drawn = firstLies(protocol, 'random', seed);
        expect(firstLies(protocol, 'random', seed)).toEqual(drawn);
        expect(drawn.lies.length).toBe(6);
        for (const lie of drawn.lies) counts[lie]!++;
        if (drawn.lies[0] === drawn.lies[1]) alike++;
      }
      for (const count of counts) {
        expect(Math.abs(zOfShare(count / (6 * seeds), 6 * seeds, 1 / values))).toBeLessThan(4);
      }
      expect(Math.abs(zOfShare(alike / seeds, seeds, 1 / values))).toBeLessThan(4);
    },
  );
});

describe('bounds that are kept hold for the faults too', () => {
  const world = (agents: number, protocol: Raw, faults: Raw[]): Raw => ({
    topology: { kind: 'complete', agents },
    task: { kind: 'consensus', values: 2 },
    protocol,
    network: { latency: '10ms' },
    faults,
    horizon: '5s',
  });
  const liars = (count: number, strategy = 'equivocate'): Raw => ({ kind: 'byzantine', count, strategy });
  const beyond: [string, number, Raw, Raw[], RegExp][] = [
    [
      'two liars where one is borne',
      5,
      { kind: 'pbft', f: 1 },
      [liars(2)],
      /^faults: make 2 of n = 5 agents faulty, but f = 1 \(n >= 3f \+ 1\).*bounds: ignored/,
    ],
    [
      'two crashes where one is borne',
      5,
      { kind: 'floodset', f: 1 },
      [{ kind: 'crash', agents: [0, 1] }],
      /make 2 of n = 5 agents faulty, but f = 1 \(n >= f \+ 1\)/,
    ],
    [
      'a liar and a crash where one is borne',
      7,
      { kind: 'w-msr', f: 1 },
      [
        { kind: 'byzantine', agents: [0], strategy: 'random' },
        { kind: 'crash', agents: [1] },
      ],
      /make 2 of n = 7/,
    ],
    [
      'a liar where crashes are borne',
      5,
      { kind: 'ben-or', f: 1, faults: 'crash' },
      [liars(1)],
      /let 1 of n = 5 agents lie \(agent \d: equivocate\).*f = 1 that stop \(n >= 2f \+ 1\) and none that lie/,
    ],
    [
      'a liar in a protocol for crashes',
      5,
      { kind: 'round-majority', f: 1 },
      [liars(1, 'flip')],
      /none that lie/,
    ],
  ];
  test.each(beyond)(
    '%s is refused, and runs where they are ignored',
    (_, agents, protocol, faults, message) => {
      expect(() => runOfRaw(world(agents, protocol, faults))).toThrow(message);
      expect(runOfRaw(world(agents, { ...protocol, bounds: 'ignored' }, faults)).ending.ended).toBeDefined();
    },
  );

  const late = { rounds: { deadline: '200ms' } };
  const crash = { kind: 'crash', agents: [0], downFor: '150ms' };
  const pause = { kind: 'pause', agents: [0], until: '1s' };
  const missed: [string, number, Raw, Raw[], Raw, RegExp][] = [
    [
      'who comes back after a crash, where only those that stop are borne',
      5,
      { kind: 'floodset' },
      [crash],
      {},
      /^faults: let 1 of n = 5 agents miss messages and go on \(agent 0: down for a while\), but the protocol bears f = 1 that stop for good/,
    ],
    ['who is paused past a deadline', 5, { kind: 'floodset' }, [pause], late, /agent 0: paused/],
    [
      'one that comes back beside as many liars as are borne',
      4,
      { kind: 'oral-messages' },
      [crash, { kind: 'byzantine', agents: [1], strategy: 'flip' }],
      {},
      /make 2 of n = 4 agents faulty, with those that miss messages \(agent 0: down for a while\)/,
    ],
    [
      'the senders of clogged links',
      7,
      { kind: 'oral-messages', f: 1 },
      [
        {
          kind: 'clog',
          links: [
            [2, 0],
            [3, 1],
          ],
          until: '1s',
        },
      ],
      late,
      /make 2 of n = 7.*agent 2: on a clogged link/,
    ],
    [
      'who tells one lie, but not to all in time',
      3,
      { kind: 'w-msr' },
      [
        { kind: 'byzantine', agents: [2], strategy: 'flip' },
        { kind: 'clog', links: [[2, 0]], until: '1s' },
      ],
      late,
      /make 1 of n = 3 agents tell receivers different things.*bears 0 such/,
    ],
    [
      'the smaller side of a partition',
      7,
      { kind: 'oral-messages', f: 2 },
      [{ kind: 'partition', side: [0, 1, 2, 3], direction: 'out', until: '1s' }],
      {},
      /make 3 of n = 7.*agent 4: cut off/,
    ],
    [
      'loss',
      7,
      { kind: 'oral-messages', f: 2 },
      [{ kind: 'loss', chance: 0.1 }],
      {},
      /^faults\[0\]: loses messages, whoever sends them.*cut off named agents/,
    ],
    [
      'bursty loss',
      5,
      { kind: 'floodset' },
      [{ kind: 'bursty-loss', enter: 0.1, leave: 0.5 }],
      {},
      /^faults\[0\]: loses messages/,
    ],
    [
      'a delay as long as the deadline leaves',
      5,
      { kind: 'floodset' },
      [
        { kind: 'duplicate', chance: 0.5 },
        { kind: 'delay', by: '190ms' },
      ],
      late,
      /^faults\[1\]: may take messages past the deadline of their round.*raise rounds\.deadline/,
    ],
    [
      'a network as slow as the deadline',
      5,
      { kind: 'floodset' },
      [],
      { ...late, network: { latency: { kind: 'uniform', low: '1ms', high: '200ms' } } },
      /^rounds\.deadline: must be longer than messages take.*is 0\.2s where they may take up to 0\.2s/,
    ],
  ];
  test.each(missed)(
    'in rounds, %s: refused, and runs where bounds are ignored',
    (_, agents, protocol, faults, more, message) => {
      const raw = (bounds: string): Raw => ({
        ...world(agents, { ...protocol, bounds }, faults),
        ...(protocol.kind === 'w-msr' && { task: 'approximate-agreement' }),
        ...more,
      });
      expect(() => runOfRaw(raw('kept'))).toThrow(message);
      expect(() => runOfRaw(raw('ignored'))).not.toThrow();
    },
  );

  test.each<[string, Raw[], Raw]>([
    ['a pause that a barrier waits for', [pause], {}],
    ['a delay within the deadline', [{ kind: 'delay', by: '189ms' }], late],
    [
      'a network bounded by delta',
      [{ kind: 'delay', by: { kind: 'exponential', mean: '1s' } }],
      { ...late, network: { latency: { kind: 'exponential', mean: '10ms' }, delta: '199ms' } },
    ],
    ['no loss', [{ kind: 'loss', chance: 0 }], {}],
  ])('in rounds, %s is borne', (_, faults, more) => {
    const { ending } = runOfRaw({ ...world(5, { kind: 'floodset' }, faults), ...more });
    expect(classify(ending).class).toBe('valid');
    expect([...ending.correct]).toEqual([1, 1, 1, 1, 1]);
  });

  test('who misses messages is judged as faulty where bounds are kept, and as correct where they are ignored', () => {
    const correctOf = (bounds: string): number[] => [
      ...runOfRaw(world(4, { kind: 'oral-messages', bounds }, [crash])).ending.correct,
    ];
    expect(correctOf('kept')).toEqual([0, 1, 1, 1]);
    expect(correctOf('ignored')).toEqual([1, 1, 1, 1]);
  });

  // Agent 0 is late for all in the first round, and in the second for all but agent 4, who alone hears what it holds.
  test('canary: one whose messages are late splits the others under floodset just where it alone holds the least', () => {
    const links = (...to: number[]): number[][] => to.map((it) => [0, it]);
    const faults = [
      { kind: 'clog', links: links(1, 2, 3, 4), until: '200ms' },
      { kind: 'clog', links: links(1, 2, 3), from: '100ms', until: '1s' },
    ];
    let splits = 0;
    for (let seed = 0; seed < 100; seed++) {
      const raw = { ...world(5, { kind: 'floodset', bounds: 'ignored' }, faults), ...late, seed };
      const { ending } = runOfRaw({ ...raw, task: { kind: 'consensus', values: 3 } });
      const [first, ...others] = ending.setting.inputs as unknown as number[];
      const isLeast = first! < Math.min(...others);
      expect(new Set([...ending.decisions].slice(1)).size, `seed ${seed}`).toBe(isLeast ? 2 : 1);
      if (isLeast) splits++;
    }
    expect(splits).toBeGreaterThan(0);
  });

  test('a liar among more values than validity bears is refused, and leaves the decision that was common', () => {
    const many = (agents: number, values: number, more: Raw = {}): Raw => ({
      ...world(agents, { kind: 'pbft', f: 1 }, [liars(1, 'flip')]),
      task: { kind: 'consensus', values, ...more },
    });
    expect(() => runOfRaw(many(4, 3))).toThrow(
      /let agents lie where there are 3 values.*n = 4 agents with f = 1.*at most 2 of them.*validity: unanimity/,
    );
    // n > (values + 1) f is enough, and no more than enough.
    expect(() => runOfRaw(many(7, 6))).toThrow(/at most 5 of them/);
    let lies = 0;
    for (let seed = 0; seed < 100; seed++) {
      expect(classify(runOfRaw({ ...many(7, 5), seed }).ending).verdicts).toMatchObject({
        validity: 'satisfied',
      });
      const wanted = { validity: 'unanimity' };
      const differing = classify(runOfRaw({ ...many(4, 50, wanted), seed }).ending);
      expect(differing).toMatchObject({ class: 'valid', verdicts: { unanimity: 'satisfied' } });
      if (differing.verdicts.validity === 'violated') lies++;
      const equal = classify(runOfRaw({ ...many(4, 50, { ...wanted, inputs: 'equal' }), seed }).ending);
      expect(equal).toMatchObject({
        class: 'valid',
        verdicts: { unanimity: 'satisfied', validity: 'satisfied' },
      });
    }
    // The lie is decided indeed, or the bound would be idle.
    expect(lies).toBeGreaterThan(20);
  });

  test.each([
    ['who comes back after a crash', { kind: 'crash', agents: [0, 1], downFor: '1s' }],
    ['who is silent from the start, as if it had crashed', liars(1, 'silent')],
    ['nobody', liars(0)],
  ])('%s is borne', (_, fault) => {
    const ben = { kind: 'ben-or', f: 1, resend: '100ms' };
    expect(runOfRaw(world(5, ben, [fault])).ending.ended).toBe('decided');
  });
});
