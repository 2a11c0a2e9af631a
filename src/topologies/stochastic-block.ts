import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { count, part, probability } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { communityBounds } from './communities.ts';
import { agentsFrom, drawUntilConnected, refuse, refuseTooManyEdges } from './parameters.ts';
import { addRandomPairs } from './random-pairs.ts';

/**
 * Communities of equal size (or one more), joined with chance `within` inside and `between` across: the
 * stochastic block model (Holland, Laskey and Leinhardt, Social Networks 5, 1983). Agents of one block are
 * numbered in a row.
 */
export const stochasticBlock = part({
  name: 'stochastic-block',
  summary: 'Communities: pairs of agents are joined with one chance within a block, another between blocks.',
  params: z
    .strictObject({
      agents: agentsFrom(2),
      blocks: count.default(2).describe('How many blocks, of equal size.'),
      within: probability.default(0.5).describe('Chance of an edge within a block.'),
      between: probability.default(0.05).describe('Chance of an edge between blocks.'),
      connected: z.boolean().default(false).describe('Whether to draw again until the graph is connected.'),
    })
    .superRefine(({ agents, blocks, within, between, connected }, context) => {
      if (blocks > agents) {
        refuse(
          context,
          'blocks',
          `must be at most agents (${agents}), but is ${blocks}; lower blocks or raise agents`,
        );
      }
      if (connected && between === 0 && blocks > 1) {
        refuse(
          context,
          'between',
          'must be above 0 for a connected graph, but is 0; raise it or set connected: false',
        );
      }
      const pairs = (agents * agents) / 2;
      refuseTooManyEdges(context, 'agents', pairs * (within / blocks + between));
    }),
  create({ agents, blocks, within, between, connected }): Topology {
    const bounds = communityBounds(agents, blocks);
    const blockOf = new Int32Array(agents);
    for (let block = 0; block < blocks; block++) blockOf.fill(block, bounds[block], bounds[block + 1]);
    return {
      agents,
      connected,
      edges(random) {
        const draw = (): EdgeList => {
          const edges = new EdgeList();
          for (let block = 0; block < blocks; block++) {
            const first = bounds[block]!;
            addRandomPairs(edges, random, within, { first, agents: bounds[block + 1]! - first });
          }
          // Drawn over all pairs, and turned down within a block: no pair of blocks costs anything of its
          // own.
          const crosses = (a: number, b: number): boolean => blockOf[a] !== blockOf[b];
          addRandomPairs(edges, random, between, { first: 0, agents }, crosses);
          return edges;
        };
        if (!connected) return draw();
        const tried = `within = ${within} and between = ${between}`;
        return drawUntilConnected(agents, draw, {
          path: 'between',
          tried,
          remedy: 'raise within or between',
        });
      },
    };
  },
});
