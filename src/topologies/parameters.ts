import { z } from 'zod';
import { ScenarioError } from '../world/error.ts';
import type { EdgeList } from '../world/graph.ts';
import { joinsAll } from '../world/graph.ts';

/** More agents or edges than this do not fit the memory that a run may take. */
const mostAgents = 50_000_000;
const mostEdges = 50_000_000;

const shown = (value: unknown): string => JSON.stringify(value) ?? 'missing';

/** How many agents: a whole number from `least` on. `remedy` says what to do with fewer. */
export const agentsFrom = (least: number, remedy = 'a network needs two agents to have an edge') => {
  const refuse = ({ input }: { readonly input?: unknown }) =>
    `must be a whole number from ${least} to ${shown(mostAgents)}, but is ${shown(input)}; ${remedy}`;
  return z.int({ error: refuse }).min(least, { error: refuse }).max(mostAgents, { error: refuse });
};

/** Refuses one parameter because of how it stands to the others. */
export function refuse(context: z.RefinementCtx, path: string, message: string): void {
  context.addIssue({ code: 'custom', path: [path], message });
}

/** Refuses a topology that would have more edges than memory holds. */
export function refuseTooManyEdges(context: z.RefinementCtx, path: string, edges: number): void {
  if (edges <= mostEdges) return;
  const found = `must lead to at most ${shown(mostEdges)} edges, but leads to about ${shown(Math.round(edges))}`;
  refuse(context, path, `${found}; choose fewer agents or a sparser graph`);
}

const mostTries = 100;

/**
 * Draws until the graph is connected, at most 100 times, as networkx does for its connected Watts-Strogatz graphs.
 * Throws a ScenarioError that says what was tried and ends with the remedy.
 */
export function drawUntilConnected(
  agents: number,
  draw: () => EdgeList,
  failure: { readonly path: string; readonly tried: string; readonly remedy: string },
): EdgeList {
  for (let tries = 0; tries < mostTries; tries++) {
    const edges = draw();
    if (joinsAll(agents, edges)) return edges;
  }
  const found = `none of ${mostTries} graphs of ${shown(agents)} agents with ${failure.tried} was connected`;
  const message = `must make a connected graph likely, but ${found}; ${failure.remedy}`;
  throw new ScenarioError([{ path: `topology.${failure.path}`, message }]);
}
