import type { PriceEntry, Rates } from '../economy/prices.ts';
import { priceEntries } from '../profiles/prices.ts';

/** What the listed prices are, in a sentence or two. */
export const pricesSummary =
  'Dollars per million tokens of the models that `prices.model` can name, each from its day on until its next one; `prices.table` replaces those of a model. What is left empty is unknown. A line stands for the model of it that came out last. Of batches, the factor on all rates; of long prompts, what the whole request then costs.';

export const priceColumns = [
  'model',
  'from',
  'line',
  'input',
  'cached read',
  'cache write',
  'kept an hour',
  'output',
  'batch',
  'long prompts',
] as const;

/** Listed prices, by name and day: a row per entry, in the order of `priceColumns`. */
export function priceTable(entries: readonly PriceEntry[] = priceEntries): string[][] {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...entries]
    .sort((a, b) => order(a.model, b.model) || order(a.from, b.from))
    .map((entry) => {
      const { model, from, line, batch, tiers = [], rates } = entry;
      const long = tiers.map((tier) => `above ${tier.above}: ${tierShown(tier.rates)}`);
      const { input, cachedRead, cacheWrite, cacheWriteHour, output } = rates;
      const numbers = [input, cachedRead, cacheWrite, cacheWriteHour, output, batch].map(shownRate);
      return [model, from, line ?? '', ...numbers, long.join('; ')];
    });
}

/** Rates are exact decimals; only what was multiplied can have digits of rounding, and has none after twelve. */
const shownRate = (rate: number | undefined): string =>
  rate === undefined ? '' : String(Number(rate.toPrecision(12)));

const tierShown = ({ input, output }: Rates): string =>
  `input ${shownRate(input)}, output ${shownRate(output)}`;
