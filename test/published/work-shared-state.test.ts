import { describe, expect, test } from 'vitest';
import { runsOfSuite } from '../suite.ts';
import { metricsOf, near } from './work-closed-forms.ts';

describe('edits of one product land when their calls end', () => {
  const team = { kind: 'orchestrator-workers', rounds: 1, turns: 1 };
  const edits = (protocol: object, more: object = {}, runs = 3) =>
    metricsOf(
      {
        seed: 61,
        task: { kind: 'work-graph', shape: 'wide', items: 4, chance: 1, hazard: 1 },
        behaviour: { kind: 'worker' },
        protocol,
        ...more,
      },
      runs,
    );
  const soft = (rows: readonly Record<string, number>[]): number[] => rows.map((it) => it.soft!);
  const serving = { decode: 50 };

  test.each([{}, { serving }])('of edits made side by side only the first to land holds %j', (more) => {
    expect(soft(edits({ ...team, workers: 4 }, more))).toEqual([0.25, 0.25, 0.25]);
    // Who has missed an edit is outdated until it is shown the product again; who has not, by the edits of the other.
    expect(soft(edits({ ...team, workers: 2, turns: 2 }, more))).toEqual([0.25, 0.25, 0.25]);
    expect(soft(edits({ kind: 'debate', debaters: 4, rounds: 1, turns: 1 }, more))).toEqual([
      0.25, 0.25, 0.25,
    ]);
  });
  test('one’s own edits outdate nobody', () => {
    expect(soft(edits({ ...team, workers: 1, turns: 4 }, { serving }))).toEqual([1, 1, 1]);
  });
  test('who is shown the product after the others have landed is safe', () => {
    const task = { kind: 'work-graph', shape: 'wide', items: 2, chance: 1, hazard: 1 };
    const behaviour = { kind: 'worker', recall: 1 };
    const again = { ...team, workers: 2, rounds: 2, spare: 'idle' };
    expect(soft(edits({ ...again, rounds: 1 }, { serving, task, behaviour }))).toEqual([0.5, 0.5, 0.5]);
    expect(soft(edits(again, { serving, task, behaviour }))).toEqual([1, 1, 1]);
  });
  test('each of the others fails by the hazard, and all hold without it', () => {
    const task = { kind: 'work-graph', shape: 'wide', items: 3, chance: 1 };
    const runs = runsOfSuite(2000);
    near(edits({ ...team, workers: 3 }, { task: { ...task, hazard: 0.3 } }, runs), 'soft', (1 + 2 * 0.7) / 3);
    expect(soft(edits({ ...team, workers: 3 }, { task }))).toEqual([1, 1, 1]);
  });
});

describe('a board of what is taken for done too early', () => {
  // A stage is done in a turn with chance q; whoever has not done it says so all the same.
  const q = 1 - Math.exp(-1 / 2);
  const board = (shared: boolean, recall: number, premature = 1) =>
    metricsOf(
      {
        seed: 62,
        task: { kind: 'work-graph', shape: 'chain', items: 3, cost: 1000, chance: 1 },
        behaviour: { kind: 'worker', recall, premature },
        protocol: { kind: 'shared-board', workers: 3, turns: 5, shared },
        serving: { decode: 50 },
      },
      runsOfSuite(2000),
    );
  const mean = (rows: readonly Record<string, number>[]): number =>
    rows.reduce((sum, it) => sum + it.solved!, 0) / rows.length;
  test('unchecked, a team is as good as three apart, and both as one', () => {
    near(board(true, 0), 'solved', q ** 3);
    near(board(false, 0), 'solved', q ** 3);
  });
  test('checked, three apart are three tries, and a team is better', () => {
    // Three stages in at most five turns: the third is done in turn 3, 4 or 5.
    const one = q ** 3 * (1 + 3 * (1 - q) + 6 * (1 - q) ** 2);
    near(board(false, 1), 'solved', 1 - (1 - one) ** 3);
    expect(mean(board(true, 1))).toBeGreaterThan(mean(board(false, 1)) + 0.05);
  });
  test('who can tell for itself needs no check', () => {
    expect(mean(board(true, 0, 0))).toBeGreaterThan(mean(board(false, 0, 0)) + 0.05);
    expect(mean(board(false, 0, 0))).toBeGreaterThan(mean(board(false, 0)) + 0.2);
  });
});
