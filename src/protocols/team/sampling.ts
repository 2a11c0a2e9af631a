import type { Answered, Claim, Question } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { type Member, type TeamProtocol, team } from './team.ts';

/** What to ask next of an item: another sample, or nothing more because it has a value. */
export type Verdict = { readonly kind: 'more' } | { readonly kind: 'value'; readonly value: number };

/** Decides item by item, on independent samples. */
export interface Rule {
  /** Begins with an item. */
  readonly begin: (item: number) => void;
  /** Takes in a sample of it; left out where the sample could not be read. */
  readonly take: (value: number | undefined) => Verdict;
}

export interface Sampled {
  readonly voters: number;
  readonly rule: (setting: Setting) => Rule;
}

/**
 * Item after item is put to voters in turn, who know nothing of each other, until the rule has enough. Agent 0 is the
 * first voter; keeping the tally costs nothing. Answers that take no time are taken in a loop, so that a million steps
 * need no million events.
 */
export function sampled(setting: Setting, { voters, rule }: Sampled): TeamProtocol<unknown> {
  const { items, submit, held } = team(setting, voters, 'protocol.voters');
  const tally = rule(setting);
  const product: Claim[] = [];
  let item = 0;
  let draw = 0;
  let samples = 0;
  let isWaiting = false;
  let isAsking = false;

  const pump = (me: Member<unknown>): void => {
    if (isAsking) return;
    isAsking = true;
    while (!isWaiting && item < items) {
      isWaiting = true;
      samples++;
      const voter = draw % voters;
      me.ask({ kind: 'sample', purpose: 'vote', heard: [], report: false, item, draw: draw++ }, voter);
    }
    isAsking = false;
    if (item === items && product.length === items) {
      item++;
      submit(me, product);
    }
  };
  const take = (answer: Answered | undefined): void => {
    const verdict = tally.take(answer?.claims[0]?.value);
    if (verdict.kind === 'more') return;
    product.push({ item, value: verdict.value });
    item++;
    draw = 0;
    if (item < items) tally.begin(item);
  };
  return {
    form: 'events',
    content: 'object',
    prompt: true,
    sendsNothing: true,
    held,
    measures: () => ({ samplesPerItem: samples / items }),
    start(me) {
      if (me.id !== 0) return;
      tally.begin(0);
      pump(me);
    },
    message() {},
    answer(me, answer: Answered, _question: Question) {
      isWaiting = false;
      take(answer);
      pump(me);
    },
  };
}

/** Votes by value. */
export class Tally {
  private readonly votes = new Map<number, number>();

  clear(): void {
    this.votes.clear();
  }

  add(value: number): number {
    const now = (this.votes.get(value) ?? 0) + 1;
    this.votes.set(value, now);
    return now;
  }

  /** How far a value is ahead of every other. */
  lead(value: number): number {
    let others = 0;
    for (const [other, count] of this.votes) if (other !== value && count > others) others = count;
    return (this.votes.get(value) ?? 0) - others;
  }

  /** The value with most votes; of equals, the one that was given first. Undefined where there are none. */
  first(): number | undefined {
    let best: number | undefined;
    let most = 0;
    for (const [value, count] of this.votes) {
      if (count <= most) continue;
      best = value;
      most = count;
    }
    return best;
  }
}
