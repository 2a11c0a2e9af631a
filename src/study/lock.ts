import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { ScenarioError } from '../world/error.ts';

/** A file that says who writes to a folder; while it is there, nobody else does. */
export interface Lock {
  /** Whether the last writer left without taking its lock along: it was killed. */
  readonly wasAbandoned: boolean;
  readonly release: () => void;
}

/** Takes the lock, also from a writer of this machine that is no more. Throws a ScenarioError while it is held. */
export function lock(path: string): Lock {
  if (tryCreate(path)) return { wasAbandoned: false, release: () => remove(path) };
  const holder = holderOf(path);
  if (holder.alive) {
    const message = `is in use by process ${holder.pid} on ${holder.host}; wait for it, give another --out, or delete ${path} if it is no more`;
    throw new ScenarioError([{ path: '--out', message }]);
  }
  remove(path);
  if (!tryCreate(path)) {
    throw new ScenarioError([{ path: '--out', message: 'was taken by another process just now; try again' }]);
  }
  return { wasAbandoned: true, release: () => remove(path) };
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path: string): { pid: number; host: string; alive: boolean } {
  try {
    const { pid, host } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; host: string };
    // Of another machine, on a shared disk, nothing is known: it counts as alive.
    return { pid, host, alive: host !== hostname() || isAlive(pid) };
  } catch {
    // Gone in the meantime, or torn when its writer was killed.
    return { pid: 0, host: '', alive: false };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
