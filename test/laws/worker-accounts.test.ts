import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meters } from '../../src/metrics/meters.ts';
import type { Metric, TableRow } from '../../src/world/contracts.ts';
import { simulate } from '../../src/world/simulate.ts';
import { worldOf } from '../worlds.ts';

/** A run with its meters: their columns, their tables, and what the run itself counts. */
function accounted(raw: Record<string, unknown>) {
  const { setting, ...world } = worldOf({ seed: 3, ...raw });
  const metric: Metric = meters.create({}).begin(setting);
  const { ending } = simulate({ setting, ...world, observers: [metric] });
  const tables = metric.tables?.() ?? {};
  return { columns: metric.finish(ending), tables, counts: ending.counts, now: ending.now };
}

const sumOf = (rows: readonly TableRow[] | undefined, cell: string): number =>
  (rows ?? []).reduce((sum, row) => sum + Number(row[cell]), 0);

const cache = { ttl: '300s', minimum: 0 };
const serving = { firstToken: '1s', decode: 50 };

describe('requests are the same text only where they ask the same', () => {
  const crew = (workers: number, concurrency: number) =>
    accounted({
      topology: { kind: 'complete', agents: workers + 1 },
      task: { kind: 'work-graph', shape: 'wide', items: workers, chance: 1 },
      behaviour: { kind: 'worker', system: 2000, request: 100, thought: 200, claim: 40 },
      protocol: { kind: 'orchestrator-workers', workers, rounds: 1, turns: 1 },
      serving: { ...serving, concurrency, cache: { ...cache, minimum: 1024 } },
    }).columns.cachedTokens;

  test('workers with different items share the system text alone: two who begin together miss it, all others do not', () => {
    // Workers 3 and 4 and the lead: 3 x 2000.
    expect(crew(4, 2)).toBe(6000);
    expect(crew(6, 1)).toBe(6 * 2000);
  });

  const votes = (steps: number, ahead: number) =>
    accounted({
      topology: { kind: 'complete', agents: 3 },
      task: { kind: 'long-steps', steps, chance: 0.7 },
      behaviour: { kind: 'worker', system: 500, request: 50 },
      protocol: { kind: 'ahead-voting', ahead, voters: 3 },
      serving: { cache },
    });
  test('votes on different steps share the system text alone', () => {
    const { columns, counts } = votes(40, 1);
    expect(counts.calls).toBe(40);
    expect(columns.cachedTokens).toBe(39 * 500);
  });
  test('votes on one step read the same text: each step is read afresh once', () => {
    const { columns, counts } = votes(40, 4);
    expect(columns.cachedTokens).toBe(counts.promptTokens - 500 - 40 * 50);
  });

  test('a check reads the claim that it checks', () => {
    const read = (claim: number) => {
      const { tables } = accounted({
        topology: { kind: 'complete', agents: 2 },
        task: { kind: 'work-graph', shape: 'wide', items: 5, chance: 1 },
        behaviour: { kind: 'worker', system: 1000, request: 100, thought: 200, claim },
        protocol: { kind: 'persistent-agent', calls: 5 },
        serving: { cache },
      });
      return tables.purposes?.find(({ purpose }) => purpose === 'check');
    };
    expect(read(40)).toMatchObject({ calls: 5, promptTokens: 5 * 1140, outputTokens: 5 * 40 });
    // The second to fifth share the system text, and no claim.
    expect(read(40)?.cachedTokens).toBe(5 * 1000);
  });
});

describe('a turn re-reads all that was said, unless a cache holds it', () => {
  const sizes = { system: 800, request: 100, thought: 400, claim: 20 };
  const { system: s, request: r, thought: t, claim: c } = sizes;
  const spent = (workers: number, turns: number, cached: boolean) => {
    const group = { kind: 'orchestrator-workers', workers, rounds: 1, turns, plan: true };
    const { columns, counts } = accounted({
      topology: { kind: 'complete', agents: Math.max(2, workers + 1) },
      task: { kind: 'work-graph', shape: 'wide', items: Math.max(1, workers) * turns, chance: 1 },
      behaviour: { kind: 'worker', ...sizes },
      protocol: workers === 0 ? { kind: 'single-agent', turns } : group,
      serving: cached ? { ...serving, cache } : serving,
    });
    return { all: counts.promptTokens + counts.outputTokens, once: columns.uncachedTokens! };
  };
  /** Written by one agent in k turns of an item each: thoughts, and a report at the end. */
  const written = (k: number): number => k * t + r + c * k;
  /** Read by it: at each turn the system text, all requests and thoughts so far; or every text once, but for the system text. */
  const read = (k: number): number => k * s + (r * k * (k + 1)) / 2 + (t * k * (k - 1)) / 2;
  const readOnce = (k: number): number => r * k + t * (k - 1);
  test.each([1, 2, 3, 10])('an agent of %i turns', (k) => {
    expect(spent(0, k, false)).toEqual({ all: read(k) + written(k), once: read(k) + written(k) });
    expect(spent(0, k, true)).toEqual({ all: read(k) + written(k), once: s + readOnce(k) + written(k) });
  });
  test.each([
    [1, 1],
    [3, 3],
    [5, 10],
  ])('a lead with %i helpers of %i turns', (w, k) => {
    const plan = t + r;
    const reports = w * (r + c * k);
    const review = t + r + c * w * k;
    const all = w * (read(k) + written(k)) + (s + r + plan) + (s + r + plan + r + reports + review);
    // The system text is read once by all: the lead has read it before the helpers begin.
    const once = w * (readOnce(k) + written(k)) + (s + r + plan) + (plan + r + reports + review);
    expect(spent(w, k, false)).toEqual({ all, once: all });
    expect(spent(w, k, true)).toEqual({ all, once });
  });
});

describe('a summary is a call of its own', () => {
  const summarising = (window: number | undefined) =>
    accounted({
      topology: { kind: 'complete', agents: 2 },
      task: { kind: 'work-graph', shape: 'wide', items: 40, chance: 1, reading: 1000 },
      behaviour: { kind: 'worker', window, overflow: { kind: 'summarise', ratio: 0.1, keeps: 1 } },
      protocol: { kind: 'single-agent', turns: 60 },
      serving: { ...serving, cache },
    });
  test('it is counted, has a purpose, a cache and time of its own, and never exceeds the window', () => {
    const { columns, tables, counts, now } = summarising(4000);
    const [work, summary] = ['work', 'summary'].map((name) =>
      tables.purposes?.find(({ purpose }) => purpose === name),
    );
    expect(columns.largestContext).toBeLessThanOrEqual(4000);
    expect(Number(work?.calls) + Number(summary?.calls)).toBe(counts.calls);
    expect(summary?.tokens).toBe(columns.summaryTokens);
    expect(Number(summary?.calls)).toBeGreaterThan(10);
    // It begins with what the call before it has read.
    expect(Number(summary?.cachedTokens)).toBeGreaterThan(0.5 * Number(summary?.promptTokens));
    // Every call takes a second, and a fiftieth for each token that it writes.
    expect(now / 1e6).toBeCloseTo(counts.calls + counts.outputTokens / 50, 3);
  });
  test('without a window there is none', () => {
    const { columns, counts } = summarising(undefined);
    expect(columns.summaryTokens).toBe(0);
    expect(counts.calls).toBe(40);
  });
});

describe('tables by agent, edge, round and purpose', () => {
  const anyWork = () =>
    fc
      .record({
        seed: fc.nat(1_000_000),
        items: fc.integer({ min: 1, max: 10 }),
        protocol: fc.constantFrom(
          { kind: 'single-agent', turns: 8 },
          { kind: 'independent' },
          { kind: 'debate', rounds: 2, turns: 2 },
          { kind: 'orchestrator-workers', rounds: 2 },
          { kind: 'hybrid-team', rounds: 2 },
          { kind: 'sequential-roles', roles: 3 },
          { kind: 'shared-board', turns: 4 },
          { kind: 'ahead-voting', voters: 3 },
          { kind: 'model-cascade' },
          { kind: 'artifact-pool', roles: 3 },
          { kind: 'persistent-agent', calls: 6 },
        ),
        window: fc.constantFrom(undefined, 4000),
        overflow: fc.constantFrom(
          { kind: 'truncate', leaves: 0.5 },
          { kind: 'summarise', ratio: 0.1, keeps: 0.7 },
        ),
        withCache: fc.boolean(),
      })
      .map(({ seed, items, protocol, window, overflow, withCache }) => ({
        seed,
        topology: { kind: 'complete', agents: 6 },
        task: { kind: 'work-graph', items, chance: 0.7, reading: 500 },
        behaviour: { kind: 'worker', window, overflow },
        protocol,
        serving: withCache ? { ...serving, cache } : serving,
        prices: {
          model: 'mine',
          date: '2030-01-01',
          table: [{ model: 'mine', input: 10, output: 100, cachedRead: 1, cacheWrite: 12.5 }],
        },
      }));

  test('each adds up to all tokens of the run, and so do the columns by purpose', () =>
    fc.assert(
      fc.property(anyWork(), (raw) => {
        const { columns, tables, counts } = accounted(raw);
        const tokens = counts.promptTokens + counts.outputTokens;
        expect(Object.keys(tables)).toEqual(['agents', 'edges', 'rounds', 'purposes']);
        for (const [heading, rows] of Object.entries(tables)) {
          expect(sumOf(rows, 'tokens'), heading).toBe(tokens);
          expect(sumOf(rows, 'promptTokens'), heading).toBe(counts.promptTokens);
          expect(sumOf(rows, 'calls'), heading).toBe(counts.calls);
          expect(sumOf(rows, 'cachedTokens'), heading).toBe(columns.cachedTokens);
          expect(sumOf(rows, 'reasoningTokens'), heading).toBe(columns.reasoningTokens);
          expect(sumOf(rows, 'requestedTokens'), heading).toBe(columns.requestedTokens);
          expect(sumOf(rows, 'dollars'), heading).toBeCloseTo(columns.dollars ?? Number.NaN, 6);
          for (const row of rows) {
            expect(row.tokens).toBeGreaterThanOrEqual(0);
            expect(row.cachedTokens).toBeGreaterThanOrEqual(0);
            expect(row.dollars).toBeGreaterThanOrEqual(0);
          }
        }
        const { workTokens, planTokens, checkTokens, summaryTokens, repairTokens } = columns;
        expect(workTokens! + planTokens! + checkTokens! + summaryTokens! + repairTokens!).toBe(tokens);
        expect(columns.otherTokens).toBe(0);
        expect(columns.uncachedTokens).toBe(tokens! - columns.cachedTokens!);
        expect(columns.largestContext).toBeLessThanOrEqual(raw.behaviour.window ?? Number.POSITIVE_INFINITY);
      }),
      { numRuns: 100 },
    ));

  test('latent steps are with who took them, keys and values on the edge that they were moved over', () => {
    const { tables, columns, counts } = accounted({
      topology: { kind: 'complete', agents: 3 },
      task: { kind: 'work-graph', shape: 'chain', items: 3, chance: 1 },
      behaviour: {
        kind: 'worker',
        system: 400,
        request: 100,
        thought: 300,
        channel: { kind: 'latent', steps: 40, bytesPerToken: 10 },
      },
      protocol: { kind: 'sequential-roles', roles: 3 },
      serving: { link: 1000, firstToken: '1s' },
    });
    const cells = (heading: string, ...names: string[]) =>
      (tables[heading] ?? []).map((row) => names.map((name) => row[name]));
    // Each reads 500 tokens, and the first two take 40 steps; the second hands on what it was handed, too.
    expect(cells('edges', 'from', 'to', 'kvBytes', 'latentSteps', 'calls')).toEqual([
      [0, 0, 0, 40, 1],
      [0, 1, 5400, 0, 0],
      [1, 1, 0, 40, 1],
      [1, 2, 10_800, 0, 0],
      [2, 2, 0, 0, 1],
    ]);
    expect(cells('agents', 'agent', 'kvBytes', 'latentSteps', 'reasoningTokens', 'requestedTokens')).toEqual([
      [0, 0, 40, 0, 0],
      [1, 5400, 40, 0, 0],
      [2, 10_800, 0, 300, 300],
    ]);
    for (const rows of Object.values(tables)) {
      expect(sumOf(rows, 'kvBytes')).toBe(columns.kvBytes);
      expect(sumOf(rows, 'latentSteps')).toBe(columns.latentSteps);
    }
    expect(counts.calls).toBe(3);
  });

  test('what a worker reports is booked once, on the edge to the lead who reads it', () => {
    const { tables, columns } = accounted({
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'work-graph', shape: 'wide', items: 6, chance: 1 },
      behaviour: { kind: 'worker', request: 100, claim: 40 },
      protocol: { kind: 'orchestrator-workers', workers: 3, rounds: 1, turns: 2 },
    });
    const between = (tables.edges ?? []).filter(({ from, to }) => from !== to);
    // A report is as long as a request and two claims.
    expect(between.map(({ from, to, tokens, calls }) => [from, to, tokens, calls])).toEqual([
      [1, 0, 180, 0],
      [2, 0, 180, 0],
      [3, 0, 180, 0],
    ]);
    expect(columns.messageTokens).toBe(540);
  });
});

describe('cost per artifact', () => {
  const priced = (recall: number, protocol: object) =>
    accounted({
      topology: { kind: 'complete', agents: 2 },
      task: { kind: 'work-graph', shape: 'wide', items: 30, chance: 0.5 },
      behaviour: { kind: 'worker', recall },
      protocol,
      prices: { model: 'm', date: '2030-01-01', table: [{ model: 'm', input: 3, output: 15 }] },
    });
  const persistent = { kind: 'persistent-agent', calls: 40 };
  test('is the whole bill over what was accepted: what was refused and done again is in it', () => {
    const { columns } = priced(1, persistent);
    const [, row] = [columns, priced(0, persistent).columns];
    // With a check that sees everything half of the work is refused; with one that sees nothing all is accepted.
    expect(row.dollarsPerArtifact).toBeCloseTo(row.dollars! / 30, 12);
    expect(columns.dollarsPerArtifact).toBeGreaterThan(1.5 * row.dollarsPerArtifact!);
  });
  test('is unknown where nothing was accepted, and where nobody counts artifacts', () => {
    expect(priced(0, { kind: 'single-agent', turns: 4 }).columns.dollarsPerArtifact).toBeNaN();
    const hopeless = accounted({
      topology: { kind: 'complete', agents: 2 },
      task: { kind: 'work-graph', items: 3, chance: 0 },
      behaviour: { kind: 'worker', recall: 1 },
      protocol: persistent,
      prices: { model: 'm', date: '2030-01-01', table: [{ model: 'm', input: 3, output: 15 }] },
    });
    expect(hopeless.columns.dollars).toBeGreaterThan(0);
    expect(hopeless.columns.dollarsPerArtifact).toBeNaN();
  });
});
