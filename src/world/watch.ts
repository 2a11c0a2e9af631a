import type { Time } from '../kernel/kernel.ts';
import type { History, Protocol, Remaining } from './contracts.ts';
import type { GlobalState } from './global-state.ts';
import { Register } from './register.ts';
import { RollCall } from './roll-call.ts';

/** How often the global state is sampled, and over how many samples it is judged. */
export interface Watching {
  /** Time between two samples of a protocol without rounds; one with rounds is sampled each round. */
  readonly every?: Time | undefined;
  /** Samples over which an unchanged state is called stalled, and one without progress a livelock. */
  readonly window?: number | undefined;
  /** Looks at every agent at each sample, not only at those to whom something happened: slower, and the same. */
  readonly isThorough?: boolean | undefined;
}

export const defaultWindow = 20;

/** What is left to do in a protocol that tells nothing of it. */
const undecidedAgents: Remaining = { one: 'agent is undecided', many: 'agents are undecided' };

/**
 * Samples the global state as the run goes on: what every agent holds, and whether it was so before. Reads only, so
 * that a run is classified the same however it is watched. An agent's state changes only when it is handed something,
 * asked or made to decide: a sample looks at those to whom that happened. In rounds that is everybody.
 */
export class Watch {
  /** When the next sample is due; never for protocols in rounds, which are sampled by round. */
  due: Time;
  private readonly every: Time;
  private readonly window: number;
  /** What is left to do, where that is not to agree on what is held. */
  private readonly remaining: Remaining | undefined;
  private readonly left: (() => number) | undefined;
  private readonly begin: () => Register;
  private register: Register | undefined;
  /** Where everybody is looked at. */
  private readonly rollCall: RollCall | undefined;
  private readonly isTouched: Uint8Array;
  private readonly touched: Int32Array;
  private touches = 0;
  private states = new Float64Array(64);
  private dissent = new Float64Array(64);
  private spread = new Float64Array(64);
  private inputs = new Float64Array(64);
  /** Whether the protocol tells more than what agents hold. */
  private readonly tells: boolean;
  /** Correct agents. */
  private readonly all: number;
  private samples = 0;
  private isHeld = false;
  private answers = new Float64Array(64);
  private answered = 0;
  private readable = 0;

  constructor(
    protocol: Protocol,
    correct: Uint8Array,
    decisions: Float64Array,
    /** How many correct agents are undecided. */
    undecided: () => number,
    watching: Watching,
  ) {
    const { remaining, held, state } = protocol;
    this.all = correct.reduce((sum, one) => sum + one, 0);
    this.tells = typeof remaining === 'object' || state !== undefined;
    const left = remaining ?? (held === undefined ? 'undecided' : undefined);
    const { one, many, count } =
      left === 'undecided' ? { ...undecidedAgents, count: undecided } : (left ?? {});
    if (one !== undefined && many !== undefined) this.remaining = { one, many };
    this.left = count;
    const inRounds = protocol.form === 'rounds';
    this.every = inRounds ? Number.POSITIVE_INFINITY : (watching.every ?? Number.POSITIVE_INFINITY);
    this.due = this.every;
    this.window = watching.window ?? defaultWindow;
    this.begin = () => new Register(protocol, correct, decisions);
    const looksAtAll = inRounds || watching.isThorough === true || this.every === Number.POSITIVE_INFINITY;
    if (looksAtAll) this.rollCall = new RollCall(protocol, correct, decisions);
    const touchable = looksAtAll ? 0 : correct.length;
    this.isTouched = new Uint8Array(touchable);
    this.touched = new Int32Array(touchable);
  }

  /** Something happens to an agent, which may change its state. */
  touch(agent: number): void {
    if (this.rollCall !== undefined || this.isTouched[agent] === 1) return;
    this.isTouched[agent] = 1;
    this.touched[this.touches++] = agent;
  }

  /** An agent was asked, and gave an answer that can be read or not. */
  hear(isReadable: boolean): void {
    this.answered++;
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
    const state = this.looked();
    const held = state.disagreement();
    const { dissent, spread } = this.left === undefined ? held : leftOver(this.left());
    const at = this.samples++;
    this.states[at] = state.hash;
    this.dissent[at] = dissent;
    this.spread[at] = spread;
    if (!Number.isNaN(held.spread)) this.isHeld = true;
    this.inputs[at] = this.answered > 0 ? this.readable : Number.NaN;
    this.answers[at] = this.answered;
    this.answered = 0;
    this.readable = 0;
  }

  get history(): History {
    const { samples, window } = this;
    // Where nobody was ever seen to hold anything, whoever dissents is undecided, as in a team that hands in at the end.
    const isNothingHeld = samples > 0 && !this.isHeld;
    const remaining = this.remaining ?? (isNothingHeld ? undecidedAgents : undefined);
    // Whoever has decided does not count in what is left, and so has been seen.
    const isBlind = isNothingHeld && !this.tells && this.dissent[samples - 1] === this.all;
    return {
      samples,
      window,
      ...(remaining && { remaining }),
      ...(isBlind && { isBlind }),
      states: this.states.subarray(0, samples),
      dissent: this.dissent.subarray(0, samples),
      spread: this.spread.subarray(0, samples),
      inputs: this.inputs.subarray(0, samples),
      answers: this.answers.subarray(0, samples),
    };
  }

  /** The global state, brought up to date. */
  private looked(): GlobalState {
    const { rollCall, register, touched, isTouched, touches } = this;
    if (rollCall !== undefined) {
      rollCall.look();
      return rollCall;
    }
    if (register !== undefined) for (let i = 0; i < touches; i++) register.look(touched[i] as number);
    for (let i = 0; i < touches; i++) isTouched[touched[i] as number] = 0;
    this.touches = 0;
    return (this.register ??= this.begin());
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
    this.answers = larger(this.answers);
  }
}

const leftOver = (dissent: number) => ({ dissent, spread: Number.NaN });
