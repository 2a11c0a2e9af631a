import { type Distribution, sampler } from '../kernel/distribution.ts';
import type { Time } from '../kernel/kernel.ts';
import type { Keyed } from '../kernel/keyed.ts';
import { Occupancy } from './occupancy.ts';
import type { CacheRules } from './prefix-cache.ts';
import { type BackOff, RateLimit, tryAt } from './rate-limit.ts';
import { prefillTokens, type Usage } from './usage.ts';

/** How fast a model answers. */
export interface Speed {
  /** Time from the start of a call to the first token, before any reading is counted. */
  readonly firstToken: Distribution;
  /** Tokens read per second; left out, reading takes no time. */
  readonly prefill?: number | undefined;
  /** Tokens written per second; left out, writing takes no time. */
  readonly decode?: number | undefined;
  /** Latent steps per second; left out, they take no time. */
  readonly latent?: number | undefined;
}

/** How fast models answer, and how many calls they take: the think time of a call follows from what it reads and writes. */
export interface Serving extends Speed {
  /** Speeds of models by name, of calls that name one; what is left out there is as here. */
  readonly models?:
    | Readonly<Record<string, { readonly [Name in keyof Speed]?: Speed[Name] | undefined }>>
    | undefined;
  /** Calls served at once; the others queue in order of asking. Left out, no bound. */
  readonly concurrency?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  /** Tokens read and written per minute, cached ones included. */
  readonly tokensPerMinute?: number | undefined;
  /** How the queue tries again when a rate limit refuses its first call; left out, it knows how long to wait. */
  readonly backOff?: BackOff | undefined;
  /** Bytes per second of the one link that keys and values travel over, call after call; left out, no time. */
  readonly link?: number | undefined;
  /** Bytes of keys and values that calls under way can hold together; the others queue. Left out, no bound. */
  readonly kvCapacity?: number | undefined;
  /** What is kept of prompts; left out, nothing is. */
  readonly cache?: CacheRules | undefined;
}

/** When a call is served. */
export interface Served {
  /** It leaves the queue, and its prompt is looked up in the cache. */
  readonly startsAt: Time;
  /** Its first token is written: from now on others can use what it has read. */
  readonly firstTokenAt: Time;
  readonly endsAt: Time;
}

/** Serves the calls of a run. Calls come in order of time; equal calls in equal order are served the same. */
export interface Server {
  /** When a call asked for at `now` leaves the queue. */
  readonly start: (now: Time, usage: Usage | undefined) => Time;
  /**
   * Serves the call that has left the queue at `startsAt`; `draw` gives its time to the first token. What of its prompt
   * is cached needs no reading, where the cache hastens. The same object comes back from every call: read it before the next one.
   */
  readonly finish: (startsAt: Time, usage: Usage | undefined, draw: Keyed) => Served;
  /** Both at once, for calls of which is known what is cached. */
  readonly serve: (now: Time, usage: Usage | undefined, draw: Keyed) => Served;
  readonly totals: ServingTotals;
}

/** What waiting there was. */
export interface ServingTotals {
  /** Time between asking and starting, summed over all calls, in microseconds. */
  readonly waited: Time;
  /** Tries that a rate limit refused. */
  readonly refusals: number;
}

/** Whether no call ever takes any time. */
export function takesNoTime(serving: Serving): boolean {
  const { link, requestsPerMinute, tokensPerMinute, models = {} } = serving;
  return (
    isInstant(serving) &&
    Object.keys(models).every((model) => isInstant(speedOf(serving, model))) &&
    [link, requestsPerMinute, tokensPerMinute].every((it) => it === undefined)
  );
}

/** How fast a model answers, where calls name it. */
function speedOf({ models, ...usual }: Serving, model: string): Speed {
  const { firstToken, prefill, decode, latent } = models?.[model] ?? {};
  return {
    firstToken: firstToken ?? usual.firstToken,
    prefill: prefill ?? usual.prefill,
    decode: decode ?? usual.decode,
    latent: latent ?? usual.latent,
  };
}

const isInstant = ({ firstToken, prefill, decode, latent }: Speed): boolean =>
  firstToken.kind === 'constant' &&
  firstToken.value === 0 &&
  [prefill, decode, latent].every((it) => it === undefined);

/**
 * A server with one queue, first come first served, that nobody overtakes: a call starts once the one before it has
 * started, one of the places and enough memory for keys and values are free, and the rate limits let it through. Then
 * keys and values travel over the link, the first token takes its time, the prompt is read but for what the cache
 * holds, latent steps are taken, and the answer is written; only then is its place free again.
 */
export function server(serving: Serving): Server {
  const usual = paceOf(serving);
  const own = new Map(
    Object.keys(serving.models ?? {}).map((model) => [model, paceOf(speedOf(serving, model))]),
  );
  const perByte = timeOf('link', serving.link);
  const toRead = serving.cache?.hastens === false ? ({ prompt }: Usage) => prompt : prefillTokens;
  const line = queue(serving);
  const served = { startsAt: 0, firstTokenAt: 0, endsAt: 0 };
  let linkFreeAt = 0;
  const finish = (startsAt: Time, usage: Usage | undefined, draw: Keyed): Served => {
    served.startsAt = startsAt;
    const model = usage?.model;
    const pace = model === undefined || own.size === 0 ? usual : (own.get(model) ?? usual);
    const wait = pace.first.sample(draw);
    if (usage === undefined) {
      served.firstTokenAt = served.endsAt = startsAt + wait;
    } else {
      let arrived = startsAt;
      const { kvBytes = 0, latentSteps = 0 } = usage;
      if (kvBytes > 0) arrived = linkFreeAt = Math.max(startsAt, linkFreeAt) + Math.ceil(kvBytes * perByte);
      const reading = wait + toRead(usage) * pace.perRead;
      served.firstTokenAt = arrived + Math.round(reading);
      const writing = usage.output * pace.perWritten + latentSteps * pace.perStep;
      served.endsAt = arrived + Math.round(reading + writing);
    }
    line.occupy(served.endsAt, usage);
    return served;
  };
  return {
    start: line.at,
    finish,
    serve: (now, usage, draw) => finish(line.at(now, usage), usage, draw),
    totals: line.totals,
  };
}

/** How long each thing takes, in microseconds. */
const paceOf = ({ firstToken, prefill, decode, latent }: Speed) => ({
  first: sampler(firstToken),
  perRead: timeOf('prefill', prefill),
  perWritten: timeOf('decode', decode),
  perStep: timeOf('latent', latent),
});

/** Microseconds for one, given how many in a second. */
function timeOf(name: string, perSecond: number | undefined): number {
  if (perSecond === undefined) return 0;
  if (perSecond > 0) return 1e6 / perSecond;
  throw new RangeError(
    `serving: ${name} must be above 0 a second, but is ${perSecond}; leave it out to take no time`,
  );
}

interface Queue {
  readonly at: (now: Time, usage: Usage | undefined) => Time;
  /** The call that was let through last is under way until `endsAt`. */
  readonly occupy: (endsAt: Time, usage: Usage | undefined) => void;
  readonly totals: ServingTotals;
}

function queue({ concurrency, kvCapacity, requestsPerMinute, tokensPerMinute, backOff }: Serving): Queue {
  const totals = { waited: 0, refusals: 0 };
  const places = concurrency === undefined ? undefined : new Occupancy(concurrency, 'concurrency');
  const memory = kvCapacity === undefined ? undefined : new Occupancy(kvCapacity, 'kvCapacity');
  const requests =
    requestsPerMinute === undefined ? undefined : new RateLimit(requestsPerMinute, 'requestsPerMinute');
  const tokens =
    tokensPerMinute === undefined ? undefined : new RateLimit(tokensPerMinute, 'tokensPerMinute');
  if (!places && !memory && !requests && !tokens) {
    return { at: (now) => now, occupy: () => {}, totals };
  }
  let last = 0;
  return {
    at(now, usage) {
      let at = Math.max(now, last);
      if (places) at = places.freeAt(at, 1);
      if (memory && usage?.kvBytes) at = memory.freeAt(at, usage.kvBytes);
      const size = usage === undefined ? 0 : usage.prompt + usage.output;
      const possible = Math.max(requests?.earliest(at, 1) ?? at, tokens?.earliest(at, size) ?? at);
      const tried = tryAt(at, possible, backOff);
      requests?.take(tried.at, 1);
      tokens?.take(tried.at, size);
      totals.refusals += tried.refusals;
      totals.waited += tried.at - now;
      last = tried.at;
      return last;
    },
    occupy(endsAt, usage) {
      places?.take(endsAt, 1);
      if (usage?.kvBytes) memory?.take(endsAt, usage.kvBytes);
    },
    totals,
  };
}
