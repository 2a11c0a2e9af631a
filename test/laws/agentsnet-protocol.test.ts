import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerMarker } from '../../src/agentsnet/answers.ts';
import { UNPARSED } from '../../src/agentsnet/codes.ts';
import { roundsFor } from '../../src/agentsnet/rounds.ts';
import { type AgentsNetTask, taskNames } from '../../src/agentsnet/rules.ts';
import type { Answered, Question } from '../../src/agentsnet/talk.ts';
import { execute } from '../../src/scenario/execute.ts';
import { runOf } from '../../src/scenario/scenario.ts';
import { consensus } from '../../src/tasks/consensus.ts';
import type { BehaviourPlan } from '../../src/world/contracts.ts';
import { EdgeList } from '../../src/world/graph.ts';
import { baselines, graphOf, mock, protocol, ran, settingOn, tasks } from '../agentsnet-run.ts';
import { scenarioOf } from '../worlds.ts';

/** Connected graphs: a random tree and random further links. */
const connected = fc
  .tuple(
    fc.array(fc.nat(1e6), { minLength: 1, maxLength: 24 }),
    fc.array(fc.tuple(fc.nat(1e6), fc.nat(1e6)), { maxLength: 40 }),
  )
  .map(([parents, more]) => {
    const agents = parents.length + 1;
    const edges = new EdgeList();
    const seen = new Set<number>();
    const add = (a: number, b: number): void => {
      const [low, high] = a < b ? [a, b] : [b, a];
      if (low === high || seen.has(low * agents + high)) return;
      seen.add(low * agents + high);
      edges.add(low, high);
    };
    for (const [i, parent] of parents.entries()) add(i + 1, parent % (i + 1));
    for (const [a, b] of more) add(a % agents, b % agents);
    return { agents, edges };
  });

const scripted = (answer: (agent: number, question: Question) => Answered): BehaviourPlan => ({
  answers: ['agentsnet'],
  begin: () => ({ answer: (agent: number, question: Question) => ({ value: answer(agent, question) }) }),
});

describe('rounds', () => {
  test('R deliveries take n (R + 1) calls, and 2 E messages each', () => {
    fc.assert(
      fc.property(connected, fc.integer({ min: 1, max: 9 }), ({ agents, edges }, rounds) => {
        const setting = settingOn(agents, edges, tasks.coloring, 'a');
        const { ending } = ran(setting, 'a', baselines.random, protocol({ rounds }));
        expect(ending.counts.calls).toBe(agents * (rounds + 1));
        expect(ending.counts.delivered).toBe(rounds * 2 * edges.size);
        expect(ending.rounds).toBe(rounds + 1);
        expect(ending.ended).toBe('decided');
      }),
      { numRuns: 40 },
    );
  });

  test.each(taskNames)('%s runs for as many rounds as the benchmark gives it', (task) => {
    for (const agents of [4, 8, 16, 20]) {
      const { edges, seed } = graphOf(agents, 1);
      const setting = settingOn(agents, edges, tasks[task], seed);
      const { ending } = ran(setting, seed, baselines.random);
      expect(ending.rounds).toBe(roundsFor(task, agents, setting.diameter) + 1);
    }
  });

  test('what cannot be read is asked for once more, then given up', () => {
    const { edges, seed } = graphOf(8, 0);
    const setting = settingOn(8, edges, tasks.consensus, seed);
    const { ending, metrics } = ran(
      setting,
      seed,
      mock({ malformed: 1, malformedAnswer: 1, retryFailure: 1 }),
      protocol({ mode: 'upstream', rounds: 3 }),
    );
    expect(ending.counts.calls).toBe(2 * 8 * 4);
    expect(ending.counts.messages).toBe(0);
    expect([...ending.decisions].every((code) => code === UNPARSED)).toBe(true);
    expect(metrics).toMatchObject({ retries: 32, malformed: 64, messageFailures: 24, answerFailures: 8 });
  });

  test('a slip of the released parser alone does no harm in clean mode', () => {
    const { edges, seed } = graphOf(8, 0);
    const setting = settingOn(8, edges, tasks.consensus, seed);
    const knobs = { malformed: 1, malformedCauses: [1, 1, 1, 0] as [number, number, number, number] };
    const clean = ran(setting, seed, mock(knobs), protocol({ rounds: 3 }));
    const plain = ran(setting, seed, mock({ malformed: 0 }), protocol({ rounds: 3 }));
    expect(clean.metrics.retries).toBe(plain.metrics.retries);
    expect(clean.ending.decisions).toEqual(plain.ending.decisions);
    expect(clean.metrics.malformed).toBeGreaterThanOrEqual(24);
  });
});

test('a row says the R of the paper for its rounds: deliveries of messages, the turn for answers not among them', () => {
  const rowOf = (more: Record<string, unknown>) => {
    const scenario = scenarioOf({
      topology: { kind: 'complete', agents: 4 },
      task: 'coloring',
      protocol: 'agentsnet',
      behaviour: 'oracle',
      ...more,
    });
    return execute(runOf(scenario, scenario.points[0]!, 0)).metrics;
  };
  expect(rowOf({})).toMatchObject({ rounds: roundsFor('coloring', 4, 1), calls: 4 * (4 + 1) });
  expect(rowOf({ protocol: { kind: 'agentsnet', rounds: 7 } }).rounds).toBe(7);
  // Cut off before the third delivery.
  expect(rowOf({ horizon: { rounds: 3 } }).rounds).toBe(2);
});

describe('reading answers', () => {
  const star = (): EdgeList => {
    const edges = new EdgeList();
    for (let leaf = 1; leaf < 13; leaf++) edges.add(0, leaf);
    return edges;
  };

  test('upstream reads Group 12, and Group 14 of 13, as Group 1; clean reads the one as it is and the other not at all', () => {
    const setting = settingOn(13, star(), tasks.coloring, 's');
    const chosen = (code: number) =>
      scripted((agent, { kind }) =>
        kind === 'final' ? { kind: 'chosen', code: agent === 0 ? code : 2 } : { kind: 'said', toAll: [] },
      );
    const decided = (code: number, mode: 'clean' | 'upstream'): number =>
      ran(setting, 's', chosen(code), protocol({ mode, rounds: 1 })).ending.decisions[0]!;
    expect(decided(12, 'upstream')).toBe(1);
    expect(decided(12, 'clean')).toBe(12);
    expect(decided(14, 'upstream')).toBe(1);
    expect(decided(14, 'clean')).toBe(UNPARSED);
  });

  test('text is parsed: messages go to neighbours by name, and the answer behind the marker counts', () => {
    const setting = settingOn(13, star(), tasks.matching, 's');
    const { names } = setting;
    const delivered: string[] = [];
    const text = scripted((agent, { kind }) => {
      if (kind === 'final')
        return `So be it. ${answerMarker} ${agent === 0 ? names[3] : agent === 3 ? names[0] : 'None'}`;
      return agent === 0 ? `I think { "${names[3]}": "Pair with me?" }` : '{}';
    });
    const { ending, outcome } = ran(setting, 's', text, protocol({ rounds: 1 }), [
      { deliver: (from, to, content) => void delivered.push(`${from}>${to}: ${String(content)}`) },
    ]);
    expect(delivered).toEqual(['0>3: Pair with me?']);
    expect([...ending.decisions].slice(0, 4)).toEqual([3, -1, -1, 0]);
    expect(outcome.class).toBe('valid');
  });

  test('text that cannot be read is asked for again', () => {
    const setting = settingOn(13, star(), tasks.consensus, 's');
    const text = scripted((_agent, { attempt, kind }) =>
      attempt === 0 ? 'no idea' : kind === 'final' ? `${answerMarker} 1` : '{}',
    );
    const { ending, outcome } = ran(setting, 's', text, protocol({ rounds: 2 }));
    expect(ending.counts.calls).toBe(2 * 13 * 3);
    expect(outcome.class).toBe('valid');
  });
});

describe('baselines', () => {
  test.each(taskNames)(
    'the oracle solves %s on any connected graph, given as many rounds as it is wide',
    (task) => {
      fc.assert(
        fc.property(connected, fc.nat(1e6), ({ agents, edges }, seed) => {
          const setting = settingOn(agents, edges, tasks[task], `${seed}`);
          const rounds = Math.max(1, setting.diameter);
          const { outcome } = ran(setting, `${seed}`, baselines.oracle, protocol({ rounds }));
          expect(outcome).toMatchObject({ class: 'valid', cause: 'none' });
        }),
        { numRuns: 40 },
      );
    },
  );

  test.each(taskNames)('the oracle solves %s on the graphs of the benchmark', (task) => {
    for (const agents of [4, 8, 16, 50]) {
      for (let index = 0; index < 3; index++) {
        const { edges, seed } = graphOf(agents, index);
        expect(ran(settingOn(agents, edges, tasks[task], seed), seed, baselines.oracle).metrics.solved).toBe(
          1,
        );
      }
    }
  });

  test('the oracle agrees on an input', () => {
    const task = consensus.create({ values: 9, inputs: 'random', validity: 'inputs' });
    const { edges, seed } = graphOf(20, 2);
    const { outcome } = ran(settingOn(20, edges, task, seed), seed, baselines.oracle);
    expect(outcome.verdicts).toEqual({
      agreement: 'satisfied',
      validity: 'satisfied',
      unanimity: 'satisfied',
      termination: 'satisfied',
    });
  });

  test('random answers solve consensus with chance 2^(1-n), and leader election with chance n 2^-n', () => {
    const runs = 2000;
    const expected: readonly [AgentsNetTask, number][] = [
      ['consensus', 2 ** -3],
      ['leader-election', 4 * 2 ** -4],
    ];
    for (const [task, chance] of expected) {
      let solved = 0;
      const { edges } = graphOf(4, 0);
      for (let run = 0; run < runs; run++) {
        const setting = settingOn(4, edges, tasks[task], `${run}`);
        solved += ran(setting, `${run}`, baselines.random, protocol({ rounds: 1 })).metrics.solved!;
      }
      const z = (solved - runs * chance) / Math.sqrt(runs * chance * (1 - chance));
      expect(Math.abs(z), `${task}: z = ${z}`).toBeLessThanOrEqual(4);
    }
  });
});

describe('classical consensus', () => {
  const decided = (values: readonly number[], inputs: readonly number[]) => {
    const task = consensus.create({ values: 3, inputs: 'random', validity: 'inputs' });
    const edges = new EdgeList();
    for (let agent = 1; agent < values.length; agent++) edges.add(agent - 1, agent);
    const setting = { ...settingOn(values.length, edges, task, 'c'), inputs: Float64Array.from(inputs) };
    const script = scripted((agent, { kind }) =>
      kind === 'final' ? { kind: 'chosen', code: values[agent]! } : { kind: 'said', toAll: [] },
    );
    const { class: kind, verdicts } = ran(setting, 'c', script, protocol({ rounds: 1 })).outcome;
    return { kind, ...verdicts };
  };

  test('is valid when all decide what somebody was given', () => {
    expect(decided([2, 2, 2], [2, 1, 0])).toMatchObject({
      kind: 'valid',
      agreement: 'satisfied',
      validity: 'satisfied',
    });
  });
  test('canary: all decide what nobody was given', () => {
    expect(decided([2, 2, 2], [1, 1, 0])).toMatchObject({
      kind: 'invalid',
      agreement: 'satisfied',
      validity: 'violated',
    });
  });
  test('canary: two decide differently', () => {
    expect(decided([2, 1, 2], [2, 1, 0])).toMatchObject({
      kind: 'split',
      agreement: 'violated',
      validity: 'satisfied',
    });
  });
});

describe('the bounded mock', () => {
  test('never decides what nobody was given', () => {
    const task = consensus.create({ values: 5, inputs: 'random', validity: 'inputs' });
    fc.assert(
      fc.property(connected, fc.nat(1e6), fc.boolean(), ({ agents, edges }, seed, isWild) => {
        const wild = {
          inconsistency: 0.5,
          invention: 0.2,
          relay: 1,
          drift: 0.3,
          finalChange: 0.3,
          omission: 0.3,
        };
        const setting = settingOn(agents, edges, task, `${seed}`);
        const { outcome } = ran(
          setting,
          `${seed}`,
          mock({ malformedAnswer: 0, ...(isWild ? wild : {}) }),
          protocol({ rounds: 5 }),
        );
        expect(outcome.verdicts).toMatchObject({ validity: 'satisfied', termination: 'satisfied' });
      }),
      { numRuns: 60 },
    );
  });

  test.each(taskNames)(
    '%s: gives an allowed answer whatever the graph and however wild its knobs',
    (task) => {
      const wild = {
        omission: 0.5,
        inconsistency: 0.5,
        invention: 0.3,
        relay: 1,
        drift: 0.5,
        private: 0.3,
        propose: 0.5,
      };
      fc.assert(
        fc.property(connected, fc.nat(1e6), ({ agents, edges }, seed) => {
          const setting = settingOn(agents, edges, tasks[task], `${seed}`);
          const knobs = { ...wild, malformedAnswer: 0 };
          const { ending } = ran(setting, `${seed}`, mock(knobs), protocol({ rounds: 4 }));
          expect([...ending.decisions].filter((code) => code === UNPARSED || Number.isNaN(code))).toEqual([]);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('a knob that is turned off leaves the noise of the others as it was', () => {
    const { edges, seed } = graphOf(16, 2);
    const setting = settingOn(16, edges, tasks.coloring, seed);
    const answersOf = (knobs: Parameters<typeof mock>[0]): number[] => [
      ...ran(setting, seed, mock(knobs), protocol({ rounds: 6 })).ending.decisions,
    ];
    // Nothing is made up or garbled here in either case, so that not one draw of the rest may move.
    expect(answersOf({ invention: 1e-9, malformed: 1e-9, malformedAnswer: 1e-9 })).toEqual(
      answersOf({ invention: 0, malformed: 0, malformedAnswer: 0 }),
    );
  });
});

describe('tokens', () => {
  test('call r of an agent with d neighbours who all speak reads 328 + 409 r + 82 r d, and writes 314 + 40 d or 281', () => {
    const { edges, seed } = graphOf(16, 1);
    const setting = settingOn(16, edges, tasks.coloring, seed);
    const { offsets } = setting.graph;
    let calls = 0;
    ran(setting, seed, mock({ omission: 0, malformed: 0, malformedAnswer: 0 }), protocol({ rounds: 6 }), [
      {
        answer(agent, question, { usage }) {
          const { round, kind } = question as Question;
          const degree = offsets[agent + 1]! - offsets[agent]!;
          expect(usage).toEqual({
            prompt: 328 + round * (409 + 82 * degree),
            output: kind === 'final' ? 281 : 314 + 40 * degree,
          });
          calls++;
        },
      },
    ]);
    expect(calls).toBe(16 * 7);
  });

  // Recorded totals for coloring with gpt-4o-mini; 8 rounds, 11 on 50 agents (MAFBench, arXiv 2602.03128).
  test.each([
    { agents: 4, rounds: 8, least: 109_000, most: 125_000 },
    { agents: 8, rounds: 8, least: 233_000, most: 274_000 },
    { agents: 16, rounds: 8, least: 508_000, most: 555_000 },
    { agents: 50, rounds: 11, least: 2_900_000, most: 3_000_000 },
  ])(
    'a run on $agents agents costs what recorded ones did, to a tenth',
    ({ agents, rounds, least, most }) => {
      const totals = [0, 1, 2].map((index) => {
        const { edges, seed } = graphOf(agents, index);
        const { counts } = ran(
          settingOn(agents, edges, tasks.coloring, seed),
          seed,
          mock(),
          protocol({ rounds }),
        ).ending;
        return counts.promptTokens + counts.outputTokens;
      });
      const mean = totals.reduce((sum, total) => sum + total, 0) / 3;
      expect(mean).toBeGreaterThan(0.9 * least);
      expect(mean).toBeLessThan(1.1 * most);
    },
  );
});

test('an answer that could not be read decides nothing: nobody has terminated by it', () => {
  const scenario = scenarioOf({
    topology: { kind: 'ring', agents: 6 },
    task: { kind: 'consensus', inputs: 'none' },
    protocol: 'agentsnet',
    behaviour: { kind: 'bounded', malformedAnswer: 1, retryFailure: 1 },
  });
  const { verdicts, outcome } = execute(runOf(scenario, scenario.points[0]!, 0));
  expect(outcome).toBe('no-input');
  expect(verdicts.termination).toBe('violated');
});
