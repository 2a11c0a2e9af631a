import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { execute } from '../../src/scenario/execute.ts';
import { runOf } from '../../src/scenario/scenario.ts';
import { rowsOf } from '../published/samples.ts';
import { runOfRaw, scenarioOf } from '../worlds.ts';

const rules: Record<string, object> = {
  voter: {},
  majority: {},
  'k-majority': {},
  'two-choices': {},
  tanh: { beta: 2 },
  degroot: {},
  threshold: { phi: 0.3 },
  'independent-cascade': { transmission: 0.5 },
  sis: { infection: 0.4, recovery: 0.2 },
  sir: { infection: 0.4, recovery: 0.2 },
  rumour: {},
  undecided: {},
};

const timings = ['synchronous', 'asynchronous'] as const;

const anyDiscussion = (): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record({
      seed: fc.nat(1_000_000),
      agents: fc.integer({ min: 4, max: 16 }),
      family: fc.constantFrom('ring', 'path', 'complete', 'star', 'barabasi-albert'),
      rule: fc.constantFrom(...Object.keys(rules)),
      timing: fc.constantFrom(...timings),
      contact: fc.constantFrom('neighbours', 'pairs'),
      channel: fc.constantFrom('observe', 'messages'),
      noise: fc.constantFrom(0, 0.1),
    })
    .map(({ seed, agents, family, rule, timing, contact, channel, noise }) => ({
      seed,
      horizon: timing === 'synchronous' ? { rounds: 30 } : '30s',
      topology: { kind: family, agents },
      task: { kind: 'unanimity', shares: [0.6, 0.4] },
      protocol: {
        kind: 'opinions',
        timing,
        contact,
        channel: contact === 'pairs' ? 'observe' : channel,
        committed: [{ holding: 1, count: 1 }],
      },
      behaviour: { kind: rule, ...rules[rule], ...(rule === 'independent-cascade' ? {} : { noise }) },
      metrics: ['opinions'],
    }));

test('a seed fixes a discussion, and its measure changes nothing', () => {
  fc.assert(
    fc.property(anyDiscussion(), (raw) => {
      const first = runOfRaw(raw);
      expect(runOfRaw(raw).fingerprint).toBe(first.fingerprint);
      expect(runOfRaw({ ...raw, metrics: [] }).fingerprint).toBe(first.fingerprint);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('whoever is committed holds to the end what it began with', () => {
  fc.assert(
    fc.property(anyDiscussion(), (raw) => {
      const committed = { ...(raw.protocol as object), committed: [{ agents: [0, 2] }] };
      const { ending } = runOfRaw({ ...raw, protocol: committed });
      for (const agent of [0, 2]) expect(ending.held[agent]).toBe(ending.setting.inputs[agent]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('what the metric counts is what agents hold', () => {
  fc.assert(
    fc.property(anyDiscussion(), (raw) => {
      const scenario = scenarioOf(raw);
      const row = execute(runOf(scenario, scenario.points[0]!, 0));
      const { held } = runOfRaw(raw).ending;
      expect(row.metrics.share1).toBeCloseTo(held.filter((value) => value === 1).length / held.length, 12);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('resting agents would not have changed: with rest forbidden by a noise of no effect, all comes out the same', () => {
  // A chance so small that it never fires keeps everybody awake; it draws from the stream, so only rules without luck compare.
  for (const [rule, params] of [
    ['majority', {}],
    ['threshold', { count: 1 }],
  ] as const) {
    for (const timing of timings) {
      const raw = (noise: number) => ({
        horizon: timing === 'synchronous' ? { rounds: 30 } : '30s',
        topology: { kind: 'barabasi-albert', agents: 30, m: 2 },
        task: { kind: 'unanimity', shares: [0.6, 0.4] },
        protocol: { kind: 'opinions', timing, stop: 'never' },
        behaviour: { kind: rule, ...params, noise },
      });
      const awake = runOfRaw(raw(1e-10)).ending;
      const rested = runOfRaw(raw(0)).ending;
      expect(rested.held).toEqual(awake.held);
      expect(rested.counts.calls).toBeLessThan(awake.counts.calls);
    }
  }
});

test('averaging keeps within what it began with, whatever the timing', () => {
  for (const timing of timings) {
    for (const contact of ['neighbours', 'pairs']) {
      const [row] = rowsOf({
        horizon: timing === 'synchronous' ? { rounds: 50 } : '50s',
        topology: { kind: 'ring', agents: 12 },
        task: { kind: 'unanimity', uniform: [2, 5], within: 0.1 },
        protocol: { kind: 'opinions', timing, contact, within: 0.1 },
        behaviour: 'degroot',
        metrics: ['opinions'],
      });
      expect(row!.verdicts.validity).toBe('satisfied');
      expect(row!.metrics.mean).toBeGreaterThan(2);
      expect(row!.metrics.mean).toBeLessThan(5);
    }
  }
});

test('opinions that travel by message arrive late, get lost, and are thought about', () => {
  for (const timing of timings) {
    const [row] = rowsOf({
      horizon: timing === 'synchronous' ? { rounds: 400 } : '400s',
      topology: { kind: 'complete', agents: 8 },
      task: { kind: 'unanimity', shares: [0.75, 0.25] },
      protocol: { kind: 'opinions', timing, channel: 'messages' },
      behaviour: 'majority',
      network: { latency: { kind: 'exponential', mean: '20ms' } },
      serving: { firstToken: '100ms' },
      faults: [{ kind: 'loss', chance: 0.3 }],
    });
    expect(row!.outcome).toBe('valid');
    expect(row!.metrics.dropped).toBeGreaterThan(0);
    expect(row!.metrics.seconds).toBeGreaterThan(0.1);
  }
});

test('agents who stop by themselves after a streak may stop too soon, and leave the others to a split that lasts', () => {
  const valid = (streak: number) =>
    rowsOf(
      {
        horizon: '500s',
        topology: { kind: 'ring', agents: 8 },
        task: { kind: 'unanimity', shares: [0.5, 0.5] },
        protocol: { kind: 'opinions', timing: 'asynchronous', stop: { streak } },
        behaviour: 'voter',
      },
      20,
    ).filter(({ outcome }) => outcome === 'valid').length;
  expect(valid(1)).toBeLessThan(5);
  expect(valid(100)).toBeGreaterThan(15);
});

describe('liveness', () => {
  const ring = { kind: 'ring', agents: 12 };
  test('domains on a ring stall', () => {
    const [row] = rowsOf({
      topology: ring,
      horizon: { rounds: 60 },
      task: { kind: 'unanimity', pattern: [0, 0, 0, 1, 1, 1] },
      protocol: 'opinions',
      behaviour: 'majority',
    });
    expect(row!.outcome).toBe('stalled');
  });
  test('lazy averaging with too short a horizon is late', () => {
    const [row] = rowsOf({
      topology: ring,
      horizon: { rounds: 100 },
      task: { kind: 'unanimity', seeds: [0], within: 1e-6 },
      protocol: { kind: 'opinions', within: 1e-6 },
      behaviour: 'degroot',
    });
    expect(row!.outcome).toBe('late');
  });
  test('with a referee who never calls it, unanimity goes unnoticed', () => {
    const [row] = rowsOf({
      topology: { kind: 'complete', agents: 10 },
      horizon: '60s',
      task: { kind: 'unanimity', shares: [0.1, 0.9] },
      protocol: { kind: 'opinions', timing: 'asynchronous', stop: 'never' },
      behaviour: 'majority',
    });
    expect(row!.outcome).toBe('agreed-not-stopped');
  });
});

describe('a fault of the author is told with its place and its remedy', () => {
  const base = {
    topology: { kind: 'ring', agents: 6 },
    task: { kind: 'unanimity', shares: [0.5, 0.5] },
    protocol: { kind: 'opinions', timing: 'asynchronous' },
    behaviour: 'voter' as unknown,
  };
  const messageOf = (raw: Record<string, unknown>): string => {
    try {
      rowsOf({ ...base, ...raw });
      return 'no error';
    } catch (error) {
      return (error as Error).message;
    }
  };
  test.each<[Record<string, unknown>, string]>([
    [{ protocol: { ...base.protocol, period: '0s' } }, 'protocol.period: must be longer than zero'],
    [{ protocol: { kind: 'opinions', period: '1s' } }, 'protocol.period: is read with'],
    [{ protocol: { ...base.protocol, changes: 'first' } }, 'protocol.changes: is read with'],
    [
      { protocol: { ...base.protocol, contact: 'pairs', channel: 'messages' } },
      'protocol.channel: must be observe',
    ],
    [
      { protocol: { ...base.protocol, contact: 'pairs', stop: 'settled' } },
      'protocol.stop: must not be settled',
    ],
    [
      { protocol: { ...base.protocol, stop: { value: 1 } } },
      'protocol.stop.least: is missing: give one of `least`, `most`',
    ],
    [{ protocol: { ...base.protocol, stop: 'settled', within: 1 } }, 'protocol.within: is read with'],
    [
      { protocol: { ...base.protocol, committed: [{ holding: 1, count: 4 }] } },
      'protocol.committed[0].count: must leave enough',
    ],
    [
      { protocol: { ...base.protocol, committed: [{ agents: [6] }] } },
      'protocol.committed[0].agents: must name agents',
    ],
    [{ task: { kind: 'unanimity' } }, 'task.shares: must say how opinions begin'],
    [{ task: { kind: 'unanimity', shares: [0.5, 0.4] } }, 'task.shares: must add up to 1'],
    [{ task: { kind: 'unanimity', seeds: 7 } }, 'task.seeds: must be at most the number of agents'],
    [
      { task: { kind: 'unanimity', shares: [1], distinct: true } },
      'task.distinct: must say how opinions begin',
    ],
    [{ behaviour: { kind: 'tanh' } }, 'behaviour.beta: is missing: give one of `beta`, `profile`'],
    [{ behaviour: { kind: 'threshold', phi: 0.1, count: 2 } }, 'behaviour.phi: cannot stand beside `count`'],
    [{ behaviour: { kind: 'voter', adopt: { x: 1 } } }, 'behaviour.adopt'],
    [{ behaviour: 'naming-game' }, 'answers meeting, but this protocol asks opinion'],
  ])('%j', (raw, expected) => {
    const message = messageOf(raw);
    expect(message).toContain(expected);
    expect(message).not.toMatch(/undefined|\[object/);
  });
});

test('canary: the rules above are all that answer about opinions', () => {
  const known = [...Object.keys(rules), 'naming-game', 'relay', 'live'].sort();
  const speaking = [...catalog.behaviours].filter(([name, it]) => {
    const params = it.params.safeParse(rules[name] ?? {});
    return (
      params.success &&
      it.create(params.data as never).answers.some((word) => word === 'opinion' || word === 'meeting')
    );
  });
  expect(speaking.map(([name]) => name).sort()).toEqual(known);
});
