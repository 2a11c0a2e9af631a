import { inSteps } from '../study/in-steps.ts';
import type { Plan } from '../study/source.ts';
import { ScenarioError } from '../world/error.ts';
import {
  type Baseline,
  bestOf,
  canReconsider,
  missingCheck,
  type Origin,
  probing,
  selectorOf,
  singleAgent,
  uselessFaults,
} from './baselines.ts';
import { type Contrast, contrastOf, type Meter } from './contrast.ts';
import { type Design, designsOf } from './designs.ts';
import { type Candidate, type Front, frontOf } from './front.ts';
import { type Match, matchSpend, meanOf } from './match.ts';
import { type PriceDates, priceDates } from './prices.ts';
import type { Quality } from './replications.ts';
import { type Sample, type Sampler, sampler } from './sampler.ts';
import { type Judgement, judged, verdictOf } from './verdict.ts';

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
  const { baselines, notes } = await baselinesOf(origin, own, at, dates);
  const meters: Meter[] = [
    { kind: 'tokens', spentOf: ({ tokens }) => tokens },
    ...dates.all.map(
      (date, i): Meter => ({
        kind: 'dollars',
        date,
        spentOf: ({ dollars }) => dollars[i] as Float64Array,
      }),
    ),
  ];
  const seen = new Seen(at.candidates, own, design);
  const contrasts: Contrast[] = [];
  for (const meter of meters) {
    for (const baseline of baselines) {
      const target = meanOf(meter.spentOf(own));
      const match = Number.isNaN(target)
        ? undefined
        : await matchSpend({
            sampler: runs,
            ladder: baseline,
            dates: dates.all,
            spentOf: meter.spentOf,
            target,
          });
      if (match !== undefined) seen.add(baseline, match);
      contrasts.push(contrastOf({ own, baseline, match, meter, seed: at.seed, resamples: at.resamples }));
    }
  }
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
    },
  );
  return {
    design,
    dates,
    contrasts: contrasts.filter(({ meter }) => meter.kind === 'tokens' || meter.date === dates.named),
    judgement,
    selector: origin.selector.text,
    notes: [...notes, ...notesOn(design, dates, looked.unpriced)],
  };
}

/** Models that calls name beside the one of the scenario. */
function modelsOf({ config }: Design): string[] {
  const { models } = (config.behaviour?.params ?? {}) as {
    readonly models?: Readonly<Record<string, string>>;
  };
  return Object.values(models ?? {});
}

/**
 * One agent and best-of-N for a design. The runs of best-of-N are whole ones, which end when they are ready, where the
 * design spends as much as one of them; else they are cut short.
 */
async function baselinesOf(
  origin: Origin,
  own: Sample,
  { runs }: At,
  dates: PriceDates,
): Promise<{ baselines: readonly Baseline[]; notes: readonly string[] }> {
  const silent = uselessFaults(origin, (it) => singleAgent(it, true));
  const alone = { ...origin, without: silent };
  const grouped = { ...origin, without: uselessFaults(origin, (it) => bestOf(it, 1)) };
  const whole = singleAgent(alone, true);
  const { kind, rungs } = await matchSpend({
    sampler: runs,
    ladder: whole,
    dates: dates.all,
    spentOf: ({ tokens }) => tokens,
    target: meanOf(own.tokens),
  });
  const length = kind === 'below' ? rungs[0]?.step : undefined;
  const notes: string[] = [];
  if (silent.length > 0)
    notes.push('One agent sends no messages, so that faults of messages are left out for it.');
  if (canReconsider(origin))
    notes.push('One agent that is ready goes over what it has, until its turns are over.');
  return {
    baselines: [canReconsider(origin) ? singleAgent(alone, false) : whole, bestOf(grouped, length)],
    notes,
  };
}

/** Keeps what was run as candidates for the front, each once. */
class Seen {
  private readonly labels = new Set<string>();
  private readonly candidates: Candidate[];
  private readonly of: string;

  constructor(candidates: Candidate[], own: Sample, { mark, name }: Design) {
    this.candidates = candidates;
    this.of = mark;
    candidates.push({ mark, kind: 'design', label: `${mark} ${name}`, ...pointOf(own) });
  }

  add(baseline: Baseline, { rungs }: Match): void {
    for (const { step, sample } of rungs) {
      const label = baseline.label(step);
      if (this.labels.has(label)) continue;
      this.labels.add(label);
      this.candidates.push({ mark: this.of, kind: baseline.name, label, ...pointOf(sample) });
    }
  }
}

function pointOf({ quality, tokens, dollars }: Sample): Pick<Candidate, 'quality' | 'tokens' | 'dollars'> {
  const spent = dollars[0] === undefined ? Number.NaN : meanOf(dollars[0]);
  return {
    quality: meanOf(quality),
    tokens: meanOf(tokens),
    dollars: Number.isNaN(spent) ? undefined : spent,
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
