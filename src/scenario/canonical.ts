import { Fingerprint } from '../kernel/fingerprint.ts';

/** JSON with keys in order, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, it]) => it !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, it]) => `${JSON.stringify(key)}:${canonical(it)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** A hash of text, as 16 hex digits. */
export function digestOf(text: string): string {
  const fingerprint = new Fingerprint();
  fingerprint.text(text);
  return fingerprint.hex;
}
