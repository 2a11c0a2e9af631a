import type { Protocol } from './contracts.ts';

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/**
 * What every agent holds and is, kept up to date agent by agent, so that a look at the global state costs as much as
 * has changed since the last one: a hash of all of it, and how many correct agents hold which value.
 */
export class RollCall {
  private readonly correct: Uint8Array;
  private readonly held: (agent: number) => number;
  private readonly decisions: Float64Array;
  private readonly state: ((agent: number) => number) | undefined;
  private readonly values: Float64Array;
  private readonly states: Float64Array;
  private readonly prints: Int32Array;
  private readonly counts = new Map<number, number>();
  private readonly all: number;
  private first = 0;
  private second = 0;

  constructor(
    { held, state }: Pick<Protocol, 'held' | 'state'>,
    correct: Uint8Array,
    decisions: Float64Array,
  ) {
    const agents = correct.length;
    this.correct = correct;
    this.held = held ?? (() => Number.NaN);
    this.decisions = decisions;
    this.state = state;
    this.values = new Float64Array(agents).fill(Number.NaN);
    this.states = new Float64Array(state === undefined ? 0 : agents);
    this.prints = new Int32Array(2 * agents);
    this.all = correct.reduce((sum, it) => sum + it, 0);
  }

  /** Takes in what has become of an agent. */
  look(agent: number): void {
    const decided = this.decisions[agent] as number;
    const value = Number.isNaN(decided) ? this.held(agent) : decided;
    const before = this.values[agent] as number;
    const isSame = value === before || (Number.isNaN(value) && Number.isNaN(before));
    if (this.state === undefined) {
      if (isSame) return;
    } else {
      const state = this.state(agent);
      if (isSame && state === this.states[agent]) return;
      this.states[agent] = state;
    }
    if (!isSame) {
      this.values[agent] = value;
      if (this.correct[agent] === 1) {
        this.count(before, -1);
        this.count(value, 1);
      }
    }
    this.print(agent, value, this.states[agent] ?? 0);
  }

  /** A hash of the global state, of the 52 bits that a double holds. Equal states have equal ones. */
  get hash(): number {
    return (this.first >>> 0) * 1048576 + (this.second >>> 12);
  }

  /** Correct agents that do not hold what most hold, those without a value included; and how far values lie apart. */
  disagreement(): { readonly dissent: number; readonly spread: number } {
    let most = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const [value, count] of this.counts) {
      if (count > most) most = count;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return { dissent: this.all - most, spread: high >= low ? high - low : Number.NaN };
  }

  private count(value: number, change: 1 | -1): void {
    if (Number.isNaN(value)) return;
    const count = (this.counts.get(value) ?? 0) + change;
    if (count === 0) this.counts.delete(value);
    else this.counts.set(value, count);
  }

  /** The hash of all is the sum of those of each, so that one can be exchanged without a look at the others. */
  private print(agent: number, value: number, state: number): void {
    float[0] = value === 0 ? 0 : value;
    // Engines may keep any of many bit patterns for NaN.
    const isNone = Number.isNaN(value);
    const low = isNone ? 0x7ff80000 : (words[0] as number);
    const high = isNone ? 0x7ff80000 : (words[1] as number);
    float[0] = state;
    const stateLow = words[0] as number;
    const stateHigh = words[1] as number;
    const first = lane(agent, low, high, stateLow, stateHigh, 0x9e3779b1);
    const second = lane(agent, high, stateLow, low, stateHigh, 0x85ebca77);
    const { prints } = this;
    this.first = (this.first + first - (prints[2 * agent] as number)) | 0;
    this.second = (this.second + second - (prints[2 * agent + 1] as number)) | 0;
    prints[2 * agent] = first;
    prints[2 * agent + 1] = second;
  }
}

/** One lane of the hash, after the pattern of MurmurHash3 (Austin Appleby, public domain). */
function lane(a: number, b: number, c: number, d: number, e: number, seed: number): number {
  let h = stirred(stirred(stirred(stirred(stirred(seed, a), b), c), d), e);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

function stirred(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  h ^= k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}
