import { Calendar } from './calendar.ts';
import { RoundsRing } from './rounds-ring.ts';
import { permutation, renumber } from './serials.ts';
import type { Seed } from './stream.ts';
import { Timers } from './timers.ts';

/** A simulation time. The world keeps it to whole microseconds; the kernel orders any finite double from 0 on. */
export type Time = number;
/** What runs at an event; it reads the time from `kernel.now`. */
export type Handler = (subject: number) => void;
/**
 * Why `run` returned: nothing is pending; the next event is later than `until`; the number of events is used up;
 * `stop` was called.
 */
export type Ended = 'quiescent' | 'horizon' | 'events' | 'stopped';

/** How a kernel is set up. */
export interface KernelOptions {
  /** How many events are expected to be pending at once. A hint: memory grows by itself. */
  capacity?: number;
  /** Events at equal times run in an order drawn from this seed, instead of the order in which they were scheduled. */
  tieShuffle?: Seed;
  /** Every delay is a whole multiple of this: the kernel then keeps rounds in a ring, and never compares two times. */
  quantum?: Time;
  /** The serial number of the first event. Only for tests of what happens when serials run out, after 2^31 events. */
  firstSerial?: number;
}

/** The hot loop is entered anew for so many events: code compiled while it runs (on-stack replacement) is slower. */
const SLICE = 16384;
const MAX_KINDS = 32;
const SUBJECT_BITS = 27;
const SUBJECT = 134217727;
const LAST_SERIAL = 2147483647;
/** State below this size stays in the cache by itself; reading it ahead would only cost. */
const TOUCH_BYTES = 524288;
/** Stands for the timers of every kernel that has armed none: a run without timers does not pay for a wheel. */
const unarmed = new Timers();
/** Stands for the calendar of every kernel that keeps its events in a ring. */
const unused = new Calendar();
/** How many events ahead state is read, in one burst, so that the waits for memory overlap. A power of two. */
const BURST = 8;

/**
 * A discrete-event kernel: a clock, a future event list, cancellable timers, and the loop that runs handlers in the one
 * total order of (time, serial). Every event and every timer takes the next serial when it is scheduled or armed, so that
 * events at equal times run first come, first served. An event is a time, a kind (which handler) and a subject (a whole
 * number below 2^27); it costs 16 bytes and no allocation.
 */
export class Kernel {
  /** The time of the event at hand, or of the last one. */
  now: Time = 0.5;

  private readonly handlers: Handler[] = [];
  private kinds = 0;
  private readonly calendar: Calendar;
  private readonly ring: RoundsRing | null;
  private timers = unarmed;
  private readonly shuffle: ((serial: number) => number) | null;

  private serial: number;
  /** Serials below this take the short way through `schedule`: no ring, no shuffling, none left to renumber. */
  private readonly plainBelow: number;
  private issued = 0;
  private firstSerial: number;
  private cancelled = 0;

  private horizon: Time = Infinity;
  /** Events before this time are earlier than every timer and than the horizon: they may run without further thought. */
  private bound: Time = Infinity;
  private running = false;
  private ended: Ended | null = null;
  /** Events of the slice at hand, those of it still to run, and those that ran before it. */
  private slice = 0;
  private left = 0;
  private ranBefore = 0;

  private touched: Uint8Array | null = null;
  private touchShift = 0;
  private touchSum = 0;

  constructor(options: KernelOptions = {}) {
    const { capacity = 0, tieShuffle, quantum, firstSerial = 0 } = options;
    if (!(capacity >= 0 && capacity < 2 ** 31)) {
      throw new RangeError(`kernel: capacity must be a number of events from 0 to 2^31, but is ${capacity}.`);
    }
    this.shuffle = tieShuffle === undefined ? null : permutation(tieShuffle);
    // The ring keeps order of arrival, so shuffled ties go through the calendar, which orders by any serial.
    this.ring = quantum === undefined || this.shuffle !== null ? null : new RoundsRing(quantum, capacity);
    this.calendar = this.ring === null ? new Calendar() : unused;
    this.plainBelow = this.ring === null && this.shuffle === null ? LAST_SERIAL : -Infinity;
    this.serial = firstSerial | 0;
    this.firstSerial = this.serial;
    // The field held a fraction first, so that it is laid out as a double from the start.
    this.now = 0;
  }

  /** How many events have run. */
  get executed(): number {
    return this.ranBefore + this.slice - this.left;
  }

  /** How many events and timers are pending. */
  get pending(): number {
    return this.issued + this.serial - this.firstSerial - this.cancelled - this.executed;
  }

  /** The time of the next event or timer; Infinity when there is none. */
  get nextTime(): Time {
    const queue = this.ring ?? this.calendar;
    const time = queue.front() ? queue.time : Infinity;
    return this.timers.size > 0 && this.timers.front(time) ? this.timers.time : time;
  }

  /** `run` stops before the first event later than this. A handler may change it: `until = now` finishes the instant. */
  get until(): Time {
    return this.horizon;
  }

  set until(time: Time) {
    if (Number.isNaN(time)) throw new RangeError('kernel.until: must be a time, but is NaN.');
    this.horizon = time;
    this.rebound();
  }

  /** Registers a handler; the answer is its kind. Few kinds are faster than many: calls to one kind are inlined. */
  on(handler: Handler): number {
    if (this.kinds === MAX_KINDS) {
      throw new RangeError(
        `kernel.on: there are ${MAX_KINDS} kinds already; tell events apart by their subject.`,
      );
    }
    this.handlers.push(handler);
    return this.kinds++;
  }

  /** Schedules an event `delay` from now. Throws a RangeError, and changes nothing, where an argument is out of range. */
  schedule(delay: Time, kind: number, subject: number): void {
    const time = this.now + delay;
    if (
      !(delay >= 0 && time < Infinity) ||
      (subject & SUBJECT) !== subject ||
      (kind & 31) !== kind ||
      kind >= this.kinds
    ) {
      this.refuse('schedule', delay, kind, subject);
    }
    const serial = this.serial;
    if (serial < this.plainBelow) {
      this.serial = serial + 1;
      this.calendar.push(time, serial, (kind << SUBJECT_BITS) | subject);
    } else this.place(delay, (kind << SUBJECT_BITS) | subject);
  }

  /**
   * Arms a timer: an event that can be cancelled. The handle is a whole number above 0 that is never used again,
   * but may exceed 2^31: keep it in a Float64Array.
   */
  arm(delay: Time, kind: number, subject: number): number {
    let time = this.now + delay;
    if (
      !(delay >= 0 && time < Infinity) ||
      (subject & SUBJECT) !== subject ||
      (kind & 31) !== kind ||
      kind >= this.kinds
    ) {
      this.refuse('arm', delay, kind, subject);
    }
    const ring = this.ring;
    if (ring !== null) time = (ring.tick + ring.ticks(delay)) * ring.quantum;
    if (this.timers === unarmed) this.timers = new Timers();
    const handle = this.timers.arm(time, this.nextSerial(), (kind << SUBJECT_BITS) | subject);
    if (this.timers.due < this.bound) this.bound = this.timers.due;
    return handle;
  }

  /** Cancels a timer. False, and nothing happens, when it has fired or been cancelled, or never was one. */
  cancel(timer: number): boolean {
    if (!this.timers.cancel(timer)) return false;
    this.cancelled++;
    return true;
  }

  /**
   * Runs events in order until a limit is reached or none is left. May be called again, to go on: each call sets both
   * limits anew, and one that is left out is infinite. Where a handler throws,
   * its event counts as run, everything else stays pending, and the kernel can go on.
   */
  run(limits: { until?: Time; events?: number } = {}): Ended {
    if (this.running) throw new Error('kernel.run: is running already; a handler must not call it.');
    let events = limits.events ?? Infinity;
    if (!(events >= 0)) throw new RangeError(`kernel.run: events must be 0 or more, but is ${events}.`);
    this.until = limits.until ?? Infinity;
    this.ended = null;
    this.running = true;
    try {
      for (;;) {
        this.slice = this.left = events < SLICE ? Math.ceil(events) : SLICE;
        if (this.slice === 0) return this.why() ?? 'events';
        events -= this.slice;
        while (this.left > 0) {
          if (this.ring === null) this.runCalendar();
          else this.runRing();
          if (this.left > 0) this.step();
        }
        if (this.ended !== null) return this.ended;
        this.settle();
      }
    } finally {
      this.settle();
      this.running = false;
    }
  }

  /** Ends the run at hand after the event at hand. */
  stop(): void {
    if (this.running) this.end('stopped');
  }

  /**
   * Names state that is indexed by subject, an entry of `entryBytes` (a power of two) each: the kernel then reads the
   * entries of the next events ahead of time, several at once. It changes nothing but the speed of runs whose state
   * exceeds the cache.
   */
  touch(
    state: Int32Array | Uint32Array | Uint8Array | Float64Array,
    entryBytes: number = state.BYTES_PER_ELEMENT,
  ): void {
    const large = state.byteLength > TOUCH_BYTES;
    this.touched = large ? new Uint8Array(state.buffer, state.byteOffset, state.byteLength) : null;
    this.touchShift = 31 - Math.clz32(entryBytes);
  }

  /** Runs events of the calendar while they come before the bound; what is out of the ordinary is left to `step`. */
  private runCalendar(): void {
    const calendar = this.calendar;
    const late = calendar.late;
    const handlers = this.handlers;
    while (this.left > 0) {
      const head = calendar.head;
      let datum: number;
      if (head < calendar.length) {
        const time = calendar.runTimes[head]!;
        if (!(time < this.bound)) return;
        if (late.size === 0 || time < late.times[0]!) {
          if ((head & (BURST - 1)) === 0 && this.touched !== null) this.readAhead(head);
          calendar.head = head + 1;
          this.now = time;
          datum = calendar.runData[head]!;
        } else {
          const other = late.times[0]!;
          if (other === time) return;
          this.now = other;
          datum = late.data[0]!;
          late.shift();
        }
      } else if (late.size === 0) {
        if (!calendar.advance()) return;
        continue;
      } else {
        const time = late.times[0]!;
        if (!(time < this.bound)) return;
        this.now = time;
        datum = late.data[0]!;
        late.shift();
      }
      this.left--;
      handlers[datum >>> SUBJECT_BITS]!(datum & SUBJECT);
    }
  }

  private runRing(): void {
    const ring = this.ring!;
    const handlers = this.handlers;
    while (this.left > 0 && ring.front() && ring.time < this.bound) {
      ring.take();
      this.now = ring.time;
      this.left--;
      handlers[ring.datum >>> SUBJECT_BITS]!(ring.datum & SUBJECT);
    }
  }

  /** Runs the next event by the full rule, timers and limits included; or ends the run. */
  private step(): void {
    const { timers, ring } = this;
    const queue = ring ?? this.calendar;
    const found = queue.front();
    const ended = this.why();
    if (ended !== null) {
      this.end(ended);
      return;
    }
    const fromTimers =
      timers.due < Infinity &&
      timers.front(found ? queue.time : Infinity) &&
      (!found || timers.time < queue.time || (timers.time === queue.time && timers.serial < queue.serial));
    const source = fromTimers ? timers : queue;
    source.take();
    this.rebound();
    this.now = source.time;
    if (ring !== null && fromTimers) ring.tick = Math.round(source.time / ring.quantum);
    this.left--;
    this.handlers[source.datum >>> SUBJECT_BITS]!(source.datum & SUBJECT);
  }

  /** Why no event may run now, or null. */
  private why(): Ended | null {
    const { timers, horizon } = this;
    const queue = this.ring ?? this.calendar;
    const found = queue.front();
    if (found && queue.time <= horizon) return null;
    if (timers.size > 0) return timers.due <= horizon && timers.front(horizon) ? null : 'horizon';
    return found ? 'horizon' : 'quiescent';
  }

  private end(ended: Ended): void {
    this.ended = ended;
    this.slice -= this.left;
    this.left = 0;
  }

  private settle(): void {
    this.ranBefore += this.slice - this.left;
    this.slice = 0;
    this.left = 0;
  }

  private rebound(): void {
    const due = this.timers.due;
    this.bound = due < this.horizon ? due : this.horizon;
  }

  private readAhead(head: number): void {
    const { calendar, touchShift } = this;
    const touched = this.touched!;
    const data = calendar.runData;
    const end = head + BURST < calendar.length ? head + BURST : calendar.length;
    let sum = 0;
    for (let i = head; i < end; i++) {
      const at = (data[i]! & SUBJECT) << touchShift;
      if (at < touched.length) sum ^= touched[at]!;
    }
    // What was read is kept, or the compiler would leave the reading out.
    this.touchSum ^= sum;
  }

  /** The long way of `schedule`: into the ring, with a shuffled serial, or when serials have run out. */
  private place(delay: Time, datum: number): void {
    const ring = this.ring;
    if (ring === null) {
      this.calendar.push(this.now + delay, this.nextSerial(), datum);
      return;
    }
    const ticks = ring.ticks(delay);
    ring.push(ring.tick + ticks, this.nextSerial(), datum);
  }

  private nextSerial(): number {
    if (this.serial === LAST_SERIAL) this.renumber();
    const serial = this.serial++;
    return this.shuffle === null ? serial : this.shuffle(serial);
  }

  /** Gives all that is pending new serials in the old order, from 0 on. Once in 2^31 events. */
  private renumber(): void {
    this.issued += this.serial - this.firstSerial;
    this.serial = this.firstSerial = 0;
    // Shuffled serials have no order to keep: those of the next 2^31 events are simply used again.
    if (this.shuffle !== null) return;
    this.serial = this.firstSerial = renumber([this.ring ?? this.calendar, this.timers]);
  }

  private refuse(call: string, delay: Time, kind: number, subject: number): never {
    if (!(delay >= 0 && this.now + delay < Infinity)) {
      throw new RangeError(
        `kernel.${call}: delay must be a finite time, 0 or more, but is ${delay} (at time ${this.now}).`,
      );
    }
    if (!Number.isInteger(kind) || kind < 0 || kind >= this.kinds) {
      throw new RangeError(
        `kernel.${call}: kind must be a number that kernel.on has returned (there are ${this.kinds}), but is ${kind}.`,
      );
    }
    throw new RangeError(
      `kernel.${call}: subject must be a whole number from 0 to ${SUBJECT}, but is ${subject}.`,
    );
  }
}
