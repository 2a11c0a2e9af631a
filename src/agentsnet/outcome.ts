import type { Graph } from '../world/graph.ts';
import { INVALID, NONE, UNPARSED } from './codes.ts';
import { countOf } from './faults.ts';
import type { AgentsNetTask } from './rules.ts';
import { groupsFor, hasFreeNeighbour, isNeighbour, scoreCodes } from './scorers.ts';

/** Why a run did not solve its task, finer than its class; `none` when it did. */
type OutcomeCause =
  | 'none'
  | 'no-answer'
  | 'invalid-answer'
  | 'clash'
  | 'one-sided'
  | 'not-a-neighbour'
  | 'both-none'
  | 'uncovered'
  | 'empty-cover'
  | 'redundant'
  | 'extra-leader'
  | 'no-leader'
  | 'disagreement'
  | 'no-edges';

export interface TaskOutcome {
  /**
   * valid: solved · split: answers that were given contradict one another · no-input: they do not, but one is
   * missing that the task needs · invalid: they go together, and are not allowed. The first that applies.
   */
  readonly class: 'valid' | 'invalid' | 'split' | 'no-input';
  readonly cause: OutcomeCause;
  /**
   * The first agents in which it shows: two ends of an edge, two leaders, one without answer; empty when
   * valid.
   */
  readonly witness: readonly number[];
}

/** What the answers of a run amount to, so far as answers alone can tell. By the `clean` rules. */
export function outcomeOf(task: AgentsNetTask, graph: Graph, codes: Int32Array): TaskOutcome {
  if (scoreCodes(task, graph, codes) === 1) return { class: 'valid', cause: 'none', witness: [] };
  return contradiction(task, graph, codes) ?? missing(task, graph, codes) ?? notAllowed(task, graph, codes);
}

function contradiction(task: AgentsNetTask, graph: Graph, codes: Int32Array): TaskOutcome | undefined {
  const between = (
    cause: OutcomeCause,
    contradict: (v: number, w: number) => boolean,
  ): TaskOutcome | undefined => {
    const edge = findEdge(graph, contradict);
    return edge && { class: 'split', cause, witness: edge };
  };
  switch (task) {
    case 'coloring': {
      const groups = groupsFor(graph);
      return between('clash', (v, w) => codes[v] === codes[w] && codes[v]! >= 1 && codes[v]! <= groups);
    }
    case 'matching':
      return between('one-sided', (v, w) => codes[v] === w && codes[w] !== v && codes[w]! >= NONE);
    case 'vertex-cover': {
      const cause = countOf(codes, 1) === 0 ? 'empty-cover' : 'uncovered';
      return between(cause, (v, w) => codes[v] === 0 && codes[w] === 0);
    }
    case 'leader-election': {
      const first = codes.indexOf(1);
      const second = first < 0 ? -1 : codes.indexOf(1, first + 1);
      return second < 0 ? undefined : { class: 'split', cause: 'extra-leader', witness: [first, second] };
    }
    case 'consensus': {
      const zero = codes.indexOf(0);
      const one = codes.indexOf(1);
      return zero < 0 || one < 0
        ? undefined
        : { class: 'split', cause: 'disagreement', witness: [zero, one] };
    }
  }
}

/**
 * The first agent without an answer, where that makes the run fail: in a cover, only at an edge left
 * uncovered.
 */
function missing(task: AgentsNetTask, graph: Graph, codes: Int32Array): TaskOutcome | undefined {
  const found =
    task === 'vertex-cover'
      ? findEdge(graph, (v, w) => codes[v] === UNPARSED && codes[w] !== 1)?.[0]
      : codes.indexOf(UNPARSED);
  return found === undefined || found < 0
    ? undefined
    : { class: 'no-input', cause: 'no-answer', witness: [found] };
}

function notAllowed(task: AgentsNetTask, graph: Graph, codes: Int32Array): TaskOutcome {
  const by = (cause: OutcomeCause, is: (v: number) => boolean): TaskOutcome | undefined => {
    for (let v = 0; v < graph.agents; v++) if (is(v)) return { class: 'invalid', cause, witness: [v] };
    return undefined;
  };
  const without: TaskOutcome = { class: 'invalid', cause: 'invalid-answer', witness: [] };
  switch (task) {
    case 'coloring': {
      const groups = groupsFor(graph);
      return by('invalid-answer', (v) => codes[v]! < 1 || codes[v]! > groups) ?? without;
    }
    case 'matching':
      return (
        by('invalid-answer', (v) => codes[v]! <= INVALID) ??
        by('not-a-neighbour', (v) => codes[v] !== NONE && !isNeighbour(graph, v, codes[v]!)) ??
        by('both-none', (v) => codes[v] === NONE && hasFreeNeighbour(graph, codes, v)) ??
        without
      );
    case 'vertex-cover':
      return (
        by('invalid-answer', (v) => codes[v]! <= INVALID && findNotYes(graph, codes, v) >= 0) ??
        by('redundant', (v) => codes[v] === 1 && findNotYes(graph, codes, v) < 0) ??
        without
      );
    case 'leader-election':
      return (
        by('invalid-answer', (v) => codes[v]! < 0) ?? { class: 'invalid', cause: 'no-leader', witness: [] }
      );
    case 'consensus':
      return by('invalid-answer', (v) => codes[v]! < 0) ?? without;
  }
}

function findNotYes(graph: Graph, codes: Int32Array, v: number): number {
  for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) {
    if (codes[graph.targets[e]!] !== 1) return graph.targets[e]!;
  }
  return -1;
}

/** The first edge, in either direction, that is as described. */
function findEdge(graph: Graph, is: (v: number, w: number) => boolean): [number, number] | undefined {
  for (let v = 0; v < graph.agents; v++) {
    for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) {
      const w = graph.targets[e]!;
      if (is(v, w)) return [v, w];
    }
  }
  return undefined;
}
