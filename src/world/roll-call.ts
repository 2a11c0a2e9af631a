import { Census } from './census.ts';
import type { Protocol } from './contracts.ts';
import {
  type Disagreement,
  finished,
  type GlobalState,
  joined,
  mostScattered,
  noneHigh,
  noneLow,
} from './global-state.ts';

// MurmurHash3 (Austin Appleby, public domain), two of its lanes.
const firstFactor = 0xcc9e2d51;
const secondFactor = 0x1b873593;

/** The global state where everybody may have changed since the last sample, as in rounds: all are looked at, in order. */
export class RollCall implements GlobalState {
  private readonly correct: Uint8Array;
  private readonly all: number;
  private readonly held: (agent: number) => number;
  private readonly decisions: Float64Array;
  private readonly state: ((agent: number) => number) | undefined;
  private values: Float64Array<ArrayBuffer>;
  /** Those of the last sample, where they are counted: room for the next. */
  private before: Float64Array<ArrayBuffer>;
  private first = 0;
  private second = 0;
  private most = 0;
  private spread = Number.NaN;
  private isFirst = true;
  /** Left out where values are too many to count: then those at the ends are. */
  private census: Census | undefined;

  constructor(
    { held, state }: Pick<Protocol, 'held' | 'state'>,
    correct: Uint8Array,
    decisions: Float64Array,
  ) {
    this.correct = correct;
    this.all = correct.reduce((sum, it) => sum + it, 0);
    this.held = held ?? (() => Number.NaN);
    this.decisions = decisions;
    this.state = state;
    this.values = new Float64Array(correct.length);
    this.before = this.values;
  }

  get hash(): number {
    return joined(finished(this.first), finished(this.second));
  }

  disagreement(): Disagreement {
    return { dissent: this.all - this.most, spread: this.spread };
  }

  /** Takes a sample. The first tells whether values are few enough to be counted. */
  look(): void {
    const { census } = this;
    if (census !== undefined) [this.values, this.before] = [this.before, this.values];
    this.readValues();
    if (this.isFirst) this.count(new Census(this.values, this.correct, mostScattered));
    else if (census !== undefined) this.count(this.moved(census));
    this.isFirst = false;
    if (this.state !== undefined) this.readStates(this.state);
  }

  /**
   * What everybody has decided or else holds: the hash of all is that of their bits in a row. Written out, since it is
   * what watching costs where thousands of values all change from sample to sample, and its first runs, before it is
   * compiled, cost as much as many later ones.
   */
  private readValues(): void {
    const { values, decisions, held, correct } = this;
    const isCounted = this.census !== undefined;
    const words = new Int32Array(values.buffer);
    let first = 0;
    let second = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let lowest = 0;
    let highest = 0;
    for (let agent = 0; agent < values.length; agent++) {
      const decided = decisions[agent] as number;
      const value = Number.isNaN(decided) ? held(agent) : decided;
      // Makes one of the two zeros.
      values[agent] = value + 0;
      const isNone = Number.isNaN(value);
      let one = Math.imul(isNone ? noneLow : (words[2 * agent] as number), firstFactor);
      one = (one << 15) | (one >>> 17);
      let other = Math.imul(isNone ? noneHigh : (words[2 * agent + 1] as number), secondFactor);
      other = (other << 16) | (other >>> 16);
      first ^= one;
      first = (Math.imul((first << 13) | (first >>> 19), 5) + other) | 0;
      second ^= other;
      second = (Math.imul((second << 17) | (second >>> 15), 5) + one) | 0;
      if (isCounted || correct[agent] === 0) continue;
      if (value <= low) {
        lowest = value < low ? 1 : lowest + 1;
        low = value;
      }
      if (value >= high) {
        highest = value > high ? 1 : highest + 1;
        high = value;
      }
    }
    this.first = first;
    this.second = second;
    this.most = Math.max(lowest, highest);
    this.spread = high >= low ? high - low : Number.NaN;
  }

  /** What everybody is besides: more words to hash. */
  private readStates(state: (agent: number) => number): void {
    let { first, second } = this;
    for (let agent = 0; agent < this.values.length; agent++) {
      float[0] = state(agent) + 0;
      const one = Math.imul(words[0] as number, firstFactor);
      const other = Math.imul(words[1] as number, secondFactor);
      first ^= one;
      first = (Math.imul((first << 13) | (first >>> 19), 5) + other) | 0;
      second ^= other;
      second = (Math.imul((second << 17) | (second >>> 15), 5) + one) | 0;
    }
    this.first = first;
    this.second = second;
  }

  private moved(census: Census): Census {
    const { values, before, correct } = this;
    for (let agent = 0; agent < values.length; agent++) {
      const from = before[agent] as number;
      const to = values[agent] as number;
      if (from === to || correct[agent] === 0) continue;
      if (Number.isNaN(from) && Number.isNaN(to)) continue;
      census.move(from, to);
    }
    return census;
  }

  private count(census: Census): void {
    if (census.scattered <= mostScattered) {
      if (this.isFirst) this.before = new Float64Array(this.values.length);
      this.census = census;
      ({ most: this.most, spread: this.spread } = census.summary());
    } else if (!this.isFirst) {
      this.census = undefined;
      this.readValues();
    }
  }
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
