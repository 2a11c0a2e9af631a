import type { LimitName } from '../world/contracts.ts';
import type { Reply } from './model.ts';

/** What may be spent on one run, at most; whatever is left out is not limited. */
export interface BudgetLimits {
  /** Calls made, retries included. */
  readonly calls?: number | undefined;
  readonly tokens?: number | undefined;
  /** In the currency of the price. */
  readonly money?: number | undefined;
  /** Wall time spent on waiting for answers, in microseconds. */
  readonly time?: number | undefined;
}

/** What a million tokens cost. */
export interface Price {
  readonly prompt: number;
  readonly output: number;
}

/**
 * What a run has spent, and whether it may go on. Replayed answers count like those they are a record of, so that a run that
 * ended over budget ends so again; only time is not known in advance, which is why the cassette records where it ran out.
 */
export class Budget {
  calls = 0;
  tokens = 0;
  money = 0;
  /** In microseconds. */
  time = 0;
  private readonly limits: BudgetLimits;
  private readonly price: Price | undefined;

  constructor(limits: BudgetLimits, price?: Price) {
    this.limits = limits;
    this.price = price;
  }

  /** The first limit that is used up; undefined while calls may still be made. */
  get spent(): Extract<LimitName, 'calls' | 'tokens' | 'money' | 'time'> | undefined {
    const { limits } = this;
    const names = ['calls', 'tokens', 'money', 'time'] as const;
    return names.find((name) => this[name] >= (limits[name] ?? Number.POSITIVE_INFINITY));
  }

  /** Wall time that is left, in milliseconds. */
  get timeLeft(): number {
    return this.limits.time === undefined ? Number.POSITIVE_INFINITY : (this.limits.time - this.time) / 1000;
  }

  count(reply: Reply): void {
    this.calls += 1 + reply.retries;
    if (!reply.ok) return;
    const { prompt, output } = reply.spent;
    this.tokens += prompt + output;
    if (this.price) this.money += (prompt * this.price.prompt + output * this.price.output) / 1e6;
  }
}
