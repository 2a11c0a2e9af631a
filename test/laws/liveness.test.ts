import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/scenario/compile.ts';
import { execute, judged } from '../../src/scenario/execute.ts';
import { checkExpectations } from '../../src/scenario/expect.ts';
import type { Row } from '../../src/scenario/run.ts';
import { parseScenario, runOf, runsOf } from '../../src/scenario/scenario.ts';
import type { Config } from '../../src/scenario/schema.ts';
import { blockedBy } from '../../src/world/blocked.ts';
import type { Ending, History, Observer } from '../../src/world/contracts.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { whyCutOff } from '../../src/world/liveness.ts';
import { classify, outcomeClasses } from '../../src/world/outcome.ts';
import { simulate } from '../../src/world/simulate.ts';
import { trace } from '../../src/world/trace.ts';
import { runOfRaw, scenarioOf } from '../worlds.ts';

const folder = join(import.meta.dirname, '../../scenarios/outcomes');
const files = readdirSync(folder).filter((path) => path.endsWith('.yaml'));
const read = (file: string) => parseScenario(readFileSync(join(folder, file), 'utf8'), file);

type Raw = Record<string, unknown>;

/** An ending as far as the search for what blocks a run looks at it. */
function waiting(
  waits: readonly (readonly number[])[],
  more: {
    needs?: readonly number[];
    underWay?: ReadonlySet<string>;
    down?: ReadonlySet<number>;
    cut?: ReadonlySet<string>;
  } = {},
): Ending {
  return {
    setting: {
      agents: waits.length,
      names: waits.map((_, agent) => `agent ${agent}`),
      graph: { offsets: new Int32Array(waits.length + 1), targets: new Int32Array(0) },
    },
    waitsFor: (agent: number) => waits[agent] ?? [],
    ...(more.needs ? { needs: (agent: number) => more.needs![agent]! } : {}),
    underWay: (from: number, to: number) => more.underWay?.has(`${from}>${to}`) ?? false,
    down: (agent: number) => more.down?.has(agent) ?? false,
    cuts: (from: number, to: number) => (more.cut?.has(`${from}>${to}`) ? 'cut off' : undefined),
    pausedUntil: () => undefined,
    backAt: () => undefined,
    quorum: 0,
  } as unknown as Ending;
}

const everybody = (waits: readonly unknown[]): number[] => waits.map((_, agent) => agent);

/** A history in which only the global state is told, sample by sample, beside a disagreement that does not change. */
function seen(states: readonly number[], more: Partial<History> = {}): Ending {
  const samples = states.length;
  const constant = (value: number): Float64Array => new Float64Array(samples).fill(value);
  const history: History = {
    samples,
    window: 20,
    states: Float64Array.from(states),
    dissent: constant(2),
    spread: constant(Number.NaN),
    inputs: constant(Number.NaN),
    answers: constant(4),
    ...more,
  };
  return { ...waiting([]), history } as Ending;
}

describe('who waits for what cannot come', () => {
  const scene = fc.integer({ min: 1, max: 6 }).chain((agents) =>
    fc.record({
      waits: fc.array(fc.uniqueArray(fc.nat(agents - 1), { maxLength: 3 }), {
        minLength: agents,
        maxLength: agents,
      }),
      patience: fc.array(fc.nat(3), { minLength: agents, maxLength: agents }),
      underWay: fc.uniqueArray(fc.tuple(fc.nat(agents - 1), fc.nat(agents - 1)), { maxLength: 4 }),
      decided: fc.uniqueArray(fc.nat(agents - 1), { maxLength: 2 }),
      down: fc.uniqueArray(fc.nat(agents - 1), { maxLength: 2 }),
      cut: fc.uniqueArray(fc.tuple(fc.nat(agents - 1), fc.nat(agents - 1)), { maxLength: 4 }),
    }),
  );

  test('is found just where brute force finds a set that can never go on', () => {
    let blocked = 0;
    fc.assert(
      fc.property(scene, ({ waits, patience, underWay, decided, down, cut: cuts }) => {
        const needs = waits.map((others, agent) =>
          Math.max(others.length - patience[agent]!, Math.min(1, others.length)),
        );
        const flying = new Set(underWay.map(([from, to]) => `${from}>${to}`));
        const isDown = new Set(down);
        const cut = new Set(cuts.map(([from, to]) => `${from}>${to}`));
        const undecided = everybody(waits).filter((agent) => !decided.includes(agent) && !isDown.has(agent));
        const found = blockedBy(waiting(waits, { needs, underWay: flying, down: isDown, cut }), undecided);
        // A set is stuck if each of it can count on fewer than it needs: those outside who are up and heard, and messages
        // under way.
        const isStuck = (set: readonly number[]): boolean =>
          set.every((agent) => {
            const help = waits[agent]!.filter(
              (other) =>
                flying.has(`${other}>${agent}`) ||
                (!isDown.has(other) && !cut.has(`${other}>${agent}`) && !set.includes(other)),
            );
            return help.length < needs[agent]!;
          });
        const sets = Array.from({ length: 2 ** undecided.length - 1 }, (_, i) =>
          undecided.filter((_, bit) => ((i + 1) >> bit) & 1),
        );
        expect(found !== undefined).toBe(sets.some(isStuck));
        if (found) blocked++;
      }),
      { numRuns: 3000 },
    );
    expect(blocked).toBeGreaterThan(100);
  });

  test('is witnessed by a cycle in which each really waits for the next, and nothing is under way between them', () => {
    let cycles = 0;
    fc.assert(
      fc.property(scene, ({ waits, underWay }) => {
        const flying = new Set(underWay.map(([from, to]) => `${from}>${to}`));
        const found = blockedBy(waiting(waits, { underWay: flying }), everybody(waits));
        if (found === undefined) return;
        const cycle = found.evidence.cycle as number[];
        cycles++;
        expect(new Set(cycle).size).toBe(cycle.length);
        cycle.forEach((agent, i) => {
          const next = cycle[(i + 1) % cycle.length]!;
          expect(waits[agent]).toContain(next);
          expect(flying.has(`${next}>${agent}`)).toBe(false);
        });
      }),
      { numRuns: 1000 },
    );
    expect(cycles).toBeGreaterThan(100);
  });

  test('is told of a chain of a hundred thousand without a deep stack', () => {
    const waits = Array.from({ length: 100_000 }, (_, agent) => [(agent + 1) % 100_000]);
    const found = blockedBy(waiting(waits), everybody(waits));
    expect((found?.evidence.cycle as number[] | undefined)?.length).toBe(100_000);
  });

  const circle = [[1], [2], [0]];
  test('canaries: near misses are not blocked', () => {
    expect(blockedBy(waiting(circle), everybody(circle))?.cause).toBe('wait-for-cycle');
    // One reply is still under way.
    expect(blockedBy(waiting(circle, { underWay: new Set(['1>0']) }), everybody(circle))).toBeUndefined();
    // One of the three has decided, and waits no more.
    expect(blockedBy(waiting(circle), [0, 1])).toBeUndefined();
    // One waits for either of two, and the other one can go on.
    const either = [[1, 3], [2], [0], []];
    expect(blockedBy(waiting(either, { needs: [1, 1, 1, 0] }), everybody(either))).toBeUndefined();
    expect(blockedBy(waiting(either, { needs: [2, 1, 1, 0] }), everybody(either))?.cause).toBe(
      'wait-for-cycle',
    );
    // The one that is down had answered before.
    const down = new Set([1]);
    const two = [[1], []];
    expect(blockedBy(waiting(two, { down }), [0])?.cause).toBe('waits-for-crashed');
    expect(blockedBy(waiting(two, { down, underWay: new Set(['1>0']) }), [0])).toBeUndefined();
    // A quorum bears as many crashes as it leaves out.
    const quorum = [[1, 2, 3], [], [], []];
    expect(blockedBy(waiting(quorum, { needs: [2, 0, 0, 0], down }), [0])).toBeUndefined();
    expect(blockedBy(waiting(quorum, { needs: [3, 0, 0, 0], down }), [0])?.cause).toBe('waits-for-crashed');
  });
});

describe('a circle of states', () => {
  /** Iterates a map of 0 to n - 1 from a start: any finite deterministic system without input. */
  const orbit = (map: readonly number[], start: number, length: number): number[] => {
    const states = [start];
    while (states.length < length) states.push(map[states.at(-1)!]!);
    return states;
  };
  const anyMap = fc
    .integer({ min: 1, max: 12 })
    .chain((n) => fc.tuple(fc.array(fc.nat(n - 1), { minLength: n, maxLength: n }), fc.nat(n - 1)));

  test('is found with the period and the first state that brute force finds', () => {
    const periods = new Set<number>();
    fc.assert(
      fc.property(anyMap, ([map, start]) => {
        const states = orbit(map, start, 80);
        const first = states.findIndex((state, i) => states.indexOf(state) < i);
        const entry = states.indexOf(states[first]!);
        const period = first - entry;
        periods.add(period);
        const finding = whyCutOff(seen(states), []);
        if (period === 1) expect(finding).toMatchObject({ class: 'stalled', evidence: { since: entry } });
        else
          expect(finding).toMatchObject({
            class: 'livelock',
            cause: 'recurring-state',
            evidence: { period, first: entry },
          });
      }),
      { numRuns: 500 },
    );
    expect(periods.size).toBeGreaterThan(4);
  });

  const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const falling = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => 100 - i);

  test('canaries: near misses are neither stalled nor a circle', () => {
    const stalled = new Array(21).fill(7);
    expect(whyCutOff(seen(stalled), [])?.class).toBe('stalled');
    // One sample too few, and a change in the last of many: disagreement fell meanwhile, so that it is on its way.
    expect(whyCutOff(seen(stalled.slice(1), { dissent: falling(20) }), [])?.class).toBe('late');
    expect(whyCutOff(seen([...stalled, 8], { dissent: falling(22) }), [])?.class).toBe('late');

    // A run shorter than the window is judged by half of it, but never by less than six samples.
    expect(whyCutOff(seen(range(15).map((i) => i % 2)), [])?.cause).toBe('recurring-state');
    expect(whyCutOff(seen([5, 6, 7, 8, 0, 1, 0, 1, 0]), [])?.cause).toBeUndefined();
    expect(whyCutOff(seen([0, 1, 0, 1, 0]), [])?.cause).toBeUndefined();

    const circling = range(40).map((i) => i % 4);
    expect(whyCutOff(seen(circling), [])?.cause).toBe('recurring-state');
    // The circle was left in the last sample; or it was gone round but once.
    expect(whyCutOff(seen([...circling, 9]), [])?.cause).toBe('no-progress');
    expect(whyCutOff(seen(range(30).map((i) => i % 16)), [])?.cause).toBe('no-progress');
  });

  test('canaries: progress within the window is no livelock, and none to begin with tells nothing', () => {
    const states = range(60);
    const bettered = (at: number): Float64Array => Float64Array.from(states, (i) => (i < at ? 5 : 4));
    expect(whyCutOff(seen(states, { dissent: bettered(39) }), [])?.cause).toBe('no-progress');
    expect(whyCutOff(seen(states, { dissent: bettered(41) }), [])?.class).toBe('late');
    expect(whyCutOff(seen(range(5)), [])).toBeUndefined();
  });

  test('the rate at which disagreement falls is that of the last window', () => {
    const spread = Float64Array.from({ length: 50 }, (_, i) => 0.9 ** i);
    const finding = whyCutOff(seen(range(50), { spread }), []);
    expect(finding).toMatchObject({ class: 'late', cause: 'still-contracting' });
    expect(finding?.evidence.rate).toBeCloseTo(0.9, 9);
  });

  test('canary: input of a quorum in one of the last rounds is input', () => {
    const inputs = new Float64Array(30).fill(3);
    const quorum = (inputs: Float64Array) => ({ ...seen(range(30), { inputs }), quorum: 4 });
    expect(whyCutOff(quorum(inputs), [])).toMatchObject({
      class: 'no-input',
      evidence: { most: 3, quorum: 4 },
    });
    const once = inputs.slice();
    once[15] = 4;
    expect(whyCutOff(quorum(once), [])?.class).not.toBe('no-input');
    // What was heard before the window does not count.
    const before = inputs.slice();
    before[5] = 4;
    expect(whyCutOff(quorum(before), [])?.class).toBe('no-input');
  });
});

describe('the outcome classes', () => {
  test('each has a scenario that ends so, as it says, and some run shows every class', () => {
    const classes = new Set<string>();
    const causes = new Set<string>();
    for (const file of files) {
      const scenario = read(file);
      const all = runsOf(scenario);
      const rows: Row[] = [];
      for (let i = 0; i < Math.min(all.count, 8); i++) rows.push(execute(all.at(i)));
      expect(checkExpectations(scenario, rows).failures, file).toEqual([]);
      for (const row of rows) {
        classes.add(row.outcome);
        causes.add(row.cause);
        if (row.outcome !== 'valid') expect(row.witness, file).not.toBe('');
      }
    }
    expect([...classes].sort()).toEqual(outcomeClasses.filter((it) => it !== 'undetermined').sort());
    for (const cause of [
      'wait-for-cycle',
      'waits-for-crashed',
      'recurring-state',
      'no-progress',
      'no-change',
    ])
      expect(causes).toContain(cause);
  });

  test.each(files)('%s ends the same however it is watched, and when it is run again', (file) => {
    const all = runsOf(read(file));
    const run = all.at(all.count - 1);
    const outcomeWith = (observers: Observer[]) => {
      const { ending, fingerprint } = simulate(compile(run.config as Config, run.seed, observers).world);
      return { outcome: judged(ending, run), fingerprint };
    };
    const bare = outcomeWith([]);
    expect(outcomeWith([])).toEqual(bare);
    const records: unknown[] = [];
    const idle: Observer = { round: () => {}, ask: () => {}, drop: () => {}, recover: () => {} };
    expect(outcomeWith([trace((it) => records.push(it)), idle])).toEqual(bare);
    expect(records.length).toBeGreaterThan(0);
  });

  test('late is confirmed by the same seed run on; what does not arrive then either is undetermined', () => {
    const raw = {
      topology: { kind: 'path', agents: 40 },
      task: 'broadcast',
      protocol: 'flood',
      network: { latency: '1s' },
    };
    const outcomeAt = (horizon: string) => {
      const scenario = scenarioOf({ ...raw, horizon });
      return execute(runsOf(scenario).at(0));
    };
    expect(outcomeAt('12s')).toMatchObject({ outcome: 'late', cause: 'still-contracting' });
    expect(outcomeAt('12s').witness).toContain('run on to 4 times the horizon, it ends valid');
    expect(outcomeAt('5s')).toMatchObject({ outcome: 'undetermined' });
    expect(outcomeAt('60s').outcome).toBe('valid');
  });

  test('an agent that will be back is not gone: who waits for it is not blocked by a crash', () => {
    const raw = {
      horizon: '10s',
      topology: { kind: 'path', agents: 3 },
      task: { kind: 'consensus', values: 5 },
      protocol: { kind: 'rendezvous', sweeps: 3 },
      network: { latency: '10ms' },
    };
    const causeOf = (fault: Record<string, unknown>): string =>
      classify(runOfRaw({ ...raw, faults: [{ kind: 'crash', agents: [1], ...fault }] }).ending).cause;
    expect(causeOf({})).toBe('waits-for-crashed');
    expect(causeOf({ downFor: '20s' })).not.toBe('waits-for-crashed');
  });
});

describe('the watch', () => {
  const scenarios = join(import.meta.dirname, '../../scenarios');
  const all = readdirSync(scenarios, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  );
  /** The same history, whose states are named by the sample in which they were first seen. */
  const named = (history: History): History => {
    return { ...history, states: history.states.map((state, _, states) => states.indexOf(state)) };
  };
  const histories = (run: { config: unknown; seed: string }): [History, History] => {
    const of = (isThorough: boolean): History => {
      const { world } = compile(run.config as Config, run.seed);
      const limits = { ...world.limits, events: 10_000 };
      const watching = { ...world.watching, every: world.watching?.every ?? 10_000, isThorough };
      return named(simulate({ ...world, limits, watching }).ending.history);
    };
    return [of(false), of(true)];
  };

  test('sees all that changes by looking at those to whom something happened', () => {
    let samples = 0;
    for (const path of all) {
      const file = join(scenarios, path);
      const scenario = parseScenario(readFileSync(file, 'utf8'), path, {
        read: (name) => readFileSync(join(file, '..', name), 'utf8'),
      });
      for (const point of scenario.points.slice(0, 6)) {
        const run = runOf(scenario, point, 0);
        const { setting, protocol } = compile(run.config as Config, run.seed).world;
        if (protocol.form !== 'events' || setting.agents > 100) continue;
        const [quick, thorough] = histories(run);
        expect(quick, path).toEqual(thorough);
        samples += quick.samples;
      }
    }
    expect(samples).toBeGreaterThan(300);
  });

  test('sees it in meetings of two, in which both change', () => {
    const rules = [
      { contact: 'pairs', behaviour: 'degroot', task: { kind: 'unanimity', uniform: [0, 1] } },
      { contact: 'pairs', behaviour: 'naming-game', task: { kind: 'unanimity', empty: true } },
      { contact: 'neighbours', behaviour: 'voter', task: { kind: 'unanimity', distinct: true } },
      {
        contact: 'neighbours',
        channel: 'messages',
        behaviour: 'majority',
        task: { kind: 'unanimity', shares: [0.5, 0.5] },
      },
    ];
    for (const { behaviour, task, ...params } of rules) {
      const scenario = scenarioOf({
        horizon: '30s',
        topology: { kind: 'torus', agents: 36 },
        task,
        protocol: { kind: 'opinions', timing: 'asynchronous', stop: 'never', ...params },
        behaviour,
        network: { latency: '10ms' },
      });
      const [quick, thorough] = histories(runsOf(scenario).at(0));
      expect(quick.samples).toBeGreaterThan(50);
      expect(new Set(quick.states).size).toBeGreaterThan(3);
      expect(quick, behaviour).toEqual(thorough);
    }
  });

  test('gives equal numbers to equal states and to no others', () => {
    const { ending } = runOfRaw({
      horizon: { rounds: 40 },
      topology: { kind: 'ring', agents: 12 },
      task: { kind: 'unanimity', pattern: [0, 1] },
      protocol: { kind: 'opinions', timing: 'synchronous' },
      behaviour: 'majority',
    });
    expect(new Set(ending.history.states).size).toBe(2);
    expect(ending.history.states[0]).toBe(ending.history.states[2]);
    expect(ending.history.dissent[0]).toBe(6);
  });
});

describe('liveness in two phases', () => {
  const stormy = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    horizon: '60s',
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'consensus', values: 2 },
    protocol: { kind: 'ben-or', f: 2, resend: '200ms' },
    network: { latency: '20ms', gst: '10s', delta: '100ms' },
    liveness: { within: '3s' },
    faults: [{ kind: 'loss', chance: 1 }],
    ...more,
  });
  const rowOf = (raw: Record<string, unknown>): Row => execute(runsOf(scenarioOf(raw)).at(0));

  test('ends the faults at the stabilisation time, and holds the healed group to its bound', () => {
    const row = rowOf(stormy());
    expect(row.verdicts.liveness).toBe('satisfied');
    expect(row.metrics.seconds).toBeGreaterThan(10);
    expect(row.metrics.seconds).toBeLessThan(13);
  });

  test('canary: without the second phase the same faults go on, and the group does not decide', () => {
    const { liveness: _, ...raw } = stormy();
    expect(rowOf(raw)).toMatchObject({ metrics: { decided: 0 } });
    expect(rowOf(raw).verdicts.liveness).toBeUndefined();
  });

  test('says who waits for what where the bound is missed, and by how much', () => {
    const silent = rowOf(stormy({ protocol: { kind: 'ben-or', f: 2 } }));
    expect(silent.verdicts.liveness).toBe('violated');
    expect(silent.witness).toMatch(
      /3s after the faults ended at 10s, these had not decided: \w+, who waits for 2 of/,
    );
    const late = rowOf(stormy({ liveness: { within: '30ms' } }));
    expect(late.outcome).toBe('valid');
    expect(late.verdicts.liveness).toBe('violated');
    expect(late.witness).toMatch(/decided 0\.\d+s after/);
  });

  test('frees who is paused, brings back who is down for a while, and leaves those who crashed for good', () => {
    const faults = [
      { kind: 'pause', agents: [0], until: '59s' },
      { kind: 'crash', agents: [1], at: '1s', downFor: '50s' },
      { kind: 'crash', agents: [2] },
      { kind: 'slow', agents: [3], by: '30s' },
      { kind: 'clog', share: 1, until: '50s' },
    ];
    const { ending } = runOfRaw(stormy({ faults }));
    expect(classify(ending).class).toBe('valid');
    expect([...ending.correct]).toEqual([1, 1, 0, 1, 1]);
    expect(ending.now).toBeGreaterThan(10e6);
    expect(ending.now).toBeLessThan(13e6);
  });

  test('goes on with lies after the stabilisation time: Byzantine agents are not healed', () => {
    let said = 0;
    let now = () => 0;
    const observer: Observer = {
      start: (view) => {
        now = () => view.now;
      },
      drop: (from) => {
        if (from === 0 && now() > 10e6) said++;
      },
    };
    runOfRaw(
      stormy({
        faults: [
          { kind: 'byzantine', agents: [0], strategy: 'silent' },
          { kind: 'loss', chance: 1 },
        ],
      }),
      [observer],
    );
    expect(said).toBeGreaterThan(0);
  });

  test.each([
    [{ network: { latency: '20ms' } }, 'network.gst: is missing: `liveness` is judged from then on'],
    [{ horizon: '12s' }, 'horizon: must be at least network.gst + liveness.within (13s), but is 12s'],
    [{ liveness: { within: '0s' } }, 'liveness.within: must be longer than zero'],
    [{ liveness: {} }, 'liveness.within: must be a number with a unit'],
  ])('refuses %j', (more, message) => {
    expect(() => scenarioOf(stormy(more))).toThrow(ScenarioError);
    expect(() => scenarioOf(stormy(more))).toThrow(message);
  });
});

describe('what faults hold a group back', () => {
  const five: Raw = {
    horizon: '60s',
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'consensus', values: 2, inputs: 'split' },
    network: { latency: { kind: 'uniform', low: '1ms', high: '10ms' } },
  };
  const outcomeOf = (raw: Raw) => classify(runOfRaw({ ...five, ...raw }).ending);
  const protocols: readonly Raw[] = [
    { kind: 'pbft', bounds: 'ignored' },
    { kind: 'raft' },
    { kind: 'ben-or', f: 2, bounds: 'ignored' },
    { kind: 'ben-or', f: 2, bounds: 'ignored', resend: '100ms' },
  ];
  const faults: readonly (readonly [string, string, Raw])[] = [
    ['waits-for-crashed', 'who are down', { kind: 'crash', agents: [2, 3, 4] }],
    ['waits-for-unheard', 'who are silent', { kind: 'byzantine', agents: [2, 3, 4], strategy: 'silent' }],
    ['waits-for-unheard', 'who are cut off', { kind: 'partition', sides: [[0, 1], [2, 3], [4]] }],
    ['waits-for-unheard', 'who are unheard', { kind: 'loss', chance: 1 }],
    ['waits-for-unheard', 'who are unheard', { kind: 'bursty-loss', enter: 1, leave: 0 }],
    ['waits-for-unheard', 'who are unheard', { kind: 'bursty-loss', enter: 0.5, leave: 0.5, good: 1 }],
  ];
  const cases = protocols.flatMap((protocol) => faults.map((it) => [protocol, ...it] as const));

  test.each(cases)('%j is blocked, %s: it waits for one %s, for %j', (protocol, cause, who, fault) => {
    const outcome = outcomeOf({ protocol, faults: [fault] });
    expect(outcome).toMatchObject({ class: 'blocked', cause });
    expect(outcome.witness).toContain(who);
  });

  test.each(protocols)('canary: %j decides where the same faults end', (protocol) => {
    const passing: readonly Raw[] = [
      { kind: 'partition', sides: [[0, 1], [2, 3], [4]], until: '1s' },
      { kind: 'loss', chance: 0.2 },
      { kind: 'bursty-loss', enter: 0.1, leave: 0.5 },
      { kind: 'pause', agents: [2, 3, 4], until: '1s' },
    ];
    for (const fault of passing) {
      // Ben-Or without repetition does not make up for what was lost.
      if (protocol.kind === 'ben-or' && !('resend' in protocol) && fault.kind !== 'pause') continue;
      expect(outcomeOf({ protocol, faults: [fault] }).class).toBe('valid');
    }
  });

  test('a source that is down or silent is named, though nobody waits for it by name', () => {
    const flooded = { task: 'broadcast', protocol: 'flood' };
    const crashed = outcomeOf({ ...flooded, faults: [{ kind: 'crash', agents: [0] }] });
    expect(crashed.witness).toMatch(/4 of 5 agents undecided.*; \S+ is down$/);
    const silent = outcomeOf({
      ...flooded,
      faults: [{ kind: 'byzantine', agents: [0], strategy: 'silent' }],
    });
    expect(silent.witness).toMatch(/; nothing reaches \S+ from \S+, who is silent$/);
  });

  test('who is paused is not stuck, and is named with the time at which it goes on', () => {
    const faults = [{ kind: 'pause', agents: [0, 1, 2, 3], until: '100s' }];
    const outcome = outcomeOf({ protocol: { kind: 'ben-or', f: 1 }, faults });
    expect(outcome.class).not.toBe('blocked');
    expect(outcome.witness).toMatch(/are paused, \S+ until 100 s/);
  });

  test('a group of faulty agents alone has neither solved its task nor failed at it', () => {
    for (const fault of [
      { kind: 'crash', count: 5 },
      { kind: 'byzantine', count: 5, strategy: 'silent' },
    ]) {
      const outcome = outcomeOf({ protocol: { kind: 'ben-or', f: 2, bounds: 'ignored' }, faults: [fault] });
      expect(outcome).toMatchObject({ class: 'undetermined', cause: 'no-correct-agent' });
      expect(outcome.judgement.solved).toBe(false);
      expect(new Set(Object.values(outcome.verdicts))).toEqual(new Set(['undetermined']));
    }
  });

  test('averages that differ by rounding alone are one value', () => {
    const ring = {
      topology: { kind: 'ring', agents: 9 },
      network: {},
      task: { kind: 'unanimity', uniform: [0, 1] },
      protocol: 'opinions',
      behaviour: { kind: 'degroot', self: 0 },
    };
    expect(outcomeOf({ ...ring, horizon: { rounds: 3000 } }).class).toBe('agreed-not-stopped');
    expect(outcomeOf({ ...ring, horizon: { rounds: 60 } }).class).toBe('late');
  });
});

describe('what is left to do', () => {
  const rowAt = (raw: Raw, index = 0): Row =>
    execute(runsOf(scenarioOf({ replications: 40, ...raw })).at(index));
  const leaders = 20;
  const elimination: Raw = {
    topology: { kind: 'complete', agents: leaders },
    task: 'leader-election',
    protocol: 'pairwise-elimination',
  };

  test('a run whose leaders still fall is late where the same seed ends by four times the time, and in no circle', () => {
    const classes = new Map<string, number>();
    for (let index = 0; index < 40; index++) {
      const early = rowAt({ ...elimination, horizon: '6s' }, index);
      const later = rowAt({ ...elimination, horizon: '24s' }, index);
      const counted = (row: Row): number => Math.round(leaders * (1 - row.metrics.decided!));
      classes.set(early.outcome, (classes.get(early.outcome) ?? 0) + 1);
      if (early.outcome === 'valid') continue;
      expect(early.outcome === 'late').toBe(later.outcome === 'valid');
      // Each who yields decides, and no one else does before the end.
      const left = counted(early);
      expect(early.witness).toContain(`${left} ${left === 1 ? 'leader is' : 'leaders are'} left`);
      if (later.outcome !== 'valid' && counted(later) < left) expect(early.outcome).toBe('undetermined');
      expect(early.verdicts).toEqual({ solved: 'undetermined' });
    }
    expect(classes.get('late')).toBeGreaterThan(10);
    expect(classes.get('undetermined')).toBeGreaterThan(1);
  });

  test('canary: where every challenge is lost nobody yields, however long it is run on', () => {
    const row = rowAt({ ...elimination, horizon: '6s', faults: [{ kind: 'loss', chance: 1 }] });
    expect(row).toMatchObject({ outcome: 'stalled', cause: 'no-change' });
    expect(row.witness).toContain('20 leaders are left; nothing reaches');
    expect(row.witness).toContain('run on to 4 times the horizon, it is no further');
  });

  test('who all lead at first do not agree', () => {
    const row = rowAt({ ...elimination, horizon: '1ms' });
    expect(row).toMatchObject({ outcome: 'undetermined', metrics: { decided: 0 } });
  });

  const gather: Raw = {
    topology: { kind: 'star', agents: 6 },
    task: 'consensus',
    protocol: { kind: 'gather' },
  };

  test('replies are counted, and who holds them back is named', () => {
    const paused = rowAt({
      ...gather,
      horizon: '30s',
      faults: [{ kind: 'pause', agents: [2], until: '100s' }],
    });
    expect(paused.outcome).toBe('late');
    expect(paused.witness).toMatch(
      /1 reply is missing.*; (\S+) is paused until 100 s; run on.* it ends valid/,
    );
    const unseen = rowAt({
      ...gather,
      horizon: '30s',
      protocol: { kind: 'gather', work: { kind: 'constant', value: '1s' } },
      faults: [{ kind: 'pause', agents: [1, 2, 3, 4, 5], until: '100s' }],
    });
    expect(unseen).toMatchObject({ outcome: 'late', cause: 'still-at-work' });
    expect(unseen.witness).toMatch(/5 replies are missing; .* are paused, \S+ until 100 s; run on/);
  });

  test('what can never be done is told as it is: so much is missing, and has been from the beginning', () => {
    const vain = rowAt({ ...gather, horizon: '60s', protocol: { kind: 'gather', failure: 1 } });
    expect(vain).toMatchObject({ outcome: 'livelock', cause: 'no-progress' });
    expect(vain.witness).toContain('5 replies are missing, and no fewer have been since sample 0');
  });

  test('a team that hands in at the end is not said to stand still', () => {
    const team: Raw = {
      topology: { kind: 'complete', agents: 2 },
      task: { kind: 'hidden-facts', facts: 20, cost: 2000 },
      protocol: { kind: 'single-agent', turns: 100, early: false },
      behaviour: { kind: 'worker', thought: 500 },
      serving: { decode: 50 },
    };
    const seconds = rowAt(team).metrics.seconds!;
    expect(rowAt({ ...team, horizon: `${Math.ceil(seconds / 2)}s` })).toMatchObject({
      outcome: 'late',
      cause: 'still-at-work',
    });
    expect(rowAt({ ...team, horizon: `${Math.ceil(seconds / 20)}s` }).outcome).toBe('undetermined');
  });

  test('an AgentsNet task is broken by answers that contradict each other, not by those still to come', () => {
    const { ending } = runOfRaw({
      topology: { kind: 'path', agents: 40 },
      task: 'leader-election',
      protocol: { kind: 'flood-max', ids: 'ascending' },
      horizon: { rounds: 20 },
    });
    const solvedWith = (leaders: readonly number[], ended = ending.ended): string | undefined => {
      const decisions = ending.decisions.slice();
      for (const agent of leaders) decisions[agent] = 1;
      return classify({ ...ending, decisions, ended }).verdicts.solved;
    };
    expect(solvedWith([])).toBe('undetermined');
    expect(solvedWith([39])).toBe('undetermined');
    expect(solvedWith([38, 39])).toBe('violated');
    // Nothing is left to happen: who has not answered never will.
    expect(solvedWith([39], 'quiescent')).toBe('violated');
  });
});

describe('who is cut off from what it waits for', () => {
  const gossip: Raw = {
    topology: { kind: 'ring', agents: 12 },
    task: 'broadcast',
    protocol: { kind: 'gossip', mode: 'push', period: '100ms', calls: 100_000 },
    network: { latency: '50ms' },
  };
  const outcomeOf = (faults: readonly Raw[], horizon = '1s') =>
    classify(runOfRaw({ ...gossip, horizon, faults }).ending);
  const side = [0, 1, 2, 11, 10];

  test.each(['1s', '60s'])('is blocked for good, with a horizon of %s', (horizon) => {
    const outcome = outcomeOf([{ kind: 'partition', side }], horizon);
    expect(outcome).toMatchObject({ class: 'blocked', cause: 'waits-for-unheard' });
    const [cut, from] = outcome.evidence.agents as number[];
    expect(side).toContain(from);
    expect(side).not.toContain(cut);
    expect(outcome.witness).toMatch(/and 2 more wait for .*; nothing reaches \S+ from \S+, who is cut off$/);
    const dead = outcomeOf([{ kind: 'crash', agents: [3, 11] }], horizon);
    expect(dead).toMatchObject({ class: 'blocked', cause: 'waits-for-crashed' });
  });

  test('canaries: not where the cut heals, one link remains, or the source comes back', () => {
    expect(outcomeOf([{ kind: 'partition', side, until: '2s' }]).class).not.toBe('blocked');
    expect(outcomeOf([{ kind: 'partition', side, direction: 'in' }]).class).not.toBe('blocked');
    expect(outcomeOf([{ kind: 'crash', agents: [0], downFor: '2s' }]).class).not.toBe('blocked');
    expect(outcomeOf([{ kind: 'crash', agents: [1] }]).class).not.toBe('blocked');
  });
});

describe('without a horizon', () => {
  const raft: Raw = {
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'consensus', values: 3 },
    protocol: 'raft',
    network: { latency: '20ms' },
  };
  const rowWith = (fault: Raw): Row => execute(runsOf(scenarioOf({ ...raw(fault) })).at(0));
  const raw = (fault: Raw): Raw => ({ ...raft, faults: [{ kind: 'crash', agents: [1, 2, 3], ...fault }] });

  test('elections of too few end within hours', () => {
    const row = rowWith({});
    expect(row).toMatchObject({ outcome: 'blocked', cause: 'waits-for-crashed' });
    expect(row.metrics.seconds).toBeLessThan(5 * 3600);
  });

  test('canary: they go on as long as somebody will be back', () => {
    const row = rowWith({ downFor: '10h' });
    expect(row.outcome).toBe('valid');
    expect(row.metrics.seconds).toBeGreaterThan(10 * 3600);
  });
});

test('a window wider than a hundredth of the horizon is filled all the same', () => {
  const rowWith = (watch: Raw): Row =>
    execute(
      runsOf(
        scenarioOf({
          topology: { kind: 'complete', agents: 20 },
          task: 'leader-election',
          protocol: 'pairwise-elimination',
          faults: [{ kind: 'loss', chance: 1 }],
          horizon: '100s',
          watch,
        }),
      ).at(0),
    );
  for (const window of [20, 98, 100, 150]) expect(rowWith({ window }).outcome, `${window}`).toBe('stalled');
});

describe('where the protocol does not tell what agents hold', () => {
  const slow: readonly (readonly [string, Raw, Raw, Raw])[] = [
    [
      'flood-max on a path',
      {
        topology: { kind: 'path', agents: 60 },
        task: 'leader-election',
        protocol: { kind: 'flood-max', ids: 'ascending' },
      },
      { rounds: 40 },
      { rounds: 60 },
    ],
    [
      'tokens on a ring',
      {
        topology: { kind: 'ring', agents: 120 },
        task: 'leader-election',
        protocol: { kind: 'chang-roberts', ids: 'descending' },
        network: { latency: '100ms' },
      },
      { time: '11s' },
      { time: '25s' },
    ],
    [
      'work at a star',
      {
        topology: { kind: 'star', agents: 200 },
        task: 'broadcast',
        protocol: { kind: 'gather', quorum: 'all', work: { kind: 'exponential', mean: '10s' } },
      },
      { time: '40s' },
      { time: '160s' },
    ],
  ];
  test.each(slow)('%s, cut off on its way, is late and in no circle', (name, raw, early, enough) => {
    const rowAt = (horizon: Raw) => execute(runsOf(scenarioOf({ ...raw, seed: 5, horizon })).at(0));
    // A collector tells how many replies it lacks; of the others nothing is seen before the end.
    const cause = name === 'work at a star' ? 'still-contracting' : 'still-at-work';
    expect(rowAt(early)).toMatchObject({ outcome: 'late', cause });
    expect(rowAt(enough).metrics.decided).toBe(1);
  });
});

test.each([
  [
    { horizon: '60s', watch: { every: '3s' } },
    /watch\.every: must be at most 2857142us, or a horizon of 60s/,
  ],
  [
    {
      horizon: { rounds: 30 },
      protocol: { kind: 'floodset', f: 1 },
      watch: { every: '1s' },
    },
    'watch.every: is read by protocols without rounds only',
  ],
  [
    { horizon: { rounds: 30 }, protocol: { kind: 'floodset', f: 1 }, watch: { window: 30 } },
    'watch.window: must be less than the 30 rounds of the run',
  ],
  [
    { horizon: '50us', watch: { window: 100 } },
    /watch\.window: must be less than 50, since a horizon of .* but is 100; lower it, or raise `horizon`/,
  ],
])('a watch too coarse to judge by, or that nobody reads, is refused: %j', (more, message) => {
  const raw = {
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'consensus', values: 2 },
    protocol: { kind: 'ben-or', f: 2 },
    network: { latency: '10ms' },
    ...more,
  };
  expect(() => scenarioOf(raw)).toThrow(message);
});

test('a run without a horizon goes on while a message of an agent that is down is under way', () => {
  const { ending } = runOfRaw({
    topology: { kind: 'path', agents: 2 },
    task: 'broadcast',
    protocol: { kind: 'gossip', mode: 'push-pull', period: '60s', calls: 100_000 },
    network: { latency: '3h' },
    faults: [{ kind: 'crash', agents: [0], at: '1s' }],
  });
  expect(ending.ended).toBe('decided');
  expect(ending.now).toBe(3 * 3600e6);
});

test('who decides by terms and holds nothing in between is never called stalled', () => {
  // Every election is over before its votes arrive: no leader, no entry, and terms that nobody sees.
  const raft = {
    horizon: '30s',
    topology: { kind: 'complete', agents: 3 },
    task: { kind: 'consensus', values: 2 },
    protocol: { kind: 'raft', timeout: '1s', spread: '1s', heartbeat: '200ms' },
    network: { latency: '5s' },
  };
  const { ending } = runOfRaw(raft);
  expect(classify(ending).class).not.toBe('stalled');
  // What others hold is seen, though what is left is counted in decisions.
  const benOr = { ...raft, protocol: { kind: 'ben-or', f: 1 }, network: { latency: '20s' } };
  expect(runOfRaw(benOr).ending.history.isBlind).toBeUndefined();
});
