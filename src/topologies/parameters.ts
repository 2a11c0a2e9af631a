import { z } from 'zod';
import { ScenarioError } from '../world/error.ts';
import { type EdgeList, joinsAll } from '../world/graph.ts';

/** More agents or edges than this do not fit the memory that a run may take. */
const mostAgents = 50_000_000;
const mostEdges = 50_000_000;

/** How many agents: a whole number, at least `least`. `remedy` says what to do with fewer. */
export const agentsFrom = (least: number, remedy = 'a network needs two agents to have an edge') =>
  z
    .int()
    .superRefine((agents, context) => {
      const refuse = (message: string): void => {
        // Relations to other parameters would only repeat it: they are not looked at any more.
        context.addIssue({ code: 'custom', message, continue: false });
      };
      if (agents < least) refuse(`must be at least ${least}, but is ${agents}; ${remedy}`);
      else if (agents > mostAgents) refuse(`must be at most ${mostAgents}, but is ${agents}; use fewer`);
    })
    .meta({ minimum: least, maximum: mostAgents, description: 'How many agents.' });

/** Refuses one parameter because of how it stands to the others. */
export function refuse(context: z.RefinementCtx, path: string, message: string): void {
  context.addIssue({ code: 'custom', path: [path], message });
}

/** Refuses a topology that would have more edges than memory holds. */
export function refuseTooManyEdges(context: z.RefinementCtx, path: string, edges: number): void {
  if (edges <= mostEdges) return;
  const found = `must make at most ${mostEdges} edges, but is set to make about ${Math.round(edges)}`;
  refuse(context, path, `${found}; choose fewer agents or a sparser graph`);
}

const mostTries = 100;

/**
 * Draws until the graph is connected, at most 100 times, as networkx does for its connected Watts-Strogatz
 * graphs. Throws a ScenarioError that says what was tried and ends with the remedy.
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
  const found = `none of ${mostTries} graphs of ${agents} agents with ${failure.tried} was connected`;
  const message = `must make a connected graph likely, but ${found}; ${failure.remedy}`;
  throw new ScenarioError([{ path: `topology.${failure.path}`, message }]);
}
