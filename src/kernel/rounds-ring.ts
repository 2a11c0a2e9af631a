import { Calendar } from './calendar.ts';

const TICKS = 1024;
/** Events in a chunk; a tick is a list of chunks. */
const CHUNK = 32;
/** Chunks to begin with, where no capacity is named; they double when they are used up. */
const FEW_CHUNKS = 64;

/** Stands for what lies beyond the window of every ring in which nothing does yet. */
const nothing = new Calendar();

/**
 * The future event list of a run whose delays are all whole multiples of one quantum: a ring of ticks, each a queue in
 * order of arrival, so that no event is ever compared with another. A tick keeps (serial, datum) pairs in chunks. Events
 * beyond the window of 1,024 ticks wait in a calendar until the window has been emptied.
 */
export class RoundsRing {
  readonly quantum: number;
  /** The tick of the last event taken. */
  tick = 0.5;
  /** The next event, after `front` returned true; `datum` after `take`. */
  time = 0.5;
  serial = 0;
  datum = 0;

  private beyond = nothing;
  private pairs: Int32Array;
  private nextChunk: Int32Array;
  private chunks = 0;
  private freeChunk = -1;
  /** By tick of the window: its first chunk, and where the next event goes (0: it has no chunk). */
  private readonly firstChunk = new Int32Array(TICKS);
  private readonly cursor = new Int32Array(TICKS);
  private start = 0.5;
  /** No tick of the window before this one holds an event, and the first `taken` events of its first chunk are gone. */
  private position = 0;
  private taken = 0;
  private inWindow = 0;

  constructor(quantum: number, capacity = 0) {
    if (!(quantum > 0 && quantum < Infinity)) {
      throw new RangeError(`kernel: quantum must be a finite time above 0, but is ${quantum}.`);
    }
    this.quantum = quantum;
    const chunks = FEW_CHUNKS + Math.ceil(capacity / CHUNK);
    // Chunk 0 stays unused, so that a cursor of 0 can mean "none".
    this.chunks = 1;
    this.pairs = new Int32Array(2 * CHUNK * chunks);
    this.nextChunk = new Int32Array(chunks);
    this.tick = this.time = this.start = 0;
  }

  /** The number of ticks in a delay; throws where it is not a whole number. */
  ticks(delay: number): number {
    const ticks = delay / this.quantum;
    if (Math.floor(ticks) === ticks) return ticks;
    throw new RangeError(
      `kernel: delay ${delay} is not a multiple of the kernel's quantum, ${this.quantum}. ` +
        'Leave `quantum` out for a kernel that takes any delay.',
    );
  }

  push(tick: number, serial: number, datum: number): void {
    const offset = tick - this.start;
    if (!(offset < TICKS)) {
      if (this.beyond === nothing) this.beyond = new Calendar();
      this.beyond.push(tick, serial, datum);
      return;
    }
    const i = offset | 0;
    if (i < this.position) this.position = i;
    let at = this.cursor[i]!;
    if ((at & (CHUNK - 1)) === 0) at = this.openChunk(i, at);
    this.pairs[2 * at] = serial;
    this.pairs[2 * at + 1] = datum;
    this.cursor[i] = at + 1;
    this.inWindow++;
  }

  /** Finds the next event and shows its time and serial; false when there is none. */
  front(): boolean {
    if (this.inWindow === 0) {
      if (!this.beyond.front()) return false;
      this.time = this.beyond.time * this.quantum;
      this.serial = this.beyond.serial;
      return true;
    }
    let i = this.position;
    while (this.cursor[i] === 0) i++;
    this.position = i;
    this.time = (this.start + i) * this.quantum;
    this.serial = this.pairs[2 * (this.firstChunk[i]! * CHUNK + this.taken)]!;
    return true;
  }

  /** Removes the event that `front` has shown, and leaves its datum in `datum`. */
  take(): void {
    if (this.inWindow === 0) this.slide();
    const i = this.position;
    const chunk = this.firstChunk[i]!;
    const at = chunk * CHUNK + this.taken++;
    this.datum = this.pairs[2 * at + 1]!;
    this.tick = this.start + i;
    this.inWindow--;
    if (at + 1 === this.cursor[i]) {
      this.cursor[i] = 0;
      this.closeChunk(chunk);
    } else if (this.taken === CHUNK) {
      this.firstChunk[i] = this.nextChunk[chunk]!;
      this.closeChunk(chunk);
    }
  }

  /** Replaces every pending serial by `map(serial)`, which must keep their order. */
  mapSerials(map: (serial: number) => number): void {
    this.beyond.mapSerials(map);
    for (let i = this.position; i < TICKS; i++) {
      const end = this.cursor[i]!;
      if (end === 0) continue;
      let at = this.firstChunk[i]! * CHUNK + this.taken * (i === this.position ? 1 : 0);
      while (at !== end) {
        this.pairs[2 * at] = map(this.pairs[2 * at]!);
        at++;
        if (at !== end && (at & (CHUNK - 1)) === 0) at = this.nextChunk[at / CHUNK - 1]! * CHUNK;
      }
    }
  }

  /** Moves the window to the next event beyond it. */
  private slide(): void {
    const beyond = this.beyond;
    beyond.front();
    this.start = beyond.time;
    this.position = 0;
    this.taken = 0;
    do {
      const tick = beyond.time;
      const serial = beyond.serial;
      beyond.take();
      this.push(tick, serial, beyond.datum);
    } while (beyond.front() && beyond.time - this.start < TICKS);
  }

  private openChunk(tick: number, end: number): number {
    let chunk = this.freeChunk;
    if (chunk >= 0) this.freeChunk = this.nextChunk[chunk]!;
    else {
      chunk = this.chunks++;
      if (chunk === this.nextChunk.length) this.grow();
    }
    if (end === 0) this.firstChunk[tick] = chunk;
    else this.nextChunk[end / CHUNK - 1] = chunk;
    return chunk * CHUNK;
  }

  private closeChunk(chunk: number): void {
    this.taken = 0;
    this.nextChunk[chunk] = this.freeChunk;
    this.freeChunk = chunk;
  }

  private grow(): void {
    const pairs = new Int32Array(2 * this.pairs.length);
    const links = new Int32Array(2 * this.nextChunk.length);
    pairs.set(this.pairs);
    links.set(this.nextChunk);
    this.pairs = pairs;
    this.nextChunk = links;
  }
}
