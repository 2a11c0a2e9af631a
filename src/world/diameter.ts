import { ScenarioError } from './error.ts';
import { type Graph, walk } from './graph.ts';

/** From here on, a walk from each agent is cheaper than spreading bits round by round. */
const longReach = 64;
/** So few agents are all settled: choosing among them would cost more. */
const few = 256;
/** Looks for a centre, of two walks each. */
const looks = 6;
/** The most entries of rows that may have to be read: minutes. A walk reads them in no order, which is as dear as so many. */
const mostWork = 4e10;
const dearWalk = 4;

/**
 * The longest of the shortest paths, in steps, exact; Infinity when the graph is not connected, 0 for one agent. Throws a
 * ScenarioError where it would take hours to find.
 *
 * Two agents within r steps of a centre are at most 2 r steps apart, so that only agents further out than half the longest
 * path known so far can be the ends of a longer one. They are settled from the outermost level of the centre inwards: iFUB of
 * Crescenzi, Grossi, Habib, Lanzi and Marino (Theoretical Computer Science 514, 2013). On a path or a tree few are left, on a
 * graph whose agents are all alike nearly all.
 */
export function diameter(graph: Graph): number {
  const { agents } = graph;
  if (agents <= 1) return 0;
  const search = new Search(graph);
  if (search.longest === Number.POSITIVE_INFINITY) return search.longest;
  // Only a path and a ring give nobody more than two neighbours.
  if (isRing(graph)) return Math.floor(agents / 2);
  if (agents <= few) return search.settled(graph.offsets.subarray(0, agents).map((_, v) => v));
  const { levels, depth } = search.levelsOfCentre();
  const { order, starts } = inwards(levels, depth);
  for (let level = depth; 2 * level > search.longest; level--) {
    // All of them, were none to prove the path longer than is known.
    search.refuseAbove(starts[depth - Math.floor(search.longest / 2)]! - starts[depth - level]!);
    search.settled(order.subarray(starts[depth - level], starts[depth - level + 1]));
  }
  return search.longest;
}

function isRing({ agents, offsets, targets }: Graph): boolean {
  if (targets.length !== 2 * agents) return false;
  for (let v = 0; v < agents; v++) if (offsets[v + 1]! - offsets[v]! !== 2) return false;
  return true;
}

/** The agents, those of the highest level first, and where each level starts. */
function inwards(
  levels: Int32Array,
  depth: number,
): { readonly order: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(depth + 2);
  for (const level of levels) starts[depth - level + 1]!++;
  for (let i = 0; i <= depth; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const order = new Int32Array(levels.length);
  levels.forEach((level, v) => {
    order[next[depth - level]!++] = v;
  });
  return { order, starts };
}

/** Keeps the longest path found so far, and the memory for walks. */
class Search {
  longest: number;
  private readonly graph: Graph;
  private readonly first: Int32Array;
  private readonly second: Int32Array;

  constructor(graph: Graph) {
    this.graph = graph;
    this.first = new Int32Array(graph.agents);
    this.second = new Int32Array(graph.agents);
    this.longest = walk(graph, 0, this.first, this.second);
  }

  /** Finds how far each of these agents is from the one furthest away, and says how long the longest path now is. */
  settled(chosen: Int32Array): number {
    const { graph, first, second } = this;
    if (this.longest > longReach) {
      for (const v of chosen) this.longest = Math.max(this.longest, walk(graph, v, first.fill(0), second));
      return this.longest;
    }
    for (let i = 0; i < chosen.length; i += 32)
      this.longest = Math.max(this.longest, spread(graph, chosen.subarray(i, i + 32), first, second));
    return this.longest;
  }

  /** How far everyone is from an agent that is near to all: the best that a few looks find. */
  levelsOfCentre(): { readonly levels: Int32Array; readonly depth: number } {
    const { first, second } = this;
    const { agents } = this.graph;
    // The furthest that each agent is known to be from any: the least of them may be a centre.
    const known = first.map((distance) => distance - 1);
    let levels = known.slice();
    let depth = this.longest;
    let from = second[agents - 1]!;
    for (let look = 0; look < looks; look++) {
      this.look(from, known);
      const centre = known.indexOf(leastOf(known));
      const reach = this.look(centre, known);
      if (reach < depth) {
        depth = reach;
        levels = first.map((distance) => distance - 1);
      }
      from = second[agents - 1]!;
    }
    return { levels, depth };
  }

  private look(from: number, known: Int32Array): number {
    const { first } = this;
    const reach = walk(this.graph, from, first.fill(0), this.second);
    this.longest = Math.max(this.longest, reach);
    for (let v = 0; v < known.length; v++) known[v] = Math.max(known[v]!, first[v]! - 1);
    return reach;
  }

  /** Refuses a graph of which so many agents are left to settle that it takes too long. */
  refuseAbove(left: number): void {
    const { agents, targets } = this.graph;
    const passes = this.longest > longReach ? dearWalk * left : Math.ceil(left / 32) * this.longest;
    const work = passes * targets.length;
    if (work <= mostWork) return;
    const found = `of its ${agents} agents ${left} may end a path longer than the ${this.longest} steps known`;
    throw new ScenarioError([
      {
        path: 'topology',
        message: `must be a graph whose diameter can be found within minutes, but ${found}; take fewer agents, or a protocol that is told its number of rounds`,
      },
    ]);
  }
}

function leastOf(values: Int32Array): number {
  let least = values[0]!;
  for (const value of values) if (value < least) least = value;
  return least;
}

/** Rounds until every agent has heard of these, 32 at most, when all hand on what they heard; of a connected graph of two or more. */
function spread(
  { agents, offsets, targets }: Graph,
  from: Int32Array,
  heard: Int32Array,
  next: Int32Array,
): number {
  const all = (-1 >>> (32 - from.length)) | 0;
  heard.fill(0);
  from.forEach((v, i) => {
    heard[v] = 1 << i;
  });
  for (let rounds = 1; ; rounds++) {
    let common = all;
    for (let v = 0; v < agents; v++) {
      let known = heard[v]!;
      const end = offsets[v + 1]!;
      for (let i = offsets[v]!; i < end && known !== all; i++) known |= heard[targets[i]!]!;
      next[v] = known;
      common &= known;
    }
    if (common === all) return rounds;
    [heard, next] = [next, heard];
  }
}
