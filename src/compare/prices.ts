import { priceEntries } from '../profiles/prices.ts';
import { canonical } from '../scenario/canonical.ts';
import { bookOf, type Pricing } from '../scenario/costs.ts';
import { ScenarioError } from '../world/error.ts';

/** The days at whose prices designs are compared. */
export interface PriceDates {
  /** The day that was named; none where there are no prices. */
  readonly named: string | undefined;
  /** That day first, then every other one of the table at which other prices begin to hold for a model in use. */
  readonly all: readonly string[];
}

/**
 * Of all days in the price table those at which something changes for these models: from the first on at which all of them
 * have a price. Throws a ScenarioError where a model has none on the day that was named.
 */
export function priceDates(pricing: Pricing | undefined, models: readonly string[]): PriceDates {
  if (pricing === undefined) return { named: undefined, all: [] };
  const book = bookOf(pricing);
  const used = [...new Set([pricing.model, ...models])];
  const on = (date: string): string =>
    canonical(
      used.map((model) => {
        const { entry } = book.at(model, date);
        return entry === undefined ? null : [entry.rates, entry.tiers, entry.batch];
      }),
    );
  for (const model of used) {
    const priced = book.at(model, pricing.date);
    if (priced.entry === undefined)
      throw new ScenarioError([{ path: `prices.${priced.wrong}`, message: priced.why }]);
  }
  const own = new Set(pricing.table.map(({ model }) => model));
  const entries = [...priceEntries.filter(({ model }) => !own.has(model)), ...pricing.table];
  const firsts = entries
    .filter(({ model, line }) => used.some((it) => it === model || it === line))
    .map(({ from }) => from)
    .filter((date) => used.every((model) => book.at(model, date).entry !== undefined))
    .sort();
  const all = [pricing.date];
  const seen = new Set([on(pricing.date)]);
  for (const date of new Set(firsts)) {
    if (seen.has(on(date))) continue;
    seen.add(on(date));
    all.push(date);
  }
  return { named: pricing.date, all };
}
