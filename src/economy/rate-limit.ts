import type { Time } from '../kernel/kernel.ts';
import { NeverServed } from './never-served.ts';

/** Waits between tries of a request that was refused: `first`, then `factor` times longer each, at most `most`. */
export interface BackOff {
  readonly first: Time;
  readonly factor: number;
  readonly most: Time;
}

const minute = 60e6;

/**
 * What a provider lets through in a minute, as a bucket that holds a minute's worth, is full at first, and fills again
 * at a steady rate. Requests take from it in the order of their times.
 */
export class RateLimit {
  private level: number;
  private since: Time = 0;
  private readonly perMinute: number;
  private readonly what: string;

  /** `what` names the limit in errors. */
  constructor(perMinute: number, what: string) {
    if (!(perMinute > 0)) throw new RangeError(`serving: ${what} must be above 0, but is ${perMinute}`);
    this.perMinute = perMinute;
    this.what = what;
    this.level = perMinute;
  }

  /** When a request for `amount` that is made at `now` could first be let through: `now`, or later. */
  earliest(now: Time, amount: number): Time {
    if (amount > this.perMinute) {
      throw new NeverServed(
        this.what,
        `must be at least what one call takes, ${amount}, but is ${this.perMinute}; raise it, or make calls smaller`,
      );
    }
    const short = amount - this.levelAt(now);
    return short <= 0 ? now : now + Math.ceil((short * minute) / this.perMinute);
  }

  take(now: Time, amount: number): void {
    // Waits are rounded up to whole microseconds, so that no more than rounding can be lacking.
    this.level = Math.max(0, this.levelAt(now) - amount);
    this.since = now;
  }

  private levelAt(now: Time): number {
    return Math.min(this.perMinute, this.level + ((now - this.since) * this.perMinute) / minute);
  }
}

/** The first of the tries from `now` on that falls at or after `possible`; `possible` itself without back-off. */
export function tryAt(
  now: Time,
  possible: Time,
  backOff: BackOff | undefined,
): { at: Time; refusals: number } {
  if (possible <= now) return { at: now, refusals: 0 };
  if (backOff === undefined) return { at: possible, refusals: 1 };
  let at = now;
  let wait = backOff.first;
  let refusals = 0;
  while (at < possible) {
    if (backOff.factor === 1 || wait >= backOff.most) {
      // From here on all waits are equal.
      const step = Math.max(1, Math.round(Math.min(wait, backOff.most)));
      const tries = Math.ceil((possible - at) / step);
      return { at: at + tries * step, refusals: refusals + tries };
    }
    at += Math.max(1, Math.round(Math.min(wait, backOff.most)));
    wait *= backOff.factor;
    refusals++;
  }
  return { at, refusals };
}
