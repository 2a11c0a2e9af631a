import { ln } from '../kernel/elementary.ts';
import { Keyed } from '../kernel/keyed.ts';
import { MISSING, RIGHT } from '../work/talk.ts';
import type { Work } from '../work/work.ts';
import type { Setting } from '../world/contracts.ts';

/** Work as a sheet of sums, so that a model has something to do that can be got right or wrong. */
export interface WorkSheet {
  /** What is to be worked out for an item, in words. */
  readonly text: (item: number) => string;
  /** The number that a value of an item stands for; undefined for `MISSING`. */
  readonly numberOf: (item: number, value: number) => number | undefined;
  /** The value that a number comes to: `RIGHT`, or one of the wrong ones, in the order in which they turned up. */
  readonly valueOf: (item: number, number: number) => number;
}

/** All numbers are kept below this. */
export const sheetModulus = 1000;

/**
 * Lays a piece of work out as sums of its own for each run. An item begins with a number, or with the sum of the items that it
 * needs, and takes the more steps the less likely a plain agent is to get it right, or the longer it is looked for:
 * 1 + 6 (1 - chance) steps, and half the binary logarithm of its cost.
 */
export function workSheet(work: Work, { seed }: Pick<Setting, 'seed'>): WorkSheet {
  const draw = new Keyed(seed, 'work-sheet');
  const solved: number[] = [];
  const wrong = new Map<number, number[]>();
  const stepsOf = (item: number): number => {
    const cost = work.cost[item]!;
    return 1 + Math.round(6 * (1 - work.chance[item]!)) + (cost > 0 ? Math.floor(ln(1 + cost) / ln(4)) : 0);
  };
  /** The i-th step of an item: what is done with what number. */
  const step = (item: number, i: number): { readonly isProduct: boolean; readonly by: number } => {
    draw.at(item, 1 + i);
    const isProduct = (draw.w0 & 1) === 1;
    return { isProduct, by: 3 + ((draw.w1 >>> 0) % (isProduct ? 7 : 90)) };
  };
  const beginning = (item: number): number => {
    draw.at(item, 0);
    return 11 + ((draw.w0 >>> 0) % 89);
  };
  const solve = (item: number): number => {
    const needs = work.needs[item]!;
    let number = needs.length === 0 ? beginning(item) : needs.reduce((sum, need) => sum + solved[need]!, 0);
    const steps = stepsOf(item);
    for (let i = 0; i < steps; i++) {
      const { isProduct, by } = step(item, i);
      number = (isProduct ? number * by : number + by) % sheetModulus;
    }
    return number % sheetModulus;
  };
  const right = (item: number): number => {
    // Needs are of lower number, so that all of them are there when an item's turn comes.
    for (let next = solved.length; next <= item; next++) solved.push(solve(next));
    return solved[item]!;
  };
  return {
    text(item) {
      const needs = work.needs[item]!;
      const names = needs.map((need) => `item ${need + 1}`).join(' and ');
      const begin =
        needs.length === 0 ? String(beginning(item)) : needs.length === 1 ? names : `the sum of ${names}`;
      const steps = Array.from({ length: stepsOf(item) }, (_, i) => {
        const { isProduct, by } = step(item, i);
        return isProduct ? `multiply by ${by}` : `add ${by}`;
      });
      return `Item ${item + 1}: begin with ${begin}, ${steps.join(', ')}.`;
    },
    numberOf(item, value) {
      if (value === MISSING) return undefined;
      if (value === RIGHT) return right(item);
      // A protocol may name a wrong value where nobody gave one.
      return wrong.get(item)?.[value - 1] ?? (right(item) + 7 * value) % sheetModulus;
    },
    valueOf(item, number) {
      if (number === right(item)) return RIGHT;
      const known = wrong.get(item) ?? [];
      wrong.set(item, known);
      const at = known.indexOf(number);
      return at < 0 ? known.push(number) : at + 1;
    },
  };
}
