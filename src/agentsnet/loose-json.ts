/** What a strict reader of JSON would have refused, and this one mended or read on. */
type Repair =
  | 'trailing-comma'
  /** A backslash and an n inside a string: sound JSON, which the benchmark's reader breaks. */
  | 'escaped-newline'
  /** A backslash and an n between tokens, where only white space belongs. */
  | 'loose-escaped-newline'
  /** A line break or another control sign as such inside a string. */
  | 'raw-newline'
  /** A backslash before a sign that needs none. */
  | 'bad-escape';

type Entry = readonly [key: string, value: string | null];

export interface LooseObject {
  /** Keys with their text, in order; null for a value that is no string. */
  readonly entries: readonly Entry[];
  /** Just behind the closing brace. */
  readonly end: number;
  readonly repairs: ReadonlySet<Repair>;
}

/** Where reading stands; every reader below moves `at` behind what it read. */
interface Cursor {
  readonly text: string;
  at: number;
  readonly repairs: Set<Repair>;
}

/** Objects nested deeper than this are not read; no message needs more than one level. */
const deepest = 8;

/**
 * Reads the JSON object that opens at `start`, forgivingly: trailing commas, raw line breaks and needless
 * backslashes in strings pass, each noted. Undefined when it is no complete object even so.
 */
export function readLooseObject(text: string, start: number): LooseObject | undefined {
  const cursor: Cursor = { text, at: start, repairs: new Set() };
  const entries = readObject(cursor, 1);
  return entries && { entries, end: cursor.at, repairs: cursor.repairs };
}

function readObject(cursor: Cursor, depth: number): Entry[] | undefined {
  const entries: Entry[] = [];
  const isComplete = readItems(cursor, depth, '}', () => {
    const key = readString(cursor);
    skipSpace(cursor);
    if (key === undefined || cursor.text[cursor.at] !== ':') return false;
    cursor.at++;
    skipSpace(cursor);
    const value = readValue(cursor, depth);
    if (value !== undefined) entries.push([key, value]);
    return value !== undefined;
  });
  return isComplete ? entries : undefined;
}

/**
 * Reads from the opening sign to the closing one; a comma before that is let pass. False where it breaks off.
 */
function readItems(cursor: Cursor, depth: number, close: string, readItem: () => boolean): boolean {
  if (depth > deepest) return false;
  cursor.at++;
  skipSpace(cursor);
  while (cursor.text[cursor.at] !== close) {
    if (!readItem()) return false;
    skipSpace(cursor);
    if (cursor.text[cursor.at] === close) break;
    if (cursor.text[cursor.at] !== ',') return false;
    cursor.at++;
    skipSpace(cursor);
    if (cursor.text[cursor.at] === close) cursor.repairs.add('trailing-comma');
  }
  cursor.at++;
  return true;
}

/** Reads any value: text for a string, null for another, undefined for none. */
function readValue(cursor: Cursor, depth: number): string | null | undefined {
  const { text, at } = cursor;
  if (text[at] === '"') return readString(cursor);
  if (text[at] === '{') return readObject(cursor, depth + 1) && null;
  if (text[at] === '[') {
    const readItem = () => readValue(cursor, depth + 1) !== undefined;
    return readItems(cursor, depth + 1, ']', readItem) ? null : undefined;
  }
  const word = /^[\w.+-]+/.exec(text.slice(at, at + 32))?.[0];
  if (word === undefined) return undefined;
  cursor.at += word.length;
  return null;
}

function readString(cursor: Cursor): string | undefined {
  const { text, repairs } = cursor;
  if (text[cursor.at] !== '"') return undefined;
  let out = '';
  for (cursor.at++; cursor.at < text.length; cursor.at++) {
    const sign = text[cursor.at]!;
    if (sign === '"') {
      cursor.at++;
      return out;
    }
    if (sign < ' ') repairs.add('raw-newline');
    out += sign === '\\' ? readEscape(cursor) : sign;
  }
  return undefined;
}

/** Reads an escape up to its last sign, which the caller steps over. */
function readEscape(cursor: Cursor): string {
  const { text, repairs } = cursor;
  const at = ++cursor.at;
  const sign = text[at] ?? '';
  if (sign === 'n' || (sign === '\\' && text[at + 1] === 'n')) repairs.add('escaped-newline');
  const plain = escapes.get(sign);
  if (plain !== undefined) return plain;
  const digits = text.slice(at + 1, at + 5);
  if (sign === 'u' && /^[0-9a-f]{4}$/i.test(digits)) {
    cursor.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  repairs.add('bad-escape');
  return sign;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function skipSpace(cursor: Cursor): void {
  const { text, repairs } = cursor;
  for (;;) {
    if (/\s/.test(text[cursor.at] ?? '')) cursor.at++;
    else if (text[cursor.at] === '\\' && text[cursor.at + 1] === 'n') {
      repairs.add('loose-escaped-newline');
      cursor.at += 2;
    } else return;
  }
}
