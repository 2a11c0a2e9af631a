import { type Seed, Stream } from './stream.ts';

/** Something that keeps events with serials. */
interface Holder {
  mapSerials(map: (serial: number) => number): void;
}

/**
 * A bijection of the int32 numbers drawn from a seed: what stands in for serials where ties are to be shuffled.
 * Xor, addition, odd multiplication and xor-shift can each be undone, hence so can the whole.
 */
export function permutation(seed: Seed): (serial: number) => number {
  const keys = new Stream(seed, 'tie-shuffle');
  const first = keys.u32() | 0;
  const second = keys.u32() | 0;
  const third = keys.u32() | 0;
  return (serial) => {
    let x = serial ^ first;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(((x ^ (x >>> 15)) + second) | 0, 0x846ca68b);
    x = Math.imul(((x ^ (x >>> 16)) + third) | 0, 0x9e3779b1);
    return (x ^ (x >>> 15)) | 0;
  };
}

/** Gives all events serials from 0 on, in the old order; returns how many there are. */
export function renumber(holders: readonly Holder[]): number {
  const found: number[] = [];
  const note = (serial: number): number => {
    found.push(serial);
    return serial;
  };
  for (const holder of holders) holder.mapSerials(note);
  const sorted = Int32Array.from(found).sort();
  const rank = (serial: number): number => position(sorted, serial);
  for (const holder of holders) holder.mapSerials(rank);
  return sorted.length;
}

/** Where a value stands in a sorted array that holds it. */
function position(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
