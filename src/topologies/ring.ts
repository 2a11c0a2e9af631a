import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom } from './parameters.ts';

/** A cycle: everyone has two neighbours, and the diameter is half of the agents, rounded down. */
export const ring = part({
  name: 'ring',
  summary: 'Ring: each agent has the one before and the one after as neighbours.',
  params: z.strictObject({ agents: agentsFrom(3, 'two agents form a path') }),
  create: ({ agents }): Topology => ({
    agents,
    connected: true,
    edges() {
      const edges = new EdgeList(agents);
      for (let v = 0; v < agents; v++) edges.add(v, (v + 1) % agents);
      return edges;
    },
  }),
});
