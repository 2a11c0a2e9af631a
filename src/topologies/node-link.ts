import { EdgeList, edgesOf, type Graph } from '../world/graph.ts';
import {
  mostImportedEdges,
  type NamedGraph,
  named,
  refuseGraph,
  refuseSize,
  undirectedRemedy,
} from './named-graph.ts';

/**
 * Reads the node-link form of networkx and d3, already parsed: `nodes` with an `id` and perhaps a `name`, and
 * `links` (or `edges`) with the ids of their `source` and `target`. In short: a node may be its id, a link a
 * pair of ids.
 */
export function readNodeLink(value: unknown): NamedGraph {
  const graph = asRecord(value);
  if (graph === undefined) refuseGraph('', `must be an object with nodes and links, but is ${shown(value)}`);
  if (graph.directed === true) refuseGraph('directed', `must be false, but is true; ${undirectedRemedy}`);
  const nodes = asList(graph, 'nodes');
  const numbers = new Map<unknown, number>();
  const names: unknown[] = [];
  nodes.forEach((node, v) => {
    const { id, name } = asRecord(node) ?? { id: node };
    const path = `nodes[${v}]`;
    if (!isId(id))
      refuseGraph(`${path}.id`, `must be a text or a number, but is ${shown(id)}; give the node an id`);
    const earlier = numbers.get(id);
    if (earlier !== undefined) {
      refuseGraph(
        `${path}.id`,
        `must be unlike any other, but ${shown(id)} is that of nodes[${earlier}]; change one`,
      );
    }
    numbers.set(id, v);
    names.push(name);
  });
  const kind = graph.links === undefined && graph.edges !== undefined ? 'edges' : 'links';
  const edges = readLinks(asList(graph, kind), kind, numbers);
  return named([...numbers.keys()].map(String), names, edges);
}

function readLinks(links: readonly unknown[], kind: string, numbers: ReadonlyMap<unknown, number>): EdgeList {
  if (links.length > mostImportedEdges) refuseSize(links.length);
  const edges = new EdgeList(links.length);
  links.forEach((link, e) => {
    const [source, target] = endsOf(link, `${kind}[${e}]`);
    const ends = [source, target].map((id, end) => {
      const v = numbers.get(id);
      if (v !== undefined) return v;
      const path = `${kind}[${e}].${end === 0 ? 'source' : 'target'}`;
      return refuseGraph(
        path,
        `must be the id of a node, but is ${shown(id)}; add that node or change the link`,
      );
    });
    if (ends[0] === ends[1]) {
      refuseGraph(`${kind}[${e}]`, `must join two nodes, but joins ${shown(source)} to itself; remove it`);
    }
    edges.add(ends[0]!, ends[1]!);
  });
  return edges;
}

function endsOf(link: unknown, path: string): readonly [unknown, unknown] {
  if (Array.isArray(link) && link.length === 2) return [link[0], link[1]];
  const record = asRecord(link);
  if (record !== undefined) return [record.source, record.target];
  return refuseGraph(
    path,
    `must have a source and a target, but is ${shown(link)}; write { source, target }`,
  );
}

/** Writes the node-link form, one node or link a line. */
export function writeNodeLink(graph: Graph, names?: readonly string[]): string {
  const nodes = Array.from({ length: graph.agents }, (_, id) =>
    JSON.stringify(names === undefined ? { id } : { id, name: names[id] }),
  );
  const { ends, size } = edgesOf(graph);
  const links = Array.from(
    { length: size },
    (_, e) => `{"source":${ends[2 * e]},"target":${ends[2 * e + 1]}}`,
  );
  const lines = (items: readonly string[]): string =>
    items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`;
  return `{"directed":false,"multigraph":false,"graph":{},"nodes":${lines(nodes)},"links":${lines(links)}}\n`;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function asList(graph: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const list = graph[key];
  return Array.isArray(list)
    ? list
    : refuseGraph(key, `must be a list, but is ${shown(list)}; add it to the graph`);
}

const isId = (id: unknown): id is string | number =>
  typeof id === 'number' ? Number.isFinite(id) : typeof id === 'string' && id !== '';

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 60);
