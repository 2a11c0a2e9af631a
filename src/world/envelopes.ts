/**
 * Envelopes under way, in parallel arrays by slot: nothing is allocated per message. A slot that is not under way
 * links to the next free one; a slot in a mailbox links to the next envelope of that mailbox.
 */
export class Envelopes {
  from: Int32Array;
  to: Int32Array;
  next: Int32Array;
  /** Contents: a typed array where they are numbers, so that sending one allocates nothing. */
  numbers: Float64Array;
  objects: unknown[] = [];
  private readonly numeric: boolean;
  private free = -1;
  private used = 0;

  constructor(numeric: boolean, capacity = 64) {
    this.numeric = numeric;
    this.from = new Int32Array(capacity);
    this.to = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.numbers = new Float64Array(numeric ? capacity : 0);
  }

  /** Takes a slot for an envelope and fills it. */
  take(from: number, to: number, content: unknown): number {
    let slot = this.free;
    if (slot >= 0) this.free = this.next[slot] as number;
    else {
      slot = this.used++;
      if (slot === this.from.length) this.grow();
    }
    this.from[slot] = from;
    this.to[slot] = to;
    if (this.numeric) this.numbers[slot] = content as number;
    else this.objects[slot] = content;
    return slot;
  }

  content(slot: number): unknown {
    return this.numeric ? this.numbers[slot] : this.objects[slot];
  }

  release(slot: number): void {
    if (!this.numeric) this.objects[slot] = undefined;
    this.to[slot] = -1;
    this.next[slot] = this.free;
    this.free = slot;
  }

  /** Who has a message under way to whom: from * agents + to. */
  arcsUnderWay(agents: number): Set<number> {
    const arcs = new Set<number>();
    for (let slot = 0; slot < this.used; slot++) {
      const to = this.to[slot] as number;
      if (to >= 0) arcs.add((this.from[slot] as number) * agents + to);
    }
    return arcs;
  }

  private grow(): void {
    const capacity = 2 * this.from.length;
    const larger = (old: Int32Array): Int32Array => {
      const grown = new Int32Array(capacity);
      grown.set(old);
      return grown;
    };
    this.from = larger(this.from);
    this.to = larger(this.to);
    this.next = larger(this.next);
    if (this.numeric) {
      const grown = new Float64Array(capacity);
      grown.set(this.numbers);
      this.numbers = grown;
    }
  }
}
