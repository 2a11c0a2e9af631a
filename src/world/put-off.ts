/** Something that is to happen to an agent: a kind of event, and its subject. */
export interface Happening {
  readonly kind: number;
  readonly subject: number;
}

/** What waits for agents that are paused: per agent, in the order in which it would have happened. */
export class PutOff {
  private readonly queues = new Map<number, Happening[]>();
  private resuming = -1;

  /** Whether what happens to this agent must queue: something waits already, and is not being made up for right now. */
  isQueueing(agent: number): boolean {
    return agent !== this.resuming && this.queues.has(agent);
  }

  isResuming(agent: number): boolean {
    return agent === this.resuming;
  }

  add(agent: number, kind: number, subject: number): void {
    const queue = this.queues.get(agent);
    if (queue) queue.push({ kind, subject });
    else this.queues.set(agent, [{ kind, subject }]);
  }

  /** Makes up for all that has waited, in order, while `goOn` says so. Of several happenings of kind `once`, the last. */
  resume(agent: number, once: number, happen: (it: Happening) => void, goOn: () => boolean): void {
    const queue = this.queues.get(agent) ?? [];
    const last = queue.findLastIndex(({ kind }) => kind === once);
    this.resuming = agent;
    for (let i = 0; i < queue.length && goOn(); i++) {
      const it = queue[i] as Happening;
      if (it.kind !== once || i === last) happen(it);
    }
    this.resuming = -1;
    this.queues.delete(agent);
  }
}
