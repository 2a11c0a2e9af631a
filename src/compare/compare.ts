import { inSteps } from '../study/in-steps.ts';
import type { Plan } from '../study/source.ts';
import { ScenarioError } from '../world/error.ts';
import {
  type Baseline,
  bestOf,
  canReconsider,
  missingCheck,
  type Origin,
  selectorOf,
  singleAgent,
  uselessFaults,
} from './baselines.ts';
import { Candidates, cheaperSentence, cheaperThan } from './candidates.ts';
import { type Contrast, contrastOf, type Meter } from './contrast.ts';
import { type Design, designsOf } from './designs.ts';
import { type Candidate, type Front, frontOf } from './front.ts';
import { matchSpend, meanOf } from './match.ts';
import { type PriceDates, priceDates } from './prices.ts';
import { probing } from './probing.ts';
import { outOfReach } from './reach.ts';
import type { Quality } from './replications.ts';
import { type Sample, type Sampler, sampler } from './sampler.ts';
import { selfConsistency } from './self-consistency.ts';
import { baselineShown, type Judgement, judged, verdictOf } from './verdict.ts';

export interface CompareOptions {
  readonly plans: readonly Plan[];
  readonly quality: Quality;
  /** Runs of each contestant; as many as the scenarios say, but 400 at most, when left out. */
  readonly replications?: number | undefined;
  readonly seed?: number | undefined;
  /** The day whose prices hold; that of each scenario when left out. */
  readonly date?: string | undefined;
  /** Worker threads; 1 runs in this thread. The result is the same for any number. */
  readonly jobs: number;
  /** Resamples of each bootstrap. */
  readonly resamples?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((runs: number) => void) | undefined;
}

/** One design, what its spend could buy instead, and whether it is worth it. */
export interface Compared {
  readonly design: Design;
  readonly dates: PriceDates;
  /** At tokens, and at dollars of the named day. */
  readonly contrasts: readonly Contrast[];
  readonly judgement: Judgement;
  /** What was as good for half its tokens or less. */
  readonly cheaper: Candidate | undefined;
  readonly selector: string;
  readonly notes: readonly string[];
}

export interface Comparison {
  readonly seed: number;
  readonly replications: number;
  readonly quality: Quality;
  readonly compared: readonly Compared[];
  readonly fronts: { readonly tokens: Front; readonly dollars: Front | undefined };
}

/** Where scenarios say nothing, and the most that is taken from what they say: each contestant has several steps. */
const defaultReplications = 200;
const mostByDefault = 400;
const defaultResamples = 1000;

/**
 * Compares designs with one agent that works long and with best-of-N, at the mean spend that each design was seen to have:
 * in tokens, and in dollars of every day of the price table. The same replications, and so the same instances of the
 * task, go to all. Throws a ScenarioError where designs cannot be compared, and `Interrupted` where the signal asks for it.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { plans, quality } = options;
  const designs = designsOf(plans, options.date);
  const seed = options.seed ?? plans[0]?.scenario.seed ?? 1;
  const written = Math.max(...plans.map(({ scenario }) => scenario.replications));
  const replications =
    options.replications ?? (written > 1 ? Math.min(written, mostByDefault) : defaultReplications);
  if (replications < 2) {
    const message = `must be 2 at least, since an interval needs two runs, but is ${replications}`;
    throw new ScenarioError([{ path: '--replications', message }]);
  }
  const runs = sampler({ ...options, seed, replications });
  try {
    const candidates: Candidate[] = [];
    const compared: Compared[] = [];
    for (const design of designs) {
      const at = {
        design,
        seed,
        quality,
        signal: options.signal,
        runs,
        candidates,
        resamples: options.resamples ?? defaultResamples,
      };
      compared.push(await comparedOne(at));
    }
    return { seed, replications, quality, compared, fronts: frontsOf(candidates) };
  } finally {
    await runs.close();
  }
}

function frontsOf(candidates: readonly Candidate[]): Comparison['fronts'] {
  const isPriced = candidates.every(({ dollars }) => dollars !== undefined);
  return {
    tokens: frontOf(candidates, ({ tokens }) => tokens),
    dollars: isPriced ? frontOf(candidates, ({ dollars }) => dollars as number) : undefined,
  };
}

interface At {
  readonly design: Design;
  readonly seed: number;
  readonly quality: Quality;
  readonly signal: AbortSignal | undefined;
  readonly runs: Sampler;
  /** All that was run, for the front. */
  readonly candidates: Candidate[];
  readonly resamples: number;
}

async function comparedOne(at: At): Promise<Compared> {
  const { design, runs } = at;
  const looked = await inSteps(probing(design, at.seed), at.signal);
  const dates = priceDates(design.config.prices, modelsOf(design));
  const own = await runs.sample(design.raw, dates.all);
  const origin: Origin = { design, probe: looked, selector: selectorOf(design) };
  const seen = new Candidates(design, own);
  const { baselines, notes } = await baselinesOf(origin, own, at, dates, seen);
  const meters = metersOf(dates);
  const { contrasts, leftOut } = await allContrasts(at, { own, dates, baselines, seen }, meters);
  at.candidates.push(...seen.all);
  const shown = contrasts.filter(({ meter }) => meter.kind === 'tokens' || meter.date === dates.named);
  const cheaper = cheaperThan(seen);
  const judgement = judged(
    meters.map((meter) =>
      verdictOf(
        meter,
        contrasts.filter((it) => it.meter === meter),
      ),
    ),
    {
      design,
      quality: at.quality,
      named: dates.named,
      isUnmetered: own.isUnmetered,
      missingCheck: missingCheck(origin),
      cheaper: cheaper && cheaperSentence(seen.design, cheaper),
      outOfReach: outOfReach(shown, looked),
    },
  );
  return {
    design,
    dates,
    contrasts: shown,
    judgement,
    cheaper,
    selector: origin.selector.text,
    notes: [...notes, ...leftOut, ...notesOn(design, dates, looked.unpriced)],
  };
}

/** A design beside each of its baselines by each meter, and what there is to be said of those that cannot be run. */
async function allContrasts(
  at: At,
  { baselines, ...of }: Omit<Pairing, 'meter' | 'baseline'> & { readonly baselines: readonly Baseline[] },
  meters: readonly Meter[],
): Promise<{ contrasts: readonly Contrast[]; leftOut: ReadonlySet<string> }> {
  const contrasts: Contrast[] = [];
  const leftOut = new Set<string>();
  for (const meter of meters) {
    for (const baseline of baselines) {
      const found = await contrasted(at, { ...of, meter, baseline });
      if (typeof found === 'string') leftOut.add(found);
      else contrasts.push(found);
    }
  }
  return { contrasts, leftOut };
}

/** Tokens, and dollars of every day. */
function metersOf({ all }: PriceDates): Meter[] {
  const ofDay = (date: string, i: number): Meter => ({
    kind: 'dollars',
    date,
    spentOf: ({ dollars }) => dollars[i] as Float64Array,
  });
  return [{ kind: 'tokens', spentOf: ({ tokens }) => tokens }, ...all.map(ofDay)];
}

interface Pairing {
  readonly own: Sample;
  readonly dates: PriceDates;
  readonly meter: Meter;
  readonly baseline: Baseline;
  readonly seen: Candidates;
}

/** A design beside one baseline by one meter; or why there is none: the serving cannot serve the least of the baseline. */
async function contrasted(
  at: At,
  { own, dates, meter, baseline, seen }: Pairing,
): Promise<Contrast | string> {
  const { seed, resamples } = at;
  const target = meanOf(meter.spentOf(own));
  // What has no price has no match.
  if (Number.isNaN(target)) return contrastOf({ own, baseline, match: undefined, meter, seed, resamples });
  const { match, unserved, tried } = await matchSpend({
    sampler: at.runs,
    ladder: baseline,
    dates: dates.all,
    spentOf: meter.spentOf,
    target,
  });
  seen.add(baseline, tried);
  if (match === undefined)
    return `Left out is ${baselineShown[baseline.name]}: the serving cannot serve the least of it (${baseline.label(1)}), for which ${unserved?.why}.`;
  return contrastOf({ own, baseline, match, meter, seed, resamples });
}

/** Models that calls name beside the one of the scenario. */
function modelsOf({ config }: Design): string[] {
  const { models } = (config.behaviour?.params ?? {}) as {
    readonly models?: Readonly<Record<string, string>>;
  };
  return Object.values(models ?? {});
}

/**
 * One agent and best-of-N for a design, this one in two forms: of runs of the work, and item by item where items can be
 * answered so. The runs of best-of-N are whole ones, which end when they are ready, where the design spends as much as one of
 * them; else they are cut short.
 */
async function baselinesOf(
  origin: Origin,
  own: Sample,
  { runs }: At,
  dates: PriceDates,
  seen: Candidates,
): Promise<{ baselines: readonly Baseline[]; notes: readonly string[] }> {
  const silent = uselessFaults(origin, (it) => singleAgent(it, true));
  const alone = { ...origin, without: silent };
  const grouped = { ...origin, without: uselessFaults(origin, (it) => bestOf(it, 1)) };
  const whole = singleAgent(alone, true);
  const { match, tried } = await matchSpend({
    sampler: runs,
    ladder: whole,
    dates: dates.all,
    spentOf: ({ tokens }) => tokens,
    target: meanOf(own.tokens),
  });
  seen.add(whole, tried);
  const length = match?.kind === 'below' ? match.rungs[0]?.step : undefined;
  const notes: string[] = [];
  if (silent.length > 0)
    notes.push('One agent sends no messages, so that faults of messages are left out for it.');
  if (canReconsider(origin))
    notes.push('One agent that is ready goes over what it has, until its turns are over.');
  const sampled = selfConsistency(origin);
  if (sampled === undefined)
    notes.push(`No item is put to a vote by itself, since ${origin.probe.whyWhole}.`);
  const votes =
    sampled &&
    selfConsistency({ ...origin, without: uselessFaults(origin, (it) => selfConsistency(it) ?? sampled) });
  return {
    baselines: [
      canReconsider(origin) ? singleAgent(alone, false) : whole,
      bestOf(grouped, length),
      ...(votes === undefined ? [] : [votes]),
    ],
    notes,
  };
}

function notesOn({ config }: Design, { named }: PriceDates, unpriced: string | undefined): string[] {
  const notes: string[] = [];
  if (named === undefined)
    notes.push(
      'Dollars are unknown: the scenario has no `prices`. Give prices.model=NAME and prices.date=DAY.',
    );
  else if (unpriced !== undefined) notes.push(`Dollars are unknown: ${unpriced}.`);
  if (config.limits.money !== undefined && named !== undefined)
    notes.push(`The limit on money is kept at prices of ${named}, whatever day dollars are compared at.`);
  return notes;
}
