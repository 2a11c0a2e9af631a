import type { Setting } from '../world/contracts.ts';
import { refuse } from './preconditions.ts';

/** The agent after each agent, once around the ring; refuses a graph that is none. */
export function cycleOrder({ agents, graph }: Setting): Int32Array {
  const { offsets, targets } = graph;
  const next = new Int32Array(agents).fill(-1);
  const isRing = agents >= 3 && offsets.every((offset, v) => offset === 2 * v);
  let seen = 0;
  if (isRing) {
    let before = targets[1] as number;
    for (let v = 0; next[v] === -1; seen++) {
      const first = targets[2 * v] as number;
      const after = first === before ? (targets[2 * v + 1] as number) : first;
      next[v] = after;
      before = v;
      v = after;
    }
  }
  if (seen === agents) return next;
  return refuse(
    'topology',
    `must be a ring of three agents or more under this protocol, but some agent of the ${agents} has not two neighbours, or there are several rings; choose { kind: ring, agents: ${Math.max(3, agents)} }`,
  );
}
