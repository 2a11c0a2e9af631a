import type { Setting } from '../world/contracts.ts';
import { NONE, type Question } from './talk.ts';

export const compromises = ['mean', 'median', 'focal'] as const;

export type Compromise = (typeof compromises)[number];

/**
 * A value that need not be anybody's, from the row heard last. mean: rounded, halves up · median: of an even number the
 * middle of the middle two, rounded down · focal: a number that has nothing to do with the inputs, drawn once a run and
 * the same for all.
 */
export function compromise(rule: Compromise, { heard, values }: Question, { stream }: Setting): number {
  if (rule === 'focal') return stream('focal', 0).below(values);
  const known = (heard[0] ?? new Int32Array(0)).filter((value) => value !== NONE);
  if (known.length === 0) return NONE;
  if (rule === 'mean') return Math.floor(known.reduce((sum, value) => sum + value, 0) / known.length + 0.5);
  known.sort();
  return Math.floor((known[(known.length - 1) >>> 1]! + known[known.length >>> 1]!) / 2);
}
