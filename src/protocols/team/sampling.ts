import type { Answered, Claim, Question, Size } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { type Member, type TeamProtocol, team } from './team.ts';

/** The samples of one item so far. */
export interface Samples {
  readonly votes: Tally;
  /** How many were asked for, those that could not be read included. */
  readonly asked: number;
  /** What the last one said; undefined where it could not be read. */
  readonly last: number | undefined;
}

export interface Sampled {
  readonly voters: number;
  /** The value of an item, once the samples suffice; undefined for another one. */
  readonly decide: (samples: Samples) => number | undefined;
  /** Which model answers, by the number of the sample of its item, from 0; left out, the large one. */
  readonly sizeOf?: (draw: number) => Size;
}

/**
 * Item after item is put to voters in turn, who know nothing of each other, until they suffice. Agent 0 is the
 * first voter; keeping the tally costs nothing. Answers that take no time are taken in a loop, so that a million steps
 * need no million events.
 */
export function sampled(setting: Setting, { voters, decide, sizeOf }: Sampled): TeamProtocol<unknown> {
  const { items, submit, held, describeAnswer } = team(setting, voters, 'protocol.voters');
  const votes = new Tally();
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
      const question = {
        kind: 'sample',
        purpose: 'vote',
        heard: [],
        report: false,
        item,
        draw: draw++,
      } as const;
      me.ask(sizeOf === undefined ? question : { ...question, size: sizeOf(question.draw) }, voter);
    }
    isAsking = false;
    if (item === items && product.length === items) {
      item++;
      submit(me, product);
    }
  };
  const take = (last: number | undefined): void => {
    if (last !== undefined) votes.add(last);
    const value = decide({ votes, asked: draw, last });
    if (value === undefined) return;
    product.push({ item, value });
    item++;
    draw = 0;
    votes.clear();
  };
  return {
    form: 'events',
    content: 'object',
    describeAnswer,
    prompt: true,
    sendsNothing: true,
    isOrderFree: true,
    held,
    measures: () => ({ samplesPerItem: samples / items }),
    start(me) {
      if (me.id === 0) pump(me);
    },
    message() {},
    answer(me, answer: Answered, _question: Question) {
      isWaiting = false;
      take(answer?.claims[0]?.value);
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

  add(value: number): void {
    this.votes.set(value, (this.votes.get(value) ?? 0) + 1);
  }

  /** How far a value is ahead of every other. */
  lead(value: number): number {
    let others = 0;
    for (const [other, count] of this.votes) if (other !== value && count > others) others = count;
    return (this.votes.get(value) ?? 0) - others;
  }

  /**
   * The value with most votes; of equals, the one that was given first. Where nothing could be read a wrong one, since an
   * item must have a value.
   */
  first(): number {
    let best = 1;
    let most = 0;
    for (const [value, count] of this.votes) {
      if (count <= most) continue;
      best = value;
      most = count;
    }
    return best;
  }
}
