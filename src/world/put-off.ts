import type { Kernel } from '../kernel/kernel.ts';
import type { Presence } from './presence.ts';

/** Something that is to happen to an agent: a kind of event, and its subject; the timeout whose event it is, if any. */
interface Happening {
  readonly kind: number;
  readonly subject: number;
  readonly timeout: number | undefined;
}

/** What the world does with what has waited. */
export interface MakingUp {
  /** Lets it happen now. */
  readonly happen: (kind: number, subject: number) => void;
  /** Of this kind only the last happens: turns of rounds that went by. */
  readonly once: number;
  /** Whether the run has ended meanwhile. */
  readonly isOver: () => boolean;
  /** Everything that had waited for an agent has happened. */
  readonly done: () => void;
}

/**
 * What waits for agents that are paused: per agent, in the order in which it would have happened. A timeout that waits
 * can still be cancelled, by what happens to the agent before it when it goes on.
 */
export class PutOff {
  private readonly kernel: Kernel;
  private readonly presence: Presence;
  private readonly makingUp: MakingUp;
  private readonly resumeKind: number;
  private readonly queues = new Map<number, Happening[]>();
  /** Timeouts in the queues. */
  private readonly waiting = new Set<number>();
  /** Timeouts that are set: when each falls due, by the subject of its event; and that subject. */
  private readonly set = new Map<number, Map<number, number>>();
  private readonly subjects = new Map<number, number>();
  private resuming = -1;

  constructor(kernel: Kernel, presence: Presence, makingUp: MakingUp) {
    this.kernel = kernel;
    this.presence = presence;
    this.makingUp = makingUp;
    this.resumeKind = kernel.on((agent) => this.resume(agent));
  }

  /** Puts off what reaches an agent that is paused until it goes on, in the order in which it came. Whether it did. */
  catches(agent: number, kind: number, subject: number): boolean {
    return agent !== this.resuming && this.putOff(agent, kind, subject, undefined);
  }

  /** The same for the event of a timeout. */
  catchesTimeout(agent: number, kind: number, subject: number): boolean {
    return agent !== this.resuming && this.putOff(agent, kind, subject, this.fallDue(subject));
  }

  arm(subject: number, timeout: number, due: number): void {
    const others = this.set.get(subject);
    if (others) others.set(timeout, due);
    else this.set.set(subject, new Map([[timeout, due]]));
    this.subjects.set(timeout, subject);
  }

  /** Cancels a timeout that is set, or that waits for its agent. Whether it did wait. */
  cancel(timeout: number): boolean {
    this.unset(timeout);
    return this.waiting.delete(timeout);
  }

  private putOff(agent: number, kind: number, subject: number, timeout: number | undefined): boolean {
    const queue = this.queues.get(agent);
    if (queue === undefined) {
      const { now } = this.kernel;
      const until = this.presence.pausedUntil(agent, now);
      if (until <= now) return false;
      if (until < Number.POSITIVE_INFINITY) this.kernel.schedule(until - now, this.resumeKind, agent);
    }
    if (timeout !== undefined) this.waiting.add(timeout);
    const it = { kind, subject, timeout };
    if (queue) queue.push(it);
    else this.queues.set(agent, [it]);
    return true;
  }

  /** Which timeout it is whose event happens now: of those with this subject, the one that falls due first. */
  private fallDue(subject: number): number | undefined {
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

  /** Makes up for all that has waited, in order, unless the agent is paused again. */
  private resume(agent: number): void {
    const { now } = this.kernel;
    const until = this.presence.pausedUntil(agent, now);
    if (until > now) {
      if (until < Number.POSITIVE_INFINITY) this.kernel.schedule(until - now, this.resumeKind, agent);
      return;
    }
    const { happen, once, isOver, done } = this.makingUp;
    const queue = this.queues.get(agent) ?? [];
    const last = queue.findLastIndex(({ kind }) => kind === once);
    this.resuming = agent;
    for (let i = 0; i < queue.length && !isOver(); i++) {
      const { kind, subject, timeout } = queue[i] as Happening;
      if (timeout !== undefined && !this.waiting.delete(timeout)) continue;
      if (kind !== once || i === last) happen(kind, subject);
    }
    this.resuming = -1;
    this.queues.delete(agent);
    done();
  }

  private unset(timeout: number): void {
    this.set.get(this.subjects.get(timeout) ?? -1)?.delete(timeout);
    this.subjects.delete(timeout);
  }
}
