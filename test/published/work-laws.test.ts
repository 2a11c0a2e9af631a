import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOfSuite } from '../suite.ts';
import { aheadBy, majorityRight, metricsOf, sharedErrors } from './work-closed-forms.ts';

/*
 * The closed forms once more, with parameters, price tables and work graphs that nobody has chosen: each is drawn, written into
 * a scenario as a user would, and held to by z-test. The draws come from a fixed seed.
 */

const drawn = { numRuns: 8, seed: 20261122 };
const between = (low: number, high: number) =>
  fc.integer({ min: Math.round(low * 1000), max: Math.round(high * 1000) }).map((it) => it / 1000);
/** A mean lies within 4 standard errors, or within those of so many tosses a run, where none of them came out otherwise. */
const near = (
  rows: readonly Record<string, number>[],
  metric: string,
  expected: number,
  tosses = Number.POSITIVE_INFINITY,
): void => {
  const values = rows.map((it) => it[metric]!);
  const n = values.length;
  const mean = values.reduce((sum, it) => sum + it, 0) / n;
  const variance = values.reduce((sum, it) => sum + (it - mean) ** 2, 0) / (n - 1);
  const error = Math.sqrt(Math.max(variance, (expected * (1 - expected)) / tosses) / n);
  expect(Math.abs(mean - expected), `${metric}: ${mean} for ${expected}`).toBeLessThanOrEqual(
    4 * error + 1e-9,
  );
};
/** Each law is held at eight draws, of which the slow suite makes 2000 runs. */
const runs = (raw: Record<string, unknown>, replications = runsOfSuite(250)) =>
  metricsOf({ seed: 77, ...raw }, replications);

describe('voting', () => {
  const steps = 60;
  const votes = (chance: number, correlation: number, protocol: object, task: object = {}) =>
    runs({
      task: { kind: 'long-steps', steps, chance, ...task },
      behaviour: { kind: 'worker', correlation },
      protocol,
    });

  test('first ahead by k is right with 1 / (1 + ((1 - p) / p)^k), mixed over what errors share', () =>
    fc.assert(
      fc.property(between(0.55, 0.95), fc.integer({ min: 1, max: 5 }), between(0, 0.6), (p, ahead, rho) => {
        const rows = votes(p, rho, { kind: 'ahead-voting', ahead });
        near(
          rows,
          'soft',
          sharedErrors(p, rho, (it) => aheadBy(it, ahead)),
          steps,
        );
      }),
      drawn,
    ));

  test('most of n votes on a mixture of two difficulties', () =>
    fc.assert(
      fc.property(
        between(0.5, 0.95),
        between(0.1, 0.5),
        between(0.1, 0.9),
        fc.integer({ min: 0, max: 8 }),
        (easy, hard, share, half) => {
          const samples = 2 * half + 1;
          const task = { hard: { share, chance: hard } };
          const expected = (1 - share) * majorityRight(easy, samples) + share * majorityRight(hard, samples);
          near(votes(easy, 0, { kind: 'self-consistency', samples }, task), 'soft', expected, steps);
        },
      ),
      drawn,
    ));
});

describe('a check and a hand-off', () => {
  test('p (1 - H) + (1 - p) G, over workers, graphs and chances of any kind', () =>
    fc.assert(
      fc.property(
        fc.array(between(0.05, 0.95), { minLength: 6, maxLength: 30 }),
        between(0, 1),
        between(0, 1),
        between(0, 0.8),
        fc.integer({ min: 1, max: 5 }),
        (chances, recall, repair, loss, workers) => {
          const items = chances.length;
          const rows = runs({
            task: { kind: 'work-graph', items, chance: chances },
            behaviour: { kind: 'worker', recall, repair, loss },
            protocol: { kind: 'orchestrator-workers', workers, rounds: 1, turns: items },
          });
          const p = chances.reduce((sum, it) => sum + it, 0) / items;
          near(rows, 'soft', p * (1 - loss) + (1 - p) * recall * repair);
        },
      ),
      drawn,
    ));

  test('so that the gain over p has the sign of p* - p, with p* = G / (G + H)', () =>
    fc.assert(
      fc.property(between(0.2, 0.9), between(0.1, 0.6), between(0.15, 0.35), (gain, loss, away) => {
        const threshold = gain / (gain + loss);
        fc.pre(threshold > away && threshold < 1 - away);
        for (const sign of [-1, 1]) {
          const p = threshold + sign * away;
          const rows = runs(
            {
              task: { kind: 'work-graph', items: 24, chance: p },
              behaviour: { kind: 'worker', recall: gain, repair: 1, loss },
              protocol: { kind: 'orchestrator-workers', workers: 3, rounds: 1, turns: 8 },
            },
            runsOfSuite(400),
          );
          const mean = rows.reduce((sum, it) => sum + it.soft!, 0) / rows.length;
          expect(Math.sign(p - mean)).toBe(sign);
        }
      }),
      { ...drawn, numRuns: 6 },
    ));
});

test('coverage: 1 - exp(-q B / D), of n who overlap by o with B (1 - o (1 - 1 / n))', () =>
  fc.assert(
    fc.property(
      between(0.3, 3),
      fc.integer({ min: 500, max: 20_000 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      between(0, 1),
      (effort, cost, workers, each, overlap) => {
        const rows = runs({
          task: { kind: 'hidden-facts', facts: 25, cost, sigma: 0 },
          behaviour: { kind: 'worker', thought: 400, effort, overlap },
          protocol: { kind: 'independent', workers, turns: workers * each, early: false },
        });
        const budget = 400 * workers * each * (1 - overlap * (1 - 1 / workers));
        near(rows, 'soft', 1 - Math.exp((-effort * budget) / cost), 25);
      },
    ),
    drawn,
  ));

test('tree rollouts: M (L N + 1) for M (1 + L N / 2) trajectories, each step written once', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 4, max: 20 }),
      fc.integer({ min: 10, max: 400 }),
      (trees, expansions, rounds, steps, thought) => {
        const rows = runs({
          task: { kind: 'long-steps', steps, chance: 0.8 },
          behaviour: { kind: 'worker', thought, request: 0 },
          protocol: { kind: 'tree-rollouts', trees, expansions, rounds },
        });
        near(rows, 'trajectories', trees * (1 + (rounds * expansions) / 2));
        for (const it of rows) {
          expect(it.rollouts).toBe(trees * (rounds * expansions + 1));
          expect(it.outputTokens).toBeCloseTo(it.trajectories! * steps * thought, 6);
        }
      },
    ),
    drawn,
  ));

describe('a work graph of one’s own', () => {
  const anyGraph = () =>
    fc.array(fc.tuple(between(0.7, 1), fc.array(fc.nat(1000), { maxLength: 3 })), {
      minLength: 2,
      maxLength: 10,
    });

  test('an item counts with all that it needs', () =>
    fc.assert(
      fc.property(anyGraph(), (graph) => {
        const chance = graph.map(([p]) => p);
        const needs = graph.map(([, picks], item) => [
          ...new Set(item === 0 ? [] : picks.map((it) => it % item)),
        ]);
        /** Everything below an item, itself included. */
        const under = needs.map(() => new Set<number>());
        needs.forEach((list, item) => {
          under[item]!.add(item);
          for (const need of list) for (const it of under[need]!) under[item]!.add(it);
        });
        const product = (items: Iterable<number>): number =>
          [...items].reduce((all, it) => all * chance[it]!, 1);
        const items = chance.length;
        const rows = runs({
          task: { kind: 'work-graph', shape: 'custom', items, needs, chance },
          behaviour: { kind: 'worker' },
          protocol: { kind: 'single-agent', turns: items },
        });
        near(rows, 'soft', under.reduce((sum, it) => sum + product(it), 0) / items);
        near(rows, 'solved', product(chance.keys()), 1);
      }),
      drawn,
    ));

  test('a list of another length than the items is refused', () => {
    const task = { kind: 'work-graph', items: 3, chance: [0.5, 0.5] };
    expect(() => runs({ task, behaviour: { kind: 'worker' }, protocol: 'single-agent' }, 1)).toThrow(
      /task.chance: must be one number, or a list of one for each of the 3 items/,
    );
  });
});

describe('a price table of one’s own', () => {
  const anyRates = () =>
    fc.record({
      input: between(0, 20),
      output: between(0, 80),
      cachedRead: between(0, 2),
      cacheWrite: between(0, 25),
    });
  const priced = (rates: object, more: object = {}) =>
    runs(
      {
        task: { kind: 'work-graph', items: 12, chance: 0.9 },
        behaviour: { kind: 'worker', system: 3000, recall: 0.5, loss: 0.2 },
        protocol: { kind: 'orchestrator-workers', workers: 3, rounds: 3, turns: 4 },
        serving: { firstToken: '1s', decode: 60, cache: { ttl: '300s', minimum: 1000 } },
        prices: {
          model: 'my-model',
          date: '2031-05-01',
          table: [{ model: 'my-model', from: '2031-01-01', ...rates }],
        },
        metrics: ['meters'],
        ...more,
      },
      2,
    );

  test('dollars are rates times meters', () =>
    fc.assert(
      fc.property(anyRates(), (rates) => {
        for (const it of priced(rates)) {
          const { input, output, cachedRead, cacheWrite } = rates;
          const sum =
            it.freshTokens! * input +
            it.cachedTokens! * cachedRead +
            it.writtenTokens! * cacheWrite +
            it.outputTokens! * output;
          expect(it.dollars).toBeCloseTo(sum / 1e6, 9);
          expect(it.cachedTokens).toBeGreaterThan(0);
        }
      }),
      drawn,
    ));

  test('a run costs no less when any price rises', () =>
    fc.assert(
      fc.property(
        anyRates(),
        fc.constantFrom('input', 'output', 'cachedRead', 'cacheWrite'),
        between(0, 10),
        (rates, name, rise) => {
          const before = priced(rates);
          const after = priced({ ...rates, [name]: rates[name as keyof typeof rates] + rise });
          for (const [i, it] of after.entries())
            expect(it.dollars).toBeGreaterThanOrEqual(before[i]!.dollars! - 1e-12);
        },
      ),
      drawn,
    ));
});

test('a cache: of k calls of one agent all but what is new is read from it, while it lives', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 600 }),
      (calls, system, thought, request, seconds) => {
        const ttl = 300;
        const [row] = runs(
          {
            task: { kind: 'work-graph', items: calls, chance: 1 },
            behaviour: { kind: 'worker', system, thought, request },
            protocol: { kind: 'single-agent', turns: calls },
            // A call takes `seconds`: an entry lives from the first token of one call to the start of the next.
            serving: { decode: thought / seconds, cache: { ttl: `${ttl}s`, minimum: 0 } },
            metrics: ['meters'],
          },
          1,
        );
        const before = calls - 1;
        const first = system + request;
        const all = calls * first + ((thought + request) * calls * before) / 2;
        const isWarm = seconds <= ttl;
        expect(row!.promptTokens).toBe(all);
        // What was read at a call is found at the next one, whose new words and request are written.
        const found = before * first + ((thought + request) * before * (before - 1)) / 2;
        expect(row!.cachedTokens).toBe(isWarm ? found : 0);
        expect(row!.writtenTokens).toBe(isWarm ? all - found : all);
      },
    ),
    { ...drawn, numRuns: 40 },
  ));

describe('small and large', () => {
  const logit = (p: number): number => Math.log(p / (1 - p));
  const models = (small: number, large: number, worker: object, protocol: object) =>
    runs({
      task: { kind: 'long-steps', steps: 60, chance: large, variants: 5 },
      behaviour: { kind: 'worker', small: logit(small) - logit(large), ...worker },
      protocol: { kind: 'model-cascade', ...protocol },
    });

  test('a cascade: p_s (1 - f) + (p_s f + (1 - p_s) v) p_l', () =>
    fc.assert(
      fc.property(between(0.3, 0.9), between(0.5, 0.98), between(0, 1), between(0, 0.5), (s, l, v, f) => {
        const again = s * f + (1 - s) * v;
        const rows = models(s, l, { recall: v, falseAlarm: f }, { price: 7, checkPrice: 0.4, worth: 30 });
        near(rows, 'soft', s * (1 - f) + again * l);
        near(rows, 'costPerItem', 1 + 0.4 + 7 * again);
        near(rows, 'netWorth', 30 * (s * (1 - f) + again * l) - (1 + 0.4 + 7 * again));
      }),
      drawn,
    ));

  test('a router of area A: the same, with f = N(-c) and v = N(d - c), d = sqrt(2) times the quantile of A', () =>
    fc.assert(
      fc.property(
        between(0.3, 0.9),
        between(0.5, 0.98),
        between(0.5, 0.97),
        between(-1.5, 2),
        (s, l, auc, c) => {
          const f = below(-c);
          const v = below(Math.SQRT2 * quantile(auc) - c);
          const routed = s * f + (1 - s) * v;
          const rows = models(s, l, { auc }, { first: 'routed', check: false, threshold: c, price: 7 });
          near(rows, 'soft', s * (1 - f) + routed * l);
          near(rows, 'costPerItem', 1 - routed + 7 * routed);
        },
      ),
      drawn,
    ));
});

/** Standard normal distribution, by summing its density: slow, and written apart from what it tests. */
function below(x: number): number {
  const steps = 4000;
  const low = -9;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const at = low + ((x - low) * (i + 0.5)) / steps;
    sum += Math.exp((-at * at) / 2);
  }
  return (sum * (x - low)) / steps / Math.sqrt(2 * Math.PI);
}

function quantile(p: number): number {
  let [low, high] = [-8, 8];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (below(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
