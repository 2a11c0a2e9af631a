import { describe, expect, test } from 'vitest';
import { calibrateTargets, type TargetsOptions } from '../../src/calibrate/calibrate-targets.ts';
import { type Choice, fitTargets, type Goal, type Outcome } from '../../src/calibrate/fit-targets.ts';
import { outcomeOf } from '../../src/calibrate/target-samples.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { execute } from '../../src/scenario/execute.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';
import { parseFree, parseTargets, type Targets } from '../../src/scenario/targets.ts';
import { ScenarioError } from '../../src/world/error.ts';

const unit = (name: string): Choice => ({ name, low: 0, high: 1 });

/** A mock that needs no simulation: means are a function of the values, without noise. */
const exactly =
  (of: (values: readonly number[]) => number[]) =>
  async (values: readonly number[]): Promise<Outcome> => {
    const means = of(values);
    return { means, errors: means.map(() => 0) };
  };

const goalsFor = (means: readonly number[], error = 0.02): Goal[] =>
  means.map((wanted) => ({ wanted, error }));

describe('a fit to figures', () => {
  const curve = ([a = 0, b = 0]: readonly number[]): number[] => [a * (1 - b), a * a, b / (0.5 + b), a + b];

  test('finds the values that figures were made with, wherever they are', async () => {
    const random = new Stream(4, 'fit-targets');
    for (let i = 0; i < 20; i++) {
      const truth = [random.unit(), random.unit()];
      const { chosen, misfit, status } = await fitTargets([unit('a'), unit('b')], goalsFor(curve(truth)), {
        evaluate: exactly(curve),
        mayGoOn: () => true,
      });
      expect(status).toBe('complete');
      expect(misfit).toBeLessThan(1);
      for (const [k, { value, low95, high95 }] of chosen.entries()) {
        expect(Math.abs(value - truth[k]!), `${truth}`).toBeLessThan(0.05);
        expect(truth[k]).toBeGreaterThanOrEqual(low95);
        expect(truth[k]).toBeLessThanOrEqual(high95);
      }
    }
  });

  test('says what is flat, what is collinear, and what is at the end of its range', async () => {
    const of = ([a = 0, b = 0, c = 0]: readonly number[]): number[] => [a + b, 2 * (a + b), 0 * c, a + b];
    const { warnings } = await fitTargets([unit('a'), unit('b'), unit('c')], goalsFor([0.8, 1.6, 0, 0.8]), {
      evaluate: exactly(of),
      mayGoOn: () => true,
    });
    expect(warnings.join('\n')).toMatch(/c: flat/);
    expect(warnings.join('\n')).toMatch(/collinear/);
    const out = await fitTargets([unit('a')], goalsFor([2, 2]), {
      evaluate: exactly(([a = 0]) => [a, a]),
      mayGoOn: () => true,
    });
    expect(out.chosen[0]!.value).toBe(1);
    expect(out.warnings.join('\n')).toMatch(/a: at the end of its range/);
  });

  /** Two pairs of figures, each of which errs nearly as one; simulated means have noise of their own at every point, too. */
  async function coverage(sets: number, rough: number, isTold: boolean): Promise<number> {
    const random = new Stream(12, 'fit-targets/coverage');
    const normal = (): number => random.normal();
    const alike = [0, 1, 2, 3].map((i) =>
      [0, 1, 2, 3].map((k) => (i === k ? 1 : i >> 1 === k >> 1 ? 0.9 : 0)),
    );
    const erring = (by: number): number[] => {
      const pairs = [normal(), normal()];
      return [0, 1, 2, 3].map((i) => by * (Math.sqrt(0.9) * pairs[i >> 1]! + Math.sqrt(0.1) * normal()));
    };
    const of = (a: number): number[] => [0.3 * a, 0.25 * a, 0.4 * a - 0.1 * a * a, 0.25 * a];
    let held = 0;
    for (let set = 0; set < sets; set++) {
      const truth = 0.3 + 0.4 * random.unit();
      const published = erring(0.02);
      const common = erring(Math.sqrt(0.02 ** 2 - rough ** 2));
      const { chosen } = await fitTargets(
        [unit('a')],
        of(truth).map((wanted, i) => ({ wanted: wanted + published[i]!, error: 0.02 })),
        {
          evaluate: async ([a = 0], share) => {
            const own = erring(rough);
            const errors = of(a).map(() => 0.02 / Math.sqrt(share));
            const means = of(a).map((mean, i) => mean + (common[i]! + own[i]!) / Math.sqrt(share));
            const covariance = alike.map((row) => row.map((it) => (it * 0.02 ** 2) / share));
            return { means, errors, ...(isTold ? { covariance, alike } : {}) };
          },
          mayGoOn: () => true,
        },
      );
      const [{ low95, high95 } = { low95: 0, high95: 0 }] = chosen;
      if (truth >= low95 && truth <= high95) held++;
    }
    return (held - 0.95 * sets) / Math.sqrt(sets * 0.95 * 0.05);
  }

  test('has intervals that hold the truth in 95 of 100, where figures err together and simulations are rough', async () => {
    for (const rough of [0, 0.006, 0.012])
      expect(Math.abs(await coverage(300, rough, true)), `${rough}`).toBeLessThan(4);
    // Not to know of it shows: the test can tell.
    expect(await coverage(300, 0.006, false)).toBeLessThan(-4);
  });

  test.each([3, 25])('gives its best so far when it is stopped after %i candidates', async (most) => {
    let left = most;
    const { status, misfit, warnings } = await fitTargets(
      [unit('a'), unit('b')],
      goalsFor(curve([0.3, 0.7])),
      {
        evaluate: exactly(curve),
        mayGoOn: () => left-- > 0,
      },
    );
    expect(status).toBe('limit');
    expect(misfit).toBeLessThan(most < 10 ? 10_000 : 100);
    expect(warnings.join('\n')).toContain('ended before');
  });
});

const text = `
question: How does one chance show in what is solved?
seed: 11
replications: 30
topology: { kind: barabasi-albert, agents: 4, m: 2 }
task: coloring
protocol: { kind: agentsnet, mode: clean }
behaviour: { kind: bounded }
vary: { topology.agents: [4, 6, 8] }
`;
const source = { name: 'one-chance', text, overrides: [], folder: '.' };

/** Shares solved by agents of a known drift, size by size, as somebody might publish them. */
function published(drift: number, seed: number, replications: number): { value: number; error: number }[] {
  const overrides = [`seed=${seed}`, `replications=${replications}`, `behaviour.drift=${drift}`];
  const scenario = parseScenario(text, 'truth', { overrides });
  const runs = runsOf(scenario);
  const solved = scenario.points.map(() => 0);
  for (let i = 0; i < runs.count; i++) {
    const { point, metrics } = execute(runs.at(i));
    solved[point]! += metrics.solved!;
  }
  return solved.map((count) => {
    const value = count / replications;
    return { value, error: Math.sqrt((value * (1 - value)) / replications) };
  });
}

const targetsFor = (figures: readonly { value: number; error: number }[], holdOut = -1): Targets =>
  parseTargets(
    JSON.stringify({
      name: 'found',
      summary: 'A mock of a mock.',
      behaviour: 'bounded',
      base: 'gpt-4o-mini',
      data: 'simulated',
      targets: figures.map((it, i) => ({
        target: `solved by ${4 + 2 * i}`,
        at: { 'topology.agents': 4 + 2 * i },
        holdOut: i === holdOut,
        ...it,
      })),
    }),
    'targets.json',
  );

const options = (targets: Targets, free = 'drift'): TargetsOptions => ({
  source,
  targets,
  free: parseFree(free),
  holdOut: [],
  maxRuns: 100_000,
  signal: new AbortController().signal,
});

describe('numbers of the same runs', () => {
  const random = new Stream(3, 'samples');
  const runs = Array.from({ length: 400 }, () => random.unit());
  const others = Array.from({ length: 400 }, () => random.unit());

  test('err together, and those of others do not', () => {
    const { means, errors, covariance, alike } = outcomeOf([
      { points: [0], numbers: [runs] },
      { points: [0], numbers: [runs.map((it) => 2 * it)] },
      { points: [1], numbers: [others] },
      { points: [0, 1], numbers: [runs, others] },
    ]);
    expect(means[1]).toBeCloseTo(2 * means[0]!, 12);
    expect(alike![0]![1]).toBeCloseTo(1, 12);
    expect(alike![0]![2]).toBe(0);
    expect(covariance![0]![1]).toBeCloseTo(2 * errors[0]! ** 2, 12);
    expect(Math.abs(covariance![0]![2]!)).toBeLessThan(4 * errors[0]! * errors[2]! * Math.sqrt(1 / 400));
    // Half of what is pooled over two points is of the one: the root of a half of its variance.
    expect(alike![0]![3]).toBeCloseTo(Math.sqrt(1 / 2), 1);
  });

  test('may be missing', () => {
    const { means, covariance, alike } = outcomeOf([
      { points: [0], numbers: [[1, null, 3]] },
      { points: [0], numbers: [[null, null, null]] },
    ]);
    expect(means).toEqual([2, Number.NaN]);
    expect([covariance![0]![1], alike![0]![1]]).toEqual([0, 0]);
  });
});

describe('a mock fitted to figures by simulation', () => {
  test('is found again, and meets the figure that was held out', async () => {
    const truth = 0.3;
    const { profile, fit } = await calibrateTargets(options(targetsFor(published(truth, 5, 150), 1)));
    const [drift] = fit.chosen;
    expect(drift!.low95).toBeLessThanOrEqual(truth);
    expect(drift!.high95).toBeGreaterThanOrEqual(truth);
    expect(drift!.high95 - drift!.low95).toBeLessThan(0.5);
    const held = profile.fit.find(({ heldOut }) => heldOut)!;
    expect(Math.abs(held.got - held.wanted)).toBeLessThan(4 * Math.hypot(held.error, held.wantedError!));
    expect(profile.parameters).toEqual({ drift: drift!.value });
  });

  test('comes out the same each time', async () => {
    const targets = targetsFor(published(0.2, 6, 40));
    const limited = { ...options(targets), maxRuns: 400 };
    const [first, second] = [await calibrateTargets(limited), await calibrateTargets(limited)];
    expect(second).toEqual(first);
  });

  test('is refused where there is nothing to fit by', async () => {
    const targets = targetsFor(published(0.2, 6, 4));
    const refused = (changed: Partial<TargetsOptions>): Promise<unknown> =>
      calibrateTargets({ ...options(targets), ...changed }).catch((error) => error);
    expect(await refused({ free: parseFree('drift,finalChange,habit') })).toBeInstanceOf(ScenarioError);
    expect(String(await refused({ holdOut: ['solved by 5'] }))).toMatch(
      /no target solved by 5; did you mean/,
    );
    expect(String(await refused({ free: [] }))).toMatch(/is empty/);
    expect(String(await refused({ free: parseFree('dift') }))).toMatch(/did you mean drift/);
    const elsewhere = { ...targets, targets: targets.targets.map((it) => ({ ...it, at: { agents: 4 } })) };
    expect(String(await refused({ targets: elsewhere }))).toMatch(/is no factor of the scenario/);
  });
});

test('what is free is read from the command line', () => {
  expect(parseFree('drift+finalChange@coloring, announce*')).toEqual([
    {
      name: 'drift+finalChange@coloring',
      sets: ['drift', 'finalChange'],
      tasks: ['coloring'],
      scale: false,
      between: {},
      low: 0,
      high: 1,
    },
    { name: 'announce*', sets: ['announce'], scale: true, between: {}, low: 0, high: 2 },
  ]);
  expect(() => parseFree('drift finalChange')).toThrow(/parted by commas/);
});
