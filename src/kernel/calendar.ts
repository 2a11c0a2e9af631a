import { Heap } from './heap.ts';
import { Records } from './records.ts';

const BINS = 1024;
/** Records in a chunk; a bin is a list of chunks. */
const CHUNK = 32;
/** A bin with no more records than this is sorted by insertion alone. */
const SMALL = 24;
const MAX_SLOTS = 65536;
const SAMPLE = 255;

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

  private bins: Records;
  private nextChunk: Int32Array;
  private chunks = 0;
  private freeChunk = -1;
  /** By bin: where its next record goes. A multiple of CHUNK asks for a chunk first. */
  private readonly cursor = new Int32Array(BINS);
  private readonly firstChunk = new Int32Array(BINS).fill(-1);
  private readonly chunksOf = new Int32Array(BINS);
  private binsInUse = 0;
  private slots = new Int32Array(0);

  private far: Records;
  private farSize = 0;

  // An epoch: bin = (time - base) * scale. Bins up to `current` are spent: an event belongs to a
  // bin where edge <= bin < reach, with edge = current + 1. No epoch is open when reach is not positive.
  private base = 0.5;
  private scale = 1.5;
  private current = BINS;
  private edge = 0;
  private reach = -Infinity;
  private crowd = 4096;
  private readonly sample = new Float64Array(SAMPLE + 1);

  constructor(capacity = 0) {
    const room = CHUNK * Math.ceil(Math.max(64, capacity) / CHUNK);
    this.far = new Records(room);
    this.bins = new Records(2 * room);
    this.nextChunk = new Int32Array(this.bins.capacity / CHUNK);
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
    // Written out rather than called: a double that is passed to a function which is not inlined gets allocated.
    const bin = x | 0;
    let i = this.cursor[bin]!;
    if ((i & (CHUNK - 1)) === 0) i = this.openChunk(bin, i);
    const { floats, ints } = this.bins;
    floats[2 * i] = time;
    ints[4 * i + 2] = serial;
    ints[4 * i + 3] = datum;
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
    for (let i = 0; i < this.farSize; i++) this.far.ints[4 * i + 2] = map(this.far.ints[4 * i + 2]!);
    for (let bin = this.current + 1; bin < BINS; bin++) {
      let left = this.count(bin);
      for (let chunk = this.firstChunk[bin]!; left > 0; chunk = this.nextChunk[chunk]!, left -= CHUNK) {
        const end = chunk * CHUNK + Math.min(left, CHUNK);
        for (let i = chunk * CHUNK; i < end; i++) this.bins.ints[4 * i + 2] = map(this.bins.ints[4 * i + 2]!);
      }
    }
  }

  private pushFar(time: number, serial: number, datum: number): void {
    const i = this.farSize++;
    if (i === this.far.capacity) this.far = this.far.grown();
    this.far.floats[2 * i] = time;
    this.far.ints[4 * i + 2] = serial;
    this.far.ints[4 * i + 3] = datum;
  }

  /** Takes an event that belongs to no bin: far ones, and those too late for the run. */
  private pushAside(time: number, serial: number, datum: number): void {
    if (!((time - this.base) * this.scale < this.reach)) {
      this.pushFar(time, serial, datum);
      return;
    }
    this.late.push(time, serial, datum);
    if (this.late.size > this.crowd) this.relieve();
  }

  /** Hangs an empty chunk to a bin whose last chunk ended before record `end`; returns its first record. */
  private openChunk(bin: number, end: number): number {
    let chunk = this.freeChunk;
    if (chunk >= 0) this.freeChunk = this.nextChunk[chunk]!;
    else {
      chunk = this.chunks++;
      if (chunk === this.nextChunk.length) {
        this.bins = this.bins.grown();
        const links = new Int32Array(this.bins.capacity / CHUNK);
        links.set(this.nextChunk);
        this.nextChunk = links;
      }
    }
    if (this.chunksOf[bin]!++ === 0) {
      this.firstChunk[bin] = chunk;
      this.binsInUse++;
    } else this.nextChunk[end / CHUNK - 1] = chunk;
    this.nextChunk[chunk] = -1;
    return chunk * CHUNK;
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
    this.binsInUse--;
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
    const size = this.farSize;
    if (size === 0) return false;
    const { floats, ints } = this.far;
    let low = floats[0]!;
    for (let i = 1; i < size; i++) if (floats[2 * i]! < low) low = floats[2 * i]!;
    const width = this.chooseWidth(low);
    if (width > 1e-290) this.scale = 1 / width;
    this.base = low;
    this.current = -1;
    this.edge = 0;
    this.reach = BINS;
    this.crowd = 4096;
    let kept = 0;
    for (let i = 0; i < size; i++) {
      const time = floats[2 * i]!;
      const x = (time - low) * this.scale;
      if (x < BINS) this.push(time, ints[4 * i + 2]!, ints[4 * i + 3]!);
      else {
        floats[2 * kept] = time;
        ints[4 * kept + 2] = ints[4 * i + 2]!;
        ints[4 * kept + 3] = ints[4 * i + 3]!;
        kept++;
      }
    }
    this.farSize = kept;
    return true;
  }

  /** A width that gives the nearer half of the far events about n / 256 to a bin; 0 when all of a sample are equal. */
  private chooseWidth(low: number): number {
    const size = this.farSize;
    const floats = this.far.floats;
    const stride = 1 + Math.floor(size / (SAMPLE + 1));
    const sample = this.sample;
    let n = 0;
    for (let i = 0; i < size; i += stride) {
      const time = floats[2 * i]!;
      let j = n++;
      for (; j > 0 && sample[j - 1]! > time; j--) sample[j] = sample[j - 1]!;
      sample[j] = time;
    }
    const half = sample[n >> 1]! - low;
    if (n < 8) return half / 4;
    if (half > 0) return (2 * half * Math.max(8, size / 256)) / size;
    return (sample[n - 1]! - low) / 256;
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
    if (!this.sortRun(n)) {
      for (let i = 0; i < n; i++) this.late.push(this.runTimes[i]!, this.runSerials[i]!, this.runData[i]!);
      this.length = 0;
      // So large a heap is no sign of crowding before it has doubled: else each event could dissolve the epoch.
      this.crowd = Math.max(this.crowd, 2 * n);
    }
  }

  private copyToRun(bin: number, n: number): void {
    const { floats, ints } = this.bins;
    const { runTimes, runSerials, runData } = this;
    const start = this.firstChunk[bin]! * CHUNK;
    for (let i = 0; i < n; i++) {
      runTimes[i] = floats[2 * (start + i)]!;
      runSerials[i] = ints[4 * (start + i) + 2]!;
      runData[i] = ints[4 * (start + i) + 3]!;
    }
  }

  private dealToRun(bin: number, n: number): void {
    const { floats, ints } = this.bins;
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
      const end = chunk * CHUNK + (left < CHUNK ? left : CHUNK);
      for (let i = chunk * CHUNK; i < end; i++) {
        let slot = ((floats[2 * i]! - base) * factor - shift) | 0;
        slot = slot < 0 ? 0 : slot > last ? last : slot;
        slots[slot + 1]!++;
      }
    }
    for (let i = 0; i < size; i++) slots[i + 1]! += slots[i]!;
    left = n;
    for (let chunk = this.firstChunk[bin]!; left > 0; chunk = nextChunk[chunk]!, left -= CHUNK) {
      const end = chunk * CHUNK + (left < CHUNK ? left : CHUNK);
      for (let i = chunk * CHUNK; i < end; i++) {
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

  /** Insertion sort of an almost sorted run. Gives up (false) when it is far from sorted. */
  private sortRun(n: number): boolean {
    const { runTimes, runSerials, runData } = this;
    let moves = 0;
    let before = runTimes[0]!;
    for (let i = 1; i < n; i++) {
      const time = runTimes[i]!;
      if (before < time || (before === time && runSerials[i - 1]! < runSerials[i]!)) {
        before = time;
        continue;
      }
      const serial = runSerials[i]!;
      const datum = runData[i]!;
      let j = i;
      while (j > 0) {
        const other = runTimes[j - 1]!;
        if (other < time || (other === time && runSerials[j - 1]! < serial)) break;
        runTimes[j] = other;
        runSerials[j] = runSerials[j - 1]!;
        runData[j] = runData[j - 1]!;
        j--;
      }
      runTimes[j] = time;
      runSerials[j] = serial;
      runData[j] = datum;
      before = runTimes[i]!;
      moves += i - j;
      if (moves > 64 * n) return false;
    }
    return true;
  }

  /**
   * Called when the heap is large. Where it holds more than an eighth of all events, the bins are far too wide:
   * everything goes back to the far list, and the next epoch chooses a finer width.
   */
  private relieve(): void {
    let size = this.farSize + this.length - this.head + this.late.size;
    for (let bin = this.current + 1; bin < BINS; bin++) size += this.count(bin);
    if (this.late.size * 8 < size) {
      this.crowd = 2 * this.late.size;
      return;
    }
    this.dissolve();
  }

  private dissolve(): void {
    const { late } = this;
    for (; this.head < this.length; this.head++) {
      this.pushFar(this.runTimes[this.head]!, this.runSerials[this.head]!, this.runData[this.head]!);
    }
    for (let i = 0; i < late.size; i++) this.pushFar(late.times[i]!, late.serials[i]!, late.data[i]!);
    late.size = 0;
    for (let bin = this.current + 1; bin < BINS; bin++) {
      let left = this.count(bin);
      if (left === 0) continue;
      for (let chunk = this.firstChunk[bin]!; left > 0; chunk = this.nextChunk[chunk]!, left -= CHUNK) {
        const end = chunk * CHUNK + Math.min(left, CHUNK);
        const { floats, ints } = this.bins;
        for (let i = chunk * CHUNK; i < end; i++)
          this.pushFar(floats[2 * i]!, ints[4 * i + 2]!, ints[4 * i + 3]!);
      }
      this.release(bin);
    }
    this.current = BINS;
    this.reach = -Infinity;
  }
}
