import type { Context } from './context.ts';

/** What outside memory costs and how well it answers. */
export interface MemoryRent {
  /** Tokens around each item that is called back: the query, the frame it comes in. */
  readonly perRecall: number;
  /** Whether a recall finds an item that is there; left out, it always does. */
  readonly finds?: ((identity: number) => boolean) | undefined;
}

/**
 * Memory outside every context, which costs nothing until it is asked. What is called back enters the context of the
 * agent that asked, and is paid for there like anything else: once per token when it comes in, and again at each call
 * for as long as it stays. That is its rent.
 */
export interface ExternalMemory {
  readonly store: (identity: number, tokens: number) => void;
  /** Calls an item back into a context. False, and only the frame is paid for, where it is not found. */
  readonly recall: (context: Context, identity: number) => boolean;
  readonly totals: MemoryTotals;
}

export interface MemoryTotals {
  readonly stored: number;
  readonly recalls: number;
  readonly misses: number;
  /** Tokens that recalls brought into contexts, frames included. */
  readonly tokens: number;
}

/** `newIdentity` names the frames, such as `chains.newIdentity()`: no two recalls read the same. */
export function externalMemory({ perRecall, finds }: MemoryRent, newIdentity: () => number): ExternalMemory {
  const sizes = new Map<number, number>();
  const totals = { stored: 0, recalls: 0, misses: 0, tokens: 0 };
  return {
    store(identity, tokens) {
      if (!sizes.has(identity)) totals.stored++;
      sizes.set(identity, tokens);
    },
    recall(context, identity) {
      const tokens = sizes.get(identity);
      totals.recalls++;
      totals.tokens += perRecall;
      if (perRecall > 0) context.hear(newIdentity(), perRecall);
      if (tokens === undefined || finds?.(identity) === false) {
        totals.misses++;
        return false;
      }
      totals.tokens += tokens;
      context.hear(identity, tokens);
      return true;
    },
    totals,
  };
}
