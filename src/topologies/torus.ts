import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { latticeEdges, latticeParams, sidesOf } from './lattice.ts';

/** A grid without border; everyone has four neighbours where both sides are longer than two. */
export const torus = part({
  name: 'torus',
  summary: 'Torus: a grid whose opposite sides are joined.',
  params: latticeParams,
  create(params): Topology {
    const sides = sidesOf(params)!;
    return { agents: sides.width * sides.height, connected: true, edges: () => latticeEdges(sides, true) };
  },
});
