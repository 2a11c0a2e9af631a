import type { Usage } from '../economy/usage.ts';
import type { LimitName } from '../world/contracts.ts';
import type { Lost, Purse, Reply } from './model.ts';

/** What may be spent on one run, at most; whatever is left out is not limited. */
export interface BudgetLimits {
  /** Calls made, retries included. */
  readonly calls?: number | undefined;
  readonly tokens?: number | undefined;
  /** Dollars. */
  readonly money?: number | undefined;
  /** Wall time spent on waiting for answers, in microseconds. */
  readonly time?: number | undefined;
}

/** A limit counts as met when no more than this share of it is left. */
const slack = 1e-12;

/**
 * What a run has spent, and whether it may go on. Replayed answers count like those they are a record of, so that a run that
 * ended over budget ends so again; only time is not known in advance, which is why the cassette records where it ran out.
 */
export class Budget implements Purse {
  calls = 0;
  tokens = 0;
  money = 0;
  /** In microseconds. */
  time = 0;
  private readonly limits: BudgetLimits;
  private readonly charge: ((usage: Usage) => number) | undefined;

  /** `charge` prices a call; without it, money stays at zero. */
  constructor(limits: BudgetLimits, charge?: (usage: Usage) => number) {
    this.limits = limits;
    this.charge = charge;
  }

  /** The first limit that is used up; undefined while calls may still be made. */
  get spent(): Extract<LimitName, 'calls' | 'tokens' | 'money' | 'time'> | undefined {
    const { limits } = this;
    const names = ['calls', 'tokens', 'money', 'time'] as const;
    // Prices are no binary fractions: three calls at a cent come to three cents, in whatever order they are added.
    return names.find((name) => this[name] >= (limits[name] ?? Number.POSITIVE_INFINITY) * (1 - slack));
  }

  /** Wall time that is left, in milliseconds. */
  get timeLeft(): number {
    return this.limits.time === undefined ? Number.POSITIVE_INFINITY : (this.limits.time - this.time) / 1000;
  }

  readonly mayCall = (): boolean => {
    const { spent } = this;
    return spent === undefined || spent === 'time';
  };

  readonly take = (): void => {
    this.calls++;
  };

  /** Puts the tokens of a call to account; `model` names one that is not the scenario's own. */
  readonly pay = (
    { prompt, output, cached = 0 }: Lost & { readonly cached?: number | undefined },
    model?: string,
  ): void => {
    this.tokens += prompt + output;
    if (this.charge === undefined) return;
    const usage = { prompt, output, cachedRead: Math.min(cached, prompt) };
    this.money += this.charge(model === undefined ? usage : { ...usage, model });
  };

  /** Counts a reply that is on record: calls and tokens of others are counted as they are made. */
  payRecorded(reply: Reply, model?: string): void {
    this.calls += 1 + reply.retries;
    if (reply.lost !== undefined) this.pay(reply.lost, model);
    if (reply.ok) this.pay(reply.spent, model);
  }

  /** Throws where money is limited and a call had no known price. */
  refuseUnpriced(): void {
    if (this.limits.money === undefined || !Number.isNaN(this.money)) return;
    throw new Error(
      'model.budget.money: what a call costs is not known, so that the limit cannot be kept; complete `prices`, or leave the limit out.',
    );
  }
}
