import { type Distribution, type Sampler, sampler } from '../kernel/distribution.ts';
import type { Time } from '../kernel/kernel.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { Seed } from '../kernel/stream.ts';
import type { Fate, Fault } from './contracts.ts';

/** How messages travel, before faults have their say. */
export interface Network {
  /** Send to delivery. */
  readonly latency: Distribution;
  /** From this time on, `delta` bounds the time from send to delivery, faults included; what was sent earlier arrives by gst + delta. */
  readonly gst?: Time | undefined;
  readonly delta?: Time | undefined;
}

const laneOfCopies = 4294967296;

/**
 * Gives each envelope its fate. Every draw is addressed by sender and by the index of the envelope among the sender's, so
 * that it does not depend on what else happens: adding a fault, or an observer, shifts no other draw. The index is a count,
 * or says what the envelope is (`Tellings`).
 */
export class Carrier {
  /** What became of the envelope that was judged last. */
  readonly fate: Fate = { dropped: undefined, delay: 0, copies: 1, content: undefined };
  /** Whether any fault has a say in what becomes of an envelope. */
  readonly isJudged: boolean;
  private readonly latency: Sampler;
  private readonly draw: Keyed;
  private readonly judges: readonly Required<Pick<Fault, 'judge'>>[];
  private readonly gst: Time;
  private readonly delta: Time;

  constructor(network: Network, faults: readonly Fault[], seed: Seed) {
    this.latency = sampler(network.latency);
    this.draw = new Keyed(seed, 'latency');
    this.judges = faults.filter((fault) => fault.judge !== undefined) as Required<Pick<Fault, 'judge'>>[];
    this.isJudged = this.judges.length > 0;
    this.delta = network.delta ?? Number.POSITIVE_INFINITY;
    this.gst = network.gst ?? 0;
  }

  /** Judges an envelope; `fate` then says what becomes of it. True where it arrives. */
  judge(from: number, to: number, content: unknown, now: Time, index: number): boolean {
    const { fate, judges } = this;
    fate.content = content;
    fate.dropped = undefined;
    fate.delay = 0;
    fate.copies = 1;
    for (const fault of judges) fault.judge(fate, from, to, now, index);
    return fate.dropped === undefined;
  }

  /** Time to delivery of one copy (0 for the first) of an envelope, with the delay that it was judged to take. */
  latencyOf(from: number, now: Time, index: number, delay = 0, copy = 0): Time {
    this.draw.at(from, index + copy * laneOfCopies);
    const latency = this.latency.sample(this.draw) + delay;
    if (this.delta === Number.POSITIVE_INFINITY) return latency;
    const latest = (now > this.gst ? now : this.gst) + this.delta - now;
    return latency < latest ? latency : latest;
  }
}
