import { type Issue, ScenarioError } from '../world/error.ts';
import { shown } from './check.ts';
import type { Factors } from './run.ts';

/** A scenario as written: a tree of plain data. */
export type Raw = Record<string, unknown>;

/** A factor: the path that varies, and its levels with the names people see. */
export interface Levels {
  readonly path: string;
  readonly levels: readonly Level[];
}

interface Level {
  readonly label: string | number | boolean;
  readonly value: unknown;
}

const mostLevels = 10_000;

/** Reads `vary`: for each path a list of levels, or a range such as `geometric(8, 4096, 2)`. */
export function levelsOf(vary: Raw): Levels[] {
  const issues: Issue[] = [];
  const all = Object.entries(vary).map(([path, written]): Levels => {
    const at = `vary.${path}`;
    const values = Array.isArray(written)
      ? written
      : typeof written === 'string'
        ? range(written)
        : undefined;
    if (values === undefined || values.length === 0 || values.length > mostLevels) {
      const expected = 'must be a list of levels, geometric(low, high, ratio) or linear(low, high, step)';
      issues.push({
        path: at,
        message: `${expected}, of at most ${mostLevels} levels, but is ${shown(written)}`,
      });
      return { path, levels: [] };
    }
    const levels = values.map((value) => ({ label: labelOf(value), value }));
    const strange = levels.find(({ label }) => /\p{Cc}/u.test(String(label)));
    if (strange)
      issues.push({
        path: at,
        message: `has a level with control characters in its name, ${shown(strange.label)}`,
      });
    const labels = new Set(levels.map((level) => String(level.label)));
    if (labels.size < levels.length)
      issues.push({ path: at, message: 'has two levels of the same name; add a `name` to tell them apart' });
    return { path, levels };
  });
  issues.push(...all.flatMap((factor) => overruledIssues(factor, all)));
  if (issues.length > 0) throw new ScenarioError(issues);
  return all;
}

/** What a level says of something that another factor varies is not so at any point. */
function overruledIssues({ path, levels }: Levels, all: readonly Levels[]): Issue[] {
  return all.flatMap((other) => {
    if (!other.path.startsWith(`${path}.`)) return [];
    const within = other.path.slice(path.length + 1);
    const overruled = levels.find(({ value }) => isMap(value) && valueAt(value, within) !== undefined);
    if (overruled === undefined) return [];
    const message = `level ${overruled.label} says ${within}, which ${other.path} varies; leave it out of the level, or out of vary`;
    return [{ path: `vary.${path}`, message }];
  });
}

/** Every combination of levels, laid over the base; the first factor varies slowest. */
export function expandLevels(
  base: Raw,
  factors: readonly Levels[],
  most: number,
): { factors: Factors; raw: Raw }[] {
  const size = factors.reduce((product, { levels }) => product * levels.length, 1);
  if (size > most)
    throw new ScenarioError([
      { path: 'vary', message: `gives ${size} points; at most ${most} are run in one sweep` },
    ]);
  let points: { factors: Factors; raw: Raw }[] = [{ factors: {}, raw: base }];
  for (const { path, levels } of factors) {
    points = points.flatMap(({ factors, raw }) =>
      levels.map((level) => ({
        factors: { ...factors, [path]: level.label },
        raw: withValue(raw, path, unnamed(level.value), `vary.${path}`),
      })),
    );
  }
  return points;
}

/** Sets what a dotted path names: maps are merged, anything else is replaced. Copies what it changes. */
export function withValue(raw: Raw, path: string, value: unknown, where: string): Raw {
  const [head, ...rest] = segments(path);
  if (head === undefined)
    throw new ScenarioError([{ path: where, message: 'must be a dotted path, such as topology.agents' }]);
  return set(raw, head, rest, value, where) as Raw;
}

function set(tree: unknown, head: string, rest: readonly string[], value: unknown, where: string): unknown {
  if (tree !== undefined && (typeof tree !== 'object' || tree === null)) {
    // A bare part name stands for { kind: name }, so that its parameters can be set.
    if (typeof tree === 'string') return set({ kind: tree }, head, rest, value, where);
    throw new ScenarioError([{ path: where, message: `cannot set ${head} inside ${shown(tree)}` }]);
  }
  const [next, ...further] = rest;
  if (Array.isArray(tree)) {
    const index = Number(head);
    if (!Number.isInteger(index) || index < 0 || index > tree.length) {
      throw new ScenarioError([
        { path: where, message: `must name an entry 0 to ${tree.length - 1} of the list, but names ${head}` },
      ]);
    }
    const copy = [...tree];
    copy[index] =
      next === undefined ? merged(copy[index], value) : set(copy[index], next, further, value, where);
    return copy;
  }
  const map = (tree ?? {}) as Raw;
  return {
    ...map,
    [head]: next === undefined ? merged(map[head], value) : set(map[head], next, further, value, where),
  };
}

/**
 * A level laid over the base. One that names another part replaces the old one's parameters, which mean nothing to it;
 * only the number of agents stays, since every topology has it. A base without a kind is shared by all levels.
 */
function merged(old: unknown, value: unknown): unknown {
  if (!isMap(old)) return value;
  const level = 'kind' in old ? partNamed(value) : value;
  if (!isMap(level)) return value;
  const isOther = 'kind' in old && 'kind' in level && old.kind !== level.kind;
  return isOther ? withAgents(old, level) : { ...old, ...level };
}

/** A part may be written as its name alone. What begins otherwise is another shorthand: `100ms` is a latency. */
const partNamed = (value: unknown): unknown =>
  typeof value === 'string' && /^[a-z.]/i.test(value) ? { kind: value } : value;

/** The number of agents of the part that another replaces; a graph that was drawn elsewhere brings its own. */
const withAgents = (old: Raw, part: Raw): Raw => ({
  ...('agents' in old && part.kind !== 'graph' ? { agents: old.agents } : {}),
  ...part,
});

/**
 * What an override makes of a part when it names a kind: the whole of it, of which only the number of agents stays, since
 * every topology has it. Undefined where the value is no such thing, and is laid over the old one.
 */
export function replaced(old: unknown, value: unknown): Raw | undefined {
  if (!isMap(old) || !('kind' in old)) return undefined;
  const part = partNamed(value);
  return isMap(part) && 'kind' in part ? withAgents(old, part) : undefined;
}

/** A copy without what a dotted path names; entries of a list that come after it move up. */
export function withoutKey(raw: Raw, path: string): Raw {
  const drop = (tree: unknown, [head, ...rest]: readonly string[]): unknown => {
    if (head === undefined || typeof tree !== 'object' || tree === null) return tree;
    if (Array.isArray(tree)) {
      const at = Number(head);
      return rest.length === 0
        ? tree.filter((_, i) => i !== at)
        : tree.map((it, i) => (i === at ? drop(it, rest) : it));
    }
    const { [head]: old, ...others } = tree as Raw;
    if (old === undefined) return tree;
    return rest.length === 0 ? others : { ...(tree as Raw), [head]: drop(old, rest) };
  };
  return drop(raw, segments(path)) as Raw;
}

const isMap = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a dotted path names; undefined where it names nothing. */
export function valueAt(raw: Raw, path: string): unknown {
  return segments(path).reduce<unknown>((tree, key) => (tree as Raw | null | undefined)?.[key], raw);
}

const segments = (path: string): string[] =>
  path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((it) => it !== '');

function labelOf(value: unknown): string | number | boolean {
  if (isMap(value)) {
    const name = value.name ?? value.kind ?? value.profile;
    if (typeof name === 'string') return name;
  }
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    ? value
    : JSON.stringify(value);
}

function unnamed(value: unknown): unknown {
  if (!isMap(value) || !('name' in value)) return value;
  const { name: _, ...rest } = value;
  return rest;
}

/** `geometric(8, 4096, 2)`: 8, 16, ... 4096. `linear(0, 1, 0.25)`: 0, 0.25, ... 1. */
function range(text: string): number[] | undefined {
  const match = /^(geometric|linear)\(\s*([-\d.e]+)\s*,\s*([-\d.e]+)\s*,\s*([-\d.e]+)\s*\)$/.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const [low, high, step] = match.slice(2).map(Number) as [number, number, number];
  const geometric = match[1] === 'geometric';
  if (
    ![low, high, step].every(Number.isFinite) ||
    low > high ||
    (geometric ? step <= 1 || low <= 0 : step <= 0)
  )
    return undefined;
  const values: number[] = [];
  // Each value from its index, so that rounding does not add up.
  // One more than is allowed, so that too long a range is refused and not cut short.
  for (let i = 0, product = 1; i <= mostLevels; i++, product *= step) {
    const value = geometric ? low * product : low + i * step;
    if (value > high * (1 + 1e-9)) break;
    values.push(Number(value.toPrecision(12)));
  }
  return values;
}
