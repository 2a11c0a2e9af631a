import { execute } from '../../src/scenario/execute.ts';
import type { Row } from '../../src/scenario/run.ts';
import { runsOf } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../worlds.ts';

/** Runs a scenario as written to its rows: nothing here reaches past what a scenario file can say. */
export function rowsOf(raw: Record<string, unknown>, replications = 1): Row[] {
  const runs = runsOf(scenarioOf({ replications, ...raw }));
  return Array.from({ length: runs.count }, (_, i) => {
    const row = execute(runs.at(i));
    if (row.error !== undefined) throw new Error(row.error);
    return row;
  });
}

export interface Sample {
  readonly values: readonly number[];
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
}

export function sampleOf(rows: readonly Row[], metric: string): Sample {
  const values = rows.map((row) => {
    const value = row.metrics[metric];
    if (typeof value !== 'number') throw new Error(`${metric} is ${value} in run ${row.run}`);
    return value;
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { values, mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** By how many standard errors a sample's mean lies off what theory says. */
export const zOf = ({ mean, error }: Sample, expected: number): number => (mean - expected) / error;

/** Solves a linear system by elimination with pivots: rows are [coefficients..., right side]. */
export function solve(system: number[][]): number[] {
  const n = system.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(system[row]![column]!) > Math.abs(system[pivot]![column]!)) pivot = row;
    }
    [system[column], system[pivot]] = [system[pivot]!, system[column]!];
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const factor = system[row]![column]! / system[column]![column]!;
      if (factor === 0) continue;
      for (let k = column; k <= n; k++) system[row]![k]! -= factor * system[column]![k]!;
    }
  }
  return system.map((row, i) => row[n]! / row[i]!);
}

/**
 * Expected steps of a chain on 0 to n until it is at 0 or n, from `start`; `from(i)` gives the chances of the next state.
 */
export function expectedSteps(n: number, start: number, from: (i: number) => readonly number[]): number {
  const system: number[][] = [];
  for (let i = 1; i < n; i++) {
    const chances = from(i);
    const row = Array.from({ length: n - 1 }, (_, j) => (i === j + 1 ? 1 : 0) - (chances[j + 1] ?? 0));
    system.push([...row, 1]);
  }
  return solve(system)[start - 1]!;
}

/** Chances of 0 to n successes of n tries. */
export function binomial(n: number, p: number): number[] {
  const chances = [1];
  for (let i = 0; i < n; i++) {
    chances.push(0);
    for (let k = i + 1; k >= 0; k--) {
      chances[k] = chances[k]! * (1 - p) + (k > 0 ? chances[k - 1]! * p : 0);
    }
  }
  return chances;
}

/** Chances of the sum of two independent numbers. */
export function convolve(a: readonly number[], b: readonly number[]): number[] {
  const sum = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((p, i) => {
    b.forEach((q, j) => {
      sum[i + j]! += p * q;
    });
  });
  return sum;
}
