import { blockedBy } from './blocked.ts';
import type { Ending, History } from './contracts.ts';
import { type Finding, listed } from './finding.ts';
import type { Graph } from './graph.ts';

/**
 * Tells apart why a run was cut off, first match first: nobody gave input; someone waits for what cannot come; the
 * state stood still; it went in circles, or round about without progress; else it was still on its way.
 * Undefined where too little was seen to say.
 */
export function whyCutOff(ending: Ending, undecided: readonly number[]): Finding | undefined {
  const { history } = ending;
  const held = (): string => leftAtEnd(history) + hindrance(ending, undecided);
  const found = noInput(ending) ?? blockedBy(ending, undecided);
  if (found !== undefined || history.isBlind) return found;
  return (
    stalled(history, () => held() + onItsWay(ending, undecided)) ??
    lasso(history) ??
    withoutProgress(history, () => hindrance(ending, undecided)) ??
    stillContracting(history, () => hindrance(ending, undecided))
  );
}

/** The agents of whom a decision is expected and not there. */
export function undecidedOf({ setting, correct, decisions }: Ending): number[] {
  const waiting: number[] = [];
  for (let agent = 0; agent < setting.agents; agent++) {
    if (correct[agent] === 1 && Number.isNaN(decisions[agent])) waiting.push(agent);
  }
  return waiting;
}

/** How much was left to do at a sample, as people say it: `11 leaders are left`; empty where agents were to agree instead. */
export function left({ remaining, dissent, samples }: History, at = samples - 1): string {
  if (remaining === undefined || samples === 0) return '';
  const count = dissent[at] as number;
  return `${count} ${count === 1 ? remaining.one : remaining.many}`;
}

const leftAtEnd = (history: History): string => (history.remaining === undefined ? '' : `; ${left(history)}`);

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
  if (away.length > 0) found.push(heldUntil(away, 'down for a while', backAt, names));
  const cut = firstCut(undecided, graph, cuts);
  if (cut) found.push(`nothing reaches ${names[cut.to]} from ${names[cut.from]}, who is ${cut.why}`);
  const paused = undecided.filter((agent) => pausedUntil(agent) !== undefined);
  if (paused.length > 0) found.push(heldUntil(paused, 'paused', pausedUntil, names));
  return found.map((it) => `; ${it}`).join('');
}

/** `Alice is paused until 3 s`, or of several until when the first of them is. */
function heldUntil(
  agents: readonly number[],
  how: string,
  until: (agent: number) => number | undefined,
  names: readonly string[],
): string {
  const [first] = agents as readonly [number];
  const end = `until ${(until(first) as number) / 1e6} s`;
  return agents.length > 1
    ? `${listed(agents, names)} are ${how}, ${names[first]} ${end}`
    : `${names[first]} is ${how} ${end}`;
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

/** States change, but the best disagreement so far was reached long ago, or nothing got done. */
function withoutProgress(history: History, held: () => string): Finding | undefined {
  const { dissent, spread, samples, window } = history;
  if (samples <= window) return undefined;
  const best = lastImprovement(dissent, samples);
  const narrowest = lastImprovement(spread, samples);
  const last = Math.max(best, narrowest);
  if (samples - 1 - last < window) return undefined;
  return {
    class: 'livelock',
    cause: 'no-progress',
    witness: `states change, but ${
      history.remaining === undefined
        ? `disagreement has been no less than ${dissent[best]} agents`
        : `${left(history, last)}, and no fewer have been`
    } since sample ${last} of ${samples}${held()}`,
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

/** Disagreement, or what is left to do, still falls: its mean factor per sample over the last window. */
function stillContracting(history: History, held: () => string): Finding | undefined {
  const { dissent, spread, samples, window } = history;
  if (samples < 2) return undefined;
  const start = Math.max(0, samples - 1 - window);
  const rate = rateOf(spread, start, samples - 1) ?? rateOf(dissent, start, samples - 1);
  if (rate === undefined || rate >= 1) return undefined;
  return {
    class: 'late',
    cause: 'still-contracting',
    witness: `${
      history.remaining === undefined
        ? `disagreement still falls, by a factor of ${Number(rate.toPrecision(3))} a sample`
        : `${left(history)}, of ${dissent[start]} at sample ${start} of ${samples}`
    }${held()}`,
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
