import { Keyed } from '../../kernel/keyed.ts';
import type { Seed } from '../../kernel/stream.ts';

/** What a draw is for: each purpose has numbers of its own, so that a knob that is turned shifts no other chance. */
export const purposes = {
  find: 0,
  value: 1,
  check: 2,
  loss: 3,
  hazard: 4,
  self: 5,
  format: 6,
  confuse: 7,
  repair: 8,
  forget: 9,
  order: 10,
  memory: 11,
  skill: 12,
  route: 13,
  contract: 14,
  premature: 15,
} as const;

export type Purpose = (typeof purposes)[keyof typeof purposes];

/**
 * Chances of a group that thinks alike to some degree. Each draw is addressed by agent, item and a count; with chance
 * `correlation` it is not the agent's own but the one draw that all share for this item. Shared errors survive
 * any number of votes and repetitions.
 */
export class Dice {
  /** Another number of the draw made last, in [0, 1). */
  second = 0;
  private readonly own: Keyed;
  private readonly shared: Keyed;
  private readonly mixing: Keyed;
  private readonly correlation: number;

  constructor(seed: Seed, correlation: number) {
    this.correlation = correlation;
    this.own = new Keyed(seed, 'worker');
    this.shared = new Keyed(seed, 'worker/shared');
    this.mixing = new Keyed(seed, 'worker/mixing');
  }

  /** A draw of the agent's own, in [0, 1). `count` tells apart draws for one item, from 0. */
  roll(purpose: Purpose, agent: number, item: number, count: number): number {
    return this.read(this.own, agent * 16 + purpose, item * perItem + count);
  }

  /** A draw that may be the one that all share. */
  think(purpose: Purpose, agent: number, item: number, count: number): number {
    if (this.correlation > 0) {
      this.mixing.at(agent * 16 + purpose, item * perItem + count);
      if (this.mixing.unit() < this.correlation) return this.common(purpose, item);
    }
    return this.roll(purpose, agent, item, count);
  }

  /** The draw that all share for an item. */
  common(purpose: Purpose, item: number): number {
    return this.read(this.shared, purpose, item);
  }

  private read(keyed: Keyed, subject: number, index: number): number {
    keyed.at(subject, index);
    this.second = keyed.secondUnit();
    return keyed.unit();
  }
}

/** Draws of one purpose, agent and item, at most: counts beyond it would meet those of the next item. */
const perItem = 1_048_576;
