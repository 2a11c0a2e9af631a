import seedrandom from 'seedrandom';
import type { Seed } from './stream.ts';

/** Four 32-bit words, written in place so that a block costs no allocation. */
export interface Block {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
}

/**
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): the four
 * counter words in `block` are replaced by four random int32 words that depend on them and on the two key words.
 */
export function philox(block: Block, key0: number, key1: number): void {
  let c0 = block.w0 | 0;
  let c1 = block.w1 | 0;
  let c2 = block.w2 | 0;
  let c3 = block.w3 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd251, 0x1f53, c0);
    const high1 = highProduct(0xcd9e, 0x8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  block.w0 = c0;
  block.w1 = c1;
  block.w2 = c2;
  block.w3 = c3;
}

/** The upper 32 bits of an unsigned 32 x 32 bit product; the first factor comes in halves of 16 bits. */
function highProduct(high: number, low: number, other: number): number {
  const otherHigh = other >>> 16;
  const otherLow = other & 0xffff;
  const middle = Math.imul(high, otherLow) + (Math.imul(low, otherLow) >>> 16);
  const cross = Math.imul(low, otherHigh) + (middle & 0xffff);
  return (Math.imul(high, otherHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

/**
 * Random numbers addressed by (subject, index) instead of drawn in sequence: the answer does not depend on what was
 * asked before, so that two runs of one seed share the noise of every message that both of them send.
 * seedrandom turns `seed/name` into the key of Philox4x32-10; the counter is (subject, index, index / 2^32, lane).
 */
export class Keyed implements Block {
  /** Four random int32 words, set by `at`. */
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;
  private readonly key0: number;
  private readonly key1: number;
  private readonly lane: number;

  /** `lane` (an int32) separates uses of one (seed, name) that must not share blocks. */
  constructor(seed: Seed, name: string, lane = 0) {
    const derive = seedrandom.alea(`${seed}/${name}`);
    this.key0 = derive.int32();
    this.key1 = derive.int32();
    this.lane = lane;
  }

  /** Sets the four words to those of (subject, index): whole numbers, 0 <= subject < 2^32, 0 <= index < 2^53. */
  at(subject: number, index: number): void {
    this.w0 = subject | 0;
    this.w1 = index | 0;
    this.w2 = index < 4294967296 ? 0 : (index / 4294967296) | 0;
    this.w3 = this.lane;
    philox(this, this.key0, this.key1);
  }

  /** A number in [0, 1) with 53 random bits, made of the first two words of the block. */
  unit(): number {
    return ((this.w0 >>> 5) * 67108864 + (this.w1 >>> 6)) * 1.1102230246251565e-16;
  }

  /** Another one, made of the last two words of the block. */
  secondUnit(): number {
    return ((this.w2 >>> 5) * 67108864 + (this.w3 >>> 6)) * 1.1102230246251565e-16;
  }
}
