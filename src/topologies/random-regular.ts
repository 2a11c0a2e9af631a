import { z } from 'zod';
import type { Stream } from '../kernel/stream.ts';
import { compileGraph, EdgeList, hasEdge } from '../world/graph.ts';
import { count, part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { agentsFrom, drawUntilConnected, refuse, refuseTooManyEdges } from './parameters.ts';

/**
 * Everyone has the same number of neighbours, otherwise at random: stubs paired by the method of Steger and
 * Wormald (Combinatorics, Probability and Computing 8, 1999), close to uniform over the regular graphs.
 */
export const randomRegular = part({
  name: 'random-regular',
  summary:
    'Random regular: everyone has `degree` neighbours; drawn until connected unless `connected` is false.',
  params: z
    .strictObject({
      agents: agentsFrom(2),
      degree: count.default(4).describe('How many neighbours each agent has.'),
      connected: z.boolean().default(true).describe('Whether to draw again until the graph is connected.'),
    })
    .superRefine(({ agents, degree, connected }, context) => {
      if (degree >= agents) {
        refuse(
          context,
          'degree',
          `must be less than agents (${agents}), but is ${degree}; lower degree or raise agents`,
        );
      } else if ((agents * degree) % 2 === 1) {
        const expected = `must be even when agents is odd (${agents})`;
        refuse(
          context,
          'degree',
          `${expected}, but is ${degree}; choose ${degree - 1 || 2} or ${degree + 1}`,
        );
      } else if (connected && degree === 1 && agents > 2) {
        const remedy = 'raise degree or set connected: false';
        refuse(
          context,
          'degree',
          `must be 2 or more for a connected graph, but is 1, which makes pairs; ${remedy}`,
        );
      }
      refuseTooManyEdges(context, 'degree', (agents * degree) / 2);
    }),
  create: ({ agents, degree, connected }): Topology => ({
    agents,
    connected,
    edges(random) {
      const draw = (): EdgeList =>
        // The agents that a regular graph leaves unjoined form one as well: of the two, the sparser is easier
        // to draw.
        2 * degree < agents
          ? drawRegular(agents, degree, random)
          : complement(agents, drawRegular(agents, agents - 1 - degree, random));
      if (!connected) return draw();
      return drawUntilConnected(agents, draw, {
        path: 'degree',
        tried: `degree = ${degree}`,
        remedy: 'raise degree to 3 or more, or set connected: false',
      });
    },
  }),
});

/** A pairing can end in stubs that may not be joined. It rarely does, so starting over costs little. */
function drawRegular(agents: number, degree: number, random: Stream): EdgeList {
  for (;;) {
    const edges = pairStubs(agents, degree, random);
    if (edges !== undefined) return edges;
  }
}

/**
 * Joins two stubs at random, over and over, each time out of all that are left; undefined where none may be
 * joined.
 */
function pairStubs(agents: number, degree: number, random: Stream): EdgeList | undefined {
  const edges = new EdgeList((agents * degree) / 2);
  const rows = new Int32Array(agents * degree);
  const filled = new Int32Array(agents);
  const mayJoin = (a: number, b: number): boolean => {
    if (a === b) return false;
    for (let i = a * degree, end = i + filled[a]!; i < end; i++) if (rows[i] === b) return false;
    return true;
  };
  const stubs = new Int32Array(agents * degree);
  for (let i = 0; i < stubs.length; i++) stubs[i] = Math.floor(i / degree);
  let refusals = 0;
  for (let left = stubs.length; left > 0; ) {
    moveToEnd(stubs, random.below(left), left - 1);
    moveToEnd(stubs, random.below(left - 1), left - 2);
    const a = stubs[left - 1]!;
    const b = stubs[left - 2]!;
    if (mayJoin(a, b)) {
      edges.add(a, b);
      rows[a * degree + filled[a]!++] = b;
      rows[b * degree + filled[b]!++] = a;
      left -= 2;
      refusals = 0;
    } else if (++refusals > left) {
      const rest = stubs.subarray(0, left);
      if (!rest.some((one) => rest.some((other) => mayJoin(one, other)))) return undefined;
      refusals = 0;
    }
  }
  return edges;
}

function moveToEnd(stubs: Int32Array, at: number, end: number): void {
  const stub = stubs[at]!;
  stubs[at] = stubs[end]!;
  stubs[end] = stub;
}

function complement(agents: number, edges: EdgeList): EdgeList {
  const graph = compileGraph(agents, edges);
  const others = new EdgeList((agents * (agents - 1)) / 2 - edges.size);
  for (let a = 0; a < agents; a++) {
    for (let b = a + 1; b < agents; b++) if (!hasEdge(graph, a, b)) others.add(a, b);
  }
  return others;
}
