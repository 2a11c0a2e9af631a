import { type PriceEntry, priceBook, type Rates } from '../economy/prices.ts';

/**
 * List prices in dollars per million tokens, by model and first day.
 *
 * Sources. Anthropic: price page and model pages of its platform documentation, copies of August to October 2026; the
 * read prices of the 5.5 models and of Haiku 5.5 from release notes. OpenAI: its price list, copies of the same months;
 * GPT-5.6 before its cuts of 30 July 2026 from the announcement of 26 June 2026; GPT-6 and 6.1 from release notes.
 * Google, DeepSeek, Mistral: the llm-prices list of 5 August 2026. First days are days of release where the price has
 * not changed since, as far as known, and the last of April 2026 for GPT-5.5; a model seen only on the list of 5 August
 * 2026 has no price before that day.
 * What these sources do not say is left out, and so unknown.
 */
const entries: readonly PriceEntry[] = [
  ...anthropic('claude-opus', 15, 75, 1.5, [
    ['claude-opus-4', '2025-05-22'],
    ['claude-opus-4.1', '2025-08-05'],
  ]),
  ...anthropic('claude-opus', 5, 25, 0.5, [
    ['claude-opus-4.5', '2025-11-24'],
    ['claude-opus-4.6', '2026-02-05'],
    ['claude-opus-4.7', '2026-04-16'],
    ['claude-opus-4.8', '2026-05-28'],
    ['claude-opus-5', '2026-07-24'],
  ]),
  ...anthropic('claude-opus', 4, 20, 0.2, [['claude-opus-5.5', '2026-09-23']]),
  ...anthropic('claude-sonnet', 3, 15, 0.3, [
    ['claude-sonnet-3.7', '2025-02-24'],
    ['claude-sonnet-4', '2025-05-22'],
    ['claude-sonnet-4.5', '2025-09-29'],
    ['claude-sonnet-4.6', '2026-02-17'],
  ]),
  ...anthropic('claude-sonnet', 2, 10, 0.2, [
    ['claude-sonnet-5', '2026-06-30'],
    ['claude-sonnet-5.5', '2026-09-28'],
  ]),
  ...anthropic('claude-sonnet', 2, 10, 0.1, [['claude-sonnet-5.5', '2026-10-07']]),
  ...anthropic('claude-haiku', 1, 5, 0.1, [['claude-haiku-4.5', '2025-10-15']]),
  ...anthropic('claude-haiku', 0.1, 0.5, 0.01, [['claude-haiku-5.5', '2026-10-07']]).map((entry) => ({
    ...entry,
    tiers: [{ above: 100_000, rates: scaled(entry.rates, 5, 5) }],
  })),
  ...anthropic('claude-fable', 10, 50, 1, [['claude-fable-5', '2026-06-09']]),
  ...anthropic('claude-fable', 10, 50, 0.25, [['claude-fable-5.1', '2026-09-01']]),

  openai('gpt-4o-mini', '2024-10-01', freeWrite(0.15, 0.6, 0.075)),
  openai('gpt-4o', '2024-10-01', freeWrite(2.5, 10, 1.25)),
  openai('gpt-4.1', '2025-04-14', freeWrite(2, 8, 0.5)),
  openai('gpt-4.1-mini', '2025-04-14', freeWrite(0.4, 1.6, 0.1)),
  openai('gpt-4.1-nano', '2025-04-14', freeWrite(0.1, 0.4, 0.025)),
  openai('gpt-5', '2025-08-07', freeWrite(1.25, 10, 0.125)),
  openai('gpt-5-mini', '2025-08-07', freeWrite(0.25, 2, 0.025)),
  openai('gpt-5-nano', '2025-08-07', freeWrite(0.05, 0.4, 0.005)),
  openai('gpt-5.2', '2025-12-11', freeWrite(1.75, 14, 0.175)),
  long('gpt-5.5', '2026-04-30', freeWrite(5, 30, 0.5)),
  long('gpt-5.6-sol', '2026-06-26', paidWrite(5, 30, 0.5), 'gpt-sol'),
  long('gpt-5.6-terra', '2026-06-26', paidWrite(2.5, 15, 0.25)),
  long('gpt-5.6-terra', '2026-07-30', paidWrite(2, 12, 0.2)),
  long('gpt-5.6-luna', '2026-06-26', paidWrite(1, 6, 0.1), 'gpt-luna'),
  long('gpt-5.6-luna', '2026-07-30', paidWrite(0.2, 1.2, 0.02), 'gpt-luna'),
  long('gpt-6-sol', '2026-09-22', paidWrite(2, 10, 0.2), 'gpt-sol'),
  long('gpt-6.1-sol', '2026-09-29', paidWrite(2, 10, 0.1), 'gpt-sol'),
  openai('gpt-6-luna', '2026-09-22', paidWrite(0.1, 0.5, 0.01), 'gpt-luna'),

  {
    model: 'gemini-2.5-pro',
    from: '2025-06-17',
    rates: { input: 1.25, output: 10, cachedRead: 0.125 },
    tiers: [{ above: 200_000, rates: { input: 2.5, output: 15, cachedRead: 0.25 } }],
    batch: 0.5,
  },
  {
    model: 'gemini-2.5-flash',
    from: '2025-06-17',
    rates: { input: 0.3, output: 2.5, cachedRead: 0.03 },
    batch: 0.5,
  },
  { model: 'gemini-2.0-flash', from: '2025-02-05', rates: { input: 0.1, output: 0.4 } },
  {
    model: 'gemini-3.6-flash',
    from: '2026-08-05',
    rates: { input: 1.5, output: 7.5, cachedRead: 0.15 },
    batch: 0.5,
  },
  { model: 'deepseek-v4-flash', from: '2026-08-05', rates: freeWrite(0.14, 0.28, 0.028) },
  { model: 'deepseek-v4-pro', from: '2026-08-05', rates: freeWrite(1.74, 3.48, 0.145) },
  { model: 'ministral-8b', from: '2026-08-05', rates: { input: 0.1, output: 0.1 } },
  { model: 'ministral-3b', from: '2026-08-05', rates: { input: 0.04, output: 0.04 } },
];

/** The table as it came, for those who add entries of their own. */
export const priceEntries = entries;

/** What providers ask for their models, in dollars for a million tokens, by model and day. */
export const listPrices = priceBook(entries);

/** Writes cost 1.25 times the input price for five minutes and twice that price for an hour; batches half. */
function anthropic(
  line: string,
  input: number,
  output: number,
  cachedRead: number,
  models: readonly (readonly [model: string, from: string])[],
): PriceEntry[] {
  const rates = { input, output, cachedRead, cacheWrite: 1.25 * input, cacheWriteHour: 2 * input };
  return models.map(([model, from]) => ({ model, from, line, rates, batch: 0.5 }));
}

/** Keeping a prefix costs no more than reading it. */
function freeWrite(input: number, output: number, cachedRead: number): Rates {
  return { input, output, cachedRead, cacheWrite: input };
}

/** From GPT-5.6 on, a token written to the cache costs a quarter more. */
function paidWrite(input: number, output: number, cachedRead: number): Rates {
  return { input, output, cachedRead, cacheWrite: 1.25 * input };
}

function openai(model: string, from: string, rates: Rates, line?: string): PriceEntry {
  return { model, from, line, rates, batch: 0.5 };
}

/** Prompts above 272,000 tokens cost twice as much to read and half as much again to answer. */
function long(model: string, from: string, rates: Rates, line?: string): PriceEntry {
  return { ...openai(model, from, rates, line), tiers: [{ above: 272_000, rates: scaled(rates, 2, 1.5) }] };
}

function scaled(rates: Rates, read: number, write: number): Rates {
  const { input, output, cachedRead, cacheWrite, cacheWriteHour } = rates;
  const times = (rate: number | undefined): number | undefined =>
    rate === undefined ? undefined : rate * read;
  return {
    input: input * read,
    output: output * write,
    cachedRead: times(cachedRead),
    cacheWrite: times(cacheWrite),
    cacheWriteHour: times(cacheWriteHour),
  };
}
