import { isPassing, type LanguageModel, type Lost, type Reply } from './model.ts';

export interface RetryOptions {
  /** How often a call is tried, the first time included. */
  readonly tries: number;
  /** The first wait, in milliseconds; each further one is twice as long, up to `longest`. */
  readonly first?: number;
  readonly longest?: number;
  /** Waits; a test hands in its own. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Called before each further try. */
  readonly onRetry?: (failure: Reply, wait: number) => void;
}

/** Waits longer than that are not sat out, neither before a further try nor by the calls behind it. In milliseconds. */
export const mostPatience = 10 * 60_000;

/**
 * Tries again what failed in passing, after waits that double and vary by half, so that calls refused together do not come
 * back together. A server that says how long to wait is waited for. The reply says how many tries failed before it, and
 * what they cost. Nothing is tried that the purse cannot pay.
 */
export function withRetries(model: LanguageModel, options: RetryOptions): LanguageModel {
  const { tries, first = 500, longest = 30_000, sleep = sleepFor, onRetry } = options;
  return {
    async complete(request, signal, purse) {
      let retries = 0;
      let lost: Lost | undefined;
      let why: string | undefined;
      for (let failed = 0; ; failed++) {
        const given = await model.complete(request, signal, purse);
        // Why no call was left is what the earlier ones failed of.
        const isOut = !given.ok && given.kind === 'over-budget' && why !== undefined;
        const reply = isOut ? { ...given, message: why as string } : given;
        retries += reply.retries;
        lost = sumOf(lost, reply.lost);
        const isOver = reply.ok || !isPassing(reply.kind) || failed + 1 >= tries || signal.aborted;
        const asked = reply.ok ? 0 : (reply.retryAfter ?? 0);
        if (isOver || asked > mostPatience) return { ...reply, retries, ...(lost ? { lost } : {}) };
        if (purse?.mayCall() === false) {
          const message = reply.ok ? '' : reply.message;
          return { ok: false, kind: 'over-budget', message, retries: retries + 1, ...(lost ? { lost } : {}) };
        }
        retries++;
        if (!reply.ok) why = reply.message;
        const doubled = Math.min(longest, first * 2 ** failed);
        const wait = Math.max(asked, doubled * (0.75 + Math.random() / 2));
        onRetry?.(reply, wait);
        await sleep(wait, signal);
      }
    },
  };
}

/** What two lots of failed tries cost together. */
export function sumOf(one: Lost | undefined, other: Lost | undefined): Lost | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { prompt: one.prompt + other.prompt, output: one.output + other.output };
}

/** Resolves when the time is over, or at once when it is given up. */
function sleepFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
