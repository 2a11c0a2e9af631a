/** Undirected edges as they are generated: pairs of agents in one growing typed array. */
export class EdgeList {
  /** Ends of edge e at 2e and 2e + 1; only the first 2 * size entries count. */
  ends: Int32Array;
  size = 0;

  constructor(capacity = 64) {
    this.ends = new Int32Array(2 * Math.max(1, capacity));
  }

  add(a: number, b: number): void {
    const at = 2 * this.size;
    if (at === this.ends.length) {
      const grown = new Int32Array(2 * this.ends.length);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.ends[at] = a;
    this.ends[at + 1] = b;
    this.size++;
  }
}

/**
 * Who can send to whom, in compressed sparse rows: the neighbours of agent v are `targets[offsets[v]] ..
 * targets[offsets[v + 1] - 1]`, in ascending order. Undirected: each edge stands in two rows.
 */
export interface Graph {
  readonly agents: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/**
 * Builds the rows. Parallel edges become one; a loop or an end that is no agent is our fault, so it throws.
 */
export function compileGraph(agents: number, edges: EdgeList): Graph {
  const { ends } = edges;
  const length = 2 * edges.size;
  const offsets = new Int32Array(agents + 1);
  for (let i = 0; i < length; i += 2) {
    const a = ends[i]!;
    const b = ends[i + 1]!;
    if (a === b || a < 0 || b < 0 || a >= agents || b >= agents) refuseEdge(i / 2, a, b, agents);
    offsets[a + 1]!++;
    offsets[b + 1]!++;
  }
  for (let v = 0; v < agents; v++) offsets[v + 1]! += offsets[v]!;
  // Each edge goes to the end of its two rows. A row's offset serves as its cursor, which leaves it where the
  // next row began: moving all of them up by one place puts them right again.
  const targets = new Int32Array(length);
  for (let i = 0; i < length; i += 2) {
    const a = ends[i]!;
    const b = ends[i + 1]!;
    targets[offsets[a]!++] = b;
    targets[offsets[b]!++] = a;
  }
  offsets.copyWithin(1, 0, agents);
  offsets[0] = 0;
  return { agents, offsets, targets: sortRows(offsets, targets) };
}

function refuseEdge(edge: number, a: number, b: number, agents: number): never {
  const expected = a === b ? 'an edge joins two agents' : `agents are numbered 0 to ${agents - 1}`;
  throw new Error(`edge ${edge} runs from ${a} to ${b}, but ${expected}; mend the topology that drew it`);
}

/**
 * Sorts every row and drops what stands twice in it; the targets come back shorter when anything was dropped.
 */
function sortRows(offsets: Int32Array, targets: Int32Array): Int32Array {
  let kept = 0;
  let start = 0;
  for (let v = 0; v + 1 < offsets.length; v++) {
    const end = offsets[v + 1]!;
    sortRange(targets, start, end);
    offsets[v] = kept;
    for (let i = start; i < end; i++) {
      const target = targets[i]!;
      if (i === start || target !== targets[i - 1]) targets[kept++] = target;
    }
    start = end;
  }
  offsets[offsets.length - 1] = kept;
  return kept === targets.length ? targets : targets.slice(0, kept);
}

/** Rows are mostly short, where inserting beats the call of a sort. */
function sortRange(items: Int32Array, start: number, end: number): void {
  if (end - start > 40) {
    items.subarray(start, end).sort();
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const item = items[i]!;
    let j = i - 1;
    for (; j >= start && items[j]! > item; j--) items[j + 1] = items[j]!;
    items[j + 1] = item;
  }
}

/** The edges of a graph, each once with its lesser end first, in ascending order. */
export function edgesOf(graph: Graph): EdgeList {
  const { offsets, targets } = graph;
  const edges = new EdgeList(edgeCount(graph));
  for (let v = 0; v < graph.agents; v++) {
    for (let i = offsets[v]!; i < offsets[v + 1]!; i++) if (targets[i]! > v) edges.add(v, targets[i]!);
  }
  return edges;
}

export const edgeCount = (graph: Graph): number => graph.targets.length / 2;

/** How many neighbours an agent has. */
export const degree = (graph: Graph, v: number): number => graph.offsets[v + 1]! - graph.offsets[v]!;

export function maxDegree(graph: Graph): number {
  let most = 0;
  for (let v = 0; v < graph.agents; v++) most = Math.max(most, degree(graph, v));
  return most;
}

/** Whether two agents are neighbours, by halving the row of the first. */
export function hasEdge(graph: Graph, a: number, b: number): boolean {
  let low = graph.offsets[a]!;
  let high = graph.offsets[a + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (graph.targets[middle]! < b) low = middle + 1;
    else high = middle;
  }
  return low < graph.offsets[a + 1]! && graph.targets[low] === b;
}

/** Whether a path leads from every agent to every other. A graph of no agents is connected. */
export const isConnected = (graph: Graph): boolean =>
  graph.agents === 0 || eccentricity(graph, 0) !== Number.POSITIVE_INFINITY;

/**
 * Whether edges join all agents, without building the graph: disjoint sets, their trees halved as they are
 * climbed.
 */
export function joinsAll(agents: number, edges: EdgeList): boolean {
  const { ends } = edges;
  const parents = new Int32Array(agents);
  for (let v = 0; v < agents; v++) parents[v] = v;
  let sets = agents;
  for (let i = 0; i < 2 * edges.size && sets > 1; i += 2) {
    const a = rootOf(parents, ends[i]!);
    const b = rootOf(parents, ends[i + 1]!);
    if (a === b) continue;
    // The lesser root wins, so that a ring or a star, told in order, makes no long chain.
    if (a < b) parents[b] = a;
    else parents[a] = b;
    sets--;
  }
  return sets <= 1;
}

function rootOf(parents: Int32Array, v: number): number {
  while (parents[v] !== v) {
    parents[v] = parents[parents[v]!]!;
    v = parents[v]!;
  }
  return v;
}

/** The longest of the shortest paths from an agent, in steps; Infinity when it cannot reach everyone. */
export function eccentricity(graph: Graph, v: number): number {
  return walk(graph, v, new Int32Array(graph.agents), new Int32Array(graph.agents));
}

/**
 * Breadth first from one agent: how far the furthest is, in steps, or Infinity when not all are reached. `distances` must be
 * zero and ends up at one more than the steps to each agent, `queue` with the agents in the order in which they were reached.
 */
export function walk(graph: Graph, from: number, distances: Int32Array, queue: Int32Array): number {
  const { offsets, targets, agents } = graph;
  let filled = 1;
  queue[0] = from;
  distances[from] = 1;
  for (let next = 0; next < filled; next++) {
    const at = queue[next]!;
    const distance = distances[at]! + 1;
    for (let i = offsets[at]!; i < offsets[at + 1]!; i++) {
      const target = targets[i]!;
      if (distances[target] !== 0) continue;
      distances[target] = distance;
      queue[filled++] = target;
    }
  }
  return filled === agents ? distances[queue[filled - 1]!]! - 1 : Number.POSITIVE_INFINITY;
}
