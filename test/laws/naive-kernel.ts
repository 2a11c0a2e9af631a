import type { Ended, Handler } from '../../src/kernel/kernel.ts';

interface Entry {
  time: number;
  key: number;
  kind: number;
  subject: number;
}

/** The kernel's contract in the plainest form: a list that is searched for the least (time, key). */
export class NaiveKernel {
  now = 0;
  executed = 0;
  private readonly handlers: Handler[] = [];
  private readonly entries = new Map<number, Entry>();
  private serial = 0;
  private readonly key: (serial: number) => number;

  constructor(key: (serial: number) => number = (serial) => serial) {
    this.key = key;
  }

  get pending(): number {
    return this.entries.size;
  }

  get nextTime(): number {
    return this.first()?.time ?? Infinity;
  }

  on(handler: Handler): number {
    return this.handlers.push(handler) - 1;
  }

  schedule(delay: number, kind: number, subject: number): void {
    this.arm(delay, kind, subject);
  }

  arm(delay: number, kind: number, subject: number): number {
    const serial = this.serial++;
    this.entries.set(serial, { time: this.now + delay, key: this.key(serial), kind, subject });
    return serial;
  }

  cancel(timer: number): boolean {
    return this.entries.delete(timer);
  }

  run({ until = Infinity, events = Infinity } = {}): Ended {
    for (; ; events--) {
      const entry = this.first();
      if (entry === undefined) return 'quiescent';
      if (entry.time > until) return 'horizon';
      if (events <= 0) return 'events';
      for (const [serial, other] of this.entries) if (other === entry) this.entries.delete(serial);
      this.now = entry.time;
      this.executed++;
      this.handlers[entry.kind]!(entry.subject);
    }
  }

  private first(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.entries.values()) {
      if (
        first === undefined ||
        entry.time < first.time ||
        (entry.time === first.time && entry.key < first.key)
      ) {
        first = entry;
      }
    }
    return first;
  }
}
