/**
 * Where each of `parts` contiguous groups of agents begins, and where the last one ends; sizes differ by one
 * at most.
 */
export function communityBounds(agents: number, parts: number): Int32Array {
  const bounds = new Int32Array(parts + 1);
  for (let i = 0; i <= parts; i++) bounds[i] = Math.floor((i * agents) / parts);
  return bounds;
}
