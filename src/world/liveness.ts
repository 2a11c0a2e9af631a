import type { Ending, History } from './contracts.ts';
import type { Graph } from './graph.ts';

const mostNamed = 5;

/** Agents by name, the first few of them. */
export function listed(agents: readonly number[], names: readonly string[]): string {
  const shown = agents.slice(0, mostNamed).map((agent) => names[agent]);
  return agents.length > mostNamed
    ? `${shown.join(', ')} and ${agents.length - mostNamed} more`
    : shown.join(', ');
}

/** Why a run that was cut off had not ended: a class, its cause in one word, and what shows it. */
export interface Finding {
  readonly class: 'blocked' | 'no-input' | 'stalled' | 'livelock' | 'late';
  readonly cause: string;
  readonly witness: string;
  readonly evidence: Readonly<Record<string, number | readonly number[]>>;
}

/**
 * Tells apart why a run was cut off, first match first: nobody gave input; someone waits for what cannot come; the
 * state stood still; it went in circles, or round about without progress; else it was still on its way.
 * Undefined where too little was seen to say.
 */
export function whyCutOff(ending: Ending, undecided: readonly number[]): Finding | undefined {
  const { history } = ending;
  return (
    noInput(ending) ??
    blockedBy(ending, undecided) ??
    stalled(history, () => hindrance(ending, undecided) + onItsWay(ending, undecided)) ??
    lasso(history) ??
    withoutProgress(history) ??
    stillContracting(history)
  );
}

/** Prose on what faults hold undecided agents back at the end, to follow a witness; empty where none do. */
export function hindrance(
  { setting, down, backAt, cuts, pausedUntil }: Ending,
  undecided: readonly number[],
): string {
  const { agents, names, graph } = setting;
  const found: string[] = [];
  const gone = Array.from({ length: agents }, (_, agent) => agent).filter(down);
  if (gone.length > 0) found.push(`${listed(gone, names)} ${gone.length > 1 ? 'are' : 'is'} down`);
  const away = Array.from({ length: agents }, (_, agent) => agent).filter(
    (agent) => backAt(agent) !== undefined,
  );
  if (away[0] !== undefined) {
    const until = `${(backAt(away[0]) as number) / 1e6} s`;
    found.push(
      `${listed(away, names)} ${away.length > 1 ? 'are' : 'is'} down for a while, ${names[away[0]]} until ${until}`,
    );
  }
  const cut = firstCut(undecided, graph, cuts);
  if (cut) found.push(`nothing reaches ${names[cut.to]} from ${names[cut.from]}, who is ${cut.why}`);
  const paused = undecided.filter((agent) => pausedUntil(agent) !== undefined);
  const [first] = paused;
  if (first !== undefined) {
    const until = `${(pausedUntil(first) as number) / 1e6} s`;
    found.push(
      `${listed(paused, names)} ${paused.length > 1 ? 'are' : 'is'} paused, ${names[first]} until ${until}`,
    );
  }
  return found.map((it) => `; ${it}`).join('');
}

/** Prose on a message that an undecided agent may still get from a neighbour; empty where there is none. */
function onItsWay({ setting, underWay }: Ending, undecided: readonly number[]): string {
  const { names, graph } = setting;
  for (const to of undecided) {
    for (let arc = graph.offsets[to] as number; arc < (graph.offsets[to + 1] as number); arc++) {
      const from = graph.targets[arc] as number;
      if (underWay(from, to)) return `; a message from ${names[from]} to ${names[to]} is still on its way`;
    }
  }
  return '';
}

/** A neighbour of whom an undecided agent hears nothing any more. */
function firstCut(
  undecided: readonly number[],
  { offsets, targets }: Graph,
  cuts: Ending['cuts'],
): { readonly from: number; readonly to: number; readonly why: string } | undefined {
  for (const to of undecided) {
    for (let arc = offsets[to] as number; arc < (offsets[to + 1] as number); arc++) {
      const from = targets[arc] as number;
      const why = cuts(from, to);
      if (why !== undefined) return { from, to, why };
    }
  }
  return undefined;
}

/**
 * Fewer than a quorum gave an answer that could be read, in every one of the last samples in which anybody was asked,
 * though there would have been a quorum had all been readable.
 */
function noInput({ history, quorum }: Ending): Finding | undefined {
  const { inputs, answers, samples, window } = history;
  let seen = 0;
  let most = 0;
  let mostAnswers = 0;
  for (let at = samples - 1; at >= 0 && seen < window; at--) {
    const given = inputs[at] as number;
    if (Number.isNaN(given)) continue;
    if (given >= quorum) return undefined;
    seen++;
    most = Math.max(most, given);
    mostAnswers = Math.max(mostAnswers, answers[at] as number);
  }
  if (seen === 0 || quorum === 0 || mostAnswers < quorum) return undefined;
  return {
    class: 'no-input',
    cause: 'below-quorum',
    witness: `in the last ${seen} rounds at most ${most} correct agents gave an answer that could be read; the quorum is ${quorum}`,
    evidence: { rounds: seen, most, quorum },
  };
}

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
  const stuck = stuckAmong(idle, needed, (other, agent) => underWay(other, agent), down);
  const inVain = (agent: number): number[] =>
    (waits.get(agent) ?? []).filter((other) => stuck.has(other) && !underWay(other, agent));
  const cycle = cycleIn([...stuck], inVain);
  if (cycle === undefined) return undefined;
  const isQuorum = cycle.some((agent) => needed(agent) < (waits.get(agent)?.length ?? 0));
  return {
    class: 'blocked',
    cause: 'wait-for-cycle',
    witness: `${cycle.map(name).join(' waits for ')} waits for ${name(cycle[0] as number)}${isQuorum ? ', and too few others can go on to make up a quorum' : ''}`,
    evidence: { cycle },
  };
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
  down: (agent: number) => boolean,
): Set<number> {
  const stuck = new Set(waits.keys());
  const lacking = new Map<number, number>();
  const waiters = new Map<number, number[]>();
  const free: number[] = [];
  for (const [agent, others] of waits) {
    let missing = needed(agent);
    for (const other of others) {
      if (comes(other, agent) || !(stuck.has(other) || down(other))) missing--;
      else if (stuck.has(other)) {
        const list = waiters.get(other);
        if (list) list.push(agent);
        else waiters.set(other, [agent]);
      }
    }
    lacking.set(agent, missing);
    if (missing <= 0) free.push(agent);
  }
  for (let agent = free.pop(); agent !== undefined; agent = free.pop()) {
    if (!stuck.delete(agent) || down(agent)) continue;
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

/** The global state is the same in each of the last samples. */
function stalled({ states, samples, window }: History, held: () => string): Finding | undefined {
  if (samples <= window) return undefined;
  let since = samples - 1;
  while (since > 0 && states[since - 1] === states[samples - 1]) since--;
  if (samples - since <= window) return undefined;
  return {
    class: 'stalled',
    cause: 'no-change',
    witness: `the global state has not changed since sample ${since} of ${samples}${held()}`,
    evidence: { since, samples },
  };
}

/**
 * The global state recurs exactly, with a period of 2 or more: all through the last samples that are judged, or half of
 * the run where it is shorter than twice that, and for two periods and six samples at least, so that it is no chance.
 */
function lasso({ states, samples, window }: History): Finding | undefined {
  const longest = Math.floor(samples / 2);
  const enough = Math.max(6, Math.min(window, Math.ceil(samples / 2)));
  // A period that lies within a stretch without any change is none.
  let still = 1;
  while (still < samples && states[samples - 1 - still] === states[samples - 1]) still++;
  for (let period = Math.max(2, still + 1); period <= longest; period++) {
    if (states[samples - 1] !== states[samples - 1 - period]) continue;
    let first = samples - period - 1;
    while (first > 0 && states[first - 1] === states[first - 1 + period]) first--;
    if (samples - first < Math.max(enough, 2 * period)) continue;
    return {
      class: 'livelock',
      cause: 'recurring-state',
      witness: `the global state of sample ${first} recurs every ${period} samples until the end`,
      evidence: { period, first },
    };
  }
  return undefined;
}

/** States change, but the best disagreement so far was reached long ago. */
function withoutProgress({ dissent, spread, samples, window }: History): Finding | undefined {
  if (samples <= window) return undefined;
  const best = lastImprovement(dissent, samples);
  const narrowest = lastImprovement(spread, samples);
  const last = Math.max(best, narrowest);
  if (samples - 1 - last < window) return undefined;
  return {
    class: 'livelock',
    cause: 'no-progress',
    witness: `states change, but disagreement has been no less than ${dissent[best]} agents since sample ${last} of ${samples}`,
    evidence: { since: last, dissent: dissent[best] as number, samples },
  };
}

/** The sample at which the least value so far was last bettered. */
function lastImprovement(values: Float64Array, samples: number): number {
  let least = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < samples; i++) {
    const value = values[i] as number;
    if (value < least) {
      least = value;
      at = i;
    }
  }
  return at;
}

/** Disagreement still falls: its mean factor per sample over the last window. */
function stillContracting({ dissent, spread, samples, window }: History): Finding | undefined {
  if (samples < 2) return undefined;
  const start = Math.max(0, samples - 1 - window);
  const rate = rateOf(spread, start, samples - 1) ?? rateOf(dissent, start, samples - 1);
  if (rate === undefined || rate >= 1) return undefined;
  return {
    class: 'late',
    cause: 'still-contracting',
    witness: `disagreement still falls, by a factor of ${Number(rate.toPrecision(3))} a sample`,
    evidence: { rate, samples },
  };
}

function rateOf(values: Float64Array, start: number, end: number): number | undefined {
  const from = values[start] as number;
  const to = values[end] as number;
  if (!(from > 0) || !(to > 0) || to >= from) return undefined;
  return root(to / from, end - start);
}

/** The n-th root of a number between 0 and 1, by bisection: exact enough to show, and the same on every machine. */
function root(value: number, n: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    let power = 1;
    for (let i = 0; i < n; i++) power *= middle;
    if (power < value) low = middle;
    else high = middle;
  }
  return high;
}
