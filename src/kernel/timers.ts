import { Calendar } from './calendar.ts';

/** A level of the wheel tells times apart by six bits; eleven levels cover all 64 bits of a double. */
const DIGITS = 64;
const LISTS = 11 * DIGITS;
const SLOTS = 134217728;
const LAST_GENERATION = 67108863;
/** In place of a link: the timer stands among the due ones; it was cancelled there. */
const DUE = -1;
const DEAD = -2;

const FLOAT = new Float64Array(1);
const WORDS = new Int32Array(FLOAT.buffer);
FLOAT[0] = 1;
const HIGH = WORDS[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/**
 * Cancellable timers, kept out of the calendar since most of them are cancelled: a hierarchical wheel after Varghese
 * and Lauck (SOSP 1987) whose digits are the bits of the time itself, six at a time (positive doubles order like their
 * bits), so that it needs no resolution and takes any mixture of scales. Arming and cancelling link and unlink; a list
 * whose turn comes is dealt out to finer lists; what is due goes through a calendar of its own.
 *
 * A handle is generation * 2^27 + slot, a whole number below 2^53 and never 0. A slot whose generations are used up is
 * retired, so that a handle never comes to mean another timer.
 */
export class Timers {
  /** No timer is due before this time: a lower bound, exact after `front` returned true. */
  due = Infinity;
  /** How many timers are armed. */
  size = 0;
  /** The next timer, after `front` returned true; `datum` after `take`. */
  time = 0.5;
  serial = 0;
  datum = 0;

  // Links of circular lists. The first LISTS entries are the heads; the slot of timer i has its links at LISTS + i.
  private next: Int32Array;
  private previous: Int32Array;
  private times: Float64Array;
  private serials: Int32Array;
  private data: Int32Array;
  private generations: Int32Array;
  private used = 0;
  private free = -1;

  /** By level, the lists that may hold timers, as two words of bits; a cancelled timer leaves its bit standing. */
  private readonly marks = new Int32Array(LISTS / 32);
  /** All linked timers are due at or after this time, whose bits the wheel turns by. */
  private originHigh = 0;
  private originLow = 0;
  /** The lower bound of the linked timers alone. */
  private linkedDue = Infinity;
  private readonly soon = new Calendar();

  constructor(capacity = 256) {
    this.next = new Int32Array(LISTS + capacity);
    this.previous = new Int32Array(LISTS + capacity);
    for (let i = 0; i < LISTS; i++) this.next[i] = this.previous[i] = i;
    this.times = new Float64Array(capacity);
    this.serials = new Int32Array(capacity);
    this.data = new Int32Array(capacity);
    this.generations = new Int32Array(capacity);
    this.time = 0;
  }

  arm(time: number, serial: number, datum: number): number {
    let slot = this.free;
    if (slot >= 0) this.free = this.next[LISTS + slot]!;
    else {
      slot = this.used++;
      if (slot === this.times.length) this.grow();
      this.generations[slot] = 1;
    }
    this.times[slot] = time;
    this.serials[slot] = serial;
    this.data[slot] = datum;
    this.size++;
    this.link(slot, time);
    return this.generations[slot]! * SLOTS + slot;
  }

  cancel(handle: number): boolean {
    const slot = handle % SLOTS;
    const generation = (handle - slot) / SLOTS;
    if (!(slot < this.used) || this.generations[slot] !== generation) return false;
    const i = LISTS + slot;
    const previous = this.previous[i]!;
    if (previous === DEAD) return false;
    this.size--;
    if (previous === DUE) {
      this.previous[i] = DEAD;
      return true;
    }
    const next = this.next[i]!;
    this.next[previous] = next;
    this.previous[next] = previous;
    this.release(slot);
    return true;
  }

  /** Finds the next timer if it is due at or before `limit`, and shows its time and serial; else only raises `due`. */
  front(limit: number): boolean {
    const soon = this.soon;
    for (;;) {
      let first = Infinity;
      while (soon.front()) {
        if (this.previous[LISTS + soon.peek()] !== DEAD) {
          first = soon.time;
          break;
        }
        soon.take();
        this.release(soon.datum);
      }
      const bound = this.linkedDue;
      if (bound > first || bound > limit || bound === Infinity) {
        this.due = first < bound ? first : bound;
        if (first > limit || first === Infinity) return false;
        this.time = first;
        this.serial = soon.serial;
        return true;
      }
      this.turn(limit);
    }
  }

  /** Removes the timer that `front` has shown, and leaves its datum in `datum`. */
  take(): void {
    this.soon.take();
    const slot = this.soon.datum;
    this.datum = this.data[slot]!;
    this.size--;
    this.release(slot);
  }

  /** Replaces every pending serial by `map(serial)`, which must keep their order. */
  mapSerials(map: (serial: number) => number): void {
    this.soon.mapSerials(map);
    for (let list = 0; list < LISTS; list++) {
      for (let i = this.next[list]!; i !== list; i = this.next[i]!) {
        this.serials[i - LISTS] = map(this.serials[i - LISTS]!);
      }
    }
  }

  private release(slot: number): void {
    const generation = this.generations[slot]! + 1;
    this.generations[slot] = generation;
    if (generation > LAST_GENERATION) return;
    this.next[LISTS + slot] = this.free;
    this.free = slot;
  }

  /** Puts a timer into the list that its first difference from the origin tells, or among the due ones. */
  private link(slot: number, time: number): void {
    FLOAT[0] = time;
    const high = WORDS[HIGH]!;
    const low = WORDS[LOW]!;
    // Earlier than the origin: the wheel was turned on by a look ahead, and the clock has not caught up yet.
    if (high < this.originHigh || (high === this.originHigh && low >>> 0 < this.originLow >>> 0)) {
      this.enqueue(slot);
      return;
    }
    const difference = high ^ this.originHigh;
    const bit = difference !== 0 ? 63 - Math.clz32(difference) : 31 - Math.clz32((low ^ this.originLow) | 1);
    const level = (bit * 43) >> 8;
    const list = level * DIGITS + digit(high, low, level);
    const last = this.previous[list]!;
    const i = LISTS + slot;
    this.previous[i] = last;
    this.next[i] = list;
    this.next[last] = i;
    this.previous[list] = i;
    this.marks[list >> 5]! |= 1 << (list & 31);
    if (time < this.linkedDue) this.linkedDue = start(high, low, level);
    if (this.linkedDue < this.due) this.due = this.linkedDue;
  }

  private enqueue(slot: number): void {
    const time = this.times[slot]!;
    this.previous[LISTS + slot] = DUE;
    this.soon.push(time, this.serials[slot]!, slot);
    if (time < this.due) this.due = time;
  }

  /**
   * Moves the wheel into its earliest list: on to `limit`, or to the list's first timer where that is earlier. What is
   * due there joins the due ones, the rest is dealt out to finer lists, so that each timer moves eleven times at most.
   */
  private turn(limit: number): void {
    const list = this.earliest();
    if (list >= 0) {
      let origin = limit;
      for (let i = this.next[list]!; i !== list; i = this.next[i]!) {
        if (this.times[i - LISTS]! < origin) origin = this.times[i - LISTS]!;
      }
      FLOAT[0] = origin;
      this.originHigh = WORDS[HIGH]!;
      this.originLow = WORDS[LOW]!;
      let i = this.next[list]!;
      this.next[list] = this.previous[list] = list;
      while (i !== list) {
        const following = this.next[i]!;
        if (this.times[i - LISTS]! <= origin) this.enqueue(i - LISTS);
        else this.link(i - LISTS, this.times[i - LISTS]!);
        i = following;
      }
    }
    const following = this.earliest();
    this.linkedDue = following < 0 ? Infinity : this.startOf(following);
  }

  private startOf(list: number): number {
    FLOAT[0] = this.times[this.next[list]! - LISTS]!;
    return start(WORDS[HIGH]!, WORDS[LOW]!, Math.floor(list / DIGITS));
  }

  /** The first list in order of time that holds a timer, or -1. */
  private earliest(): number {
    for (let word = 0; word < this.marks.length; word++) {
      for (;;) {
        const bits = this.marks[word]!;
        if (bits === 0) break;
        const list = 32 * word + 31 - Math.clz32(bits & -bits);
        if (this.next[list] !== list) return list;
        this.marks[word] = bits & (bits - 1);
      }
    }
    return -1;
  }

  private grow(): void {
    const room = 2 * this.times.length;
    if (room > SLOTS) throw new RangeError(`kernel.arm: more than ${SLOTS / 2} timers are armed at once.`);
    this.next = enlarge(this.next, new Int32Array(LISTS + room));
    this.previous = enlarge(this.previous, new Int32Array(LISTS + room));
    this.times = enlarge(this.times, new Float64Array(room));
    this.serials = enlarge(this.serials, new Int32Array(room));
    this.data = enlarge(this.data, new Int32Array(room));
    this.generations = enlarge(this.generations, new Int32Array(room));
  }
}

function enlarge<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** Six bits of a time, by the level of the wheel. */
function digit(high: number, low: number, level: number): number {
  if (level < 5) return (low >>> (6 * level)) & 63;
  if (level === 5) return ((high << 2) | (low >>> 30)) & 63;
  return (high >>> (6 * level - 32)) & 63;
}

/** The earliest time that shares a list of this level with the given one: its lower bits are cleared. */
function start(high: number, low: number, level: number): number {
  const bits = 6 * level;
  WORDS[HIGH] = bits <= 32 ? high : high & (-1 << (bits - 32));
  WORDS[LOW] = bits >= 32 ? 0 : low & (-1 << bits);
  return FLOAT[0]!;
}
