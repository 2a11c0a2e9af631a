import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transcript } from '../../src/cli/transcript.ts';
import type { Row, Run } from '../../src/scenario/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { agentsnetReport } from '../../src/study/agentsnet-report.ts';
import { CsvColumns } from '../../src/study/csv.ts';
import { InOrder } from '../../src/study/in-order.ts';
import {
  shownEstimate,
  shownNumber,
  shownPercent,
  shownShare,
  shownSpan,
  shownTime,
} from '../../src/study/numbers.ts';
import { pointTable } from '../../src/study/point-table.ts';
import { type Plan, planOf } from '../../src/study/source.ts';
import { type Estimate, proportion } from '../../src/study/statistics.ts';
import { type StudyOptions, study } from '../../src/study/study.ts';
import { Summary } from '../../src/study/summary.ts';
import { rowsOf, sweep } from '../../src/study/sweep.ts';
import { fittedTable, sparkline, textTable, wrapped } from '../../src/study/text-table.ts';
import { ScenarioError } from '../../src/world/error.ts';
import type { TraceRecord } from '../../src/world/trace.ts';
import { floodText } from '../cli/synod.ts';

const rowAt = (point: number, replication: number, more: Partial<Row> = {}): Row => ({
  run: `${point}-${replication}`,
  point,
  replication,
  seed: `7/${replication}`,
  factors: { n: point },
  fingerprint: `f${point}${replication}`,
  outcome: 'valid',
  cause: 'none',
  witness: '',
  verdicts: {},
  metrics: {},
  ...more,
});

const pointsOf = (...factors: Row['factors'][]): Scenario['points'] =>
  factors.map((it, index) => ({ index, factors: it })) as unknown as Scenario['points'];

describe('order', () => {
  test('whatever comes in any order goes out in order, each once', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(20).keys()], { minLength: 20 }), (serials) => {
        const order = new InOrder<number>();
        const out: number[] = [];
        for (const serial of serials) {
          order.put(serial, serial);
          out.push(...order.drain());
        }
        expect(out).toEqual([...Array(20).keys()]);
      }),
    );
  });
});

describe('sweep', () => {
  const plan = planOf({ name: 'flood', text: floodText('[]'), overrides: ['replications=5'], folder: '.' });

  test('every run once, in order; what is done already is left out', async () => {
    const seen: string[] = [];
    const isDone = (index: number): boolean => index % 3 === 0;
    const take = (_: string, rows: readonly Row[]): void => void seen.push(...rows.map(({ run }) => run));
    const end = await sweep({ plan, jobs: 1, take, isDone });
    const wanted = [...Array(30).keys()]
      .filter((index) => !isDone(index))
      .map((index) => plan.runs.at(index).id);
    expect(seen).toEqual(wanted);
    expect(end).toEqual({ executed: 20, status: 'complete' });
  });

  test('a signal and a limit end it early, and say so', async () => {
    const controller = new AbortController();
    const interrupted = await sweep({
      plan,
      jobs: 1,
      take: () => controller.abort(),
      signal: controller.signal,
    });
    expect(interrupted.status).toBe('interrupted');
    expect(interrupted.executed).toBeLessThan(30);
    expect(await sweep({ plan, jobs: 1, take: () => {}, maxRuns: 4 })).toEqual({
      executed: 4,
      status: 'limited',
    });
    expect((await sweep({ plan, jobs: 1, take: () => {}, timeLimit: 0 })).status).toBe('limited');
  });

  test('a fault of ours is a row; one of the author ends the sweep after the rows before it', async () => {
    const broken = (throwing: () => never): Plan => ({
      ...plan,
      runs: {
        count: 30,
        at: (index): Run => {
          const run = plan.runs.at(index);
          return index === 7
            ? { ...run, config: { ...(run.config as object), topology: { make: throwing } } }
            : run;
        },
      },
    });
    const rows: Row[] = [];
    const take = (_: string, some: readonly Row[]): void => void rows.push(...some);
    const ours = broken(() => {
      throw new TypeError('oops');
    });
    expect(await sweep({ plan: ours, jobs: 1, take })).toEqual({ executed: 30, status: 'complete' });
    expect(rows[7]).toMatchObject({ cause: 'error', metrics: {} });
    expect(rows[7]?.error).toContain('oops');

    rows.length = 0;
    const theirs = broken(() => {
      throw new ScenarioError([{ path: 'topology', message: 'must be connected' }]);
    });
    await expect(sweep({ plan: theirs, jobs: 1, take })).rejects.toThrow(
      'topology: must be connected (at topology.agents=8 faults.0.chance=0.05, replication 1)',
    );
    expect(rows.length).toBe(7);
  });
});

describe('summary', () => {
  test('shares get Wilson intervals, other numbers t; failed runs are counted apart', () => {
    const summary = new Summary({ points: pointsOf({ n: 0 }, { n: 1 }) });
    for (let i = 0; i < 10; i++)
      summary.add(rowAt(0, i, { metrics: { solved: 1, tokens: i, none: null, count: 1 } }));
    summary.add(
      rowAt(1, 0, {
        metrics: { solved: 0, tokens: 4, none: null, count: 2 },
        outcome: 'split',
        cause: 'clash',
      }),
    );
    summary.add(rowAt(1, 1, { error: 'oops', outcome: 'undetermined' }));
    const [first, second] = summary.points;
    expect(first?.metrics.solved).toMatchObject({ mean: 1, high: 1, n: 10 });
    expect(first?.metrics.solved?.low).toBeCloseTo(0.7224672, 6);
    expect(first?.metrics.tokens?.mean).toBe(4.5);
    expect(first?.metrics.none).toEqual({ mean: null, low: null, high: null, n: 0 });
    // It is 1 throughout, but a count: elsewhere it is 2.
    expect(first?.metrics.count).toMatchObject({ low: 1, high: 1 });
    expect(second).toMatchObject({
      replications: 1,
      errors: 1,
      outcomes: { split: 1 },
      causes: { clash: 1 },
    });
    expect(summary.pooled(() => true)).toMatchObject({ replications: 11, outcomes: { valid: 10, split: 1 } });
    expect(summary.pooled(() => true).metrics.solved?.mean).toBeCloseTo(10 / 11, 12);
    expect(summary.firstError?.error).toBe('oops');
  });

  test('the fingerprint of all runs depends on every run and on their order', () => {
    const of = (...names: string[]): string => {
      const summary = new Summary({ points: pointsOf({ n: 0 }) });
      names.forEach((fingerprint, i) => {
        summary.add(rowAt(0, i, { fingerprint }));
      });
      return summary.fingerprint;
    };
    expect(new Set([of('a', 'b'), of('b', 'a'), of('a', 'c'), of('a'), of('ab')]).size).toBe(5);
    expect(of('a', 'b')).toBe(of('a', 'b'));
  });
});

describe('table of rows', () => {
  test('fields are quoted as RFC 4180 has it, and what a row lacks is empty', () => {
    const columns = new CsvColumns();
    const first = rowAt(0, 0, { witness: 'Ann, "Bob"\nand Cid', metrics: { soft: 0.5 } });
    const second = rowAt(1, 0, { verdicts: { agreement: 'violated' }, metrics: { n: 3 } });
    expect([columns.learn(first), columns.learn(second), columns.learn(first)]).toEqual([true, true, false]);
    expect(columns.head).toBe(
      'run,point,replication,seed,n,fingerprint,outcome,cause,witness,agreement (verdict),soft,n (metric),error\n',
    );
    expect(columns.line(first)).toBe('0-0,0,0,7/0,0,f00,valid,none,"Ann, ""Bob""\nand Cid",,0.5,,\n');
    expect(columns.line(second)).toBe('1-0,1,0,7/0,1,f10,valid,none,,violated,,3,\n');
  });

  test('stored lines read back as they were', () => {
    const rows = [rowAt(0, 0, { witness: 'ä\u2028\n' }), rowAt(1, 2)];
    expect(rowsOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))).toEqual(rows);
    expect(rowsOf('')).toEqual([]);
  });
});

describe('text for people', () => {
  test('columns line up, whatever colours are in them', () => {
    const red = (text: string): string => `\u001b[31m${text}\u001b[0m`;
    expect(
      textTable(
        [{ head: 'a' }, { head: 'n', align: 'right' }],
        [
          [red('long'), '1'],
          ['b', '100'],
        ],
      ),
    ).toEqual(['a       n', `${red('long')}    1`, 'b     100']);
  });

  test('a table that is too wide goes on below, with its first column again', () => {
    const heads = ['name', 'aaaa', 'bbbb', 'cccc', 'dddd'].map((head) => ({ head }));
    const rows = [['one', '1', '2', '3', '4']];
    expect(fittedTable(heads, rows, 100)).toEqual(textTable(heads, rows));
    expect(fittedTable(heads, rows, 23)).toEqual([
      'name  aaaa  bbbb',
      'one   1     2',
      '',
      'name  cccc  dddd',
      'one   3     4',
    ]);
    // What fits nowhere stands alone.
    expect(fittedTable(heads, rows, 5).length).toBe(4 * 3 - 1);
  });

  test('intervals are shown as they are: both ends of lopsided ones', () => {
    expect(shownShare(proportion(0, 20))).toBe('0.00 0-.16');
    expect(shownShare(proportion(20, 20))).toBe('1.00 .84-1');
    expect(shownPercent(proportion(3, 4))).toBe('75 30-95');
    expect(shownEstimate(proportion(3, 4))).toBe('0.75 .30-.95');
    expect(shownEstimate({ mean: 10, low: 9, high: 14 })).toBe('10 (9 to 14)');
    expect(shownEstimate({ mean: 10, low: 9, high: 11 })).toBe('10 ± 1');
    expect(shownEstimate({ mean: 10, low: null, high: null })).toBe('10');
    expect(shownEstimate({ mean: null, low: null, high: null })).toBe('-');
  });

  test('numbers, spans and bars', () => {
    expect([0, 12, 1234567, 0.123456, 12.3456, 1234.5, 1e-7].map(shownNumber)).toEqual([
      '0',
      '12',
      '1,234,567',
      '0.123',
      '12.3',
      '1,235',
      '1.0e-7',
    ]);
    expect([400, 58_000, 185_000, 7_800_000].map(shownSpan)).toEqual([
      '0.4 s',
      '58 s',
      '3 min 05 s',
      '2 h 10 min',
    ]);
    expect([0, 250, 250_000, 1_500_000].map(shownTime)).toEqual(['0 us', '250 us', '250 ms', '1.5 s']);
    expect(sparkline([0, 0.5, 1, null])).toBe('▁▅█·');
    expect(wrapped('one two three', 8, '  ')).toEqual(['  one', '  two', '  three']);
  });

  test('a table of points keeps within the page and names what it leaves out', () => {
    const summary = new Summary({ points: pointsOf({ 'topology.agents': 8 }, { 'topology.agents': 16 }) });
    const metrics = Object.fromEntries([...Array(30).keys()].map((i) => [`metric${i}`, 12345.678 * i]));
    for (let i = 0; i < 4; i++)
      summary.add(rowAt(i % 2, i, { metrics: { solved: i % 3 === 0 ? 1 : 0, ...metrics } }));
    const lines = pointTable(['topology.agents'], summary.points, 100);
    expect(lines.every((line) => line.length <= 100)).toBe(true);
    expect(lines[0]).toMatch(/^agents +runs +valid +solved/);
    expect(lines.at(-1)).toMatch(/^not shown: metric/);
  });
});

describe('report of the benchmark', () => {
  const names = {
    task: ['coloring', 'consensus'],
    'topology.agents': [4, 8, 32],
    behaviour: ['bounded', 'oracle'],
  };
  const factors = Object.entries(names).map(([path, labels]) => ({
    path,
    levels: labels.map((label) => ({ label, value: label })),
  }));
  const cells = names.task.flatMap((task) =>
    names['topology.agents'].flatMap((n) =>
      names.behaviour.map((it) => ({ task, 'topology.agents': n, behaviour: it })),
    ),
  );

  test('shares, causes and tokens are those of the rows', () => {
    const summary = new Summary({ points: pointsOf(...cells) });
    cells.forEach((it, point) => {
      for (let i = 0; i < 4; i++) {
        const solved = it.behaviour === 'oracle' || (it['topology.agents'] === 4 && i > 0) ? 1 : 0;
        const cause = solved === 1 ? 'none' : 'clash';
        summary.add(rowAt(point, i, { factors: it, cause, metrics: { solved, tokens: 1000 } }));
      }
    });
    const plain = (text: string): string => text;
    const lines = agentsnetReport({
      scenario: { factors },
      summary,
      published: {
        pooled: [
          { model: 'Some Model', source: 'A paper', solved: { coloring: [0.5, 0.1] }, overall: [0.5, 0.1] },
        ],
        recorded: [{ task: 'coloring', agents: 4, solved: 1, runs: 3 }],
      },
      strong: plain,
      faint: plain,
      width: 100,
    });
    const text = lines.join('\n');
    expect(lines.every((line) => line.length <= 100)).toBe(true);
    expect(text).toMatch(/coloring +75 30-95 +0 0-49 +0 0-49 +▇▁▁/);
    expect(text).toMatch(/oracle +100 51-100 +100 51-100 +100 51-100 +███/);
    // 5 of the 8 runs at n = 4 and 8 clash, all of those at 32.
    expect(text).toMatch(/coloring +clash 63 % +clash 100 %/);
    expect(text).toMatch(/coloring +1\.33k +>4\.00k +>4\.00k/);
    expect(text).toMatch(/Some Model +\.50 \(\.10\) +- +\.50/);
    expect(text).toMatch(/ours: bounded +\.38 \.15-\.64/);
    expect(text).toMatch(/coloring +1 of 3 +0\.75/);
  });
});

describe('transcript', () => {
  const names = ['Ann', 'Bob', 'Cid'];
  const nameOf = (value: number): string => `Group ${value}`;
  const records: TraceRecord[] = [
    { kind: 'round', at: 0, round: 0 },
    { kind: 'ask', at: 0, round: 0, agent: 0 },
    { kind: 'send', at: 2e6, round: 0, agent: 0, to: 1, content: 'I take Group 1' },
    { kind: 'drop', at: 2e6, round: 0, agent: 0, to: 1, content: 'I take Group 1', why: 'partition' },
    { kind: 'send', at: 2e6, round: 0, agent: 0, to: 2, content: 'I take Group 1' },
    { kind: 'round', at: 3e6, round: 1 },
    { kind: 'timeout', at: 3e6, round: 1, agent: 1, tag: 0 },
    { kind: 'decide', at: 3e6, round: 1, agent: 2, value: 2 },
  ];

  test('one line per saying, with what was lost of it', () => {
    expect([...transcript(records, { names, nameOf, width: 100 })]).toEqual([
      {
        heading: 'Round 0, at 0 s',
        round: 0,
        lines: [
          '  Ann to Bob, Cid: I take Group 1',
          '  not delivered (partition), Ann to Bob: I take Group 1',
        ],
      },
      { heading: 'Round 1, at 3 s', round: 1, lines: ["  Bob's timeout is due", '  Cid decides Group 2'] },
    ]);
  });

  test('one agent alone', () => {
    const lines = [...transcript(records, { names, nameOf, width: 100, agent: 2 })].flatMap((it) => it.lines);
    expect(lines).toEqual(['  Ann to Bob, Cid: I take Group 1', '  Cid decides Group 2']);
  });
});

describe('a study that stops where it knows enough', () => {
  const text = `
question: How often does a flood fail?
seed: 11
replications: 300
precision: { halfWidth: 0.1, pool: [topology], block: 10 }
topology: { agents: 8 }
task: broadcast
protocol: flood
faults: [{ kind: loss, chance: 0 }]
vary:
  topology: [{ kind: ring }, { kind: path }]
  faults[0].chance: [0, 0.03, 0.1]
`;
  const plan = planOf({ name: 'precise', text, overrides: [], folder: '.' });
  const rowsOfStudy = async (more: Partial<StudyOptions> = {}): Promise<string[]> => {
    const rows: string[] = [];
    await study({ plan, jobs: 1, visit: (row) => rows.push(JSON.stringify(row)), ...more });
    return rows;
  };

  test('runs each group of points until its interval is narrow enough, and no block longer', async () => {
    const { summary } = await study({ plan, jobs: 1 });
    for (const chance of [0, 0.03, 0.1]) {
      const { metrics, replications } = summary.pooled((factors) => factors['faults[0].chance'] === chance);
      const { low, high, mean } = metrics.solved as Required<Estimate>;
      expect((high! - low!) / 2, `chance ${chance}`).toBeLessThanOrEqual(0.1);
      // One block of ten on two points less would not have been enough.
      const fewer = proportion(Math.round(mean! * (replications - 20)), replications - 20);
      if (replications > 20) expect((fewer.high! - fewer.low!) / 2).toBeGreaterThan(0.085);
      expect(replications).toBeLessThan(600);
    }
    const certain = summary.points[0]!.replications;
    const doubtful = summary.points[2]!.replications;
    expect(certain).toBeLessThan(doubtful);
  });

  test('gives the same rows when it is cut short and goes on, however often', async () => {
    const whole = await rowsOfStudy();
    const folder = mkdtempSync(join(tmpdir(), 'synod-'));
    try {
      for (let i = 0; i < 3; i++) await study({ plan, jobs: 1, folder, maxRuns: 23 });
      expect(await rowsOfStudy({ folder })).toEqual(whole);
      expect(await rowsOfStudy({ folder })).toEqual(whole);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('refuses to pool over what does not vary', () => {
    const overrides = ['precision.pool=[topology.agnts]'];
    expect(() => planOf({ name: 'precise', text, overrides, folder: '.' })).toThrow('precision.pool[0]');
  });
});
