/**
 * How many calls may be under way: additive growth while answers are clean, a cut by a fifth when the server refuses some.
 * A burst of refusals is one episode: after a cut there is neither another nor growth until the cool-down is over. Errors of
 * the server are no sign of too many calls, and change nothing. A pure state machine: time is given, in milliseconds.
 */
export interface Concurrency {
  /** Calls that may be under way; its whole part counts. */
  readonly limit: number;
  readonly underWay: number;
  /** Until then a refusal belongs to the last episode. */
  readonly coolUntil: number;
  /** Until then nothing is begun, since the server asked for it. */
  readonly restUntil: number;
}

export interface ConcurrencyLimits {
  readonly start: number;
  readonly most: number;
}

export const coolDown = 15_000;
const cut = 0.8;

export const beginConcurrency = ({ start, most }: ConcurrencyLimits): Concurrency => ({
  limit: Math.max(1, Math.min(start, most)),
  underWay: 0,
  coolUntil: Number.NEGATIVE_INFINITY,
  restUntil: Number.NEGATIVE_INFINITY,
});

/** How long until a call may begin: 0 for now, a span where the server asked us to rest, Infinity until one ends. */
export function waitFor({ limit, underWay, restUntil }: Concurrency, now: number): number {
  if (underWay >= Math.floor(limit)) return Number.POSITIVE_INFINITY;
  return Math.max(0, restUntil - now);
}

export const begun = (state: Concurrency): Concurrency => ({ ...state, underWay: state.underWay + 1 });

/** How a call ended, as far as it matters here. */
export interface CallEnd {
  readonly how: 'clean' | 'rate-limited' | 'failed';
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
}

export function ended(
  state: Concurrency,
  { how, retryAfter = 0 }: CallEnd,
  now: number,
  { most }: ConcurrencyLimits,
): Concurrency {
  const underWay = state.underWay - 1;
  const isCool = now >= state.coolUntil;
  if (how === 'failed') return { ...state, underWay };
  if (how === 'clean') {
    // One more per window of clean answers, and only where the window was in use.
    const isUsed = state.underWay >= Math.floor(state.limit) - 1;
    const limit = isCool && isUsed ? Math.min(most, state.limit + 1 / state.limit) : state.limit;
    return { ...state, underWay, limit };
  }
  const restUntil = Math.max(state.restUntil, now + retryAfter);
  if (!isCool) return { ...state, underWay, restUntil };
  return { limit: Math.max(1, state.limit * cut), underWay, restUntil, coolUntil: now + coolDown };
}
