import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floodFile, jsonLines, newFolder, synod, synodHere } from './synod.ts';

const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

describe('sweep', () => {
  test('rows and figures are the same bytes for any number of threads', async () => {
    const { file } = floodFile();
    const folders = [newFolder(), newFolder()] as const;
    const [one, three] = await Promise.all([
      synodHere(['sweep', file, '--json', '--jobs', '1', '--out', folders[0]]),
      synod(['sweep', file, '--json', '--jobs', '3', '--out', folders[1]]),
    ]);
    expect([one.code, three.code]).toEqual([0, 0]);
    expect(read(folders[1], 'runs.jsonl')).toBe(read(folders[0], 'runs.jsonl'));
    expect(read(folders[1], 'runs.csv')).toBe(read(folders[0], 'runs.csv'));
    expect(three.stdout.replaceAll(folders[1], '')).toBe(one.stdout.replaceAll(folders[0], ''));
    expect(one.stderr).toBe('');

    const lines = jsonLines(one.stdout);
    expect(lines.map(({ type }) => type)).toEqual(['launch', ...Array(6).fill('point'), 'done']);
    expect(lines[0]).toMatchObject({ seed: 7, runs: 120, points: 6, replications: 20 });
    expect(lines[1]).toMatchObject({
      factors: { 'topology.agents': 8, 'faults.0.chance': 0 },
      replications: 20,
    });
    const { metrics, outcomes } = lines[6] as {
      metrics: Record<string, { mean: number; low: number; high: number; n: number }>;
      outcomes: Record<string, number>;
    };
    const solved = metrics.solved!;
    expect(solved.n).toBe(20);
    expect(solved.low).toBeLessThan(solved.mean);
    expect(solved.high).toBeGreaterThan(solved.mean);
    expect(outcomes.valid! + outcomes.blocked!).toBe(20);
    expect(lines[7]).toMatchObject({ status: 'complete', runs: 120, errors: 0, seed: 7 });

    // Replications differ; a replication has the same seed at every point.
    const rows = jsonLines(read(folders[0], 'runs.jsonl'));
    expect(rows.map(({ point }) => point)).toEqual(rows.map((_, i) => i % 6));
    expect(new Set(rows.map(({ run }) => run)).size).toBe(120);
    expect(new Set(rows.map(({ seed }) => seed)).size).toBe(20);
    expect(new Set(rows.filter(({ point }) => point === 4).map(({ fingerprint }) => fingerprint)).size).toBe(
      20,
    );
    expect(read(folders[0], 'runs.csv').split('\n').length).toBe(122);
  });

  test('what shows only as runs begin is refused by threads as it is here, and leaves no lock', async () => {
    const file = join(newFolder(), 'disconnected.yaml');
    writeFileSync(
      file,
      'question: q\ntopology: { kind: erdos-renyi, agents: 20, p: 0.1 }\ntask: consensus\nprotocol: agentsnet\nbehaviour: oracle\nreplications: 200\n',
    );
    for (const jobs of ['1', '2', '2']) {
      const folder = newFolder();
      const { code, stderr } = await synod(['sweep', file, '--jobs', jobs, '--out', folder]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^topology: must give a connected graph.*connected: true/m);
      expect(stderr).not.toContain('node:internal');
      expect(existsSync(join(folder, 'lock'))).toBe(false);
    }
  });

  test('a sweep that was cut short goes on where it ended, without repeats', async () => {
    const { file, folder } = floodFile();
    const whole = join(folder, 'whole');
    const parts = join(folder, 'parts');
    const first = await synodHere(['sweep', file, '--out', parts, '--max-runs', '7', '--jobs', '1']);
    expect(first.code).toBe(3);
    expect(first.stderr).toContain('113 runs left after 7');
    expect(jsonLines(read(parts, 'runs.jsonl')).length).toBe(7);
    // As if the power had failed in the middle of a line, of rows and of the table.
    truncateSync(join(parts, 'runs.jsonl'), statSync(join(parts, 'runs.jsonl')).size - 10);
    truncateSync(join(parts, 'runs.csv'), statSync(join(parts, 'runs.csv')).size - 10);
    writeFileSync(join(parts, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    const [second, fresh] = await Promise.all([
      synod(['sweep', file, '--out', parts, '--json', '--jobs', '2']),
      synodHere(['sweep', file, '--out', whole, '--json', '--jobs', '1']),
    ]);
    expect(second.code).toBe(0);
    expect(jsonLines(second.stdout)[0]).toMatchObject({ stored: 6 });
    expect(jsonLines(second.stdout).slice(1, -1)).toEqual(jsonLines(fresh.stdout).slice(1, -1));
    expect(read(parts, 'runs.jsonl')).toBe(read(whole, 'runs.jsonl'));
    expect(read(parts, 'runs.csv')).toBe(read(whole, 'runs.csv'));

    // All is done: nothing is run. More replications extend the same store; fewer read a part of it.
    const before = read(parts, 'runs.jsonl');
    const more = await synodHere([
      'sweep',
      file,
      '--out',
      parts,
      '--replications',
      '21',
      '--json',
      '--jobs',
      '1',
    ]);
    expect(jsonLines(more.stdout).at(-1)).toMatchObject({ runs: 126 });
    expect(read(parts, 'runs.jsonl').startsWith(before)).toBe(true);
    const again = await synodHere(['sweep', file, '--out', parts, '--json']);
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({
      runs: 120,
      fingerprint: jsonLines(fresh.stdout).at(-1)?.fingerprint,
    });
  });

  test('an interrupt keeps what is done, and the next call goes on', async () => {
    const { file, folder } = floodFile('[]');
    const out = join(folder, 'out');
    const args = ['sweep', file, 'topology.agents=[512, 256]', '--out', out];
    const rows = join(out, 'runs.jsonl');
    const cut = await synod([...args, '--replications', '600', '--jobs', '2'], {
      during: (child) => {
        const timer = setInterval(() => {
          if (child.exitCode !== null) clearInterval(timer);
          if (!existsSync(rows) || statSync(rows).size === 0) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 5);
      },
    });
    expect(cut.code).toBe(130);
    expect(cut.stderr).toContain('The same command goes on from here.');
    expect(existsSync(join(out, 'lock'))).toBe(false);
    const kept = read(out, 'runs.jsonl');
    expect(kept.endsWith('\n')).toBe(true);
    // Four points, and a few replications more than are kept: enough to see that it goes on there.
    const replications = Math.ceil(jsonLines(kept).length / 4) + 10;
    const done = await synodHere([...args, '--replications', `${replications}`, '--json']);
    expect(done.code).toBe(0);
    expect(read(out, 'runs.jsonl').startsWith(kept)).toBe(true);
    const ids = jsonLines(read(out, 'runs.jsonl')).map(({ run }) => run);
    expect(replications).toBeLessThan(600);
    expect(ids.length).toBe(4 * replications);
    expect(new Set(ids).size).toBe(4 * replications);
  });

  test('a folder of another design, of other files, or in use is refused and left as it is', async () => {
    const { file, folder } = floodFile();
    const out = join(folder, 'out');
    expect((await synodHere(['sweep', file, '--out', out, '--replications', '1', '--jobs', '1'])).code).toBe(
      0,
    );
    const before = read(out, 'runs.jsonl') + read(out, 'design.json');
    const foreign = newFolder();
    appendFileSync(join(foreign, 'diary.txt'), 'mine');
    const empty = newFolder();
    mkdirSync(join(empty, 'in-use'));
    writeFileSync(join(empty, 'in-use', 'lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
    const refused = await Promise.all([
      synodHere(['sweep', file, '--out', out, '--seed', '8']),
      synodHere(['sweep', file, '--out', foreign]),
      synodHere(['sweep', file, '--out', join(empty, 'in-use')]),
      synodHere(['sweep', file, '--out', file]),
    ]);
    expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual(Array(4).fill([1, '']));
    expect(refused[0]?.stderr).toContain('holds the runs of another design');
    expect(refused[1]?.stderr).toContain('holds other files (diary.txt)');
    expect(refused[2]?.stderr).toContain(`is in use by process ${process.pid}`);
    expect(refused[3]?.stderr).toContain('is a file');
    expect(read(out, 'runs.jsonl') + read(out, 'design.json')).toBe(before);
    expect(existsSync(join(foreign, 'design.json'))).toBe(false);
  });

  test('an expectation that fails: exit 2, and the rows are kept', async () => {
    const { file, folder } = floodFile("{ decided: '>= 2' }");
    const { code, stderr } = await synodHere(['sweep', file, '--replications', '2', '--jobs', '1'], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('expected otherwise: decided');
  });

  test('a dry run says what it would do and writes nothing', async () => {
    const { file, folder } = floodFile();
    const { code, stdout } = await synodHere(['sweep', file, '--dry-run', '--json'], { cwd: folder });
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([{ type: 'launch', runs: 120, stored: 0, dryRun: true }]);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });
});
