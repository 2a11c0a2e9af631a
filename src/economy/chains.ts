/**
 * Chains of segments, kept as a trie: a chain is a small integer, the empty one is 0, and two contexts that begin with
 * the same segments share their nodes. So the longest common prefix of two prompts is a common ancestor, a fork costs
 * nothing, and what must be computed once for all who share it is one edge. Memory grows by about 40 bytes a segment.
 *
 * A segment is known by its identity, a whole number in [0, 2^31): equal identities stand for equal text. Those below
 * 2^30 are the caller's to choose (a system text, a tool, a fact); `newIdentity` hands out the others, for messages that
 * several will read. A segment that nobody else will ever read needs none: `extendFresh`.
 */
export class Chains {
  /** How many chains there are, the empty one included. */
  size = 1;
  /** Sum of the tokens over all edges: what it costs to compute every chain, each edge once. */
  tokens = 0;
  /** Four numbers a chain, side by side since they are read together: parent, identity, tokens of its own, of all. */
  private cells = new Float64Array(4 * 1024);
  /** Open addressing over (parent, identity); 0 is an empty place, since the empty chain is nobody's child. */
  private places = new Int32Array(128);
  private fresh = 0;
  private handedOut = 1 << 30;

  constructor() {
    this.cells[0] = this.cells[1] = -1;
  }

  /** The chain with one more segment. Throws where the same text has been given another size before. */
  extend(chain: number, identity: number, tokens: number): number {
    if ((identity | 0) !== identity || identity < 0)
      throw new RangeError(`extend: identity must be a whole number in [0, 2^31), but is ${identity}`);
    const { places, cells } = this;
    const mask = places.length - 1;
    let place = hash(chain, identity) & mask;
    for (;;) {
      const found = places[place]!;
      if (found === 0) break;
      if (cells[4 * found] === chain && cells[4 * found + 1] === identity) {
        if (cells[4 * found + 2] !== tokens) this.refuseSize(found, tokens);
        return found;
      }
      place = (place + 1) & mask;
    }
    const made = this.add(chain, identity, tokens);
    if (2 * this.size > places.length) this.rehash();
    else places[place] = made;
    return made;
  }

  /** An identity that no segment has yet. */
  newIdentity(): number {
    return this.handedOut++;
  }

  /** The chain with one more segment that no other chain has, and that cannot be looked up again. */
  extendFresh(chain: number, tokens: number): number {
    return this.add(chain, --this.fresh, tokens);
  }

  /** The chain without its last segment; -1 for the empty one. */
  parent(chain: number): number {
    return this.cells[4 * chain]!;
  }

  /** The identity of the last segment: below zero where nobody else has it. */
  identity(chain: number): number {
    return this.cells[4 * chain + 1]!;
  }

  /** Tokens of the last segment. */
  ownTokens(chain: number): number {
    return this.cells[4 * chain + 2]!;
  }

  /** Tokens of the whole chain. */
  length(chain: number): number {
    return this.cells[4 * chain + 3]!;
  }

  /** Whether `prefix` is the beginning of `chain`, or all of it. */
  isPrefix(prefix: number, chain: number): boolean {
    // A chain is made after its prefixes, so that its number is above theirs.
    let at = chain;
    while (at > prefix) at = this.parent(at);
    return at === prefix;
  }

  /** The longest chain that both begin with. */
  common(one: number, other: number): number {
    while (one !== other) {
      if (one > other) one = this.parent(one);
      else other = this.parent(other);
    }
    return one;
  }

  private add(parent: number, identity: number, tokens: number): number {
    if (!(parent >= 0 && parent < this.size))
      throw new RangeError(`extend: chain must be one of the ${this.size} made so far, but is ${parent}`);
    if (!(tokens >= 0 && tokens < Number.POSITIVE_INFINITY))
      throw new RangeError(`extend: tokens must be a finite number, 0 or more, but is ${tokens}`);
    const made = this.size++;
    const at = 4 * made;
    if (at === this.cells.length) this.grow();
    const { cells } = this;
    cells[at] = parent;
    cells[at + 1] = identity;
    cells[at + 2] = tokens;
    cells[at + 3] = cells[4 * parent + 3]! + tokens;
    this.tokens += tokens;
    return made;
  }

  private refuseSize(chain: number, tokens: number): never {
    throw new RangeError(
      `extend: segment ${this.identity(chain)} has ${this.ownTokens(chain)} tokens, but is given ${tokens} now; equal identities stand for equal text, so give another identity`,
    );
  }

  private grow(): void {
    const cells = new Float64Array(2 * this.cells.length);
    cells.set(this.cells);
    this.cells = cells;
  }

  private rehash(): void {
    const places = new Int32Array(2 * this.places.length);
    const mask = places.length - 1;
    for (let chain = 1; chain < this.size; chain++) {
      const identity = this.identity(chain);
      if (identity < 0) continue;
      let place = hash(this.parent(chain), identity) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = chain;
    }
    this.places = places;
  }
}

/** Mixes two words (the finaliser of MurmurHash3, in the public domain). */
function hash(parent: number, identity: number): number {
  let h = Math.imul(parent, 0x9e3779b1) ^ identity;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
