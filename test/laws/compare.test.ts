import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Baseline, bestOf, selectorOf, singleAgent } from '../../src/compare/baselines.ts';
import { type Compared, type CompareOptions, compare } from '../../src/compare/compare.ts';
import { type Contrast, contrastOf, type Meter } from '../../src/compare/contrast.ts';
import { designsOf } from '../../src/compare/designs.ts';
import { type Candidate, frontOf, frontPicture } from '../../src/compare/front.ts';
import { type Ladder, matchSpend, meanOf, mixed, mixtureAt } from '../../src/compare/match.ts';
import { priceDates } from '../../src/compare/prices.ts';
import { probe } from '../../src/compare/probing.ts';
import { type Sample, type Sampler, sampler } from '../../src/compare/sampler.ts';
import { selfConsistency } from '../../src/compare/self-consistency.ts';
import { verdictOf } from '../../src/compare/verdict.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { type Plan, planOf } from '../../src/study/source.ts';
import { bootstrap } from '../../src/study/statistics.ts';
import { ScenarioError } from '../../src/world/error.ts';

const plan = (raw: Record<string, unknown>, name = 'design'): Plan =>
  planOf({
    name,
    text: JSON.stringify({ question: 'Is it worth it?', topology: { kind: 'complete', agents: 9 }, ...raw }),
    overrides: [],
    folder: '.',
  });

const worth = async (
  raw: Record<string, unknown>,
  options: Partial<CompareOptions> = {},
): Promise<Compared> => {
  const plans = [plan(raw)];
  const { compared } = await compare({
    plans,
    quality: 'solved',
    jobs: 1,
    seed: 3,
    resamples: 400,
    ...options,
  });
  return compared[0]!;
};

const found = ({ contrasts }: Compared, baseline: string, meter = 'tokens') =>
  contrasts.find((it) => it.baseline === baseline && it.meter.kind === meter)!.found!;

const sampleOf = (quality: readonly number[], tokens: readonly number[]): Sample => ({
  quality: Float64Array.from(quality),
  tokens: Float64Array.from(tokens),
  dollars: [],
  isUnmetered: false,
});

const tokens: Meter = { kind: 'tokens', spentOf: (it) => it.tokens };

describe('bootstrap', () => {
  test('covers a mean about as often as it says, and a ratio of means too', () => {
    const stream = new Stream(11, 'data');
    const inside = [0, 0];
    const sets = 300;
    for (let set = 0; set < sets; set++) {
      const cost = Array.from({ length: 60 }, () => 2 + stream.exponential());
      const good = cost.map((it) => it + stream.normal());
      const [mean, ratio] = bootstrap([good, cost], ([g, c]) => [g!, g! / c!], { seed: set, resamples: 300 });
      [mean!, ratio!].forEach(({ low, high }, i) => {
        const truth = i === 0 ? 3 : 1;
        if (low! <= truth && truth <= high!) inside[i]!++;
      });
    }
    for (const count of inside) {
      const z = (count - 0.95 * sets) / Math.sqrt(sets * 0.95 * 0.05);
      expect(Math.abs(z)).toBeLessThan(4);
    }
  });

  test('is fixed by its seed; pairs stay pairs, so that equal columns differ by nothing', () => {
    const column = Array.from({ length: 40 }, (_, i) => (i * 7) % 11);
    const run = (seed: number) =>
      bootstrap([column, column.map((it) => it + 2)], ([a, b]) => [b! - a!, a!], { seed, resamples: 200 });
    expect(run(1)).toEqual(run(1));
    expect(run(1)[1]).not.toEqual(run(2)[1]);
    expect(run(1)[0]!.low).toBeCloseTo(2, 12);
    expect(run(1)[0]!.high).toBeCloseTo(2, 12);
    expect(bootstrap([column], () => [Number.NaN], { seed: 1, resamples: 9 })).toEqual([
      { low: null, high: null },
    ]);
    expect(() => bootstrap([column, [1]], () => [], { seed: 1, resamples: 1 })).toThrow('of one length');
  });
});

describe('matching', () => {
  test('a mixture spends what is wanted, wherever that can be had', () => {
    const rising = fc
      .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 5 })
      .map((steps) => steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, it) => sum + it, 0)));
    fc.assert(
      fc.property(rising, fc.double({ min: -5, max: 300, noNaN: true }), (spent, target) => {
        const mixture = mixtureAt(target, spent);
        const got = mixed(mixture, (rung) => spent[rung]!);
        expect(mixture.share).toBeGreaterThanOrEqual(0);
        expect(mixture.share).toBeLessThan(1);
        const reachable = Math.min(spent.at(-1)!, Math.max(spent[0]!, target));
        expect(got).toBeCloseTo(reachable, 9);
      }),
    );
  });

  /** Spends `cost(step)` in every run; steps beyond `served` have a call that is never served. */
  const ladderOf = (cost: (step: number) => number, most = 1000, served = most) => {
    const asked: number[] = [];
    const ladder: Ladder = { most, at: (step) => ({ step }) };
    const only: Sampler = {
      sample: async ({ step }) => {
        asked.push(step as number);
        if ((step as number) > served)
          throw new ScenarioError([{ path: 'serving.tokensPerMinute', message: 'must be at least 9' }]);
        return sampleOf([0, 0], [cost(step as number), cost(step as number)]);
      },
      close: async () => {},
    };
    return { asked, search: { sampler: only, ladder, dates: [], spentOf: tokens.spentOf } };
  };

  test('finds the two steps about the target, in few looks', async () => {
    for (const cost of [
      (step: number) => 10 * step,
      (step: number) => step * step,
      (step: number) => 40 + 3 * step,
    ]) {
      for (const target of [cost(1), cost(2), cost(7), cost(7) + 1, cost(90) + 2, cost(700)]) {
        const { search, asked } = ladderOf(cost);
        const { kind, rungs } = (await matchSpend({ ...search, target })).match!;
        expect(kind).toBe('matched');
        const steps = rungs.map(({ step }) => step);
        const below = steps.filter((step) => cost(step) <= target).at(-1)!;
        expect(steps).toContain(below + 1);
        expect(cost(below + 1)).toBeGreaterThan(target);
        expect(new Set(asked).size).toBeLessThan(32);
      }
    }
  });

  test('a ladder that ends too low, or begins too high, is taken as it is', async () => {
    const low = ladderOf((step) => Math.min(step, 9));
    expect((await matchSpend({ ...low.search, target: 50 })).match).toMatchObject({ kind: 'below' });
    const short = ladderOf((step) => step, 30);
    expect((await matchSpend({ ...short.search, target: 50 })).match).toMatchObject({
      kind: 'below',
      rungs: [{ step: 30 }],
    });
    const high = ladderOf((step) => 100 * step);
    expect((await matchSpend({ ...high.search, target: 50 })).match).toMatchObject({
      kind: 'above',
      rungs: [{ step: 1 }],
    });
  });

  test('a ladder ends at the last rung that is served, unless it has spent enough before', async () => {
    for (const served of [1, 2, 5, 11, 100]) {
      const { search, asked } = ladderOf((step) => 10 * step, 1000, served);
      const { match, unserved, tried } = await matchSpend({ ...search, target: 105 });
      const last = Math.min(served, 10);
      expect(match!.kind).toBe(served < 11 ? 'below' : 'matched');
      if (served < 11) expect(match!.rungs.map(({ step }) => step)).toEqual([last]);
      else expect(match!.rungs.map(({ step }) => step)).toEqual(expect.arrayContaining([10, 11]));
      expect(match!.unserved).toEqual(
        served < 11 ? { step: served + 1, why: '`serving.tokensPerMinute` must be at least 9' } : undefined,
      );
      expect(unserved === undefined).toBe(served === 100);
      // All that was run is told, each rung once.
      const ran = new Set(asked.filter((step) => step <= served));
      expect(new Set(tried.map(({ step }) => step))).toEqual(ran);
      expect(tried).toHaveLength(ran.size);
    }
    const never = await matchSpend({ ...ladderOf((step) => step, 1000, 0).search, target: 5 });
    expect(never).toMatchObject({ match: undefined, unserved: { step: 1 }, tried: [] });
    const broken = ladderOf((step) => step).search;
    const sample = async () => {
      throw new ScenarioError([{ path: 'task.items', message: 'is wrong' }]);
    };
    await expect(
      matchSpend({ ...broken, sampler: { ...broken.sampler, sample }, target: 5 }),
    ).rejects.toThrow('task.items');
  });

  test('intervals at matched spend cover: quality grows by 0.05 with each unit spent', () => {
    const stream = new Stream(12, 'data');
    const baseline = { name: 'single-agent', label: String } as unknown as Baseline;
    const n = 60;
    const sets = 200;
    let inside = 0;
    for (let set = 0; set < sets; set++) {
      // What makes an instance hard makes it dear and bad for everybody.
      const hard = Array.from({ length: n }, () => stream.unit());
      const one = (units: number) =>
        sampleOf(
          hard.map((it) => 0.05 * units - 0.1 * (it - 0.5) + 0.1 * stream.normal()),
          hard.map((it) => units + (it - 0.5) + 0.3 * stream.normal()),
        );
      const own = one(10.4);
      const rungs = [9, 10, 11, 12].map((step) => ({ step, sample: one(step) }));
      const { difference } = contrastOf({
        own: { ...own, quality: own.quality.map((it) => it + 0.02) },
        baseline,
        match: { kind: 'matched', rungs },
        meter: tokens,
        seed: set,
        resamples: 250,
      }).found!;
      if (difference.low! <= 0.02 && 0.02 <= difference.high!) inside++;
    }
    expect(Math.abs((inside - 0.95 * sets) / Math.sqrt(sets * 0.95 * 0.05))).toBeLessThan(4);
  });
});

/** One item that is got right with chance p. */
const single = (chance: number) => ({ task: { kind: 'work-graph', items: 1, chance } });

describe('baselines', () => {
  const originOf = (raw: Record<string, unknown>) => {
    const design = designsOf([plan(raw)])[0]!;
    return { design, probe: probe(design, 1), selector: selectorOf(design) };
  };

  test('best of N with an exact check is right with chance 1 - (1 - p)^N', async () => {
    const p = 0.3;
    const protocol = { kind: 'debate', debaters: 2 };
    const origin = originOf({ ...single(p), behaviour: { kind: 'worker', recall: 1 }, protocol });
    const replications = 300;
    const runs = sampler({ seed: 4, replications, quality: 'solved', jobs: 1 });
    for (const samples of [1, 2, 5]) {
      const mean = meanOf((await runs.sample(bestOf(origin, 3).at(samples), [])).quality);
      const expected = 1 - (1 - p) ** samples;
      const z = (mean - expected) / Math.sqrt((expected * (1 - expected)) / replications);
      expect(Math.abs(z)).toBeLessThan(4);
    }
    const alone = meanOf((await runs.sample(singleAgent(origin, true).at(4), [])).quality);
    expect(Math.abs((alone - p) / Math.sqrt((p * (1 - p)) / replications))).toBeLessThan(4);
  });

  test('the selector is never better than the check of the scenario', () => {
    const of = (knobs: object, more: object = {}) =>
      originOf({
        ...single(0.5),
        behaviour: { kind: 'worker', ...knobs },
        protocol: { kind: 'debate' },
        ...more,
      }).selector;
    expect(of({})).toMatchObject({ kind: 'vote' });
    expect(of({ recall: 0.4, falseAlarm: 0.1 })).toMatchObject({ kind: 'check', recall: 0.4 });
    expect(of({ recall: 1 }).text).toContain('exact');
    const artifact = { task: { kind: 'artifact', fields: 5, tests: 0.7 } };
    expect(of({}, { ...artifact, protocol: { kind: 'artifact-pool' } })).toMatchObject({ recall: 0.7 });
    expect(of({}, { ...artifact, protocol: { kind: 'artifact-pool', retries: 0 } })).toMatchObject({
      kind: 'vote',
    });
  });

  test('self-consistency is right as often as a majority is, and pays for its samples only', async () => {
    const [p, steps, replications] = [0.8, 4, 300];
    const task = { kind: 'long-steps', steps, chance: p };
    const protocol = { kind: 'single-agent', turns: 4, budget: 400 };
    const origin = originOf({ task, behaviour: { kind: 'worker', request: 50, system: 450 }, protocol });
    const runs = sampler({ seed: 4, replications, quality: 'solved', jobs: 1 });
    const three = await runs.sample(selfConsistency(origin)!.at(3), []);
    const expected = (p ** 3 + 3 * p ** 2 * (1 - p)) ** steps;
    const z = (meanOf(three.quality) - expected) / Math.sqrt((expected * (1 - expected)) / replications);
    expect(Math.abs(z)).toBeLessThan(4);
    // A turn of the design thinks for 100 tokens, and so does a sample.
    expect(meanOf(three.tokens)).toBe(3 * steps * (500 + 100));
  });

  test('there is no vote on an item that one answer cannot settle, unless the design has the same', () => {
    const has = (task: object, protocol: object = { kind: 'single-agent', turns: 2 }): boolean =>
      selfConsistency(originOf({ task, behaviour: { kind: 'worker' }, protocol })) !== undefined;
    const chain = { kind: 'work-graph', shape: 'chain', items: 2 };
    expect(has({ kind: 'hidden-facts', facts: 2 })).toBe(false);
    expect(has({ kind: 'hidden-facts', facts: 2 }, { kind: 'ahead-voting' })).toBe(true);
    expect(has({ ...chain, reading: 9 })).toBe(false);
    expect(has({ ...chain, hazard: 0.5 })).toBe(false);
    expect(has(chain)).toBe(true);
  });

  test('all are set the same task in the same replication', async () => {
    // Where all is got right, what four turns come to depends on how many items were drawn for the run.
    const origin = originOf({
      task: { kind: 'work-graph', items: 1, most: 8, chance: 1 },
      // All begin at the same place.
      behaviour: { kind: 'worker', overlap: 1 },
      protocol: { kind: 'debate', debaters: 2, rounds: 1, turns: 4 },
    });
    const runs = sampler({ seed: 4, replications: 40, quality: 'soft', jobs: 1 });
    const four = await runs.sample(singleAgent(origin, true).at(4), []);
    const votes = await runs.sample(bestOf(origin, 4).at(3), []);
    expect(new Set(four.quality).size).toBeGreaterThan(3);
    expect([...votes.quality.map((it) => Number(it === 1))]).toEqual([
      ...four.quality.map((it) => Number(it === 1)),
    ]);
  });
});

describe('compare', () => {
  test('a design that is best-of-N differs by nothing from the baseline of that name', async () => {
    const p = 0.4;
    const behaviour = { kind: 'worker', recall: 1 };
    const result = await worth(
      { ...single(p), behaviour, protocol: { kind: 'best-of', samples: 3 } },
      { replications: 120 },
    );
    const same = found(result, 'best-of');
    expect(same.difference).toMatchObject({ mean: 0, low: 0, high: 0 });
    expect(same.perUnitDifference).toMatchObject({ mean: 0, low: 0, high: 0 });
    expect(same.match).toMatchObject({ kind: 'matched', lower: 3, share: 0, ofTarget: 1 });
    const alone = found(result, 'single-agent');
    expect(alone.match.kind).toBe('below');
    expect(alone.difference.low!).toBeLessThan(1 - (1 - p) ** 3 - p);
    expect(alone.difference.high!).toBeGreaterThan(1 - (1 - p) ** 3 - p);
    expect(result.judgement).toMatchObject({ word: 'no difference shown', dollars: undefined });
    expect(result.judgement.sentence).toContain('dollars unknown');
  });

  test('the same holds of a vote, of one agent, and under a budget', async () => {
    const own = {
      task: { kind: 'work-graph', items: 3, chance: 0.6 },
      behaviour: { kind: 'worker', loss: 0.1 },
    };
    const votes = { kind: 'independent', workers: 3, turns: 9, budget: 2000 };
    expect(
      found(await worth({ ...own, protocol: votes }, { replications: 60 }), 'best-of').difference,
    ).toMatchObject({
      mean: 0,
      low: 0,
      high: 0,
    });
    const alone = { kind: 'single-agent', turns: 2, budget: 700 };
    expect(
      found(await worth({ ...own, protocol: alone }, { replications: 60 }), 'single-agent').difference,
    ).toMatchObject({ mean: 0, low: 0, high: 0 });
  });

  test('a group that thinks alike pays several times for one opinion', async () => {
    const result = await worth(
      {
        ...single(0.5),
        behaviour: { kind: 'worker', correlation: 1, recall: 0.5 },
        protocol: { kind: 'independent', workers: 4, turns: 4 },
      },
      { replications: 60 },
    );
    const alone = found(result, 'single-agent');
    expect(alone.difference).toMatchObject({ mean: 0, low: 0, high: 0 });
    expect(alone.match.kind).toBe('below');
    expect(alone.perUnitDifference.high!).toBeLessThan(0);
    expect(result.judgement.word).toBe('not worth it');
  });

  test('tokens that do no work lose at matched spend', async () => {
    const search = (preamble: number) => ({
      task: { kind: 'hidden-facts', facts: 30, cost: 4000, sigma: 0 },
      behaviour: { kind: 'worker', recall: 0.9, preamble, system: 0, request: 0, claim: 0 },
      protocol: { kind: 'independent', workers: 4, turns: 8 },
    });
    // Every worker writes its preamble; one agent writes it once.
    const wasteful = await worth(search(900), { replications: 60, quality: 'soft' });
    const alone = found(wasteful, 'single-agent');
    expect(alone.match.kind).toBe('matched');
    expect(alone.match.ofTarget).toBeCloseTo(1, 9);
    expect(alone.difference.high!).toBeLessThan(0);
    expect(wasteful.judgement.word).toBe('not worth it');
  });

  test('the verdict turns with the price date: who re-reads pays for input, who talks for output', async () => {
    const rates = { model: 'mine' };
    const turning = {
      task: { kind: 'hidden-facts', facts: 30, cost: 5000, sigma: 0 },
      behaviour: { kind: 'worker', recall: 0.9, loss: 0.3, system: 0, request: 10, claim: 0 },
      protocol: { kind: 'independent', workers: 6, turns: 12 },
      prices: {
        ...rates,
        date: '2026-06-01',
        table: [
          { ...rates, from: '2025-01-01', input: 0, output: 10 },
          { ...rates, from: '2026-01-01', input: 10, output: 0 },
          { ...rates, from: '2026-03-01', input: 10, output: 0 },
        ],
      },
    };
    const result = await worth(turning, { replications: 20, quality: 'soft' });
    // The third entry changes nothing, so that its day is not told apart from the second.
    expect(result.judgement.byDate).toEqual([
      { date: '2025-01-01', word: 'not worth it' },
      { date: '2026-06-01', word: 'worth it' },
    ]);
    expect(result.judgement.warnings.join()).toContain('changes with the price date');
    const earlier = await worth(turning, { replications: 20, quality: 'soft', date: '2025-05-05' });
    expect(earlier.judgement.dollars).toBe('not worth it');
    const same = await worth({ ...turning, prices: undefined }, { replications: 20, quality: 'soft' });
    expect(found(same, 'single-agent')).toEqual({
      ...found(earlier, 'single-agent'),
      design: { ...found(earlier, 'single-agent').design, dollars: undefined },
      other: { ...found(earlier, 'single-agent').other, dollars: undefined },
    });
  });

  test('an unknown rate leaves dollars unknown, never nothing', async () => {
    const result = await worth(
      {
        ...single(0.5),
        behaviour: { kind: 'worker', recall: 1, system: 2000 },
        protocol: { kind: 'debate', debaters: 2 },
        serving: { cache: { ttl: '300s', minimum: 1 }, decode: 50 },
        prices: { model: 'mine', date: '2026-06-01', table: [{ model: 'mine', input: 1, output: 1 }] },
      },
      { replications: 20 },
    );
    expect(result.contrasts.find(({ meter }) => meter.kind === 'dollars')!.found).toBeUndefined();
    expect(result.judgement.dollars).toBeUndefined();
    expect(result.notes.join()).toContain('Dollars are unknown');
  });

  test('message faults do not fall on one agent, and spare turns serve one that finds its errors', async () => {
    const result = await worth(
      {
        task: { kind: 'work-graph', items: 2, chance: 0.4 },
        behaviour: { kind: 'worker', recall: 0.8, selfCheck: 0.9 },
        protocol: { kind: 'independent', workers: 4, turns: 12 },
        faults: [
          { kind: 'crash', agents: [7], at: '1h' },
          { kind: 'loss', chance: 0 },
        ],
        horizon: '2h',
      },
      { replications: 40 },
    );
    expect(found(result, 'single-agent').match.kind).toBe('matched');
    expect(result.notes.join(' ')).toMatch(/sends no messages.*goes over what it has/);
    expect(found(result, 'single-agent').other.quality.mean!).toBeGreaterThan(0.4 ** 2 + 0.1);
  });

  const prices = { model: 'gpt-5', date: '2026-01-01' };
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown model', { prices: { ...prices, model: 'nobody' } }, 'nobody is no model of the price table'],
    ['an early day', { prices: { ...prices, date: '2024-12-31' } }, 'gpt-5 has no price on 2024-12-31'],
    ['a day that is none', { prices: { ...prices, date: '2026-02-30' } }, 'must be a day such as'],
    [
      'a negative price',
      { prices: { ...prices, table: [{ model: 'x', input: -1, output: 1 }] } },
      'at least 0',
    ],
    ['less than a call', { limits: { tokens: 10 } }, 'must cover the fixed cost of one call (550 tokens)'],
    [
      'a latent channel between models',
      { behaviour: { kind: 'worker', channel: { kind: 'latent' }, models: { small: 'a', large: 'b' } } },
      'must be text between different models',
    ],
    ['a cache that keeps nothing', { serving: { cache: { ttl: '0s' } } }, 'longer than zero'],
  ])('refuses %s', (_, more, message) => {
    const debate = { ...single(0.5), behaviour: { kind: 'worker' }, protocol: { kind: 'debate' } };
    expect(() => plan({ ...debate, ...more })).toThrow(message);
  });

  test('what cannot be compared is refused, with a remedy', async () => {
    const behaviour = { kind: 'worker' };
    const refused = (...plans: Plan[]) => compare({ plans, quality: 'solved', jobs: 1, replications: 10 });
    const debate = { behaviour, protocol: { kind: 'debate' } };
    await expect(refused(plan({ task: { kind: 'broadcast' }, protocol: { kind: 'flood' } }))).rejects.toThrow(
      /asks no model; choose one/,
    );
    await expect(
      refused(plan({ ...single(0.5), ...debate }), plan({ ...single(0.6), ...debate }, 'other')),
    ).rejects.toThrow(/must be the same for all designs.*task.KEY=VALUE/);
    await expect(
      refused(
        plan({
          ...single(0.5),
          behaviour,
          vary: { protocol: ['debate', 'hybrid-team'] },
          protocol: 'debate',
        }),
      ),
    ).resolves.toMatchObject({
      compared: [{ design: { mark: 'A' } }, { design: { mark: 'B', name: 'hybrid-team' } }],
    });
    await expect(
      compare({
        plans: [plan({ ...single(0.5), ...debate })],
        quality: 'solved',
        jobs: 1,
        date: '2026-01-01',
      }),
    ).rejects.toThrow('prices.model=NAME');
    // Without a price on that day, dollars cannot be compared; names that nobody knows are refused with the scenario.
    const models = (small: string) => () =>
      plan({
        ...single(0.5),
        protocol: 'debate',
        behaviour: { kind: 'worker', models: { small, large: 'gpt-5' } },
        prices: { model: 'gpt-5', date: '2026-01-01' },
      });
    await expect(refused(models('gpt-6-luna')())).rejects.toThrow('gpt-6-luna has no price on 2026-01-01');
    expect(models('x')).toThrow('x is no model of the price table');
  });
});

describe('what else the tokens could buy', () => {
  const steps = (chance: number) => ({ kind: 'long-steps', steps: 30, chance });
  const behaviour = { kind: 'worker' };

  test('one sample of each step is worth no more than one sample of each step', async () => {
    const protocol = { kind: 'self-consistency', samples: 1 };
    const { judgement, contrasts } = await worth(
      { task: steps(0.97), behaviour, protocol },
      { replications: 20 },
    );
    expect(contrasts.map(({ baseline }) => baseline)).toEqual([
      'single-agent',
      'best-of',
      'self-consistency',
    ]);
    expect(judgement.word).toBe('no difference shown');
    expect(judgement.sentence).toContain('by self-consistency');
    // The others never came to the last step.
    expect(judgement.warnings.join()).toMatch(/before the last of 30 items .*one agent, .*; best of 2, /);
  });

  test('voting until one value is ahead is held against as many votes on each step', async () => {
    const protocol = { kind: 'ahead-voting', ahead: 5 };
    const result = await worth({ task: steps(0.8161), behaviour, protocol }, { replications: 24 });
    const { difference, match, other } = found(result, 'self-consistency');
    expect(match.ofTarget).toBeCloseTo(1, 9);
    // Eight votes, of which the first breaks a tie, are as seven.
    const q = 1 - 0.8161;
    const wrong = [4, 5, 6, 7].reduce(
      (sum, k) => sum + [35, 21, 7, 1][k - 4]! * q ** k * 0.8161 ** (7 - k),
      0,
    );
    const expected = (1 - wrong) ** 30;
    expect(Math.abs(other.quality.mean! - expected)).toBeLessThan(
      4 * Math.sqrt((expected * (1 - expected)) / 24),
    );
    expect(difference.mean!).toBeLessThan(0.75);
    expect(difference.low!).toBeGreaterThan(0.1);
    expect(result.judgement).toMatchObject({ word: 'worth it' });
    expect(result.judgement.sentence).toContain('by self-consistency');
  });

  test('every rung of the search is a point, and one that is as good for half the tokens is told', async () => {
    const task = { kind: 'hidden-facts', facts: 6, cost: 3000, sigma: 0, pass: 0.5 };
    const plans = [
      plan({ task, behaviour, protocol: { kind: 'debate', debaters: 4, rounds: 4, turns: 40 } }),
    ];
    const { compared, fronts } = await compare({ plans, quality: 'solved', jobs: 1, replications: 20 });
    const { cheaper, judgement } = compared[0]!;
    const labels = fronts.tokens.map(({ label }) => label);
    for (const turns of [2, 4, 8, 16]) expect(labels).toContain(`one agent, ${turns} turns`);
    const design = fronts.tokens.find(({ kind }) => kind === 'design')!;
    const ofHalf = fronts.tokens.filter(
      ({ quality, spent }) => quality >= design.quality && spent <= design.spent / 2,
    );
    expect(cheaper!.label).toBe(ofHalf[0]!.label);
    expect(judgement.sentence).toContain(`of what the design spends: ${cheaper!.label}.`);
  });

  test('a baseline that outgrows the serving ends there, and is not the fault of the scenario', async () => {
    const task = { kind: 'work-graph', items: 10, chance: 1 };
    const slow = {
      task,
      behaviour: { kind: 'worker', system: 1500, request: 100, thought: 200, claim: 20 },
      protocol: { kind: 'independent', workers: 8, turns: 8 },
    };
    const at = (tokensPerMinute: number) =>
      worth({ ...slow, serving: { decode: 100, tokensPerMinute } }, { replications: 5 });
    const result = await at(3400);
    expect(found(result, 'single-agent').match).toMatchObject({
      kind: 'below',
      unserved: { why: expect.stringContaining('tokensPerMinute') },
    });
    // What the design itself asks for is told as before.
    await expect(at(2000)).rejects.toThrow('serving.tokensPerMinute: must be at least what one call takes');
  });

  test('of two forms of best-of-N one that is to be had as cheaply is decisive, the stronger of such', () => {
    const contrast = (baseline: Contrast['baseline'], kind: string, mean: number): Contrast =>
      ({
        baseline,
        meter: tokens,
        found: {
          difference: { mean, low: mean - 0.05, high: mean + 0.05 },
          perUnitDifference: { mean: 0, low: -1, high: 1 },
          match: { kind },
        },
      }) as unknown as Contrast;
    const alone = contrast('single-agent', 'matched', 0.9);
    const verdict = (wholes: string, wholesBy: number, items: string, itemsBy: number) => {
      const { word, deciding } = verdictOf(tokens, [
        alone,
        contrast('best-of', wholes, wholesBy),
        contrast('self-consistency', items, itemsBy),
      ]);
      return [word, deciding?.baseline];
    };
    expect(verdict('matched', 0.8, 'matched', 0.3)).toEqual(['worth it', 'self-consistency']);
    expect(verdict('matched', 0.3, 'matched', 0.8)).toEqual(['worth it', 'best-of']);
    expect(verdict('matched', 0.8, 'matched', 0)).toEqual(['no difference shown', 'self-consistency']);
    expect(verdict('matched', 0.8, 'matched', -0.2)).toEqual(['not worth it', 'self-consistency']);
    expect(verdict('matched', 0.8, 'above', -0.2)).toEqual(['worth it', 'best-of']);
    expect(verdict('above', 0.2, 'above', -0.2)).toEqual(['no difference shown', 'self-consistency']);
  });
});

test('days at which prices change, from the first that all models have', () => {
  const at = (model: string, date: string, models: string[] = []) =>
    priceDates({ model, date, batch: false, retention: 'minutes', table: [] }, models).all;
  expect(at('gpt-5.6-luna', '2026-10-01')).toEqual(['2026-10-01', '2026-06-26']);
  expect(at('gpt-5.6-luna', '2026-10-01', ['gpt-6-luna'])).toEqual(['2026-10-01']);
  expect(at('gpt-5', '2026-10-01')).toEqual(['2026-10-01']);
  expect(priceDates(undefined, [])).toEqual({ named: undefined, all: [] });
});

test('the front holds what nothing beats; the picture draws all of it', () => {
  const point = (
    label: string,
    spent: number,
    quality: number,
    kind: Candidate['kind'] = 'design',
  ): Candidate => ({
    mark: label,
    kind,
    label,
    quality,
    tokens: spent,
    dollars: undefined,
  });
  const all = [
    point('A', 5, 0.5),
    point('B', 5, 0.6),
    point('C', 9, 0.6),
    point('D', 90, 0.9),
    point('E', 1, 0),
  ];
  const front = frontOf(all, (it) => it.tokens);
  expect(front.filter(({ isOnFront }) => isOnFront).map(({ label }) => label)).toEqual(['E', 'B', 'D']);
  const picture = frontPicture(front, 60, String);
  for (const { label } of all) expect(picture.join('')).toContain(label);
  expect(Math.max(...picture.map((line) => line.length))).toBeLessThanOrEqual(60);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }))),
      (points) => {
        const candidates = points.map(([spent, quality], i) => point(String(i), spent, quality));
        for (const it of frontOf(candidates, ({ tokens }) => tokens)) {
          const isBeaten = candidates.some(
            (other) =>
              other.tokens <= it.tokens &&
              other.quality >= it.quality &&
              (other.tokens < it.tokens || other.quality > it.quality),
          );
          if (it.isOnFront) expect(isBeaten).toBe(false);
        }
      },
    ),
  );
});

test('what costs nothing stands on an axis of its own', () => {
  const free = { kind: 'design', label: 'A', tokens: 10, dollars: 0 } as const;
  const front = frontOf(
    [
      { ...free, mark: 'A', quality: 1 },
      { ...free, mark: 'B', quality: 0 },
    ],
    ({ dollars }) => dollars ?? Number.NaN,
  );
  const picture = frontPicture(front, 60, (spent) => `$${spent}`);
  expect(picture.join('\n')).not.toContain('Infinity');
  expect(picture.at(-1)?.trim()).toMatch(/^\$0 +\$0$/);
});

describe('names of designs', () => {
  const { source } = plan({
    ...single(0.5),
    behaviour: { kind: 'worker' },
    protocol: { kind: 'single-agent', turns: 2 },
  });
  const at = (...folders: string[]) =>
    designsOf(folders.map((folder) => planOf({ ...source, name: 'x', folder }))).map(({ name }) => name);

  test('have the folders of scenarios that have one name, as far as these differ', () => {
    expect(at('/home/a', '/home/b')).toEqual(['a/x', 'b/x']);
    expect(at('/home/a')).toEqual(['x']);
  });

  test('are numbered where a file is given twice', () => {
    expect(at('/home/a', '/home/a')).toEqual(['x (1)', 'x (2)']);
  });
});

test('a check that the team has and one agent lacks is named in the verdict', async () => {
  const team = { ...single(0.5), protocol: { kind: 'best-of', samples: 2 } };
  const sentence = async (behaviour: object) =>
    (await worth({ ...team, behaviour: { kind: 'worker', ...behaviour } }, { replications: 20 })).judgement
      .sentence;
  expect(await sentence({ recall: 0.7 })).toContain('One agent checks nothing here (`selfCheck` is 0)');
  expect(await sentence({ recall: 0.7, selfCheck: 0.5 })).not.toContain('One agent checks nothing');
  expect(await sentence({})).not.toContain('One agent checks nothing');
});
