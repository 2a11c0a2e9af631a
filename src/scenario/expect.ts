import { z } from 'zod';
import type { OutcomeClass } from '../world/outcome.ts';
import { shown } from './check.ts';
import type { Factors, Row } from './run.ts';
import type { Scenario } from './scenario.ts';

export const verdictNames = ['satisfied', 'violated', 'undetermined'] as const;
/** `>= 0.5`, or `0.3 .. 0.6`. */
export const comparison = /^(>=|<=|>|<)\s*(-?[\d.]+(?:e-?\d+)?)$|^(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)$/;
const levels = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))]),
);
const condition = z.union([
  z.number(),
  z.string().refine((text) => comparison.test(text) || isWord(text), {
    error: 'must be a verdict, an outcome class, a number, `>= 0.5`, or `0.3 .. 0.6`',
  }),
]);

export const isVerdict = (wanted: unknown): boolean => (verdictNames as readonly unknown[]).includes(wanted);

/** A verdict or an outcome class; whether there is such a one, and whether it fits, is seen when all names are known. */
const isWord = (text: string): boolean => /^[a-z-]+$/i.test(text);

const metricName = z.string().describe('A metric, by name.');
const at = levels
  .optional()
  .describe('Levels, by factor, of the points that are meant; all points when left out.');

/** `{ metric: solved, of: {drift: 0}, above: {drift: 0.2}, by: 0.1 }`: a mean lies above another by at least `by`. */
const contrast = z
  .strictObject({
    metric: metricName,
    at,
    of: levels.describe('Levels, by factor, of the mean that must lie above.'),
    above: levels.describe('Levels of the mean that it must lie above.'),
    by: z.number().min(0).default(0).describe('By at least so much.'),
  })
  .describe('A mean lies above another.');

/** `{ metric: solved, falls: topology.agents, by: 0.3 }`: the mean at the last level lies below that at the first. */
const trend = z
  .strictObject({
    metric: metricName,
    at,
    falls: z.string().optional().describe('The factor along which it falls, first level to last.'),
    rises: z.string().optional().describe('The factor along which it rises, first level to last.'),
    by: z.number().min(0).default(0).describe('By at least so much.'),
  })
  .describe('A mean falls, or rises, along a factor.');

/** Levels by factor. */
type Levels = z.infer<typeof levels>;

/**
 * Conditions by name. Written by hand: the type that zod gives it, with `at` beside all other keys, is refused by compilers
 * that check declarations.
 */
interface Conditions {
  readonly at?: Levels | undefined;
  readonly [name: string]: z.infer<typeof condition> | Levels | undefined;
}

/** `{ at: {task: coloring}, outcome: valid, solved: '>= 0.9' }`: conditions on each point that `at` names. */
const conditions: z.ZodType<Conditions> = z
  .looseObject({ at })
  .catchall(
    z
      .union([condition, levels, z.record(z.string(), condition)])
      .describe(
        'For a metric, what its mean must be (`>= 0.5`, `0.3 .. 0.6`, or exactly a number); for a property, the verdict of every run; for `outcome`, the class of every run, or shares by class.',
      ),
  )
  .describe('Conditions on each point, by name of a metric, of a property, or `outcome`.');

export const expectationsSchema = z
  .union([z.array(z.union([contrast, trend, conditions])), conditions])
  .superRefine((written, context) => {
    const clauses: readonly object[] = Array.isArray(written) ? written : [written];
    for (const [i, clause] of clauses.entries()) {
      // A slip in a comparison leaves a map of conditions, which would be held against the runs as such.
      if (!('metric' in clause)) continue;
      const meant = 'of' in clause || 'above' in clause ? contrast : trend;
      for (const issue of meant.safeParse(clause).error?.issues ?? [])
        context.addIssue({ ...issue, path: [...(Array.isArray(written) ? [i] : []), ...issue.path] });
    }
  })
  .transform((written): Expectation[] => (Array.isArray(written) ? written : [written]));

export type Expectation = z.infer<typeof contrast> | z.infer<typeof trend> | Conditions;

export interface Failure {
  readonly message: string;
}

/** How many expectations were held against the runs, and those that failed. */
export interface Expectations {
  readonly checked: number;
  readonly failures: readonly Failure[];
}

/** Holds the rows of a sweep against the scenario's `expect`. A clause that applies to no row is a failure too. */
export function checkExpectations(scenario: Pick<Scenario, 'expect'>, rows: readonly Row[]): Expectations {
  const failures: Failure[] = [];
  let checked = 0;
  for (const clause of scenario.expect) {
    const within = rows.filter((row) => isAt(row.factors, clause.at as Factors | undefined));
    if (within.length === 0) failures.push({ message: `expect applies to no run: at ${shown(clause.at)}` });
    for (const message of problems(clause, within, () => checked++)) failures.push({ message });
  }
  for (const row of rows)
    if (row.error !== undefined)
      failures.push({ message: `run ${row.run} failed: ${row.error.split('\n')[0]}` });
  return { checked, failures };
}

function problems(clause: Expectation, rows: readonly Row[], count: () => void): string[] {
  if ('of' in clause && 'above' in clause) {
    count();
    return contrastProblem(clause as z.infer<typeof contrast>, rows);
  }
  if ('metric' in clause && ('falls' in clause || 'rises' in clause)) {
    count();
    return trendProblem(clause as z.infer<typeof trend>, rows);
  }
  return Object.entries(clause).flatMap(([name, wanted]) => {
    if (name === 'at' || wanted === undefined) return [];
    return byPoint(rows).flatMap((cell) => {
      count();
      return cellProblem(name, wanted, cell);
    });
  });
}

function cellProblem(name: string, wanted: unknown, cell: readonly Row[]): string[] {
  const where = placeOf(cell[0] as Row);
  if (name === 'outcome') return outcomeProblem(wanted, cell, where);
  if (isVerdict(wanted)) {
    const found = cell.filter((row) => row.verdicts[name] !== wanted);
    if (found.length === 0) return [];
    const row = found[0] as Row;
    return [
      `${name} must be ${wanted}${where}, but is ${row.verdicts[name] ?? 'not a property'} in ${found.length} of ${cell.length} runs, first with seed ${row.seed}${row.witness === '' ? '' : `: ${row.witness}`}`,
    ];
  }
  const mean = meanOf(cell, name);
  if (mean === undefined) return [`${name} is no metric or property of these runs${where}`];
  return satisfies(mean, wanted)
    ? []
    : [`${name} must be ${wanted}${where}, but its mean over ${cell.length} runs is ${round(mean)}`];
}

/** `outcome: valid` for every run, or `outcome: { valid: '>= 0.5', split: 0 }` for shares of the runs. */
function outcomeProblem(wanted: unknown, cell: readonly Row[], where: string): string[] {
  const share = (name: string) => cell.filter((row) => row.outcome === name).length / cell.length;
  if (typeof wanted === 'string') {
    const other = cell.find((row) => row.outcome !== (wanted as OutcomeClass));
    return other
      ? [
          `outcome must be ${wanted}${where}, but is ${other.outcome} with seed ${other.seed}: ${other.witness}`,
        ]
      : [];
  }
  return Object.entries(wanted as Record<string, unknown>).flatMap(([name, it]) =>
    satisfies(share(name), it)
      ? []
      : [`share of ${name} must be ${it}${where}, but is ${round(share(name))}`],
  );
}

function contrastProblem(clause: z.infer<typeof contrast>, rows: readonly Row[]): string[] {
  const high = meanOf(
    rows.filter((row) => isAt(row.factors, clause.of as Factors)),
    clause.metric,
  );
  const low = meanOf(
    rows.filter((row) => isAt(row.factors, clause.above as Factors)),
    clause.metric,
  );
  const what = `${clause.metric} at ${shown(clause.of)} above that at ${shown(clause.above)}`;
  if (high === undefined || low === undefined) return [`${what}: there are no such runs or no such metric`];
  return high - low >= clause.by
    ? []
    : [`${what} by ${clause.by}, but it is ${round(high)} against ${round(low)}`];
}

function trendProblem(clause: z.infer<typeof trend>, rows: readonly Row[]): string[] {
  const path = (clause.falls ?? clause.rises) as string;
  const ofLevel = new Map<unknown, Row[]>();
  for (const row of rows) {
    const level = row.factors[path];
    ofLevel.set(level, [...(ofLevel.get(level) ?? []), row]);
  }
  const means = [...ofLevel.values()].map((cell) => meanOf(cell, clause.metric));
  const first = means[0];
  const last = means.at(-1);
  if (first === undefined || last === undefined || means.length < 2)
    return [`${clause.metric} over ${path}: there are no two levels with that metric`];
  const change = clause.falls === undefined ? last - first : first - last;
  const verb = clause.falls === undefined ? 'rise' : 'fall';
  return change >= clause.by
    ? []
    : [
        `${clause.metric} must ${verb} by ${clause.by} over ${path}, but goes ${round(first)} to ${round(last)}`,
      ];
}

function satisfies(value: number, wanted: unknown): boolean {
  if (typeof wanted === 'number') return value === wanted;
  const match = comparison.exec(String(wanted));
  if (!match) return false;
  if (match[3] !== undefined) return value >= Number(match[3]) && value <= Number(match[4]);
  const bound = Number(match[2]);
  switch (match[1]) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    default:
      return value < bound;
  }
}

/** Whether a point is at these levels; a list names several. */
export function isAt(factors: Factors, wanted: Readonly<Record<string, unknown>> | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([path, level]) =>
    Array.isArray(level) ? level.includes(factors[path]) : factors[path] === level,
  );
}

function meanOf(rows: readonly Row[], metric: string): number | undefined {
  // A running mean: of equal values it is that value to the last digit, so that an exact number can be asked for.
  let mean = 0;
  let count = 0;
  for (const row of rows) {
    const value = row.metrics[metric];
    if (value === undefined || value === null) continue;
    mean += (value - mean) / ++count;
  }
  return count > 0 ? mean : undefined;
}

function byPoint(rows: readonly Row[]): Row[][] {
  const cells = new Map<number, Row[]>();
  for (const row of rows) {
    const cell = cells.get(row.point);
    if (cell) cell.push(row);
    else cells.set(row.point, [row]);
  }
  return [...cells.values()];
}

function placeOf(row: Row): string {
  const factors = Object.entries(row.factors);
  return factors.length === 0 ? '' : ` at ${factors.map(([path, level]) => `${path}=${level}`).join(' ')}`;
}

const round = (value: number): number => Number(value.toPrecision(4));
