import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOfSuite } from '../suite.ts';
import { metricsOf, near } from './work-closed-forms.ts';

const items = 20;
const checked = (chance: number, worker: object, protocol: object = {}) =>
  metricsOf(
    {
      seed: 6,
      task: { kind: 'work-graph', shape: 'wide', items, chance },
      behaviour: { kind: 'worker', ...worker },
      protocol: { kind: 'orchestrator-workers', workers: 4, rounds: 1, turns: 5, ...protocol },
    },
    runsOfSuite(2000, 8),
  );

describe('saturation: p (1 - H) + (1 - p) G', () => {
  test.each([
    [0.3, 0.25, 0.6],
    [0.7, 0.25, 0.6],
    [0.55, 0.4, 0.15],
  ])('at p = %d with G = %d and H = %d', (p, recall, loss) => {
    near(checked(p, { recall, repair: 1, loss }), 'soft', p * (1 - loss) + (1 - p) * recall);
  });

  test('the gain is nothing at G / (G + H), and its sign changes there', () => {
    const [recall, repair, loss] = [0.5, 0.6, 0.2];
    const threshold = (recall * repair) / (recall * repair + loss);
    near(checked(threshold, { recall, repair, loss }), 'soft', threshold);
    const gain = (p: number): number =>
      checked(p, { recall, repair, loss }).reduce((sum, it) => sum + it.soft! - p, 0);
    expect(gain(threshold - 0.2)).toBeGreaterThan(0);
    expect(gain(threshold + 0.2)).toBeLessThan(0);
  });

  test('false alarms cost what cannot be put right', () => {
    const [p, recall, falseAlarm, repair, loss] = [0.6, 0.5, 0.2, 0.7, 0.1];
    const kept = p * ((1 - falseAlarm) * (1 - loss) + falseAlarm * repair);
    near(checked(p, { recall, falseAlarm, repair, loss }), 'soft', kept + (1 - p) * recall * repair);
  });

  test('switched off: without check and loss a team is as good as its workers', () => {
    near(checked(0.6, {}), 'soft', 0.6);
  });
});

describe('coverage: B tokens find a fact of cost D with chance 1 - exp(-q B / D)', () => {
  const search = (protocol: object, worker: object, cost = 4000) =>
    metricsOf(
      {
        seed: 7,
        task: { kind: 'hidden-facts', facts: 25, cost, sigma: 0 },
        behaviour: { kind: 'worker', thought: 300, ...worker },
        protocol,
      },
      runsOfSuite(2000, 8),
    );
  test.each([
    [3, 1, 4000],
    [12, 0.5, 4000],
    [12, 2, 9000],
  ])('%d turns of 300 tokens, q = %d, D = %d', (turns, effort, cost) => {
    const rows = search({ kind: 'single-agent', turns, early: false }, { effort }, cost);
    near(rows, 'soft', 1 - Math.exp((-effort * 300 * turns) / cost));
  });
  test.each([
    [3, 0],
    [3, 0.4],
    [5, 1],
  ])(
    '%d agents that share 15 turns and overlap by %d search as one with B (1 - o (1 - 1 / n))',
    (workers, overlap) => {
      const rows = search({ kind: 'independent', workers, turns: 15, early: false }, { overlap });
      near(rows, 'soft', 1 - Math.exp((-4500 * (1 - overlap * (1 - 1 / workers))) / 4000));
    },
  );
});

describe('rollouts on shared prefixes', () => {
  const grown = (protocol: object, steps = 16) =>
    metricsOf(
      {
        seed: 8,
        task: { kind: 'long-steps', steps, chance: 0.9 },
        behaviour: { kind: 'worker', thought: 100, system: 200, request: 0 },
        protocol: { kind: 'tree-rollouts', ...protocol },
      },
      runsOfSuite(2000, 8),
    );
  test.each([
    [1, 2, 1],
    [2, 6, 1],
    [3, 2, 4],
  ])(
    'M = %d, N = %d, L = %d: M (L N + 1) rollouts for M (1 + L N / 2) trajectories',
    (trees, expansions, rounds) => {
      const rows = grown({ trees, expansions, rounds });
      near(rows, 'trajectories', trees * (1 + (rounds * expansions) / 2));
      expect(rows.every((it) => it.rollouts === trees * (rounds * expansions + 1))).toBe(true);
    },
  );
  test('forks at a share d of the way: 1 + (N - 1)(1 - d) trajectories for N rollouts', () => {
    const rows = grown({ trees: 1, expansions: 7, fork: 0.75 });
    expect(rows.every((it) => it.rollouts === 8 && it.trajectories === 1 + 7 * 0.25)).toBe(true);
  });
  test.each([
    [0.3, 16],
    [0.5, 7],
    [0.99, 16],
    [0.03, 16],
  ])('and on the mean at a share of %d of %d steps, which lies between two of them', (share, steps) => {
    const rows = grown({ trees: 1, expansions: 7, fork: share }, steps);
    near(rows, 'trajectories', 1 + 7 * (1 - share));
    expect(rows.every((it) => it.rollouts === 8)).toBe(true);
  });
  test('at the end a branch shares everything, and at the beginning nothing', () => {
    const ends = grown({ trees: 2, expansions: 7, rounds: 3, fork: 1 }, 40);
    expect(ends.every((it) => it.rollouts === 44 && it.trajectories === 2 && it.distinct! <= 2)).toBe(true);
    const begins = grown({ trees: 2, expansions: 2, fork: 0 });
    expect(begins.every((it) => it.rollouts === 6 && it.trajectories === 6)).toBe(true);
  });
  test('a step is written once, however many trajectories pass through it', () => {
    for (const row of grown({ trees: 2, expansions: 3 }))
      expect(row.outputTokens).toBeCloseTo(row.trajectories! * 16 * 100, 6);
  });
  test('switched off: chains cost what they cost', () => {
    const rows = grown({ trees: 5, expansions: 0 });
    expect(rows.every((it) => it.trajectories === 5 && it.rolloutsPerTrajectory === 1)).toBe(true);
  });
});

describe('turns follow from schedules', () => {
  const turnsOf = (protocol: object): number[] =>
    metricsOf(
      {
        task: { kind: 'work-graph', shape: 'wide', items: 60, chance: 0.5 },
        behaviour: { kind: 'worker' },
        protocol,
        metrics: ['work'],
      },
      3,
    ).map((it) => it.turns!);
  test('n workers of k turns, r rounds, one call of the lead a round', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (workers, turns, rounds) => {
          const crew = { workers, turns, rounds, early: false };
          const expected = rounds * (workers * turns + 1);
          for (const it of turnsOf({ kind: 'orchestrator-workers', ...crew })) expect(it).toBe(expected);
          const peers = Math.min(2, workers - 1);
          for (const it of turnsOf({ kind: 'hybrid-team', ...crew }))
            expect(it).toBe(expected + rounds * workers * peers);
          for (const it of turnsOf({ kind: 'independent', workers, turns: turns * workers }))
            expect(it).toBe(workers * turns + 1);
          if (workers > 1)
            for (const it of turnsOf({ kind: 'debate', debaters: workers, turns, rounds }))
              expect(it).toBe(workers * turns * rounds);
        },
      ),
      { numRuns: 15 },
    ));
});

describe('what a turn works on', () => {
  const graph = (task: object, protocol: object, worker: object = {}) =>
    metricsOf(
      {
        seed: 9,
        task: { kind: 'work-graph', items: 6, chance: 0.9, ...task },
        behaviour: { kind: 'worker', ...worker },
        protocol,
      },
      runsOfSuite(2000),
    );
  const team = { kind: 'orchestrator-workers', workers: 3, rounds: 1, turns: 2 };
  test('one agent in a chain: each step is right with its chance, and counts only with those before it', () => {
    const p = 0.9;
    const expected = [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + p ** k, 0) / 6;
    const rows = graph({ shape: 'chain', hazard: 0.5 }, { kind: 'single-agent', turns: 6 });
    near(rows, 'soft', expected);
    near(rows, 'solved', p ** 6);
  });
  test('a team on a shared state fails by the hazard, step by step; without hazard it does not', () => {
    // Of six edits made side by side only the first is made on a product that nobody has changed since.
    near(graph({ shape: 'chain', hazard: 0.3 }, team), 'solved', 0.9 ** 6 * 0.7 ** 5);
    near(graph({ shape: 'chain', hazard: 0 }, team), 'solved', 0.9 ** 6);
  });
  test('a graph of one’s own: an item counts with all that it needs', () => {
    const needs = [[], [], [0, 1], [2], [2], [3, 4]];
    const p = 0.9;
    const expected = (p + p + p ** 3 + 2 * p ** 4 + p ** 6) / 6;
    near(graph({ shape: 'custom', needs }, { kind: 'single-agent', turns: 6 }), 'soft', expected);
  });

  /** Seconds and share of runs solved, where every call takes ten seconds and every item one turn. */
  const timed = (task: object, protocol: object) => {
    const rows = metricsOf(
      {
        seed: 9,
        topology: { kind: 'complete', agents: 9 },
        task: { kind: 'work-graph', chance: 1, ahead: false, ...task },
        behaviour: { kind: 'worker' },
        serving: { firstToken: '10s' },
        protocol,
      },
      1,
    );
    return rows.map(({ seconds, solved, calls }) => ({ seconds, solved, calls }));
  };
  const lead = { kind: 'orchestrator-workers', rounds: 20 };
  test.each([
    // A worker goes on alone with what needs only its own: a chain is one worker's, with the lead's review after it.
    ['a chain', { shape: 'chain', items: 8 }, { workers: 8, turns: 8, spare: 'idle' }, 8 + 1, 8 + 1],
    [
      'a chain, one turn to a round',
      { shape: 'chain', items: 4 },
      { workers: 8, turns: 1, spare: 'idle' },
      4 * 2,
      4 * 2,
    ],
    ['wide work', { items: 8 }, { workers: 8, turns: 1 }, 1 + 1, 8 + 1],
    // 0; 1 and 2; 3, 4 and 5; 6; 7: five levels, and a review after each.
    [
      'a graph of five levels',
      { shape: 'custom', items: 8, needs: [[], [0], [0], [1], [2], [2], [3, 4], [5, 6]] },
      { workers: 4, turns: 1, spare: 'idle' },
      5 * 2,
      8 + 5,
    ],
    // 0; 1 with 3 after it, and 2; 4 with 6 after it, and 5; 7: what can be shared out waits for the next round.
    [
      'a graph of five levels, with turns to go on in',
      { shape: 'custom', items: 8, needs: [[], [0], [0], [1], [2], [2], [3, 4], [5, 6]] },
      { workers: 4, turns: 8, spare: 'idle' },
      1 + 1 + 2 + 1 + 2 + 1 + 1 + 1,
      8 + 4,
    ],
    // However many turns a worker has, a fork is shared out: three levels.
    [
      'a fork that joins again',
      { shape: 'custom', items: 6, needs: [[], [0], [0], [0], [0], [1, 2, 3, 4]] },
      { workers: 4, turns: 10, spare: 'idle' },
      3 * 2,
      6 + 3,
    ],
    // All share the first item, and the first of them goes on.
    ['a chain that all share', { shape: 'chain', items: 5 }, { workers: 3, turns: 10 }, 5 + 1, 5 + 2 + 1],
    // Two chains of three that meet: three turns side by side, then the last item.
    [
      'two chains that meet',
      { shape: 'custom', items: 7, needs: [[], [], [0], [1], [2], [3], [4, 5]] },
      { workers: 2, turns: 3, spare: 'idle' },
      3 + 1 + 1 + 1,
      6 + 1 + 1 + 1,
    ],
  ])('where nothing can be done ahead, time goes by the critical path: %s', (_, task, crew, tens, calls) => {
    expect(timed(task, { ...lead, ...crew })).toEqual([{ seconds: 10 * tens, solved: 1, calls }]);
  });
  test('the same work ahead of its needs takes no longer than wide work', () => {
    const crew = { ...lead, workers: 8, turns: 1 };
    expect(timed({ shape: 'chain', items: 8, ahead: true }, crew)).toMatchObject([
      { seconds: 20, solved: 1 },
    ]);
  });
  test('one agent takes what can be begun, in any graph', () => {
    const needs = [[], [0], [0], [1, 2]];
    expect(timed({ shape: 'custom', items: 4, needs }, { kind: 'single-agent', turns: 4 })).toEqual([
      { seconds: 40, solved: 1, calls: 4 },
    ]);
  });
  test('rows of a sequence that would wait for each other are refused', () => {
    expect(() =>
      timed({ shape: 'chain', items: 6 }, { kind: 'sequential-roles', roles: 2, rows: 2 }),
    ).toThrow(/protocol.rows: must leave together .* item 3 needs 2.*rows: 1, or task.ahead: true/);
  });
});
