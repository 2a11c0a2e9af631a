/** A block of 16-byte records: `floats[2i]` is the time of record i, `ints[4i + 2]` its serial, `ints[4i + 3]` its datum. */
export class Records {
  readonly floats: Float64Array;
  readonly ints: Int32Array;

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(16 * capacity);
    this.floats = new Float64Array(buffer);
    this.ints = new Int32Array(buffer);
  }

  get capacity(): number {
    return this.floats.length / 2;
  }

  /** A block twice as large with the same records. */
  doubled(): Records {
    const larger = new Records(2 * this.capacity);
    larger.ints.set(this.ints);
    return larger;
  }
}
