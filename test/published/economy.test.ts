import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chains } from '../../src/economy/chains.ts';
import { Context } from '../../src/economy/context.ts';
import { kvBytes, worthwhileLink } from '../../src/economy/kv-bytes.ts';
import { PrefixCache } from '../../src/economy/prefix-cache.ts';
import { priceOf } from '../../src/economy/prices.ts';
import { provider } from '../../src/economy/provider.ts';
import { server } from '../../src/economy/serving.ts';
import type { Usage } from '../../src/economy/usage.ts';
import { Keyed } from '../../src/kernel/keyed.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { listPrices } from '../../src/profiles/prices.ts';

const noWait = { kind: 'constant', value: 0 } as const;
const dollars = (usage: Usage, model: string, date: string, more = {}): number => {
  const cost = priceOf(listPrices, usage, { model, date, ...more });
  if (cost.dollars === undefined) throw new Error(cost.why);
  return cost.dollars;
};
const mean = (values: readonly number[]): number => values.reduce((sum, it) => sum + it, 0) / values.length;
const standardError = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((it) => (it - middle) ** 2)) / (values.length - 1));
};

/** Grows M trees for L rounds of N expansions; a trajectory has `steps` steps of a token each. Tokens decoded. */
function treeRollouts(
  m: number,
  n: number,
  l: number,
  steps: number,
  random: Stream,
): [rollouts: number, cost: number] {
  const chains = new Chains();
  let rollouts = 0;
  for (let tree = 0; tree < m; tree++) {
    const trajectories: number[][] = [];
    const grow = (shared: readonly number[]): void => {
      const path = shared.slice();
      while (path.length <= steps) path.push(chains.extendFresh(path.at(-1)!, 1));
      trajectories.push(path);
      rollouts++;
    };
    grow([0]);
    for (let expansion = 0; expansion < l * n; expansion++) {
      const path = trajectories[random.below(trajectories.length)]!;
      grow(path.slice(0, 1 + random.below(steps + 1)));
    }
  }
  // Decoding is charged once per edge of the trie.
  return [rollouts, chains.tokens];
}

describe('shared-prefix tree rollouts (Tree-GRPO, arXiv 2509.21240)', () => {
  test.each([
    [1, 2, 1, 1.5],
    [2, 2, 1, 1.5],
    [2, 6, 1, 1.75],
    [4, 5, 1, 24 / 14],
    [1, 5, 12, 61 / 31],
    [3, 4, 2, 9 / 5],
  ])('M = %i, N = %i, L = %i: M(LN + 1) rollouts for M B (1 + LN / 2)', (m, n, l, ratio) => {
    const steps = 8;
    const seeds = 2000;
    const random = new Stream(5, `rollouts/${m}/${n}/${l}`);
    const ran = Array.from({ length: seeds }, () => treeRollouts(m, n, l, steps, random));
    expect(new Set(ran.map(([rollouts]) => rollouts))).toEqual(new Set([m * (l * n + 1)]));
    const costs = ran.map(([, cost]) => cost);
    const expected = m * steps * (1 + (l * n) / 2);
    expect(Math.abs(mean(costs) - expected) / standardError(costs)).toBeLessThan(4);
    expect((m * (l * n + 1) * steps) / expected).toBeCloseTo(ratio, 12);
    expect(ratio).toBeLessThan(2);
  });

  test('N branches that fork once at depth d cost B (d + N (1 - d)), a saving bounded by 1 / (1 - d)', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 2, max: 2000 }),
        fc.nat(1999),
        (n, b, cut) => {
          const shared = cut % b;
          const chains = new Chains();
          const trunk = chains.extendFresh(0, shared);
          for (let branch = 0; branch < n; branch++) chains.extendFresh(trunk, b - shared);
          const d = shared / b;
          expect(chains.tokens).toBeCloseTo(b * (d + n * (1 - d)), 6);
          expect((n * b) / chains.tokens).toBeLessThanOrEqual(1 / (1 - d) + 1e-9);
        },
      ),
    ));

  test('re-reading the shared prefix adds r d B for each branch after the first', () => {
    const [n, b, d] = [16, 10_000, 0.6];
    const chains = new Chains();
    const cache = new PrefixCache(chains, { ttl: 300e6 });
    const trunk = chains.extendFresh(0, d * b);
    let sum = dollars({ prompt: 0, output: d * b }, 'claude-sonnet-4', '2025-06-01');
    for (let branch = 0; branch < n; branch++) {
      const { cachedRead, cacheWrite } = cache.request(branch, trunk);
      const usage = { prompt: d * b, output: (1 - d) * b, cachedRead, cacheWrite };
      sum += dollars(usage, 'claude-sonnet-4', '2025-06-01');
    }
    const decoded = 15e-6 * b * (d + n * (1 - d));
    expect(sum).toBeCloseTo(decoded + 3.75e-6 * d * b + (n - 1) * 0.3e-6 * d * b, 9);
  });
});

describe('a persistent agent (Alzahrani, arXiv 2605.26870, 1 to 25 May 2026)', () => {
  const counted = { cachedRead: 61_278_669, fresh: 10_697_394, cacheWrite: 1_219_609, output: 754_633 };
  const prompt = counted.cachedRead + counted.fresh + counted.cacheWrite;
  const { cachedRead, cacheWrite, output } = counted;

  test('its tokens cost 66 dollars with a cache and 231 without, at 3 and 15 dollars', () => {
    const cached = dollars({ prompt, output, cachedRead, cacheWrite }, 'claude-sonnet-4.6', '2026-05-25');
    const plain = dollars({ prompt, output }, 'claude-sonnet-4.6', '2026-05-25');
    expect(cached).toBeCloseTo(66.4, 1);
    expect(plain).toBeCloseTo(230.9, 1);
    expect(plain / cached).toBeCloseTo(3.48, 2);
    const share = (usage: Usage): number => dollars(usage, 'claude-sonnet-4.6', '2026-05-25') / cached;
    expect(share({ prompt: cachedRead, output: 0, cachedRead })).toBeCloseTo(0.277, 3);
    expect(share({ prompt: counted.fresh, output: 0 })).toBeCloseTo(0.484, 3);
    expect(share({ prompt: cacheWrite, output: 0, cacheWrite })).toBeCloseTo(0.069, 3);
    expect(share({ prompt: 0, output })).toBeCloseTo(0.171, 2);
    for (const model of ['claude-opus-4.7', 'claude-opus-4.1', 'gpt-5', 'gpt-5.2']) {
      const factor =
        dollars({ prompt, output }, model, '2026-05-25') /
        dollars({ prompt, output, cachedRead, cacheWrite }, model, '2026-05-25');
      expect(factor, model).toBeGreaterThan(3.25);
      expect(factor, model).toBeLessThan(3.5);
    }
  });

  /** Calls in bursts of `length` on average, a minute or so apart in a burst and hours between; returns its meters. */
  const sessions = (seed: number, length: number, calls = 627) => {
    const random = new Stream(seed, 'sessions');
    const chains = new Chains();
    const context = new Context(chains, {
      window: 200_000,
      overflow: { kind: 'truncate', leaves: 0.2 },
      prefix: chains.extend(0, 1, 20_000),
    });
    const cache = new PrefixCache(chains, { ttl: 300e6, minimum: 1024 });
    const sum = { prompt: 0, cachedRead: 0, cacheWrite: 0, output: 0, cold: 0, owed: 0 };
    let now = 0;
    let before = 0;
    for (let call = 0; call < calls; call++) {
      const isNewBurst = random.unit() < 1 / length;
      const gap = random.exponential() * (isNewBurst ? 4 * 3600e6 : 45e6);
      now += gap;
      context.hear(chains.newIdentity(), 2800);
      const { usage, chain } = context.call({ output: 1204 });
      const read = cache.request(now, chain);
      // What must be read afresh: what is new since the last call, or everything once the entry is gone.
      const kept = gap > 300e6 ? 0 : chains.length(chains.common(before, chain));
      sum.owed += usage.prompt - kept;
      sum.cold += gap > 300e6 ? 1 : 0;
      sum.prompt += usage.prompt;
      sum.output += usage.output;
      sum.cachedRead += read.cachedRead;
      sum.cacheWrite += read.cacheWrite;
      before = chain;
    }
    return { ...sum, calls };
  };

  test('bursts of eight calls and five minutes of life give 83 % cached reads at about 13 % cold calls', () => {
    const ran = Array.from({ length: 20 }, (_, seed) => sessions(seed, 8));
    for (const it of ran) expect(it.prompt - it.cachedRead).toBe(it.owed);
    const total = (name: 'prompt' | 'cachedRead' | 'cacheWrite' | 'output' | 'cold' | 'calls') =>
      ran.reduce((sum, it) => sum + it[name], 0);
    expect(total('cold') / total('calls')).toBeCloseTo(0.126, 1);
    expect(total('prompt') / total('calls')).toBeGreaterThan(105_000);
    expect(total('prompt') / total('calls')).toBeLessThan(130_000);
    const share = total('cachedRead') / (total('prompt') + total('output'));
    expect(share).toBeGreaterThan(0.81);
    expect(share).toBeLessThan(0.85);
    const usage = { prompt: total('prompt'), output: total('output'), cachedRead: total('cachedRead') };
    const at = (it: Usage): number => dollars(it, 'claude-sonnet-4.6', '2026-05-25');
    const plain = at({ prompt: usage.prompt, output: usage.output });
    // The published 3.48 lies between: most of what was not cached was read afresh, and some of it was written.
    expect(plain / at({ ...usage, cacheWrite: total('cacheWrite') })).toBeGreaterThan(2.9);
    expect(plain / at({ ...usage, cacheWrite: total('cacheWrite') })).toBeLessThan(3.48);
    expect(plain / at(usage)).toBeGreaterThan(3.48);
    expect(plain / at(usage)).toBeLessThan(3.8);
  });

  test('canary: one call a burst leaves next to nothing in the cache', () => {
    const { cachedRead: hit, prompt: read } = sessions(1, 1);
    expect(hit / read).toBeLessThan(0.05);
  });
});

describe('prompt caches (documentation of Anthropic and OpenAI, 2026)', () => {
  const fanOut = (siblings: number, apart: number) => {
    const chains = new Chains();
    const shared = chains.extend(0, 1, 20_000);
    const firstToken = { kind: 'constant', value: 2e6 } as const;
    const it = provider({ firstToken, cache: { ttl: 300e6, minimum: 1024 } }, chains);
    const draw = new Keyed(1, 'fan-out');
    const usages = Array.from({ length: siblings }, (_, i) => {
      const usage: Usage = { prompt: 20_000, output: 100 };
      it.call(i * apart, usage, shared, draw);
      return usage;
    });
    const cost = usages.reduce((sum, usage) => sum + dollars(usage, 'claude-opus-4', '2025-06-13'), 0);
    return { writes: usages.filter((usage) => usage.cacheWrite === 20_000).length, cost };
  };

  test.each([2, 5, 17])(
    '%i siblings at once pay as many writes; a first token apart, one write and reads',
    (n) => {
      const [together, apart] = [fanOut(n, 0), fanOut(n, 2e6)];
      expect([together.writes, apart.writes]).toEqual([n, 1]);
      const [write, read, answer] = [20_000 * 18.75e-6, 20_000 * 1.5e-6, 100 * 75e-6];
      expect(together.cost).toBeCloseTo(n * (write + answer), 9);
      expect(apart.cost).toBeCloseTo(write + (n - 1) * read + n * answer, 9);
      // With plenty of time between them, but not enough, they are no better off than together.
      expect(fanOut(n, 1e6).writes).toBe(Math.min(2, n));
    },
  );

  test('a write pays for itself after 0.28 reads when kept for minutes, after 1.11 when kept for an hour', () => {
    const read = (uses: number, retention: 'minutes' | 'hour'): number => {
      const model = 'claude-sonnet-4.5';
      const it = (usage: Usage): number => dollars(usage, model, '2026-01-01', { retention });
      const fresh = it({ prompt: 1e5, output: 0 });
      const first = it({ prompt: 1e5, output: 0, cacheWrite: 1e5 });
      const again = it({ prompt: 1e5, output: 0, cachedRead: 1e5 });
      return first + uses * again - (1 + uses) * fresh;
    };
    for (const [retention, even] of [
      ['minutes', 0.25 / 0.9],
      ['hour', 1 / 0.9],
    ] as const) {
      expect(read(even, retention)).toBeCloseTo(0, 9);
      expect(read(even + 0.01, retention)).toBeLessThan(0);
      expect(read(even - 0.01, retention)).toBeGreaterThan(0);
    }
    expect([0.25 / 0.9, 1 / 0.9].map((it) => it.toFixed(2))).toEqual(['0.28', '1.11']);
  });
});

describe('price lists', () => {
  test.each([
    ['claude-opus-4', '2025-06-13', [15, 75, 1.5, 18.75]],
    ['claude-sonnet-4.5', '2026-01-01', [3, 15, 0.3, 3.75]],
    ['claude-opus-5', '2026-07-24', [5, 25, 0.5, 6.25]],
    ['claude-opus-5.5', '2026-10-09', [4, 20, 0.2, 5]],
    ['claude-sonnet-5.5', '2026-10-09', [2, 10, 0.1, 2.5]],
    ['claude-fable-5.1', '2026-10-09', [10, 50, 0.25, 12.5]],
    ['gpt-4o', '2025-06-01', [2.5, 10, 1.25, 2.5]],
    ['gpt-5.6-terra', '2026-07-29', [2.5, 15, 0.25, 3.125]],
    ['gpt-5.6-terra', '2026-07-30', [2, 12, 0.2, 2.5]],
    ['gpt-6.1-sol', '2026-10-09', [2, 10, 0.1, 2.5]],
  ])('%s on %s', (model, date, [input, answer, read, write]) => {
    const perMillion = (usage: Usage): number => dollars({ ...usage, model }, model, date) * 10;
    expect(perMillion({ prompt: 1e5, output: 0 })).toBeCloseTo(input!, 9);
    expect(perMillion({ prompt: 0, output: 1e5 })).toBeCloseTo(answer!, 9);
    expect(perMillion({ prompt: 1e5, output: 0, cachedRead: 1e5 })).toBeCloseTo(read!, 9);
    expect(perMillion({ prompt: 1e5, output: 0, cacheWrite: 1e5 })).toBeCloseTo(write!, 9);
  });

  test('long prompts: twice the price to read and half as much again to answer above 272,000 tokens', () => {
    const at = (prompt: number): number => dollars({ prompt, output: 1e6 }, 'gpt-5.5', '2026-05-01');
    expect(at(272_000)).toBeCloseTo(0.272 * 5 + 30, 9);
    expect(at(300_000)).toBeCloseTo(0.3 * 10 + 45, 9);
  });

  test('re-reading got cheap faster than talking, so the cheaper design depends on the day; its tokens do not', () => {
    // A long run that re-reads against a team that talks: a million tokens from the cache, or 15,000 written.
    const designs = {
      rereads: { prompt: 1e6, output: 1000, cachedRead: 1e6 },
      talks: { prompt: 20_000, output: 16_000 },
    };
    const cheaper = (date: string): string =>
      dollars(designs.rereads, 'claude-opus', date) < dollars(designs.talks, 'claude-opus', date)
        ? 'rereads'
        : 'talks';
    expect(['2025-06-15', '2026-07-31', '2026-10-09'].map(cheaper)).toEqual(['talks', 'talks', 'rereads']);
    expect(designs.rereads.prompt).toBeGreaterThan(designs.talks.prompt + designs.talks.output);
  });

  test('small models cost a fortieth and a twentieth of large ones', () => {
    const usage = { prompt: 10_000, output: 1000 };
    const on = '2026-10-09';
    expect(dollars(usage, 'claude-opus-5.5', on) / dollars(usage, 'claude-haiku-5.5', on)).toBeCloseTo(40, 9);
    expect(dollars(usage, 'gpt-6-sol', on) / dollars(usage, 'gpt-6-luna', on)).toBeCloseTo(20, 9);
  });
});

describe('queues', () => {
  /** Chance to wait in M/M/c, with c places and an offered load of a (Erlang, 1917). */
  const erlangC = (c: number, a: number): number => {
    let blocked = 1;
    for (let k = 1; k <= c; k++) blocked = (a * blocked) / (k + a * blocked);
    return blocked / (1 - (a / c) * (1 - blocked));
  };

  test.each([
    [1, 0.5],
    [3, 1.8],
    [8, 6],
  ])('calls at random to %i places, load %d, wait as Erlang says', (c, load) => {
    const waits = Array.from({ length: 60 }, (_, replication) => {
      const arrivals = new Stream(replication, 'arrivals');
      const draw = new Keyed(replication, 'service');
      const it = server({ firstToken: { kind: 'exponential', mean: 1e6 }, concurrency: c });
      let now = 0;
      let wait = 0;
      for (let call = 0; call < 3000; call++) {
        now += Math.round((arrivals.exponential() * 1e6) / load);
        draw.at(0, call);
        const { startsAt } = it.serve(now, undefined, draw);
        if (call >= 500) wait += (startsAt - now) / 1e6 / 2500;
      }
      return wait;
    });
    const expected = erlangC(c, load) / (c - load);
    expect(Math.abs(mean(waits) - expected) / standardError(waits)).toBeLessThan(4);
  });
});

describe('keys and values in place of text (LatentMAS, arXiv 2511.20639)', () => {
  test('arrive before the text does on a fast link, and after it on a slow one', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 20_000 }),
        fc.integer({ min: 10, max: 200 }),
        fc.integer({ min: 500, max: 20_000 }),
        fc.integer({ min: 8, max: 80 }),
        (tokens, decode, prefill, layers) => {
          const shape = { layers, kvHeads: 8, headSize: 128, bytes: 2 };
          const draw = new Keyed(1, 'link');
          const handOver = (usage: Usage, link: number): number =>
            server({ firstToken: noWait, decode, prefill, link }).serve(0, usage, draw).endsAt;
          const even = worthwhileLink(shape, { prefill, decode });
          const text = handOver({ prompt: tokens, output: tokens }, even);
          const moved = { prompt: 0, output: 0, kvBytes: kvBytes(shape, tokens) };
          expect(handOver(moved, 1.1 * even)).toBeLessThan(text);
          expect(handOver(moved, 0.9 * even)).toBeGreaterThan(text);
        },
      ),
    ));

  test('of a model of 36 layers, 8 heads of 128, in half precision, take 147,456 bytes a token', () => {
    expect(kvBytes({ layers: 36, kvHeads: 8, headSize: 128, bytes: 2 }, 1)).toBe(147_456);
  });
});
