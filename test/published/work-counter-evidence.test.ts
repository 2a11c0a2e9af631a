import { describe, expect, test } from 'vitest';
import { runsOfSuite } from '../suite.ts';
import { metricsOf, near } from './work-closed-forms.ts';

describe('agents who each do a share f of a list, from a place of their own', () => {
  const found = (workers: number, worker: object = {}) =>
    metricsOf(
      {
        seed: 71,
        topology: { kind: 'complete', agents: 9 },
        task: { kind: 'work-graph', items: 40, chance: 1 },
        behaviour: { kind: 'worker', ...worker },
        protocol: { kind: 'independent', workers, turns: workers * 10 },
      },
      runsOfSuite(800),
    );
  test.each([2, 4, 8])('%i of them do 1 - (1 - f)^N of it (coupon collector)', (workers) =>
    near(found(workers), 'soft', 1 - 0.75 ** workers),
  );
  test('where all begin at the same place, many are worth one', () =>
    expect(found(8, { overlap: 1 }).every(({ soft }) => soft === 0.25)).toBe(true));
  test.each([2, 4, 8])(
    '%i who are each handed a part of their own do N f of it: nothing is done twice',
    (workers) => {
      const rows = metricsOf(
        {
          seed: 71,
          topology: { kind: 'complete', agents: 9 },
          task: { kind: 'work-graph', items: 40, chance: 1 },
          behaviour: { kind: 'worker' },
          protocol: { kind: 'orchestrator-workers', workers, rounds: 1, turns: 5 },
        },
        5,
      );
      expect(rows.every(({ soft }) => soft === workers / 8)).toBe(true);
    },
  );
  test('for the same score four write more than one agent: 4 f of thoughts for 1 - (1 - f)^4 of the work', () => {
    // Thoughts are equal and reports have no length, so that what is written is the number of calls.
    const workers = 4;
    const rows = found(workers, { request: 0, claim: 0, thought: 100 });
    const done = 1 - 0.75 ** workers;
    const calls = workers * 10 + 1;
    expect(rows.every(({ outputTokens }) => outputTokens === 100 * calls)).toBe(true);
    // One agent does an item a turn.
    near(
      rows.map(({ soft, outputTokens }) => ({ spare: outputTokens! / 100 - 40 * soft! })),
      'spare',
      calls - 40 * done,
    );
  });
  test('with a board on which they see what is done, they do more than that', () => {
    const rows = metricsOf(
      {
        seed: 72,
        task: { kind: 'work-graph', items: 40, chance: 1 },
        behaviour: { kind: 'worker' },
        protocol: { kind: 'shared-board', workers: 4, turns: 10, gate: false },
      },
      100,
    );
    const mean = rows.reduce((sum, { soft }) => sum + soft!, 0) / rows.length;
    expect(mean).toBeGreaterThan(1 - 0.75 ** 4 + 0.05);
    expect(mean).toBeLessThan(1);
  });
});

describe('features of one program, one for each agent', () => {
  const solved = (shape: string, items: number, hazard: number) =>
    metricsOf(
      {
        seed: 73,
        task: { kind: 'work-graph', shape, items, chance: 1, hazard },
        behaviour: { kind: 'worker' },
        protocol: { kind: 'orchestrator-workers', workers: 4, rounds: 1, turns: 1, spare: 'idle' },
      },
      runsOfSuite(1600),
    );
  test.each([
    ['chain', 2],
    ['chain', 3],
    ['chain', 4],
    ['wide', 4],
  ])('%s: %i of them fit together with chance (1 - hazard)^(N - 1)', (shape, items) =>
    near(solved(shape, items, 0.3), 'solved', 0.7 ** (items - 1)),
  );
  test('nothing is lost where nothing can go out of date', () =>
    expect(solved('chain', 4, 0).every((it) => it.solved === 1)).toBe(true));
});

describe('a mixture of samples', () => {
  const share = (protocol: object, small = -1) =>
    metricsOf(
      {
        seed: 74,
        task: { kind: 'long-steps', steps: 50, chance: 0.7 },
        behaviour: { kind: 'worker', small },
        protocol: { kind: 'self-consistency', ...protocol },
      },
      runsOfSuite(320, 8),
    );
  const weak = 1 / (1 + Math.exp(1) * (0.3 / 0.7));
  test('samples of the small model are right by its chance', () =>
    near(share({ samples: 1, small: 1 }), 'soft', weak));
  test('of three votes, two of them of the small model', () => {
    const both = weak * weak;
    near(share({ samples: 3, small: 2 }), 'soft', both + 0.7 * 2 * weak * (1 - weak));
    near(share({ samples: 3 }), 'soft', 0.7 ** 3 + 3 * 0.7 ** 2 * 0.3);
  });
  test('a small model that is as good takes nothing away', () =>
    expect(share({ samples: 5, small: 3 }, 0)).toEqual(share({ samples: 5 }, 0)));
  test('no more than all can be of the small model', () =>
    expect(() => share({ samples: 3, small: 4 })).toThrow(/at most `samples` \(3\), but is 4; lower it/));
});

describe('bridges', () => {
  const bridged = (protocol: object, runs = 1) =>
    metricsOf(
      {
        seed: 75,
        topology: { kind: 'complete', agents: 9 },
        task: { kind: 'artifact', fields: 16, chance: 1, tests: 0 },
        behaviour: { kind: 'worker' },
        protocol: { kind: 'bridged-calls', systems: 8, fieldLoss: 0, hop: '1s', ...protocol },
      },
      runs,
    );
  const tokens = (protocol: object): number => bridged(protocol)[0]!.tokens!;
  const plain = tokens({});
  test('put a header in front of what is handed over: one pair by pair, two over a hub', () => {
    expect(tokens({ header: 30 }) - plain).toBe(7 * 30);
    expect(tokens({ header: 30, wiring: 'hub' }) - plain).toBe(14 * 30);
    expect(tokens({ header: 30, native: 8 })).toBe(plain);
  });
  test('are described once for each that there is, or for the one in use', () => {
    expect(tokens({ schema: 100 }) - plain).toBe(7 * 7 * 100);
    expect(tokens({ schema: 100, disclosure: 'use' }) - plain).toBe(7 * 100);
    expect(tokens({ schema: 100, wiring: 'hub' }) - plain).toBe(7 * 100);
    expect(tokens({ schema: 100, wiring: 'hub', disclosure: 'use' }) - plain).toBe(7 * 100);
    expect(tokens({ schema: 100, native: 8 })).toBe(plain);
  });
  test('where half are native, these need no more than the others', () => {
    // Hand-overs 1 to 4 go to foreign systems with 7 adapters each, the rest to native ones with 4.
    expect(tokens({ schema: 100, native: 4 }) - plain).toBe((3 * 7 + 4 * 4) * 100);
    // Of these only the first comes from a foreign system.
    expect(tokens({ schema: 100, native: 4, disclosure: 'use' }) - plain).toBe((3 + 1) * 100);
    expect(tokens({ schema: 100, native: 4, wiring: 'hub' }) - plain).toBe(3 * 100);
  });
  test('fail and are done again: q / (1 - q) times each, and each takes its time', () => {
    const rows = bridged({ failure: 0.2, wiring: 'hub' }, runsOfSuite(1600));
    near(rows, 'failures', 14 * 0.25);
    for (const { failures, seconds } of rows) expect(seconds).toBeCloseTo(14 + failures!, 6);
    expect(bridged({}, 1)[0]!.failures).toBe(0);
  });
});
