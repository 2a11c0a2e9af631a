import { charger } from '../economy/prices.ts';
import { bookOf } from '../scenario/costs.ts';
import { executing } from '../scenario/execute.ts';
import type { Raw } from '../scenario/factors.ts';
import { type Config, checkConfig } from '../scenario/schema.ts';
import type { Observer } from '../world/contracts.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import type { Steps } from '../world/steps.ts';

/** How good a run was: whether it solved the task, or the share of it that is right. */
export const qualities = ['solved', 'soft'] as const;

export type Quality = (typeof qualities)[number];

/** Replications of one contestant, from `first` on, before `end`: plain data, so that it travels to a worker. */
export interface ReplicationsTask {
  /** Equal keys stand for equal scenarios. */
  readonly key: string;
  readonly raw: Raw;
  readonly seed: number;
  readonly first: number;
  readonly end: number;
  readonly quality: Quality;
  /** The days at whose prices each call is charged. */
  readonly dates: readonly string[];
}

/** What replications came to, in order. */
export interface Columns {
  readonly quality: readonly number[];
  readonly tokens: readonly number[];
  /** By day, then by replication; NaN where a price is unknown. */
  readonly dollars: readonly (readonly number[])[];
  /** Runs that spent latent steps or bytes of keys and values, which tokens do not count. */
  readonly unmetered: number;
  /** What the author must mend, where that shows only in a run. */
  readonly refused?: readonly Issue[];
  /** A fault of ours. */
  readonly error?: string;
}

const configs = new Map<string, Config>();
const mostConfigs = 16;

function configOf(key: string, raw: Raw): Config {
  const known = configs.get(key);
  if (known !== undefined) return known;
  const config = checkedConfig(raw);
  if (configs.size >= mostConfigs) configs.clear();
  configs.set(key, config);
  return config;
}

/** A point as plain data, checked. Throws a ScenarioError that lists every issue. */
export function checkedConfig(raw: Raw): Config {
  const checked = checkConfig(raw);
  if (!checked.ok) throw new ScenarioError(checked.issues);
  return checked.value;
}

/** Does replications one after the other, and charges every call at the prices of every day. */
export function* replicating(task: ReplicationsTask): Steps<Columns> {
  const { key, raw, seed, first, end, quality, dates } = task;
  const columns = {
    quality: [] as number[],
    tokens: [] as number[],
    dollars: dates.map((): number[] => []),
    unmetered: 0,
  };
  try {
    const config = configOf(key, raw);
    for (let replication = first; replication < end; replication++) {
      const account = accountOf(config, dates);
      const run = { id: key, point: 0, replication, seed: `${seed}/${replication}`, factors: {}, config };
      const { metrics, error } = yield* executing(run, [account.observer]);
      if (error !== undefined) return { ...columns, error: `replication ${replication}: ${error}` };
      columns.quality.push(metrics[quality] ?? 0);
      columns.tokens.push(metrics.tokens ?? 0);
      for (const [i, sum] of account.dollars.entries()) columns.dollars[i]?.push(sum);
      if (account.isUnmetered()) columns.unmetered++;
    }
    return columns;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { ...columns, refused: error.issues };
  }
}

function accountOf({ prices }: Config, dates: readonly string[]) {
  const chargers =
    prices === undefined ? [] : dates.map((date) => charger(bookOf(prices), { ...prices, date }));
  const dollars = dates.map(() => (prices === undefined ? Number.NaN : 0));
  let beyond = 0;
  const observer: Observer = {
    spend: (_, usage) => {
      for (const [i, charge] of chargers.entries()) dollars[i] = (dollars[i] as number) + charge(usage);
      beyond += (usage.latentSteps ?? 0) + (usage.kvBytes ?? 0);
    },
  };
  return { observer, dollars, isUnmetered: () => beyond > 0 };
}
