/** Something that is to happen to an agent: a kind of event, and its subject; the timeout whose event it is, if any. */
export interface Happening {
  readonly kind: number;
  readonly subject: number;
  readonly timeout: number | undefined;
}

/**
 * What waits for agents that are paused: per agent, in the order in which it would have happened. A timeout that waits
 * can still be cancelled, by what happens to the agent before it when it goes on.
 */
export class PutOff {
  private readonly queues = new Map<number, Happening[]>();
  /** Timeouts in the queues. */
  private readonly waiting = new Set<number>();
  /** Timeouts that are set: when each falls due, by the subject of its event; and that subject. */
  private readonly set = new Map<number, Map<number, number>>();
  private readonly subjects = new Map<number, number>();
  private resuming = -1;

  /** Whether what happens to this agent must queue: something waits already, and is not being made up for right now. */
  isQueueing(agent: number): boolean {
    return agent !== this.resuming && this.queues.has(agent);
  }

  isResuming(agent: number): boolean {
    return agent === this.resuming;
  }

  add(agent: number, it: Happening): void {
    if (it.timeout !== undefined) this.waiting.add(it.timeout);
    const queue = this.queues.get(agent);
    if (queue) queue.push(it);
    else this.queues.set(agent, [it]);
  }

  arm(subject: number, timeout: number, due: number): void {
    const others = this.set.get(subject);
    if (others) others.set(timeout, due);
    else this.set.set(subject, new Map([[timeout, due]]));
    this.subjects.set(timeout, subject);
  }

  /** Which timeout it is whose event happens now: of those with this subject, the one that falls due first. */
  fallDue(subject: number): number | undefined {
    let first: number | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [timeout, due] of this.set.get(subject) ?? []) {
      if (due >= earliest) continue;
      first = timeout;
      earliest = due;
    }
    if (first !== undefined) this.unset(first);
    return first;
  }

  /** Cancels a timeout that is set, or that waits for its agent. Whether it did wait. */
  cancel(timeout: number): boolean {
    this.unset(timeout);
    return this.waiting.delete(timeout);
  }

  /** Makes up for all that has waited, in order, while `goOn` says so. Of several happenings of kind `once`, the last. */
  resume(agent: number, once: number, happen: (it: Happening) => void, goOn: () => boolean): void {
    const queue = this.queues.get(agent) ?? [];
    const last = queue.findLastIndex(({ kind }) => kind === once);
    this.resuming = agent;
    for (let i = 0; i < queue.length && goOn(); i++) {
      const it = queue[i] as Happening;
      if (it.timeout !== undefined && !this.waiting.delete(it.timeout)) continue;
      if (it.kind !== once || i === last) happen(it);
    }
    this.resuming = -1;
    this.queues.delete(agent);
  }

  private unset(timeout: number): void {
    this.set.get(this.subjects.get(timeout) ?? -1)?.delete(timeout);
    this.subjects.delete(timeout);
  }
}
