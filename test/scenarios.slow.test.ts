import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// Every run that is on record.
import './scenarios.test.ts';

const root = join(import.meta.dirname, '..');
const scenarios = readdirSync(join(root, 'scenarios'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .sort();
const synod = (...words: string[]): string =>
  execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    maxBuffer: 1e9,
  });

/** A sweep of so few replications need not come out as expected; that is exit code 2. */
function sweep(...words: string[]): void {
  try {
    synod(...words);
  } catch (error) {
    if ((error as { status?: number }).status !== 2) throw error;
  }
}

/** The study of its own length has its own test; findings with claims are run, claims and switches, by `reproduce`. */
const short = scenarios.filter(
  (path) =>
    path !== 'agentsnet.yaml' && !/^published:/m.test(readFileSync(join(root, 'scenarios', path), 'utf8')),
);

test.each(short)('%s comes out as it says it must', (path) => {
  // The command exits with 2, and this throws, where an expectation fails.
  expect(synod('check', join('scenarios', path))).toContain('ok');
});

test('agentsnet.yaml comes out as it says it must, with fewer replications', () => {
  expect(synod('check', join('scenarios', 'agentsnet.yaml'), '--replications', '40')).toContain('ok');
});

test.each(scenarios)('%s gives the same rows with one worker and with three', (path) => {
  const folder = mkdtempSync(join(tmpdir(), 'synod-'));
  try {
    const rows = (jobs: number): string => {
      const out = join(folder, `jobs-${jobs}`);
      sweep('sweep', join('scenarios', path), '--jobs', String(jobs), '--replications', '2', '--out', out);
      return readFileSync(join(out, 'runs.jsonl'), 'utf8');
    };
    expect(rows(3)).toBe(rows(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
