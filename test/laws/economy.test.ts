import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budget, budgetFault, splitBudget } from '../../src/economy/budgets.ts';
import { Chains } from '../../src/economy/chains.ts';
import { Context } from '../../src/economy/context.ts';
import { externalMemory } from '../../src/economy/external-memory.ts';
import { type MeterKind, meterKinds, meters } from '../../src/economy/meters.ts';
import { PrefixCache } from '../../src/economy/prefix-cache.ts';
import { charger, type PriceEntry, priceBook, priceOf, type Rates } from '../../src/economy/prices.ts';
import { freshTokens, isSound, type Usage, usageFault } from '../../src/economy/usage.ts';
import { listPrices, priceEntries } from '../../src/profiles/prices.ts';

const tokens = fc.integer({ min: 0, max: 200_000 });

const anyUsage = (): fc.Arbitrary<Usage> =>
  fc
    .record({
      parts: fc.array(tokens, { minLength: 3, maxLength: 3 }),
      output: tokens,
      thought: fc.double({ min: 0, max: 1, noNaN: true }),
      latentSteps: fc.nat(80),
      kvBytes: fc.nat(1_000_000),
      requested: tokens,
      purpose: fc.option(fc.constantFrom('first', 'retry', 'repair', 'summary'), { nil: undefined }),
      edge: fc.option(fc.nat(4), { nil: undefined }),
    })
    .map(({ parts, output, thought, purpose, edge, ...rest }) => ({
      prompt: parts[0]! + parts[1]! + parts[2]!,
      cachedRead: parts[0]!,
      cacheWrite: parts[1]!,
      output,
      reasoning: Math.floor(output * thought),
      ...rest,
      ...(purpose === undefined ? {} : { purpose }),
      ...(edge === undefined ? {} : { edge }),
    }));

describe('usage', () => {
  test('cached reads and writes are parts of the prompt, reasoning of the output', () =>
    fc.assert(
      fc.property(anyUsage(), (usage) => {
        expect(usageFault(usage)).toBeUndefined();
        expect(freshTokens(usage) + usage.cachedRead! + usage.cacheWrite!).toBe(usage.prompt);
      }),
    ));

  test('are sound exactly where nothing is wrong with them', () => {
    const odd = fc.constantFrom(0, 1, 5, -1, Number.NaN, Number.POSITIVE_INFINITY);
    const names = [
      'prompt',
      'output',
      'cachedRead',
      'cacheWrite',
      'reasoning',
      'latentSteps',
      'kvBytes',
      'requested',
    ];
    fc.assert(
      fc.property(fc.record(Object.fromEntries(names.map((name) => [name, odd]))), (values) => {
        const usage = values as unknown as Usage;
        expect(isSound(usage)).toBe(usageFault(usage) === undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('canary: what counts a part twice is refused, by name', () => {
    expect(usageFault({ prompt: 10, output: 1, cachedRead: 8, cacheWrite: 3 })).toMatch(
      /cachedRead \+ cacheWrite/,
    );
    expect(usageFault({ prompt: 10, output: 1, reasoning: 2 })).toMatch(/reasoning must be at most output/);
    expect(usageFault({ prompt: -1, output: 1 })).toMatch(/prompt must be .* but is -1/);
    expect(usageFault({ prompt: 1, output: Number.NaN })).toMatch(/output must be .* but is NaN/);
  });
});

/** Contents as paths: equal paths, equal chains. */
const anyPath = () => fc.array(fc.nat(5), { maxLength: 8 });
const sizeOf = (identity: number): number => 10 * (identity + 1);
const chainOf = (chains: Chains, path: readonly number[]): number =>
  path.reduce((chain, identity) => chains.extend(chain, identity, sizeOf(identity)), 0);

describe('chains', () => {
  test('equal contents are one chain, and a common prefix is a common ancestor', () =>
    fc.assert(
      fc.property(anyPath(), anyPath(), (one, other) => {
        const chains = new Chains();
        const [a, b] = [chainOf(chains, one), chainOf(chains, other)];
        let shared = 0;
        while (shared < Math.min(one.length, other.length) && one[shared] === other[shared]) shared++;
        expect(chains.common(a, b)).toBe(chainOf(chains, one.slice(0, shared)));
        expect(chains.isPrefix(a, b)).toBe(shared === one.length);
        expect(chains.length(a)).toBe(one.reduce((sum, identity) => sum + sizeOf(identity), 0));
        expect(a === b).toBe(one.join() === other.join());
      }),
    ));

  test('grow far beyond their first size without losing one', () => {
    const chains = new Chains();
    const made = Array.from({ length: 3000 }, (_, i) => chains.extend(i % 7, i, 1));
    expect(made.map((_, i) => chains.extend(i % 7, i, 1))).toEqual(made);
    expect(chains.size).toBe(3001);
    expect(chains.tokens).toBe(3000);
  });

  test('refuse one text in two sizes, and identities that are none', () => {
    const chains = new Chains();
    chains.extend(0, 3, 10);
    expect(() => chains.extend(0, 3, 11)).toThrow('segment 3 has 10 tokens, but is given 11 now');
    expect(() => chains.extend(0, -1, 1)).toThrow(/identity must be/);
    expect(() => chains.extend(9, 1, 1)).toThrow(/chain must be one of the 2/);
    expect(chains.newIdentity()).not.toBe(chains.newIdentity());
  });
});

describe('the prefix cache', () => {
  const anyRequests = () =>
    fc.array(
      fc.record({
        gap: fc.oneof(fc.constantFrom(0, 1, 5), fc.nat(150)),
        path: anyPath(),
        begins: fc.nat(60),
      }),
      { maxLength: 60 },
    );
  const anyRules = () =>
    fc.record({
      ttl: fc.integer({ min: 1, max: 300 }),
      minimum: fc.constantFrom(0, 40, 100),
      capacity: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
      step: fc.constantFrom(1, 16),
    });

  test('never reads more than the prompt, and accounts for all of it', () =>
    fc.assert(
      fc.property(anyRules(), anyRequests(), (rules, requests) => {
        const chains = new Chains();
        const cache = new PrefixCache(chains, rules);
        let now = 0;
        for (const { gap, path, begins } of requests) {
          now += gap;
          const chain = chainOf(chains, path);
          const { cachedRead, cacheWrite, fresh } = cache.request(now, chain, now + begins);
          expect(Math.min(cachedRead, cacheWrite, fresh)).toBeGreaterThanOrEqual(0);
          expect(cachedRead + cacheWrite + fresh).toBe(chains.length(chain));
          expect(cachedRead % rules.step).toBe(0);
          if (rules.capacity !== undefined) expect(cache.size).toBeLessThanOrEqual(rules.capacity);
        }
      }),
    ));

  /** The same rules in the plainest way: every prefix by its text, with when it was touched. */
  const naive = (ttl: number, minimum: number) => {
    const entries = new Map<string, { usable: number; touched: number }>();
    const prefixes = (path: readonly number[]) => path.map((_, i) => path.slice(0, i + 1));
    return (now: number, path: readonly number[], begins: number): number => {
      const lengthOf = (it: readonly number[]): number => it.reduce((sum, id) => sum + sizeOf(id), 0);
      const hit = prefixes(path).findLast((it) => {
        const entry = entries.get(it.join());
        return entry !== undefined && entry.usable <= now && now - entry.touched <= ttl;
      });
      const isHit = hit !== undefined && lengthOf(hit) >= minimum;
      const kept = path.length > 0 && lengthOf(path) >= minimum ? path : [];
      for (const prefix of prefixes(kept)) {
        const key = prefix.join();
        const old = entries.get(key);
        const isFound = isHit && prefix.length <= hit.length;
        const alive = old !== undefined && (isFound || begins - old.touched <= ttl);
        entries.set(key, {
          usable: alive ? Math.min(old.usable, begins) : begins,
          touched: alive ? Math.max(old.touched, begins) : begins,
        });
      }
      return isHit ? lengthOf(hit) : 0;
    };
  };

  test('hits as the plainest account of its rules does', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(0, 40),
        anyRequests(),
        (ttl, minimum, requests) => {
          const chains = new Chains();
          const cache = new PrefixCache(chains, { ttl, minimum });
          const plain = naive(ttl, minimum);
          let now = 0;
          for (const { gap, path, begins } of requests) {
            now += gap;
            const expected = plain(now, path, now + begins);
            expect(cache.request(now, chainOf(chains, path), now + begins).cachedRead).toBe(expected);
          }
        },
      ),
    ));

  test('prefill is charged once per edge of the trie while entries live', () =>
    fc.assert(
      fc.property(fc.array(anyPath(), { maxLength: 40 }), (paths) => {
        const chains = new Chains();
        const cache = new PrefixCache(chains, { ttl: 1e12 });
        let charged = 0;
        paths.forEach((path, now) => {
          const { cacheWrite, fresh } = cache.request(now, chainOf(chains, path));
          charged += cacheWrite + fresh;
        });
        expect(charged).toBe(chains.tokens);
      }),
    ));

  test('lives up to and including its time to live, which every hit refreshes', () => {
    const chains = new Chains();
    const cache = new PrefixCache(chains, { ttl: 300 });
    const chain = chainOf(chains, [1, 2]);
    const hits = [0, 300, 600, 901, 1201].map((now) => cache.request(now, chain).cachedRead > 0);
    expect(hits).toEqual([false, true, true, false, true]);
  });

  test('is usable from the first response on, not before', () => {
    const chains = new Chains();
    const cache = new PrefixCache(chains, { ttl: 1000 });
    const chain = chainOf(chains, [1, 2]);
    cache.request(0, chain, 50);
    expect(cache.request(49, chain, 99).cachedRead).toBe(0);
    expect(cache.request(50, chain, 100).cachedRead).toBe(chains.length(chain));
  });

  test('of two that write the same, is usable from the response that begins first', () => {
    const chains = new Chains();
    const cache = new PrefixCache(chains, { ttl: 1000 });
    const chain = chainOf(chains, [1, 2]);
    cache.request(0, chain, 90);
    cache.request(10, chain, 50);
    expect(cache.request(60, chain).cachedRead).toBe(chains.length(chain));
  });

  test('keeps nothing below its minimum, and up to the breakpoint only', () => {
    const chains = new Chains();
    const cache = new PrefixCache(chains, { ttl: 1000, minimum: 50 });
    const [short, long] = [chainOf(chains, [3]), chainOf(chains, [3, 3])];
    expect({ ...cache.request(0, short) }).toEqual({ cachedRead: 0, cacheWrite: 0, fresh: 40 });
    expect({ ...cache.request(1, long) }).toEqual({ cachedRead: 0, cacheWrite: 80, fresh: 0 });
    expect(cache.request(2, short).cachedRead).toBe(0);
    const longer = chains.extendFresh(long, 7);
    expect({ ...cache.request(3, longer, 3, long) }).toEqual({ cachedRead: 80, cacheWrite: 0, fresh: 7 });
    expect(() => cache.request(4, long, 4, longer)).toThrow(/must be a prefix/);
  });

  test('pushes out what was touched longest ago, ends of chains first', () => {
    const chains = new Chains();
    const cache = new PrefixCache(chains, { ttl: 1e9, capacity: 100 });
    const [a, ab, c] = [chainOf(chains, [3]), chainOf(chains, [3, 2]), chainOf(chains, [4])];
    cache.request(0, ab);
    cache.request(1, c);
    expect(cache.size).toBe(90);
    expect(cache.request(2, ab).cachedRead).toBe(chains.length(a));
  });

  test('refuses a time to live of zero, by name', () => {
    expect(() => new PrefixCache(new Chains(), { ttl: 0 })).toThrow('ttl must be longer than zero, but is 0');
    expect(() => new PrefixCache(new Chains(), { ttl: 1, step: 0 })).toThrow(/step must be/);
    expect(() => new PrefixCache(new Chains(), { ttl: 1, capacity: 0 })).toThrow(/capacity must be/);
  });
});

describe('prices', () => {
  const rateNames = ['input', 'output', 'cachedRead', 'cacheWrite', 'latentStep', 'kvByte'] as const;
  const anyRates = () =>
    fc
      .tuple(...rateNames.map(() => fc.double({ min: 0, max: 100, noNaN: true })))
      .map(
        (values) => Object.fromEntries(rateNames.map((name, i) => [name, values[i]!])) as unknown as Rates,
      );
  const bookWith = (rates: Rates, long: Rates) =>
    priceBook([{ model: 'm', from: '2026-01-01', rates, tiers: [{ above: 100_000, rates: long }] }]);
  const on = { model: 'm', date: '2026-06-01' };

  test('a call never costs less when a price rises', () =>
    fc.assert(
      fc.property(
        anyUsage(),
        anyRates(),
        anyRates(),
        fc.constantFrom(...rateNames),
        fc.boolean(),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (usage, rates, long, name, isLong, rise) => {
          const raised = (it: Rates): Rates => ({ ...it, [name]: it[name]! + rise });
          const before = priceOf(bookWith(rates, long), usage, on).dollars!;
          const after = priceOf(
            isLong ? bookWith(rates, raised(long)) : bookWith(raised(rates), long),
            usage,
            on,
          ).dollars!;
          expect(after).toBeGreaterThanOrEqual(before);
        },
      ),
    ));

  test('a charger and a single price agree', () =>
    fc.assert(
      fc.property(anyUsage(), anyRates(), anyRates(), (usage, rates, long) => {
        const book = bookWith(rates, long);
        expect(charger(book, on)(usage)).toBe(priceOf(book, usage, on).dollars);
        expect(charger(book, on)({ ...usage, model: 'other' })).toBeNaN();
      }),
    ));

  test('a long prompt reprices the whole request, from one token above the tier on', () => {
    const call = (prompt: number) =>
      priceOf(listPrices, { prompt, output: 1000 }, { model: 'claude-haiku-5.5', date: '2026-10-09' })
        .dollars;
    expect(call(100_000)).toBeCloseTo(0.1 * 0.1 + 0.5e-3, 12);
    expect(call(100_001)).toBeCloseTo(0.500005 * 0.1 + 2.5e-3, 12);
  });

  test('what is not known is said to be so, and is never nothing', () => {
    const usage: Usage = { prompt: 1000, output: 10, cacheWrite: 500 };
    const unknown = (it: Usage, model: string, date = '2026-10-09', more = {}) =>
      priceOf(listPrices, it, { model, date, ...more });
    expect(unknown(usage, 'gpt-9')).toEqual({
      dollars: undefined,
      why: expect.stringMatching(/^gpt-9 is no model of the price table; known are claude-fable, .*gpt-4o/),
    });
    expect(unknown(usage, 'claude-opus-5', '2025-06-01')).toMatchObject({
      dollars: undefined,
      why: 'claude-opus-5 has no price on 2025-06-01; its first is from 2026-07-24 on',
    });
    expect(unknown(usage, 'gemini-2.5-pro')).toMatchObject({
      why: expect.stringMatching(/for cache writes$/),
    });
    expect(unknown({ prompt: 1, output: 1, latentSteps: 40 }, 'gpt-5')).toMatchObject({
      why: expect.stringMatching(/for latent steps$/),
    });
    expect(unknown(usage, 'deepseek-v4-pro', undefined, { batch: true })).toMatchObject({
      why: expect.stringMatching(/for batches$/),
    });
    expect(unknown(usage, 'gpt-5', 'soon')).toMatchObject({ why: expect.stringMatching(/must be a day/) });
    expect(unknown(usage, 'gpt-5', '2026-02-30')).toMatchObject({
      why: expect.stringMatching(/must be a day/),
    });
  });

  test('a price holds until the next one, and a line is its newest model', () => {
    const read = (model: string, date: string) =>
      priceOf(listPrices, { prompt: 1e6, output: 0, cachedRead: 1e6 }, { model, date }).dollars;
    expect(read('claude-sonnet-5.5', '2026-10-06')).toBeCloseTo(0.2);
    expect(read('claude-sonnet-5.5', '2026-10-07')).toBeCloseTo(0.1);
    expect(read('claude-opus', '2025-06-01')).toBeCloseTo(1.5);
    expect(read('claude-opus', '2026-10-09')).toBeCloseTo(0.2);
  });

  test('entries that cannot be are refused, by name', () => {
    const entry = (more: Partial<PriceEntry>): PriceEntry => ({
      model: 'm',
      from: '2026-01-01',
      rates: { input: 1, output: 2 },
      ...more,
    });
    expect(() => priceBook([entry({ rates: { input: -1, output: 2 } })])).toThrow(
      'input of m must be 0 or more dollars per million, but is -1',
    );
    expect(() => priceBook([entry({ from: '2026-13-01' })])).toThrow(/must hold from a day/);
    expect(() => priceBook([entry({}), entry({})])).toThrow('m has two entries from 2026-01-01');
    const rates = { input: 1, output: 1 };
    expect(() =>
      priceBook([
        entry({
          tiers: [
            { above: 5, rates },
            { above: 5, rates },
          ],
        }),
      ]),
    ).toThrow(/must rise/);
    expect(() => priceBook([entry({ batch: 2 })])).toThrow(/batch of m/);
  });

  test('every listed price has its read and write prices in order: read below input, input below output', () => {
    for (const { model, rates } of priceEntries) {
      expect(rates.cachedRead ?? 0, model).toBeLessThanOrEqual(rates.input);
      expect(rates.cacheWrite ?? rates.input, model).toBeGreaterThanOrEqual(rates.input);
      expect(rates.output, model).toBeGreaterThanOrEqual(rates.input);
    }
  });
});

describe('meters', () => {
  const anySpent = () =>
    fc.array(fc.record({ agent: fc.nat(4), round: fc.integer({ min: -1, max: 40 }), usage: anyUsage() }), {
      maxLength: 60,
    });
  const summed = (kind: MeterKind, rows: readonly Readonly<Record<MeterKind, number>>[]): number =>
    rows.reduce((sum, row) => sum + row[kind], 0);

  test('add up over agents, edges, rounds and purposes to the same total', () =>
    fc.assert(
      fc.property(anySpent(), (calls) => {
        const charge = (usage: Usage): number => (usage.prompt + 5 * usage.output) / 1e6;
        const account = meters(5, charge);
        for (const { agent, round, usage } of calls) account.add(agent, round, usage);
        const total = account.total();
        const rounds = Array.from({ length: account.rounds() + 1 }, (_, i) => account.byRound(i - 1));
        const headings = [
          Array.from({ length: 5 }, (_, agent) => account.byAgent(agent)),
          account.edges().map(([from, to]) => account.byEdge(from, to)),
          rounds,
          account.purposes().map(account.byPurpose),
        ];
        for (const rows of headings) {
          for (const kind of meterKinds) {
            if (kind === 'dollars') expect(summed(kind, rows)).toBeCloseTo(total[kind], 9);
            else expect(summed(kind, rows), kind).toBe(total[kind]);
          }
        }
        expect(total.calls).toBe(calls.length);
        expect(total.prompt).toBe(calls.reduce((sum, { usage }) => sum + usage.prompt, 0));
        expect(total.dollars).toBeCloseTo(
          calls.reduce((sum, { usage }) => sum + charge(usage), 0),
          9,
        );
      }),
    ));

  test('refuse what counts twice; dollars with an unknown part are unknown', () => {
    const account = meters(2, (usage) => (usage.output > 1 ? Number.NaN : 1));
    account.add(0, 0, { prompt: 3, output: 1, edge: 1 });
    account.add(1, -1, { prompt: 9, output: 2, purpose: 'retry' });
    expect([account.byAgent(0).dollars, account.total().dollars]).toEqual([1, Number.NaN]);
    expect(account.byEdge(1, 0).prompt).toBe(3);
    expect([-1, 0, 1].map((round) => account.byRound(round).prompt)).toEqual([9, 3, 0]);
    expect(account.byPurpose('retry').prompt).toBe(9);
    expect(account.byEdge(1, 1).prompt).toBe(9);
    expect(account.byEdge(0, 1).calls).toBe(0);
    expect(account.byPurpose('repair').calls).toBe(0);
    expect(account.largestContext()).toBe(11);
    expect(() => account.add(0, 0, { prompt: 1, output: 1, cachedRead: 2 })).toThrow(/cachedRead/);
    expect(() => account.add(2, 0, { prompt: 1, output: 1 })).toThrow(/one of 2/);
    const heard = [{ from: 1, tokens: 4 }];
    expect(() => account.add(0, 0, { prompt: 3, output: 1, heard })).toThrow(/heard must be at most prompt/);
  });
});

describe('what is heard', () => {
  test('is booked on the edge it came over, at what it costs to read, and the rest on the agent itself', () => {
    const charge = ({ prompt, output, cachedRead = 0, cacheWrite = 0 }: Usage): number =>
      10 * (prompt - cachedRead - cacheWrite) + cachedRead + 12 * cacheWrite + 100 * output;
    const account = meters(3, charge);
    const heard = [
      { from: 1, tokens: 20 },
      { from: 2, tokens: 15 },
      { from: 0, tokens: 7 },
    ];
    account.add(0, -1, { prompt: 100, output: 5, cachedRead: 60, cacheWrite: 10, heard });
    // All 30 fresh tokens and 5 of those written, 360 dollars for 35. What an agent hears of itself is its own.
    expect(account.byEdge(1, 0)).toMatchObject({ calls: 0, prompt: 20, cacheWrite: 3 });
    expect(account.byEdge(2, 0)).toMatchObject({ calls: 0, prompt: 15, cacheWrite: 2 });
    expect(account.byEdge(1, 0).dollars).toBeCloseTo((360 * 20) / 35, 9);
    expect(account.byEdge(2, 0).dollars).toBeCloseTo((360 * 15) / 35, 9);
    expect(account.byEdge(0, 0)).toMatchObject({
      calls: 1,
      prompt: 65,
      cacheWrite: 5,
      output: 5,
      dollars: expect.closeTo(620, 9),
    });
  });

  test('is shared out alike among equal messages, in whatever order they come', () => {
    const anyHeard = fc.array(fc.record({ from: fc.nat(4), tokens: fc.nat(60) }), { maxLength: 8 });
    fc.assert(
      fc.property(anyUsage(), anyHeard, (usage, heard) => {
        const heardTokens = heard.reduce((sum, { tokens }) => sum + tokens, 0);
        const { edge: _, ...call } = { ...usage, prompt: usage.prompt + heardTokens };
        const charge = (it: Usage): number => {
          const { prompt, output, cachedRead = 0, cacheWrite = 0 } = it;
          return (
            (prompt > 100 ? 7 : 1) *
            (10 * (prompt - cachedRead - cacheWrite) + cachedRead + 12 * cacheWrite + output)
          );
        };
        const booked = (order: typeof heard) => {
          const account = meters(6, charge);
          account.add(5, 0, { ...call, heard: order });
          return [0, 1, 2, 3, 4, 5].map((from) => account.byEdge(from, 5));
        };
        const forth = booked(heard);
        const back = booked(heard.toReversed());
        const read = forth.slice(0, 5).reduce((sum, { prompt }) => sum + prompt, 0);
        const paid = forth.slice(0, 5).reduce((sum, { dollars }) => sum + dollars, 0);
        expect(read).toBe(heardTokens);
        expect(paid + forth[5]!.dollars).toBeCloseTo(charge(call), 6);
        for (const [from, edge] of forth.entries()) {
          for (const kind of meterKinds) expect(edge[kind], kind).toBeGreaterThanOrEqual(0);
          expect(edge.cachedRead + edge.cacheWrite).toBeLessThanOrEqual(edge.prompt);
          expect(back[from]!.dollars).toBeCloseTo(edge.dollars, 6);
          if (from < 5 && read > 0) expect(edge.dollars).toBeCloseTo((paid * edge.prompt) / read, 6);
        }
      }),
    );
  });

  test('may be keys and values: their bytes, and what moving them costs, are on the edge they came over', () => {
    const charge = ({ prompt, output, kvBytes = 0 }: Usage): number =>
      10 * prompt + 100 * output + kvBytes / 4;
    const account = meters(2, charge);
    account.add(1, 0, { prompt: 30, output: 2, kvBytes: 800, heard: [{ from: 0, tokens: 0, kvBytes: 600 }] });
    expect(account.byEdge(0, 1)).toMatchObject({ calls: 0, prompt: 0, kvBytes: 600, dollars: 150 });
    expect(account.byEdge(1, 1)).toMatchObject({ calls: 1, prompt: 30, kvBytes: 200, dollars: 550 });
    const heard = [{ from: 0, tokens: 0, kvBytes: 801 }];
    expect(() => account.add(1, 0, { prompt: 30, output: 2, kvBytes: 800, heard })).toThrow(
      /kvBytes of heard must be at most kvBytes \(800\)/,
    );
  });
});

describe('budgets', () => {
  test('cap, requested and realised are three numbers', () => {
    const it = budget({ cap: 1000, fixed: 100 });
    expect(it.request(400)).toBe(400);
    it.spend(650);
    expect(it.request(900)).toBe(350);
    it.spend(300);
    expect([it.cap, it.requested, it.realised, it.left, it.isSpent]).toEqual([1000, 1300, 950, 50, true]);
    it.spend(80);
    expect([it.realised, it.left, it.request(10)]).toEqual([1030, 0, 0]);
  });

  test('a split adds up to its cap', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 50 }), (cap, parts) => {
        const shares = splitBudget({ cap }, parts);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(cap);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    ));

  test('below the fixed cost of one call there is no budget', () => {
    expect(() => budget({ cap: 99, fixed: 100 })).toThrow(
      'must cover the fixed cost of one call (100 tokens), but is 99',
    );
    expect(() => splitBudget({ cap: 399, fixed: 100 }, 4)).toThrow('399 tokens over 4 calls leave 99 each');
    expect(budgetFault({ cap: -1, unit: 'dollars' })).toBe('must be above 0 dollars, but is -1');
    expect(budgetFault({ cap: 100, fixed: 100 })).toBeUndefined();
    expect(() => budget({ cap: 1 }).spend(-1)).toThrow(/0 or more tokens/);
  });
});

describe('contexts', () => {
  test('a call reads the prefix, all that was heard, and all that was said but for reasoning', () => {
    const chains = new Chains();
    const prefix = chains.extend(chains.extend(0, 1, 500), 2, 100);
    const context = new Context(chains, { prefix });
    context.hear(10, 40);
    expect(context.call({ output: 30, reasoning: 20 }).usage).toEqual({
      prompt: 640,
      output: 30,
      reasoning: 20,
    });
    context.hear(11, 5);
    expect(context.call({ output: 1 }).usage.prompt).toBe(655);
  });

  test('an unbounded context costs the square of its calls: k s + a k (k - 1) / 2', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(900), fc.nat(50), (calls, system, output) => {
        const chains = new Chains();
        const context = new Context(chains, { prefix: chains.extend(0, 1, system) });
        let read = 0;
        for (let call = 0; call < calls; call++) read += context.call({ output }).usage.prompt;
        expect(read).toBe(calls * system + (output * calls * (calls - 1)) / 2);
      }),
    ));

  test('never exceeds its window, and keeps its prefix', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }),
        fc.constantFrom('truncate' as const, 'summarise' as const),
        (heard, kind) => {
          const chains = new Chains();
          const window = 300;
          const prefix = chains.extend(0, 1, 80);
          const overflow =
            kind === 'truncate'
              ? { kind, leaves: 0.5 }
              : { kind, ratio: 0.2, keeps: (id: number) => id % 2 === 0 };
          const context = new Context(chains, { window, prefix, overflow });
          heard.forEach((size, i) => {
            context.hear(100 + i, size);
            const { usage, chain, before } = context.call({ output: 20 });
            expect(usage.prompt + usage.output).toBeLessThanOrEqual(window);
            expect(usage.prompt).toBe(chains.length(chain));
            expect(chains.isPrefix(prefix, chain)).toBe(true);
            for (const summary of before) expect(summary.usage.purpose).toBe('summary');
          });
        },
      ),
    ));

  test('truncation forgets the oldest; a summary keeps what it is said to keep, and is paid for', () => {
    const filled = (overflow: ConstructorParameters<typeof Context>[1] & object) => {
      const context = new Context(new Chains(), { window: 1000, ...overflow });
      for (let i = 0; i < 9; i++) context.hear(i, 100);
      return { context, called: context.call({ output: 200 }) };
    };
    const cut = filled({ overflow: { kind: 'truncate', leaves: 0.5 } });
    expect([0, 1, 2, 3, 4, 8].map((it) => cut.context.holds(it))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    const even = (it: number): boolean => it % 2 === 0;
    const told = filled({ overflow: { kind: 'summarise', ratio: 0.1, keeps: even } });
    expect([0, 1, 2, 3].map((it) => told.context.holds(it))).toEqual([true, false, true, false]);
    expect(told.called.before.map(({ usage }) => usage)).toEqual([
      { prompt: 900, output: 90, purpose: 'summary' },
    ]);
    expect(told.called.usage.prompt).toBe(90);
    expect(() => filled({})).toThrow('reads 900 tokens and writes 200 does not fit into a window of 1000');
    expect(() => new Context(new Chains(), { overflow: { kind: 'truncate', leaves: 1 } })).toThrow(/leaves/);
  });

  test('what a summary cannot read within the window it leaves as it is; a request is read after it', () => {
    const chains = new Chains();
    const overflow = { kind: 'summarise' as const, ratio: 0.1, keeps: () => true };
    const context = new Context(chains, { window: 1000, prefix: chains.extend(0, 1, 100), overflow });
    for (let i = 0; i < 12; i++) context.hear(10 + i, 100);
    const { usage, before } = context.call({ output: 200, request: { identity: 99, tokens: 50 } });
    // Eight segments and their 80 tokens are all that fits beside the prefix; four and the request stay.
    expect(before.map((it) => it.usage)).toEqual([{ prompt: 900, output: 80, purpose: 'summary' }]);
    expect(usage).toEqual({ prompt: 100 + 80 + 400 + 50, output: 200 });
    expect([10, 17, 18, 21, 99].map((it) => context.quotes(it))).toEqual([false, false, true, true, true]);
    context.hear(50, 950);
    expect(() => context.call({ output: 200 })).toThrow('in which no summary could read more; widen it');
    const full = new Context(chains, { window: 1000, prefix: chains.extend(0, 1, 100), overflow });
    full.hear(50, 950);
    expect(() => full.call({ output: 200 })).toThrow('a segment of 950 tokens cannot be summarised');
  });

  test('a fork shares what was read before it, and nothing after', () => {
    const chains = new Chains();
    const one = new Context(chains);
    one.hear(1, 50);
    one.call({ output: 10 });
    const other = one.fork();
    const before = chains.tokens;
    one.call({ output: 5 });
    other.call({ output: 5 });
    expect(chains.tokens - before).toBe(10);
    expect(chains.length(chains.common(one.reads, other.reads))).toBe(60);
  });

  test('tool schemas are paid for by every agent at every call', () => {
    const chains = new Chains();
    const tools = [1, 2, 3].reduce((chain, tool) => chains.extend(chain, tool, 250), 0);
    const agents = Array.from({ length: 4 }, () => new Context(chains, { prefix: tools }));
    const read = agents.reduce((sum, agent) => sum + agent.call({ output: 0 }).usage.prompt, 0);
    expect(read).toBe(4 * 3 * 250);
    expect(chains.tokens - 3 * 250).toBe(0);
    expect(() => new Context(chains, { prefix: tools, window: 750 })).toThrow(/leaves no room/);
  });

  test('outside memory is paid for by what it brings in, as long as it stays', () => {
    const chains = new Chains();
    const memory = externalMemory({ perRecall: 20, finds: (it) => it !== 8 }, () => chains.newIdentity());
    const context = new Context(chains);
    memory.store(7, 300);
    memory.store(8, 300);
    expect([7, 8, 9].map((it) => memory.recall(context, it))).toEqual([true, false, false]);
    expect(memory.totals).toEqual({ stored: 2, recalls: 3, misses: 2, tokens: 360 });
    expect(context.holds(7)).toBe(true);
    expect([1, 2].map(() => context.call({ output: 0 }).usage.prompt)).toEqual([360, 360]);
  });
});
