import { taskNames } from '../agentsnet/rules.ts';
import { instead } from '../scenario/check.ts';
import { executing } from '../scenario/execute.ts';
import { type Point, runOf, type Scenario } from '../scenario/scenario.ts';
import type { Free, Target, Targets } from '../scenario/targets.ts';
import { inSteps } from '../study/in-steps.ts';
import { type Plan, planOf, type Source } from '../study/source.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import type { Evidence, Profile, Residual } from '../world/profile.ts';
import { fitTargets, type Outcome, type TargetsFit } from './fit-targets.ts';
import { pause } from './place-runs.ts';
import { valuesFor } from './profile-values.ts';
import { outcomeOf, type Samples } from './target-samples.ts';

export interface TargetsOptions {
  readonly source: Source;
  readonly targets: Targets;
  readonly free: readonly Free[];
  /** Targets kept from the fit, by name, beside those that say so themselves. */
  readonly holdOut: readonly string[];
  /** Runs that may be simulated in all. */
  readonly maxRuns: number;
  readonly command?: string | undefined;
  readonly date?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((simulations: number, evaluations: number, misfit: number) => void) | undefined;
}

export interface CalibratedTargets {
  readonly profile: Profile;
  readonly fit: TargetsFit;
  readonly simulations: number;
}

/** The name by which a candidate's values are read. */
const candidateFile = 'candidate.json';

/**
 * Fits what is free to published figures by simulating a scenario. Held-out targets take no part, and the error of the fit is
 * measured on replications that the fit has not seen. Throws a ScenarioError where a target cannot be met by this scenario.
 */
export async function calibrateTargets(options: TargetsOptions): Promise<CalibratedTargets> {
  const { targets, free, holdOut, signal } = options;
  refuseUnknown(options);
  const isHeld = ({ target, holdOut: held }: Target): boolean => held || holdOut.includes(target);
  const met = targets.targets.filter((it) => !isHeld(it));
  if (free.length >= met.length) {
    const message = `must be fewer than the targets to be met, but there are ${free.length} for ${met.length} targets; free fewer, or hold out fewer`;
    throw new ScenarioError([{ path: 'free', message }]);
  }
  const bench = new Bench(options, targets.targets);
  const goals = met.map(({ value, error }) => ({ wanted: value, error: Math.max(error, targets.floor) }));
  const fit = await fitTargets(free, goals, {
    evaluate: (values, share) => bench.evaluate(values, met, { share, fresh: false }),
    mayGoOn: () => bench.simulations < options.maxRuns,
    onProgress: (evaluations, misfit) => options.onProgress?.(bench.simulations, evaluations, misfit),
  });
  const values = fit.chosen.map(({ value }) => value);
  const isAborted = signal.aborted || fit.status === 'limit';
  const outcome = isAborted
    ? fit.outcome
    : await bench.evaluate(values, targets.targets, { share: 1, fresh: true });
  const shownTargets = isAborted ? met : targets.targets;
  const residuals = shownTargets.map(
    (it, i): Residual => ({
      target: it.target,
      wanted: it.value,
      ...(it.error > 0 ? { wantedError: it.error } : {}),
      got: rounded(outcome.means[i]!),
      error: rounded(outcome.errors[i]!),
      heldOut: isHeld(it),
      source: it.source,
    }),
  );
  return {
    profile: profileOf(options, fit, residuals, bench.simulations),
    fit,
    simulations: bench.simulations,
  };
}

const rounded = (x: number): number => (Number.isNaN(x) ? 0 : Number(x.toPrecision(4)));

/** More could not be told apart by any search of this kind. */
const mostFree = 20;

function refuseUnknown({ targets, free, holdOut }: TargetsOptions): void {
  const issues: Issue[] = [];
  const names = targets.targets.map(({ target }) => target);
  for (const name of holdOut)
    if (!names.includes(name)) {
      issues.push({ path: '--hold-out', message: `there is no target ${name}${instead(name, names)}` });
    }
  if (free.length === 0)
    issues.push({ path: 'free', message: 'is empty: name the parameters to be chosen, here or by --free' });
  if (free.length > mostFree)
    issues.push({ path: 'free', message: `must be at most ${mostFree}, but there are ${free.length}` });
  if (targets.behaviour !== 'bounded' && free.some(({ scale }) => scale))
    issues.push({
      path: 'free',
      message: 'can multiply values of the base for `bounded` alone; give plain ranges',
    });
  if (issues.length > 0) throw new ScenarioError(issues);
}

/** Simulates candidates: every run once, since candidates share the seeds of their runs. */
class Bench {
  simulations = 0;
  private readonly options: TargetsOptions;
  private readonly replications: number;
  private readonly rows = new Map<string, Readonly<Record<string, number | null>>>();

  constructor(options: TargetsOptions, targets: readonly Target[]) {
    this.options = options;
    const { scenario } = this.planFor(options.free.map(({ low, high }) => (low + high) / 2));
    this.replications = scenario.replications;
    const issues = targets.flatMap((it, i) => levelIssues(scenario, it, i));
    if (issues.length > 0) throw new ScenarioError(issues);
  }

  private planFor(values: readonly number[]): Plan {
    const { source, targets, free } = this.options;
    const { name, behaviour, base, summary, data } = targets;
    const file: Profile = {
      format: 1,
      name,
      behaviour,
      summary,
      ...(base === undefined ? {} : { base }),
      parameters: parametersOf(free, values, base),
      evidence: {},
      provenance: { data, method: 'candidate' },
      warnings: [],
      fit: [],
    };
    const overrides = [...source.overrides, `behaviour=${JSON.stringify({ profile: candidateFile })}`];
    return planOf({ ...source, overrides }, new Map([[candidateFile, JSON.stringify(file)]]));
  }

  /** fresh: on other replications than those of the fit. */
  async evaluate(
    values: readonly number[],
    targets: readonly Target[],
    { share, fresh }: { share: number; fresh: boolean },
  ): Promise<Outcome> {
    const { scenario } = this.planFor(values);
    const count = Math.max(2, Math.ceil(this.replications * share));
    const first = fresh ? this.replications : 0;
    const found: Samples[] = [];
    for (const target of targets) {
      const points = pointsAt(scenario, target);
      const numbers: (number | null)[][] = [];
      for (const point of points) {
        const of: (number | null)[] = [];
        for (let replication = first; replication < first + count; replication++)
          of.push((await this.metrics(scenario, point, replication))[target.metric] ?? null);
        numbers.push(of);
      }
      found.push({ points: points.map(({ index }) => index), numbers });
    }
    return outcomeOf(found);
  }

  private async metrics(
    scenario: Scenario,
    point: Point,
    replication: number,
  ): Promise<Readonly<Record<string, number | null>>> {
    const run = runOf(scenario, point, replication);
    const known = this.rows.get(run.id);
    if (known !== undefined) return known;
    if (this.simulations++ % 20 === 0) await pause(this.options.signal);
    const { metrics, error } = await inSteps(executing(run), this.options.signal);
    if (error !== undefined) throw new Error(error);
    this.rows.set(run.id, metrics);
    return metrics;
  }
}

const pointsAt = ({ points }: Scenario, { at }: Target): Point[] =>
  points.filter(({ factors }) =>
    Object.entries(at).every(([path, wanted]) =>
      Array.isArray(wanted) ? wanted.includes(factors[path] as never) : factors[path] === wanted,
    ),
  );

/** A target must be about some points of the scenario. */
function levelIssues(scenario: Scenario, target: Target, i: number): Issue[] {
  const known = scenario.factors.map(({ path }) => path);
  const unknown = Object.keys(target.at).filter((path) => !known.includes(path));
  if (unknown.length > 0) {
    return unknown.map((path) => ({
      path: `targets[${i}].at.${path}`,
      message: `is no factor of the scenario${instead(path, known)}`,
    }));
  }
  if (pointsAt(scenario, target).length > 0) return [];
  const levels = scenario.factors.map(
    ({ path, levels }) => `${path}: ${levels.map(({ label }) => label).join(', ')}`,
  );
  return [
    { path: `targets[${i}].at`, message: `fits no point of the scenario; there are ${levels.join('; ')}` },
  ];
}

/** What one quantity sets: a parameter, for a task or for all, to a value. */
interface Setting {
  readonly knob: string;
  readonly task: string | undefined;
  readonly value: unknown;
}

function settingsOf(
  { sets, tasks, scale, between }: Free,
  value: number,
  base: string | undefined,
): Setting[] {
  const plain = sets.flatMap((knob) =>
    (tasks ?? (scale ? taskNames : [undefined])).map((task): Setting => {
      if (!scale || task === undefined) return { knob, task, value };
      return { knob, task, value: scaled(valuesFor(base ?? 'gpt-4o-mini', task)[knob], value) };
    }),
  );
  const moved = Object.entries(between).flatMap(([key, [from, to]]) => {
    const [knob = '', at] = key.split('@');
    const mixed = mixture(from, to, value);
    return (at?.split('+') ?? [undefined]).map((task): Setting => ({ knob, task, value: mixed }));
  });
  return [...plain, ...moved];
}

type End = number | readonly number[];

function mixture(from: End, to: End, share: number): unknown {
  const between = (a: number, b: number): number => Number((a + share * (b - a)).toFixed(4));
  if (typeof from === 'number') return between(from, to as number);
  return from.map((it, i) => between(it, (to as readonly number[])[i]!));
}

/** Parameters of a candidate, by task where a quantity is for some tasks. */
function parametersOf(
  free: readonly Free[],
  values: readonly number[],
  base: string | undefined,
): Record<string, unknown> {
  const parameters: Record<string, { default?: unknown; tasks: Record<string, unknown> }> = {};
  for (const [i, it] of free.entries()) {
    for (const { knob, task, value } of settingsOf(it, values[i]!, base)) {
      const of = (parameters[knob] ??= { tasks: {} });
      if (task === undefined) of.default = value;
      else of.tasks[task] = value;
    }
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([knob, it]) => [
      knob,
      Object.keys(it.tasks).length === 0 ? it.default : it,
    ]),
  );
}

function scaled(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((it) => scaled(it, by));
  return typeof value === 'number' ? Math.min(1, Number((value * by).toFixed(4))) : value;
}

function profileOf(
  { targets, free, source, command, date }: TargetsOptions,
  fit: TargetsFit,
  residuals: readonly Residual[],
  simulations: number,
): Profile {
  const { name, behaviour, base, summary, data } = targets;
  const values = fit.chosen.map(({ value }) => value);
  const evidence = Object.fromEntries(
    free.flatMap((it, i) => evidenceOf(it, fit.chosen[i]!, fit.chosen.length, base)),
  );
  const seed = source.overrides.find((it) => it.startsWith('seed='))?.slice('seed='.length);
  return {
    format: 1,
    name,
    behaviour,
    summary,
    ...(base === undefined ? {} : { base }),
    parameters: parametersOf(free, values, base),
    evidence,
    provenance: {
      data,
      method: `Simulated minimum distance: ${fit.evaluations} candidates with common random numbers, Halton points, compass search and a Gauss-Newton step.`,
      ...(command === undefined ? {} : { command }),
      ...(date === undefined ? {} : { date }),
      ...(seed === undefined ? {} : { seed }),
      simulations,
    },
    warnings: [...fit.warnings],
    fit: [...residuals],
  };
}

/** By parameter; a quantity that moves several has one entry, under its own name. */
function evidenceOf(
  it: Free,
  { value, low95: low, high95: high }: TargetsFit['chosen'][number],
  of: number,
  base: string | undefined,
): [string, Evidence][] {
  const fitted = { confidence: 'fitted', low, high } as const;
  const chosen = `one of ${of} chosen to meet the targets below`;
  const keys = settingsOf(it, value, base).map(({ knob, task }) =>
    task === undefined ? knob : `${knob}.${task}`,
  );
  if (Object.keys(it.between).length > 0) {
    const source = `${value} of the way between the ends that the targets name for ${keys.join(', ')}; ${chosen}`;
    return [[it.name, { ...fitted, source }]];
  }
  if (it.scale) {
    const source = `${value} times what the base has for ${keys.join(', ')}; ${chosen}`;
    return [[it.name, { ...fitted, source }]];
  }
  return keys.map((key) => [key, { ...fitted, source: chosen }]);
}
