import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { count, part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom } from './parameters.ts';

/**
 * A tree filled level by level from the root, agent 0; the parent of agent v is floor((v - 1) / branching).
 */
export const tree = part({
  name: 'tree',
  summary: 'Tree: each agent leads up to `branching` others, filled level by level from agent 0.',
  params: z.strictObject({
    agents: agentsFrom(2),
    branching: count.default(2).describe('How many children an agent has.'),
  }),
  create: ({ agents, branching }): Topology => ({
    agents,
    connected: true,
    edges() {
      const edges = new EdgeList(agents - 1);
      for (let v = 1; v < agents; v++) edges.add(Math.floor((v - 1) / branching), v);
      return edges;
    },
  }),
});
