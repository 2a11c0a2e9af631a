import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonLines, newFolder, synod, synodHere } from './synod.ts';

/** Three under a lead, whose prices turn round in 2026. */
function teamFile(more = ''): string {
  const file = join(newFolder(), 'team.yaml');
  writeFileSync(
    file,
    `
title: A team of three
question: Is a lead with three workers worth its tokens?
seed: 5
topology: { kind: complete, agents: 4 }
task: { kind: work-graph, items: 3, chance: 0.7 }
behaviour: { kind: worker, recall: 0.8, repair: 0.5, loss: 0.02 }
protocol: { kind: orchestrator-workers, workers: 3, rounds: 2, turns: 3 }
prices:
  model: mine
  date: 2026-06-01
  table:
    - { model: mine, from: 2025-01-01, input: 1, output: 5 }
    - { model: mine, from: 2026-01-01, input: 5, output: 1 }
replications: 40
${more}
`,
  );
  return file;
}

describe('compare', () => {
  test('a line for each baseline and meter, and a verdict; the same for any number of threads', async () => {
    const file = teamFile();
    const [one, two] = await Promise.all([
      synodHere(['compare', file, '--json', '--jobs', '1']),
      synod(['compare', file, '--json', '--jobs', '2']),
    ]);
    expect([one.code, one.stderr, two.code]).toEqual([0, '', 0]);
    expect(two.stdout).toBe(one.stdout);
    const lines = jsonLines(one.stdout);
    expect(lines.map(({ type, baseline, meter }) => [type, baseline, meter])).toEqual([
      ['comparison', 'single-agent', 'tokens'],
      ['comparison', 'best-of', 'tokens'],
      ['comparison', 'self-consistency', 'tokens'],
      ['comparison', 'single-agent', 'dollars'],
      ['comparison', 'best-of', 'dollars'],
      ['comparison', 'self-consistency', 'dollars'],
      ['verdict', undefined, undefined],
    ]);
    for (const { known, low, difference, high, match } of lines.slice(0, 6)) {
      expect(known).toBe(true);
      expect(low as number).toBeLessThanOrEqual(difference as number);
      expect(high as number).toBeGreaterThanOrEqual(difference as number);
      if ((match as { kind: string }).kind === 'matched')
        expect((match as { ofTarget: number }).ofTarget).toBeCloseTo(1, 9);
    }
    const verdict = lines[6] as { dates: { date: string }[] };
    expect(verdict).toMatchObject({ replications: 40, seed: 5, design: 'team' });
    expect(verdict.dates.map(({ date }) => date)).toEqual(['2025-01-01', '2026-06-01']);
  });

  test('people read a table, a picture and a sentence; one key holds for all designs', async () => {
    const { code, stdout } = await synodHere([
      ...['compare', teamFile(), 'vary.protocol=[orchestrator-workers, hybrid-team]', 'behaviour.recall=1'],
      ...[
        '--replications',
        '20',
        '--seed',
        '6',
        '--prices',
        '2025-05-05',
        '--quality',
        'soft',
        '--jobs',
        '1',
      ],
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '2 designs against one agent and best-of-N at the same spend; 20 replications each, seed 6',
    );
    expect(stdout).toMatch(/^A orchestrator-workers/m);
    expect(stdout).toMatch(/^B hybrid-team/m);
    expect(stdout).toContain('an exact check');
    expect(stdout).toContain('soft by dollars of 2025-05-05');
    expect(stdout).toMatch(/^hybrid-team: (worth it|not worth it|no difference shown)/m);
    expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(100);
  });

  test.each([
    ['a day without a price', ['--prices', '2024-12-31'], 'mine has no price on 2024-12-31'],
    ['two tasks', ['task.items=[2, 3]'], 'must be the same for all designs'],
    ['a second day', ['--prices', '2025-05-05', '2026-01-01'], '--prices 2025-05-05 is enough'],
    ['a day without its option', ['2026-01-01'], 'give it as --prices 2026-01-01'],
  ])('refuses %s', async (_, words, message) => {
    const { code, stdout, stderr } = await synodHere(['compare', teamFile(), ...words]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});
