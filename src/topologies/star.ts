import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom } from './parameters.ts';

/** A hub and its leaves: agent 0 is everyone's only neighbour, as an orchestrator is. */
export const star = part({
  name: 'star',
  summary: 'Star: agent 0 is the hub, and the only neighbour of everyone else.',
  params: z.strictObject({ agents: agentsFrom(2) }),
  create: ({ agents }): Topology => ({
    agents,
    connected: true,
    edges() {
      const edges = new EdgeList(agents - 1);
      for (let leaf = 1; leaf < agents; leaf++) edges.add(0, leaf);
      return edges;
    },
  }),
});
