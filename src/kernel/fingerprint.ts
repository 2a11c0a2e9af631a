const FLOAT = new Float64Array(1);
const WORDS = new Int32Array(FLOAT.buffer);
FLOAT[0] = 1;
const HIGH = WORDS[1] === 0x3ff00000 ? 1 : 0;

/**
 * A 64-bit hash of everything it was told, in the order in which it was told. Two int32 lanes after the pattern of
 * MurmurHash3 (Austin Appleby, public domain), each stirred into the other. It tells runs apart; it does not
 * withstand somebody who looks for a collision.
 */
export class Fingerprint {
  private first = 0x2c1b3c6d;
  private second = 0x297a2d39;
  private words = 0;

  /** Takes in a whole number, by its lowest 32 bits. */
  int(x: number): void {
    let k = Math.imul(x | 0, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    const a = this.first ^ k;
    this.first = (Math.imul(((a << 13) | (a >>> 19)) + this.second, 5) + 0xe6546b64) | 0;
    k = Math.imul(x | 0, 0x9e3779b1);
    k = Math.imul((k << 16) | (k >>> 16), 0x85ebca77);
    const b = this.second ^ k;
    this.second = (Math.imul(((b << 17) | (b >>> 15)) + this.first, 5) + 0x52dce729) | 0;
    this.words = (this.words + 1) | 0;
  }

  /** Takes in any number, by all of its bits; -0 counts as 0 and every NaN as one. */
  number(x: number): void {
    FLOAT[0] = x === 0 ? 0 : x;
    // Engines may keep any of many bit patterns for NaN.
    const nan = Number.isNaN(x);
    this.int(nan ? 0 : WORDS[1 - HIGH]!);
    this.int(nan ? 0x7ff80000 : WORDS[HIGH]!);
  }

  /** Takes in a text: its length, then its UTF-16 code units. */
  text(s: string): void {
    this.int(s.length);
    for (let i = 0; i < s.length; i++) this.int(s.charCodeAt(i));
  }

  /** What was taken in so far, as 16 hexadecimal digits. Reading it changes nothing. */
  get hex(): string {
    const a = scramble((this.first ^ this.words) + this.second);
    const b = scramble(this.second + a);
    return digits(a) + digits(b);
  }
}

function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) | 0;
}

function digits(x: number): string {
  return (x >>> 0).toString(16).padStart(8, '0');
}
