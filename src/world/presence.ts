import type { Time } from '../kernel/kernel.ts';
import type { Fault } from './contracts.ts';

/** Who is up, down, paused or slow at a time, and who comes back: what the faults of a run say of its agents. */
export class Presence {
  /** Whether anybody is ever paused. */
  readonly hasPauses: boolean;
  /** Whether anybody is ever down. */
  readonly canBeDown: boolean;
  private readonly downs: readonly Fault[];
  private readonly pauses: readonly Fault[];
  private readonly slows: readonly Fault[];
  private readonly cutters: readonly Fault[];
  /** Of agents that come back after a crash: the timeouts they have set, and when they come back, the last time too. */
  private readonly returning = new Map<number, { timeouts: number[]; times: Time[]; last: Time }>();

  constructor(faults: readonly Fault[]) {
    this.downs = faults.filter((fault) => fault.down !== undefined);
    this.pauses = faults.filter((fault) => fault.pausedUntil !== undefined);
    this.slows = faults.filter((fault) => fault.slowness !== undefined);
    this.cutters = faults.filter((fault) => fault.cuts !== undefined);
    this.canBeDown = this.downs.length > 0;
    this.hasPauses = this.pauses.length > 0;
    for (const fault of faults) {
      for (const { agent, at } of fault.recoveries ?? []) {
        const { times, last } = this.returning.get(agent) ?? { times: [], last: 0 };
        this.returning.set(agent, { timeouts: [], times: [...times, at], last: Math.max(last, at) });
      }
    }
  }

  isDown(agent: number, now: Time): boolean {
    for (const fault of this.downs) if (fault.down?.(agent, now)) return true;
    return false;
  }

  /** Down, and not to come back. */
  isGone(agent: number, now: Time): boolean {
    return this.isDown(agent, now) && this.backAt(agent, now) === undefined;
  }

  /** When an agent that is down comes back for the last time; undefined where it is up, or down for good. */
  backAt(agent: number, now: Time): Time | undefined {
    const last = this.returning.get(agent)?.last;
    return last !== undefined && last > now && this.isDown(agent, now) ? last : undefined;
  }

  /** When the first of those who are down comes back; undefined where nobody is down, or all are for good. */
  nextReturn(now: Time): Time | undefined {
    let next: Time | undefined;
    for (const [agent, { times }] of this.returning) {
      if (!this.isDown(agent, now)) continue;
      for (const at of times) if (at > now && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  /** Whether somebody comes back only after a time. */
  returnsAfter(time: Time): boolean {
    for (const { last } of this.returning.values()) if (last > time) return true;
    return false;
  }

  /** When a paused agent goes on; `now` where it is not paused. */
  pausedUntil(agent: number, now: Time): Time {
    let until = now;
    for (const fault of this.pauses) until = Math.max(until, fault.pausedUntil?.(agent, now) ?? now);
    return until;
  }

  /** Why nothing that one agent sends another from now on will ever arrive; undefined where something may. */
  cuts(from: number, to: number, now: Time): string | undefined {
    for (const fault of this.cutters) {
      const why = fault.cuts?.(from, to, now);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  /** How long an agent takes for what takes others so long. */
  slowed(agent: number, now: Time, duration: Time): Time {
    let slowed = duration;
    for (const fault of this.slows) slowed *= fault.slowness?.(agent, now) ?? 1;
    return slowed;
  }

  /** Remembers a timeout that the agent loses with a crash, should it come back. */
  remember(agent: number, timeout: number): void {
    if (this.returning.size > 0) this.returning.get(agent)?.timeouts.push(timeout);
  }

  /** The timeouts that an agent had set before it went down, each handed out once. */
  forgotten(agent: number): readonly number[] {
    return this.returning.get(agent)?.timeouts.splice(0) ?? [];
  }
}
