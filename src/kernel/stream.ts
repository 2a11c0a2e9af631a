import seedrandom from 'seedrandom';
import { ln } from './elementary.ts';
import { exponentialOf } from './exponential.ts';

/** The seed of a run: an integer from a scenario, or text derived from one. */
export type Seed = number | string;

/**
 * A sequential stream of random numbers for one purpose (sfc32, by Chris Doty-Humphrey, of PractRand).
 * seedrandom turns `seed/name` into its 96 bits of key, so that streams of different names are unrelated and
 * adding a draw to one shifts nothing in another.
 */
export class Stream {
  // Four int32 fields: kept in fields, not in captured variables, since V8 then keeps them unboxed.
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** Without a seed the stream gives nothing useful until `rekey` is called. */
  constructor(seed?: Seed, name = '') {
    if (seed === undefined) return;
    const derive = seedrandom.alea(`${seed}/${name}`);
    this.rekey(derive.int32(), derive.int32(), derive.int32());
  }

  /** Restarts the stream from three 32-bit words. */
  rekey(a: number, b: number, c: number): void {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  u32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 53 random bits. */
  unit(): number {
    return ((this.u32() >>> 5) * 67108864 + (this.u32() >>> 6)) * 1.1102230246251565e-16;
  }

  /** A whole number from 0 to n - 1, for 1 <= n <= 2^32. Bias below n / 2^32. */
  below(n: number): number {
    return Math.floor(this.u32() * n * 2.3283064365386963e-10);
  }

  /** True with chance p, to 32 bits. */
  chance(p: number): boolean {
    return this.u32() < p * 4294967296;
  }

  /** An exponential variate of mean 1: one of 2^32 values from 1.2e-10 to 22.9, for the price of one draw. */
  exponential(): number {
    return exponentialOf(this.u32());
  }

  /** A standard normal variate, by the polar method of Marsaglia and Bray (1964). */
  normal(): number {
    for (;;) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const r = x * x + y * y;
      if (r < 1 && r > 0) return x * Math.sqrt((-2 * ln(r)) / r);
    }
  }

  /** Puts an array into a random order, in place (Fisher-Yates). */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }
}
