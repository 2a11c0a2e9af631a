export type Matrix = readonly (readonly number[])[];

/** Rows for columns. */
export const transposed = (matrix: Matrix): number[][] =>
  (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column]!));

/** Of two matrices. */
export const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, column) => row.reduce((sum, it, k) => sum + it * b[k]![column]!, 0)));

/** The inverse of a symmetric matrix, by elimination; undefined where it has none to speak of. */
export function inverted(matrix: Matrix): number[][] | undefined {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, k) => (i === k ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const scale = matrix[i]![i]!;
    let pivot = i;
    for (let k = i + 1; k < n; k++) if (Math.abs(rows[k]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = k;
    if (!(Math.abs(rows[pivot]![i]!) > 1e-9 * Math.abs(scale))) return undefined;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const head = rows[i]![i]!;
    rows[i] = rows[i]!.map((it) => it / head);
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]!;
      rows[k] = rows[k]!.map((it, column) => it - factor * rows[i]![column]!);
    }
  }
  return rows.map((row) => row.slice(n));
}
