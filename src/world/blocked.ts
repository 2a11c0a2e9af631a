import type { Ending, Protocol } from './contracts.ts';
import { type Finding, listed } from './finding.ts';

/**
 * Someone waits for what cannot come: for an agent that is down or of whom nothing arrives any more (or, of a quorum, for
 * so many), or for itself by way of others. Found as a reduction of the wait-for graph: whoever waits for nobody can go on; so can whoever waits for
 * enough agents that can go on, or whose message to it is on its way; those who are left over wait for each other.
 */
export function blockedBy(ending: Ending, undecided: readonly number[]): Finding | undefined {
  return withoutQuorum(ending, undecided) ?? waitingInVain(ending, undecided);
}

/** More are down for good than a quorum for answers can do without. */
function withoutQuorum(
  { quorum, setting: { agents, names }, down }: Ending,
  undecided: readonly number[],
): Finding | undefined {
  if (quorum === 0) return undefined;
  const gone = Array.from({ length: agents }, (_, agent) => agent).filter(down);
  const [first] = undecided;
  if (first === undefined || agents - gone.length >= quorum) return undefined;
  const others = gone.filter((agent) => agent !== first);
  return {
    class: 'blocked',
    cause: 'waits-for-crashed',
    witness: `${names[first]} waits for a quorum of ${quorum} among ${agents} agents, of whom ${listed(others, names)} ${others.length > 1 ? 'are' : 'is'} down`,
    evidence: { agents: [first, ...others] },
  };
}

/**
 * Whether each of these agents waits for what cannot come because others are down for good and nothing of theirs is under way,
 * so that the group will never decide, however long its timeouts go on.
 */
export function allWaitForCrashed(
  undecided: readonly number[],
  { waitsFor, needs }: Pick<Protocol, 'waitsFor' | 'needs'>,
  isGone: (other: number, agent: number) => boolean,
): boolean {
  return undecided.every((agent) => {
    const others = waitsFor?.(agent) ?? [];
    const there = others.filter((other) => !isGone(other, agent)).length;
    return there < (needs?.(agent) ?? others.length);
  });
}

function waitingInVain(ending: Ending, undecided: readonly number[]): Finding | undefined {
  const { setting, needs, hasTimeout, down, cuts, pausedUntil, underWay } = ending;
  const name = (agent: number): string => setting.names[agent] as string;
  const waits = new Map(undecided.map((agent) => [agent, ending.waitsFor(agent)]));
  const needed = (agent: number): number => needs?.(agent) ?? waits.get(agent)?.length ?? 0;
  for (const [agent, others] of waits) {
    const why = (other: number): string | undefined => {
      if (underWay(other, agent)) return undefined;
      return down(other) ? 'down' : cuts(other, agent);
    };
    const gone = others.filter((other) => why(other) !== undefined);
    if (others.length - gone.length >= needed(agent)) continue;
    const of =
      needed(agent) < others.length ? `${needed(agent)} of ${others.length} agents, among them ` : '';
    return {
      class: 'blocked',
      cause: gone.some(down) ? 'waits-for-crashed' : 'waits-for-unheard',
      witness: `${name(agent)} waits for ${of}${byReason(gone, why, setting.names)}`,
      evidence: { agents: [agent, ...gone] },
    };
  }
  // Who has a timeout, or is only paused, goes on by itself.
  const idle = new Map(
    [...waits].filter(([agent]) => !hasTimeout?.(agent) && pausedUntil(agent) === undefined),
  );
  const isGone = (other: number, agent: number): boolean => down(other) || cuts(other, agent) !== undefined;
  const stuck = stuckAmong(idle, needed, (other, agent) => underWay(other, agent), isGone);
  const inVain = (agent: number): number[] =>
    (waits.get(agent) ?? []).filter((other) => stuck.has(other) && !underWay(other, agent));
  const cycle = cycleIn([...stuck], inVain);
  if (cycle === undefined) return undefined;
  const isQuorum = cycle.some((agent) => needed(agent) < (waits.get(agent)?.length ?? 0));
  if ([...stuck].every((agent) => needed(agent) === 1)) {
    const island = islandOf([...stuck], waits, isGone, ending);
    if (island !== undefined) return island;
  }
  return {
    class: 'blocked',
    cause: 'wait-for-cycle',
    witness: `${cycle.map(name).join(' waits for ')} waits for ${name(cycle[0] as number)}${isQuorum ? ', and too few others can go on to make up a quorum' : ''}`,
    evidence: { cycle },
  };
}

/**
 * Of agents each of whom waits for any one of its neighbours, those who can have it from each other alone: the others are
 * down, or nothing of theirs arrives. Undefined where there are no others.
 */
function islandOf(
  stuck: readonly number[],
  waits: ReadonlyMap<number, readonly number[]>,
  isGone: (other: number, agent: number) => boolean,
  { setting, down, cuts }: Ending,
): Finding | undefined {
  for (const agent of stuck) {
    const gone = waits.get(agent)?.find((other) => isGone(other, agent));
    if (gone === undefined) continue;
    const { names } = setting;
    const why = down(gone)
      ? `${names[gone]} is down`
      : `nothing reaches ${names[agent]} from ${names[gone]}, who is ${cuts(gone, agent)}`;
    return {
      class: 'blocked',
      cause: down(gone) ? 'waits-for-crashed' : 'waits-for-unheard',
      witness: `what ${listed(stuck, names)} wait for they could have from each other alone, and none of them has it; ${why}`,
      evidence: { agents: [agent, gone] },
    };
  }
  return undefined;
}

/** Agents and what keeps them from being heard: `Alice, Bob, who are down; Carl, who is silent`. */
function byReason(
  agents: readonly number[],
  why: (agent: number) => string | undefined,
  names: readonly string[],
): string {
  return [...new Set(agents.map(why))]
    .map((reason) => {
      const those = agents.filter((agent) => why(agent) === reason);
      return `${listed(those, names)}, who ${those.length > 1 ? 'are' : 'is'} ${reason}`;
    })
    .join('; ');
}

/** Of agents that wait, those left over when all who can go on are taken out, one after the other. */
function stuckAmong(
  waits: ReadonlyMap<number, readonly number[]>,
  needed: (agent: number) => number,
  comes: (other: number, agent: number) => boolean,
  isGone: (other: number, agent: number) => boolean,
): Set<number> {
  const stuck = new Set(waits.keys());
  const lacking = new Map<number, number>();
  const waiters = new Map<number, number[]>();
  const free: number[] = [];
  for (const [agent, others] of waits) {
    let missing = needed(agent);
    for (const other of others) {
      if (comes(other, agent)) missing--;
      else if (isGone(other, agent)) continue;
      else if (!stuck.has(other)) missing--;
      else {
        const list = waiters.get(other);
        if (list) list.push(agent);
        else waiters.set(other, [agent]);
      }
    }
    lacking.set(agent, missing);
    if (missing <= 0) free.push(agent);
  }
  for (let agent = free.pop(); agent !== undefined; agent = free.pop()) {
    if (!stuck.delete(agent)) continue;
    for (const waiter of waiters.get(agent) ?? []) {
      const missing = (lacking.get(waiter) as number) - 1;
      lacking.set(waiter, missing);
      if (missing === 0) free.push(waiter);
    }
  }
  return stuck;
}

/** A cycle of the wait-for graph among these agents: depth-first search with its own stack, since a chain may be long. */
function cycleIn(
  agents: readonly number[],
  waitsFor: (agent: number) => readonly number[],
): number[] | undefined {
  const waiting = new Set(agents);
  const state = new Map<number, 'on path' | 'done'>();
  for (const root of agents) {
    if (state.has(root)) continue;
    const path: number[] = [root];
    const left: number[][] = [[...waitsFor(root)]];
    state.set(root, 'on path');
    while (path.length > 0) {
      const next = (left.at(-1) as number[]).pop();
      if (next === undefined) {
        state.set(path.pop() as number, 'done');
        left.pop();
      } else if (state.get(next) === 'on path') {
        return path.slice(path.indexOf(next));
      } else if (waiting.has(next) && !state.has(next)) {
        state.set(next, 'on path');
        path.push(next);
        left.push([...waitsFor(next)]);
      }
    }
  }
  return undefined;
}
