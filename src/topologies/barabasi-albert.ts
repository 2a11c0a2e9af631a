import { z } from 'zod';
import type { Stream } from '../kernel/stream.ts';
import { EdgeList } from '../world/graph.ts';
import { count, part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom, refuse, refuseTooManyEdges } from './parameters.ts';

/**
 * Scale free by preferential attachment (Barabasi and Albert, Science 286, 1999), by the process of
 * networkx's `barabasi_albert_graph`: a star of m + 1 agents, then each newcomer joins m distinct agents,
 * chosen in proportion to their degrees. It has m (agents - m) edges. The default is that of AgentsNet.
 */
export const barabasiAlbert = part({
  name: 'barabasi-albert',
  summary:
    'Scale free: from a star of m + 1 on, each newcomer joins m agents, chosen in proportion to their degrees.',
  params: z
    .strictObject({
      agents: agentsFrom(2),
      m: count.default(2).describe('How many agents a newcomer joins.'),
    })
    .superRefine(({ agents, m }, context) => {
      if (m >= agents) {
        refuse(context, 'm', `must be less than agents (${agents}), but is ${m}; lower m or raise agents`);
      }
      refuseTooManyEdges(context, 'm', m * (agents - m));
    }),
  create: ({ agents, m }): Topology => ({
    agents,
    connected: true,
    edges: (random) => attachedEdges(agents, m, random),
  }),
});

function attachedEdges(agents: number, m: number, random: Stream): EdgeList {
  const edges = new EdgeList(m * (agents - m));
  const { ends } = edges;
  for (let leaf = 1; leaf <= m; leaf++) edges.add(0, leaf);
  const chosenBy = new Int32Array(agents);
  for (let newcomer = m + 1; newcomer < agents; newcomer++) {
    // Everyone stands among the ends of the edges once per neighbour: a uniform pick there is one by degree.
    const picks = 2 * edges.size;
    for (let joined = 0; joined < m; ) {
      const target = ends[random.below(picks)]!;
      if (chosenBy[target] === newcomer) continue;
      chosenBy[target] = newcomer;
      edges.add(newcomer, target);
      joined++;
    }
  }
  return edges;
}
