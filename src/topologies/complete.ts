import { z } from 'zod';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { completeEdges } from './complete-edges.ts';
import { agentsFrom, refuseTooManyEdges } from './parameters.ts';

/** Everyone is everyone's neighbour. */
export const complete = part({
  name: 'complete',
  summary: 'Complete graph: an edge between every two agents.',
  params: z
    .strictObject({ agents: agentsFrom(2) })
    .superRefine(({ agents }, context) => refuseTooManyEdges(context, 'agents', (agents * (agents - 1)) / 2)),
  create: ({ agents }): Topology => ({ agents, connected: true, edges: () => completeEdges(agents) }),
});
