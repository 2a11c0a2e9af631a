import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, newFolder, synod } from './synod.ts';

/** A ring that turns for ever: two rounds that a run goes through would take hours, so that only a signal ends it. */
const endless = (rounds: string): string => `
title: A ring that turns
question: Does it ever come to rest?
seed: 3
horizon: { rounds: 100 }
topology: { kind: ring, agents: 100 }
task: { kind: unanimity, pattern: [0, 1] }
protocol: { kind: opinions, timing: synchronous }
behaviour: { kind: majority }
vary: { horizon.rounds: [${rounds}] }
expect: [{ events: '> 0' }]
`;

function scenario(rounds: string): string {
  const file = join(newFolder(), 'ring.yaml');
  writeFileSync(file, endless(rounds));
  return file;
}

/** Sends a signal some time after something was printed: by then the run is under way. */
const afterwards =
  (signal: 'SIGINT' | 'SIGTERM') =>
  (child: ChildProcess): void => {
    const once = (): void => void setTimeout(() => child.kill(signal), 300);
    let isHeard = false;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.once('data', () => {
        if (!isHeard) once();
        isHeard = true;
      });
    }
  };

test('a run that computes ends at a signal, and says so', async () => {
  const file = scenario('500000000, 1000000000');
  const [run, explain] = await Promise.all([
    synod(['run', file], { during: afterwards('SIGINT') }),
    synod(['explain', file], { during: afterwards('SIGTERM') }),
  ]);
  for (const ended of [run, explain]) {
    expect(ended.code).toBe(130);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toContain('Interrupted; nothing was kept.');
  }
});

test('a sweep in one thread ends in the midst of a run, and keeps those before it', async () => {
  const file = scenario('10, 1000000000');
  const out = join(newFolder(), 'out');
  const sweep = ['sweep', file, '--jobs', '1', '--out', out, '--json', '--replications', '1'];
  const { code } = await synod(sweep, { during: afterwards('SIGINT') });
  expect(code).toBe(130);
  expect(existsSync(join(out, 'lock'))).toBe(false);
  expect(jsonLines(readFileSync(join(out, 'runs.jsonl'), 'utf8')).length).toBe(1);
});
