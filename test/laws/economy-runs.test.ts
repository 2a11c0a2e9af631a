import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
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
      hazard: fc.constantFrom(0, 0.5, 1),
      cost: fc.constantFrom(0, 400),
      protocol: fc.constantFrom(
        { kind: 'single-agent' },
        { kind: 'independent' },
        { kind: 'debate', rounds: 2, turns: 2 },
        { kind: 'orchestrator-workers', rounds: 2 },
        { kind: 'hybrid-team', rounds: 2 },
        { kind: 'sequential-roles', roles: 2, rows: 2 },
        { kind: 'best-of', samples: 2, turns: 4 },
        { kind: 'shared-board', turns: 4 },
        { kind: 'shared-board', turns: 20, shared: false },
        { kind: 'artifact-pool', roles: 3, medium: 'chat', rounds: 2 },
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
    .map(({ seed, protocol, models, items, shape, hazard, cost, ...worker }) => ({
      seed,
      topology: { kind: 'complete', agents: 6 },
      task: { kind: 'work-graph', items, shape, hazard, cost, chance: 0.7 },
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

  test('no edge costs less than nothing, though long prompts are cheaper or dearer by the token', () =>
    fc.assert(
      fc.property(
        anyWork(),
        fc.integer({ min: 200, max: 6000 }),
        fc.constantFrom(0.05, 0.5, 3, 40),
        (raw, above, factor) => {
          const table = prices.table.map(({ model, ...usual }) => {
            const long = Object.entries(usual).map(([name, rate]) => [name, rate * factor]);
            return { model, ...usual, tiers: [{ above, ...Object.fromEntries(long) }] };
          });
          const { account } = accounted({
            ...raw,
            prices: { ...prices, table },
            serving: { ...serving, cache },
          });
          const paid = account.edges().map(([from, to]) => account.byEdge(from, to).dollars);
          expect(Math.min(...paid)).toBeGreaterThanOrEqual(0);
          expect(paid.reduce((sum, it) => sum + it, 0)).toBeCloseTo(account.total().dollars, 9);
        },
      ),
      { numRuns: 60 },
    ));

  test.each([0.1, 1, 10])(
    'equal messages cost the same, at the rate of the prompt that they are read in (%d times the usual)',
    (factor) => {
      const rate = { input: 2, output: 2 };
      const { account } = accounted({
        topology: { kind: 'complete', agents: 6 },
        task: { kind: 'work-graph', items: 10, chance: 1 },
        behaviour: { kind: 'worker', system: 900, request: 100, thought: 200, claim: 20 },
        protocol: { kind: 'independent', workers: 5, turns: 50 },
        prices: {
          model: 'm',
          date: '2030-01-01',
          // The lead reads 1000 tokens, and 300 of each worker: the second report lifts its prompt above the tier.
          table: [
            {
              model: 'm',
              ...rate,
              tiers: [{ above: 1500, input: rate.input * factor, output: rate.output * factor }],
            },
          ],
        },
      });
      for (let worker = 1; worker <= 5; worker++)
        expect(account.byEdge(worker, 0)).toMatchObject({
          prompt: 300,
          dollars: expect.closeTo((300 * rate.input * factor) / 1e6, 12),
        });
    },
  );

  test('a price table changes no event, and neither does any other', () =>
    fc.assert(
      fc.property(anyWork(), fc.boolean(), (raw, withCache) => {
        const base = { ...raw, serving: withCache ? { ...serving, cache } : serving };
        const { fingerprint } = runOfRaw(base);
        expect(runOfRaw({ ...base, prices }).fingerprint).toBe(fingerprint);
        expect(
          runOfRaw({ ...base, prices: { ...prices, model: 'gpt-5', date: '2026-01-01' } }).fingerprint,
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

  const reading = { ...serving, firstToken: { kind: 'uniform', low: '0s', high: '3s' }, prefill: 300 };
  /** What a run comes to, and all that was said on the way. */
  const saidIn = (raw: Record<string, unknown>) => {
    const { ending } = runOfRaw(raw);
    const { promptTokens, outputTokens } = ending.counts;
    return { verdict: ending.setting.task.judge(ending), promptTokens, outputTokens };
  };
  const cachedToo = (raw: Record<string, unknown>): void => {
    expect(saidIn({ ...raw, serving: { ...reading, cache } })).toEqual(saidIn({ ...raw, serving: reading }));
  };

  test('a cache changes nothing of what is said where reading takes time', () =>
    fc.assert(fc.property(anyWork(), cachedToo), { numRuns: 100 }));

  test.each<object>([
    { kind: 'hybrid-team', workers: 4, rounds: 6, turns: 2, peers: 3 },
    { kind: 'tree-rollouts', trees: 2, expansions: 5, rounds: 3, stagger: '3s' },
    { kind: 'shared-board', turns: 40, shared: false },
    { kind: 'artifact-pool', roles: 4, medium: 'chat', rounds: 3 },
    { kind: 'shared-board', turns: 6 },
    { kind: 'orchestrator-workers', workers: 4, rounds: 2, turns: 3 },
    { kind: 'debate', rounds: 3, turns: 2, joint: true },
  ])('nor where it changes who is first: %j', (protocol) => {
    for (let seed = 0; seed < 25; seed++) cachedToo(racing(seed, protocol));
  });

  const racing = (seed: number, protocol: object, hazard = 0.7): Record<string, unknown> => ({
    seed,
    topology: { kind: 'complete', agents: 5 },
    task: { kind: 'work-graph', items: 7, chance: 0.5, cost: 500, sigma: 1, reading: 2700, hazard },
    behaviour: { kind: 'worker', loss: 0.3, recall: 0.6, falseAlarm: 0.3, system: 3000 },
    protocol,
  });
  test('a message that comes twice is read once', () =>
    fc.assert(
      fc.property(
        // Those who send nothing have no message to come twice: such a fault is refused.
        anyWork().filter((raw) => worldOf(raw).protocol.sendsNothing !== true),
        (raw) => {
          const timed = { ...raw, serving };
          const twice = { ...timed, faults: [{ kind: 'duplicate', chance: 1 }] };
          expect(saidIn(twice)).toEqual(saidIn(timed));
        },
      ),
      { numRuns: 80 },
    ));

  const crew = { kind: 'orchestrator-workers', workers: 4, rounds: 2, turns: 3 };

  test('it saves time where that changes no answer, or where it is asked to', () => {
    const secondsOf = (raw: Record<string, unknown>, rules?: object): number =>
      runOfRaw({ ...raw, serving: { ...reading, ...(rules && { cache: rules }) } }).ending.now;
    const quick = { ...cache, hastens: true };
    const slow = { ...cache, hastens: false };
    for (const raw of [racing(1, crew, 0), racing(1, { kind: 'single-agent' })]) {
      expect(secondsOf(raw, cache)).toBeLessThan(secondsOf(raw));
      expect(secondsOf(raw, slow)).toBe(secondsOf(raw));
    }
    for (const raw of [racing(1, crew), racing(1, { kind: 'shared-board' })]) {
      expect(secondsOf(raw, cache)).toBe(secondsOf(raw));
      expect(secondsOf(raw, quick)).toBeLessThan(secondsOf(raw));
    }
  });

  test('canary: where a race is hastened, its outcome may be another', () => {
    const isChanged = (seed: number): boolean => {
      const raw = racing(seed, crew);
      const quick = { ...reading, cache: { ...cache, hastens: true } };
      return !Object.is(
        JSON.stringify(saidIn({ ...raw, serving: quick })),
        JSON.stringify(saidIn({ ...raw, serving: reading })),
      );
    };
    expect(Array.from({ length: 25 }, (_, seed) => isChanged(seed))).toContain(true);
  });

  test.each<[object, number]>([
    [{ kind: 'single-agent', turns: 4, early: false }, 4],
    [{ kind: 'independent', workers: 2, turns: 6, early: false }, 3],
    [{ kind: 'debate', debaters: 3, rounds: 2, turns: 2 }, 2],
    [{ ...crew, rounds: 3 }, 3],
    [{ kind: 'sequential-roles', roles: 3 }, 3],
    [{ kind: 'tree-rollouts', rounds: 2 }, 3],
    [{ kind: 'shared-board', turns: 5 }, 5],
    [{ kind: 'artifact-pool', roles: 2, medium: 'chat', rounds: 3 }, 3],
  ])('calls are booked by the rounds of the protocol: %j has %d', (protocol, rounds) => {
    const { account } = accounted({
      topology: { kind: 'complete', agents: 6 },
      // So hard that nobody is ever done.
      task: { kind: 'hidden-facts', facts: 9, cost: 1e9 },
      behaviour: { kind: 'worker' },
      protocol,
    });
    expect(account.rounds()).toBe(rounds);
    for (let round = 0; round < rounds; round++) expect(account.byRound(round).calls).toBeGreaterThan(0);
  });

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

describe('a budget of thought', () => {
  const architectures = [
    { kind: 'single-agent', turns: 7, early: false },
    { kind: 'independent', workers: 5, turns: 3 },
    { kind: 'debate', debaters: 3, rounds: 2, turns: 2, early: false },
    { kind: 'orchestrator-workers', workers: 3, rounds: 2, turns: 2, early: false, plan: true },
    { kind: 'hybrid-team', workers: 3, rounds: 2, turns: 2, early: false },
    { kind: 'sequential-roles', roles: 3, rows: 2 },
    { kind: 'best-of', samples: 2, turns: 3 },
    { kind: 'shared-board', workers: 3, turns: 3 },
  ];
  test('names every protocol that has one', () => {
    const bounded = [...catalog.protocols].filter(([, { params }]) => {
      const parsed = params.safeParse({ budget: 1000 });
      return parsed.success && (parsed.data as { budget?: number }).budget === 1000;
    });
    expect(bounded.map(([name]) => name).sort()).toEqual(architectures.map(({ kind }) => kind).sort());
  });
  test.each(architectures)('is kept by $kind, whoever thinks, and asked for in shares', (protocol) => {
    const budget = 1000;
    const spent = (more: object) =>
      accounted({
        topology: { kind: 'complete', agents: 7 },
        // So hard that nobody is done before its turns are over.
        task: { kind: 'hidden-facts', facts: 6, cost: 30_000 },
        behaviour: { kind: 'worker', thought: 600 },
        protocol: { ...protocol, ...more },
      }).account.total();
    const [bounded, wide, free] = [spent({ budget }), spent({ budget: 1e6 }), spent({})];
    for (const { output, reasoning } of [bounded, wide, free]) expect(reasoning).toBeLessThan(output);
    expect(bounded.requested).toBeCloseTo(budget, 6);
    expect(bounded.reasoning).toBeCloseTo(budget, 6);
    // What is allowed and not needed is not spent.
    expect(wide.requested).toBeCloseTo(1e6, 3);
    expect(wide.reasoning).toBe(free.reasoning);
    expect(free.requested).toBe(free.reasoning);
    expect(free.reasoning).toBeGreaterThan(budget);
  });
  test('outlasts a crash: what was thought before it is spent', () => {
    const { account } = accounted({
      topology: { kind: 'complete', agents: 2 },
      task: { kind: 'hidden-facts', facts: 6, cost: 30_000 },
      behaviour: { kind: 'worker', thought: 600 },
      protocol: { kind: 'single-agent', turns: 8, recovery: 'restart', budget: 1000 },
      serving: { decode: 100 },
      faults: [{ kind: 'crash', agents: [0], at: '5s', downFor: '2s' }],
    });
    expect(account.total().reasoning).toBeLessThanOrEqual(1000 + 1e-6);
    expect(account.total().calls).toBeGreaterThan(8);
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
      'an hour’s price for a cache of five minutes',
      {
        prices: { model: 'claude-sonnet-4', date: '2026-01-01', retention: 'hour' },
        serving: { cache: { ttl: '300s' } },
      },
      /^prices.retention: must be minutes where `serving.cache` keeps prefixes for 300s, but is hour.*leave it out/,
    ],
    [
      'the same, with the cache of a model',
      {
        prices: { model: 'claude-sonnet-4', date: '2026-01-01', retention: 'hour' },
        serving: { cache: 'claude-sonnet-4' },
      },
      /^prices.retention: must be minutes/,
    ],
    [
      'the price of minutes for a cache of an hour, which has one of its own',
      {
        prices: { model: 'claude-sonnet-4', date: '2026-01-01' },
        serving: { cache: { ttl: '3600s' } },
      },
      /^prices.retention: must be hour where .* for 3600s.*but is minutes; give prices.retention: hour/,
    ],
    [
      'a budget below one call',
      { limits: { tokens: 300 } },
      /^limits.tokens: must cover the fixed cost of one call \(950/,
    ],
    [
      'a budget of thought below what a call writes whatever it thinks',
      { protocol: { kind: 'debate', budget: 10 } },
      /^protocol.budget: must cover the fixed cost of one call \(50 tokens\), but is 10/,
    ],
    [
      'a latent channel in a protocol that passes none',
      { behaviour: { kind: 'worker', channel: { kind: 'latent' } }, protocol: 'orchestrator-workers' },
      /^behaviour.channel.kind: must be text here.* are handed on by sequential-roles, among two agents/,
    ],
    [
      'a latent channel between a small model and a large one',
      {
        behaviour: { kind: 'worker', channel: { kind: 'latent' } },
        protocol: { kind: 'orchestrator-workers', small: 'workers' },
      },
      /^behaviour.channel.kind: must be text here/,
    ],
    [
      'a latent channel of one agent alone',
      {
        behaviour: { kind: 'worker', channel: { kind: 'latent' } },
        protocol: { kind: 'sequential-roles', roles: 1 },
      },
      /^behaviour.channel.kind: must be text here/,
    ],
    [
      'prices without a model that calls name',
      {
        behaviour: { kind: 'worker', models: { small: 'gpt-5', large: 'nobody' } },
        prices: { model: 'gpt-5', date: '2026-01-01' },
      },
      /^behaviour.models: nobody is no model of the price table; known are .*gpt-5/,
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

test.each([
  ['minutes', 'claude-sonnet-4', 'minutes', '3599s'],
  ['an hour', 'claude-sonnet-4', 'hour', '3600s'],
  ['an hour, where nobody sells one', 'gpt-5', 'minutes', '3600s'],
])('a cache may be paid for as long as it keeps: %s', (_, model, retention, ttl) => {
  const raw = {
    topology: { kind: 'complete', agents: 4 },
    task: 'work-graph',
    behaviour: 'worker',
    protocol: 'single-agent',
    prices: { model, date: '2026-01-01', retention },
    serving: { cache: { ttl } },
  };
  expect(scenarioOf(raw).points).toHaveLength(1);
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
