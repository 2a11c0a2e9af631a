import { compile } from '../src/scenario/compile.ts';
import { runOf } from '../src/scenario/scenario.ts';
import type { Config } from '../src/scenario/schema.ts';
import type { Ending, Observer } from '../src/world/contracts.ts';
import { simulate } from '../src/world/simulate.ts';
import { scenarioOf } from './worlds.ts';

/** What was measured on so many runs of a scenario that differ only in seed. The scenario is read once. */
export function replicate<T>(
  raw: Record<string, unknown>,
  runs: number,
  measure: (ending: Ending, replication: number) => T,
  observers: (replication: number) => Observer[] = () => [],
): T[] {
  const scenario = scenarioOf(raw);
  return Array.from({ length: runs }, (_, replication) => {
    const { config, seed } = runOf(scenario, scenario.points[0]!, replication);
    const { world } = compile(config as Config, seed, observers(replication));
    return measure(simulate(world).ending, replication);
  });
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many standard errors the mean of independent values lies from what theory says. */
export function zOf(values: readonly number[], expected: number): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  // Values that do not vary are right or wrong, with nothing between.
  return error === 0
    ? Math.abs(mean - expected) < 1e-9
      ? 0
      : Number.POSITIVE_INFINITY
    : (mean - expected) / error;
}

/** The same for a share of runs, whose standard error theory gives too. */
export const zOfShare = (share: number, runs: number, expected: number): number =>
  (share - expected) / Math.sqrt((expected * (1 - expected)) / runs);

/** H_n, the n-th harmonic number. */
export function harmonic(n: number): number {
  let sum = 0;
  for (let k = 1; k <= n; k++) sum += 1 / k;
  return sum;
}
