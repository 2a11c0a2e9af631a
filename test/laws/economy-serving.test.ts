import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chains } from '../../src/economy/chains.ts';
import { provider } from '../../src/economy/provider.ts';
import { RateLimit } from '../../src/economy/rate-limit.ts';
import { type Serving, server, takesNoTime } from '../../src/economy/serving.ts';
import type { Usage } from '../../src/economy/usage.ts';
import { Keyed } from '../../src/kernel/keyed.ts';
import { meters } from '../../src/metrics/meters.ts';
import { execute } from '../../src/scenario/execute.ts';
import { runOf } from '../../src/scenario/scenario.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { simulate } from '../../src/world/simulate.ts';
import { scenarioOf, worldOf } from '../worlds.ts';

const noWait = { kind: 'constant', value: 0 } as const;
const draw = new Keyed(1, 'test');

/** Starts of calls that are all asked for at once, in seconds. */
function startsOf(
  serving: Partial<Serving>,
  calls: number,
  usage: Usage = { prompt: 0, output: 100 },
): number[] {
  const it = server({ firstToken: noWait, decode: 100, ...serving });
  return Array.from({ length: calls }, () => it.serve(0, usage, draw).startsAt / 1e6);
}

describe('a server', () => {
  test('takes its time to the first token, reads what is not cached, and writes', () => {
    const it = server({
      firstToken: { kind: 'constant', value: 500_000 },
      prefill: 1000,
      decode: 50,
      latent: 10,
    });
    const usage: Usage = { prompt: 3000, cachedRead: 1000, output: 100, latentSteps: 20 };
    expect({ ...it.serve(7e6, usage, draw) }).toEqual({
      startsAt: 7e6,
      firstTokenAt: 7e6 + 0.5e6 + 2e6,
      endsAt: 7e6 + 0.5e6 + 2e6 + 2e6 + 2e6,
    });
  });

  test('of c places serves c calls at a time, in order of asking', () => {
    expect(startsOf({ concurrency: 3 }, 8)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  });

  test('lets nobody overtake, and never serves more than it has places', () =>
    fc.assert(
      fc.property(
        fc.record({
          concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
          requestsPerMinute: fc.option(fc.integer({ min: 20, max: 600 }), { nil: undefined }),
          tokensPerMinute: fc.option(fc.integer({ min: 5000, max: 100_000 }), { nil: undefined }),
          kvCapacity: fc.option(fc.integer({ min: 100, max: 300 }), { nil: undefined }),
          backOff: fc.option(fc.constant({ first: 500_000, factor: 2, most: 8e6 }), { nil: undefined }),
        }),
        fc.array(
          fc.record({
            gap: fc.nat(500_000),
            prompt: fc.nat(3000),
            output: fc.nat(200),
            kvBytes: fc.nat(100),
          }),
          { maxLength: 60 },
        ),
        (options, calls) => {
          const it = server({ firstToken: noWait, prefill: 5000, decode: 80, link: 1000, ...options });
          let now = 0;
          const served = calls.map(({ gap, ...usage }) => {
            now += gap;
            return { now, usage, ...it.serve(now, usage, draw) };
          });
          served.forEach(({ startsAt, firstTokenAt, endsAt, now: asked }, i) => {
            expect(startsAt).toBeGreaterThanOrEqual(Math.max(asked, served[i - 1]?.startsAt ?? 0));
            expect(firstTokenAt).toBeGreaterThanOrEqual(startsAt);
            expect(endsAt).toBeGreaterThanOrEqual(firstTokenAt);
            // What starts at an instant at which another ends takes its place.
            const under = served.slice(0, i + 1).filter((other) => other.endsAt > startsAt);
            expect(under.length).toBeLessThanOrEqual(options.concurrency ?? Number.POSITIVE_INFINITY);
            const bytes = under.reduce((sum, { usage }) => sum + usage.kvBytes, 0);
            expect(bytes).toBeLessThanOrEqual(options.kvCapacity ?? Number.POSITIVE_INFINITY);
          });
          expect(it.totals.waited).toBe(served.reduce((sum, one) => sum + one.startsAt - one.now, 0));
        },
      ),
    ));

  test('under a limit of R requests a minute starts call k at max(0, k - R + 1) / R minutes', () => {
    const limit = 30;
    const expected = Array.from({ length: 100 }, (_, k) => (60 * Math.max(0, k - limit + 1)) / limit);
    for (const [k, at] of startsOf({ requestsPerMinute: limit }, 100).entries())
      expect(at).toBeCloseTo(expected[k]!, 4);
  });

  test('under a limit of T tokens a minute has spent at most T (1 + t) after t minutes', () => {
    const usage = { prompt: 900, output: 100 };
    const starts = startsOf({ tokensPerMinute: 10_000 }, 60, usage);
    for (const [k, at] of starts.entries())
      expect(at).toBeCloseTo((60 * Math.max(0, 1000 * (k + 1) - 10_000)) / 10_000, 4);
  });

  test('with back-off starts at the first try that is let through', () => {
    const backOff = { first: 1e6, factor: 2, most: 8e6 };
    const it = server({ firstToken: noWait, requestsPerMinute: 3, backOff });
    const starts = Array.from({ length: 5 }, () => it.serve(0, undefined, draw).startsAt / 1e6);
    // One passes every 20 s; tries come 1, 3, 7, 15, 23, 31 s after the one before has passed.
    expect(starts).toEqual([0, 0, 0, 23, 23 + 23]);
    expect(it.totals.refusals).toBe(5 + 5);
  });

  test('moves keys and values over one link, call after call, and holds so many bytes at once', () => {
    const usage: Usage = { prompt: 0, output: 100, kvBytes: 500 };
    const it = server({ firstToken: noWait, decode: 100, link: 1000 });
    expect([0, 1, 2].map(() => it.serve(0, usage, draw).firstTokenAt / 1e6)).toEqual([0.5, 1, 1.5]);
    expect(startsOf({ kvCapacity: 1000 }, 5, usage)).toEqual([0, 0, 1, 1, 2]);
  });

  test('refuses what can never be served, by name', () => {
    expect(() => startsOf({ tokensPerMinute: 50 }, 1)).toThrow(
      'tokensPerMinute must be at least what one call takes, 100, but is 50',
    );
    expect(() => startsOf({ kvCapacity: 50 }, 1, { prompt: 1, output: 1, kvBytes: 51 })).toThrow(
      'kvCapacity must be at least what one call takes, 51, but is 50',
    );
    expect(() => server({ firstToken: noWait, decode: 0 })).toThrow(
      'decode must be above 0 a second, but is 0',
    );
    expect(() => new RateLimit(0, 'requestsPerMinute')).toThrow('requestsPerMinute must be above 0');
  });

  test('takes no time only where nothing of it does', () => {
    expect(takesNoTime({ firstToken: noWait, concurrency: 1 })).toBe(true);
    expect(takesNoTime({ firstToken: noWait, requestsPerMinute: 1 })).toBe(false);
    expect(takesNoTime({ firstToken: noWait, link: 1 })).toBe(false);
  });
});

describe('a provider', () => {
  test('reads from the cache at the start of a call, and keeps at its first token', () => {
    const chains = new Chains();
    const chain = chains.extend(0, 1, 1000);
    const it = provider({ firstToken: noWait, prefill: 1000, cache: { ttl: 10e6 } }, chains);
    const call = (now: number) => {
      const usage: Usage = { prompt: 1000, output: 0 };
      const { endsAt } = it.call(now, usage, chain, draw);
      return [usage.cachedRead, usage.cacheWrite, endsAt - now];
    };
    expect(call(0)).toEqual([0, 1000, 1e6]);
    expect(call(0.5e6)).toEqual([0, 1000, 1e6]);
    expect(call(1e6)).toEqual([1000, 0, 0]);
    expect(() => it.call(2e6, { prompt: 7, output: 0 }, chain, draw)).toThrow(
      /1000 tokens, but the usage counts 7/,
    );
  });

  test('keeps the caches of models apart', () => {
    const chains = new Chains();
    const chain = chains.extend(0, 1, 1000);
    const it = provider({ firstToken: noWait, cache: { ttl: 10e6 } }, chains);
    const read = (model: string) => {
      const usage: Usage = { prompt: 1000, output: 0, model };
      it.call(0, usage, chain, draw);
      return usage.cachedRead;
    };
    expect([read('a'), read('b'), read('a')]).toEqual([0, 0, 1000]);
  });
});

describe('in a run', () => {
  const agentsnet = {
    seed: 3,
    topology: { kind: 'watts-strogatz', agents: 12, k: 4, p: 0.4 },
    task: { kind: 'coloring' },
    protocol: { kind: 'agentsnet', mode: 'clean' },
    behaviour: { kind: 'bounded', malformed: 0.1 },
    network: { latency: '50ms' },
    serving: { firstToken: '600ms', decode: 80 },
    metrics: ['meters'],
  };
  const rowOf = (more: Record<string, unknown>) => {
    const scenario = scenarioOf({ ...agentsnet, ...more });
    return execute(runOf(scenario, scenario.points[0]!, 0));
  };
  const prices = { model: 'gpt-4o-mini', date: '2026-06-01' };
  const cache = { ttl: '300s', minimum: 0 };

  test('a cache changes no answer, and what is read from it is most of what is read', () => {
    const plain = rowOf({});
    const cached = rowOf({ serving: { ...agentsnet.serving, cache } });
    expect(cached.fingerprint).toBe(plain.fingerprint);
    expect(cached.metrics.solved).toBe(plain.metrics.solved);
    expect(plain.metrics.cachedShare).toBe(0);
    expect(cached.metrics.cachedShare).toBeGreaterThan(0.5);
    expect(cached.metrics.cachedTokens! + cached.metrics.writtenTokens!).toBe(cached.metrics.promptTokens);
    const faster = { ...agentsnet.serving, prefill: 1000 };
    expect(rowOf({ serving: { ...faster, cache } }).metrics.seconds).toBeLessThan(
      rowOf({ serving: faster }).metrics.seconds!,
    );
  });

  test('prices change no event', () => {
    const [plain, priced] = [rowOf({}), rowOf({ prices })];
    expect(priced.fingerprint).toBe(plain.fingerprint);
    expect(plain.metrics.dollars).toBeNull();
    const { promptTokens, outputTokens } = priced.metrics;
    expect(priced.metrics.dollars).toBeCloseTo((0.15 * promptTokens! + 0.6 * outputTokens!) / 1e6, 9);
    const unknown = { ...prices, table: [{ model: 'gpt-4o-mini', input: 1, output: 1 }] };
    const withCache = { serving: { ...agentsnet.serving, cache } };
    expect(rowOf({ prices: unknown, ...withCache }).metrics.dollars).toBeNull();
    expect(rowOf({ prices, ...withCache }).metrics.dollars).toBeLessThan(priced.metrics.dollars!);
  });

  test('the meters count what the run counts, retries apart', () => {
    const { metrics } = rowOf({});
    const { firstTokens, retryTokens, repairTokens, otherTokens } = metrics;
    expect(firstTokens! + retryTokens! + repairTokens! + otherTokens!).toBe(metrics.tokens);
    expect(retryTokens).toBeGreaterThan(0);
    expect(metrics.freshTokens).toBe(metrics.promptTokens);
    expect(metrics.largestContext).toBeGreaterThan(metrics.tokens! / metrics.calls!);
  });

  test('watching by meters changes nothing', () => {
    const { setting, ...world } = worldOf({ ...agentsnet, metrics: [] });
    const observers = [meters.create({}).begin(setting)];
    const again = worldOf({ ...agentsnet, metrics: [] });
    expect(simulate({ setting, ...world, observers }).fingerprint).toBe(simulate(again).fingerprint);
  });

  test('a queue lengthens a run, and changes nobody’s mind where rounds wait', () => {
    const alone = rowOf({ serving: { ...agentsnet.serving, concurrency: 1 } });
    const plain = rowOf({});
    expect(alone.metrics.seconds).toBeGreaterThan(5 * plain.metrics.seconds!);
    expect(alone.metrics.tokens).toBe(plain.metrics.tokens);
    expect(rowOf({ serving: { ...agentsnet.serving, concurrency: 12 } }).fingerprint).toBe(plain.fingerprint);
    const limited = rowOf({ serving: { ...agentsnet.serving, requestsPerMinute: 20 } });
    expect(limited.metrics.seconds).toBeGreaterThan(60 * (limited.metrics.calls! / 20 - 1));
  });

  test('a cap on money ends it over budget, one call beyond at most', () => {
    const free = rowOf({ prices });
    const half = free.metrics.dollars! / 2;
    const { outcome, cause, metrics, witness } = rowOf({ prices, limits: { money: half } });
    expect([outcome, cause]).toEqual(['budget', 'money']);
    expect(witness).toContain('the limit on money was met');
    expect(metrics.dollars).toBeGreaterThan(half);
    expect(metrics.dollars! - half).toBeLessThan((0.15 * metrics.largestContext!) / 1e6 + 0.6e-3);
    expect(rowOf({ prices, limits: { money: 2 * half } }).fingerprint).toBe(free.fingerprint);
  });

  test('a cap on money is not kept in silence where a price is unknown', () => {
    const table = [{ model: 'house', input: 1, output: 1 }];
    const row = rowOf({
      prices: { model: 'house', date: '2026-01-01', table },
      limits: { money: 1 },
      serving: { ...agentsnet.serving, cache },
    });
    expect(row.error).toMatch(/what a call of agent 0 costs is not known/);
  });

  const issuesOf = (more: Record<string, unknown>): string[] => {
    try {
      scenarioOf({ ...agentsnet, ...more });
    } catch (error) {
      if (error instanceof ScenarioError)
        return error.issues.map(({ path, message }) => `${path}: ${message}`);
      throw error;
    }
    return [];
  };

  test.each([
    [
      { prices: { ...prices, model: 'gpt-9' } },
      /^prices.model: gpt-9 is no model of the price table; known are/,
    ],
    [
      { prices: { ...prices, date: '2020-01-01' } },
      /^prices.date: gpt-4o-mini has no price on 2020-01-01; its first/,
    ],
    [{ prices: { ...prices, date: 'now' } }, /^prices.date: must be a day such as 2026-07-30, but is/],
    [
      { prices: { ...prices, table: [{ model: 'm', input: -1, output: 1 }] } },
      /^prices.table\[0\].input: must be at least 0/,
    ],
    [
      {
        prices: {
          ...prices,
          table: [
            {
              model: 'm',
              input: 1,
              output: 1,
              tiers: [
                { above: 9, input: 1, output: 1 },
                { above: 9, input: 1, output: 1 },
              ],
            },
          ],
        },
      },
      /^prices.table: tiers of m must rise/,
    ],
    [{ limits: { money: 1 } }, /^prices: is missing: `limits.money` needs/],
    [{ limits: { money: 1e-9 }, prices }, /^limits.money: must cover the fixed cost of one call/],
    [
      { limits: { tokens: 100 } },
      /^limits.tokens: must cover the fixed cost of one call \(609 tokens\), but is 100/,
    ],
    [{ serving: { cache: { ttl: '0s' } } }, /^serving.cache.*longer than zero/],
    [{ serving: { cache: 'gpt-9' } }, /^serving.cache: must be one of claude-opus-4/],
    [{ serving: { concurrency: 0 } }, /^serving.concurrency: must be at least 1/],
    [{ serving: { backOff: { first: '1s' } } }, /^serving.backOff: is read with a rate limit only/],
  ])('refuses %j', (more, expected) => {
    expect(issuesOf(more)).toEqual([expect.stringMatching(expected)]);
  });

  test('takes a model’s cache rules by its name', () => {
    expect(issuesOf({ serving: { cache: 'claude-opus-5' } })).toEqual([]);
  });
});
