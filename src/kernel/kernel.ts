import type { Seed } from './stream.ts';

/** A simulation time. The world keeps it to whole microseconds; the kernel orders any finite double from 0 on. */
export type Time = number;
/** What runs at an event; it reads the time from `kernel.now`. */
export type Handler = (subject: number) => void;
/** Why `run` returned. */
export type Ended = 'quiescent' | 'horizon' | 'events' | 'stopped';

export interface KernelOptions {
  /** How many events are expected to be pending at once. */
  capacity?: number;
  /** Permutes the order of events at equal times, by a bijection drawn from this seed. */
  tieShuffle?: Seed;
  /** Every delay is a multiple of this. */
  quantum?: Time;
}

interface Entry {
  time: number;
  serial: number;
  kind: number;
  subject: number;
  dead: boolean;
}

/** The future event list and its loop (first version: a sorted array). */
export class Kernel {
  now: Time = 0;
  executed = 0;
  until: Time = Infinity;
  private readonly handlers: Handler[] = [];
  private readonly entries: Entry[] = [];
  private readonly timers = new Map<number, Entry>();
  private serial = 0;
  private halted = false;

  constructor(_options: KernelOptions = {}) {}

  get pending(): number {
    return this.entries.length;
  }

  get nextTime(): Time {
    return this.entries[0]?.time ?? Infinity;
  }

  on(handler: Handler): number {
    if (this.handlers.length === 32) throw new RangeError('kernel.on: at most 32 kinds of event.');
    return this.handlers.push(handler) - 1;
  }

  schedule(delay: Time, kind: number, subject: number): void {
    this.insert(delay, kind, subject);
  }

  arm(delay: Time, kind: number, subject: number): number {
    const entry = this.insert(delay, kind, subject);
    this.timers.set(entry.serial, entry);
    return entry.serial;
  }

  cancel(timer: number): boolean {
    const entry = this.timers.get(timer);
    if (entry === undefined) return false;
    this.timers.delete(timer);
    this.entries.splice(this.entries.indexOf(entry), 1);
    return true;
  }

  run(limits: { until?: Time; events?: number } = {}): Ended {
    this.until = limits.until ?? Infinity;
    this.halted = false;
    for (let left = limits.events ?? Infinity; ; left--) {
      const entry = this.entries[0];
      if (this.halted) return 'stopped';
      if (entry === undefined) return 'quiescent';
      if (entry.time > this.until) return 'horizon';
      if (left <= 0) return 'events';
      this.entries.shift();
      this.timers.delete(entry.serial);
      this.now = entry.time;
      this.executed++;
      this.handlers[entry.kind]!(entry.subject);
    }
  }

  stop(): void {
    this.halted = true;
  }

  touch(_state: Int32Array | Uint32Array | Uint8Array | Float64Array): void {}

  private insert(delay: Time, kind: number, subject: number): Entry {
    if (!(delay >= 0 && delay < Infinity))
      throw new RangeError(`kernel: delay must be finite and >= 0, but is ${delay}.`);
    if (this.handlers[kind] === undefined) throw new RangeError(`kernel: kind ${kind} is unknown.`);
    const entry = { time: this.now + delay, serial: this.serial++, kind, subject, dead: false };
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.time <= entry.time) low = middle + 1;
      else high = middle;
    }
    this.entries.splice(low, 0, entry);
    return entry;
  }
}
