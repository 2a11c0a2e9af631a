import { type Serving, takesNoTime } from '../economy/serving.ts';
import { meanOf } from '../kernel/distribution.ts';
import type { Factors, Row } from '../scenario/run.ts';
import { drive } from './drive.ts';
import { type Amount, type Totals, totalsOf, unknown } from './forecast-totals.ts';
import { promptReader, type Rehearsal, rehearsalOf } from './rehearsal.ts';
import type { Plan } from './source.ts';
import { sweep } from './sweep.ts';

export interface ForecastOptions {
  readonly plan: Plan;
  /** Replications of each point that are tried, from 2 on. */
  readonly pilot: number;
  /** Runs that the sweep will have under way at once. */
  readonly parallel: number;
  /** Worker threads of the pilot. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((executed: number, total: number) => void) | undefined;
}

/** What is forecast of a point, and of all. */
export interface Amounts {
  readonly calls: Amount;
  readonly tokens: Amount;
  readonly promptTokens: Amount;
  readonly outputTokens: Amount;
  /** At the scenario's `prices`; unknown without them, or where a rate is. */
  readonly dollars: Amount;
  /** Simulated time of the runs, one after another; unknown where nothing says how long calls take. */
  readonly hours: Amount;
}

export interface PointForecast extends Amounts {
  readonly factors: Factors;
  readonly runs: number;
  /** Tokens of a run: their mean, and the least number that 95 % of the pilot's runs keep to. */
  readonly tokensPerRun: number | null;
  readonly capPerRun: number | null;
}

export interface Forecast {
  readonly rehearsal: Rehearsal;
  readonly pilotRuns: number;
  readonly runs: number;
  readonly points: readonly PointForecast[];
  readonly total: Amounts;
  /** Wall time with `parallel` runs at once, under limits that all of them share. */
  readonly wallHours: Amount;
  /** What bounds it: the runs themselves, the longest of them, or a limit of `serving`. */
  readonly bound: Bound | undefined;
  /** The index of the point that most tokens go to. */
  readonly largest: number | undefined;
  /**
   * A limit on tokens that 95 % of runs keep to, and one that the whole sweep keeps to with a chance of 95 %; the second is
   * null where all replications of the pilot came to the same.
   */
  readonly cap: { readonly perRun: number | null; readonly total: number | null };
}

export type Bound = 'runs' | 'longest run' | 'requestsPerMinute' | 'tokensPerMinute' | 'concurrency';

/**
 * What a sweep will cost, from a pilot of mocks. Undefined where it was interrupted. Throws a ScenarioError where a run
 * shows that the scenario cannot be run.
 */
export async function forecast(options: ForecastOptions): Promise<Forecast | undefined> {
  const { plan, pilot, parallel } = options;
  const rehearsal = rehearsalOf(plan, pilot);
  const rows = await pilotRows(rehearsal, options);
  if (rows === undefined) return undefined;
  const failed = rows.find(({ error }) => error !== undefined);
  if (failed !== undefined)
    throw new Error(`forecast: replication ${failed.replication} of the pilot failed: ${failed.error}`);
  const { replications, seed } = plan.scenario;
  return summed(rehearsal, rows, parallel, totalsOf({ pilot, replications, seed }));
}

async function pilotRows(
  rehearsal: Rehearsal,
  { jobs, signal, onProgress }: ForecastOptions,
): Promise<Row[] | undefined> {
  const { plan, first, isPrompting } = rehearsal;
  const begin = first * plan.scenario.points.length;
  const total = plan.runs.count - begin;
  const rows: Row[] = [];
  if (isPrompting) {
    const models = promptReader();
    for (let index = begin; index < plan.runs.count; index++) {
      // Gives way, so that a signal to stop is heard.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) return undefined;
      rows.push(await drive(plan.runs.at(index), { models, signal }));
      onProgress?.(rows.length, total);
    }
    return rows;
  }
  const { status } = await sweep({
    plan,
    // Threads take longer to start than a few runs take.
    jobs: total < fewRuns ? 1 : jobs,
    first: begin,
    signal,
    take: (_, taken) => void rows.push(...taken),
    onProgress: (executed) => onProgress?.(executed, total),
  });
  return status === 'complete' ? rows : undefined;
}

const fewRuns = 40;

/** What is added up over the runs of a point. The last three are shares of hours that shared limits take. */
const quantities = [
  'calls',
  'tokens',
  'promptTokens',
  'outputTokens',
  'dollars',
  'hours',
  'requestsPerMinute',
  'tokensPerMinute',
  'concurrency',
] as const;

type Quantity = (typeof quantities)[number];
type Values = Readonly<Record<Quantity, Float64Array>>;

function summed(rehearsal: Rehearsal, rows: readonly Row[], parallel: number, totals: Totals): Forecast {
  const { plan, alike, first } = rehearsal;
  const { points } = plan.scenario;
  const pilot = rows.length / points.length;
  const values = points.map(({ config }, index) => {
    const own = rows.filter(({ point }) => point === index).sort((a, b) => a.replication - b.replication);
    return valuesOf(own, config.serving, alike);
  });
  const all = Object.fromEntries(
    quantities.map((name) => [
      name,
      addedUp(
        values.map((it) => it[name]),
        pilot,
      ),
    ]),
  ) as Values;
  const amountsOf = (of: Values): Amounts => {
    const amount = (name: Quantity): Amount => totals.amount(totals.mean(of[name]), totals.draws(of[name]));
    return {
      calls: amount('calls'),
      tokens: amount('tokens'),
      promptTokens: amount('promptTokens'),
      outputTokens: amount('outputTokens'),
      dollars: amount('dollars'),
      hours: amount('hours'),
    };
  };
  const forecasts = points.map(({ factors }, index): PointForecast => {
    const own = values[index] as Values;
    const perRun = own.tokens.map((it) => it / alike);
    return {
      factors,
      runs: first * alike,
      ...amountsOf(own),
      tokensPerRun: known(perRun.reduce((sum, it) => sum + it, 0) / pilot),
      capPerRun: capOf(perRun),
    };
  });
  const longest = rows.reduce((most, { metrics }) => Math.max(most, (metrics.seconds ?? 0) / 3600), 0);
  const total = amountsOf(all);
  const most =
    total.tokens.equal === undefined
      ? totals.most(totals.mean(all.tokens), totals.draws(all.tokens))
      : Number.NaN;
  return {
    rehearsal,
    pilotRuns: rows.length,
    runs: first * points.length * alike,
    points: forecasts,
    total,
    ...wallOf(all, totals, parallel, longest),
    largest: largestOf(forecasts),
    cap: {
      perRun: capOf(
        Float64Array.from(values.flatMap((it) => [...it.tokens].map((tokens) => tokens / alike))),
      ),
      // Rounded first, since sums of fractions end a hair above the whole number they stand for.
      total: known(Math.ceil(Number(most.toPrecision(12)))),
    },
  };
}

/** What each replication of a point came to; NaN where unknown. */
function valuesOf(rows: readonly Row[], serving: Serving, alike: number): Values {
  const metric = (row: Row, name: string): number => row.metrics[name] ?? Number.NaN;
  const column = (value: (row: Row) => number): Float64Array =>
    Float64Array.from(rows, (row) => alike * value(row));
  // Calls of which nobody counts tokens cost something all the same.
  const isCounted = rows.every((row) => metric(row, 'calls') === 0 || metric(row, 'tokens') > 0);
  const tokens = (name: string) => column((row) => (isCounted ? metric(row, name) : Number.NaN));
  const isTimed = !takesNoTime(serving) || rows.every((row) => metric(row, 'calls') === 0);
  const { requestsPerMinute, tokensPerMinute, concurrency } = serving;
  const minutes = (limit: number | undefined, name: string) =>
    column((row) => (limit === undefined ? 0 : metric(row, name) / limit / 60));
  return {
    calls: column((row) => metric(row, 'calls')),
    tokens: tokens('tokens'),
    promptTokens: tokens('promptTokens'),
    outputTokens: tokens('outputTokens'),
    dollars: column((row) => {
      // Where nobody is asked, nothing is paid, at whatever prices.
      if (metric(row, 'calls') === 0) return 0;
      return isCounted ? metric(row, 'dollars') : Number.NaN;
    }),
    hours: column((row) => (isTimed ? metric(row, 'seconds') / 3600 : Number.NaN)),
    requestsPerMinute: minutes(requestsPerMinute, 'calls'),
    tokensPerMinute: minutes(tokensPerMinute, 'tokens'),
    concurrency: column((row) =>
      concurrency === undefined ? 0 : busySeconds(row, serving) / concurrency / 3600,
    ),
  };
}

/** How long the calls of a run occupy a server, waiting left out. */
function busySeconds({ metrics }: Row, { firstToken, prefill, decode, latent }: Serving): number {
  const per = (name: string, rate: number | undefined): number =>
    rate === undefined ? 0 : (metrics[name] ?? 0) / rate;
  return (
    ((metrics.calls ?? 0) * meanOf(firstToken)) / 1e6 +
    per('freshTokens', prefill) +
    per('writtenTokens', prefill) +
    per('outputTokens', decode) +
    per('latentSteps', latent)
  );
}

/**
 * Wall time of the sweep: no less than the runs take when so many are under way at once, than the longest takes, and
 * than the limits let through, which hold for all runs together.
 */
function wallOf(
  all: Values,
  { mean, draws, amount }: Totals,
  parallel: number,
  longest: number,
): Pick<Forecast, 'wallHours' | 'bound'> {
  const limits = ['requestsPerMinute', 'tokensPerMinute', 'concurrency'] as const;
  const shared = all.hours.map((it) => it / parallel);
  const sides = [
    { name: 'runs', mean: mean(shared), draws: draws(shared) },
    ...limits.map((name) => ({ name, mean: mean(all[name]), draws: draws(all[name]) })),
  ] as const;
  const wall = Math.max(longest, ...sides.map((it) => it.mean));
  if (Number.isNaN(wall)) return { wallHours: unknown, bound: undefined };
  const resampled = sides[0].draws.map((_, i) =>
    Math.max(longest, ...sides.map((it) => it.draws[i] as number)),
  );
  const bound = sides.find((it) => it.mean === wall)?.name ?? 'longest run';
  const { equal, ...wallHours } = amount(wall, resampled);
  // Whether a run of the sweep takes longer than the longest of the pilot, its equal sums do not tell.
  return { wallHours: bound === 'longest run' ? wallHours : { ...wallHours, equal }, bound };
}

/** The least number that 95 % of runs keep to: the order statistic that another run exceeds with a chance of 5 %. */
function capOf(tokens: Float64Array): number | null {
  const sorted = tokens.toSorted();
  const rank = Math.min(sorted.length, Math.ceil(0.95 * (sorted.length + 1)));
  return known(sorted[rank - 1] as number);
}

function largestOf(points: readonly PointForecast[]): number | undefined {
  const size = (of: PointForecast): number => of.tokens.mean ?? of.calls.mean ?? 0;
  const most = Math.max(...points.map(size));
  return most > 0 ? points.findIndex((it) => size(it) === most) : undefined;
}

function addedUp(columns: readonly Float64Array[], pilot: number): Float64Array {
  const sums = new Float64Array(pilot);
  for (const column of columns) for (let i = 0; i < pilot; i++) sums[i]! += column[i] as number;
  return sums;
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
