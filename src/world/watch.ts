import { Fingerprint } from '../kernel/fingerprint.ts';
import type { Time } from '../kernel/kernel.ts';
import type { History, Protocol } from './contracts.ts';

/** How often the global state is sampled, and over how many samples it is judged. */
export interface Watching {
  /** Time between two samples of a protocol without rounds; one with rounds is sampled each round. */
  readonly every?: Time | undefined;
  /** Samples over which an unchanged state is called stalled, and one without progress a livelock. */
  readonly window?: number | undefined;
}

export const defaultWindow = 20;

/**
 * Samples the global state as the run goes on: what every agent holds, and whether it was so before. Reads only, so
 * that a run is classified the same however it is watched.
 */
export class Watch {
  /** When the next sample is due; never for protocols in rounds, which are sampled by round. */
  due: Time;
  private readonly every: Time;
  private readonly window: number;
  private readonly correct: Uint8Array;
  private readonly held: (agent: number) => number;
  private readonly state: ((agent: number) => number) | undefined;
  private readonly counts = new Map<number, number>();
  private states = new Float64Array(64);
  private dissent = new Float64Array(64);
  private spread = new Float64Array(64);
  private inputs = new Float64Array(64);
  private samples = 0;
  private asked = false;
  private readable = 0;

  constructor(protocol: Protocol, correct: Uint8Array, decisions: Float64Array, watching: Watching) {
    this.every =
      protocol.form === 'rounds' ? Number.POSITIVE_INFINITY : (watching.every ?? Number.POSITIVE_INFINITY);
    this.due = this.every;
    this.window = watching.window ?? defaultWindow;
    this.correct = correct;
    const { held, state } = protocol;
    this.held = (agent) => {
      const decided = decisions[agent] as number;
      return Number.isNaN(decided) && held !== undefined ? held(agent) : decided;
    };
    this.state = state;
  }

  /** An agent was asked, and gave an answer that can be read or not. */
  answered(isReadable: boolean): void {
    this.asked = true;
    if (isReadable) this.readable++;
  }

  /**
   * Takes the sample that is due, before the event at `now` changes anything. One at most: spans in which nothing
   * happened are no sign of a standstill, only of a message that takes its time.
   */
  catchUp(now: Time): void {
    if (this.due > now) return;
    this.sample();
    this.due = (Math.floor(now / this.every) + 1) * this.every;
  }

  sample(): void {
    if (this.samples === this.states.length) this.grow();
    const { correct, held, counts } = this;
    const print = new Fingerprint();
    counts.clear();
    let most = 0;
    let all = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let agent = 0; agent < correct.length; agent++) {
      const value = held(agent);
      print.number(value);
      if (this.state !== undefined) print.int(this.state(agent));
      if (correct[agent] === 0) continue;
      all++;
      if (Number.isNaN(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      if (count > most) most = count;
    }
    const at = this.samples++;
    // 52 bits of the hash: what a double holds exactly.
    this.states[at] = Number.parseInt(print.hex.slice(0, 13), 16);
    this.dissent[at] = all - most;
    this.spread[at] = high >= low ? high - low : Number.NaN;
    this.inputs[at] = this.asked ? this.readable : Number.NaN;
    this.asked = false;
    this.readable = 0;
  }

  get history(): History {
    const { samples, window } = this;
    return {
      samples,
      window,
      states: this.states.subarray(0, samples),
      dissent: this.dissent.subarray(0, samples),
      spread: this.spread.subarray(0, samples),
      inputs: this.inputs.subarray(0, samples),
    };
  }

  private grow(): void {
    const larger = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(2 * old.length);
      grown.set(old);
      return grown;
    };
    this.states = larger(this.states);
    this.dissent = larger(this.dissent);
    this.spread = larger(this.spread);
    this.inputs = larger(this.inputs);
  }
}
