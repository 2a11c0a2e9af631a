import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MeterKind, type Meters, meterKinds } from '../../src/economy/meters.ts';
import { meters } from '../../src/metrics/meters.ts';
import type { Setting } from '../../src/world/contracts.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { simulate } from '../../src/world/simulate.ts';
import { runOfRaw, scenarioOf, worldOf } from '../worlds.ts';

/** Work of any shape, done by any architecture, with workers of any kind. */
const anyWork = () =>
  fc
    .record({
      seed: fc.nat(1_000_000),
      items: fc.integer({ min: 1, max: 12 }),
      shape: fc.constantFrom('wide', 'chain'),
      protocol: fc.constantFrom(
        { kind: 'single-agent' },
        { kind: 'independent' },
        { kind: 'debate', rounds: 2, turns: 2 },
        { kind: 'orchestrator-workers', rounds: 2 },
        { kind: 'hybrid-team', rounds: 2 },
        { kind: 'sequential-roles', roles: 2, rows: 2 },
        { kind: 'best-of', samples: 2, turns: 4 },
        { kind: 'shared-board', turns: 4 },
        { kind: 'self-consistency', samples: 3, voters: 2 },
        { kind: 'ahead-voting', voters: 3 },
        { kind: 'tree-rollouts', expansions: 2, rounds: 2 },
        { kind: 'model-cascade' },
        { kind: 'model-cascade', first: 'routed' },
        { kind: 'artifact-pool', roles: 3, retries: 0 },
        { kind: 'bridged-calls', systems: 3 },
        { kind: 'persistent-agent', calls: 10 },
      ),
      loss: fc.constantFrom(0, 0.2),
      recall: fc.constantFrom(0, 0.6),
      system: fc.constantFrom(0, 800, 3000),
      models: fc.boolean(),
    })
    .map(({ seed, items, shape, protocol, models, ...worker }) => ({
      seed,
      topology: { kind: 'complete', agents: 6 },
      task: { kind: 'work-graph', items, shape, chance: 0.7 },
      behaviour: {
        kind: 'worker',
        ...worker,
        ...(models ? { models: { small: 'little', large: 'big' } } : {}),
      },
      protocol,
    }));

const serving = { firstToken: '500ms', decode: 80 };
const cache = { ttl: '300s', minimum: 0 };
const rates = (rate: number) => ({
  input: rate,
  output: 4 * rate,
  cachedRead: rate / 10,
  cacheWrite: 2 * rate,
});
const prices = {
  model: 'big',
  date: '2030-01-01',
  table: [
    { model: 'big', ...rates(4) },
    { model: 'little', ...rates(0.2) },
  ],
};

/** A run with its account, and the setting it ran in. */
function accounted(raw: Record<string, unknown>): { account: Meters; setting: Setting; rows: number } {
  const { setting, ...world } = worldOf(raw);
  const metric = meters.create({}).begin(setting) as unknown as { meters: Meters };
  const { ending } = simulate({ setting, ...world, observers: [metric as never] });
  return { account: metric.meters, setting, rows: ending.counts.promptTokens + ending.counts.outputTokens };
}

describe('in any run', () => {
  test('meters add up over agents, edges, rounds and purposes to the same total, which is the run’s own', () =>
    fc.assert(
      fc.property(anyWork(), (raw) => {
        const { account, setting, rows } = accounted({ ...raw, prices, serving: { ...serving, cache } });
        const total = account.total();
        const headings = [
          Array.from({ length: setting.agents }, (_, agent) => account.byAgent(agent)),
          account.edges().map(([from, to]) => account.byEdge(from, to)),
          Array.from({ length: account.rounds() + 1 }, (_, i) => account.byRound(i - 1)),
          account.purposes().map(account.byPurpose),
        ];
        expect(total.prompt + total.output).toBe(rows);
        expect(total.calls).toBeGreaterThan(0);
        const sum = (kind: MeterKind, list: readonly Readonly<Record<MeterKind, number>>[]): number =>
          list.reduce((all, it) => all + it[kind], 0);
        for (const list of headings)
          for (const kind of meterKinds) expect(sum(kind, list), kind).toBeCloseTo(total[kind], 6);
      }),
      { numRuns: 60 },
    ));

  test('a price table changes no event, and neither does any other', () =>
    fc.assert(
      fc.property(anyWork(), fc.boolean(), (raw, withCache) => {
        const base = { ...raw, serving: withCache ? { ...serving, cache } : serving };
        const { fingerprint } = runOfRaw(base);
        expect(runOfRaw({ ...base, prices }).fingerprint).toBe(fingerprint);
        expect(
          runOfRaw({ ...base, prices: { ...prices, table: [], model: 'gpt-5', date: '2026-01-01' } })
            .fingerprint,
        ).toBe(fingerprint);
      }),
      { numRuns: 40 },
    ));

  test('a cache changes no answer: what reading takes no time, it changes nothing at all', () =>
    fc.assert(
      fc.property(
        anyWork(),
        fc.constantFrom('1s', '60s', '300s'),
        fc.constantFrom(0, 1024),
        (raw, ttl, minimum) => {
          const { fingerprint, ending } = runOfRaw({ ...raw, serving });
          const cached = runOfRaw({ ...raw, serving: { ...serving, cache: { ttl, minimum } } });
          expect(cached.fingerprint).toBe(fingerprint);
          expect(ending.setting.task.judge(cached.ending)).toEqual(ending.setting.task.judge(ending));
        },
      ),
      { numRuns: 40 },
    ));

  test('prefill is charged once per edge of the trie, where calls come one after the other', () =>
    fc.assert(
      fc.property(anyWork(), (raw) => {
        const one = { ...raw.behaviour, models: undefined };
        const { account, setting } = accounted({
          ...raw,
          behaviour: one,
          serving: { ...serving, concurrency: 1, cache: { ttl: '1000000s', minimum: 0 } },
        });
        const { prompt, cachedRead } = account.total();
        expect(prompt - cachedRead).toBeLessThanOrEqual(setting.chains!.tokens);
      }),
      { numRuns: 40 },
    ));

  test('canary: siblings that read at the same time all pay for what they share', () => {
    const { account, setting } = accounted({
      topology: { kind: 'complete', agents: 6 },
      task: { kind: 'work-graph', items: 5 },
      behaviour: { kind: 'worker', system: 5000 },
      protocol: { kind: 'independent', workers: 5, turns: 5 },
      serving: { ...serving, cache },
    });
    const { prompt, cachedRead } = account.total();
    expect(prompt - cachedRead).toBeGreaterThan(setting.chains!.tokens + 3 * 5000);
  });
});

describe('bad input', () => {
  const base = {
    topology: { kind: 'complete', agents: 4 },
    task: 'work-graph',
    behaviour: { kind: 'worker', system: 900 },
    protocol: 'single-agent',
  };
  const two = { small: 'a', large: 'b' };
  test.each([
    [
      'an unknown model',
      { prices: { model: 'nobody', date: '2026-01-01' } },
      /^prices.model: nobody is no model/,
    ],
    [
      'a day before its first',
      { prices: { model: 'gpt-5', date: '2019-01-01' } },
      /^prices.date: gpt-5 has no price/,
    ],
    [
      'a price below zero',
      { prices: { model: 'm', date: '2026-01-01', table: [{ model: 'm', input: -3, output: 1 }] } },
      /^prices.table\[0\].input: must be at least 0/,
    ],
    [
      'a budget below one call',
      { limits: { tokens: 300 } },
      /^limits.tokens: must cover the fixed cost of one call \(950/,
    ],
    ['a cache that keeps nothing', { serving: { cache: { ttl: '0s' } } }, /^serving.cache.*longer than zero/],
    [
      'a latent channel between different models',
      { behaviour: { kind: 'worker', channel: { kind: 'latent' }, models: two } },
      /^behaviour.channel.kind: must be text between different models \(a, b\)/,
    ],
    [
      'speeds of a model that no call names',
      { behaviour: { kind: 'worker', models: two }, serving: { models: { c: { decode: 9 } } } },
      /^serving.models.c: is read for models that calls name only, and there are a, b/,
    ],
    [
      'a router that is worse than none',
      { behaviour: { kind: 'worker', auc: 0.4 } },
      /^behaviour.auc: must be/,
    ],
  ])('%s is refused by name', (_, more, expected) => {
    let issues: readonly { path: string; message: string }[] = [];
    try {
      scenarioOf({ ...base, ...more });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      issues = error.issues;
    }
    expect(issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(expected),
    ]);
  });
});

test('each model answers at its own speed', () => {
  const seconds = (more: object): number => {
    const { ending } = runOfRaw({
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'work-graph', items: 6, chance: 1 },
      behaviour: {
        kind: 'worker',
        thought: 1000,
        claim: 0,
        request: 0,
        models: { small: 'little', large: 'big' },
      },
      protocol: { kind: 'orchestrator-workers', workers: 3, rounds: 1, turns: 2, early: false, ...more },
      serving: { decode: 10, models: { little: { firstToken: '1s', decode: 100 } } },
    });
    return ending.now / 1e6;
  };
  // Two turns of a worker and one of the lead: 100 s each with the large model, 1 + 10 s with the small one.
  expect(seconds({})).toBe(300);
  expect(seconds({ small: 'workers' })).toBe(2 * 11 + 100);
  expect(seconds({ small: 'lead' })).toBe(2 * 100 + 11);
});
