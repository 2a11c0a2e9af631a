import { EdgeList } from '../world/graph.ts';

/** An edge between every two agents. */
export function completeEdges(agents: number): EdgeList {
  const edges = new EdgeList((agents * (agents - 1)) / 2);
  for (let a = 0; a < agents; a++) for (let b = a + 1; b < agents; b++) edges.add(a, b);
  return edges;
}
