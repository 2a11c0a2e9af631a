import { z } from 'zod';
import { EdgeList } from '../world/graph.ts';
import { part, probability } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom, drawUntilConnected, refuse, refuseTooManyEdges } from './parameters.ts';
import { addRandomPairs } from './random-pairs.ts';

const defaultDegree = 4;

/**
 * Every pair of agents is joined with the same chance, on its own: G(n, p) of Gilbert, known by Erdos and
 * Renyi. Give the chance p or the mean degree, p (agents - 1). May fall apart unless `connected` asks to draw
 * until it does not.
 */
export const erdosRenyi = part({
  name: 'erdos-renyi',
  summary: 'Random: each pair of agents is joined with chance p, given as p or as a mean degree (4).',
  params: z
    .strictObject({
      agents: agentsFrom(2),
      p: probability.optional().describe('Chance of each edge.'),
      degree: z.number().min(0).optional().describe('Mean degree, instead of p; 4 when both are left out.'),
      connected: z.boolean().default(false).describe('Whether to draw again until the graph is connected.'),
    })
    .superRefine((params, context) => {
      const { agents, p, degree } = params;
      if (p !== undefined && degree !== undefined) {
        refuse(
          context,
          'degree',
          `must be left out when p is given (${p}), but is ${degree}; keep one of them`,
        );
      } else if (degree !== undefined && degree > agents - 1) {
        const expected = `must be at most agents - 1 (${agents - 1})`;
        refuse(context, 'degree', `${expected}, but is ${degree}; lower degree or raise agents`);
      }
      refuseTooManyEdges(context, 'agents', (chanceOf(params) * agents * (agents - 1)) / 2);
    }),
  create(params): Topology {
    const { agents, connected } = params;
    const p = chanceOf(params);
    return {
      agents,
      connected,
      edges(random) {
        const draw = (): EdgeList => {
          const expected = (p * agents * (agents - 1)) / 2;
          // Four standard deviations to spare, so that the list hardly ever has to grow.
          const edges = new EdgeList(Math.ceil(expected + 4 * Math.sqrt(expected)));
          addRandomPairs(edges, random, p, { first: 0, agents });
          return edges;
        };
        if (!connected) return draw();
        const path = params.p === undefined ? 'degree' : 'p';
        return drawUntilConnected(agents, draw, {
          path,
          tried: `p = ${p}`,
          remedy: 'raise it above ln(agents) / agents',
        });
      },
    };
  },
});

const chanceOf = ({
  agents,
  p,
  degree = defaultDegree,
}: {
  agents: number;
  p?: number | undefined;
  degree?: number | undefined;
}) => p ?? Math.min(1, degree / (agents - 1));
