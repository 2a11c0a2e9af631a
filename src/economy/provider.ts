import type { Time } from '../kernel/kernel.ts';
import type { Keyed } from '../kernel/keyed.ts';
import type { Chains } from './chains.ts';
import { PrefixCache } from './prefix-cache.ts';
import { type Served, type Serving, type ServingTotals, server } from './serving.ts';
import type { Usage } from './usage.ts';

/** Everything calls share: a server, and a prefix cache for each model. */
export interface Provider {
  /**
   * Serves a call asked for at `now`. With the chain that its prompt is, it looks it up in the cache when the call
   * starts, keeps it once the first token is there, and writes into the usage how much was cached and how much is kept:
   * that object must be the call's own. The same answer comes back from every call: read it before the next one.
   */
  readonly call: (now: Time, usage: Usage | undefined, chain: number | undefined, draw: Keyed) => Served;
  readonly totals: ServingTotals;
}

/** `chains` are those of the run; needed where `serving.cache` is given. */
export function provider(serving: Serving, chains?: Chains): Provider {
  const { cache: rules } = serving;
  const serves = server(serving);
  if (rules === undefined) {
    return { call: (now, usage, _chain, draw) => serves.serve(now, usage, draw), totals: serves.totals };
  }
  if (chains === undefined) throw new Error('provider: a cache needs the chains of the run.');
  const usual = new PrefixCache(chains, rules);
  const others = new Map<string, PrefixCache>();
  const cacheOf = (model: string | undefined): PrefixCache => {
    if (model === undefined) return usual;
    let cache = others.get(model);
    if (cache === undefined) others.set(model, (cache = new PrefixCache(chains, rules)));
    return cache;
  };
  return {
    call(now, usage, chain, draw) {
      if (usage === undefined || chain === undefined) return serves.serve(now, usage, draw);
      if (chains.length(chain) !== usage.prompt) {
        throw new Error(
          `provider: the chain that was read has ${chains.length(chain)} tokens, but the usage counts ${usage.prompt} in its prompt.`,
        );
      }
      const cache = cacheOf(usage.model);
      const startsAt = serves.start(now, usage);
      const { cachedRead, cacheWrite } = cache.look(startsAt, chain);
      const settled = usage as { -readonly [Key in keyof Usage]: Usage[Key] };
      settled.cachedRead = cachedRead;
      settled.cacheWrite = cacheWrite;
      const served = serves.finish(startsAt, usage, draw);
      cache.keep(served.firstTokenAt, chain);
      return served;
    },
    totals: serves.totals,
  };
}
