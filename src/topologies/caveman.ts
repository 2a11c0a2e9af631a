import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { count, part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { communityBounds } from './communities.ts';
import { agentsFrom, refuse, refuseTooManyEdges } from './parameters.ts';

const leastClique = 3;

/**
 * Connected caves (Watts, American Journal of Sociology 105, 1999): cliques of equal size (or one more) in a
 * circle, each of which gives up the edge between its first two agents for one from its first to the last of
 * the clique before.
 */
export const caveman = part({
  name: 'caveman',
  summary: 'Connected caveman: cliques in a circle, each joined to the one before by a single edge.',
  params: z
    .strictObject({
      agents: agentsFrom(2 * leastClique, 'two cliques of three are the least'),
      cliques: count
        .optional()
        .describe('How many cliques; about as many as each has members when left out.'),
    })
    .superRefine(({ agents, cliques = cliquesOf(agents) }, context) => {
      const most = Math.floor(agents / leastClique);
      if (cliques < 2 || cliques > most) {
        const expected = `must be 2 to ${most}, for cliques of ${leastClique} or more out of ${agents} agents`;
        refuse(
          context,
          'cliques',
          `${expected}, but is ${cliques}; change it, raise agents, or use the kind complete`,
        );
      }
      refuseTooManyEdges(context, 'cliques', (agents * agents) / cliques / 2);
    }),
  create: ({ agents, cliques = cliquesOf(agents) }): Topology => ({
    agents,
    connected: true,
    edges() {
      const bounds = communityBounds(agents, cliques);
      const edges = new EdgeList(Math.ceil((agents * agents) / cliques / 2));
      for (let clique = 0; clique < cliques; clique++) {
        const first = bounds[clique]!;
        const last = bounds[clique + 1]!;
        edges.add(first, (first + agents - 1) % agents);
        for (let a = first; a < last; a++) {
          for (let b = a + 1; b < last; b++) if (b !== first + 1) edges.add(a, b);
        }
      }
      return edges;
    },
  }),
});

/** As many cliques as each has agents, about: the square root. */
const cliquesOf = (agents: number): number => Math.max(2, Math.floor(Math.sqrt(agents)));
