import { z } from 'zod';
import type { CacheRules } from '../economy/prefix-cache.ts';
import { isDay, type PriceBook, type PriceEntry, type Purchase, priceBook } from '../economy/prices.ts';
import { cacheRules } from '../profiles/caches.ts';
import { listPrices, priceEntries } from '../profiles/prices.ts';
import type { Issue } from '../world/error.ts';
import { count, distribution, positiveDuration } from '../world/part.ts';

/** Slower than one in some months would be never, in any run. */
const perSecond = z.number().min(1e-7);

const backOffSchema = z
  .strictObject({
    first: positiveDuration.describe('Wait before the second try.'),
    factor: z.number().min(1).max(100).default(2).describe('How many times longer each further wait is.'),
    most: positiveDuration.prefault('60s').describe('The longest wait.'),
  })
  .describe('Waits of a queue whose first call was refused; left out, it knows how long to wait.');

const cacheSchema = z
  .union([
    z.enum(Object.keys(cacheRules) as [string, ...string[]]),
    z.strictObject({
      ttl: positiveDuration
        .prefault('300s')
        .describe(
          'How long a prefix is kept, from the first token of the answer to a prompt that read or wrote it.',
        ),
      minimum: z.int().min(0).default(1024).describe('Shorter prefixes are not kept, in tokens.'),
      capacity: count.optional().describe('Tokens kept at most; left out, no bound.'),
      step: count.default(1).describe('Hits come in whole multiples of so many tokens.'),
      hastens: z
        .boolean()
        .optional()
        .describe(
          'Whether what is kept needs no reading time. Left out: yes, but not where what agents are asked depends on who is quicker, as with a shared board or a `hazard`, nor with faults: there, a cache saves money alone.',
        ),
    }),
  ])
  .transform((it) => (typeof it === 'string' ? cacheRules[it] : it))
  .describe('What is kept of prompts: rules, or the model whose rules hold. Left out, nothing is kept.');

const speeds = {
  prefill: perSecond
    .optional()
    .describe('Tokens read per second, those in the cache left out; left out, reading takes no time.'),
  decode: perSecond.optional().describe('Tokens written per second; left out, writing takes no time.'),
  latent: perSecond.optional().describe('Latent steps per second; left out, they take no time.'),
};

/** How long calls take, and how many are taken at once. */
export const servingSchema = z
  .strictObject({
    firstToken: distribution
      .default({ kind: 'constant', value: 0 })
      .describe('Request to first token; no time when left out.'),
    ...speeds,
    models: z
      .record(
        z.string(),
        z
          .strictObject({
            firstToken: distribution.optional().describe('Request to first token of this model.'),
            ...speeds,
          })
          .describe('Speeds of the model of this name.'),
      )
      .optional()
      .describe('Speeds by model, for calls that name one; what is left out there is as above.'),
    concurrency: count.optional().describe('Calls served at once; the others queue. Left out, no bound.'),
    requestsPerMinute: z.number().min(1).optional().describe('Calls let through per minute.'),
    tokensPerMinute: perSecond.optional().describe('Tokens let through per minute, read and written.'),
    backOff: backOffSchema.optional(),
    link: perSecond.optional().describe('Bytes of keys and values moved per second; left out, no time.'),
    kvCapacity: perSecond
      .optional()
      .describe('Bytes of keys and values that calls under way can hold; the others queue.'),
    cache: cacheSchema.optional(),
  })
  .refine((it) => it.backOff === undefined || (it.requestsPerMinute ?? it.tokensPerMinute) !== undefined, {
    path: ['backOff'],
    error: 'is read with a rate limit only; give requestsPerMinute or tokensPerMinute, or leave it out',
  })
  .prefault({})
  .describe('How long a question takes to be answered, and how many can be answered at once.');

const day = z.string().refine(isDay, { error: 'must be a day such as 2026-07-30' }).meta({ expects: 'day' });
const rate = z.number().min(0);

const ratesSchema = {
  input: rate.describe('Dollars per million tokens read afresh.'),
  output: rate.describe('Dollars per million tokens written.'),
  cachedRead: rate
    .optional()
    .describe('Dollars per million tokens read from the cache; left out, unknown, and so is what needs it.'),
  cacheWrite: rate
    .optional()
    .describe(
      'Dollars per million tokens read afresh and kept for minutes, in the place of `input`; left out, unknown.',
    ),
  cacheWriteHour: rate
    .optional()
    .describe('The same, kept for an hour, which `prices.retention: hour` buys; left out, unknown.'),
  latentStep: rate.optional().describe('Dollars per million latent steps; left out, unknown.'),
  kvByte: rate
    .optional()
    .describe('Dollars per million bytes of keys and values that are moved; left out, unknown.'),
};

const entrySchema = z
  .strictObject({
    model: z.string().min(1).describe('The model, as calls or `prices.model` name it.'),
    from: day
      .default('1970-01-01')
      .describe('First day on which these prices hold, until the next entry of the same model.'),
    line: z
      .string()
      .optional()
      .describe('Models that succeed each other: the line stands for the one that came out last.'),
    batch: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Factor on all rates for what is bought in batches; left out, unknown.'),
    ...ratesSchema,
    tiers: z
      .array(
        z.strictObject({
          above: count.describe('Prompts of more tokens than these pay the rates of this tier.'),
          ...ratesSchema,
        }),
      )
      .max(20)
      .optional()
      .describe('Rates of long prompts; they hold for the whole request.'),
  })
  .transform(({ model, from, line, batch, tiers, ...rates }): PriceEntry => {
    const held = tiers?.map(({ above, ...long }) => ({ above, rates: long }));
    return { model, from, line, batch, rates, tiers: held };
  });

/** What calls cost. */
export const pricesSchema = z
  .strictObject({
    model: z.string().describe('Model, or line of models, that answers where a call names none.'),
    date: day.describe('The day whose prices hold.'),
    batch: z.boolean().default(false).describe('Bought in batches.'),
    retention: z
      .enum(['minutes', 'hour'])
      .default('minutes')
      .describe('How long cached prefixes are paid for, which must fit how long `serving.cache` keeps them.'),
    table: z
      .array(entrySchema)
      .max(1000)
      .default([])
      .describe(
        'Prices in place of the listed ones, for the models they name; the listed ones alone when left out.',
      ),
  })
  .describe('At what prices calls are paid; adding them changes no event. Left out, dollars are unknown.');

/** Prices of a scenario, checked: plain data. */
export interface Pricing extends Purchase {
  readonly table: readonly PriceEntry[];
}

/** The listed prices, and the scenario's own in place of them. */
export function bookOf({ table }: Pricing): PriceBook {
  if (table.length === 0) return listPrices;
  const own = new Set(table.map(({ model }) => model));
  return priceBook([...priceEntries.filter(({ model }) => !own.has(model)), ...table]);
}

const hour = 3600e6;

/**
 * What is paid for keeping prefixes must be how long they are kept: an hour's price buys an hour at least, and where an
 * hour has a price of its own, that of minutes does not buy one.
 */
export function retentionIssues(pricing: Pricing, cache: CacheRules | undefined): Issue[] {
  if (cache === undefined) return [];
  const { model, date, retention } = pricing;
  const path = 'prices.retention';
  const ttl = `${cache.ttl / 1e6}s`;
  if (retention === 'hour') {
    if (cache.ttl >= hour) return [];
    const message = `must be minutes where \`serving.cache\` keeps prefixes for ${ttl}, but is hour, which would be paid and not had; leave it out, or give serving.cache.ttl: 3600s`;
    return [{ path, message }];
  }
  // Prices that are none are another matter, and told by `pricingIssues`.
  if (cache.ttl < hour || pricingIssues(pricing).length > 0) return [];
  const { cacheWrite, cacheWriteHour } = bookOf(pricing).at(model, date).entry?.rates ?? {};
  if (cacheWriteHour === undefined || cacheWriteHour === cacheWrite) return [];
  const message = `must be hour where \`serving.cache\` keeps prefixes for ${ttl}, since ${model} has a price of its own for that, but is minutes; give prices.retention: hour, or a serving.cache.ttl below 3600s`;
  return [{ path, message }];
}

/** What cannot be in a scenario's prices: entries that contradict each other, a model or a day without a price. */
export function pricingIssues(pricing: Pricing): Issue[] {
  try {
    const { model, date, batch } = pricing;
    const priced = bookOf(pricing).at(model, date);
    if (priced.entry === undefined) return [{ path: `prices.${priced.wrong}`, message: priced.why }];
    if (!batch || priced.entry.batch !== undefined) return [];
    return [{ path: 'prices.batch', message: `has no known price for ${model}; leave it out` }];
  } catch (error) {
    return [{ path: 'prices.table', message: (error as Error).message.replace(/^prices: /, '') }];
  }
}
