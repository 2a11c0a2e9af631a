/** Bytes of an envelope: content (8), sender (4), receiver or link (4). One envelope lies in one line of the cache. */
export const envelopeBytes = 16;

/**
 * Envelopes under way, one record of 16 bytes a slot: nothing is allocated per message, and whoever looks at one waits for
 * memory once. The receiver's place holds a link once it is not needed any more: to the next envelope of a mailbox, or
 * to the next free slot.
 */
export class Envelopes {
  /** Records as integers: sender (-1 in a free slot) at 4 slot + 2, receiver or link at 4 slot + 3. */
  ints: Int32Array;
  /** The same memory as numbers: the content at 2 slot, where contents are numbers. */
  floats: Float64Array;
  /** Contents by slot, where they are objects. */
  readonly objects: unknown[] = [];
  private readonly isNumeric: boolean;
  private readonly onGrowth: (records: Int32Array) => void;
  private free = -1;
  private used = 0;

  /** `onGrowth` is told where the records lie, now and whenever they move. */
  constructor(isNumeric: boolean, onGrowth: (records: Int32Array) => void = () => {}) {
    const memory = new ArrayBuffer(64 * envelopeBytes);
    this.ints = new Int32Array(memory);
    this.floats = new Float64Array(memory);
    this.isNumeric = isNumeric;
    this.onGrowth = onGrowth;
    onGrowth(this.ints);
  }

  /** Takes a slot for an envelope and fills it. */
  take(from: number, to: number, content: unknown): number {
    let slot = this.free;
    if (slot >= 0) this.free = this.ints[4 * slot + 3] as number;
    else {
      slot = this.used++;
      if (4 * slot === this.ints.length) this.grow();
    }
    this.ints[4 * slot + 2] = from;
    this.ints[4 * slot + 3] = to;
    if (this.isNumeric) this.floats[2 * slot] = content as number;
    else this.objects[slot] = content;
    return slot;
  }

  content(slot: number): unknown {
    return this.isNumeric ? this.floats[2 * slot] : this.objects[slot];
  }

  sender(slot: number): number {
    return this.ints[4 * slot + 2] as number;
  }

  receiver(slot: number): number {
    return this.ints[4 * slot + 3] as number;
  }

  /** The next envelope of the mailbox that this one is in; -1 at its end. */
  next(slot: number): number {
    return this.ints[4 * slot + 3] as number;
  }

  link(slot: number, next: number): void {
    this.ints[4 * slot + 3] = next;
  }

  release(slot: number): void {
    if (!this.isNumeric) this.objects[slot] = undefined;
    this.ints[4 * slot + 2] = -1;
    this.ints[4 * slot + 3] = this.free;
    this.free = slot;
  }

  /** Visits every slot in use. The receiver of an envelope in a mailbox is known to the mailbox only. */
  forEach(visit: (slot: number) => void): void {
    for (let slot = 0; slot < this.used; slot++) if (this.sender(slot) >= 0) visit(slot);
  }

  private grow(): void {
    const memory = new ArrayBuffer(2 * this.ints.byteLength);
    const ints = new Int32Array(memory);
    ints.set(this.ints);
    this.ints = ints;
    this.floats = new Float64Array(memory);
    this.onGrowth(ints);
  }
}
