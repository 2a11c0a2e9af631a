import { NONE } from './talk.ts';

/** Finds the value that most of a row hold; `pick` chooses among equals, by their place in ascending order. */
export type Plurality = (row: Int32Array, pick: (equals: number) => number) => number;

/** A counter of values 0 to `values` - 1, with its own memory; gives `NONE` for a row that holds no value. */
export function plurality(values: number): Plurality {
  const counts = new Int32Array(values);
  return (row, pick) => {
    counts.fill(0);
    let most = 0;
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      if (value === NONE) continue;
      const count = ++counts[value]!;
      if (count > most) most = count;
    }
    if (most === 0) return NONE;
    let equals = 0;
    let found = NONE;
    for (let value = 0; value < values; value++) {
      if (counts[value] !== most) continue;
      equals++;
      if (found === NONE) found = value;
    }
    if (equals === 1) return found;
    let left = pick(equals);
    while (counts[found] !== most || left-- > 0) found++;
    return found;
  };
}

/** How many of a row hold a value. */
export function countOf(row: Int32Array, value: number): number {
  let count = 0;
  for (let i = 0; i < row.length; i++) if (row[i] === value) count++;
  return count;
}
