import { Delaunay } from 'd3-delaunay';
import { z } from 'zod';
import type { Stream } from '../kernel/stream.ts';
import { EdgeList } from '../world/graph.ts';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom } from './parameters.ts';

/**
 * Geometric: agents stand at uniform places in the unit square, and the Delaunay triangulation joins them.
 * About three edges per agent (3n - 3 - h, where h of n agents stand on the hull).
 */
export const delaunay = part({
  name: 'delaunay',
  summary: 'Geometric: the Delaunay triangulation of uniform places in the unit square.',
  params: z.strictObject({ agents: agentsFrom(2) }),
  create: ({ agents }): Topology => ({
    agents,
    connected: true,
    edges: (random) => triangulationEdges(drawPlaces(agents, random)),
    positions: (random) => drawPlaces(agents, random),
  }),
});

function drawPlaces(agents: number, random: Stream): Float64Array {
  const places = new Float64Array(2 * agents);
  for (let i = 0; i < places.length; i++) places[i] = random.unit();
  return places;
}

function triangulationEdges(places: Float64Array): EdgeList {
  const agents = places.length / 2;
  const edges = new EdgeList(3 * agents);
  if (agents === 2) {
    edges.add(0, 1);
    return edges;
  }
  const { triangles, halfedges } = new Delaunay(places);
  for (let i = 0; i < halfedges.length; i++) {
    // An inner edge is two half edges, of which the later speaks; one on the hull has no other half (-1).
    if (i < halfedges[i]!) continue;
    const following = i % 3 === 2 ? i - 2 : i + 1;
    edges.add(triangles[i]!, triangles[following]!);
  }
  return edges;
}
