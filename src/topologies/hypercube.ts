import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom, refuse, refuseTooManyEdges } from './parameters.ts';

/** Agents whose numbers differ in one bit are neighbours; degree and diameter are both log2 of the agents. */
export const hypercube = part({
  name: 'hypercube',
  summary: 'Hypercube: agents whose numbers differ in one binary digit are neighbours.',
  params: z.strictObject({ agents: agentsFrom(2) }).superRefine(({ agents }, context) => {
    const below = 1 << dimensionOf(agents);
    if (below !== agents) {
      refuse(context, 'agents', `must be a power of two, but is ${agents}; choose ${below} or ${2 * below}`);
    }
    refuseTooManyEdges(context, 'agents', (agents * dimensionOf(agents)) / 2);
  }),
  create: ({ agents }): Topology => ({
    agents,
    connected: true,
    edges() {
      const edges = new EdgeList((agents * dimensionOf(agents)) / 2);
      for (let v = 0; v < agents; v++) {
        for (let bit = 1; bit < agents; bit *= 2) if ((v & bit) === 0) edges.add(v, v | bit);
      }
      return edges;
    },
  }),
});

/** The place of the highest binary digit that is set. */
const dimensionOf = (agents: number): number => 31 - Math.clz32(agents);
