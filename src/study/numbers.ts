import type { Estimate } from './statistics.ts';

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

type Shown = Pick<Estimate, 'mean' | 'low' | 'high'>;

/** A share with its interval, which near 0 and 1 does not reach as far to both sides: `0.42 .39-.45`. */
export function shownShare({ mean, low, high }: Shown): string {
  if (mean === null) return '-';
  return low === null || high === null
    ? mean.toFixed(2)
    : `${mean.toFixed(2)} ${shortShare(low)}-${shortShare(high)}`;
}

const shortShare = (x: number): string => (x < 0.005 ? '0' : x >= 0.995 ? '1' : x.toFixed(2).slice(1));

/** The same in per cent, which is shorter: `42 39-45`. */
export function shownPercent({ mean, low, high }: Shown): string {
  if (mean === null) return '-';
  const percent = (x: number): string => String(Math.round(100 * x));
  return low === null || high === null ? percent(mean) : `${percent(mean)} ${percent(low)}-${percent(high)}`;
}

/** A mean with its interval: `12.3 ± 0.4`; with both ends where these lie at different distances, as those of shares do. */
export function shownEstimate(it: Shown): string {
  const { mean, low, high } = it;
  if (mean === null) return '-';
  if (low === null || high === null || low === high) return shownNumber(mean);
  if (isLopsided(it)) {
    const isShare = low >= 0 && high <= 1;
    return isShare ? shownShare(it) : `${shownNumber(mean)} (${shownNumber(low)} to ${shownNumber(high)})`;
  }
  return `${shownNumber(mean)} ± ${shownNumber(Number(((high - low) / 2).toPrecision(2)))}`;
}

/** In the place of an interval, where there is nothing that one could be drawn from. */
export const allEqual = (n: number): string => (n === 1 ? 'of one run' : `all ${shownNumber(n)} equal`);

/** What `allEqual` means: by the rule of three, since (1 - 3/N)^N is just under 5 %. */
export const equalLegend =
  'all N equal: N replications gave this one value, which leaves no interval; with 95 % confidence another one has a chance of 3/N at most.';

/** Whether an interval reaches farther to one side. */
export const isLopsided = ({ mean, low, high }: Shown): boolean =>
  mean !== null &&
  low !== null &&
  high !== null &&
  Math.abs(high - mean - (mean - low)) > 1e-6 * (high - low);

/** `1 run`, `2 runs`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${shownNumber(n)} ${n === 1 ? one : many}`;
