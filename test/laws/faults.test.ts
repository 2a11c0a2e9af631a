import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { chosenAgents } from '../../src/faults/agents.ts';
import { streams } from '../../src/kernel/streams.ts';
import type { EventProtocol, Observer, RunView } from '../../src/world/contracts.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { classify } from '../../src/world/outcome.ts';
import { simulate } from '../../src/world/simulate.ts';
import type { RunResult } from '../../src/world/world.ts';
import { zOfShare } from '../replicate.ts';
import { anyScenario, runOfRaw, scenarioOf, worldOf } from '../worlds.ts';

type Raw = Record<string, unknown>;
const runs = { numRuns: 25 };

/** Every kind of fault, at work within the first second of a run. */
const working: Record<string, Raw> = {
  adversary: { slow: 1, by: '300ms' },
  'bursty-loss': { enter: 0.3, leave: 0.3 },
  byzantine: { count: 1, strategy: 'flip' },
  clog: { share: 0.5, until: '500ms' },
  crash: { count: 1, at: '15ms' },
  delay: { by: { kind: 'exponential', mean: '50ms' }, chance: 0.5 },
  duplicate: { chance: 0.5, copies: 2 },
  loss: { chance: 0.3 },
  partition: { share: 0.5, until: '200ms' },
  pause: { count: 2, until: '100ms' },
  reorder: { window: '50ms' },
  slow: { count: 2, by: '20ms' },
};

/** The same, where they have no occasion to do anything. */
const idle: Record<string, Raw[]> = {
  adversary: [{ slow: 0 }, { from: '58min' }],
  'bursty-loss': [
    { enter: 0.3, leave: 0.3, from: '58min' },
    { enter: 0, leave: 1 },
  ],
  byzantine: [
    { share: 0, strategy: 'random' },
    { count: 0, strategy: 'equivocate' },
    { agents: [], strategy: 'silent' },
  ],
  clog: [
    { share: 0, until: '1s' },
    { share: 1, from: '58min', until: '59min' },
  ],
  crash: [
    { share: 0 },
    { count: 0 },
    { count: 0, after: 1, downFor: '1s' },
    { count: 2, at: '58min', downFor: '1h' },
  ],
  delay: [{ by: '1s', chance: 0 }, { by: '0s' }, { by: '1s', from: '58min' }],
  duplicate: [{ chance: 0 }, { chance: 1, from: '58min' }],
  loss: [{ chance: 0 }, { chance: 1, from: '58min' }],
  partition: [{ share: 0 }, { share: 0.5, from: '58min' }],
  pause: [
    { share: 0, until: '1s' },
    { count: 0, until: '1s' },
    { count: 2, from: '58min', until: '59min' },
  ],
  reorder: [
    { chance: 0, window: '1s' },
    { window: '1s', from: '58min' },
  ],
  slow: [
    { share: 0, by: '1s' },
    { count: 0, by: '1s' },
    { count: 2, by: '1s', from: '58min' },
  ],
};

const chattering = (agents: number, faults: Raw[], more: Raw = {}): Raw => ({
  horizon: '2s',
  stop: 'quiescent',
  topology: { kind: 'complete', agents },
  task: { kind: 'consensus', values: 2 },
  protocol: { kind: 'flood-min', periods: 3, period: '100ms' },
  network: { latency: { kind: 'uniform', low: '1ms', high: '30ms' } },
  faults,
  ...more,
});

interface Heard {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly content: number;
}

/** Every agent tells every neighbour a number that nobody else tells, every 10 ms, `times` times; nobody reacts. */
function chatter(raw: Raw, times: number): RunResult & { sent: Heard[]; heard: Heard[]; acts: Heard[] } {
  const world = worldOf(raw);
  let next = 1;
  const left = new Int32Array(world.setting.agents).fill(times);
  const protocol: EventProtocol<number> = {
    form: 'events',
    content: 'number',
    start: (me) => void me.wake(10_000),
    message: () => {},
    timeout(me) {
      for (let i = 0; i < me.degree; i++) me.send(me.neighbour(i), next++);
      if (--left[me.id]! > 0) me.wake(10_000);
    },
    recover: (me) => void me.wake(10_000),
  };
  const sent: Heard[] = [];
  const heard: Heard[] = [];
  const acts: Heard[] = [];
  let view: RunView | undefined;
  const told = (from: number, to: number, content: unknown): Heard => ({
    at: view?.now ?? 0,
    from,
    to,
    content: content as number,
  });
  const observer: Observer = {
    start: (run) => {
      view = run;
    },
    send: (from, to, content) => {
      sent.push(told(from, to, content));
      acts.push(told(from, to, content));
    },
    deliver: (from, to, content) => {
      heard.push(told(from, to, content));
      acts.push(told(to, from, content));
    },
    timeout: (agent) => void acts.push(told(agent, agent, 0)),
  };
  // The faults were made for the scenario's own protocol, of which they ask nothing.
  return { ...simulate({ ...world, protocol, observers: [observer] }), sent, heard, acts };
}

const named = (kind: string, params: Raw): Raw => ({ kind, ...params });

describe('every fault', () => {
  test.each([...catalog.faults.keys()])('%s changes nothing where it never fires', (kind) => {
    expect(idle[kind], `add ${kind} to the list of idle faults`).toBeDefined();
    fc.assert(
      fc.property(anyScenario(), fc.constantFrom(...idle[kind]!), (raw, params) => {
        const protocol = { kind: 'flood-min', periods: 3, period: '100ms' };
        const scenario = { ...raw, horizon: '1h', protocol };
        const before = runOfRaw(scenario);
        const faults = [...(raw.faults as Raw[]), named(kind, params)];
        const after = runOfRaw({ ...scenario, faults });
        expect(after.fingerprint).toBe(before.fingerprint);
        expect(after.ending.decisions).toEqual(before.ending.decisions);
      }),
      runs,
    );
  });

  test.each([...catalog.faults.keys()])('canary: %s changes the run where it does', (kind) => {
    const faults = [named(kind, working[kind]!)];
    expect(runOfRaw(chattering(6, faults)).fingerprint).not.toBe(runOfRaw(chattering(6, [])).fingerprint);
  });

  test('draws for itself: faults in any order make the same run', () => {
    const all = Object.entries(working).map(([kind, params]) => named(kind, params));
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.shuffledSubarray(all, { minLength: 2 }),
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 12, maxLength: 12 }),
        (seed, faults, order) => {
          const other = order.flatMap((i) => (i < faults.length ? [faults[i]!] : []));
          const first = runOfRaw(chattering(6, faults, { seed }));
          const second = runOfRaw(chattering(6, other, { seed }));
          expect(second.fingerprint).toBe(first.fingerprint);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is the same run again, and watched', () => {
    const faults = Object.entries(working).map(([kind, params]) => named(kind, params));
    const once = runOfRaw(chattering(8, faults));
    expect(runOfRaw(chattering(8, faults), [{ send: () => {}, deliver: () => {} }])).toMatchObject({
      fingerprint: once.fingerprint,
    });
  });
});

describe('choosing agents', () => {
  test('by count is nested: one more agent joins those there are', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 50 }), (seed, agents) => {
        const stream = (purpose: string, agent: number) => streams(seed, purpose).of(agent);
        const setting = { agents, stream };
        for (let count = 1; count < agents; count++) {
          const some = chosenAgents({ count }, setting, 'x');
          expect(new Set(some).size).toBe(count);
          expect(chosenAgents({ count: count + 1 }, setting, 'x')).toEqual(expect.arrayContaining(some));
        }
        expect(chosenAgents({ share: 0.5 }, setting, 'x').length).toBe(Math.round(agents / 2));
      }),
      runs,
    );
  });
});

test('losses compose: what survives two of them survives with the product of both chances', () => {
  const { ending } = chatter(
    chattering(12, [
      { kind: 'loss', chance: 0.3 },
      { kind: 'loss', chance: 0.5 },
      { kind: 'bursty-loss', enter: 0.1, leave: 0.3 },
    ]),
    100,
  );
  const { delivered, messages } = ending.counts;
  const chance = 0.7 * 0.5 * 0.75;
  // Losses of one burst hang together: a spell of 3.3 envelopes makes the variance up to (2 / 0.4 - 1) times as large.
  const deviation = Math.sqrt(messages * chance * (1 - chance) * 4);
  expect(Math.abs(delivered - messages * chance) / deviation).toBeLessThan(4);
});

describe('bursty loss', () => {
  const fates = (params: Raw, times: number): string[] => {
    const { sent, heard } = chatter(chattering(5, [named('bursty-loss', params)], { horizon: '5h' }), times);
    const arrived = new Set(heard.map(({ content }) => content));
    const links = new Map<string, string>();
    for (const { from, to, content } of sent) {
      const link = `${from}>${to}`;
      links.set(link, (links.get(link) ?? '') + (arrived.has(content) ? '.' : 'x'));
    }
    return [...links.values()];
  };

  test('loses in the long run enter / (enter + leave), in bursts of 1 / leave', () => {
    const links = fates({ enter: 0.05, leave: 0.25 }, 3000);
    const all = links.join('');
    const lost = all.split('x').length - 1;
    const share = 1 / 6;
    const correlation = 1 - 0.05 - 0.25;
    const deviation = Math.sqrt((share * (1 - share) * ((1 + correlation) / (1 - correlation))) / all.length);
    expect(Math.abs(lost / all.length - share) / deviation).toBeLessThan(4);
    const bursts = links.flatMap((link) => link.split('.').filter((burst) => burst !== ''));
    const mean = bursts.reduce((sum, burst) => sum + burst.length, 0) / bursts.length;
    // A geometric length of mean 4 has the variance 12.
    expect(Math.abs(mean - 4) / Math.sqrt(12 / bursts.length)).toBeLessThan(4);
  });

  test('that always enters and always leaves loses every second envelope of a link', () => {
    for (const link of fates({ enter: 1, leave: 1 }, 20)) expect(link).toMatch(/^x?(\.x)*\.?$/);
  });
});

test('from GST on delta bounds every latency, whatever the faults that delay', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 0, max: 300 }), (seed, gst) => {
      const kinds = ['delay', 'reorder', 'slow', 'clog', 'duplicate', 'adversary'];
      const faults = kinds.map((kind) => named(kind, working[kind]!));
      const network = {
        latency: { kind: 'exponential', mean: '40ms' },
        gst: `${gst}ms`,
        delta: '25ms',
      };
      const { sent, heard } = chatter(chattering(5, faults, { seed, network }), 30);
      const sentAt = new Map(sent.map(({ content, at }) => [content, at]));
      for (const { content, at } of heard)
        expect(at).toBeLessThanOrEqual(Math.max(sentAt.get(content)!, gst * 1000) + 25_000);
    }),
    runs,
  );
});

describe('a pause', () => {
  test('loses nothing and keeps the order: paused agents hear all of it afterwards', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 1, max: 100 })), {
          minLength: 1,
          maxLength: 3,
        }),
        (seed, spans) => {
          // A latency in whole milliseconds, so that envelopes often arrive just when the pause ends.
          const network = { latency: { kind: 'empirical', values: ['1ms', '5ms', '10ms', '40ms'] } };
          const faults = spans.map(([from, length]) => ({
            kind: 'pause',
            agents: [0],
            from: `${from}ms`,
            until: `${from + length}ms`,
          }));
          const only = (it: Heard): boolean => it.to === 0;
          const paused = chatter(chattering(4, faults, { seed, network }), 20);
          // Agent 0 sends at other times, but that changes nothing in what the others send to it, and when.
          const free = chatter(chattering(4, [], { seed, network }), 20);
          const key = ({ from }: Heard, i: number, all: Heard[]): string =>
            `${from}.${all.slice(0, i).filter((it) => it.from === from).length}`;
          const inOrder = paused.heard.filter(only).map(key);
          expect(inOrder).toEqual(free.heard.filter(only).map(key));
          for (const { at, from: actor } of paused.acts) {
            if (actor !== 0) continue;
            for (const [from, length] of spans)
              expect(at >= from * 1000 && at < (from + length) * 1000).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('leaves a timeout that fell due within it to be cancelled by what came before', () => {
    /** What becomes of agent 0's timeouts, each due after some even milliseconds, when words to cancel one come at odd ones. */
    const told = (faults: Raw[], dues: readonly number[], words: readonly (readonly [number, number])[]) => {
      const world = worldOf(chattering(2, faults, { network: { latency: '1ms' } }));
      const acts: string[] = [];
      const set: number[] = [];
      const protocol: EventProtocol<number> = {
        form: 'events',
        content: 'number',
        start(me) {
          if (me.id === 0) for (const due of dues) set.push(me.wake(2000 * due, 1));
          else for (const [at] of words) me.wake(2000 * at);
        },
        message: (me, which) => void acts.push(`cancel ${which}: ${me.cancel(set[which]!)}`),
        timeout(me) {
          if (me.id === 0) acts.push('timeout');
          else me.send(0, sorted[next++]![1] % dues.length);
        },
      };
      const sorted = [...words].sort(([a], [b]) => a - b);
      let next = 0;
      simulate({ ...world, protocol });
      return acts;
    };
    const time = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(time, fc.nat(4)), { maxLength: 5 }),
        // Of an agent that starts late, all timeouts fall due late.
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 200 }),
        (dues, words, from, length) => {
          const pause = { kind: 'pause', agents: [0], from: `${from}ms`, until: `${from + length}ms` };
          expect(told([pause], dues, words)).toEqual(told([], dues, words));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('comes again with its period, for each agent at a phase of its own', () => {
    const faults = [{ kind: 'pause', share: 1, until: '30ms', every: '100ms' }];
    const { acts, ending } = chatter(chattering(4, faults), 60);
    const resumed = new Set<number>();
    for (let agent = 0; agent < 4; agent++) {
      // From 100 ms on every agent is in its rhythm: for 30 of 100 ms nothing happens to it.
      const times = acts.filter((it) => it.from === agent && it.at >= 100_000).map(({ at }) => at % 100_000);
      const sorted = [...times].sort((a, b) => a - b);
      const gaps = sorted.map((at, i) => (sorted[i + 1] ?? sorted[0]! + 100_000) - at);
      const widest = Math.max(...gaps);
      expect(widest).toBeGreaterThanOrEqual(30_000);
      resumed.add((sorted[gaps.indexOf(widest)]! + widest) % 100_000);
    }
    expect(resumed.size).toBe(4);
    expect(ending.counts.delivered).toBe(ending.counts.messages);
  });

  test('holds up a barrier, and is silence to a deadline', () => {
    const raw = {
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'consensus', values: 2 },
      protocol: { kind: 'floodset', f: 1, bounds: 'ignored' },
      network: { latency: '10ms' },
      faults: [{ kind: 'pause', agents: [2], until: '5s' }],
    };
    const barrier = runOfRaw(raw).ending;
    expect(classify(barrier).class).toBe('valid');
    expect(barrier.now).toBeGreaterThanOrEqual(5e6);
    const deadline = runOfRaw({ ...raw, rounds: { deadline: '1s' } }).ending;
    expect(deadline.decidedAt[0]).toBeLessThan(5e6);
  });
});

describe('a crash', () => {
  test('ends an agent: it acts no more, until it comes back, and its timeouts are gone', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 1, max: 80 }),
        (seed, at, span) => {
          const faults = [{ kind: 'crash', agents: [1], at: `${at}ms`, downFor: `${span}ms` }];
          const { acts, ending } = chatter(chattering(4, faults, { seed }), 20);
          for (const { at: when, from } of acts)
            if (from === 1) expect(when >= at * 1000 && when < (at + span) * 1000).toBe(false);
          // Its timeout is set anew when it is back, and only then.
          const back = (at + span) * 1000;
          const fired = acts.filter((it) => it.from === 1 && it.to === 1 && it.at >= back).map((it) => it.at);
          if (fired.length > 0) expect(fired[0]).toBe(back + 10_000);
          expect(ending.correct[1]).toBe(1);
        },
      ),
      runs,
    );
  });

  test('for good makes an agent faulty, whom the task does not judge', () => {
    const { ending } = runOfRaw(chattering(6, [{ kind: 'crash', agents: [2, 4], at: '15ms' }]));
    expect([...ending.correct]).toEqual([1, 1, 0, 1, 0, 1]);
    expect([...ending.decisions].map(Number.isNaN)).toEqual([false, false, true, false, true, false]);
    expect(classify(ending).class).toBe('valid');
  });

  test('of an agent that was down at the start lets it start when it is back', () => {
    const raw = {
      topology: { kind: 'ring', agents: 5 },
      task: 'broadcast',
      protocol: 'flood',
      network: { latency: '10ms' },
      faults: [{ kind: 'crash', agents: [0], downFor: '1s' }],
    };
    const { ending } = runOfRaw(raw);
    expect(classify(ending).class).toBe('valid');
    expect(ending.decidedAt[0]).toBe(1e6);
  });

  test('in the midst of a broadcast lets out so many messages from then on, and no more', () => {
    for (const after of [0, 1, 2, 5, 7]) {
      const faults = [{ kind: 'crash', agents: [0], at: '25ms', after }];
      const { sent } = chatter(chattering(4, faults), 10);
      // Two broadcasts of three come before.
      expect(sent.filter(({ from }) => from === 0).length).toBe(6 + after);
    }
  });
});

/**
 * FloodSet needs f + 1 rounds (Lynch, Distributed Algorithms, 1996, chapter 6): a chain of f crashes, each in the midst of
 * a broadcast that one agent hears, keeps a value secret for f rounds.
 */
test.each([1, 2, 3])(
  'a chain of %i crashes breaks so many rounds of flooding, and one round more is enough',
  (f) => {
    const agents = f + 3;
    const chain = Array.from({ length: f }, (_, i) => ({
      kind: 'crash',
      agents: [i],
      // Agent i hears the value at i times the latency, and tells agents 0 to i - 1, who are down, and then i + 1.
      at: `${i * 100 - (i > 0 ? 1 : 0)}ms`,
      after: i + 1,
    }));
    const outcomeAfter = (periods: number): string => {
      const base = worldOf({
        topology: { kind: 'complete', agents },
        task: { kind: 'consensus', values: 100 },
        protocol: { kind: 'flood-min', periods, period: '101ms' },
        network: { latency: '100ms' },
        faults: chain,
      });
      const inputs = Float64Array.from({ length: agents }, (_, agent) => (agent === 0 ? 0 : 50));
      const setting = Object.assign(Object.create(base.setting), { inputs });
      const plan = catalog.protocols.get('flood-min')!;
      const protocol = plan.create({ periods, period: 101_000 } as never).begin(setting);
      return classify(simulate({ ...base, setting, protocol }).ending).class;
    };
    expect(outcomeAfter(f)).toBe('split');
    expect(outcomeAfter(f + 1)).toBe('valid');
  },
);

describe('a partition', () => {
  const crossings = (fault: Raw, times = 20): { sent: Heard[]; passed: Set<number> } => {
    const { sent, heard } = chatter(chattering(6, [named('partition', fault)]), times);
    return { sent, passed: new Set(heard.map(({ content }) => content)) };
  };

  test('cuts between sides and nowhere else, while it lasts', () => {
    const { sent, passed } = crossings({
      sides: [
        [0, 1],
        [2, 3],
      ],
      from: '50ms',
      until: '120ms',
    });
    const side = [1, 1, 2, 2, 0, 0];
    for (const { at, from, to, content } of sent)
      expect(passed.has(content)).toBe(at < 50_000 || at >= 120_000 || side[from] === side[to]);
  });

  test.each(['out', 'in'])('one way cuts only what goes %s', (direction) => {
    const { sent, passed } = crossings({ side: [0, 1], direction });
    for (const { from, to, content } of sent) {
      const crosses = direction === 'out' ? from < 2 && to >= 2 : from >= 2 && to < 2;
      expect(passed.has(content)).toBe(!crosses);
    }
  });

  test('that comes and goes does so by its dwell times', () => {
    const { sent, passed } = crossings({ side: [0], from: '25ms', cut: '40ms', heal: '60ms' }, 40);
    for (const { at, from, to, content } of sent) {
      if (from !== 0 && to !== 0) continue;
      const isCut = at >= 25_000 && (at - 25_000) % 100_000 < 40_000;
      expect(passed.has(content)).toBe(!isCut);
    }
  });

  test('with dwell times at random is cut for its share of the time', () => {
    const dwell = (mean: string) => ({ kind: 'exponential', mean });
    const fault = { side: [0], cut: dwell('100ms'), heal: dwell('300ms') };
    const { sent, heard } = chatter(chattering(2, [named('partition', fault)], { horizon: '5h' }), 40_000);
    const share = 1 - heard.length / sent.length;
    // 1000 cycles of 400 ms: the variance of the share is 2 m1^2 m2^2 / (m1 + m2)^3 / T for exponential spans.
    const deviation = Math.sqrt((2 * 0.1 ** 2 * 0.3 ** 2) / 0.4 ** 3 / 400);
    expect(Math.abs(share - 0.25) / deviation).toBeLessThan(4);
  });
});

test('a clogged link loses nothing, but delivers nothing before it is free', () => {
  const faults = [{ kind: 'clog', links: [[0, 1]], from: '20ms', until: '300ms' }];
  const { sent, heard } = chatter(chattering(3, faults), 20);
  const sentAt = new Map(sent.map(({ content, at }) => [content, at]));
  expect(heard.length).toBe(sent.length);
  for (const { at, from, to, content } of heard) {
    const begun = sentAt.get(content)!;
    if (from === 0 && to === 1 && begun >= 20_000 && begun < 300_000)
      expect(at).toBeGreaterThanOrEqual(300_000);
    else expect(at - begun).toBeLessThanOrEqual(30_000);
  }
});

test('duplicates arrive so often, each after a latency of its own', () => {
  const { sent, heard } = chatter(chattering(4, [{ kind: 'duplicate', chance: 1, copies: 2 }]), 20);
  expect(heard.length).toBe(3 * sent.length);
  const times = new Map<number, Set<number>>();
  for (const { content, at } of heard) times.set(content, (times.get(content) ?? new Set()).add(at));
  expect([...times.values()].filter((it) => it.size === 3).length).toBeGreaterThan(sent.length * 0.9);
});

test('reordering lets later envelopes of a link overtake earlier ones', () => {
  const overtakings = (faults: Raw[]): number => {
    const last = new Map<string, number>();
    let found = 0;
    const { heard } = chatter(chattering(3, faults, { network: { latency: '5ms' } }), 50);
    for (const { from, to, content } of heard) {
      const link = `${from}>${to}`;
      if (content < (last.get(link) ?? 0)) found++;
      last.set(link, Math.max(content, last.get(link) ?? 0));
    }
    return found;
  };
  expect(overtakings([])).toBe(0);
  expect(overtakings([{ kind: 'reorder', window: '5ms' }])).toBe(0);
  expect(overtakings([{ kind: 'reorder', window: '100ms' }])).toBeGreaterThan(50);
});

test('slow agents send later, and think longer by the factor', () => {
  const faults = [{ kind: 'slow', agents: [1], by: '200ms' }];
  const { sent, heard } = chatter(chattering(3, faults), 20);
  const sentAt = new Map(sent.map(({ content, at }) => [content, at]));
  for (const { at, from, content } of heard) expect(at - sentAt.get(content)! >= 200_000).toBe(from === 1);
  const thinking = (slow: Raw[]): number =>
    runOfRaw({
      topology: { kind: 'ring', agents: 4 },
      task: 'coloring',
      protocol: 'agentsnet',
      behaviour: 'oracle',
      serving: { firstToken: '1s' },
      faults: slow,
    }).ending.now;
  expect(thinking([{ kind: 'slow', agents: [2], factor: 3 }])).toBe(3 * thinking([]));
});

describe('a Byzantine agent', () => {
  const lies = (strategy: string): { heard: Heard[]; sent: Heard[]; correct: Uint8Array } => {
    const faults = [{ kind: 'byzantine', agents: [0], strategy }];
    const { heard, sent, ending } = chatter(chattering(6, faults), 20);
    return { heard, sent, correct: ending.correct };
  };
  const told = ({ heard, sent }: { heard: Heard[]; sent: Heard[] }): Map<number, Heard[]> => {
    const genuine = new Set(sent.map(({ content }) => content));
    const byReceiver = new Map<number, Heard[]>();
    for (const it of heard) {
      if (it.from !== 0) expect(genuine.has(it.content)).toBe(true);
      else byReceiver.set(it.to, [...(byReceiver.get(it.to) ?? []), it]);
    }
    return byReceiver;
  };

  test('who is silent says nothing, and is not judged', () => {
    const result = lies('silent');
    expect(told(result).size).toBe(0);
    expect([...result.correct]).toEqual([0, 1, 1, 1, 1, 1]);
  });

  test('who equivocates tells agents of even number the truth and the others a lie', () => {
    const result = lies('equivocate');
    const genuine = new Set(result.sent.map(({ content }) => content));
    for (const [to, heard] of told(result))
      for (const { content } of heard) expect(genuine.has(content)).toBe(to % 2 === 0);
  });

  test('who flips tells nobody the truth', () => {
    const result = lies('flip');
    const genuine = new Set(result.sent.map(({ content }) => content));
    const heard = [...told(result).values()].flat();
    expect(heard.length).toBeGreaterThan(0);
    // Contents of this chatter are no inputs, and so a lie is one of the two inputs.
    for (const { content } of heard) expect(genuine.has(content) && content > 1).toBe(false);
  });

  test('who raves tells each any one of all that could be said, the truth too, and at one instant not all the same', () => {
    const faults = [{ kind: 'byzantine', agents: [0], strategy: 'random' }];
    const task = { kind: 'consensus', inputs: 'split' };
    const { heard } = chatter(chattering(6, faults, { task, network: { latency: '1ms' } }), 190);
    const mine = heard.filter(({ from }) => from === 0);
    // The truth, or one of the two inputs: one time in three each.
    for (const isIt of [(it: number) => it > 1, (it: number) => it === 0, (it: number) => it === 1]) {
      const share = mine.filter(({ content }) => isIt(content)).length / mine.length;
      expect(Math.abs(zOfShare(share, mine.length, 1 / 3))).toBeLessThan(4);
    }
    const byTime = new Map<number, Set<number>>();
    for (const { at, content } of mine)
      byTime.set(at, (byTime.get(at) ?? new Set()).add(content > 1 ? 2 : content));
    // Five draws from three are all the same in 3 * (1/3)^5 of the instants.
    const alike = [...byTime.values()].filter(({ size }) => size === 1).length;
    expect(Math.abs(zOfShare(alike / byTime.size, byTime.size, 3 / 3 ** 5))).toBeLessThan(4);
  });

  test('who flips tells all the same at one instant', () => {
    const faults = [{ kind: 'byzantine', agents: [0], strategy: 'flip' }];
    const raw = chattering(6, faults, {
      task: { kind: 'consensus', values: 100 },
      network: { latency: '1ms' },
    });
    const { heard } = chatter(raw, 20);
    const byTime = new Map<number, Set<number>>();
    for (const { at, from, content } of heard)
      if (from === 0) byTime.set(at, (byTime.get(at) ?? new Set()).add(content));
    expect(byTime.size).toBe(20);
    for (const lies of byTime.values()) expect(lies.size).toBe(1);
    expect(new Set([...byTime.values()].flatMap((it) => [...it])).size).toBeGreaterThan(1);
  });
});

describe('what cannot be is refused, by path', () => {
  const refused = (fault: Raw, more: Raw = {}): string[] => {
    try {
      scenarioOf(chattering(4, [{ kind: 'loss', chance: 0 }, fault], more));
    } catch (error) {
      if (error instanceof ScenarioError)
        return error.issues.map(({ path, message }) => `${path}: ${message}`);
      throw error;
    }
    return [];
  };
  test.each([
    [
      { kind: 'partition', side: [0, 4] },
      'faults[1].side[1]: must be an agent from 0 to 3, but is 4; name one of these, or raise topology.agents',
    ],
    [
      { kind: 'partition', sides: [[0, 1], [1]] },
      'faults[1].sides[1][0]: puts agent 1 on two sides, this and sides[0]; name it once',
    ],
    [{ kind: 'partition' }, 'faults[1].side: is missing: say who is cut off by `side`, `sides` or `share`'],
    [{ kind: 'partition', side: [0], share: 0.5 }, 'faults[1].share: cannot stand beside `side`; keep one'],
    [{ kind: 'partition', side: [0], from: '2s', until: '1s' }, 'faults[1].until: must be later than `from`'],
    [
      { kind: 'partition', side: [0], cut: '1s' },
      'faults[1].heal: is missing: a cut that comes and goes needs both',
    ],
    [
      { kind: 'partition', side: [0], cut: '0s', heal: '1s' },
      'faults[1].cut: must average at least 1ms, or the network would change without end at one instant; for one cut that lasts leave `cut` and `heal` out',
    ],
    [
      { kind: 'partition', sides: [[0], [1]], direction: 'in' },
      'faults[1].direction: must be both with `sides`',
    ],
    [
      { kind: 'partition', side: [3, 1, 0, 2] },
      'faults[1].side: names all 4 agents, which leaves nobody to be cut off from; leave some of them out',
    ],
    [
      { kind: 'crash', count: 1, at: '3s' },
      'faults[1].at: must be within the horizon of 2s, or the fault never begins, but is 3s; let it begin earlier, or raise `horizon`',
    ],
    [
      { kind: 'loss', chance: 1, from: '5s' },
      'faults[1].from: must be within the horizon of 2s, or the fault never begins, but is 5s',
    ],
    [{ kind: 'adversary', by: '0s' }, 'faults[1].by: must be longer than zero'],
    [
      { kind: 'clog', links: [[0, 0]], until: '1s' },
      'faults[1].links[0]: must lead from one agent to another, but is [0, 0], which leads from 0 to itself',
    ],
    [
      { kind: 'crash', agents: [7] },
      'faults[1].agents[0]: must be an agent from 0 to 3, but is 7; name one of these',
    ],
    [{ kind: 'crash', agents: [1, 1] }, 'faults[1].agents[1]: names agent 1 again; name it once'],
    [
      { kind: 'crash', count: 5 },
      'faults[1].count: must be at most 4, for there are no more agents, but is 5',
    ],
    [{ kind: 'crash' }, 'faults[1].agents: is missing: say who by one of `agents`, `count` and `share`'],
    [
      { kind: 'crash', count: 1, share: 0.5 },
      'faults[1].count: must stand alone, but share is given too; keep one',
    ],
    [{ kind: 'crash', agents: ['Ann'] }, 'faults[1].agents[0]: must be a number, but is "Ann"'],
    [{ kind: 'crash', agents: [-1] }, 'faults[1].agents[0]: must be at least 0, but is -1'],
    [{ kind: 'pause', count: 1, until: '1s', every: '0s' }, 'faults[1].every: must be longer than the pause'],
    [{ kind: 'pause', count: 1, until: '0s' }, 'faults[1].until: must be later than `from`'],
    [{ kind: 'slow', count: 1 }, 'faults[1].factor: is missing: say how slow'],
    [
      { kind: 'slow', count: 1, factor: 2 },
      'faults[1].factor: is never read: this protocol asks its agents nothing; use `by`',
    ],
    [{ kind: 'clog', until: '1s' }, 'faults[1].links: is missing'],
    [
      { kind: 'clog', links: [[0, 9]], until: '1s' },
      'faults[1].links[0][1]: must be an agent from 0 to 3, but is 9; name one of these',
    ],
    [{ kind: 'bursty-loss', enter: 0, leave: 0 }, 'faults[1].leave: must be above 0'],
    [{ kind: 'reorder', window: '0s' }, 'faults[1].window: must be longer than zero'],
    [{ kind: 'duplicate', chance: 1.5 }, 'faults[1].chance: must be at most 1, but is 1.5'],
    [{ kind: 'adversary', slow: 4 }, 'faults[1].slow: must be below the 4 agents, but is 4'],
    [{ kind: 'byzantine', count: 1, strategy: 'behaviour' }, 'faults[1].strategy: cannot be behaviour'],
    [
      { kind: 'byzantine', count: 1, strategy: 'flip', tactic: 'x' },
      'faults[1].tactic: is read with `strategy: behaviour` only',
    ],
    [{ kind: 'byzantine', count: 1, strategy: 'lie' }, 'faults[1].strategy: must be one of silent, flip'],
  ] as const)('%j', (fault, message) => {
    const issues = refused(fault as never);
    expect(issues.length).toBe(1);
    expect(issues[0]).toContain(message);
  });

  test('at the beginning of a run, where only the protocol can tell', () => {
    const raw = {
      topology: { kind: 'ring', agents: 4 },
      task: 'coloring',
      protocol: 'agentsnet',
      behaviour: 'oracle',
      faults: [{ kind: 'byzantine', count: 1, strategy: 'flip' }],
    };
    expect(() => runOfRaw(raw)).toThrow('faults[0].strategy: must be silent or behaviour');
    const clogged = {
      ...raw,
      faults: [
        {
          kind: 'clog',
          links: [
            [0, 1],
            [0, 2],
          ],
          until: '1s',
        },
      ],
    };
    expect(() => runOfRaw(clogged)).toThrow(
      'faults[0].links[1]: must be a link of the topology, but 0 and 2 are no neighbours there; name a pair that is',
    );
    const holdless = { ...raw, protocol: 'flood', task: 'broadcast', behaviour: undefined };
    expect(() => runOfRaw({ ...holdless, faults: [{ kind: 'adversary' }] })).toThrow(
      'faults[0].kind: needs a protocol',
    );
  });
});

test('rounds in which nothing is said wait for who is to come back, up to the horizon', () => {
  const raw = {
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'consensus', values: 2 },
    protocol: { kind: 'floodset', f: 1, bounds: 'ignored' },
    network: { latency: '100ms' },
    faults: [{ kind: 'crash', agents: [0], at: '0s', downFor: '50s' }],
  };
  const { ending } = runOfRaw(raw);
  expect(ending.rounds).toBeLessThan(10);
  expect(ending.now).toBeGreaterThanOrEqual(50e6);
  expect(ending.decisions.every((decision) => !Number.isNaN(decision))).toBe(true);
  const cutOff = runOfRaw({ ...raw, horizon: '10s' }).ending;
  expect(cutOff.ended).toBe('horizon');
  expect(cutOff.rounds).toBeLessThan(10);
});
