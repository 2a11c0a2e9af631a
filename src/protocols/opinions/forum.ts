import { Census } from '../../world/census.ts';
import type { Seat, Setting } from '../../world/contracts.ts';
import { ScenarioError } from '../../world/error.ts';
import type { OpinionQuestion } from '../../world/opinion.ts';
import type { OpinionsParams } from './parameters.ts';

export type OpinionSeat = Seat<number, OpinionQuestion>;

/** Everybody's opinion, who may still change, and the referee. Shared by both timings. */
export class Forum {
  readonly opinions: Float64Array;
  /** 1 for agents that never change. */
  readonly isCommitted: Uint8Array;
  /** 1 for agents who have decided for themselves. */
  readonly hasLeft: Uint8Array;
  /** 1 for agents who would answer the same again until something in their view changes. */
  readonly isResting: Uint8Array;
  /** The referee has ended it. */
  isOver = false;
  /** An agent that held another opinion than agent 0 when the referee last looked. */
  private dissenter = 0;
  private resting = 0;
  private readonly agents: number;
  private readonly offsets: Int32Array;
  private readonly targets: Int32Array;
  private readonly params: OpinionsParams;
  private readonly census: Census | undefined;
  private readonly streaks: Int32Array;
  private readonly agrees: Uint8Array;

  constructor(setting: Setting, params: OpinionsParams) {
    const { agents, graph, inputs } = setting;
    this.agents = agents;
    this.offsets = graph.offsets;
    this.targets = graph.targets;
    this.params = params;
    this.opinions = inputs.length > 0 ? Float64Array.from(inputs) : new Float64Array(agents).fill(Number.NaN);
    this.isCommitted = committedOf(setting, this.opinions, params.committed);
    this.hasLeft = new Uint8Array(agents);
    this.isResting = Uint8Array.from(this.isCommitted);
    for (const rests of this.isResting) this.resting += rests;
    const { stop } = params;
    this.census = typeof stop === 'object' && 'value' in stop ? new Census(this.opinions) : undefined;
    this.streaks = new Int32Array(typeof stop === 'object' && 'streak' in stop ? agents : 0);
    this.agrees = new Uint8Array(this.streaks.length);
  }

  /** Whether an agent need not be asked: it never changes, has left, or would answer the same. */
  isQuiet(agent: number): boolean {
    return this.isResting[agent] === 1 || this.hasLeft[agent] === 1;
  }

  rest(agent: number): void {
    if (this.isResting[agent] === 1) return;
    this.isResting[agent] = 1;
    this.resting++;
  }

  /** An agent takes an opinion: those who see it have something new to look at. */
  set(agent: number, value: number): void {
    const before = this.opinions[agent]!;
    if (before === value || (Number.isNaN(before) && Number.isNaN(value))) return;
    this.opinions[agent] = value;
    this.census?.move(before, value);
    if (this.resting === 0) return;
    this.stir(agent);
    const end = this.offsets[agent + 1]!;
    for (let arc = this.offsets[agent]!; arc < end; arc++) this.stir(this.targets[arc]!);
  }

  /** To be called when an agent has been asked: what its behaviour made of the view. */
  asked(view: OpinionQuestion): void {
    // Who counts a streak looks on, though it would answer the same.
    if (view.rests && this.streaks.length === 0) this.rest(view.agent);
  }

  /** Before an agent is asked: whether all in view are of its own opinion, where streaks of that are counted. */
  look(view: OpinionQuestion): void {
    if (this.streaks.length === 0) return;
    const { within } = this.params;
    const { agent, opinion, size } = view;
    let agrees = size > 0;
    for (let i = 0; i < size && agrees; i++) agrees = Math.abs(view.at(i) - opinion) <= within;
    this.agrees[agent] = agrees ? 1 : 0;
  }

  /** An agent has answered: it decides where that ends a streak that is long enough. */
  countStreak(me: OpinionSeat, value: number): void {
    const { stop, within } = this.params;
    const { id } = me;
    if (typeof stop !== 'object' || !('streak' in stop) || this.hasLeft[id] === 1) return;
    const goesOn = this.agrees[id] === 1 && Math.abs(value - this.opinions[id]!) <= within;
    const streak = goesOn ? this.streaks[id]! + 1 : 0;
    this.streaks[id] = streak;
    if (streak < stop.streak) return;
    this.hasLeft[id] = 1;
    me.decide(value);
  }

  /** The referee looks, and ends it where the scenario says so. A look costs no more than a few comparisons. */
  judge(me: OpinionSeat): void {
    if (this.isOver || !this.isDone()) return;
    this.isOver = true;
    me.settle();
  }

  /** As `judge`; for spreads, which take a look at everybody. */
  judgeSpread(me: OpinionSeat): void {
    const { stop, within } = this.params;
    if (this.isOver || stop !== 'unanimity' || within === 0) return;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of this.opinions) {
      if (Number.isNaN(value)) return;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > within) return;
    this.isOver = true;
    me.settle();
  }

  private isDone(): boolean {
    const { stop, within } = this.params;
    if (stop === 'unanimity') return within === 0 && this.isUnanimous();
    if (stop === 'settled') return this.resting === this.agents;
    const { census } = this;
    if (census === undefined || typeof stop !== 'object' || !('value' in stop)) return false;
    const held = census.of(stop.value);
    // The small excess forgives what a product such as 0.07 * 100 loses.
    if (stop.most !== undefined) return held <= stop.most * this.agents + 1e-9;
    return held >= (stop.least ?? 1) * this.agents - 1e-9;
  }

  /**
   * Looks at one dissenter while that one lasts, and for another only then: a search past n agents to one of d dissenters
   * takes n / d looks, but one of n steps on average brings it about.
   */
  private isUnanimous(): boolean {
    const { opinions, agents } = this;
    const common = opinions[0];
    if (opinions[this.dissenter] !== common) return false;
    for (let looked = 0; looked < agents; looked++) {
      this.dissenter = this.dissenter + 1 === agents ? 0 : this.dissenter + 1;
      if (opinions[this.dissenter] !== common) return false;
    }
    return true;
  }

  private stir(agent: number): void {
    if (this.isResting[agent] === 0 || this.isCommitted[agent] === 1) return;
    this.isResting[agent] = 0;
    this.resting--;
  }
}

function committedOf(
  { agents, stream }: Setting,
  opinions: Float64Array,
  committed: OpinionsParams['committed'],
): Uint8Array {
  const chosen = new Uint8Array(agents);
  committed.forEach((group, i) => {
    const refuse = (key: string, message: string): never => {
      throw new ScenarioError([{ path: `protocol.committed[${i}].${key}`, message }]);
    };
    if ('agents' in group) {
      for (const agent of group.agents) {
        if (agent >= agents)
          refuse('agents', `must name agents, which are 0 to ${agents - 1}, but names ${agent}`);
        chosen[agent] = 1;
      }
      return;
    }
    const { holding, share, count } = group;
    const holders: number[] = [];
    for (let agent = 0; agent < agents; agent++) {
      if (opinions[agent] === holding && chosen[agent] === 0) holders.push(agent);
    }
    const wanted = count ?? (share === undefined ? holders.length : Math.round(share * agents));
    if (wanted > holders.length) {
      refuse(
        count === undefined ? 'share' : 'count',
        `must leave enough who begin with ${holding}: ${wanted} are wanted, but ${holders.length} begin with it; let the task give it to more`,
      );
    }
    if (wanted < holders.length) stream('committed', i).shuffle(holders);
    for (let k = 0; k < wanted; k++) chosen[holders[k]!] = 1;
  });
  return chosen;
}
