/**
 * Sorts the first n events, kept as three arrays, by (time, serial): insertion sort, for what is almost sorted already.
 * Gives up (false), with all events still in the arrays, when that takes more than 64 moves an event.
 */
export function sortAlmostSorted(
  times: Float64Array,
  serials: Int32Array,
  data: Int32Array,
  n: number,
): boolean {
  let moves = 0;
  let before = times[0]!;
  for (let i = 1; i < n; i++) {
    const time = times[i]!;
    if (before < time || (before === time && serials[i - 1]! < serials[i]!)) {
      before = time;
      continue;
    }
    const serial = serials[i]!;
    const datum = data[i]!;
    let j = i;
    while (j > 0) {
      const other = times[j - 1]!;
      if (other < time || (other === time && serials[j - 1]! < serial)) break;
      times[j] = other;
      serials[j] = serials[j - 1]!;
      data[j] = data[j - 1]!;
      j--;
    }
    times[j] = time;
    serials[j] = serial;
    data[j] = datum;
    before = times[i]!;
    moves += i - j;
    if (moves > 64 * n) return false;
  }
  return true;
}
