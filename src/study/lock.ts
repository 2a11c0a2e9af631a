import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
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
  if (!clear(path, holder.text) || !tryCreate(path)) {
    throw new ScenarioError([{ path: '--out', message: 'was taken by another process just now; try again' }]);
  }
  return { wasAbandoned: true, release: () => remove(path) };
}

/** A lock appears whole or not at all: it is written aside, and linked to its place, which fails where one is. */
function tryCreate(path: string): boolean {
  const aside = `${path}.${process.pid}.new`;
  writeFileSync(aside, JSON.stringify({ pid: process.pid, host: hostname() }));
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    remove(aside);
  }
}

/** Takes a dead lock away. Another process may have done so, and locked anew, since it was read: that lock is put back. */
function clear(path: string, dead: string): boolean {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  try {
    if (readFileSync(aside, 'utf8') === dead) return true;
    linkSync(aside, path);
    return false;
  } finally {
    remove(aside);
  }
}

function holderOf(path: string): { pid: number; host: string; alive: boolean; text: string } {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
    const { pid, host } = JSON.parse(text) as { pid: number; host: string };
    // Of another machine, on a shared disk, nothing is known: it counts as alive.
    return { pid, host, alive: host !== hostname() || isAlive(pid), text };
  } catch {
    // Gone in the meantime, or no lock of ours.
    return { pid: 0, host: '', alive: false, text };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process has ended and only waits for its parent to notice, as far as the system tells: it writes no more. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // `PID (NAME) STATE ...`, where the name may hold anything.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
