import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Behaviour,
  later,
  type Observer,
  type RoundProtocol,
  type Setting,
} from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { simulate } from '../../src/world/simulate.ts';
import { World, type WorldOptions } from '../../src/world/world.ts';
import { anyScenario, runOfRaw, scenarioOf, worldOf } from '../worlds.ts';

const runs = { numRuns: 60 };

/** Writes down all it is told, to listen as hard as an observer can. */
function listener(): { readonly heard: string[]; readonly observer: Observer } {
  const heard: string[] = [];
  const say =
    (name: string) =>
    (...details: unknown[]): void => {
      heard.push(`${name} ${details.join(' ')}`);
    };
  return {
    heard,
    observer: {
      start: (view) => say('start')(view.now),
      round: say('round'),
      send: say('send'),
      deliver: say('deliver'),
      drop: say('drop'),
      timeout: say('timeout'),
      ask: say('ask'),
      answer: say('answer'),
      decide: say('decide'),
    },
  };
}

describe('any run', () => {
  test('is fixed by its seed', () => {
    fc.assert(
      fc.property(anyScenario(), (raw) => {
        const first = listener();
        const second = listener();
        const once = runOfRaw(raw, [first.observer]);
        const again = runOfRaw(raw, [second.observer]);
        expect(again.fingerprint).toBe(once.fingerprint);
        expect(again.ending.decisions).toEqual(once.ending.decisions);
        expect(again.ending.counts).toEqual(once.ending.counts);
        expect(first.heard).toEqual(second.heard);
      }),
      runs,
    );
  });

  test('is the same watched or not', () => {
    fc.assert(
      fc.property(anyScenario(), (raw) => {
        expect(runOfRaw(raw, [listener().observer, listener().observer]).fingerprint).toBe(
          runOfRaw(raw).fingerprint,
        );
      }),
      runs,
    );
  });

  test('is the same with a fault that never fires', () => {
    fc.assert(
      fc.property(anyScenario(), (raw) => {
        const faults = [
          ...(raw.faults as unknown[]),
          { kind: 'loss', chance: 0 },
          { kind: 'loss', chance: 1, from: '59s' },
        ];
        expect(runOfRaw({ ...raw, faults }).fingerprint).toBe(runOfRaw(raw).fingerprint);
      }),
      runs,
    );
  });

  test('accounts for every message: sent is delivered, dropped, or still under way at the end', () => {
    fc.assert(
      fc.property(anyScenario(), (raw) => {
        const { counts, ended } = runOfRaw({ ...raw, stop: 'quiescent' }).ending;
        if (ended === 'quiescent') expect(counts.delivered + counts.dropped).toBe(counts.messages);
        else expect(counts.delivered + counts.dropped).toBeLessThanOrEqual(counts.messages);
      }),
      runs,
    );
  });

  test('delivers no earlier than the least latency, and never before it was sent', () => {
    fc.assert(
      fc.property(anyScenario(), (raw) => {
        const sentAt = new Map<string, number[]>();
        let now = () => 0;
        const least = { constant: 10_000, uniform: 1_000, exponential: 0, lognormal: 0, empirical: 1_000 };
        const { kind } = (raw.network as { latency: { kind: keyof typeof least } }).latency;
        runOfRaw(raw, [
          {
            start: (view) => {
              now = () => view.now;
            },
            send: (from, to) => sentAt.set(`${from}>${to}`, [...(sentAt.get(`${from}>${to}`) ?? []), now()]),
            deliver: (from, to) => {
              const first = Math.min(...(sentAt.get(`${from}>${to}`) ?? []));
              expect(now() - first).toBeGreaterThanOrEqual(least[kind]);
            },
          },
        ]);
      }),
      runs,
    );
  });

  test('differs between replications', () => {
    const raw = {
      topology: { kind: 'complete', agents: 8 },
      task: 'broadcast',
      protocol: 'flood',
      network: { latency: { kind: 'exponential', mean: '1s' } },
    };
    const prints = Array.from(
      { length: 50 },
      (_, replication) => simulate(worldOf(raw, replication)).fingerprint,
    );
    expect(new Set(prints).size).toBe(50);
  });
});

test('renaming agents permutes the decisions of a protocol that does not look at names', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 3, max: 12 }), (seed, agents) => {
      const world = worldOf({
        seed,
        topology: { kind: 'erdos-renyi', agents, p: 0.5 },
        task: 'broadcast',
        protocol: { kind: 'flood-min', periods: 2, period: '15ms' },
        network: { latency: '10ms' },
      });
      // Agent v of the first world is agent renamed(v) of the second.
      const renamed = (v: number): number => (v * (agents % 2 === 0 ? agents - 1 : 2) + seed) % agents;
      const inputs = Float64Array.from({ length: agents }, (_, v) => (v * 7) % agents);
      const first = simulate(withInputs(world, world.setting, inputs));
      const graph = relabelled(world.setting, renamed);
      const moved = new Float64Array(agents);
      inputs.forEach((input, v) => {
        moved[renamed(v)] = input;
      });
      const second = simulate(withInputs(world, graph, moved));
      first.ending.decisions.forEach((decision, v) => {
        expect(second.ending.decisions[renamed(v)]).toBe(decision);
      });
    }),
    runs,
  );
});

describe('a run cut off', () => {
  const ring = { topology: { kind: 'ring', agents: 12 }, task: 'broadcast', network: { latency: '1s' } };

  test('by the horizon is agreed-not-stopped where all hold one value', () => {
    const result = runOfRaw({
      ...ring,
      protocol: { kind: 'flood-min', periods: 1000, period: '1s' },
      task: { kind: 'broadcast', value: -5 },
      horizon: '40s',
    });
    // Inputs of the others are NaN, so the flood is the only value there is.
    expect(classify(result.ending).class).toBe('agreed-not-stopped');
  });

  test('by the horizon while the value still spreads is late, and undetermined so far', () => {
    const result = runOfRaw({ ...ring, protocol: 'flood', horizon: '3s' });
    const outcome = classify(result.ending);
    expect(outcome.class).toBe('late');
    expect(outcome.verdicts.termination).toBe('undetermined');
    expect(outcome.evidence.rate).toBeLessThan(1);
  });

  test('by an empty calendar is blocked, and names who waits', () => {
    const result = runOfRaw({
      ...ring,
      protocol: 'flood',
      faults: [{ kind: 'loss', chance: 1, from: '2500ms' }],
    });
    const outcome = classify(result.ending);
    expect(outcome.class).toBe('blocked');
    expect(outcome.verdicts.termination).toBe('violated');
    expect(outcome.witness).toContain(result.ending.setting.names[6]);
  });

  test('by a limit is over budget, and names the limit', () => {
    for (const limit of ['messages', 'events'] as const) {
      const outcome = classify(runOfRaw({ ...ring, protocol: 'flood', limits: { [limit]: 5 } }).ending);
      expect([outcome.class, outcome.cause]).toEqual(['budget', limit]);
    }
  });

  test('canary: the same flood without a cut is valid', () => {
    expect(classify(runOfRaw({ ...ring, protocol: 'flood' }).ending).class).toBe('valid');
  });
});

describe('protocols in rounds', () => {
  /** Asks once a round, sends its round to all neighbours, and decides after `rounds` what it heard in all. */
  const chorus = (setting: Setting, rounds: number): RoundProtocol<number, number, number> => {
    const heard = new Float64Array(setting.agents);
    return {
      form: 'rounds',
      content: 'number',
      round(me, round, inbox) {
        for (let i = 0; i < inbox.size; i++) {
          expect(inbox.content(i)).toBe(round - 1);
          heard[me.id] = (heard[me.id] as number) + 1;
        }
        if (round === rounds) me.decide(heard[me.id] as number);
        else me.ask(round);
      },
      answer(me, round) {
        me.tellNeighbours(round);
      },
    };
  };
  const echo: Behaviour<number, number> = {
    answer: (_agent, round) => ({ value: round, usage: { prompt: 100, output: 10 } }),
  };
  const inRounds = (serving: WorldOptions['serving'], more: Partial<WorldOptions> = {}): WorldOptions => {
    const base = worldOf({ topology: { kind: 'complete', agents: 5 }, task: 'broadcast', protocol: 'flood' });
    return {
      ...base,
      protocol: chorus(base.setting, 4),
      behaviour: echo,
      serving,
      network: { latency: { kind: 'constant', value: 1000 } },
      ...more,
    };
  };

  test('at a barrier wait for the slowest, and lose nothing', () => {
    const { ending } = simulate(inRounds({ firstToken: { kind: 'uniform', low: 1e6, high: 9e6 } }));
    expect([...ending.decisions]).toEqual([16, 16, 16, 16, 16]);
    expect(ending.counts.calls).toBe(20);
    expect(ending.counts.lateAnswers).toBe(0);
    expect(ending.rounds).toBe(5);
  });

  test('at a barrier take the greatest think time of each round, plus the latency', () => {
    const spans: number[] = [];
    let last = 0;
    let view = { now: 0 };
    let slowest = 0;
    let begun = 0;
    simulate(
      inRounds(
        { firstToken: { kind: 'exponential', mean: 1e6 } },
        {
          observers: [
            {
              start: (run) => {
                view = run;
              },
              round: (round) => {
                if (round > 0) {
                  spans.push(view.now - last);
                  expect(view.now - last).toBe(slowest + 1000);
                }
                last = view.now;
                begun = view.now;
                slowest = 0;
              },
              answer: () => {
                slowest = Math.max(slowest, view.now - begun);
              },
            },
          ],
        },
      ),
    );
    expect(spans.length).toBe(4);
  });

  test('at a deadline go on without the late, who are silent that round', () => {
    const { ending } = simulate(
      inRounds(
        { firstToken: { kind: 'uniform', low: 1e6, high: 9e6 } },
        { rounds: { kind: 'deadline', period: 5e6 } },
      ),
    );
    expect(ending.now).toBe(20e6);
    expect(ending.counts.lateAnswers + ending.counts.late).toBeGreaterThan(0);
    expect(Math.max(...ending.decisions)).toBeLessThan(16);
    expect(ending.counts.calls).toBe(20);
  });

  test('canary: a deadline that all can meet loses nothing', () => {
    const { ending } = simulate(
      inRounds(
        { firstToken: { kind: 'uniform', low: 1e6, high: 2e6 } },
        { rounds: { kind: 'deadline', period: 5e6 } },
      ),
    );
    expect([...ending.decisions]).toEqual([16, 16, 16, 16, 16]);
  });

  test('meter what was read and written, and stop at the token limit', () => {
    const free = simulate(inRounds({ firstToken: { kind: 'constant', value: 1 } })).ending;
    expect([free.counts.promptTokens, free.counts.outputTokens]).toEqual([2000, 200]);
    const capped = simulate(
      inRounds({ firstToken: { kind: 'constant', value: 1 } }, { limits: { tokens: 1000 } }),
    ).ending;
    expect(capped.ended).toBe('tokens');
    expect(classify(capped).class).toBe('budget');
  });

  test('think longer the more they read and write, at the rates of the serving', () => {
    const { ending } = simulate(
      inRounds({ firstToken: { kind: 'constant', value: 500_000 }, prefill: 1000, decode: 10 }),
    );
    // Four rounds of 0.5 s + 100 / 1000 s + 10 / 10 s, and the latency.
    expect(ending.now).toBe(4 * (500_000 + 100_000 + 1_000_000 + 1000));
  });

  describe('whose answers come from outside', () => {
    const asking: Behaviour<number, number> = { answer: () => later };
    const outside = () =>
      inRounds({ firstToken: { kind: 'uniform', low: 1e6, high: 9e6 } }, { behaviour: asking });

    const drive = (world: World, order: (ids: number[]) => number[]): string => {
      for (let step = world.advance(); ; step = world.advance()) {
        if (step.status === 'done') return step.result.fingerprint;
        const questions = new Map(step.open.map((question) => [question.id, question]));
        for (const id of order([...questions.keys()])) {
          world.provide(
            id,
            echo.answer(questions.get(id)!.agent, questions.get(id)!.question as number) as never,
          );
        }
      }
    };

    test('stop until all questions of the instant are answered, and then run as if answered inside', () => {
      const inside = simulate(inRounds({ firstToken: { kind: 'uniform', low: 1e6, high: 9e6 } })).fingerprint;
      expect(drive(new World(outside()), (ids) => ids)).toBe(inside);
      expect(drive(new World(outside()), (ids) => ids.reverse())).toBe(inside);
    });

    test('name all questions of one instant at once, and only those still open', () => {
      const world = new World(outside());
      const first = world.advance();
      expect(first.status === 'waiting' && first.open.map(({ agent }) => agent)).toEqual([0, 1, 2, 3, 4]);
      if (first.status !== 'waiting') return;
      world.provide(first.open[2]!.id, { value: 0 });
      const again = world.advance();
      expect(again.status === 'waiting' && again.open.map(({ agent }) => agent)).toEqual([0, 1, 3, 4]);
      expect(() => world.provide(99, { value: 0 })).toThrow('question 99 is not open');
    });

    test('cannot be simulated without a driver', () => {
      expect(() => simulate(outside())).toThrow('5 questions wait for answers from outside');
    });
  });

  test('run alike on the ring of buckets and on the ladder', () => {
    const counted = (latency: WorldOptions['network']['latency']) => {
      const base = worldOf({ topology: { kind: 'torus', agents: 25 }, task: 'broadcast', protocol: 'flood' });
      const heard: number[] = [];
      const gossip: RoundProtocol<number> = {
        form: 'rounds',
        content: 'number',
        round(me, round, inbox) {
          heard.push(inbox.size);
          if (round === 6) me.decide(1);
          else me.tellNeighbours(round);
        },
      };
      const { fingerprint, ending } = simulate({
        ...base,
        protocol: gossip,
        behaviour: undefined,
        network: { latency },
      });
      return { heard, fingerprint, now: ending.now };
    };
    expect(counted({ kind: 'constant', value: 700 })).toEqual(
      counted({ kind: 'uniform', low: 700, high: 700 }),
    );
  });
});

describe('a protocol that errs is told so', () => {
  const once =
    (
      react: (me: {
        decide: (value: number) => void;
        send: (to: number, content: number) => void;
        ask: (q: number) => void;
      }) => void,
    ) =>
    () => {
      const base = worldOf({ topology: { kind: 'ring', agents: 4 }, task: 'broadcast', protocol: 'flood' });
      return simulate({
        ...base,
        protocol: {
          form: 'events',
          content: 'number',
          start: (me) => me.id === 0 && react(me as never),
          message: () => {},
        },
      });
    };
  test.each([
    [
      'deciding twice',
      'agent 0 decides 2, but has decided 1',
      (me: { decide: (v: number) => void }) => [1, 2].forEach(me.decide.bind(me)),
    ],
    [
      'deciding nothing',
      'stands for no decision',
      (me: { decide: (v: number) => void }) => me.decide(Number.NaN),
    ],
    [
      'sending to nobody',
      'agents are 0 to 3, but the receiver is 7',
      (me: { send: (to: number, c: number) => void }) => me.send(7, 1),
    ],
    ['asking nobody', 'no behaviour to answer', (me: { ask: (q: number) => void }) => me.ask(1)],
  ] as const)('%s', (_name, message, react) => {
    expect(once(react as never)).toThrow(message);
  });
});

test('ties run as scheduled, or shuffled by the seed', () => {
  const order = (ties: string, seed: number): number[] => {
    const arrivals: number[] = [];
    runOfRaw(
      {
        seed,
        ties,
        stop: 'quiescent',
        topology: { kind: 'star', agents: 12 },
        task: 'broadcast',
        protocol: 'flood',
        network: { latency: '1s' },
      },
      [{ deliver: (from, to) => void (from === 0 && arrivals.push(to)) }],
    );
    return arrivals;
  };
  expect(order('fifo', 1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(order('shuffled', 1)).not.toEqual(order('fifo', 1));
  expect(order('shuffled', 1)).toEqual(order('shuffled', 1));
  expect(order('shuffled', 1)).not.toEqual(order('shuffled', 2));
  expect(order('shuffled', 1).sort((a, b) => a - b)).toEqual(order('fifo', 1));
});

function withInputs(world: WorldOptions, setting: Setting, inputs: Float64Array): WorldOptions {
  const protocol = scenarioOf({
    topology: { kind: 'ring', agents: 3 },
    task: 'broadcast',
    protocol: { kind: 'flood-min', periods: 2, period: '15ms' },
  }).points[0]!.config.protocol.make();
  const changed = changedSetting(setting, { inputs });
  return { ...world, setting: changed, protocol: protocol.begin(changed) };
}

function relabelled(setting: Setting, renamed: (v: number) => number): Setting {
  const { agents, graph } = setting;
  const rows: number[][] = Array.from({ length: agents }, () => []);
  for (let v = 0; v < agents; v++) {
    for (let arc = graph.offsets[v]!; arc < graph.offsets[v + 1]!; arc++)
      rows[renamed(v)]!.push(renamed(graph.targets[arc]!));
  }
  const offsets = new Int32Array(agents + 1);
  rows.forEach((row, v) => {
    offsets[v + 1] = offsets[v]! + row.length;
  });
  const targets = Int32Array.from(rows.flatMap((row) => row.sort((a, b) => a - b)));
  return changedSetting(setting, { graph: { agents, offsets, targets } });
}

/** A setting with some of it changed; what is worked out on demand stays so. */
const changedSetting = (setting: Setting, changes: Partial<Setting>): Setting =>
  Object.assign(Object.create(setting), changes);
