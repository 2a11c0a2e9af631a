import { UndirectedGraph } from 'graphology';
import type { AbstractGraph } from 'graphology-types';
import { EdgeList, edgesOf, type Graph } from '../world/graph.ts';
import {
  checkNames,
  mostImportedEdges,
  type NamedGraph,
  named,
  refuseGraph,
  refuseSize,
  undirectedRemedy,
} from './named-graph.ts';

/**
 * The same graph for graphology: for analysis, export and the viewer. Node keys are the agents' numbers,
 * names stand in the attribute `label` (graphology stumbles over keys such as `constructor`). Edges run in
 * ascending order under the key `lesser-greater`, since the keys that graphology invents are random and would
 * make every export different.
 */
export function toGraphology(graph: Graph, names?: readonly string[]): UndirectedGraph {
  if (names !== undefined) checkNames(names, graph.agents);
  const made = new UndirectedGraph({ allowSelfLoops: false });
  for (let v = 0; v < graph.agents; v++) made.addNode(v, names === undefined ? {} : { label: names[v] });
  const { ends, size } = edgesOf(graph);
  for (let e = 0; e < size; e++)
    made.addEdgeWithKey(`${ends[2 * e]}-${ends[2 * e + 1]}`, ends[2 * e], ends[2 * e + 1]);
  return made;
}

/**
 * The graph of a graphology graph. Agents are numbered in the order of its nodes. They are called by the
 * attribute `name` or `label`, or else by their keys; all by their keys where that would leave two alike. Parallel edges become
 * one; a directed edge or a loop is refused with a ScenarioError.
 */
export function fromGraphology(source: AbstractGraph): NamedGraph {
  if (source.directedSize > 0) {
    refuseGraph(
      '',
      `must be undirected, but has directed edges, ${source.directedSize} of them; ${undirectedRemedy}`,
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
