import { ScenarioError } from '../world/error.ts';
import { compileGraph, type EdgeList, type Graph } from '../world/graph.ts';

/** A graph from outside: its agents in the order of its nodes, and what each is called. */
export interface NamedGraph {
  readonly names: readonly string[];
  readonly graph: Graph;
}

/** No graph from outside may have more edges than this. */
export const mostImportedEdges = 5_000_000;

/**
 * Puts an imported graph together. A node is called by the name given for it, or else by its key; all by their keys where
 * that would leave two alike.
 */
export function named(keys: readonly string[], given: readonly unknown[], edges: EdgeList): NamedGraph {
  if (keys.length < 2) {
    refuseGraph(
      'nodes',
      `must be at least 2, but there are ${keys.length}; a network needs two agents to have an edge`,
    );
  }
  const names = keys.map((key, v) => {
    const name = given[v];
    if (typeof name === 'number') return String(name);
    return typeof name === 'string' && name !== '' ? name : key;
  });
  const isTold = new Set(names).size === names.length;
  return { names: isTold ? names : keys, graph: compileGraph(keys.length, edges) };
}

/** Refuses names that do not tell the agents apart. */
export function checkNames(names: readonly string[], agents: number): void {
  if (names.length !== agents) {
    refuseGraph('names', `must be one for each of ${agents} agents, but are ${names.length}; give as many`);
  }
  const seen = new Set<string>();
  names.forEach((name, v) => {
    if (name === '') refuseGraph(`names[${v}]`, 'must not be empty, but is ""; give the agent a name');
    if (seen.has(name))
      refuseGraph(`names[${v}]`, `must be unlike any other, but ${JSON.stringify(name)} came before`);
    seen.add(name);
  });
}

export const undirectedRemedy =
  'make it undirected first, since agents talk both ways (networkx: to_undirected)';

export function refuseSize(edges: number): never {
  const found = `must have at most ${mostImportedEdges} edges, but has ${edges} or more`;
  refuseGraph('', `${found}; import a part of it, or use a topology that draws one like it`);
}

/** Refuses a graph from outside. */
export function refuseGraph(path: string, message: string): never {
  throw new ScenarioError([{ path, message: path === '' ? `the graph ${message}` : message }]);
}
