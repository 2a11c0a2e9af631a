import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { latticeEdges, latticeParams, sidesOf } from './lattice.ts';

/** A rectangle of agents with up to four neighbours each; its diameter is width + height - 2. */
export const grid = part({
  name: 'grid',
  summary: 'Grid: a rectangle of agents, the most square one unless width and height are given.',
  params: latticeParams,
  create(params): Topology {
    const sides = sidesOf(params)!;
    return { agents: sides.width * sides.height, connected: true, edges: () => latticeEdges(sides, false) };
  },
});
