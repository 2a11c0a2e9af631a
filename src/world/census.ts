const noLimit = Number.POSITIVE_INFINITY;

/**
 * How many agents hold each opinion, kept up to date. Whole numbers of the order of the group are counted in a typed
 * array, others in a map.
 */
export class Census {
  /** How many different opinions there are. */
  distinct = 0;
  /** How many agents have none. */
  without = 0;
  private counts = new Int32Array(256);
  private readonly mostCounted: number;
  private readonly others = new Map<number, number>();

  /**
   * `counted`: 1 for agents whose opinions count, by agent; all where it is left out. Gives up, incomplete, once more
   * than `mostScattered` different opinions are in the map.
   */
  constructor(opinions: Float64Array, counted?: Uint8Array, mostScattered = noLimit) {
    this.mostCounted = Math.max(1024, 4 * opinions.length);
    for (let agent = 0; agent < opinions.length && this.scattered <= mostScattered; agent++)
      if (counted === undefined || counted[agent] === 1) this.add(opinions[agent] as number);
  }

  of(value: number): number {
    return this.counts[value] ?? this.others.get(value) ?? 0;
  }

  /** How many different opinions are counted in the map, which is slow. */
  get scattered(): number {
    return this.others.size;
  }

  /** By how many the most common opinion is held, and the range of opinions: NaN where there are none. */
  summary(): { readonly most: number; readonly spread: number } {
    let most = 0;
    let low = noLimit;
    let high = -noLimit;
    for (const [value, count] of this.others) {
      if (count > most) most = count;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const { counts } = this;
    for (let value = 0; value < counts.length; value++) {
      const count = counts[value] as number;
      if (count === 0) continue;
      if (count > most) most = count;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return { most, spread: high >= low ? high - low : Number.NaN };
  }

  move(from: number, to: number): void {
    this.remove(from);
    this.add(to);
  }

  private add(value: number): void {
    if (Number.isNaN(value)) {
      this.without++;
      return;
    }
    if (value >= 0 && value < this.mostCounted && Number.isInteger(value)) {
      if (value >= this.counts.length) this.grow(value);
      const count = (this.counts[value] as number) + 1;
      this.counts[value] = count;
      if (count === 1) this.distinct++;
      return;
    }
    const count = 1 + (this.others.get(value) ?? 0);
    if (count === 1) this.distinct++;
    this.others.set(value, count);
  }

  private remove(value: number): void {
    if (Number.isNaN(value)) {
      this.without--;
      return;
    }
    const { counts } = this;
    if (value >= 0 && value < counts.length && Number.isInteger(value)) {
      const count = (counts[value] as number) - 1;
      counts[value] = count;
      if (count === 0) this.distinct--;
      return;
    }
    const count = (this.others.get(value) ?? 0) - 1;
    if (count > 0) {
      this.others.set(value, count);
      return;
    }
    this.distinct--;
    this.others.delete(value);
  }

  private grow(value: number): void {
    const grown = new Int32Array(Math.min(this.mostCounted, Math.max(2 * this.counts.length, value + 1)));
    grown.set(this.counts);
    this.counts = grown;
  }
}
