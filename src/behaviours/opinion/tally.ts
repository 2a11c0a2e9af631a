import type { Stream } from '../../kernel/stream.ts';

const most = 65_536;

/** Counts opinions and tells which leads. Small whole numbers are counted in a typed array, others in a map. */
export class Tally {
  private counts = new Int32Array(64);
  private readonly others = new Map<number, number>();
  private seen: number[] = [];
  private best = 0;

  clear(): void {
    for (const value of this.seen) if (value < this.counts.length) this.counts[value] = 0;
    this.seen = [];
    this.others.clear();
    this.best = 0;
  }

  /** Counts an opinion; NaN, which stands for none, is left out. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    const count = 1 + this.of(value);
    if (count === 1) this.seen.push(value);
    if (count > this.best) this.best = count;
    if (value >= 0 && value < most && Number.isInteger(value)) {
      if (value >= this.counts.length) this.grow(value);
      this.counts[value] = count;
    } else this.others.set(value, count);
  }

  of(value: number): number {
    return this.counts[value] ?? this.others.get(value) ?? 0;
  }

  /** How many hold the opinion that leads. */
  get lead(): number {
    return this.best;
  }

  /** How many opinions share the lead. */
  get leaders(): number {
    let count = 0;
    for (const value of this.seen) if (this.of(value) === this.best) count++;
    return count;
  }

  /** One of the opinions in the lead, at random. */
  pick(random: Stream): number {
    const { leaders } = this;
    let left = leaders === 1 ? 0 : random.below(leaders);
    for (const value of this.seen) if (this.of(value) === this.best && left-- === 0) return value;
    return Number.NaN;
  }

  private grow(value: number): void {
    const grown = new Int32Array(Math.min(most, Math.max(value + 1, 2 * this.counts.length)));
    grown.set(this.counts);
    this.counts = grown;
  }
}
