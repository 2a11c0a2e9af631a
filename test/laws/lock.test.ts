import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lock } from '../../src/study/lock.ts';

function lockOf(pid: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'synod-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({ pid, host: hostname() }));
  return path;
}

test('a lock is held while its process lives', () => {
  const path = lockOf(process.pid);
  expect(() => lock(path)).toThrow(/is in use by process/);
});

test.runIf(process.platform === 'linux')(
  'a lock is taken over from a process that has ended, though its parent has not noticed',
  async () => {
    // The shell becomes a program that waits for no child: the first stays a zombie for as long as that lasts.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill());
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text) => resolve(Number(String(text))));
    });
    const path = lockOf(pid);
    // It may take a moment to end.
    for (let tries = 0; tries < 200; tries++) {
      try {
        const held = lock(path);
        expect(held.wasAbandoned).toBe(true);
        held.release();
        break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    expect(existsSync(path)).toBe(false);
    // It is there as ever: nobody has taken it in.
    expect(() => process.kill(pid, 0)).not.toThrow();
  },
);
