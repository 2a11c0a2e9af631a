import { Fingerprint } from '../kernel/fingerprint.ts';
import type { Factors, Row } from '../scenario/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { OutcomeClass } from '../world/outcome.ts';
import { outcomeClasses } from '../world/outcome.ts';
import type { Verdict } from '../world/task.ts';
import { addValue, type Estimate, type Moments, mean, noMoments, pooled, proportion } from './statistics.ts';

/** What the runs of one point came to. */
export interface PointSummary {
  readonly point: number;
  readonly factors: Factors;
  /** Runs that gave numbers; a failed one counts under `errors` only. */
  readonly replications: number;
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** Runs by class of outcome; a class that did not occur is left out. */
  readonly outcomes: Readonly<Partial<Record<OutcomeClass, number>>>;
  /** Runs by the finer cause. */
  readonly causes: Readonly<Partial<Record<string, number>>>;
  readonly verdicts: Readonly<Record<string, Readonly<Partial<Record<Verdict, number>>>>>;
  readonly errors: number;
}

/** The same without factors: several points taken together. */
export type Pool = Omit<PointSummary, 'point' | 'factors'>;

interface Cell {
  readonly factors: Factors;
  readonly moments: Map<string, Moments>;
  readonly outcomes: Map<OutcomeClass, number>;
  readonly causes: Map<string, number>;
  readonly verdicts: Map<string, Map<Verdict, number>>;
  runs: number;
  errors: number;
}

/** Metrics that are 0 or 1 by what they mean, even where all runs agree. */
const shares = new Set(['solved']);

/** Folds rows, in the order of the runs, into what is reported of a sweep; keeps none of them. */
export class Summary {
  private readonly cells: readonly Cell[];
  private high = 0;
  private low = 0;
  /** Per metric, whether it was 0 and whether it was 1 somewhere, and whether it was anything else. */
  private readonly values = new Map<string, { zero: boolean; one: boolean; other: boolean }>();
  rows = 0;
  firstError: Row | undefined;

  constructor({ points }: Pick<Scenario, 'points'>) {
    this.cells = points.map(({ factors }) => ({
      factors,
      moments: new Map(),
      outcomes: new Map(),
      causes: new Map(),
      verdicts: new Map(),
      runs: 0,
      errors: 0,
    }));
  }

  add(row: Row): void {
    const cell = this.cells[row.point];
    if (!cell) throw new Error(`Summary: there is no point ${row.point}`);
    this.rows++;
    this.take(`${row.run} ${row.fingerprint}`);
    if (row.error !== undefined) {
      cell.errors++;
      this.firstError ??= row;
      return;
    }
    cell.runs++;
    countUp(cell.outcomes, row.outcome);
    countUp(cell.causes, row.cause);
    for (const [name, verdict] of Object.entries(row.verdicts)) {
      let of = cell.verdicts.get(name);
      if (!of) cell.verdicts.set(name, (of = new Map()));
      countUp(of, verdict);
    }
    for (const [name, value] of Object.entries(row.metrics)) this.measure(cell, name, value);
  }

  /** The fingerprint of all runs: the sum of a hash of each, so that it does not depend on the order in which they were done. */
  get fingerprint(): string {
    return [this.high, this.low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }

  get errors(): number {
    return this.cells.reduce((sum, cell) => sum + cell.errors, 0);
  }

  get points(): PointSummary[] {
    return this.cells.map((cell, point) => ({ point, factors: cell.factors, ...this.pool([cell]) }));
  }

  /** Takes together every point whose factors are as wanted. */
  pooled(wanted: (factors: Factors) => boolean): Pool {
    return this.pool(this.cells.filter(({ factors }) => wanted(factors)));
  }

  private take(run: string): void {
    const hash = new Fingerprint();
    hash.text(run);
    this.high = (this.high + Number.parseInt(hash.hex.slice(0, 8), 16)) >>> 0;
    this.low = (this.low + Number.parseInt(hash.hex.slice(8), 16)) >>> 0;
  }

  private measure(cell: Cell, name: string, value: number | null): void {
    let of = cell.moments.get(name);
    if (!of) cell.moments.set(name, (of = noMoments()));
    if (value === null) return;
    addValue(of, value);
    let seen = this.values.get(name);
    if (!seen) this.values.set(name, (seen = { zero: false, one: false, other: false }));
    if (value === 0) seen.zero = true;
    else if (value === 1) seen.one = true;
    else seen.other = true;
  }

  private pool(cells: readonly Cell[]): Pool {
    const names = new Set(cells.flatMap((cell) => [...cell.moments.keys()]));
    const outcomes = addUp(cells.map((cell) => cell.outcomes));
    return {
      replications: cells.reduce((sum, cell) => sum + cell.runs, 0),
      metrics: Object.fromEntries(
        [...names].map((name) => {
          const of = pooled(cells.map((cell) => cell.moments.get(name) ?? noMoments()));
          return [name, this.isShare(name) ? proportion(of.ones, of.count) : mean(of)];
        }),
      ),
      outcomes: Object.fromEntries(
        outcomeClasses.filter((it) => outcomes.has(it)).map((it) => [it, outcomes.get(it) as number]),
      ),
      causes: byCount(addUp(cells.map((cell) => cell.causes))),
      verdicts: Object.fromEntries(
        [...new Set(cells.flatMap((cell) => [...cell.verdicts.keys()]))].map((name) => [
          name,
          byCount(addUp(cells.map((cell) => cell.verdicts.get(name) ?? new Map<Verdict, number>()))),
        ]),
      ),
      errors: cells.reduce((sum, cell) => sum + cell.errors, 0),
    };
  }

  /** Whether a metric is a share, judged over all points alike, so that its intervals are of one kind. */
  private isShare(name: string): boolean {
    const seen = this.values.get(name);
    if (!seen || seen.other) return false;
    return shares.has(name) || (seen.zero && seen.one);
  }
}

function countUp<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function addUp<Key>(all: readonly ReadonlyMap<Key, number>[]): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const counts of all) {
    for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return sums;
}

/** The most frequent first; equal ones by name. */
function byCount<Key extends string>(counts: ReadonlyMap<Key, number>): Partial<Record<Key, number>> {
  const entries = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return Object.fromEntries(entries) as Partial<Record<Key, number>>;
}
