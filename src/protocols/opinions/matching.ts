import type { Stream } from '../../kernel/stream.ts';
import type { Graph } from '../../world/graph.ts';

/**
 * A random matching: agents in random order each take a random neighbour that is still free, so that nobody who is left over
 * has a neighbour who is. On a complete graph every matching has the same chance. `partner` is -1 for who is left over;
 * `isFirst` marks the one who chose.
 */
export function drawMatching(
  { agents, offsets, targets }: Graph,
  random: Stream,
  partner: Int32Array,
  isFirst: Uint8Array,
): void {
  const order = new Int32Array(agents);
  for (let agent = 0; agent < agents; agent++) order[agent] = agent;
  random.shuffle(order);
  partner.fill(-1);
  isFirst.fill(0);
  for (const agent of order) {
    if (partner[agent]! >= 0) continue;
    const other = freeNeighbour(targets, offsets[agent]!, offsets[agent + 1]!, random, partner);
    if (other < 0) continue;
    partner[agent] = other;
    partner[other] = agent;
    isFirst[agent] = 1;
  }
}

/** A random neighbour without a partner, -1 where there is none: by trial at first, then by counting. */
function freeNeighbour(
  targets: Int32Array,
  start: number,
  end: number,
  random: Stream,
  partner: Int32Array,
): number {
  for (let trial = 0; trial < 4 && end > start; trial++) {
    const other = targets[start + random.below(end - start)]!;
    if (partner[other]! < 0) return other;
  }
  let free = 0;
  for (let arc = start; arc < end; arc++) if (partner[targets[arc]!]! < 0) free++;
  if (free === 0) return -1;
  let left = random.below(free);
  for (let arc = start; arc < end; arc++) {
    if (partner[targets[arc]!]! < 0 && left-- === 0) return targets[arc]!;
  }
  return -1;
}
