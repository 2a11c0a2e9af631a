import { catalog } from '../catalog.ts';
import type { Issue } from '../world/error.ts';
import { outcomeClasses } from '../world/outcome.ts';
import { instead, nearest, shown } from './check.ts';
import { columnsOf } from './columns.ts';
import { comparison, type Expectation, isAt, isVerdict, verdictNames } from './expect.ts';
import type { Levels } from './factors.ts';
import type { Published } from './published.ts';
import type { Factors } from './run.ts';
import type { Config } from './schema.ts';

/** What clauses may name: factors and their levels, and by point the metrics and properties. */
interface Names {
  readonly factors: readonly Levels[];
  readonly points: readonly {
    readonly factors: Factors;
    readonly columns: ReadonlySet<string>;
    readonly properties: readonly string[];
  }[];
}

type Named = Readonly<Record<string, unknown>> | undefined;

/** The names that clauses of a scenario are held against. */
export const namesOf = (
  factors: readonly Levels[],
  points: readonly { readonly factors: Factors; readonly config: Config }[],
): Names => ({
  factors,
  points: points.map((point) => ({
    factors: point.factors,
    columns: columnsOf(point.config),
    properties: [
      ...point.config.task.make().properties.map(({ name }) => name),
      ...(point.config.liveness === undefined ? [] : ['liveness']),
    ],
  })),
});

/** What `expect` names that no run of the scenario can have, found before any run. */
export function expectIssues(expect: readonly Expectation[], isList: boolean, names: Names): Issue[] {
  return expect.flatMap((clause, i) => clauseIssues(clause, isList ? `expect[${i}]` : 'expect', names));
}

function clauseIssues(clause: Expectation, path: string, names: Names): Issue[] {
  const { at, metric, of, above, falls, rises } = clause as Record<string, Named> & { metric?: unknown };
  const issues = levelIssues(at, `${path}.at`, names);
  if (typeof metric !== 'string') {
    return issues.length > 0 ? issues : conditionIssues(clause, path, at, names);
  }
  if (of !== undefined && above !== undefined) {
    issues.push(...levelIssues(of, `${path}.of`, names), ...levelIssues(above, `${path}.above`, names));
    const sides = [of, above].map((side) => ({ ...at, ...side }));
    return issues.length > 0
      ? issues
      : sides.flatMap((side) => metricIssues(metric, `${path}.metric`, side, names)).slice(0, 1);
  }
  if (typeof (falls ?? rises) !== 'string') {
    const message =
      'must say what the metric does: `falls` or `rises` over a factor, or `of` ... `above` ...';
    return [...issues, { path, message }];
  }
  const key = falls === undefined ? 'rises' : 'falls';
  issues.push(...factorIssues(String(falls ?? rises), `${path}.${key}`, names));
  return issues.length > 0 ? issues : metricIssues(metric, `${path}.metric`, at, names);
}

function conditionIssues(clause: Expectation, path: string, at: Named, names: Names): Issue[] {
  return Object.entries(clause).flatMap(([name, wanted]) => {
    const here = `${path}.${name}`;
    if (name === 'at' || wanted === undefined) return [];
    if (name === 'outcome') return outcomeIssues(wanted, here);
    if (isVerdict(wanted)) return propertyIssues(name, here, at, names);
    if (isNumberCondition(wanted)) return metricIssues(name, here, at, names);
    const message = `must be a verdict, a number, \`>= 0.5\` or \`0.3 .. 0.6\`, but is ${shown(wanted)}${hint(wanted)}`;
    return [{ path: here, message }];
  });
}

const hint = (wanted: unknown): string => (typeof wanted === 'string' ? instead(wanted, verdictNames) : '');

function outcomeIssues(wanted: unknown, path: string): Issue[] {
  const classIssue = (name: unknown, at: string): Issue[] =>
    (outcomeClasses as readonly unknown[]).includes(name)
      ? []
      : [{ path: at, message: `there is no outcome ${shown(name)}${instead(String(name), outcomeClasses)}` }];
  if (typeof wanted !== 'object' || wanted === null) return classIssue(wanted, path);
  return Object.entries(wanted).flatMap(([name, share]) => {
    if (isNumberCondition(share)) return classIssue(name, `${path}.${name}`);
    const message = `must be a share of the runs, such as 0.5, \`>= 0.5\` or \`0.3 .. 0.6\`, but is ${shown(share)}`;
    return [{ path: `${path}.${name}`, message }];
  });
}

const isNumberCondition = (wanted: unknown): boolean =>
  typeof wanted === 'number' || (typeof wanted === 'string' && comparison.test(wanted));

function propertyIssues(name: string, path: string, at: Named, { points }: Names): Issue[] {
  const lacking = points.find((it) => isAt(it.factors, at) && !it.properties.includes(name));
  if (lacking === undefined) return [];
  const message = `there is no property ${shown(name)} of the task${instead(name, lacking.properties)}`;
  return [{ path, message }];
}

function metricIssues(name: string, path: string, at: Named, { points }: Names): Issue[] {
  const within = points.filter((it) => isAt(it.factors, at));
  const lacking = within.find(({ columns }) => !columns.has(name));
  if (lacking === undefined) return [];
  const where = within.some(({ columns }) => columns.has(name)) ? ` at ${shown(lacking.factors)}` : '';
  return [
    { path, message: `there is no metric ${shown(name)}${where}; ${remedyFor(name, lacking.columns)}` },
  ];
}

/** The metric that has a number of this name, or the names that are like it. */
function remedyFor(name: string, known: ReadonlySet<string>): string {
  const source = [...catalog.metrics.values()].find(({ params, create }) => {
    const usual = params.safeParse({});
    return usual.success && name in create(usual.data).columns;
  });
  if (source !== undefined) return `add ${source.name}, which has it, to \`metrics\``;
  return `the nearest of ${known.size} are ${nearest(name, [...known], 3).join(', ')}`;
}

function factorIssues(name: string, path: string, { factors }: Names): Issue[] {
  const known = factors.map((factor) => factor.path);
  if (known.includes(name)) return [];
  return [{ path, message: `must be a factor of \`vary\`, but is ${name}${instead(name, known)}` }];
}

function levelIssues(at: Named, path: string, names: Names): Issue[] {
  return Object.entries(at ?? {}).flatMap(([name, wanted]) => {
    const here = `${path}.${name}`;
    const unknown = factorIssues(name, here, names);
    if (unknown.length > 0) return unknown;
    const labels = names.factors.find((factor) => factor.path === name)?.levels.map(({ label }) => label);
    const strange = [wanted].flat().filter((level) => !labels?.includes(level as never));
    if (strange.length === 0) return [];
    const message = `must be a level of ${name}, but is ${shown(strange[0])}; there are ${labels?.map(shown).join(', ')}`;
    return [{ path: here, message }];
  });
}

/** The same for `precision.metric`, which decides how long points are run. */
export const precisionIssues = (metric: string, names: Names): Issue[] =>
  metricIssues(metric, 'precision.metric', undefined, names);

/** The same for what published figures are held against: means of metrics, or of factors. */
export function publishedIssues(published: readonly Published[], names: Names): Issue[] {
  const isFactor = (name: string): boolean => names.factors.some(({ path }) => path === name);
  return published.flatMap(({ measure }, i) => {
    if (measure === undefined || 'correlation' in measure) return [];
    const path = `published[${i}].measure`;
    const { at, of, over, along, by, metric, per, crossing, explained } = measure as Record<string, unknown>;
    const levels = Object.entries({ at, of, over }).flatMap(([key, it]) =>
      levelIssues(it as Named, `${path}.${key}`, names),
    );
    if (typeof along === 'string') levels.push(...factorIssues(along, `${path}.along`, names));
    if (levels.length > 0) return levels;
    const named = Object.entries({ metric, per, crossing, explained }).filter(
      ([, it]) => typeof it === 'string',
    );
    const all = [...named, ...((by ?? []) as string[]).map((it, k) => [`by[${k}]`, it] as const)];
    return all.flatMap(([key, it]) =>
      isFactor(String(it))
        ? []
        : [at, of, over]
            .filter((side) => side !== undefined)
            .concat(at === undefined && of === undefined ? [{}] : [])
            .flatMap((side) => metricIssues(String(it), `${path}.${key}`, side as Named, names))
            .slice(0, 1),
    );
  });
}
