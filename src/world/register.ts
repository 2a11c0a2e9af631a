import { Census } from './census.ts';
import type { Protocol } from './contracts.ts';
import {
  type Disagreement,
  finished,
  type GlobalState,
  joined,
  mixed,
  mostScattered,
  noneHigh,
  noneLow,
} from './global-state.ts';

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/**
 * The global state where few agents change between two samples, kept up to date agent by agent, so that a sample costs
 * as much as has changed since the last one.
 */
export class Register implements GlobalState {
  private readonly correct: Uint8Array;
  private readonly held: (agent: number) => number;
  private readonly decisions: Float64Array;
  private readonly state: ((agent: number) => number) | undefined;
  private readonly values: Float64Array;
  private readonly states: Float64Array;
  private readonly prints: Int32Array;
  private readonly all: number;
  /** Left out once values are too many to count: from then on a look at the disagreement is a look at everybody. */
  private census: Census | undefined;
  private first = 0;
  private second = 0;

  /** Looks at everybody for the first time. */
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
    this.values = new Float64Array(agents);
    this.states = new Float64Array(state === undefined ? 0 : agents);
    this.prints = new Int32Array(2 * agents);
    this.all = correct.reduce((sum, it) => sum + it, 0);
    for (let agent = 0; agent < agents; agent++) {
      const value = this.valueOf(agent);
      this.values[agent] = value;
      if (state !== undefined) this.states[agent] = state(agent);
      this.print(agent, value, this.states[agent] ?? 0);
    }
    this.census = new Census(this.values, correct, mostScattered);
  }

  /** Takes in what has become of an agent. */
  look(agent: number): void {
    const value = this.valueOf(agent);
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
      if (this.correct[agent] === 1) this.census?.move(before, value);
    }
    this.print(agent, value, this.states[agent] ?? 0);
  }

  get hash(): number {
    return joined(this.first, this.second);
  }

  disagreement(): Disagreement {
    if (this.census && this.census.scattered > mostScattered) this.census = undefined;
    const { most, spread } = this.census?.summary() ?? this.ends();
    return { dissent: this.all - most, spread };
  }

  private valueOf(agent: number): number {
    const decided = this.decisions[agent] as number;
    return Number.isNaN(decided) ? this.held(agent) : decided;
  }

  private ends(): { readonly most: number; readonly spread: number } {
    const { values, correct } = this;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let lowest = 0;
    let highest = 0;
    for (let agent = 0; agent < values.length; agent++) {
      if (correct[agent] === 0) continue;
      const value = values[agent] as number;
      if (value < low) {
        low = value;
        lowest = 0;
      }
      if (value > high) {
        high = value;
        highest = 0;
      }
      if (value === low) lowest++;
      if (value === high) highest++;
    }
    return { most: Math.max(lowest, highest), spread: high >= low ? high - low : Number.NaN };
  }

  /** The hash of all is the sum of those of each, so that one can be exchanged without a look at the others. */
  private print(agent: number, value: number, state: number): void {
    const isNone = Number.isNaN(value);
    float[0] = value === 0 ? 0 : value;
    const low = isNone ? noneLow : (words[0] as number);
    const high = isNone ? noneHigh : (words[1] as number);
    let own = ofAgent(agent, low);
    if (state !== 0) {
      float[0] = state;
      own = mixed(mixed(own ^ (words[0] as number)) ^ (words[1] as number));
    }
    const first = finished(own ^ high);
    const second = alsoFinished(first, low);
    const { prints } = this;
    this.first = (this.first + first - (prints[2 * agent] as number)) | 0;
    this.second = (this.second + second - (prints[2 * agent + 1] as number)) | 0;
    prints[2 * agent] = first;
    prints[2 * agent + 1] = second;
  }
}

/** An agent, and the lower half of what it holds. */
const ofAgent = (agent: number, low: number): number => mixed(Math.imul(agent, 0x9e3779b1) ^ low);

/** Of a finished word another one, that does not follow from it alone. */
const alsoFinished = (word: number, low: number): number => mixed(word + Math.imul(low, 0x9e3779b1)) | 0;
