/** What a strict reader of JSON would have refused, and this one mended or read on. */
export type Repair =
  | 'trailing-comma'
  /** A backslash and an n inside a string: sound JSON, which the benchmark's reader breaks. */
  | 'escaped-newline'
  /** A backslash and an n between tokens, where only white space belongs. */
  | 'loose-escaped-newline'
  /** A line break or another control sign as such inside a string. */
  | 'raw-newline'
  /** A backslash before a sign that needs none. */
  | 'bad-escape';

export interface LooseObject {
  /** Keys with their text, in order; null for a value that is no string. */
  readonly entries: readonly (readonly [key: string, value: string | null])[];
  /** Just behind the closing brace. */
  readonly end: number;
  readonly repairs: ReadonlySet<Repair>;
}

/** Objects nested deeper than this are not read; no message needs more than one level. */
const deepest = 8;

/**
 * Reads the JSON object that opens at `start`, forgivingly: trailing commas, raw line breaks and needless backslashes in
 * strings pass, each noted. Undefined when it is no complete object even so.
 */
export function readLooseObject(text: string, start: number): LooseObject | undefined {
  const repairs = new Set<Repair>();
  let at = start;

  const skipSpace = (): void => {
    for (;;) {
      if (/\s/.test(text[at] ?? '')) at++;
      else if (text[at] === '\\' && text[at + 1] === 'n') {
        repairs.add('loose-escaped-newline');
        at += 2;
      } else return;
    }
  };

  const readString = (): string | undefined => {
    let out = '';
    for (at++; at < text.length; at++) {
      const sign = text[at]!;
      if (sign === '"') {
        at++;
        return out;
      }
      if (sign === '\\') out += readEscape();
      else {
        if (sign < ' ') repairs.add('raw-newline');
        out += sign;
      }
    }
    return undefined;
  };

  /** Reads an escape up to its last sign. */
  const readEscape = (): string => {
    const sign = text[++at] ?? '';
    if (sign === 'n' || (sign === '\\' && text[at + 1] === 'n')) repairs.add('escaped-newline');
    const plain = escapes[sign];
    if (plain !== undefined) return plain;
    const digits = sign === 'u' ? text.slice(at + 1, at + 5) : '';
    if (/^[0-9a-f]{4}$/i.test(digits)) {
      at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    repairs.add('bad-escape');
    return sign;
  };

  /** Reads any value: text for a string, null for another, undefined for none. */
  const readValue = (depth: number): string | null | undefined => {
    if (text[at] === '"') return readString();
    if (text[at] === '{') return readObject(depth + 1) && null;
    if (text[at] === '[')
      return readList(depth + 1, ']', () => readValue(depth + 1) !== undefined) ? null : undefined;
    const word = /^[\w.+-]+/.exec(text.slice(at, at + 32));
    if (!word) return undefined;
    at += word[0].length;
    return null;
  };

  /** Reads items up to the closing sign; a comma before that sign is let pass. */
  const readList = (depth: number, close: string, readItem: () => boolean): boolean => {
    if (depth > deepest) return false;
    at++;
    skipSpace();
    while (text[at] !== close) {
      if (!readItem()) return false;
      skipSpace();
      if (text[at] === close) break;
      if (text[at] !== ',') return false;
      at++;
      skipSpace();
      if (text[at] === close) repairs.add('trailing-comma');
    }
    at++;
    return true;
  };

  const readObject = (depth: number): [string, string | null][] | undefined => {
    const entries: [string, string | null][] = [];
    const isComplete = readList(depth, '}', () => {
      const key = text[at] === '"' ? readString() : undefined;
      skipSpace();
      if (key === undefined || text[at] !== ':') return false;
      at++;
      skipSpace();
      const value = readValue(depth);
      if (value === undefined) return false;
      entries.push([key, value]);
      return true;
    });
    return isComplete ? entries : undefined;
  };

  const entries = text[start] === '{' ? readObject(1) : undefined;
  return entries && { entries, end: at, repairs };
}

const escapes: Record<string, string | undefined> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
