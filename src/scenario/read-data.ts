import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Issue, ScenarioError } from '../world/error.ts';
import { check } from './check.ts';

/** Longer files are refused, in characters. */
const mostCharacters = 1_000_000;

/** Reads a file of data, YAML or JSON, against a schema. Throws a ScenarioError that lists every issue, with the file's name. */
export function readData<T>(schema: z.ZodType<T>, text: string, fileName: string): T {
  if (text.length > mostCharacters) {
    const message = `must be at most ${mostCharacters} characters long, but has ${text.length}`;
    throw inFile(fileName, [{ path: '', message }]);
  }
  const checked = check(schema, plain(text, fileName), '');
  if (!checked.ok) throw inFile(fileName, checked.issues);
  return checked.value;
}

/** Issues with the file's name before their paths. */
export const inFile = (fileName: string, issues: readonly Issue[]): ScenarioError =>
  new ScenarioError(
    issues.map(({ path, message }) => ({ path: path === '' ? fileName : `${fileName}: ${path}`, message })),
  );

function plain(text: string, fileName: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  const fail = (why: string): ScenarioError =>
    inFile(fileName, [{ path: '', message: `is not valid YAML: ${why.split('\n')[0]}` }]);
  const [first] = document.errors;
  if (first) throw fail(first.message);
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // Fails where an alias leads back to what it is in.
    JSON.stringify(value);
    return value;
  } catch (error) {
    throw fail((error as Error).message);
  }
}
