import type { Time } from '../kernel/kernel.ts';

/**
 * barrier: a round ends when every turn is over and every message has arrived. deadline: it ends after a period;
 * whoever is still thinking is silent that round, and what is still under way is lost.
 */
export type RoundTiming = { readonly kind: 'barrier' } | { readonly kind: 'deadline'; readonly period: Time };

/** The rounds of a run: which one is under way, and what its end still waits for. */
export class Rounds {
  /** -1 before the first. */
  current = -1;
  /** Turns, questions and envelopes that the end of the round at a barrier waits for. */
  outstanding = 0;
  /** The next round is scheduled already. */
  isDue = false;
  /** When it began. */
  since: Time = 0;
  /** How long a round lasts where it ends at a deadline. */
  readonly period: Time | undefined;
  private sentIn = new Int32Array(0);

  constructor(timing: RoundTiming | undefined) {
    this.period = timing?.kind === 'deadline' ? timing.period : undefined;
  }

  begin(now: Time): void {
    this.current++;
    this.since = now;
    this.isDue = false;
    if (this.period !== undefined) this.outstanding = 0;
  }

  /** Whether the round at a barrier has nothing left to wait for. */
  get isOver(): boolean {
    return this.period === undefined && this.outstanding <= 0 && !this.isDue;
  }

  /** An envelope leaves in this round. */
  send(slot: number): void {
    this.outstanding++;
    if (this.period === undefined) return;
    if (slot >= this.sentIn.length) {
      const grown = new Int32Array(Math.max(64, 2 * slot));
      grown.set(this.sentIn);
      this.sentIn = grown;
    }
    this.sentIn[slot] = this.current;
  }

  /** Whether an envelope arrives after the deadline of the round it was sent in. */
  isLate(slot: number): boolean {
    return this.period !== undefined && this.sentIn[slot] !== this.current;
  }
}
