import type { Inbox } from './contracts.ts';
import type { Envelopes } from './envelopes.ts';

/**
 * Mailboxes of a protocol in rounds: per agent, the envelopes delivered since its last turn, in order of arrival.
 * It is itself the inbox of the agent that was opened last.
 */
export class Mailboxes implements Inbox {
  size = 0;
  private readonly envelopes: Envelopes;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private slots = new Int32Array(64);

  constructor(agents: number, envelopes: Envelopes) {
    this.envelopes = envelopes;
    this.head = new Int32Array(agents).fill(-1);
    this.tail = new Int32Array(agents);
  }

  from(i: number): number {
    return this.envelopes.sender(this.slotAt(i));
  }

  content(i: number): unknown {
    return this.envelopes.content(this.slotAt(i));
  }

  put(agent: number, slot: number): void {
    const { envelopes } = this;
    envelopes.link(slot, -1);
    if ((this.head[agent] as number) < 0) this.head[agent] = slot;
    else envelopes.link(this.tail[agent] as number, slot);
    this.tail[agent] = slot;
  }

  /** Makes this the inbox of one agent, and empties its mailbox. */
  open(agent: number): void {
    const { envelopes } = this;
    let count = 0;
    for (let slot = this.head[agent] as number; slot >= 0; slot = envelopes.next(slot)) {
      if (count === this.slots.length) {
        const grown = new Int32Array(2 * count);
        grown.set(this.slots);
        this.slots = grown;
      }
      this.slots[count++] = slot;
    }
    this.head[agent] = -1;
    this.size = count;
  }

  /** Whether an agent has an unread message from another. */
  holds(agent: number, from: number): boolean {
    const { envelopes } = this;
    for (let slot = this.head[agent] as number; slot >= 0; slot = envelopes.next(slot)) {
      if (envelopes.sender(slot) === from) return true;
    }
    return false;
  }

  /** Gives the slots of the opened mailbox back. */
  close(): void {
    for (let i = 0; i < this.size; i++) this.envelopes.release(this.slots[i] as number);
    this.size = 0;
  }

  /** Visits every envelope that waits for a turn. */
  forEach(visit: (slot: number, to: number) => void): void {
    this.head.forEach((first, agent) => {
      for (let slot = first; slot >= 0; slot = this.envelopes.next(slot)) visit(slot, agent);
    });
  }

  private slotAt(i: number): number {
    if (!(i >= 0 && i < this.size))
      throw new RangeError(`inbox: there are ${this.size} messages, no message ${i}`);
    return this.slots[i] as number;
  }
}

/** Who has a message on its way to whom, or delivered but not yet read: from * agents + to. */
export function arcsUnderWay(agents: number, envelopes: Envelopes, mailboxes?: Mailboxes): Set<number> {
  const arcs = new Set<number>();
  const delivered = new Set<number>();
  mailboxes?.forEach((slot, to) => {
    delivered.add(slot);
    arcs.add(envelopes.sender(slot) * agents + to);
  });
  envelopes.forEach((slot) => {
    if (!delivered.has(slot)) arcs.add(envelopes.sender(slot) * agents + envelopes.receiver(slot));
  });
  return arcs;
}
