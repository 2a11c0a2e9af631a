import { ln } from '../kernel/elementary.ts';
import type { Stream } from '../kernel/stream.ts';
import type { EdgeList } from '../world/graph.ts';

/**
 * Adds each pair of the `agents` agents from `first` on with chance p, at a cost of agents + edges: the
 * number of pairs to skip to the next edge is geometric (Batagelj and Brandes, Physical Review E 71, 2005).
 * `wanted` can turn down a pair after it was drawn.
 */
export function addRandomPairs(
  edges: EdgeList,
  random: Stream,
  p: number,
  { first, agents }: { readonly first: number; readonly agents: number },
  wanted?: (a: number, b: number) => boolean,
): void {
  const missed = ln(1 - p);
  // So unlikely that 1 - p is 1: no pair is drawn.
  if (p === 0 || missed === 0) return;
  let a = 1;
  let b = -1;
  while (a < agents) {
    b += p === 1 ? 1 : 1 + Math.floor(ln(1 - random.unit()) / missed);
    while (b >= a && a < agents) b -= a++;
    if (a < agents && (wanted === undefined || wanted(first + a, first + b))) edges.add(first + b, first + a);
  }
}
