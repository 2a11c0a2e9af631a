import { describe, expect, test } from 'vitest';
import { rSquared } from '../../src/scenario/measure.ts';
import { holdPublished, publishedSchema } from '../../src/scenario/published.ts';
import type { Row } from '../../src/scenario/run.ts';
import { runsOfSuite } from '../suite.ts';
import { runOfRaw, scenarioOf } from '../worlds.ts';
import { metricsOf, near } from './work-closed-forms.ts';

describe('a relay', () => {
  const relay = (worker: object, runs = runsOfSuite(2000)) =>
    metricsOf(
      {
        seed: 11,
        task: { kind: 'multi-hop', hops: 4, chance: 0.9 },
        behaviour: { kind: 'worker', ...worker },
        protocol: { kind: 'sequential-roles', roles: 4 },
      },
      runs,
    );
  test('loses at each of 1 + 2 + 3 crossings, and nothing over keys and values', () => {
    near(relay({ loss: 0.05 }), 'solved', 0.9 ** 4 * 0.95 ** 6);
    near(relay({ loss: 0.05, channel: { kind: 'latent' } }), 'solved', 0.9 ** 4);
  });
  test('in keys and values, only the last one writes', () => {
    const [text] = relay({ thought: 700, claim: 10, request: 30 }, 1);
    const [latent] = relay(
      { thought: 700, claim: 10, request: 30, channel: { kind: 'latent', steps: 40 } },
      1,
    );
    // Reports of 1 to 4 claims.
    expect(text!.outputTokens).toBe(4 * (700 + 30) + 10 * (1 + 2 + 3 + 4));
    expect(latent!.outputTokens).toBe(700 + 30 + 40);
  });
});

test('best of N with a selector that is always right: 1 - (1 - p)^N; with one that sees nothing, the first', () => {
  const best = (recall: number) =>
    metricsOf(
      {
        seed: 16,
        task: { kind: 'work-graph', items: 1, chance: 0.4 },
        behaviour: { kind: 'worker', recall },
        protocol: { kind: 'best-of', samples: 4, turns: 1 },
      },
      runsOfSuite(2000),
    );
  near(best(1), 'solved', 1 - 0.6 ** 4);
  near(best(0), 'solved', 0.4);
  // A wrong one passes with chance 1/2: the first that passes is taken, or the first of all.
  near(
    best(0.5),
    'solved',
    [0, 1, 2, 3].reduce((sum, i) => sum + 0.3 ** i * 0.4, 0),
  );
});

test.each([
  [{ channel: { kind: 'latent' }, models: { small: 'a', large: 'b' } }, /between different models \(a, b\)/],
  [{ window: 1000 }, /window: must leave room .* but is 1000/],
])('refuses %o', (worker, message) => {
  const parsed = () =>
    scenarioOf({
      topology: { kind: 'complete', agents: 2 },
      task: 'work-graph',
      behaviour: { kind: 'worker', ...worker },
      protocol: 'single-agent',
    });
  expect(parsed).toThrow(message);
});

test('a task that lays out no work is refused', () => {
  const run = () =>
    metricsOf(
      {
        task: 'coloring',
        behaviour: 'worker',
        protocol: 'single-agent',
        topology: { kind: 'ring', agents: 4 },
      },
      1,
    );
  expect(run).toThrow(/protocol.kind: must be a protocol that answers the task coloring/);
});

test('corrupted texts in one context confuse each later item with their chance', () => {
  const rows = metricsOf(
    {
      seed: 12,
      task: { kind: 'multi-hop', hops: 4, chance: 1, corruption: 1 },
      behaviour: { kind: 'worker', interference: 0.1 },
      protocol: { kind: 'single-agent', turns: 4 },
    },
    runsOfSuite(2000),
  );
  near(rows, 'solved', 0.9 ** (0 + 1 + 2 + 3));
});

describe('a cascade', () => {
  const logit = (p: number): number => Math.log(p / (1 - p));
  const cascade = (worker: object, protocol: object = {}) =>
    metricsOf(
      {
        seed: 13,
        task: { kind: 'long-steps', steps: 50, chance: 0.9 },
        behaviour: { kind: 'worker', small: logit(0.7) - logit(0.9), ...worker },
        protocol: { kind: 'model-cascade', price: 10, ...protocol },
      },
      runsOfSuite(2000, 8),
    );
  test('is right with p_s (1 - f) + (p_s f + (1 - p_s) v) p_l', () => {
    const rows = cascade({ recall: 0.8, falseAlarm: 0.1 });
    const again = 0.7 * 0.1 + 0.3 * 0.8;
    near(rows, 'soft', 0.7 * 0.9 + again * 0.9);
    near(rows, 'costPerItem', 1 + 1 + 10 * again);
  });
  test('with shared errors the large model mends little: all of them, and it mends what it alone can do', () => {
    near(cascade({ recall: 1, correlation: 1 }), 'soft', 0.9);
    near(cascade({ recall: 1, correlation: 0 }), 'soft', 0.7 + 0.3 * 0.9);
  });
  test('switched off: small alone, large alone', () => {
    near(cascade({}, { check: false }), 'soft', 0.7);
    near(cascade({}, { first: 'large' }), 'soft', 0.9);
  });
});

describe('a shared board', () => {
  const geometric = 1 - Math.exp(-500 / 3000);
  const board = (protocol: object, worker: object = {}) =>
    metricsOf(
      {
        seed: 14,
        task: { kind: 'work-graph', shape: 'chain', items: 1, cost: 3000, chance: 0.8 },
        behaviour: { kind: 'worker', recall: 1, ...worker },
        protocol: { kind: 'shared-board', turns: 4, gate: false, ...protocol },
        serving: { decode: 100 },
      },
      runsOfSuite(2000),
    );
  test('of one item: k agents in t turns find it with chance 1 - (1 - q)^(k t)', () => {
    for (const workers of [1, 3]) {
      const found = 1 - (1 - geometric) ** (4 * workers);
      near(board({ workers }, {}), 'soft', 0.8 * found);
    }
  });
  test('a herd of k finds what one of them finds', () => {
    near(board({ workers: 3 }, { overlap: 1 }), 'soft', 0.8 * (1 - (1 - geometric) ** 4));
  });
  test('with several stages it beats those who work apart', () => {
    const runs = runsOfSuite(400);
    const chain = (shared: boolean): number =>
      metricsOf(
        {
          seed: 15,
          task: { kind: 'work-graph', shape: 'chain', items: 3, cost: 3000 },
          behaviour: { kind: 'worker', recall: 1 },
          protocol: { kind: 'shared-board', workers: 4, turns: 6, shared },
          serving: { decode: 100 },
        },
        runs,
      ).reduce((sum, it) => sum + it.solved!, 0) / runs;
    expect(chain(true)).toBeGreaterThan(chain(false) + 0.1);
  });
});

test('a context re-reads what was said, heard and found: prompts add up to what is written out by hand', () => {
  const [row] = metricsOf(
    {
      task: { kind: 'work-graph', items: 3, chance: 1, reading: 200 },
      behaviour: { kind: 'worker', system: 1000, tools: 100, request: 10, thought: 300, claim: 5 },
      protocol: { kind: 'single-agent', turns: 3 },
    },
    1,
  );
  // Each turn reads the last one's prompt, what it wrote and found, and a request more.
  const first = 1000 + 100 + 10;
  expect(row!.promptTokens).toBe(first + (first + 300 + 200 + 10) + (first + 2 * (300 + 200 + 10)));
  expect(row!.outputTokens).toBe(3 * 300 + (10 + 3 * 5));
});

test.each([
  'single-agent',
  'independent',
  'debate',
  'orchestrator-workers',
  'hybrid-team',
  'sequential-roles',
  'best-of',
  'shared-board',
])('%s: prices change no event, a cache no answer, idle agents nothing', (protocol) => {
  const base = {
    seed: 3,
    topology: { kind: 'complete', agents: 6 },
    task: { kind: 'work-graph', items: 8, chance: 0.7 },
    behaviour: { kind: 'worker', recall: 0.5, loss: 0.1, system: 2000 },
    protocol,
  };
  const { fingerprint, ending } = runOfRaw(base);
  expect(runOfRaw(base).fingerprint).toBe(fingerprint);
  const prices = { model: 'claude-opus-4', date: '2025-06-13' };
  expect(runOfRaw({ ...base, prices }).fingerprint).toBe(fingerprint);
  const cached = runOfRaw({ ...base, serving: { cache: { ttl: '300s' } } });
  const judge = (it: typeof ending) => it.setting.task.judge(it);
  expect(judge(cached.ending)).toEqual(judge(ending));
  const more = runOfRaw({ ...base, topology: { kind: 'complete', agents: 9 } });
  expect(judge(more.ending)).toEqual(judge(ending));
});

test('a report lost on its way leaves the lead waiting for its worker: blocked', () => {
  const { ending } = runOfRaw({
    topology: { kind: 'complete', agents: 3 },
    task: { kind: 'work-graph', items: 4 },
    behaviour: { kind: 'worker' },
    protocol: { kind: 'independent', workers: 2, turns: 4 },
    faults: [{ kind: 'loss', chance: 1 }],
  });
  expect(ending.ended).toBe('quiescent');
  expect(ending.waitsFor(0)).toEqual([1, 2]);
});

describe('published figures', () => {
  const row = (point: number, replication: number, level: number, metric: number): Row => ({
    ...{ run: `${point}/${replication}`, point, replication, seed: '', factors: { level }, fingerprint: '' },
    ...{ outcome: 'valid', cause: 'none', witness: '', verdicts: {}, metrics: { metric } },
  });
  const rows = [1, 2, 3].flatMap((level) =>
    Array.from({ length: 30 }, (_, i) => row(level, i, level, 10 - 3 * level + (i % 2) * 0.1)),
  );
  const held = (figure: number | 'positive' | 'negative', within = 0) => {
    const published = publishedSchema.parse([
      {
        claim: 'It is so.',
        figure,
        within,
        source: 'here',
        grade: 'D',
        measure: { metric: 'metric', of: { level: 2 }, over: { level: 1 }, as: 'difference' },
      },
    ]);
    return holdPublished(published, rows)[0]!;
  };
  test('are reproduced, go in the direction, or are not', () => {
    expect(held(-3)).toMatchObject({ verdict: 'reproduced' });
    expect(held(-3).simulated).toBeCloseTo(-3, 9);
    expect(held(-4, 1.5).verdict).toBe('reproduced');
    expect(held(-4).verdict).toBe('direction');
    expect(held(2).verdict).toBe('not-reproduced');
    expect(held('negative').verdict).toBe('reproduced');
    expect(held('positive').verdict).toBe('not-reproduced');
  });
  test('a linear fit explains what is linear, and nothing of noise', () => {
    const x = [1, 2, 3, 4, 5, 6];
    expect(
      rSquared(
        x.map((it) => [1, it]),
        x.map((it) => 2 * it - 1),
      ),
    ).toBeCloseTo(1, 12);
    expect(
      rSquared(
        x.map((it) => [1, it]),
        [1, -1, 1, 1, -1, 1],
      ),
    ).toBeLessThan(0.1);
  });
});
