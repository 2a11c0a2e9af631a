import { createHash } from 'node:crypto';

/** Longer texts and lists are kept as a hash: a graph or a template may be large. */
const mostKept = 500;

/** A tree of plain data with a hash in the place of whatever in it is long. */
export function shortened(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, shortened(it)]));
  const text = JSON.stringify(value);
  if (text === undefined || text.length <= mostKept) return value;
  return `sha256 ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Longer values are told apart by their beginning. */
const mostShown = 40;

/** More differences than these are counted. */
const mostNamed = 3;

/** What is the case at a path, in a tree of plain data, by path. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  const isTree = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isTree) return new Map(value === undefined ? [] : [[path, JSON.stringify(value) ?? 'null']]);
  return new Map(
    Object.entries(value).flatMap(([key, it]) => [...leavesOf(it, path === '' ? key : `${path}.${key}`)]),
  );
}

/** The paths at which two trees differ, in the order of the first. */
export function pathsThatDiffer(now: unknown, recorded: unknown): string[] {
  const [here, there] = [leavesOf(now), leavesOf(recorded)];
  return [...new Set([...here.keys(), ...there.keys()])].filter((path) => here.get(path) !== there.get(path));
}

/** In words: `serving.decode is 90, but was 80`; empty where nothing differs. */
export function runDifference(now: unknown, recorded: unknown): string {
  const [here, there] = [leavesOf(now), leavesOf(recorded)];
  const paths = pathsThatDiffer(now, recorded);
  const named = paths.slice(0, mostNamed).map((path) => {
    const [is, was] = excerpts(here.get(path), there.get(path));
    return `${path} is ${is}, but was ${was}`;
  });
  const more = paths.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** Two values from where they differ on, as far as they are shown. */
function excerpts(one: string | undefined, other: string | undefined): string[] {
  let at = 0;
  if (one !== undefined && other !== undefined) while (one[at] !== undefined && one[at] === other[at]) at++;
  const isLong = Math.max(one?.length ?? 0, other?.length ?? 0) > mostShown;
  const from = isLong ? Math.max(0, at - 10) : 0;
  return [one, other].map((it) => {
    if (it === undefined) return 'not set';
    const end = it.length > from + mostShown ? ' ...' : '';
    return `${from > 0 ? '... ' : ''}${it.slice(from, from + mostShown)}${end}`;
  });
}
