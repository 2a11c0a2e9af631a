import { UndirectedGraph } from 'graphology';
import type { AbstractGraph } from 'graphology-types';
import { ScenarioError } from '../world/error.ts';
import { compileGraph, EdgeList, type Graph } from '../world/graph.ts';

/** A graph from outside: its agents in the order of its nodes, and what each is called. */
export interface NamedGraph {
  readonly names: readonly string[];
  readonly graph: Graph;
}

/** No graph from outside may have more edges than this. */
export const mostImportedEdges = 5_000_000;

/**
 * The same graph for graphology: for analysis, export and the viewer. Node keys are the names, or the agents' numbers;
 * edges run in ascending order under the key `lesser-greater` (of numbers), since the keys that graphology invents are
 * random and would make every export different.
 */
export function toGraphology(graph: Graph, names?: readonly string[]): UndirectedGraph {
  if (names !== undefined) checkNames(names, graph.agents);
  const made = new UndirectedGraph({ allowSelfLoops: false });
  const keyOf = (v: number): string => names?.[v] ?? String(v);
  for (let v = 0; v < graph.agents; v++) made.addNode(keyOf(v));
  for (let v = 0; v < graph.agents; v++) {
    for (let i = graph.offsets[v]!; i < graph.offsets[v + 1]!; i++) {
      const other = graph.targets[i]!;
      if (other > v) made.addEdgeWithKey(`${v}-${other}`, keyOf(v), keyOf(other));
    }
  }
  return made;
}

/**
 * The graph of a graphology graph. Agents are numbered in the order of its nodes. They are called by the attribute
 * `name` or `label` where every node has one of its own, else by their keys. Parallel edges become one; a directed edge
 * or a loop is refused with a ScenarioError.
 */
export function fromGraphology(source: AbstractGraph): NamedGraph {
  if (source.directedSize > 0) {
    refuseGraph(
      'directed',
      `must be undirected, but ${source.directedSize} edges are directed; ${undirectedRemedy}`,
    );
  }
  if (source.size > mostImportedEdges) refuseSize(source.size);
  const keys = source.nodes();
  const numbers = new Map(keys.map((key, v) => [key, v]));
  const edges = new EdgeList(source.size);
  source.forEachEdge((_key, _attributes, a, b) => {
    if (a === b)
      refuseGraph('', `must have no loops, but ${JSON.stringify(a)} is joined to itself; remove that edge`);
    edges.add(numbers.get(a)!, numbers.get(b)!);
  });
  const given = keys.map((key) => {
    const { name, label } = source.getNodeAttributes(key);
    return name ?? label;
  });
  return named(keys, given, edges);
}

/** Puts an imported graph together, by the names given where they can serve as names, else by the keys. */
export function named(keys: readonly string[], given: readonly unknown[], edges: EdgeList): NamedGraph {
  if (keys.length < 2) {
    refuseGraph(
      'nodes',
      `must be at least 2, but there are ${keys.length}; a network needs two agents to have an edge`,
    );
  }
  const serve =
    given.every((name) => typeof name === 'string' && name !== '') && new Set(given).size === given.length;
  return { names: serve ? (given as string[]) : keys, graph: compileGraph(keys.length, edges) };
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
