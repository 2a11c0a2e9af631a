import type { Graph } from '../world/graph.ts';
import { INVALID, NONE, UNPARSED } from './codes.ts';
import type { AgentsNetTask } from './rules.ts';
import { groupsFor, hasFreeNeighbour, isNeighbour } from './scorers.ts';

/** What can be wrong with one agent's answer. */
type AgentCause =
  /** Any task: no answer, or none that could be read. */
  | 'no-answer'
  /** Any task: something that is no option, such as a group above K. */
  | 'invalid-answer'
  /** Coloring: same group as a neighbour. */
  | 'clash'
  /** Matching: names a neighbour that does not name it back. */
  | 'one-sided'
  /** Matching: names somebody it cannot talk to, or itself. */
  | 'not-a-neighbour'
  /** Matching: None, as a neighbour; they could have paired. */
  | 'both-none'
  /** Vertex cover: at an end of an edge without coordinator. */
  | 'uncovered'
  /** Vertex cover: a coordinator that a full cover can do without. */
  | 'redundant'
  /** Leader election: nobody leads; everybody has it. */
  | 'no-leader'
  /** Leader election: says yes, and is not the only one. */
  | 'extra-leader'
  /** Consensus: holds a value that not more than half of those who answered hold; at a draw everybody. */
  | 'minority'
  /**
   * The benchmark's scorer divides by zero: no coordinators, or no edges (upstream mode only; everybody has
   * it).
   */
  | 'empty-cover'
  | 'no-edges';

export interface AgentFault {
  readonly agent: number;
  readonly cause: AgentCause;
}

/**
 * Who did what wrong, by agent, ascending; at most one cause each, the first that applies in the order above.
 */
export function faultsOf(task: AgentsNetTask, graph: Graph, codes: Int32Array): AgentFault[] {
  const judge = judges[task](graph, codes);
  const faults: AgentFault[] = [];
  for (let agent = 0; agent < graph.agents; agent++) {
    const cause =
      codes[agent] === UNPARSED ? 'no-answer' : codes[agent]! <= INVALID ? 'invalid-answer' : judge(agent);
    if (cause) faults.push({ agent, cause });
  }
  return faults;
}

type Judge = (agent: number) => AgentCause | undefined;

const judges: Record<AgentsNetTask, (graph: Graph, codes: Int32Array) => Judge> = {
  coloring(graph, codes) {
    const groups = groupsFor(graph);
    return (v) => {
      const group = codes[v]!;
      if (group < 1 || group > groups) return 'invalid-answer';
      return someNeighbour(graph, v, (w) => codes[w] === group) ? 'clash' : undefined;
    };
  },
  matching: (graph, codes) => (v) => {
    const partner = codes[v]!;
    if (partner === NONE) return hasFreeNeighbour(graph, codes, v) ? 'both-none' : undefined;
    if (!isNeighbour(graph, v, partner)) return 'not-a-neighbour';
    return codes[partner] === v ? undefined : 'one-sided';
  },
  'vertex-cover'(graph, codes) {
    const uncovered = (v: number) => codes[v] !== 1 && someNeighbour(graph, v, (w) => codes[w] !== 1);
    let isFull = true;
    for (let v = 0; v < graph.agents && isFull; v++) isFull = !uncovered(v);
    return (v) => {
      if (uncovered(v)) return 'uncovered';
      const isNeeded = !isFull || someNeighbour(graph, v, (w) => codes[w] !== 1);
      return codes[v] === 1 && !isNeeded ? 'redundant' : undefined;
    };
  },
  'leader-election'(_graph, codes) {
    const leaders = countOf(codes, 1);
    if (leaders === 1) return () => undefined;
    return (v) => (leaders === 0 ? 'no-leader' : codes[v] === 1 ? 'extra-leader' : undefined);
  },
  consensus(_graph, codes) {
    const held = [countOf(codes, 0), countOf(codes, 1)] as const;
    const answered = held[0] + held[1];
    return (v) => (2 * (codes[v] === 0 ? held[0] : held[1]) > answered ? undefined : 'minority');
  },
};

/** Whether some neighbour of v is as described. */
function someNeighbour(graph: Graph, v: number, is: (w: number) => boolean): boolean {
  for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) if (is(graph.targets[e]!)) return true;
  return false;
}

/** How many agents gave this answer. */
export function countOf(codes: Int32Array, code: number): number {
  let count = 0;
  for (let v = 0; v < codes.length; v++) if (codes[v] === code) count++;
  return count;
}
