import type { OpinionQuestion } from '../../world/opinion.ts';

/**
 * What is put before an agent, filled anew for each question: the opinions of its neighbours as they are, what it heard of
 * them, or the one it meets.
 */
export class View implements OpinionQuestion {
  agent = 0;
  opinion = Number.NaN;
  size = 0;
  role: OpinionQuestion['role'] = 'alone';
  coin = 0;
  rests = false;
  private readonly opinions: Float64Array;
  private readonly targets: Int32Array;
  /** Place of the first neighbour in `targets`; its opinion is at the same place of `heard`, where that is given. */
  private first = 0;
  private count = 0;
  private heard: Float64Array | undefined;
  private other = -1;
  private others = Number.NaN;

  constructor(opinions: Float64Array, targets: Int32Array) {
    this.opinions = opinions;
    this.targets = targets;
  }

  /** All neighbours, at `first` to `first + count` of the targets; the agent itself comes last, where it counts. */
  around(agent: number, first: number, count: number, withSelf: boolean, heard?: Float64Array): this {
    this.agent = agent;
    this.opinion = this.opinions[agent]!;
    this.role = 'alone';
    this.rests = false;
    this.first = first;
    this.count = count;
    this.heard = heard;
    this.other = -1;
    this.size = withSelf ? count + 1 : count;
    return this;
  }

  /** The one it meets, with the opinions that both had before. */
  meeting(
    agent: number,
    opinion: number,
    role: 'first' | 'second',
    other: number,
    others: number,
    coin: number,
  ): this {
    this.agent = agent;
    this.opinion = opinion;
    this.role = role;
    this.rests = false;
    this.other = other;
    this.others = others;
    this.coin = coin;
    this.size = 1;
    this.count = 0;
    return this;
  }

  at(i: number): number {
    if (this.other >= 0) return this.others;
    if (i >= this.count) return this.opinion;
    const place = this.first + i;
    return this.heard === undefined ? this.opinions[this.targets[place]!]! : this.heard[place]!;
  }

  who(i: number): number {
    if (this.other >= 0) return this.other;
    return i < this.count ? this.targets[this.first + i]! : this.agent;
  }
}
