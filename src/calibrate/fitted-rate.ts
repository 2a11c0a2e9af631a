import { counted } from '../study/numbers.ts';
import { proportion } from '../study/statistics.ts';
import type { Evidence } from '../world/profile.ts';
import type { Trials } from './count-decisions.ts';
import { chiSquaredAbove } from './likelihood.ts';

/** One fitted parameter, with how well the record tells it. */
export interface FittedRate extends Pick<Evidence, 'confidence' | 'source' | 'warning'> {
  /** As a profile names it: `drift.coloring`, `announce.consensus[1]`, `malformed`. */
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly events: number | null;
}

/** Entries of a list by call are taken together from the call on at which fewer observations are left. */
export const fewest = 10;
/** Fewer observations than this are called few. */
const few = 20;
/** On fewer than this nothing is fitted: what the base has is better grounded. */
export const least = 5;
/** Chance below which runs are said to differ among one another. */
const unlike = 0.001;

/** Totals of a thing counted in several runs. */
export function totalOf(trials: readonly Trials[]): Trials {
  return {
    n: trials.reduce((sum, it) => sum + it.n, 0),
    events: trials.reduce((sum, it) => sum + it.events, 0),
  };
}

/** A share with its Wilson interval, and a warning where it is on few observations or differs from run to run. */
export function share(name: string, source: string, trials: readonly Trials[]): FittedRate {
  const { n, events } = totalOf(trials);
  const { mean, low, high } = proportion(events, n);
  const reasons = [
    ...scarcity(n),
    ...(differ(trials) ? ['runs differ by more than chance, so that the interval is too narrow'] : []),
  ];
  return {
    name,
    value: rounded(mean ?? 0),
    low: rounded(low ?? 0),
    high: rounded(high ?? 1),
    n,
    events,
    confidence: 'measured',
    source,
    ...(reasons.length > 0 ? { warning: reasons.join('; ') } : {}),
  };
}

/** Says that observations are few, where they are. */
export function scarcity(n: number): string[] {
  if (n >= few) return [];
  const found = `only ${counted(n, 'observation')}`;
  return [n < least ? `${found}, so that the base holds` : found];
}

/** Pearson's test that all runs have one rate; of those in which two events are to be expected at least. */
function differ(trials: readonly Trials[]): boolean {
  const { n, events } = totalOf(trials);
  const p = events / n;
  const able = trials.filter((it) => it.n * Math.min(p, 1 - p) >= 2);
  if (able.length < 2) return false;
  const sum = able.reduce((all, it) => all + (it.events - it.n * p) ** 2 / (it.n * p * (1 - p)), 0);
  return chiSquaredAbove(sum, able.length - 1) < unlike;
}

/** Four digits are more than any record tells, and make files that people can read. */
export const rounded = (x: number): number => Number(x.toPrecision(4));

/** Sets a parameter, for a task or for all. */
export type Put = (knob: string, task: string | undefined, value: unknown) => void;
