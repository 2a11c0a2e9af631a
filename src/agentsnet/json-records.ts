import { ScenarioError } from '../world/error.ts';

/** One record of a file of results, with where it stands. */
export interface JsonRecord {
  /** `runs.json`, `runs.json [4]`, `runs.jsonl:7`. */
  readonly place: string;
  /** What joins the place with a path inside the record. */
  readonly separator: string;
  readonly value: unknown;
}

/**
 * Splits text into records: one JSON object, a JSON array of objects, or one object a line.
 * Throws a ScenarioError that names file and line where it is none of them.
 */
export function readJsonRecords(written: string, fileName: string): JsonRecord[] {
  // Some editors begin a file with a mark of its encoding.
  const text = written.replace(/^\uFEFF/, '');
  if (text.trim() === '') {
    throw new ScenarioError([
      { path: fileName, message: 'is empty; expected a JSON object, an array or JSON lines' },
    ]);
  }
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return readLines(text, fileName) ?? refuse(text, fileName, 1);
  }
  if (!Array.isArray(whole)) return [{ place: fileName, separator: ' ', value: whole }];
  if (whole.length === 0) {
    const message = 'is an empty array, without any run in it; write one object for each run';
    throw new ScenarioError([{ path: fileName, message }]);
  }
  return whole.map((value: unknown, i) => ({ place: `${fileName} [${i}]`, separator: '.', value }));
}

/**
 * Reads one object a line; undefined when not even the first line is one, so that the text is no JSON lines.
 */
function readLines(text: string, fileName: string): JsonRecord[] | undefined {
  const records: JsonRecord[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      records.push({ place: `${fileName}:${i + 1}`, separator: ' ', value: JSON.parse(line) });
    } catch {
      return records.length === 0 ? undefined : refuse(line, fileName, i + 1);
    }
  }
  return records;
}

function refuse(text: string, fileName: string, firstLine: number): never {
  const at = breaksAt(text);
  const line = firstLine + text.slice(0, at).trimEnd().split('\n').length - 1;
  const rest = text
    .slice(at, at + 30)
    .split('\n')[0]!
    .trim();
  const [word] = /^(-?Infinity|NaN)\b/.exec(rest) ?? [];
  if (word !== undefined) {
    const field = /"((?:[^"\\]|\\.)*)"\s*:\s*$/.exec(text.slice(Math.max(0, at - 200), at))?.[1];
    const place = `${fileName}:${firstLine + text.slice(0, at).split('\n').length - 1}`;
    const why = `is ${word}, which Python writes and JSON does not have`;
    throw new ScenarioError([
      {
        path: field === undefined ? place : `${place} ${field}`,
        message: `${why}; write null where there is no number`,
      },
    ]);
  }
  const where = rest === '' ? 'it breaks off' : `it cannot go on with ${rest}`;
  const message = `is not JSON (${where}); write one JSON object, an array of them, or one object a line`;
  throw new ScenarioError([{ path: `${fileName}:${line}`, message }]);
}

/** One token of JSON: a string, another atom, or a sign. */
const token = /("[^"\\\p{Cc}]*(?:\\.[^"\\\p{Cc}]*)*")|(-?\d[\d.eE+-]*|true|false|null)|[{}[\],:]/uy;

/**
 * The first place at which text stops being JSON, or its length when it breaks off. Engines word their own
 * errors each in its way, and some leave the place out.
 */
function breaksAt(text: string): number {
  const open: string[] = [];
  let allowed: readonly Expected[] = ['value'];
  for (let at = 0; ; at = token.lastIndex) {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++;
    token.lastIndex = at;
    const [found, string, atom] = token.exec(text) ?? [];
    if (found === undefined) return at;
    const isIn = (...kinds: Expected[]) => kinds.some((kind) => allowed.includes(kind));
    if (string !== undefined && isIn('key')) allowed = ['colon'];
    else if ((string ?? atom) !== undefined && isIn('value')) allowed = ['comma', 'end'];
    else if (found === ':' && isIn('colon')) allowed = ['value'];
    else if (found === ',' && isIn('comma') && open.length > 0)
      allowed = open.at(-1) === '}' ? ['key'] : ['value'];
    else if ((found === '{' || found === '[') && isIn('value')) {
      open.push(found === '{' ? '}' : ']');
      allowed = found === '{' ? ['key', 'end'] : ['value', 'end'];
    } else if (found === open.at(-1) && isIn('end')) {
      open.pop();
      allowed = ['comma', 'end'];
    } else return at;
  }
}

type Expected = 'value' | 'key' | 'colon' | 'comma' | 'end';
