import { compileGraph, EdgeList, type Graph } from '../world/graph.ts';

/** Notes an issue at a path inside the record being read. */
export type Report = (path: string, message: string) => void;

/** A graph as a file of results has it. */
export interface NodeLinkGraph {
  readonly graph: Graph;
  /** By index: the nodes' `name`, or else their `id`. */
  readonly names: readonly string[];
  /** Each node's neighbours in the order in which the links first name them. */
  readonly listing: readonly (readonly number[])[];
  /** The links as they stand there, source first; one that is given again is left out. */
  readonly links: readonly (readonly [number, number])[];
}

/**
 * Reads a graph in node-link JSON: `nodes` with `id` and `name`, and `links` (or `edges`) with `source` and
 * `target`, which are ids. Undirected. A link given twice counts once; a link from a node to itself is
 * refused, since nobody is its own neighbour. What is wrong is reported, and then nothing returned.
 */
export function readNodeLink(
  value: unknown,
  most: { readonly agents: number; readonly links: number },
  report: Report,
): NodeLinkGraph | undefined {
  if (!isObject(value)) {
    report('graph', `must be node-link JSON (an object with nodes and links), but is ${show(value)}`);
    return undefined;
  }
  const key = value.links === undefined && value.edges !== undefined ? 'edges' : 'links';
  const isTwofold = value.links !== undefined && value.edges !== undefined;
  if (isTwofold) report('graph.edges', 'is there beside graph.links; keep one of them');
  if (value.directed === true) {
    report('graph.directed', 'must be false, but is true; give every link once, without direction');
  }
  const nodes = readList(value.nodes, 'graph.nodes', most.agents, report);
  const links = readList(value[key], `graph.${key}`, most.links, report);
  if (nodes?.length === 0) report('graph.nodes', 'must hold at least one node, but is empty; add the agents');
  if (!nodes?.length || !links || isTwofold || value.directed === true) return undefined;
  const read = readNodes(nodes, report);
  const edges = read && readLinks(links, key, read.indexOf, report);
  if (!edges) return undefined;
  return {
    graph: compileGraph(nodes.length, edges),
    names: read.names,
    listing: listNeighbours(nodes.length, edges),
    links: listLinks(nodes.length, edges),
  };
}

function readList(value: unknown, path: string, most: number, report: Report): unknown[] | undefined {
  if (!Array.isArray(value)) {
    report(path, `must be a list, but is ${show(value)}`);
    return undefined;
  }
  if (value.length <= most) return value;
  report(path, `must hold at most ${most} entries, but holds ${value.length}; use a smaller graph`);
  return undefined;
}

interface Nodes {
  readonly names: string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

function readNodes(nodes: readonly unknown[], report: Report): Nodes | undefined {
  const names: string[] = [];
  const indexOf = new Map<string, number>();
  const nodeNamed = new Map<string, number>();
  let isSound = true;
  const refuse = (path: string, message: string): void => {
    isSound = false;
    report(path, message);
  };
  for (const [i, node] of nodes.entries()) {
    const path = `graph.nodes[${i}]`;
    const id = label(isObject(node) ? node.id : node);
    if (id === undefined) {
      refuse(path, `must have an id, text or a number, but is ${show(node)}`);
      continue;
    }
    const name = (isObject(node) ? label(node.name) : undefined) ?? id;
    if (/\p{Cc}/u.test(name)) {
      refuse(`${path}.name`, `must be without control characters, but is ${show(name)}; take them out`);
    }
    const sameId = indexOf.get(id);
    const sameName = nodeNamed.get(name);
    if (sameId !== undefined)
      refuse(`${path}.id`, `${show(id)} is the id of nodes[${sameId}] too; give each its own`);
    else if (sameName !== undefined) {
      refuse(`${path}.name`, `${show(name)} is the name of nodes[${sameName}] too; give each its own`);
    }
    names.push(name);
    indexOf.set(id, i);
    nodeNamed.set(name, i);
  }
  return isSound ? { names, indexOf } : undefined;
}

function readLinks(
  links: readonly unknown[],
  key: string,
  indexOf: ReadonlyMap<string, number>,
  report: Report,
): EdgeList | undefined {
  const edges = new EdgeList(links.length);
  const loops: number[] = [];
  let isSound = true;
  const end = (link: unknown, i: number, side: 'source' | 'target'): number => {
    const id = isObject(link) ? link[side] : undefined;
    const index = indexOf.get(label(id) ?? '');
    if (index !== undefined) return index;
    isSound = false;
    report(
      `graph.${key}[${i}].${side}`,
      `must be the id of a node, but is ${show(id)}; add the node or mend the link`,
    );
    return 0;
  };
  links.forEach((link, i) => {
    const source = end(link, i, 'source');
    const target = end(link, i, 'target');
    if (source !== target) {
      edges.add(source, target);
      return;
    }
    // Ends that are no nodes have been reported.
    if (!isSound) return;
    loops.push(i);
  });
  for (const i of loops) {
    isSound = false;
    const id = (links[i] as Record<string, unknown>).source;
    report(
      `graph.${key}[${i}]`,
      `links ${show(id)} to itself, and nobody is its own neighbour; leave it out`,
    );
  }
  return isSound ? edges : undefined;
}

function listNeighbours(agents: number, edges: EdgeList): number[][] {
  const rows = Array.from({ length: agents }, () => new Set<number>());
  for (let e = 0; e < edges.size; e++) {
    const source = edges.ends[2 * e]!;
    const target = edges.ends[2 * e + 1]!;
    rows[source]!.add(target);
    rows[target]!.add(source);
  }
  return rows.map((row) => [...row]);
}

function listLinks(agents: number, { ends, size }: EdgeList): [number, number][] {
  const seen = new Set<number>();
  const links: [number, number][] = [];
  for (let e = 0; e < size; e++) {
    const [source, target] = [ends[2 * e]!, ends[2 * e + 1]!];
    const pair = Math.min(source, target) * agents + Math.max(source, target);
    if (!seen.has(pair)) links.push([source, target]);
    seen.add(pair);
  }
  return links;
}

/** A value as a message quotes it, cut short. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(trimmed(value, 0)) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** What of a value is written before the 60th character at most: it may be as long, or as deep, as a file can make it. */
function trimmed(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, 60);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 60) return null;
  if (Array.isArray(value)) return value.slice(0, 60).map((it) => trimmed(it, depth + 1));
  const entries = Object.entries(value).slice(0, 60);
  return Object.fromEntries(entries.map(([key, it]) => [key, trimmed(it, depth + 1)]));
}

/** An id or a name as text; undefined when it is neither text nor a number. */
function label(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
