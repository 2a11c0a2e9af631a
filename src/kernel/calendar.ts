import { Heap } from './heap.ts';
import { Records } from './records.ts';
import { sortAlmostSorted } from './sort-almost-sorted.ts';

const BINS = 1024;
/** The bin of the events beyond the epoch. */
const FAR = BINS;
/** Records in a chunk; a bin is a list of chunks. */
const CHUNK = 32;
/** A bin with no more records than this is sorted by insertion alone. */
const SMALL = 24;
const MAX_SLOTS = 65536;
/** A segment holds 65,536 records (1 MiB); the first one starts small, for the many small runs. */
const SEGMENT_BITS = 16;
const SEGMENT_MASK = 65535;
const FIRST_SEGMENT = 512;
const SAMPLE = 255;

/** Times of a sample of far events, sorted: filled and read within one call, so that all calendars share it. */
const sample = new Float64Array(SAMPLE + 1);

/**
 * The future event list: a ladder queue after Tang, Goh and Thng (ACM TOMACS 15(3), 2005) over typed arrays, with two
 * rungs. Far events lie unsorted; an epoch deals them out to 1,024 bins whose width it takes from a sample; the bin
 * at hand is sorted once, into the run; what still arrives for that bin goes to a small heap beside the run. Every move
 * but the heap's reads and writes memory in sequence, which is what counts when the events no longer fit a cache.
 *
 * Events are ordered by (time, serial), serials being int32; the caller gives each event its serial. `datum` is the
 * event's content, an int32 that the calendar never looks at.
 */
export class Calendar {
  /** The run: events from `head` up to `length` are pending, in order. */
  runTimes = new Float64Array(64);
  runSerials = new Int32Array(64);
  runData = new Int32Array(64);
  head = 0;
  length = 0;
  /** Events that came too late for the run. */
  readonly late = new Heap(64);

  /** The next event, after `front` returned true; `datum` after `take`. */
  time = 0.5;
  serial = 0;
  datum = 0;
  private fromLate = false;

  // Records lie in segments, chunk by chunk, so that growing does not copy what there is.
  private readonly segments: Records[] = [];
  private nextChunk = new Int32Array(64);
  private chunks = 0;
  private freeChunk = -1;
  /** By bin: where its next record goes. A multiple of CHUNK asks for a chunk first. */
  private readonly cursor = new Int32Array(BINS + 1);
  private readonly firstChunk = new Int32Array(BINS + 1);
  private readonly chunksOf = new Int32Array(BINS + 1);
  private binsInUse = 0;
  private slots = new Int32Array(0);

  // An epoch: bin = (time - base) * scale. Bins up to `current` are spent: an event belongs to a
  // bin where edge <= bin < reach, with edge = current + 1. No epoch is open when reach is not positive.
  private base = 0.5;
  private scale = 1.5;
  private current = BINS;
  private edge = 0;
  private reach = -Infinity;
  private crowd = 4096;

  constructor() {
    // Doubles from the start: a field that first holds a small integer would be rebuilt at its first fraction.
    this.base = 0;
    this.time = 0;
  }

  push(time: number, serial: number, datum: number): void {
    const x = (time - this.base) * this.scale;
    if (!(x >= this.edge && x < this.reach)) {
      this.pushAside(time, serial, datum);
      return;
    }
    // `append` written out: a double that is passed to a function which is not inlined gets allocated.
    const bin = x | 0;
    let i = this.cursor[bin]!;
    if ((i & (CHUNK - 1)) === 0) i = this.openChunk(bin, i);
    const { floats, ints } = this.segments[i >> SEGMENT_BITS]!;
    const at = i & SEGMENT_MASK;
    floats[2 * at] = time;
    ints[4 * at + 2] = serial;
    ints[4 * at + 3] = datum;
    this.cursor[bin] = i + 1;
  }

  /** Finds the next event and shows its time and serial; false when there is none. */
  front(): boolean {
    const late = this.late;
    if (this.head === this.length && late.size === 0 && !this.advance()) return false;
    const head = this.head;
    if (late.size === 0) this.fromLate = false;
    else if (head === this.length) this.fromLate = true;
    else {
      const time = late.times[0]!;
      const other = this.runTimes[head]!;
      this.fromLate = time < other || (time === other && late.serials[0]! < this.runSerials[head]!);
    }
    if (this.fromLate) {
      this.time = late.times[0]!;
      this.serial = late.serials[0]!;
    } else {
      this.time = this.runTimes[head]!;
      this.serial = this.runSerials[head]!;
    }
    return true;
  }

  /** The datum of the event that `front` has shown. */
  peek(): number {
    return this.fromLate ? this.late.data[0]! : this.runData[this.head]!;
  }

  /** Removes the event that `front` has shown, and leaves its datum in `datum`. */
  take(): void {
    if (this.fromLate) {
      this.datum = this.late.data[0]!;
      this.late.shift();
    } else this.datum = this.runData[this.head++]!;
  }

  /** Replaces every pending serial by `map(serial)`, which must keep their order. */
  mapSerials(map: (serial: number) => number): void {
    for (let i = this.head; i < this.length; i++) this.runSerials[i] = map(this.runSerials[i]!);
    for (let i = 0; i < this.late.size; i++) this.late.serials[i] = map(this.late.serials[i]!);
    for (let bin = 0; bin <= FAR; bin++) {
      let left = this.count(bin);
      for (let chunk = this.firstChunk[bin]!; left > 0; chunk = this.nextChunk[chunk]!, left -= CHUNK) {
        const { ints } = this.segmentOf(chunk);
        const start = (chunk * CHUNK) & SEGMENT_MASK;
        const end = start + (left < CHUNK ? left : CHUNK);
        for (let i = start; i < end; i++) ints[4 * i + 2] = map(ints[4 * i + 2]!);
      }
    }
  }

  /** Takes an event that belongs to no bin: far ones, and those too late for the run. */
  private pushAside(time: number, serial: number, datum: number): void {
    if (!((time - this.base) * this.scale < this.reach)) {
      this.append(FAR, time, serial, datum);
      return;
    }
    this.late.push(time, serial, datum);
    if (this.late.size > this.crowd) this.relieve();
  }

  private append(bin: number, time: number, serial: number, datum: number): void {
    let i = this.cursor[bin]!;
    if ((i & (CHUNK - 1)) === 0) i = this.openChunk(bin, i);
    const { floats, ints } = this.segments[i >> SEGMENT_BITS]!;
    const at = i & SEGMENT_MASK;
    floats[2 * at] = time;
    ints[4 * at + 2] = serial;
    ints[4 * at + 3] = datum;
    this.cursor[bin] = i + 1;
  }

  private segmentOf(chunk: number): Records {
    return this.segments[(chunk * CHUNK) >> SEGMENT_BITS]!;
  }

  /** Hangs an empty chunk to a bin whose last chunk ended before record `end`; returns its first record. */
  private openChunk(bin: number, end: number): number {
    let chunk = this.freeChunk;
    if (chunk >= 0) this.freeChunk = this.nextChunk[chunk]!;
    else {
      chunk = this.chunks++;
      this.makeRoom(chunk);
    }
    if (this.chunksOf[bin]!++ === 0) {
      this.firstChunk[bin] = chunk;
      if (bin !== FAR) this.binsInUse++;
    } else this.nextChunk[end / CHUNK - 1] = chunk;
    return chunk * CHUNK;
  }

  /** Makes sure that there is memory for a chunk: one more segment, or a larger first one while that is not full-grown. */
  private makeRoom(chunk: number): void {
    const { segments } = this;
    const first = chunk * CHUNK;
    if (first === 0) segments.push(new Records(FIRST_SEGMENT));
    else if (first <= SEGMENT_MASK) {
      if (first === segments[0]!.capacity) segments[0] = segments[0]!.doubled();
    } else if ((first & SEGMENT_MASK) === 0) segments.push(new Records(SEGMENT_MASK + 1));
    if (chunk < this.nextChunk.length) return;
    const links = new Int32Array(2 * chunk);
    links.set(this.nextChunk);
    this.nextChunk = links;
  }

  private count(bin: number): number {
    const chunks = this.chunksOf[bin]!;
    return chunks === 0 ? 0 : (chunks - 1) * CHUNK + (((this.cursor[bin]! - 1) & (CHUNK - 1)) + 1);
  }

  /** Gives the chunks of a bin back. */
  private release(bin: number): void {
    const last = (this.cursor[bin]! - 1) >> 5;
    this.nextChunk[last] = this.freeChunk;
    this.freeChunk = this.firstChunk[bin]!;
    this.cursor[bin] = 0;
    this.chunksOf[bin] = 0;
    if (bin !== FAR) this.binsInUse--;
  }

  /** Once all that it holds is spent: fills the run, or the heap beside it, from the next bin that holds events. */
  advance(): boolean {
    this.head = 0;
    this.length = 0;
    if (this.binsInUse === 0 && !this.openEpoch()) {
      this.current = BINS;
      this.reach = -Infinity;
      return false;
    }
    const chunksOf = this.chunksOf;
    let bin = this.current + 1;
    while (chunksOf[bin] === 0) bin++;
    this.current = bin;
    this.edge = bin + 1;
    this.fillRun(bin);
    return true;
  }

  /** Deals the far events out to bins; false when there are none. */
  private openEpoch(): boolean {
    let left = this.count(FAR);
    if (left === 0) return false;
    this.measureFar(left);
    this.current = -1;
    this.edge = 0;
    this.reach = BINS;
    this.crowd = 4096;
    let chunk = this.firstChunk[FAR]!;
    this.cursor[FAR] = 0;
    this.chunksOf[FAR] = 0;
    while (left > 0) {
      const { floats, ints } = this.segmentOf(chunk);
      const start = (chunk * CHUNK) & SEGMENT_MASK;
      const end = start + (left < CHUNK ? left : CHUNK);
      for (let i = start; i < end; i++) {
        const x = (floats[2 * i]! - this.base) * this.scale;
        this.append(x < BINS ? x | 0 : FAR, floats[2 * i]!, ints[4 * i + 2]!, ints[4 * i + 3]!);
      }
      const following = this.nextChunk[chunk]!;
      this.nextChunk[chunk] = this.freeChunk;
      this.freeChunk = chunk;
      chunk = following;
      left -= CHUNK;
    }
    return true;
  }

  /** Sets the epoch's base to the earliest of `size` far events, and its scale by a sample of them. */
  private measureFar(size: number): void {
    const stride = 1 + Math.floor(size / (SAMPLE + 1));
    let low = Infinity;
    let left = size;
    let n = 0;
    let skip = 0;
    for (let chunk = this.firstChunk[FAR]!; left > 0; chunk = this.nextChunk[chunk]!, left -= CHUNK) {
      const { floats } = this.segmentOf(chunk);
      const start = (chunk * CHUNK) & SEGMENT_MASK;
      const end = start + (left < CHUNK ? left : CHUNK);
      for (let i = start; i < end; i++) {
        const time = floats[2 * i]!;
        if (time < low) low = time;
        if (skip-- > 0) continue;
        skip = stride - 1;
        let j = n++;
        for (; j > 0 && sample[j - 1]! > time; j--) sample[j] = sample[j - 1]!;
        sample[j] = time;
      }
    }
    const half = sample[n >> 1]! - low;
    const spread = sample[n - 1]! - low;
    // The nearer half of the events is to lie about size / 256 to a bin. Where all of the sample are equal, the
    // width stays; it must not come so small that its inverse overflows.
    const width = n < 8 ? half / 4 : half > 0 ? (2 * half * Math.max(8, size / 256)) / size : spread / 256;
    if (width > 1e-290) this.scale = 1 / width;
    this.base = low;
  }

  /** Sorts a bin into the run: dealt out to slots in order of time, then put right by insertion. */
  private fillRun(bin: number): void {
    const n = this.count(bin);
    if (n > this.runTimes.length) {
      const room = 2 * n;
      this.runTimes = new Float64Array(room);
      this.runSerials = new Int32Array(room);
      this.runData = new Int32Array(room);
    }
    this.length = n;
    if (n <= SMALL) this.copyToRun(bin, n);
    else this.dealToRun(bin, n);
    this.release(bin);
    if (!sortAlmostSorted(this.runTimes, this.runSerials, this.runData, n)) {
      for (let i = 0; i < n; i++) this.late.push(this.runTimes[i]!, this.runSerials[i]!, this.runData[i]!);
      this.length = 0;
      // So large a heap is no sign of crowding before it has doubled: else each event could dissolve the epoch.
      this.crowd = Math.max(this.crowd, 2 * n);
    }
  }

  /** For a bin of one chunk. */
  private copyToRun(bin: number, n: number): void {
    const { runTimes, runSerials, runData } = this;
    const { floats, ints } = this.segmentOf(this.firstChunk[bin]!);
    const start = (this.firstChunk[bin]! * CHUNK) & SEGMENT_MASK;
    for (let i = 0; i < n; i++) {
      runTimes[i] = floats[2 * (start + i)]!;
      runSerials[i] = ints[4 * (start + i) + 2]!;
      runData[i] = ints[4 * (start + i) + 3]!;
    }
  }

  private dealToRun(bin: number, n: number): void {
    let size = 32;
    while (size < n / 2 && size < MAX_SLOTS) size *= 2;
    if (size >= this.slots.length) this.slots = new Int32Array(2 * size);
    const { runTimes, runSerials, runData, slots, nextChunk } = this;
    // Slot = (position within the bin) * size. Rounding may leave a record just outside: it goes to the end slot.
    const base = this.base;
    const factor = this.scale * size;
    const shift = bin * size;
    const last = size - 1;
    slots.fill(0, 0, size + 1);
    let left = n;
    for (let chunk = this.firstChunk[bin]!; left > 0; chunk = nextChunk[chunk]!, left -= CHUNK) {
      const { floats } = this.segmentOf(chunk);
      const start = (chunk * CHUNK) & SEGMENT_MASK;
      const end = start + (left < CHUNK ? left : CHUNK);
      for (let i = start; i < end; i++) {
        let slot = ((floats[2 * i]! - base) * factor - shift) | 0;
        slot = slot < 0 ? 0 : slot > last ? last : slot;
        slots[slot + 1]!++;
      }
    }
    for (let i = 0; i < size; i++) slots[i + 1]! += slots[i]!;
    left = n;
    for (let chunk = this.firstChunk[bin]!; left > 0; chunk = nextChunk[chunk]!, left -= CHUNK) {
      const { floats, ints } = this.segmentOf(chunk);
      const start = (chunk * CHUNK) & SEGMENT_MASK;
      const end = start + (left < CHUNK ? left : CHUNK);
      for (let i = start; i < end; i++) {
        const time = floats[2 * i]!;
        let slot = ((time - base) * factor - shift) | 0;
        slot = slot < 0 ? 0 : slot > last ? last : slot;
        const j = slots[slot]!++;
        runTimes[j] = time;
        runSerials[j] = ints[4 * i + 2]!;
        runData[j] = ints[4 * i + 3]!;
      }
    }
  }

  /**
   * Called when the heap is large. Where it holds more than an eighth of all events, the bins are far too wide:
   * everything goes back to the far list, and the next epoch chooses a finer width.
   */
  private relieve(): void {
    let size = this.length - this.head + this.late.size;
    for (let bin = 0; bin <= FAR; bin++) size += this.count(bin);
    if (this.late.size * 8 < size) {
      this.crowd = 2 * this.late.size;
      return;
    }
    this.dissolve();
  }

  private dissolve(): void {
    const { late } = this;
    for (; this.head < this.length; this.head++) {
      const head = this.head;
      this.append(FAR, this.runTimes[head]!, this.runSerials[head]!, this.runData[head]!);
    }
    for (let i = 0; i < late.size; i++) this.append(FAR, late.times[i]!, late.serials[i]!, late.data[i]!);
    late.size = 0;
    for (let bin = this.current + 1; bin < BINS; bin++) {
      let left = this.count(bin);
      if (left === 0) continue;
      for (let chunk = this.firstChunk[bin]!; left > 0; chunk = this.nextChunk[chunk]!, left -= CHUNK) {
        const { floats, ints } = this.segmentOf(chunk);
        const start = (chunk * CHUNK) & SEGMENT_MASK;
        const end = start + (left < CHUNK ? left : CHUNK);
        for (let i = start; i < end; i++)
          this.append(FAR, floats[2 * i]!, ints[4 * i + 2]!, ints[4 * i + 3]!);
      }
      this.release(bin);
    }
    this.current = BINS;
    this.reach = -Infinity;
  }
}
