import type { Chains } from './chains.ts';
import type { Usage } from './usage.ts';

/**
 * What is done when the next call would not fit into the window. refuse: it is an error · truncate: the oldest segments
 * are dropped · summarise: a call of its own writes a summary in place of all segments, or of the oldest where it could
 * not read all of them within the window, and loses some of them.
 */
export type Overflow =
  | { readonly kind: 'refuse' }
  /** `leaves`: share of the window that is filled afterwards, at most; dropping more at once spares later calls. */
  | { readonly kind: 'truncate'; readonly leaves: number }
  /** `ratio`: tokens of the summary for each token summarised. `keeps`: whether it still tells a segment. */
  | { readonly kind: 'summarise'; readonly ratio: number; readonly keeps: (identity: number) => boolean };

/** How much an agent can read at once, and what is done when it has more. Counts are tokens. */
export interface ContextOptions {
  /** Tokens that a call can read and write together; no bound when left out. */
  readonly window?: number | undefined;
  readonly overflow?: Overflow | undefined;
  /** Chain that every call reads first, in front of everything else: tool schemas, then system text. */
  readonly prefix?: number | undefined;
}

/** What an agent wants of a call. */
export interface Wanted {
  /** Tokens it will write, reasoning included. */
  readonly output: number;
  /** Part of it that is not read again at later calls. */
  readonly reasoning?: number | undefined;
  /** Identity of what it writes, where others will read it; left out, nobody will. */
  readonly identity?: number | undefined;
  /** The request that it answers: read last, and never summarised before it is answered. */
  readonly request?: { readonly identity: number; readonly tokens: number } | undefined;
}

/** A call: what it spent, and the chain that it read. */
export interface Called {
  readonly usage: Usage;
  readonly chain: number;
  /** Calls for summaries that had to come before it. */
  readonly before: readonly { readonly usage: Usage; readonly chain: number }[];
}

/**
 * What one agent re-reads at every call: a fixed prefix, then all it has heard and said, in order, as far as its window
 * goes. Whatever is not at the end of it changes the prompt from there on, so that a prefix cache has to start again.
 */
export class Context {
  private readonly chains: Chains;
  private readonly window: number;
  private readonly overflow: Overflow;
  private readonly prefix: number;
  private chain: number;
  /** Segments behind the prefix, from the oldest to the newest. Identities below zero are nobody's. */
  private identities: number[] = [];
  private sizes: number[] = [];
  /** Segments that only a summary still tells. */
  private summarised = new Set<number>();

  constructor(chains: Chains, { window, overflow, prefix = 0 }: ContextOptions = {}) {
    this.chains = chains;
    this.window = window ?? Number.POSITIVE_INFINITY;
    this.overflow = overflow ?? { kind: 'refuse' };
    this.prefix = prefix;
    this.chain = prefix;
    if (this.overflow.kind === 'truncate') checkShare('overflow.leaves', this.overflow.leaves);
    if (this.overflow.kind === 'summarise') checkShare('overflow.ratio', this.overflow.ratio);
    if (chains.length(prefix) < this.window) return;
    throw new RangeError(
      `context: the prefix has ${chains.length(prefix)} tokens and leaves no room in a window of ${window}; drop tools, or widen the window`,
    );
  }

  /** Tokens that the next call reads. */
  get length(): number {
    return this.chains.length(this.chain);
  }

  /** The chain that the next call reads, if it fits. */
  get reads(): number {
    return this.chain;
  }

  /** Takes in something that was said, found or called back. */
  hear(identity: number, tokens: number): void {
    this.chain = this.chains.extend(this.chain, identity, tokens);
    this.identities.push(identity);
    this.sizes.push(tokens);
  }

  /** Makes a call, after making room for it where it would not fit. What it writes is read again from now on. */
  call({ output, reasoning = 0, identity, request }: Wanted): Called {
    const more = request?.tokens ?? 0;
    const before = this.length + more + output > this.window ? this.makeRoom(more, output) : [];
    if (request !== undefined) this.hear(request.identity, request.tokens);
    const { chain } = this;
    const said = output - reasoning;
    if (identity !== undefined) this.hear(identity, said);
    else this.append(said);
    const prompt = this.chains.length(chain);
    const usage: Usage = reasoning > 0 ? { prompt, output, reasoning } : { prompt, output };
    return { usage, chain, before };
  }

  /** Whether the next call still reads of this segment, or of a summary that tells it. */
  holds(identity: number): boolean {
    return this.summarised.has(identity) || this.identities.includes(identity);
  }

  /** Whether the next call reads this segment word for word. */
  quotes(identity: number): boolean {
    return this.identities.includes(identity);
  }

  /** The same context once more, to go on differently. */
  fork(): Context {
    const { window, overflow, prefix } = this;
    const copy = new Context(this.chains, { window, overflow, prefix });
    copy.chain = this.chain;
    copy.identities = this.identities.slice();
    copy.sizes = this.sizes.slice();
    copy.summarised = new Set(this.summarised);
    return copy;
  }

  private append(tokens: number): void {
    this.chain = this.chains.extendFresh(this.chain, tokens);
    this.identities.push(this.chains.identity(this.chain));
    this.sizes.push(tokens);
  }

  /** Makes room for a call that reads `more` tokens beside what is there. */
  private makeRoom(more: number, output: number): Called['before'] {
    const { chains, overflow, window } = this;
    const own = chains.length(this.prefix) + more;
    const room = window - own - output;
    if (overflow.kind === 'refuse' || room < 0) {
      throw new RangeError(
        `context: a call that reads ${this.length + more} tokens and writes ${output} does not fit into a window of ${window}; widen it, or truncate or summarise`,
      );
    }
    if (overflow.kind === 'truncate') {
      this.truncate(Math.min(room, overflow.leaves * window - own));
      return [];
    }
    const summaries: Called['before'][number][] = [];
    while (this.length + more + output > window) {
      const { length } = this;
      summaries.push(this.summarise(overflow));
      if (this.length < length) continue;
      throw new RangeError(
        `context: after a summary a call still reads ${this.length + more} tokens and writes ${output}, more than a window of ${window}, in which no summary could read more; widen it, or lower overflow.ratio`,
      );
    }
    return summaries;
  }

  /** Drops the oldest segments until the others have at most `room` tokens. */
  private truncate(room: number): void {
    let left = this.length - this.chains.length(this.prefix);
    let from = 0;
    while (from < this.sizes.length && left > room) left -= this.sizes[from++]!;
    this.identities.splice(0, from);
    this.sizes.splice(0, from);
    let chain = this.prefix;
    for (let i = 0; i < this.sizes.length; i++) {
      const identity = this.identities[i]!;
      const tokens = this.sizes[i]!;
      chain =
        identity < 0 ? this.chains.extendFresh(chain, tokens) : this.chains.extend(chain, identity, tokens);
    }
    this.chain = chain;
    if (from > 0) this.summarised.clear();
  }

  /** Summarises the oldest segments: all of them, where the call that does it can read them. */
  private summarise({ ratio, keeps }: Overflow & { kind: 'summarise' }): Called['before'][number] {
    const { chains, window } = this;
    const own = chains.length(this.prefix);
    let read = 0;
    let count = 0;
    for (; count < this.sizes.length; count++) {
      const longer = read + this.sizes[count]!;
      if (own + longer + Math.ceil(ratio * longer) > window) break;
      read = longer;
    }
    if (count === 0 && this.sizes.length > 0) {
      throw new RangeError(
        `context: a segment of ${this.sizes[0]} tokens cannot be summarised in a window of ${window}, of which ${own} are taken; widen it, or lower overflow.ratio`,
      );
    }
    const [identities, sizes] = [this.identities.slice(count), this.sizes.slice(count)];
    const tokens = Math.ceil(ratio * read);
    // What was read is the beginning of what is there, so that the cache still knows it.
    let { chain } = this;
    for (let left = sizes.length; left > 0; left--) chain = chains.parent(chain);
    const usage: Usage = { prompt: chains.length(chain), output: tokens, purpose: 'summary' };
    const told = [...this.summarised, ...this.identities.slice(0, count).filter((identity) => identity >= 0)];
    this.summarised = new Set(told.filter((identity) => keeps(identity)));
    this.identities = [];
    this.sizes = [];
    this.chain = this.prefix;
    this.append(tokens);
    for (const [i, identity] of identities.entries()) this.readAgain(identity, sizes[i]!);
    return { usage, chain };
  }

  /** Puts a segment behind those that have changed. */
  private readAgain(identity: number, tokens: number): void {
    if (identity < 0) this.append(tokens);
    else this.hear(identity, tokens);
  }
}

function checkShare(name: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new RangeError(`context: ${name} must be above 0 and below 1, but is ${value}`);
}
