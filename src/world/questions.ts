import type { Answer } from './contracts.ts';

/** A question that only the driver can answer. The run halts at its instant until every open question is answered. */
export interface OpenQuestion {
  readonly id: number;
  readonly agent: number;
  readonly question: unknown;
}

/** A question on its way to its answer. */
export interface Asked {
  agent: number;
  /** Counts the questions of this agent. */
  index: number;
  /** The round it was asked in; -1 where there are none. */
  round: number;
  question: unknown;
  answer: Answer | undefined;
  /** How many of the calls that its answer needs have been made. */
  made: number;
}

/** Questions by slot: those whose answer is under way, and those that wait for the driver. */
export class Questions {
  private readonly slots: Asked[] = [];
  private readonly free: number[] = [];
  private readonly provided = new Map<number, Answer>();
  private waiting: OpenQuestion[] = [];

  /** Whether a question waits for the driver. */
  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** The questions that still wait. */
  get open(): readonly OpenQuestion[] {
    return this.waiting.filter(({ id }) => !this.provided.has(id));
  }

  take(agent: number, index: number, round: number, question: unknown): number {
    const slot = this.free.pop();
    if (slot === undefined)
      return this.slots.push({ agent, index, round, question, answer: undefined, made: 0 }) - 1;
    const asked = this.slots[slot] as Asked;
    asked.agent = agent;
    asked.index = index;
    asked.round = round;
    asked.question = question;
    asked.made = 0;
    return slot;
  }

  at(slot: number): Asked {
    return this.slots[slot] as Asked;
  }

  release(slot: number): void {
    const asked = this.slots[slot] as Asked;
    asked.question = undefined;
    asked.answer = undefined;
    this.free.push(slot);
  }

  /** Leaves a question to the driver. */
  leave(slot: number): void {
    const { agent, question } = this.at(slot);
    this.waiting.push({ id: slot, agent, question });
  }

  provide(id: number, answer: Answer): void {
    if (!this.waiting.some((question) => question.id === id)) {
      const open = this.open.map((question) => question.id).join(', ') || 'none';
      throw new RangeError(`provide: question ${id} is not open; open are ${open}`);
    }
    this.provided.set(id, answer);
  }

  /** Hands out the provided answers in the order in which the questions were asked, whatever order they came in. */
  collect(take: (slot: number, answer: Answer) => void): void {
    const collected = this.waiting;
    this.waiting = [];
    for (const { id } of collected) take(id, this.provided.get(id) as Answer);
    this.provided.clear();
  }
}
