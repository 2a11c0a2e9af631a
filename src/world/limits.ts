import type { Usage } from '../economy/usage.ts';
import type { Time } from '../kernel/kernel.ts';
import type { Counts, LimitName } from './contracts.ts';

/** Where a run is cut off. Each has a default, so that every run ends. */
export interface Limits {
  readonly horizon?: Time | undefined;
  readonly rounds?: number | undefined;
  readonly events?: number | undefined;
  readonly messages?: number | undefined;
  readonly calls?: number | undefined;
  readonly tokens?: number | undefined;
  /** Dollars, at the prices of the setting. */
  readonly money?: number | undefined;
}

/** Rounds after which a run ends that was given no end. */
export const mostRounds = 1_000_000;

const defaultLimits = {
  horizon: 365 * 24 * 3600e6,
  rounds: mostRounds,
  events: 1e10,
  messages: 1e10,
  calls: 1e9,
  tokens: 1e12,
  money: Number.POSITIVE_INFINITY,
};

/** Every limit, those left out at their defaults. */
export type AllLimits = { readonly [Name in keyof typeof defaultLimits]: number };

export function allLimits(limits: Limits): AllLimits {
  // What is undefined must not hide a default.
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...defaultLimits, ...Object.fromEntries(given) };
}

/** What a run has moved and spent so far. */
export class Ledger implements Omit<Counts, 'events'> {
  messages = 0;
  delivered = 0;
  dropped = 0;
  late = 0;
  timeouts = 0;
  calls = 0;
  unread = 0;
  lateAnswers = 0;
  promptTokens = 0;
  outputTokens = 0;
  private money = 0;
  readonly limits: AllLimits;
  private readonly charge: ((usage: Usage) => number) | undefined;

  constructor(limits: AllLimits, charge: ((usage: Usage) => number) | undefined) {
    this.limits = limits;
    this.charge = charge;
  }

  /** Enters what a call used, and names the limit that is passed by it. */
  spend(agent: number, usage: Usage): LimitName | undefined {
    this.promptTokens += usage.prompt;
    this.outputTokens += usage.output;
    const { tokens, money } = this.limits;
    const passed = this.promptTokens + this.outputTokens > tokens ? 'tokens' : undefined;
    if (money === Number.POSITIVE_INFINITY) return passed;
    this.money += this.charge?.(usage) ?? Number.NaN;
    if (Number.isNaN(this.money)) {
      throw new Error(
        `limits.money: what a call of agent ${agent} costs is not known, so that the limit cannot be kept; complete \`prices\`, or leave the limit out.`,
      );
    }
    return passed ?? (this.money > money ? 'money' : undefined);
  }

  counts(events: number): Counts {
    const { messages, delivered, dropped, late, timeouts, calls, unread, lateAnswers } = this;
    const { promptTokens, outputTokens } = this;
    return {
      events,
      messages,
      delivered,
      dropped,
      late,
      timeouts,
      calls,
      unread,
      lateAnswers,
      promptTokens,
      outputTokens,
    };
  }
}
