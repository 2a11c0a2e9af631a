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
  /** What each held when it was last counted. */
  private readonly values: Float64Array;
  private first = 0;
  private second = 0;
  private low = 0;
  private high = 0;
  private lowest = 0;
  private highest = 0;
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
  }

  get hash(): number {
    return joined(finished(this.first), finished(this.second));
  }

  disagreement(): Disagreement {
    return { dissent: this.all - this.most, spread: this.spread };
  }

  /** Takes a sample. The first tells whether values are few enough to be counted. */
  look(): void {
    this.readAll();
    if (this.isFirst) this.census = new Census(this.values, this.correct, mostScattered);
    if (this.census !== undefined && this.census.scattered > mostScattered) {
      this.census = undefined;
      // The first reading has looked at the ends; a later one has counted instead.
      if (!this.isFirst) this.readAll();
    }
    this.isFirst = false;
    if (this.census !== undefined) ({ most: this.most, spread: this.spread } = this.census.summary());
    if (this.state !== undefined) this.readStates(this.state);
  }

  /**
   * What everybody has decided or else holds. In pieces, which stay in the nearest memory, and whose functions are soon
   * called often enough to be compiled: a run may have no more than a few dozen samples.
   */
  private readAll(): void {
    const { census, isFirst, values } = this;
    this.first = 0;
    this.second = 0;
    this.low = Number.POSITIVE_INFINITY;
    this.high = Number.NEGATIVE_INFINITY;
    for (let from = 0; from < values.length; from += piece.length) {
      const to = Math.min(from + piece.length, values.length);
      this.read(from, to);
      if (census === undefined) this.lookAtEnds(from, to);
      else this.recount(census, from, to);
      if (isFirst) values.set(to - from < piece.length ? piece.subarray(0, to - from) : piece, from);
    }
    this.most = Math.max(this.lowest, this.highest);
    this.spread = this.high >= this.low ? this.high - this.low : Number.NaN;
  }

  private read(from: number, to: number): void {
    const { decisions, held } = this;
    for (let agent = from; agent < to; agent++) {
      const decided = decisions[agent] as number;
      piece[agent - from] = Number.isNaN(decided) ? held(agent) : decided;
    }
    this.hashPiece(to - from);
  }

  /** The hash of all is that of the bits of their values in a row. */
  private hashPiece(length: number): void {
    let { first, second } = this;
    for (let at = 0; at < length; at++) {
      // Makes one of the two zeros.
      const value = (piece[at] as number) + 0;
      piece[at] = value;
      const isNone = Number.isNaN(value);
      let one = Math.imul(isNone ? noneLow : (words[2 * at] as number), firstFactor);
      one = (one << 15) | (one >>> 17);
      let other = Math.imul(isNone ? noneHigh : (words[2 * at + 1] as number), secondFactor);
      other = (other << 16) | (other >>> 16);
      first ^= one;
      first = (Math.imul((first << 13) | (first >>> 19), 5) + other) | 0;
      second ^= other;
      second = (Math.imul((second << 17) | (second >>> 15), 5) + one) | 0;
    }
    this.first = first;
    this.second = second;
  }

  private lookAtEnds(from: number, to: number): void {
    const { correct } = this;
    let { low, high, lowest, highest } = this;
    for (let agent = from; agent < to; agent++) {
      if (correct[agent] === 0) continue;
      const value = piece[agent - from] as number;
      if (value <= low) {
        lowest = value < low ? 1 : lowest + 1;
        low = value;
      }
      if (value >= high) {
        highest = value > high ? 1 : highest + 1;
        high = value;
      }
    }
    this.low = low;
    this.high = high;
    this.lowest = lowest;
    this.highest = highest;
  }

  private recount(census: Census, from: number, to: number): void {
    const { values, correct } = this;
    for (let agent = from; agent < to; agent++) {
      const value = piece[agent - from] as number;
      const before = values[agent] as number;
      if (value === before || (Number.isNaN(value) && Number.isNaN(before))) continue;
      values[agent] = value;
      if (correct[agent] === 1) census.move(before, value);
    }
  }

  /** What everybody is besides: more to hash. */
  private readStates(state: (agent: number) => number): void {
    const agents = this.values.length;
    for (let from = 0; from < agents; from += piece.length) {
      const to = Math.min(from + piece.length, agents);
      for (let agent = from; agent < to; agent++) piece[agent - from] = state(agent);
      this.hashPiece(to - from);
    }
  }
}

/** Values of a few agents, and their bits. */
const piece = new Float64Array(512);
const words = new Int32Array(piece.buffer);
