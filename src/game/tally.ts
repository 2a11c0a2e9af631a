import { NONE, type Question } from './talk.ts';

/** What an agent sees in the round it heard last: who holds what, counted. Valid until the next row is read. */
export interface Tally {
  /** Reads the latest row that a question shows; false where there is none, or nobody in it holds a value. */
  readonly read: (question: Question) => boolean;
  /** How many hold any value: who did not abstain and was heard. */
  readonly holders: () => number;
  /** How many hold this value. */
  readonly countOf: (value: number) => number;
  /** The value that most hold; `pick` chooses among equals, by their place in ascending order. */
  readonly favourite: (pick: (equals: number) => number) => number;
}

/** A counter of values 0 to `values` - 1. Rows that all agents share are counted once. */
export function tally(values: number): Tally {
  const counts = new Int32Array(values);
  let last: Int32Array | undefined;
  let lastRound = -1;
  let held = 0;
  let most = 0;
  let equals = 0;
  let first = NONE;

  const count = (row: Int32Array): void => {
    counts.fill(0);
    held = 0;
    most = 0;
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      if (value === NONE) continue;
      held++;
      const count = ++counts[value]!;
      if (count > most) most = count;
    }
    equals = 0;
    first = NONE;
    if (most === 0) return;
    for (let value = 0; value < values; value++) {
      if (counts[value] !== most) continue;
      equals++;
      if (first === NONE) first = value;
    }
  };
  return {
    read({ kind, round, heard }) {
      const row = heard[0];
      if (row === undefined) return false;
      // A row may be used again for a later round, so that it is known by its round too.
      const heardIn = kind === 'vote' ? round : round - 1;
      if (row !== last || heardIn !== lastRound) {
        count(row);
        last = row;
        lastRound = heardIn;
      }
      return most > 0;
    },
    holders: () => held,
    countOf: (value) => counts[value] ?? 0,
    favourite(pick) {
      if (equals <= 1) return first;
      let left = pick(equals);
      let value = first;
      while (left > 0) if (counts[++value] === most) left--;
      return value;
    },
  };
}
