import type { Graph } from '../world/graph.ts';
import { NONE } from './codes.ts';
import type { AgentsNetTask } from './rules.ts';

/*
 * The five scorers, over codes. Each returns the soft score, 0 to 1; a run is solved when that is exactly 1.
 * None of them allocates. All sums run over both directions of every edge, which leaves every quotient as it
 * is. Source of the rules: AgentsNet's released code (the get_score methods in LiteralMessagePassing.py).
 * Where that divides by zero (a cover without coordinators, a graph without edges) they go on as the rule is
 * meant; see `crashOf`.
 */

/** Groups of a coloring: the largest degree plus one, so that a greedy choice always finds a free group. */
export function groupsFor(graph: Graph): number {
  let largest = 0;
  for (let v = 0; v < graph.agents; v++) {
    largest = Math.max(largest, graph.offsets[v + 1]! - graph.offsets[v]!);
  }
  return largest + 1;
}

/**
 * Share of edges whose ends are in different groups; 0 if anybody's answer is missing or no group of
 * 1..groups.
 */
function scoreColoring(graph: Graph, codes: Int32Array, groups: number): number {
  const { agents, offsets, targets } = graph;
  let proper = 0;
  for (let v = 0; v < agents; v++) {
    const code = codes[v]!;
    if (code < 1 || code > groups) return 0;
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) if (codes[targets[e]!] !== code) proper++;
  }
  return targets.length === 0 ? 1 : proper / targets.length;
}

/**
 * Share of agents that fit a maximal matching. One does not who names somebody that is no neighbour or does
 * not name it back, who gave no answer, or who answered None while a neighbour answered None too (they could
 * have paired).
 */
function scoreMatching(graph: Graph, codes: Int32Array): number {
  let bad = 0;
  for (let v = 0; v < graph.agents; v++) {
    const partner = codes[v]!;
    if (partner === NONE ? hasFreeNeighbour(graph, codes, v) : !isPaired(graph, codes, v, partner)) bad++;
  }
  return (graph.agents - bad) / graph.agents;
}

function isPaired(graph: Graph, codes: Int32Array, v: number, partner: number): boolean {
  return partner >= 0 && partner < graph.agents && codes[partner] === v && isNeighbour(graph, v, partner);
}

/** Whether a neighbour of v answered None. */
export function hasFreeNeighbour(graph: Graph, codes: Int32Array, v: number): boolean {
  for (let e = graph.offsets[v]!; e < graph.offsets[v + 1]!; e++) {
    if (codes[graph.targets[e]!] === NONE) return true;
  }
  return false;
}

/** Whether w is among the neighbours of v, by bisection of the ascending row. */
export function isNeighbour(graph: Graph, v: number, w: number): boolean {
  let low = graph.offsets[v]!;
  let high = graph.offsets[v + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (graph.targets[middle]! < w) low = middle + 1;
    else high = middle;
  }
  return low < graph.offsets[v + 1]! && graph.targets[low] === w;
}

/**
 * Coverage times the share of coordinators that are necessary. Coverage is the share of edges with a
 * coordinator at an end; a coordinator is necessary when coverage is below 1 without it. Below full coverage
 * each of them is, so that the score is the coverage. Whoever did not say yes, without an answer too, is no
 * coordinator. Without coordinators the score is 0; without edges 1 if nobody coordinates, else 0.
 */
function scoreVertexCover(graph: Graph, codes: Int32Array): number {
  const { agents, offsets, targets } = graph;
  let covered = 0;
  let coordinators = 0;
  let necessary = 0;
  for (let v = 0; v < agents; v++) {
    const coordinates = codes[v] === 1;
    let others = 0;
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) if (codes[targets[e]!] === 1) others++;
    const degree = offsets[v + 1]! - offsets[v]!;
    covered += coordinates ? degree : others;
    if (!coordinates) continue;
    coordinators++;
    if (others < degree) necessary++;
  }
  if (coordinators === 0) return targets.length === 0 ? 1 : 0;
  if (targets.length === 0) return 0;
  if (covered < targets.length) necessary = coordinators;
  // In this order, so that the last digit is the benchmark's too.
  return ((covered / targets.length) * necessary) / coordinators;
}

/**
 * 1 if everybody answered and exactly one said yes, else 0. Who leads, and who knows of it, does not matter.
 */
function scoreLeaderElection(codes: Int32Array): number {
  let leaders = 0;
  for (let v = 0; v < codes.length; v++) {
    const code = codes[v]!;
    if (code !== 0 && code !== 1) return 0;
    leaders += code;
  }
  return leaders === 1 ? 1 : 0;
}

/** 1 if everybody answered and all answers are equal, else 0. */
function scoreConsensus(codes: Int32Array): number {
  const first = codes[0];
  if (first !== 0 && first !== 1) return 0;
  for (let v = 1; v < codes.length; v++) if (codes[v] !== first) return 0;
  return 1;
}

/**
 * The soft score of any of the five tasks. `groups` counts for coloring alone; pass it in loops over one
 * graph.
 */
export function scoreCodes(task: AgentsNetTask, graph: Graph, codes: Int32Array, groups?: number): number {
  switch (task) {
    case 'coloring':
      return scoreColoring(graph, codes, groups ?? groupsFor(graph));
    case 'matching':
      return scoreMatching(graph, codes);
    case 'vertex-cover':
      return scoreVertexCover(graph, codes);
    case 'leader-election':
      return scoreLeaderElection(codes);
    case 'consensus':
      return scoreConsensus(codes);
  }
}
