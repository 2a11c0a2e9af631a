import { expect } from 'vitest';
import { execute } from '../../src/scenario/execute.ts';
import { runsOf } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../worlds.ts';

/** What a run ended in, as numbers, run by run. */
export function metricsOf(raw: Record<string, unknown>, replications: number): Record<string, number>[] {
  const scenario = scenarioOf({ topology: { kind: 'complete', agents: 6 }, replications, ...raw });
  const runs = runsOf(scenario);
  return Array.from({ length: runs.count }, (_, i) => {
    const row = execute(runs.at(i));
    if (row.error !== undefined) throw new Error(row.error);
    return Object.fromEntries(Object.entries(row.metrics).map(([name, it]) => [name, it ?? Number.NaN]));
  });
}

/** How many standard errors a mean lies from what is expected; the error is taken from the sample. */
export function zOf(values: readonly number[], expected: number): number {
  const n = values.length;
  const mean = values.reduce((sum, it) => sum + it, 0) / n;
  const variance = values.reduce((sum, it) => sum + (it - mean) ** 2, 0) / (n - 1);
  return variance === 0
    ? mean === expected
      ? 0
      : Number.POSITIVE_INFINITY
    : (mean - expected) / Math.sqrt(variance / n);
}

/** The ruin of a gambler: a value sampled with chance p is first ahead by k (MAKER, arXiv 2511.09030). */
export const aheadBy = (p: number, k: number): number => 1 / (1 + ((1 - p) / p) ** k);

/** Chance that most of an odd number of votes are right, each with chance p. */
export function majorityRight(p: number, votes: number): number {
  let sum = 0;
  let term = (1 - p) ** votes;
  for (let right = 0; right <= votes; right++) {
    if (2 * right > votes) sum += term;
    term *= ((votes - right) / (right + 1)) * (p / (1 - p));
  }
  return sum;
}

/** Of votes of which a share follows one common draw: the mean over what that draw is. */
export const sharedErrors = (p: number, rho: number, chance: (p: number) => number): number =>
  p * chance(rho + (1 - rho) * p) + (1 - p) * chance((1 - rho) * p);

/** Holds the mean of a metric over runs against what it must be: |z| < 4. */
export const near = (rows: readonly Record<string, number>[], metric: string, expected: number): void =>
  expect(
    Math.abs(
      zOf(
        rows.map((it) => it[metric]!),
        expected,
      ),
    ),
    metric,
  ).toBeLessThan(4);
