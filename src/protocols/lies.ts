import type { Setting } from '../world/contracts.ts';

/**
 * The values that a liar has to choose from, in ascending order: all those of the task; where the task does not say how
 * many there are, what agents were given, and one more where that is one value only.
 */
export function valuesToTell({ task, inputs }: Pick<Setting, 'task' | 'inputs'>): readonly number[] {
  if (task.values !== undefined) return Array.from({ length: task.values }, (_, value) => value);
  const given = [...new Set(inputs)].filter((input) => !Number.isNaN(input)).sort((a, b) => a - b);
  return given.length > 1 ? given : [...given, (given[0] ?? 0) + 1];
}

/**
 * The lie that stands for a value wherever one lie is told: the next greater value, and the least after the greatest. So
 * liars tell one story without having to speak of it.
 */
export const nextValue = (values: readonly number[], value: number): number =>
  values.find((it) => it > value) ?? (values[0] as number);
