import { Interrupted } from '../study/interrupted.ts';
import { inverted } from './matrices.ts';
import type { Looked } from './smoothed.ts';
import { informationOf, intervalsOf, weightsOf } from './target-intervals.ts';

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
  /** Of the means, where several goals draw from the same runs; left out, they err apart. */
  readonly covariance?: readonly (readonly number[])[];
  /** How alike two goals err that were themselves taken from the same runs, -1 to 1; left out, they err apart. */
  readonly alike?: readonly (readonly number[])[];
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
  const { chosen, warnings } = intervalsOf({
    choices,
    goals,
    at: best.at,
    values: search.valuesOf(best.at),
    outcome: best.outcome,
    slopes,
    looked: search.looked,
  });
  const ended = 'the search was ended before it was done; values are the best so far';
  return {
    chosen,
    outcome: best.outcome,
    misfit: best.misfit,
    evaluations: search.evaluations,
    warnings: status === 'complete' ? warnings : [...warnings, ended],
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
  readonly looked: Looked[] = [];
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
    this.looked.push({ at: [...at], share, means: outcome.means });
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

function gaussNewton(search: Search, slopes: readonly number[][]): number[] | undefined {
  const { best, goals } = search;
  if (best.outcome === undefined) return undefined;
  const weights = weightsOf(goals, best.outcome);
  const inverse = inverted(informationOf(slopes, weights));
  if (inverse === undefined) return undefined;
  const { means } = best.outcome;
  const pull = slopes.map((of) =>
    of.reduce((sum, it, k) => sum + it * finite(goals[k]!.wanted - means[k]!) * weights[k]!, 0),
  );
  return best.at.map((it, i) => {
    const step = inverse[i]!.reduce((sum, cell, k) => sum + cell * pull[k]!, 0);
    return Math.min(1, Math.max(0, it + Math.min(0.2, Math.max(-0.2, step))));
  });
}
