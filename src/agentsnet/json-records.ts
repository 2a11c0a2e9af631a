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
export function readJsonRecords(text: string, fileName: string): JsonRecord[] {
  if (text.trim() === '') {
    throw new ScenarioError([
      { path: fileName, message: 'is empty; expected a JSON object, an array or JSON lines' },
    ]);
  }
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    const lines = readLines(text, fileName);
    if (lines) return lines;
    throw notJson(fileName, lineOf(text, error), error);
  }
  if (!Array.isArray(whole)) return [{ place: fileName, separator: ' ', value: whole }];
  return whole.map((value: unknown, i) => ({ place: `${fileName} [${i}]`, separator: '.', value }));
}

/** Reads one object a line; undefined when not even the first line is one, so that the text is no JSON lines. */
function readLines(text: string, fileName: string): JsonRecord[] | undefined {
  const records: JsonRecord[] = [];
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      records.push({ place: `${fileName}:${i + 1}`, separator: ' ', value: JSON.parse(line) });
    } catch (error) {
      if (records.length === 0) return undefined;
      throw notJson(fileName, i + 1, error);
    }
  }
  return records;
}

const notJson = (fileName: string, line: number, error: unknown): ScenarioError =>
  new ScenarioError([
    {
      path: `${fileName}:${line}`,
      message: `is not JSON (${error instanceof Error ? error.message : String(error)}); write one JSON object, an array of them, or one a line`,
    },
  ]);

/** The line where parsing ended, from the engine's own message, which says it in one of two ways or means the end. */
function lineOf(text: string, error: unknown): number {
  const message = error instanceof Error ? error.message : '';
  const line = /at line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  const before = position === undefined ? text.trimEnd() : text.slice(0, Number(position));
  return before.split('\n').length;
}
