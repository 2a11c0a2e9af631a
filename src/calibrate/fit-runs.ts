import type { AgentsNetTask } from '../agentsnet/rules.ts';
import { Stream } from '../kernel/stream.ts';
import { parametersFor } from '../world/profile.ts';
import type { CountedRun, Trials } from './count-decisions.ts';
import { fitColoring } from './fit-coloring.ts';
import { fitLaterFirsts, fitPrior } from './fit-firsts.ts';
import { fitSizes } from './fit-sizes.ts';
import { type FittedRate, fewest, least, type Put, rounded, share, totalOf } from './fitted-rate.ts';

export interface FittedRates {
  readonly rates: readonly FittedRate[];
  /** As in a profile: by task where it was read by task. */
  readonly parameters: Record<string, unknown>;
  /** What the record cannot tell. */
  readonly warnings: readonly string[];
}

/** Chances that do not depend on the task. */
const common: Readonly<Record<string, string>> = {
  malformed: 'first messages that the released reader refuses, of all calls for messages',
  malformedAnswer: 'first final answers that it refuses',
  retryFailure: 'second tries that it refuses as well',
};

const byTask: Readonly<Record<string, string>> = {
  omission: 'neighbours that are sent nothing, per agent and round',
  inconsistency: 'agents that tell neighbours different stances in one round',
  drift: 'changes of stance without a reason that neighbours gave, per call',
  finalChange: 'final answers other than last told, without such a reason',
  propose: 'first strategies, per call of an agent that has heard of none',
  sound: 'strategies proposed that work if all keep to them',
  invention: 'candidates made up, per call of an agent that has heard of none such',
  relay: 'agents that believe in the first such candidate they hear of',
};

/** Knobs that records show only together with others, or not at all, by task. */
const hidden: Readonly<Partial<Record<AgentsNetTask, string>>> = {
  matching:
    'matching: announce, adopt, repair, drift and resign show only as products with slip and dither; they are those of the base',
  'vertex-cover':
    'vertex-cover: prior, repair, drift and prune show only as products with slip, dither and sound; they are those of the base',
  'leader-election':
    'leader-election: announce, prior, adopt, switching, modesty and quorum show only together; they are those of the base',
};

/**
 * The chances of a bounded agent that make recorded decisions most likely. Rates are shares of occasions, with Wilson intervals;
 * what shows only together with others is fitted together, with intervals by profile likelihood; sizes of conversations
 * by least squares, with intervals by resampling runs. Deterministic for a seed.
 * @param base parameters of the base by task, for what shows only given others.
 */
export function fitRates(
  runs: readonly CountedRun[],
  base: (task: string) => Readonly<Record<string, unknown>>,
  seed: number,
): FittedRates {
  const rates: FittedRate[] = [];
  const warnings: string[] = [];
  const parameters: Record<string, unknown> = {};
  const put = (knob: string, task: string | undefined, value: unknown): void => {
    if (task === undefined) parameters[knob] = value;
    else {
      const it = (parameters[knob] ??= { tasks: {} }) as { tasks: Record<string, unknown> };
      it.tasks[task] = value;
    }
  };
  const tell = (rate: FittedRate, knob: string, task: string | undefined): void => {
    rates.push(rate);
    if (rate.n >= least) put(knob, task, rate.value);
  };

  for (const [knob, source] of Object.entries(common)) {
    const of = runs.flatMap(({ trials }) => trials.get(knob) ?? []);
    if (of.length === 0) warnings.push(`${knob}: never exercised`);
    else tell(share(knob, source, of), knob, undefined);
  }
  fitCauses(runs, put, rates);

  for (const task of new Set(runs.map((run) => run.task))) {
    const own = runs.filter((run) => run.task === task);
    for (const [knob, source] of Object.entries(byTask)) {
      const of = own.flatMap(({ trials }) => trials.get(knob) ?? []);
      if (of.length > 0) tell(share(`${knob}.${task}`, source, of), knob, task);
      else if (isExpected(knob, task)) warnings.push(`${knob}.${task}: never exercised`);
    }
    fitAnnouncements(own, task, put, rates);
    fitStrategies(own, task, base(task), tell, warnings);
    if (task === 'coloring') fitColoring(own, put, rates, warnings);
    if (task === 'consensus') fitSwitching(own, put, rates, warnings);
    if (task === 'coloring' || task === 'consensus') {
      fitPrior(own, task, put, rates, warnings);
      fitLaterFirsts(
        own,
        task,
        { ...base(task), ...parametersFor({ parameters }, task) },
        put,
        rates,
        warnings,
      );
    }
    const unseen = hidden[task];
    if (unseen !== undefined) warnings.push(unseen);
  }
  const conversation = fitSizes(runs, new Stream(seed, 'calibrate/sizes'));
  rates.push(...conversation.rates);
  for (const [task, sizes] of conversation.sizes) put('conversation', task, sizes);
  if (conversation.sizes.size === 0) warnings.push('conversation: no call has its tokens on record');
  for (const { name, warning } of rates) if (warning !== undefined) warnings.push(`${name}: ${warning}`);
  return { rates, parameters, warnings };
}

const isExpected = (knob: string, task: AgentsNetTask): boolean =>
  ({
    coloring: ['drift', 'finalChange'],
    consensus: ['drift', 'finalChange'],
    'leader-election': ['propose', 'relay'],
    matching: ['propose'],
    'vertex-cover': ['propose'],
  })[task].includes(knob);

function fitCauses(runs: readonly CountedRun[], put: Put, rates: FittedRate[]): void {
  const causes = runs.flatMap((run) => run.causes);
  if (causes.length === 0) return;
  const kinds = ['trailing-comma', 'unknown-key', 'escaped-newline', 'other'] as const;
  const counts = kinds.map((kind) => causes.filter((it) => it === kind).length);
  if (causes.length >= least) put('malformedCauses', undefined, counts);
  for (const [i, count] of counts.entries())
    rates.push(
      share(`malformedCauses[${i}]`, `messages refused for: ${kinds[i]}`, [
        { n: causes.length, events: count },
      ]),
    );
}

/** Chances by call; from the call on after which few observations are left, those are taken together. */
function byCalls(
  name: string,
  source: string,
  trialsAt: (call: number) => readonly Trials[],
  calls: number,
): FittedRate[] {
  const rates: FittedRate[] = [];
  for (let call = 0; call < calls; call++) {
    let at = trialsAt(call);
    const after = Array.from({ length: calls - call - 1 }, (_, i) => trialsAt(call + 1 + i)).flat();
    const isLast = totalOf(after).n < fewest;
    if (isLast) at = [...at, ...after];
    rates.push(share(`${name}[${call}]`, isLast ? `${source}, from this call on` : source, at));
    if (isLast) break;
  }
  return rates;
}

/** Numbers of calls at which something was counted. */
function callsOf(runs: readonly CountedRun[], name: string): number {
  const found = runs.flatMap(({ trials }) =>
    [...trials.keys()].flatMap((key) => {
      const call = new RegExp(`^${name}\\[(\\d+)\\]$`).exec(key)?.[1];
      return call === undefined ? [] : [Number(call) + 1];
    }),
  );
  return Math.max(0, ...found);
}

function fitAnnouncements(
  runs: readonly CountedRun[],
  task: AgentsNetTask,
  put: Put,
  rates: FittedRate[],
): void {
  const calls = callsOf(runs, 'announce');
  if (calls === 0) return;
  const at = (call: number) => runs.flatMap(({ trials }) => trials.get(`announce[${call}]`) ?? []);
  const found = byCalls(`announce.${task}`, 'agents without stance that state one at this call', at, calls);
  rates.push(...found);
  put(
    'announce',
    task,
    found.map(({ value }) => value),
  );
}

/**
 * Of those who first hear of a strategy, the share that names one is a (1 - s) + (1 - a) p: a takes it up, of whom s keep
 * quiet, and p proposes one anyway. Only the product of a and 1 - s shows, so s is that of the base.
 */
function fitStrategies(
  runs: readonly CountedRun[],
  task: AgentsNetTask,
  base: Readonly<Record<string, unknown>>,
  tell: (rate: FittedRate, knob: string, task: string) => void,
  warnings: string[],
): void {
  const trials = runs.flatMap((run) => run.trials.get('adoptStrategy') ?? []);
  if (trials.length === 0) return;
  const silent = Number(base.silentAdoption ?? 0);
  const proposals = totalOf(runs.flatMap((run) => run.trials.get('propose') ?? []));
  const p = proposals.n === 0 ? Number(base.propose ?? 0) : proposals.events / proposals.n;
  const taken = (x: number): number => rounded(Math.min(1, Math.max(0, (x - p) / (1 - silent - p))));
  const seen = share(`adoptStrategy.${task}`, '', trials);
  const source = `agents that name a strategy when they first hear of one (${seen.value}), given silentAdoption ${silent} and propose ${rounded(p)}`;
  const rate: FittedRate = {
    ...seen,
    value: taken(seen.value),
    low: taken(seen.low),
    high: taken(seen.high),
    confidence: 'derived',
    source,
  };
  tell(rate, 'adoptStrategy', task);
  warnings.push(
    `silentAdoption.${task}: collinear with adoptStrategy, since only their product shows; it is that of the base (${silent})`,
  );
}

function fitSwitching(runs: readonly CountedRun[], put: Put, rates: FittedRate[], warnings: string[]): void {
  const bins = ['below half', 'half', 'above half', 'all'];
  const found = bins.map((bin, i) => {
    const trials = runs.flatMap(({ trials }) => trials.get(`switching[${i}]`) ?? []);
    return share(
      `switching.consensus[${i}]`,
      `changes of side when ${bin} of the neighbours oppose`,
      trials.length === 0 ? [{ n: 0, events: 0 }] : trials,
    );
  });
  const known = found.filter(({ n }) => n >= least);
  if (known.length === 0) {
    warnings.push('switching.consensus: never exercised, since no neighbours opposed one another');
    return;
  }
  for (const { name, n } of found)
    if (n === 0) warnings.push(`${name}: never exercised; taken as its neighbour`);
  rates.push(...found.filter(({ n }) => n > 0));
  // A share of opposing neighbours that did not occur is taken as the nearest that did.
  const nearest = found.map(
    (_, i) =>
      known.reduce((best, other) =>
        Math.abs(found.indexOf(other) - i) < Math.abs(found.indexOf(best) - i) ? other : best,
      ).value,
  );
  put('switching', 'consensus', nearest);
}
