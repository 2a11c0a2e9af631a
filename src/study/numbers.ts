const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A number as people read it: whole ones and large ones with separators, others to three digits. */
export function shownNumber(x: number): string {
  if (Number.isInteger(x) || Math.abs(x) >= 1000)
    return Math.abs(x) >= 1e15 ? x.toExponential(2) : whole.format(x);
  if (Math.abs(x) < 1e-4) return x.toExponential(1);
  return String(Number(x.toPrecision(3)));
}

/** A span of wall time, given in milliseconds: `0.4 s`, `58 s`, `3 min 05 s`, `2 h 10 min`. */
export function shownSpan(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total} s`;
  const minutes = Math.floor(total / 60);
  const two = (x: number): string => String(x).padStart(2, '0');
  return minutes < 60
    ? `${minutes} min ${two(total % 60)} s`
    : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** An instant of simulation time, given in microseconds: `250 ms`, `1.5 s`. */
export function shownTime(microseconds: number): string {
  if (microseconds < 1000) return `${shownNumber(microseconds)} us`;
  if (microseconds < 1e6) return `${shownNumber(microseconds / 1e3)} ms`;
  return `${shownNumber(microseconds / 1e6)} s`;
}

/** A share as `0.42`, with the half width of its interval where there is one: `0.42 ± 0.03`. */
export function shownShare(it: { mean: number | null; low: number | null; high: number | null }): string {
  if (it.mean === null) return '-';
  if (it.low === null || it.high === null) return it.mean.toFixed(2);
  return `${it.mean.toFixed(2)} ± ${((it.high - it.low) / 2).toFixed(2)}`;
}

/** `1 run`, `2 runs`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${shownNumber(n)} ${n === 1 ? one : many}`;
