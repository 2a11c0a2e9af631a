import { basename } from 'node:path';
import type { AgentsNetTask, Mode } from '../agentsnet/rules.ts';
import { Stream } from '../kernel/stream.ts';
import { executing } from '../scenario/execute.ts';
import { parseScenario, runOf } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import { type ImportedRun, scenarioOf } from '../study/import-agentsnet.ts';
import { inSteps } from '../study/in-steps.ts';
import { Interrupted } from '../study/interrupted.ts';
import type { Metric, Observer } from '../world/contracts.ts';
import type { Profile } from '../world/profile.ts';
import { chiSquaredAbove, normalAbove, normalQuantile } from './likelihood.ts';

/** One number of one recorded run beside what the mock makes of the same task, graph and rounds. */
export interface Comparison {
  readonly metric: string;
  readonly file: string;
  readonly task: AgentsNetTask;
  readonly agents: number;
  readonly recorded: number;
  readonly mean: number;
  readonly deviation: number;
  /** The middle 95 % of the simulated values. */
  readonly low: number;
  readonly high: number;
  readonly simulated: number;
  /** Chance, under the mock, of a value at least so far out, to either side. */
  readonly tail: number;
  /** Place of the recorded value among the simulated ones, 0 to 1, drawn among equals. */
  readonly place: number;
  /** Whether the mock always gives just the recorded value, so that nothing is tested. */
  readonly isIdle: boolean;
}

/** What all recorded runs together say of one metric. */
export interface Verdict {
  readonly metric: string;
  readonly runs: number;
  readonly recorded: number;
  readonly simulated: number;
  /** Standard normal if the mock is right: above zero, the recorded runs lie above it. */
  readonly shift: number;
  /** Chance of such places under the mock: of their mean, and of their spread. */
  readonly chance: number;
  /** The same, with regard to how many metrics are looked at (Holm 1979). */
  readonly adjusted: number;
  readonly verdict: 'agrees' | 'differs' | 'untested';
}

/** Chance below which a metric is said to differ. */
export const significance = 0.05;

/** What is compared, beside the conflicts round by round. */
const compared = [
  'solved',
  'soft',
  'firstAnnouncement',
  'lastAnnouncement',
  'unannounced',
  'unannouncedChange',
  'repairs',
  'changesWithoutConflict',
  'malformed',
  'retries',
  'falseClaims',
  'promptTokens',
  'outputTokens',
  'tokens',
] as const;

export interface PlaceOptions {
  readonly replications: number;
  readonly seed: number;
  readonly mode: Mode;
  readonly signal?: AbortSignal | undefined;
  /** Called after each recorded run. */
  readonly onRun?: ((done: number) => void) | undefined;
}

/**
 * Simulates each recorded run many times over: same task, graph, names and rounds, its agents played by a profile. Randomised
 * probability integral transform: a recorded value's place among the simulated ones, uniform if the mock is right, also
 * where values are discrete (Smith 1985). Throws `Interrupted` when the signal is raised.
 */
export async function placeRuns(
  runs: readonly { readonly file: string; readonly run: ImportedRun }[],
  profile: (index: number) => Profile | string,
  options: PlaceOptions,
): Promise<Comparison[]> {
  const all: Comparison[] = [];
  for (const [index, { file, run }] of runs.entries()) {
    const recorded = recordedNumbers(run);
    if (recorded === undefined) continue;
    const simulated = await simulate(run, profile(index), file, options);
    const names = [...recorded.keys()].filter((it) => simulated.has(it));
    for (const metric of names) {
      const random = new Stream(options.seed, `validate/${index}/${metric}`);
      const about = {
        metric,
        file: basename(file),
        task: run.instance.task,
        agents: run.instance.graph.agents,
      };
      all.push({ ...about, ...placed(recorded.get(metric)!, simulated.get(metric)!, random) });
    }
    options.onRun?.(index + 1);
  }
  return all;
}

/** The numbers of a recorded run; undefined where it has no transcripts. */
function recordedNumbers({ retold, score }: ImportedRun): Map<string, number> | undefined {
  if (retold === undefined) return undefined;
  const numbers = new Map<string, number>();
  const { metrics } = retold.row;
  for (const name of compared) {
    const value = metrics[name];
    if (typeof value === 'number') numbers.set(name, value);
  }
  numbers.set('solved', score.solved ? 1 : 0);
  if (score.soft !== null) numbers.set('soft', score.soft);
  addConflicts(numbers, retold.conflicts);
  return numbers;
}

function addConflicts(numbers: Map<string, number>, conflicts: ArrayLike<number>): void {
  for (const [round, share] of Array.from(conflicts).entries())
    if (!Number.isNaN(share)) numbers.set(`conflicts[${round}]`, share);
}

/** By metric: its values over the replications that have one. */
async function simulate(
  { instance }: ImportedRun,
  profile: Profile | string,
  file: string,
  { replications, seed, mode, signal }: PlaceOptions,
): Promise<Map<string, number[]>> {
  const named = typeof profile === 'string' ? profile : 'given.json';
  const text = `${scenarioOf(instance, mode, file, { behaviour: { profile: named } })}seed: ${seed}\n`;
  const scenario = parseScenario(text, basename(file), { read: () => JSON.stringify(profile) });
  const values = new Map<string, number[]>();
  for (let replication = 0; replication < replications; replication++) {
    if (replication % 20 === 0) await pause(signal);
    const run = runOf(scenario, scenario.points[0]!, replication);
    const { observer, conflicts } = watchingConflicts(run.config as Config);
    const row = await inSteps(executing(run, [observer]), signal);
    if (row.error !== undefined) throw new Error(row.error);
    const numbers = new Map<string, number>();
    for (const name of compared) {
      const value = row.metrics[name];
      if (typeof value === 'number') numbers.set(name, value);
    }
    addConflicts(numbers, conflicts());
    for (const [name, value] of numbers) {
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
  }
  return values;
}

/** Lets signals in. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  if (signal?.aborted) throw new Interrupted();
}

/** The metric of conflicts once more, for what it has to say by round. */
function watchingConflicts(config: Config): { observer: Observer; conflicts: () => ArrayLike<number> } {
  const plan = config.metrics.find(({ part }) => part.name === 'conflicts');
  if (plan === undefined) throw new Error('watchingConflicts: the scenario measures no conflicts');
  let metric: Metric | undefined;
  return {
    observer: {
      start(view) {
        metric = plan.make().begin(view.setting);
        metric.start?.(view);
      },
      round: (now) => metric?.round?.(now),
      answer: (agent, question, answer) => metric?.answer?.(agent, question, answer),
    },
    conflicts: () => metric?.details?.().conflicts ?? [],
  };
}

function placed(
  recorded: number,
  simulated: readonly number[],
  random: Stream,
): Omit<Comparison, 'metric' | 'file' | 'task' | 'agents'> {
  const n = simulated.length;
  const sorted = [...simulated].sort((a, b) => a - b);
  const below = sorted.filter((it) => it < recorded).length;
  const equal = sorted.filter((it) => it === recorded).length;
  const mean = sorted.reduce((sum, it) => sum + it, 0) / n;
  const squares = sorted.reduce((sum, it) => sum + (it - mean) ** 2, 0);
  const at = (share: number): number => sorted[Math.round(share * (n - 1))]!;
  // The recorded run counts as one more of its kind, so that no chance is ever zero.
  const place = (below + random.unit() * (equal + 1)) / (n + 1);
  const [atMost, atLeast] = [(below + equal + 1) / (n + 1), (n - below + 1) / (n + 1)];
  return {
    recorded,
    mean,
    deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    low: at(0.025),
    high: at(0.975),
    simulated: n,
    tail: Math.min(1, 2 * Math.min(atMost, atLeast)),
    place,
    isIdle: equal === n,
  };
}

/**
 * One verdict per metric over all runs. The places, as normal quantiles, are tested for their mean and for their sum of squares;
 * the smaller chance counts twice, for two tests, and then by Holm's rule for all metrics. Runs in which the mock leaves
 * nothing open say nothing.
 */
export function verdictsOf(comparisons: readonly Comparison[]): Verdict[] {
  const metrics = inOrder([...new Set(comparisons.map(({ metric }) => metric))]);
  const pooled = metrics.map((metric) => {
    const all = comparisons.filter((it) => it.metric === metric);
    const open = all.filter(({ isIdle }) => !isIdle);
    const z = open.map(({ place }) => normalQuantile(place));
    const shift = z.length === 0 ? 0 : z.reduce((sum, it) => sum + it, 0) / Math.sqrt(z.length);
    const squares = z.reduce((sum, it) => sum + it * it, 0);
    const chances = [
      2 * normalAbove(Math.abs(shift)),
      ...(z.length > 1 ? [twoSided(squaresAbove(squares, z.length))] : []),
    ];
    const chance = z.length === 0 ? 1 : Math.min(1, chances.length * Math.min(...chances));
    const meanOf = (of: (it: Comparison) => number): number =>
      all.reduce((sum, it) => sum + of(it), 0) / all.length;
    return {
      metric,
      runs: open.length,
      recorded: meanOf((it) => it.recorded),
      simulated: meanOf((it) => it.mean),
      shift,
      chance,
    };
  });
  const tested = pooled.filter(({ runs }) => runs > 0).sort((a, b) => a.chance - b.chance);
  const adjusted = new Map<string, number>();
  let most = 0;
  for (const [i, { metric, chance }] of tested.entries()) {
    most = Math.max(most, Math.min(1, chance * (tested.length - i)));
    adjusted.set(metric, most);
  }
  return pooled.map((it) => {
    const chance = adjusted.get(it.metric) ?? 1;
    const verdict = it.runs === 0 ? 'untested' : chance < significance ? 'differs' : 'agrees';
    return { ...it, adjusted: chance, verdict };
  });
}

/** As they came, and after them what is told round by round: a run need not have every round. */
function inOrder(metrics: readonly string[]): string[] {
  const roundOf = (metric: string): number => Number(/\[(\d+)\]$/.exec(metric)?.[1] ?? -1);
  return [...metrics].sort((a, b) => roundOf(a) - roundOf(b));
}

const twoSided = (above: number): number => 2 * Math.min(above, 1 - above);

/** Exact for two degrees of freedom, where the approximation is poorest. */
const squaresAbove = (x: number, freedom: number): number =>
  freedom === 2 ? Math.exp(-x / 2) : chiSquaredAbove(x, freedom);
