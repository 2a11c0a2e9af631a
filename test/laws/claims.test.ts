import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute } from '../../src/scenario/execute.ts';
import { runsOf } from '../../src/scenario/scenario.ts';
import { runsOfSuite } from '../suite.ts';
import { scenarioOf } from '../worlds.ts';

type Metrics = Readonly<Record<string, number | null>>;

function metricsOf(raw: Record<string, unknown>): Metrics[] {
  const runs = runsOf(scenarioOf({ task: { kind: 'broadcast' }, metrics: ['propagation'], ...raw }));
  return Array.from({ length: runs.count }, (_, i) => {
    const { metrics, error } = execute(runs.at(i));
    expect(error).toBeUndefined();
    return metrics;
  });
}

/** Standard errors between the mean of a metric and what is expected. */
function z(all: readonly Metrics[], name: string, expected: number): number {
  const values = all.map((metrics) => metrics[name]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return (mean - expected) / Math.sqrt(squares / (values.length - 1) / values.length);
}

// Each edge passes a false claim on with chance T = adopt (1 - detect).
describe('closed forms', () => {
  const passes = 0.8 * 0.75;
  const claims = { kind: 'claims', adopt: 0.8, detect: 0.25, heed: 0 };

  test('on a chain the k-th agent falls with chance T^k', () => {
    const all = metricsOf({
      topology: { kind: 'path', agents: 6 },
      protocol: claims,
      replications: runsOfSuite(2000),
    });
    const expected = [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + passes ** k, 0) / 6;
    expect(Math.abs(z(all, 'contaminatedAgents', expected))).toBeLessThanOrEqual(4);
    expect(Math.abs(z(all, 'factualErrors', expected))).toBeLessThanOrEqual(4);
    expect(Math.abs(z(all, 'reproduction', passes))).toBeLessThanOrEqual(4);
  });

  test('the hub of a star misleads T of its leaves', () => {
    const all = metricsOf({
      topology: { kind: 'star', agents: 9 },
      protocol: claims,
      replications: runsOfSuite(2000),
    });
    expect(Math.abs(z(all, 'reproduction', 8 * passes))).toBeLessThanOrEqual(4);
    expect(all.every((metrics) => metrics.depth! <= 1)).toBe(true);
  });

  test('a tree of branching b holds the sum of (b T)^k', () => {
    const all = metricsOf({
      topology: { kind: 'tree', agents: 15, branching: 2 },
      protocol: claims,
      replications: runsOfSuite(2000),
    });
    const expected = [0, 1, 2, 3].reduce((sum, k) => sum + (2 * passes) ** k, 0) / 15;
    expect(Math.abs(z(all, 'contaminatedAgents', expected))).toBeLessThanOrEqual(4);
  });
});

const families = fc.constantFrom(
  { kind: 'path', agents: 9 },
  { kind: 'star', agents: 9 },
  { kind: 'tree', agents: 13, branching: 3 },
  { kind: 'complete', agents: 7 },
  { kind: 'ring', agents: 10 },
);

test('who is touched only grows with the chance to adopt, seed by seed', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(1e6),
        topology: families,
        low: chance,
        high: chance,
        detect: chance,
        heed: chance,
        invent: fc.constantFrom(0, 0.2),
      }),
      ({ seed, topology, low, high, detect, heed, invent }) => {
        const touched = (adopt: number): number =>
          metricsOf({ seed, topology, protocol: { kind: 'claims', adopt, detect, heed, invent } })[0]!
            .contaminatedAgents!;
        const [less, more] = low < high ? [low, high] : [high, low];
        expect(touched(more)).toBeGreaterThanOrEqual(touched(less));
      },
    ),
    { numRuns: 60 },
  );
});

test('neither adopted nor made up, an error touches nobody else', () => {
  const [metrics] = metricsOf({
    topology: { kind: 'complete', agents: 8 },
    protocol: { kind: 'claims', adopt: 0, detect: 0 },
  });
  expect(metrics).toMatchObject({ errors: 1, amplification: 1, depth: 0, reproduction: 0, finalFailure: 0 });
});

test('without an error there is nothing to follow, and nobody is wrong', () => {
  const [metrics] = metricsOf({
    topology: { kind: 'complete', agents: 8 },
    protocol: { kind: 'claims', plant: false },
  });
  expect(metrics).toMatchObject({ errors: 0, contaminatedAgents: 0, reproduction: null, factualErrors: 0 });
});

test('errors that agents make up are counted each for itself', () => {
  const [metrics] = metricsOf({
    topology: { kind: 'path', agents: 6 },
    protocol: { kind: 'claims', plant: false, invent: 1, adopt: 1, detect: 0 },
  });
  expect(metrics!.errors).toBe(1);
  expect(metrics!.contaminatedAgents).toBe(1);
  const apart = metricsOf({
    topology: { kind: 'path', agents: 6 },
    protocol: { kind: 'claims', invent: 1, adopt: 0, detect: 0 },
  })[0]!;
  expect(apart).toMatchObject({ errors: 6, contaminatedAgents: 1, amplification: 1 });
});

test('reach, errors at the end and the final answer are three things', () => {
  const at = (heed: number, answer: string): Metrics =>
    metricsOf({
      seed: 2,
      topology: { kind: 'complete', agents: 12 },
      protocol: { kind: 'claims', adopt: 0.8, detect: 0.2, heed },
      metrics: [{ kind: 'propagation', answer }],
    })[0]!;
  // Touched by all, and nobody wrong at the end.
  expect(at(1, 'majority')).toMatchObject({ contaminatedAgents: 1, factualErrors: 0, finalFailure: 0 });
  expect(at(1, 'majority').repairTime).toBeGreaterThan(at(1, 'majority').detectionTime!);
  expect(at(0, 'majority')).toMatchObject({ contaminatedAgents: 1, factualErrors: 1, finalFailure: 1 });
  // Wrong agents, and a right answer.
  const upheld = metricsOf({
    seed: 3,
    topology: { kind: 'tree', agents: 13, branching: 3 },
    task: { kind: 'broadcast', source: 12 },
    protocol: { kind: 'claims', adopt: 1, detect: 0, review: 1, heed: 0 },
    metrics: [{ kind: 'propagation', answer: 'first' }],
  })[0]!;
  expect(upheld.factualErrors).toBeGreaterThan(0);
  expect(upheld.finalFailure).toBe(0);
});

test('the same agents damp an error on a chain and amplify it where all hear all', () => {
  const protocol = { kind: 'claims', adopt: 0.6, detect: 0.1, heed: 0 };
  const mean = (topology: object): number => {
    const all = metricsOf({ topology, protocol, replications: 200 });
    return all.reduce((sum, { reproduction }) => sum + reproduction!, 0) / all.length;
  };
  expect(mean({ kind: 'path', agents: 16 })).toBeLessThan(0.8);
  expect(mean({ kind: 'complete', agents: 16 })).toBeGreaterThan(2);
});
