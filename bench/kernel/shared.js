// What the drivers share: the reference's random numbers, CPU time, memory.
import { readFileSync } from 'node:fs';
import { Stream } from '../../dist/kernel/stream.js';

/** The kernel's own stream, keyed like the Sfc32 of queues.hpp: the same numbers in the same order. */
export function draws(seed) {
  let state = seed | 0;
  const split = () => {
    state = (state + 0x9e3779b9) | 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return x ^ (x >>> 15);
  };
  const stream = new Stream();
  stream.rekey(split(), split(), split());
  return stream;
}

/** CPU seconds of this process, its compiler and collector threads included. */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A line of /proc/self/status in bytes; 0 where there is no such file. */
export function memory(name) {
  try {
    const line = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'));
    return line === null ? 0 : 1024 * Number(line[1]);
  } catch {
    return 0;
  }
}

export function print(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
