import type { Time } from '../kernel/kernel.ts';
import type { Chains } from './chains.ts';

/** How a provider keeps prefixes. */
export interface CacheRules {
  /**
   * An entry lives this long after it was last touched, that instant included; a hit refreshes it free of charge. It is touched
   * when the response begins to the prompt that wrote or read it, and not when that prompt is sent.
   */
  readonly ttl: Time;
  /** Prefixes with fewer tokens are not kept, without a word; 0 when left out. */
  readonly minimum?: number | undefined;
  /** Tokens kept at most; what was touched longest ago goes first, the ends of chains before their beginnings. */
  readonly capacity?: number | undefined;
  /** Hits come in whole multiples of this many tokens; 1 when left out. */
  readonly step?: number | undefined;
  /** Whether what is found needs no reading time, beside being cheaper; true when left out. */
  readonly hastens?: boolean | undefined;
}

/** What became of a prompt. The three add up to it. */
export interface CacheRead {
  cachedRead: number;
  cacheWrite: number;
  fresh: number;
}

/**
 * The prefix cache of one workspace (provider, model, account). It matches whole segments of a prompt, from its
 * beginning on, exactly. An entry becomes usable when the first response to the prompt that wrote it begins, so that
 * prompts sent together all miss. Two answers to the same prompt cannot differ for it: it tells what reading cost.
 *
 * A hit touches all prefixes of what it read. Hence whatever is alive has its whole beginning alive, and the longest
 * live prefix is found by walking back from the end of the prompt, which is short for conversations that go on.
 */
export class PrefixCache {
  private readonly chains: Chains;
  private readonly ttl: Time;
  private readonly minimum: number;
  private readonly capacity: number;
  private readonly step: number;
  /** Per chain: when its entry becomes usable, and when it was last touched; NaN where there is none. */
  private entries: Float64Array = new Float64Array(0);
  // With a capacity only: all entries from the one touched last to the one touched longest ago; 0 closes the ring.
  private newer: Int32Array = new Int32Array(0);
  private older: Int32Array = new Int32Array(0);
  private held = 0;
  /** What the prompt looked up last has found; 0 for nothing. */
  private hit = 0;
  private readonly read: CacheRead = { cachedRead: 0, cacheWrite: 0, fresh: 0 };

  constructor(chains: Chains, rules: CacheRules) {
    checkRules(rules);
    this.chains = chains;
    this.ttl = rules.ttl;
    this.minimum = rules.minimum ?? 0;
    this.capacity = rules.capacity ?? Number.POSITIVE_INFINITY;
    this.step = rules.step ?? 1;
  }

  /** Tokens kept at the moment; entries past their time count until they are pushed out. Counted with a capacity only. */
  get size(): number {
    return this.held;
  }

  /**
   * Sends a prompt at `now`, whose response begins at `begins`: reads the longest prefix that is alive, keeps the rest
   * up to `keep` (a breakpoint; the whole prompt when left out). `now` must not go back. The same object comes back from
   * every call: read it before the next one.
   */
  request(now: Time, chain: number, begins: Time = now, keep: number = chain): CacheRead {
    this.look(now, chain, keep);
    this.keep(begins, keep);
    return this.read;
  }

  /** What a prompt sent at `now` finds, and would write. `keep`, which must come next, makes the writing good. */
  look(now: Time, chain: number, keep: number = chain): CacheRead {
    if (this.entries.length < 2 * this.chains.size) this.grow();
    const { chains, entries, ttl, read } = this;
    if (keep !== chain && !chains.isPrefix(keep, chain))
      throw new RangeError(
        `cache: what is kept must be a prefix of the prompt ${chain}, but is chain ${keep}`,
      );
    let hit = chain;
    while (hit > 0 && !(entries[2 * hit]! <= now && now - entries[2 * hit + 1]! <= ttl))
      hit = chains.parent(hit);
    const length = chains.length(hit);
    const isHit = hit > 0 && length >= this.minimum;
    read.cachedRead = isHit ? (this.step === 1 ? length : Math.floor(length / this.step) * this.step) : 0;
    const kept = chains.length(keep);
    read.cacheWrite = kept >= this.minimum ? Math.max(0, kept - read.cachedRead) : 0;
    read.fresh = chains.length(chain) - read.cachedRead - read.cacheWrite;
    this.hit = isHit ? hit : 0;
    return read;
  }

  /**
   * Refreshes what the prompt just looked up has found, and keeps it up to `chain`, usable from `begins` on, when its
   * response begins.
   */
  keep(begins: Time, chain: number): void {
    if (chain > 0 && this.chains.length(chain) >= this.minimum) this.touch(chain, begins);
    // A breakpoint can lie before the end of what was found, which is refreshed all the same.
    if (this.hit > chain) this.touch(this.hit, begins);
    if (this.held > this.capacity) this.evict();
  }

  /** Touches a chain and its beginnings. Those that were dead, or not there, become usable then. */
  private touch(chain: number, at: Time): void {
    const { chains, entries, ttl, hit } = this;
    const isBounded = this.capacity < Number.POSITIVE_INFINITY;
    for (let it = chain; it > 0; it = chains.parent(it)) {
      const last = entries[2 * it + 1]!;
      // What was found lives on, however long its response takes; prefixes have lower numbers than what they begin.
      if (it <= hit || at - last <= ttl) {
        // Of two that write the same, the one whose response begins first makes it usable.
        if (!(entries[2 * it]! <= at)) entries[2 * it] = at;
        if (!(last >= at)) entries[2 * it + 1] = at;
      } else {
        entries[2 * it] = entries[2 * it + 1] = at;
      }
      if (!isBounded) continue;
      if (Number.isNaN(last)) this.held += chains.ownTokens(it);
      else this.unlink(it);
      this.linkNewest(it);
    }
  }

  private evict(): void {
    while (this.held > this.capacity) {
      const oldest = this.newer[0]!;
      this.unlink(oldest);
      this.held -= this.chains.ownTokens(oldest);
      this.entries[2 * oldest] = this.entries[2 * oldest + 1] = Number.NaN;
    }
  }

  private unlink(it: number): void {
    const { newer, older } = this;
    older[newer[it]!] = older[it]!;
    newer[older[it]!] = newer[it]!;
  }

  /** Place 0 stands between the newest (its `older`) and the oldest (its `newer`). */
  private linkNewest(it: number): void {
    const { newer, older } = this;
    const second = older[0]!;
    older[it] = second;
    newer[it] = 0;
    newer[second] = it;
    older[0] = it;
  }

  /** Makes room for chains made since. */
  private grow(): void {
    const length = Math.max(1024, 2 * this.chains.size);
    const entries = new Float64Array(2 * length).fill(Number.NaN, this.entries.length);
    entries.set(this.entries);
    this.entries = entries;
    if (this.capacity === Number.POSITIVE_INFINITY) return;
    const links = (old: Int32Array): Int32Array => {
      const made = new Int32Array(length);
      made.set(old);
      return made;
    };
    this.newer = links(this.newer);
    this.older = links(this.older);
  }
}

function checkRules({ ttl, minimum = 0, capacity, step = 1 }: CacheRules): void {
  if (!(ttl > 0))
    throw new RangeError(
      `cache: ttl must be longer than zero, but is ${ttl}; leave the cache out to have none`,
    );
  if (!(minimum >= 0)) throw new RangeError(`cache: minimum must be 0 tokens or more, but is ${minimum}`);
  if (capacity !== undefined && !(capacity > 0))
    throw new RangeError(
      `cache: capacity must be above 0 tokens, but is ${capacity}; leave it out to have no bound`,
    );
  if (!(Number.isInteger(step) && step >= 1))
    throw new RangeError(`cache: step must be a whole number of tokens from 1 on, but is ${step}`);
}
