import { z } from 'zod';
import type { Stream } from '../kernel/stream.ts';
import { EdgeList } from '../world/graph.ts';
import { count, part, probability } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { completeEdges } from './complete-edges.ts';
import { agentsFrom, drawUntilConnected, refuse, refuseTooManyEdges } from './parameters.ts';

/**
 * Small worlds: a ring whose edges to the k nearest are moved with chance p (Watts and Strogatz, Nature 393,
 * 1998), drawn until connected by the process of networkx's `connected_watts_strogatz_graph`. With k = agents
 * it is the complete graph, as in networkx. The defaults are those of AgentsNet.
 */
export const wattsStrogatz = part({
  name: 'watts-strogatz',
  summary: 'Small world: a ring of k nearest neighbours, each edge rewired with chance p; always connected.',
  params: z
    .strictObject({
      agents: agentsFrom(3),
      k: count
        .default(4)
        .describe(
          'How many neighbours on the ring, half of them on each side; equal to agents for the complete graph.',
        ),
      p: probability.default(0.4).describe('Chance that an edge is rewired.'),
    })
    .superRefine(({ agents, k }, context) => {
      if (k > agents) {
        const expected = `must be even and less than agents (${agents}), or equal to it for the complete graph`;
        refuse(context, 'k', `${expected}, but is ${k}; lower k or raise agents`);
      } else if (k % 2 === 1 && k !== agents) {
        refuse(
          context,
          'k',
          `must be even, half of it to each side of the ring, but is ${k}; choose ${k - 1 || 2}`,
        );
      }
      refuseTooManyEdges(context, 'k', (agents * k) / 2);
    }),
  create: ({ agents, k, p }): Topology => ({
    agents,
    connected: true,
    edges: (random) =>
      k === agents
        ? completeEdges(agents)
        : drawUntilConnected(agents, () => rewiredRing(agents, k / 2, p, random), {
            path: 'k',
            tried: `k = ${k} and p = ${p}`,
            remedy: 'raise k or lower p',
          }),
  }),
});

/**
 * Edge u * reach + step - 1 stays with agent u, so the neighbours of an agent are its own edges and those
 * that end at it.
 */
function rewiredRing(agents: number, reach: number, p: number, random: Stream): EdgeList {
  const edges = new EdgeList(agents * reach);
  for (let u = 0; u < agents; u++)
    for (let step = 1; step <= reach; step++) edges.add(u, (u + step) % agents);
  const { ends } = edges;
  const degrees = new Int32Array(agents).fill(2 * reach);
  for (let step = 1; step <= reach; step++) {
    for (let u = 0; u < agents; u++) {
      // Whoever is joined to everyone has nowhere to move an edge to.
      if (!random.chance(p) || degrees[u]! >= agents - 1) continue;
      let w = random.below(agents);
      while (w === u || owns(ends, reach, u, w) || owns(ends, reach, w, u)) w = random.below(agents);
      const at = 2 * (u * reach + step - 1) + 1;
      degrees[ends[at]!]!--;
      degrees[w]!++;
      ends[at] = w;
    }
  }
  return edges;
}

function owns(ends: Int32Array, reach: number, owner: number, other: number): boolean {
  const last = 2 * (owner + 1) * reach;
  for (let at = 2 * owner * reach + 1; at < last; at += 2) if (ends[at] === other) return true;
  return false;
}
