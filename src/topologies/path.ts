import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom } from './parameters.ts';

/** A line of agents: the connected graph of the greatest diameter, agents - 1. */
export const path = part({
  name: 'path',
  summary: 'Path: a line of agents, joined one to the next.',
  params: z.strictObject({ agents: agentsFrom(2) }),
  create: ({ agents }): Topology => ({
    agents,
    connected: true,
    edges() {
      const edges = new EdgeList(agents - 1);
      for (let v = 1; v < agents; v++) edges.add(v - 1, v);
      return edges;
    },
  }),
});
