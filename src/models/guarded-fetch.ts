import type { FailureKind, Lost } from './model.ts';

/** What was seen of one exchange, whatever the client library makes of it. */
export interface Seen {
  status?: number;
  /** In milliseconds. */
  retryAfter?: number;
  fault?: { readonly kind: FailureKind; readonly message: string };
  /** What the model said instead of an answer, where it refused in a field of its own. */
  refusal?: string;
  /** The tokens that it says it used. */
  used?: Lost;
}

/** More than this is no answer; in bytes. */
const mostBytes = 8 << 20;

/**
 * A fetch that notes what it sees, and refuses what must not happen: redirects, which would carry the key to another
 * host; bodies without end; and bodies that are neither JSON nor a stream of events.
 */
export function guardedFetch(seen: Seen): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    seen.status = response.status;
    const retryAfter = retryAfterOf(response.headers);
    if (retryAfter !== undefined) seen.retryAfter = retryAfter;
    if (response.status >= 300 && response.status < 400) {
      const to = targetOf(response.headers.get('location'), response.url);
      throw fault(
        seen,
        'redirected',
        `it redirects to ${to}, which is not followed; name that address if it is right`,
      );
    }
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && !/json|event-stream/.test(type)) {
      throw fault(seen, 'bad-response', `it answers in ${type.slice(0, 60) || 'no type'}, not in JSON`);
    }
    const body = response.body?.pipeThrough(atMost(mostBytes, seen)) ?? null;
    return new Response(body, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

function fault(seen: Seen, kind: FailureKind, message: string): Error {
  seen.fault = { kind, message };
  return new Error(message);
}

function atMost(most: number, seen: Seen): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= most) controller.enqueue(chunk);
      else controller.error(fault(seen, 'bad-response', `its answer is longer than ${most} bytes`));
    },
  });
}

/** Longer waits than thirty years are all one, and a number of any length stays one that can be kept; in milliseconds. */
const mostWait = 1e12;

/** `Retry-After` in seconds or as a date, or its finer kin in milliseconds; undefined where it is neither. */
function retryAfterOf(headers: Headers): number | undefined {
  const fine = spanIn(headers.get('retry-after-ms'));
  if (fine !== undefined) return Math.min(mostWait, fine);
  const written = headers.get('retry-after');
  if (written === null) return undefined;
  const seconds = spanIn(written);
  if (seconds !== undefined) return Math.min(mostWait, seconds * 1000);
  const until = Date.parse(written);
  return Number.isNaN(until) ? undefined : Math.min(mostWait, Math.max(0, until - Date.now()));
}

/** A number in digits, and nothing else that can be read as one, such as `Infinity`. */
const spanIn = (text: string | null): number | undefined =>
  text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;

/** Where it points to: the host, or what differs on the same one; never a query, which may hold a key. */
function targetOf(location: string | null, from: string): string {
  try {
    const to = new URL(location ?? '', from);
    const own = new URL(from);
    if (to.origin === own.origin) return `${to.pathname} on the same host`;
    return to.hostname === own.hostname ? to.origin : to.host;
  } catch {
    return 'an address that cannot be read';
  }
}
