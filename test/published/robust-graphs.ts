// Graphs of a few agents, each agent's neighbours the bits of a number; all answers by trying every set.

const bitsOf = (mask: number): number => {
  let bits = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) bits++;
  return bits;
};

/** How many agents must go until some of the others cannot reach each other; for a complete graph all but one. */
export function connectivityOf(neighbours: readonly number[]): number {
  const n = neighbours.length;
  let fewest = n - 1;
  for (let gone = 0; gone < 2 ** n; gone++) {
    const left = (2 ** n - 1) & ~gone;
    if (bitsOf(gone) >= fewest || left === 0) continue;
    let reached = left & -left;
    for (let before = 0; before !== reached; ) {
      before = reached;
      neighbours.forEach((mask, v) => {
        if ((before >> v) & 1) reached |= mask & left;
      });
    }
    if (reached !== left) fewest = bitsOf(gone);
  }
  return fewest;
}

/**
 * Two sets that show a graph not to be (r, r)-robust (LeBlanc et al. 2013): in neither do all hear r or more of outside, and in
 * both together fewer than r do, who may be the liars. Undefined where there are none, so that it is.
 */
export function frailty(
  neighbours: readonly number[],
  r: number,
): { first: number; second: number; liars: number } | undefined {
  const n = neighbours.length;
  const hearing = (set: number): number =>
    neighbours.reduce(
      (mask, of, v) => ((set >> v) & 1 && bitsOf(of & ~set) >= r ? mask | (1 << v) : mask),
      0,
    );
  const hears = Array.from({ length: 2 ** n }, (_, set) => hearing(set));
  for (let first = 1; first < 2 ** n; first++) {
    if (hears[first] === first || bitsOf(hears[first]!) >= r) continue;
    const rest = (2 ** n - 1) & ~first;
    for (let second = rest; second > 0; second = (second - 1) & rest) {
      if (hears[second] === second || bitsOf(hears[first]!) + bitsOf(hears[second]!) >= r) continue;
      return { first, second, liars: hears[first]! | hears[second]! };
    }
  }
  return undefined;
}

/** Of each set of agents, those that hear r or more outside it. */
function hearing(neighbours: readonly number[], r: number): number[] {
  return Array.from({ length: 2 ** neighbours.length }, (_, set) =>
    neighbours.reduce(
      (mask, of, v) => ((set >> v) & 1 && bitsOf(of & ~set) >= r ? mask | (1 << v) : mask),
      0,
    ),
  );
}

/** Whether of any two sets apart one has an agent that hears r or more of outside. */
export function isRobust(neighbours: readonly number[], r: number): boolean {
  const hears = hearing(neighbours, r);
  for (let first = 1; first < hears.length; first++) {
    if (hears[first] !== 0) continue;
    const rest = (hears.length - 1) & ~first;
    for (let second = rest; second > 0; second = (second - 1) & rest) if (hears[second] === 0) return false;
  }
  return true;
}

/** The graph less one agent; the others move up. */
export function without(neighbours: readonly number[], gone: number): number[] {
  const low = (1 << gone) - 1;
  return neighbours.filter((_, v) => v !== gone).map((mask) => (mask & low) | ((mask >> (gone + 1)) << gone));
}
