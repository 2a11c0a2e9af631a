import type { Time } from '../kernel/kernel.ts';
import { NeverServed } from './never-served.ts';

/** Something of which there is so much, and which calls hold until they end: places, memory. A heap by end. */
export class Occupancy {
  private readonly capacity: number;
  private readonly what: string;
  private free: number;
  private readonly ends: number[] = [];
  private readonly amounts: number[] = [];

  /** `what` names it in errors. */
  constructor(capacity: number, what: string) {
    if (!(capacity > 0)) throw new RangeError(`serving: ${what} must be above 0, but is ${capacity}`);
    this.capacity = capacity;
    this.what = what;
    this.free = capacity;
  }

  /** The first time from `now` on at which `amount` is free. What ends until then is given back. */
  freeAt(now: Time, amount: number): Time {
    if (amount > this.capacity) {
      throw new NeverServed(
        this.what,
        `must be at least what one call takes, ${amount}, but is ${this.capacity}; raise it, or make calls smaller`,
      );
    }
    let at = now;
    while (this.ends.length > 0 && (this.ends[0]! <= at || this.free < amount))
      at = Math.max(at, this.giveBack());
    return at;
  }

  take(until: Time, amount: number): void {
    this.free -= amount;
    const { ends, amounts } = this;
    let at = ends.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (ends[above]! <= until) break;
      ends[at] = ends[above]!;
      amounts[at] = amounts[above]!;
      at = above;
    }
    ends[at] = until;
    amounts[at] = amount;
  }

  /** Takes out the call that ends first, and tells when that is. */
  private giveBack(): Time {
    const { ends, amounts } = this;
    const first = ends[0]!;
    this.free += amounts[0]!;
    const end = ends.pop()!;
    const amount = amounts.pop()!;
    let at = 0;
    while (ends.length > 0) {
      let below = 2 * at + 1;
      if (below >= ends.length) break;
      if (below + 1 < ends.length && ends[below + 1]! < ends[below]!) below++;
      if (ends[below]! >= end) break;
      ends[at] = ends[below]!;
      amounts[at] = amounts[below]!;
      at = below;
    }
    if (ends.length > 0) {
      ends[at] = end;
      amounts[at] = amount;
    }
    return first;
  }
}
