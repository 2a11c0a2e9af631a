import type { Usage } from './usage.ts';

/** Dollars per million tokens. A rate left out is unknown, which is not the same as nothing. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cachedRead?: number | undefined;
  /** A token read afresh and kept for minutes, in place of `input`; equal to it where keeping is free. */
  readonly cacheWrite?: number | undefined;
  /** The same, kept for an hour. */
  readonly cacheWriteHour?: number | undefined;
  /** Dollars per million latent steps. */
  readonly latentStep?: number | undefined;
  /** Dollars per million bytes of keys and values moved. */
  readonly kvByte?: number | undefined;
}

/** What a model costs from a day on, until the next entry of the same model. */
export interface PriceEntry {
  readonly model: string;
  /** First day, as 2026-07-30. */
  readonly from: string;
  readonly rates: Rates;
  /** Rates of requests whose prompt is longer than `above` tokens; they hold for the whole request. */
  readonly tiers?: readonly { readonly above: number; readonly rates: Rates }[] | undefined;
  /** Factor on all rates for requests that can wait; left out, unknown. */
  readonly batch?: number | undefined;
  /** Models that succeed each other: the name of the line stands for the one that came out last. */
  readonly line?: string | undefined;
}

/** How a request is bought, and when. */
export interface Purchase {
  /** A model, or a line of models. */
  readonly model: string;
  /** A day, as 2026-07-30. */
  readonly date: string;
  readonly batch?: boolean | undefined;
  /** How long what is written to the cache is kept; minutes when left out. */
  readonly retention?: 'minutes' | 'hour' | undefined;
}

/** Dollars; or why they are not known. */
export type Cost = { readonly dollars: number } | { readonly dollars: undefined; readonly why: string };

/** Dated prices of models. */
export interface PriceBook {
  /** Models and lines, in order of name. */
  readonly models: readonly string[];
  /** What holds for a model on a day; or why that is not known. */
  readonly at: (model: string, date: string) => Priced;
}

export type Priced =
  | { readonly entry: PriceEntry }
  | { readonly entry: undefined; readonly wrong: 'model' | 'date'; readonly why: string };

/** Makes a book of entries in any order. Throws on rates below zero, on days that are none, and on entries given twice. */
export function priceBook(entries: readonly PriceEntry[]): PriceBook {
  const byName = new Map<string, PriceEntry[]>();
  const put = (name: string, entry: PriceEntry): void => {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [entry]);
    else known.push(entry);
  };
  for (const entry of entries) {
    checkEntry(entry);
    put(entry.model, entry);
    if (entry.line !== undefined) put(entry.line, entry);
  }
  for (const [name, dated] of byName) {
    dated.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    dated.forEach((entry, i) => {
      if (dated[i - 1]?.from !== entry.from) return;
      throw new RangeError(`prices: ${name} has two entries from ${entry.from}; leave one of them out`);
    });
  }
  const models = [...byName.keys()].sort();
  return {
    models,
    at(model, date) {
      const dated = byName.get(model);
      if (dated === undefined)
        return {
          entry: undefined,
          wrong: 'model',
          why: `${model} is no model of the price table; known are ${models.join(', ')}`,
        };
      const first = dated[0] as PriceEntry;
      if (!isDay(date))
        return {
          entry: undefined,
          wrong: 'date',
          why: `the price date must be a day such as 2026-07-30, but is ${date}`,
        };
      if (date < first.from)
        return {
          entry: undefined,
          wrong: 'date',
          why: `${model} has no price on ${date}; its first is from ${first.from} on`,
        };
      return { entry: dated.findLast(({ from }) => from <= date) as PriceEntry };
    },
  };
}

/** What one request costs. Never counts what is unknown as nothing: the answer then says what is missing. */
export function priceOf(book: PriceBook, usage: Usage, purchase: Purchase): Cost {
  const model = usage.model ?? purchase.model;
  const priced = book.at(model, purchase.date);
  if (priced.entry === undefined) return { dollars: undefined, why: priced.why };
  const { entry } = priced;
  const dollars = charge(tariffsOf(entry, purchase), usage);
  if (!Number.isNaN(dollars)) return { dollars };
  return {
    dollars: undefined,
    why: `${model} has no known price on ${purchase.date} for ${missing(entry, usage, purchase)}`,
  };
}

/** The same for many requests: looks each model up once. NaN where the cost is not known. */
export function charger(book: PriceBook, purchase: Purchase): (usage: Usage) => number {
  const tariffsAt = (model: string): readonly Tariff[] => {
    const { entry } = book.at(model, purchase.date);
    return entry === undefined ? [] : tariffsOf(entry, purchase);
  };
  const usual = tariffsAt(purchase.model);
  const others = new Map<string, readonly Tariff[]>();
  return (usage) => {
    if (usage.model === undefined || usage.model === purchase.model) return charge(usual, usage);
    let tariffs = others.get(usage.model);
    if (tariffs === undefined) others.set(usage.model, (tariffs = tariffsAt(usage.model)));
    return charge(tariffs, usage);
  };
}

/** Dollars for one of each, as a purchase has it; NaN where unknown. */
interface Tariff {
  /** Holds for prompts of more tokens than this. */
  readonly above: number;
  readonly input: number;
  readonly output: number;
  readonly cachedRead: number;
  readonly cacheWrite: number;
  readonly latentStep: number;
  readonly kvByte: number;
}

/** From the shortest prompts to the longest. */
function tariffsOf({ rates, tiers = [], batch }: PriceEntry, purchase: Purchase): readonly Tariff[] {
  const factor = (purchase.batch === true ? (batch ?? Number.NaN) : 1) / 1e6;
  const each = (rate: number | undefined): number => (rate ?? Number.NaN) * factor;
  return [{ above: -1, rates }, ...tiers].map(({ above, rates: it }) => ({
    above,
    input: each(it.input),
    output: each(it.output),
    cachedRead: each(it.cachedRead),
    cacheWrite: each(purchase.retention === 'hour' ? it.cacheWriteHour : it.cacheWrite),
    latentStep: each(it.latentStep),
    kvByte: each(it.kvByte),
  }));
}

/** Dollars of one request; NaN where a rate that it needs is unknown. */
function charge(tariffs: readonly Tariff[], usage: Usage): number {
  const { prompt, output, cachedRead = 0, cacheWrite = 0, latentSteps = 0, kvBytes = 0 } = usage;
  let at = tariffs.length - 1;
  while (at > 0 && prompt <= tariffs[at]!.above) at--;
  const tariff = tariffs[at];
  if (tariff === undefined) return Number.NaN;
  let sum = (prompt - cachedRead - cacheWrite) * tariff.input + output * tariff.output;
  // A rate that is not needed may be unknown: nothing times NaN would still be NaN.
  if (cachedRead > 0) sum += cachedRead * tariff.cachedRead;
  if (cacheWrite > 0) sum += cacheWrite * tariff.cacheWrite;
  if (latentSteps > 0) sum += latentSteps * tariff.latentStep;
  if (kvBytes > 0) sum += kvBytes * tariff.kvByte;
  return sum;
}

function ratesFor({ rates, tiers }: PriceEntry, prompt: number): Rates {
  if (tiers === undefined) return rates;
  let held = rates;
  for (const tier of tiers) if (prompt > tier.above) held = tier.rates;
  return held;
}

function missing(entry: PriceEntry, usage: Usage, { batch, retention }: Purchase): string {
  const rates = ratesFor(entry, usage.prompt);
  const write = retention === 'hour' ? rates.cacheWriteHour : rates.cacheWrite;
  const needs: [boolean, string][] = [
    [(usage.cachedRead ?? 0) > 0 && rates.cachedRead === undefined, 'cached reads'],
    [
      (usage.cacheWrite ?? 0) > 0 && write === undefined,
      `cache writes${retention === 'hour' ? ' for an hour' : ''}`,
    ],
    [(usage.latentSteps ?? 0) > 0 && rates.latentStep === undefined, 'latent steps'],
    [(usage.kvBytes ?? 0) > 0 && rates.kvByte === undefined, 'bytes of keys and values'],
    [batch === true && entry.batch === undefined, 'batches'],
  ];
  return needs.flatMap(([isMissing, what]) => (isMissing ? [what] : [])).join(', ') || 'this usage';
}

function checkEntry({ model, from, rates, tiers = [], batch }: PriceEntry): void {
  if (!isDay(from))
    throw new RangeError(`prices: ${model} must hold from a day such as 2026-07-30, but from is ${from}`);
  checkRates(model, rates);
  let below = 0;
  for (const tier of tiers) {
    if (!(tier.above > below))
      throw new RangeError(`prices: tiers of ${model} must rise, but ${tier.above} comes after ${below}`);
    below = tier.above;
    checkRates(model, tier.rates);
  }
  if (batch !== undefined && !(batch >= 0 && batch <= 1))
    throw new RangeError(`prices: batch of ${model} must be a factor from 0 to 1, but is ${batch}`);
}

function checkRates(model: string, rates: Rates): void {
  for (const [name, rate] of Object.entries(rates) as [string, number | undefined][]) {
    if (rate === undefined || (rate >= 0 && rate < Number.POSITIVE_INFINITY)) continue;
    throw new RangeError(
      `prices: ${name} of ${model} must be 0 or more dollars per million, but is ${rate}; leave out what is not known`,
    );
  }
}

const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text is a day of the calendar, as 2026-07-30. Such days compare as texts. */
export function isDay(text: string): boolean {
  const [, month, day] = /^\d{4}-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return Number(day) >= 1 && Number(day) <= (daysOf[Number(month) - 1] ?? 0);
}
