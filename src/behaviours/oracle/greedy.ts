import { NONE } from '../../agentsnet/codes.ts';
import type { AgentsNetTask } from '../../agentsnet/rules.ts';

/** What an agent knows of the graph: neighbours by agent, undefined where it has not heard of them. */
export type KnownGraph = readonly (readonly number[] | undefined)[];

/**
 * Solves a task on what is known, by going through the agents in order of a random priority and giving each the first
 * thing that goes with those before it: greedy coloring with at most D + 1 groups, greedy maximal matching, the
 * complement of the greedy maximal independent set (a minimal cover, since each of its members has a neighbour in the
 * set), the first agent as leader. What an agent is given depends on chains of falling priority alone, so that a
 * neighbourhood larger than the longest of them gives what the whole graph would.
 * @param priority by agent; lower goes first, no two are equal.
 */
export function solveGreedily(
  task: AgentsNetTask,
  known: KnownGraph,
  priority: ArrayLike<number>,
  agent: number,
): number {
  switch (task) {
    case 'coloring':
      return colouring(known, priority)[agent]!;
    case 'matching':
      return matching(known, priority)[agent]!;
    case 'vertex-cover':
      return 1 - independentSet(known, priority)[agent]!;
    case 'leader-election':
      return known.every((row, other) => row === undefined || priority[other]! >= priority[agent]!) ? 1 : 0;
    case 'consensus':
      return 0;
  }
}

function inOrder(known: KnownGraph, priority: ArrayLike<number>): number[] {
  const agents: number[] = [];
  for (let v = 0; v < known.length; v++) if (known[v] !== undefined) agents.push(v);
  return agents.sort((v, w) => priority[v]! - priority[w]!);
}

function colouring(known: KnownGraph, priority: ArrayLike<number>): Int32Array {
  const groups = new Int32Array(known.length);
  for (const v of inOrder(known, priority)) {
    let group = 1;
    while (known[v]!.some((w) => groups[w] === group)) group++;
    groups[v] = group;
  }
  return groups;
}

/** Links in order of their first end, then of their second: what falls out of each agent taking the first free one. */
function matching(known: KnownGraph, priority: ArrayLike<number>): Int32Array {
  const partners = new Int32Array(known.length).fill(NONE);
  for (const v of inOrder(known, priority)) {
    if (partners[v] !== NONE) continue;
    let best = NONE;
    for (const w of known[v]!) {
      if (partners[w] === NONE && (best === NONE || priority[w]! < priority[best]!)) best = w;
    }
    if (best === NONE) continue;
    partners[v] = best;
    partners[best] = v;
  }
  return partners;
}

function independentSet(known: KnownGraph, priority: ArrayLike<number>): Uint8Array {
  const chosen = new Uint8Array(known.length);
  for (const v of inOrder(known, priority)) if (!known[v]!.some((w) => chosen[w] === 1)) chosen[v] = 1;
  return chosen;
}
