import type { z } from 'zod';
import type { Issue } from '../world/error.ts';
import type { Part } from '../world/part.ts';

/** A value that was read, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: Issue[] };

/** Holds a value against a schema, and says what is wrong in the words of this project, with paths below `path`. */
export function check<T>(schema: z.ZodType<T>, value: unknown, path: string): Checked<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    issues: parsed.error.issues.flatMap((issue) => translated(issue, value, path, schema)),
  };
}

/** What `{ kind: NAME, ...params }` names in the catalog, with its parameters checked. */
export interface Chosen<Made> {
  readonly part: Part<z.ZodType, Made>;
  readonly params: unknown;
  readonly make: () => Made;
}

/** Resolves `{ kind: ring, agents: 8 }`, or a bare name where every parameter has a default. */
export function choose<Made>(
  parts: ReadonlyMap<string, Part<z.ZodType, Made>>,
  value: unknown,
  path: string,
  what: string,
): Checked<Chosen<Made>> {
  const fail = (at: string, message: string): Checked<Chosen<Made>> => ({
    ok: false,
    issues: [{ path: at, message }],
  });
  const written = typeof value === 'string' ? { kind: value } : value;
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    return fail(path, `must be a ${what} such as { kind: ${[...parts.keys()][0]} }, but is ${shown(value)}`);
  }
  const { kind, ...rest } = written as Record<string, unknown>;
  if (typeof kind !== 'string') {
    return fail(
      `${path}.kind`,
      `must name a ${what}, but is ${shown(kind)}; there are ${[...parts.keys()].join(', ')}`,
    );
  }
  const chosen = parts.get(kind);
  if (!chosen)
    return fail(`${path}.kind`, `there is no ${what} ${shown(kind)}${instead(kind, [...parts.keys()])}`);
  const params = check(chosen.params, rest, path);
  if (!params.ok) return params;
  return { ok: true, value: { part: chosen, params: params.value, make: () => chosen.create(params.value) } };
}

/** `; did you mean x?`, or the list of what there is. */
export function instead(wrong: string, known: readonly string[]): string {
  const near = known.find(
    (name) => distance(wrong.toLowerCase(), name.toLowerCase()) <= Math.max(1, wrong.length / 3),
  );
  if (near !== undefined) return `; did you mean ${near}?`;
  return known.length > 0 ? `; there are ${known.join(', ')}` : '; there are none';
}

/** The names that are most like a wrong one, nearest first. */
export function nearest(wrong: string, known: readonly string[], most: number): string[] {
  const like = (name: string): number => distance(wrong.toLowerCase(), name.toLowerCase());
  return known
    .map((name) => ({ name, far: like(name) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name);
}

/** A value as it is quoted in a message: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function translated(issue: z.core.$ZodIssue, root: unknown, base: string, schema: z.ZodType): Issue[] {
  const path = joined(base, issue.path);
  const value = valueAt(root, issue.path);
  const but = `but is ${shown(value)}`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: joined(path, [key]),
        message: `is not a known key${instead(key, keysOf(schema, issue.path))}`,
      }));
    case 'invalid_type':
      if (value === undefined) return [{ path, message: 'is missing' }];
      return [{ path, message: `must be ${article(issue.expected)}, ${but}` }];
    case 'too_small':
      return [
        {
          path,
          message: `must be ${sizeOf(issue.origin)}${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}, ${but}`,
        },
      ];
    case 'too_big':
      return [
        {
          path,
          message: `must be ${sizeOf(issue.origin)}${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}, ${but}`,
        },
      ];
    case 'invalid_value':
      return [{ path, message: `must be one of ${issue.values.map(String).join(', ')}, ${but}` }];
    case 'invalid_union':
      if ('discriminator' in issue) return [unknownKind(path, value, issue)];
      return ofUnion(
        issue.errors.map((errors) =>
          errors.flatMap((it) =>
            translated({ ...it, path: [...issue.path, ...it.path] } as never, root, base, schema),
          ),
        ),
        path,
        value,
      );
    default:
      return [{ path, message: saysWhatIs.test(issue.message) ? issue.message : `${issue.message}, ${but}` }];
  }
}

/** A message that tells of itself what was found: what is written there would only be said again, or contradict it. */
const saysWhatIs = /but is|, but |^(is|are|has|names|cannot) /;

/** Where the `kind` of a part is none of those there are, so that no branch was looked at. */
function unknownKind(path: string, value: unknown, issue: z.core.$ZodIssueInvalidUnion): Issue {
  const known = ((issue as { readonly options?: readonly unknown[] }).options ?? []).map(String);
  const hint = typeof value === 'string' ? instead(value, known) : `; there are ${known.join(', ')}`;
  return { path, message: `there is no kind ${shown(value)}${hint}` };
}

/** Of the branches of a union, tells what is wrong in the one that was meant: of the `kind` that was written, with the least amiss. */
function ofUnion(branches: readonly Issue[][], path: string, value: unknown): Issue[] {
  const kindPath = joined(path, ['kind']);
  if (typeof value === 'object' && value !== null) {
    const meant = branches
      .filter((issues) => issues.every((issue) => issue.path !== kindPath && issue.path !== path))
      .sort((a, b) => a.length - b.length)[0];
    if (meant) return meant;
    const kinds = branches.flatMap((issues) =>
      issues.flatMap((issue) =>
        issue.path === kindPath ? [/^must be one of (.*), but/.exec(issue.message)?.[1]] : [],
      ),
    );
    const known = kinds.filter((kind) => kind !== undefined);
    if (known.length > 0) {
      const { kind } = value as { kind?: unknown };
      const hint = typeof kind === 'string' ? instead(kind, known) : `; there are ${known.join(', ')}`;
      return [{ path: kindPath, message: `there is no kind ${shown(kind)}${hint}` }];
    }
  }
  const expected = branches.flatMap((issues) =>
    issues.flatMap(({ path: at, message }) => (at === path ? [withoutBut(message)] : [])),
  );
  return [{ path, message: `${[...new Set(expected)].join('; or ')}, but is ${shown(value)}` }];
}

const withoutBut = (message: string): string => message.replace(/,? but is .*$/s, '');

/** `faults[0].chance`, from the keys that lead there. */
export function joined(base: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((all, key) => {
    if (typeof key === 'number') return `${all}[${key}]`;
    return all === '' ? String(key) : `${all}.${String(key)}`;
  }, base);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
}

function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const key of path) at = shapeOf(at)?.[String(key)];
  return Object.keys(shapeOf(at) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let at = schema as
    | { shape?: Record<string, unknown>; def?: { in?: unknown; innerType?: unknown } }
    | undefined;
  for (let depth = 0; at && depth < 8; depth++) {
    if (at.shape) return at.shape;
    at = (at.def?.in ?? at.def?.innerType) as typeof at;
  }
  return undefined;
}

const article = (kind: string): string =>
  ({
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    boolean: 'true or false',
    object: 'a map of keys',
    array: 'a list',
    record: 'a map of keys',
  })[kind] ?? `of type ${kind}`;

const sizeOf = (origin: string): string => (origin === 'string' || origin === 'array' ? 'of length ' : '');

/** Edit distance, for suggestions only. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((next[j - 1] as number) + 1, (row[j] as number) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] as number;
}
