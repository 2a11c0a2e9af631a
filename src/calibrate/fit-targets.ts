import { Interrupted } from '../study/interrupted.ts';

/** A quantity to be chosen, and between what. */
export interface Choice {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** A figure to be met. */
export interface Goal {
  readonly wanted: number;
  /** Standard error of what is wanted, and of what the mock is expected to be wrong by anyway. */
  readonly error: number;
}

/** What a mock with chosen values comes to, goal by goal, with standard errors. */
export interface Outcome {
  readonly means: readonly number[];
  readonly errors: readonly number[];
}

export interface Chosen extends Choice {
  readonly value: number;
  readonly low95: number;
  readonly high95: number;
}

export interface TargetsFit {
  readonly chosen: readonly Chosen[];
  readonly outcome: Outcome;
  /** Sum of squared errors, each in standard errors. */
  readonly misfit: number;
  readonly evaluations: number;
  readonly warnings: readonly string[];
  readonly status: 'complete' | 'interrupted' | 'limit';
}

export interface TargetsFitOptions {
  /** Simulates with chosen values. A share of 1 takes all replications, a smaller one the first of them. Throws `Interrupted`. */
  readonly evaluate: (values: readonly number[], share: number) => Promise<Outcome>;
  /** Whether another evaluation may begin. */
  readonly mayGoOn: () => boolean;
  readonly onProgress?: ((evaluations: number, misfit: number) => void) | undefined;
}

/** Steps of the search, as shares of the range of a quantity. */
const firstStep = 0.16;
const lastStep = 0.02;
/** Differences for the slopes are taken over so much of the range to each side. */
const slopeStep = 0.08;
/** A quantity whose conditional standard error is more than this share of its range is called flat. */
const flat = 0.3;
const collinear = 0.95;

/**
 * Chooses values by simulation. With common random numbers the misfit is a fixed function, if one with small steps, so that it
 * is searched without slopes: first at points spread evenly over the ranges (Halton), on a quarter of the replications; then
 * by compass search from the best, whose steps are halved where none helps (Hooke and Jeeves 1961); then by one Gauss-Newton
 * step, kept if it helps. Intervals follow from the slopes there (minimum distance estimation), and tell of chance alone.
 * Deterministic. An interrupt, or the limit, ends it with the best so far.
 */
export async function fitTargets(
  choices: readonly Choice[],
  goals: readonly Goal[],
  options: TargetsFitOptions,
): Promise<TargetsFit> {
  const search = new Search(choices, goals, options);
  const warnings: string[] = [];
  let slopes: number[][] | undefined;
  let status: TargetsFit['status'] = 'complete';
  try {
    await spread(search);
    await climb(search);
    slopes = await slopesAt(search, search.best.at);
    const step = gaussNewton(search, slopes);
    if (step !== undefined && (await search.look(step, 1))) slopes = await slopesAt(search, search.best.at);
  } catch (error) {
    if (error instanceof Interrupted) status = 'interrupted';
    else if (error instanceof LimitReached) status = 'limit';
    else throw error;
  }
  // Ended before any point was looked at on all replications: the best on some of them.
  if (search.best.outcome === undefined && search.rough !== undefined) search.best = search.rough;
  const { best } = search;
  if (best.outcome === undefined) throw new Interrupted();
  const chosen = withIntervals(search, slopes, warnings);
  if (status !== 'complete')
    warnings.push('the search was ended before it was done; values are the best so far');
  return {
    chosen,
    outcome: best.outcome,
    misfit: best.misfit,
    evaluations: search.evaluations,
    warnings,
    status,
  };
}

/** The search may not begin another evaluation. */
class LimitReached extends Error {}

/** Keeps the best point on all replications. Points are shares of the ranges, 0 to 1. */
class Search {
  evaluations = 0;
  best: { at: number[]; misfit: number; outcome: Outcome | undefined };
  /** The best point on some of the replications. */
  rough: Search['best'] | undefined;
  readonly choices: readonly Choice[];
  readonly goals: readonly Goal[];
  private readonly options: TargetsFitOptions;
  private readonly known = new Map<string, Outcome>();

  constructor(choices: readonly Choice[], goals: readonly Goal[], options: TargetsFitOptions) {
    this.choices = choices;
    this.goals = goals;
    this.options = options;
    this.best = { at: choices.map(() => 0.5), misfit: Number.POSITIVE_INFINITY, outcome: undefined };
  }

  /** Rounded, so that files are short, and points are met again. */
  valuesOf(at: readonly number[]): number[] {
    return this.choices.map(({ low, high }, i) => Number((low + at[i]! * (high - low)).toFixed(4)));
  }

  misfitOf({ means, errors }: Outcome): number {
    return this.goals.reduce((sum, { wanted, error }, i) => {
      const off = means[i]! - wanted;
      const spread = error * error + errors[i]! * errors[i]!;
      return sum + (Number.isNaN(off) ? 1e6 : (off * off) / spread);
    }, 0);
  }

  async outcomeAt(at: readonly number[], share: number): Promise<Outcome> {
    const values = this.valuesOf(at);
    const key = `${share} ${values.join(' ')}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (!this.options.mayGoOn()) throw new LimitReached();
    const outcome = await this.options.evaluate(values, share);
    this.evaluations++;
    this.known.set(key, outcome);
    const misfit = this.misfitOf(outcome);
    if (share < 1 && !(misfit >= (this.rough?.misfit ?? Number.POSITIVE_INFINITY)))
      this.rough = { at: [...at], misfit, outcome };
    this.options.onProgress?.(this.evaluations, Math.min(this.best.misfit, misfit));
    return outcome;
  }

  /** Looks at a point, and keeps it if it is better. Only points on all replications compare. */
  async look(at: readonly number[], share: number): Promise<boolean> {
    const outcome = await this.outcomeAt(at, share);
    const misfit = this.misfitOf(outcome);
    if (!(misfit < this.best.misfit)) return false;
    this.best = { at: [...at], misfit, outcome };
    return true;
  }
}

const coarse = 0.25;
const bases = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];

/** The i-th number of the van der Corput sequence: digits mirrored at the point. */
function mirrored(i: number, base: number): number {
  let share = 0;
  let weight = 1 / base;
  for (let left = i; left > 0; left = Math.floor(left / base)) {
    share += (left % base) * weight;
    weight /= base;
  }
  return share;
}

async function spread(search: Search): Promise<void> {
  const { choices } = search;
  const points = 4 + 8 * choices.length;
  const found: { at: number[]; misfit: number }[] = [];
  for (let i = 1; i <= points; i++) {
    const at = choices.map((_, k) => mirrored(i, bases[k]!));
    found.push({ at, misfit: search.misfitOf(await search.outcomeAt(at, coarse)) });
  }
  found.sort((a, b) => a.misfit - b.misfit);
  for (const { at } of found.slice(0, 2)) await search.look(at, 1);
}

async function climb(search: Search): Promise<void> {
  const { choices } = search;
  for (let step = firstStep; step >= lastStep; ) {
    let isBetter = false;
    for (let i = 0; i < choices.length; i++) {
      for (const sign of [1, -1]) {
        const at = moved(search.best.at, i, sign * step);
        if (at !== undefined && (await search.look(at, 1))) {
          isBetter = true;
          break;
        }
      }
    }
    if (!isBetter) step /= 2;
  }
}

/** A point moved along one axis, no further than its end; undefined where it is there already. */
function moved(at: readonly number[], i: number, by: number): number[] | undefined {
  const to = Math.min(1, Math.max(0, at[i]! + by));
  return to === at[i] ? undefined : at.map((it, k) => (k === i ? to : it));
}

/** By quantity and goal: how much the mean changes over the whole range, from differences about the point. */
async function slopesAt(search: Search, at: readonly number[]): Promise<number[][]> {
  const slopes: number[][] = [];
  for (let i = 0; i < search.choices.length; i++) {
    const up = moved(at, i, slopeStep) ?? [...at];
    const down = moved(at, i, -slopeStep) ?? [...at];
    const [above, below] = [await search.outcomeAt(up, 1), await search.outcomeAt(down, 1)];
    const width = up[i]! - down[i]!;
    slopes.push(above.means.map((mean, k) => finite((mean - below.means[k]!) / width)));
    await search.look(up, 1);
    await search.look(down, 1);
  }
  return slopes;
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

/** Weights of the goals: one over their variance, that of the simulation included. */
const weightsOf = ({ goals, best }: Search): number[] =>
  goals.map(({ error }, i) => 1 / (error * error + (best.outcome?.errors[i] ?? 0) ** 2 + 1e-12));

function informationOf(slopes: readonly number[][], weights: readonly number[]): number[][] {
  return slopes.map((a) => slopes.map((b) => a.reduce((sum, it, k) => sum + it * b[k]! * weights[k]!, 0)));
}

function gaussNewton(search: Search, slopes: readonly number[][]): number[] | undefined {
  const { best, goals } = search;
  const weights = weightsOf(search);
  const inverse = inverted(informationOf(slopes, weights));
  if (inverse === undefined || best.outcome === undefined) return undefined;
  const { means } = best.outcome;
  const pull = slopes.map((of) =>
    of.reduce((sum, it, k) => sum + it * finite(goals[k]!.wanted - means[k]!) * weights[k]!, 0),
  );
  return best.at.map((it, i) => {
    const step = inverse[i]!.reduce((sum, cell, k) => sum + cell * pull[k]!, 0);
    return Math.min(1, Math.max(0, it + Math.min(0.2, Math.max(-0.2, step))));
  });
}

/** The 95 % intervals, and what the goals do not tell. */
function withIntervals(
  search: Search,
  slopes: readonly number[][] | undefined,
  warnings: string[],
): Chosen[] {
  const { choices, best } = search;
  const values = search.valuesOf(best.at);
  const whole = choices.map((it, i) => ({ ...it, value: values[i]!, low95: it.low, high95: it.high }));
  if (slopes === undefined) return whole;
  const information = informationOf(slopes, weightsOf(search));
  const isFlat = information.map((row, i) => !(1 / Math.sqrt(row[i]!) <= flat));
  for (const [i, { name }] of choices.entries()) {
    if (isFlat[i]) warnings.push(`${name}: flat, since the targets hardly change with it`);
    if (best.at[i] === 0 || best.at[i] === 1) warnings.push(`${name}: at the end of its range`);
  }
  const told = choices.flatMap((_, i) => (isFlat[i] ? [] : [i]));
  const inverse = inverted(told.map((i) => told.map((k) => information[i]![k]!)));
  warnings.push(...collinearities(choices, told, inverse));
  return whole.map((it, i) => {
    const at = told.indexOf(i);
    const variance = at < 0 ? undefined : inverse?.[at]?.[at];
    if (variance === undefined || !(variance > 0)) return it;
    const half = 1.96 * Math.sqrt(variance) * (it.high - it.low);
    const low95 = Number(Math.max(it.low, it.value - half).toFixed(4));
    return { ...it, low95, high95: Number(Math.min(it.high, it.value + half).toFixed(4)) };
  });
}

function collinearities(
  choices: readonly Choice[],
  told: readonly number[],
  inverse: readonly number[][] | undefined,
): string[] {
  if (inverse === undefined)
    return told.length === 0
      ? []
      : ['collinear: some change the targets in the same way, so that their intervals are unknown'];
  return told.flatMap((i, a) =>
    told.slice(a + 1).flatMap((k, rest) => {
      const b = a + 1 + rest;
      const correlation = inverse[a]![b]! / Math.sqrt(inverse[a]![a]! * inverse[b]![b]!);
      if (!(Math.abs(correlation) > collinear)) return [];
      return [
        `${choices[i]!.name} and ${choices[k]!.name}: collinear (${correlation.toFixed(2)}), the targets tell hardly more than their sum or difference`,
      ];
    }),
  );
}

/** The inverse of a symmetric matrix, by elimination; undefined where it has none to speak of. */
function inverted(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, k) => (i === k ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const scale = matrix[i]![i]!;
    let pivot = i;
    for (let k = i + 1; k < n; k++) if (Math.abs(rows[k]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = k;
    if (!(Math.abs(rows[pivot]![i]!) > 1e-9 * Math.abs(scale))) return undefined;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const head = rows[i]![i]!;
    rows[i] = rows[i]!.map((it) => it / head);
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]!;
      rows[k] = rows[k]!.map((it, column) => it - factor * rows[i]![column]!);
    }
  }
  return rows.map((row) => row.slice(n));
}
