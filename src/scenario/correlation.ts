/** Pearson's correlation of two rows of numbers; NaN where one of them does not vary, or holds no number. */
export function correlation(one: readonly number[], other: readonly number[]): number {
  const a = centred(one);
  const b = centred(other);
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, it, i) => sum + it * y[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, it) => sum + it, 0) / values.length;
  return values.map((it) => it - mean);
}

/** Places in ascending order, from 1; equal values share the mean of theirs. Spearman correlates these. */
export function ranksOf(values: readonly number[]): number[] {
  if (values.some((it) => Number.isNaN(it))) return values.map(() => Number.NaN);
  return values.map((value) => {
    const less = values.filter((it) => it < value).length;
    const equal = values.filter((it) => it === value).length;
    return less + (equal + 1) / 2;
  });
}
