const mostCounted = 16_777_216;

/** How many agents hold each opinion, kept up to date. Small whole numbers are counted in a typed array, others in a map. */
export class Census {
  /** How many different opinions there are. */
  distinct = 0;
  /** How many agents have none. */
  without = 0;
  private readonly counts: Int32Array;
  private readonly others = new Map<number, number>();

  constructor(opinions: Float64Array) {
    let greatest = 255;
    for (const value of opinions) if (value > greatest && value < mostCounted) greatest = value;
    this.counts = new Int32Array(Math.floor(greatest) + 1);
    for (const value of opinions) this.add(value);
  }

  of(value: number): number {
    return this.counts[value] ?? this.others.get(value) ?? 0;
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
    const count = 1 + this.of(value);
    if (count === 1) this.distinct++;
    if (this.counts[value] !== undefined) this.counts[value] = count;
    else this.others.set(value, count);
  }

  private remove(value: number): void {
    if (Number.isNaN(value)) {
      this.without--;
      return;
    }
    const count = this.of(value) - 1;
    if (count === 0) this.distinct--;
    if (this.counts[value] !== undefined) this.counts[value] = count;
    else if (count === 0) this.others.delete(value);
    else this.others.set(value, count);
  }
}
