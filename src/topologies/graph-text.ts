import type { Graph } from '../world/graph.ts';
import { readEdgeList, writeEdgeList } from './edge-list-text.ts';
import { fromGraphology } from './exchange.ts';
import { checkNames, type NamedGraph, refuseGraph } from './named-graph.ts';
import { readNodeLink, writeNodeLink } from './node-link.ts';
import { readXml, writeGexf, writeGraphml } from './xml-graph.ts';

/** The formats in which graphs come and go. */
export const graphFormats = ['node-link', 'gexf', 'graphml', 'edge-list'] as const;
export type GraphFormat = (typeof graphFormats)[number];

/** The longest text that is read, in characters. XML becomes a document in memory, many times as large. */
const mostCharacters: Readonly<Record<GraphFormat, number>> = {
  'node-link': 50e6,
  gexf: 20e6,
  graphml: 20e6,
  'edge-list': 50e6,
};

/**
 * Reads a graph from text. Agents stand in the order of its nodes (an edge list says how it orders them), and
 * parallel edges become one. A ScenarioError says what is wrong: malformed text, unknown or doubled nodes,
 * loops, directed edges, fewer than two nodes, or more of anything than is held.
 */
export function parseGraph(text: string, format: GraphFormat): NamedGraph {
  const most = mostCharacters[format];
  if (text.length > most) {
    refuseGraph(
      '',
      `must be at most ${most} characters of ${format}, but is ${text.length}; import a part of it`,
    );
  }
  if (format === 'edge-list') return readEdgeList(text);
  if (format === 'node-link') return readNodeLink(parseJson(text));
  return fromGraphology(readXml(text, format));
}

/**
 * Writes a graph as text that `parseGraph` reads; equal graphs give equal text. Without names, agents are
 * numbers.
 */
export function writeGraph(graph: Graph, format: GraphFormat, names?: readonly string[]): string {
  if (names !== undefined) checkNames(names, graph.agents);
  const write = {
    'node-link': writeNodeLink,
    gexf: writeGexf,
    graphml: writeGraphml,
    'edge-list': writeEdgeList,
  };
  return write[format](graph, names);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    refuseGraph('', `must be JSON, but is not (${(error as Error).message}); mend it, or name its format`);
  }
}
