import { z } from 'zod';
import { type Meters, meters as openMeters } from '../economy/meters.ts';
import { freshTokens } from '../economy/usage.ts';
import type { Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * What the calls of a run spent, counted when they are made, whether their answers came in time or not.
 */
export const meters = part({
  name: 'meters',
  summary: 'Tokens by kind and purpose, share of cached reads, largest context, and dollars.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

const columns = {
  cachedTokens: 'prompt tokens read from the cache',
  writtenTokens: 'prompt tokens kept in it',
  freshTokens: 'prompt tokens that are neither',
  cachedShare: 'cached reads among all prompt tokens',
  reasoningTokens: 'output tokens that are reasoning',
  latentSteps: 'latent steps',
  kvBytes: 'bytes of keys and values moved',
  requestedTokens: 'output tokens that calls were allowed',
  largestContext: 'most tokens that one call read and wrote',
  firstTokens: 'tokens of first tries',
  retryTokens: 'tokens of questions put again',
  repairTokens: 'tokens of repairs',
  otherTokens: 'tokens for any other purpose',
  messageTokens: 'tokens spent on account of messages of others, where calls name one',
  dollars: 'at the prices of the scenario; unknown without them, or where a price is',
};

function begin({ agents, charge }: Setting): Metric & { readonly meters: Meters } {
  const account = openMeters(agents, charge);
  return {
    spend(agent, usage, round) {
      account.add(agent, round, usage);
    },
    finish() {
      const total = account.total();
      const tokensFor = (purpose: string): number => {
        const { prompt, output } = account.byPurpose(purpose);
        return prompt + output;
      };
      const [first, retry, repair] = [tokensFor('first'), tokensFor('retry'), tokensFor('repair')];
      return {
        cachedTokens: total.cachedRead,
        writtenTokens: total.cacheWrite,
        freshTokens: freshTokens(total),
        cachedShare: total.cachedRead / total.prompt,
        reasoningTokens: total.reasoning,
        latentSteps: total.latentSteps,
        kvBytes: total.kvBytes,
        requestedTokens: total.requested,
        largestContext: account.largestContext(),
        firstTokens: first,
        retryTokens: retry,
        repairTokens: repair,
        otherTokens: total.prompt + total.output - first - retry - repair,
        messageTokens: messageTokens(account),
        dollars: charge === undefined ? Number.NaN : total.dollars,
      };
    },
    /** Account by agent, edge, round and purpose, for those who read more than the row. */
    meters: account,
  };
}

function messageTokens(account: Meters): number {
  let sum = 0;
  for (const [from, to] of account.edges()) {
    if (from === to) continue;
    const { prompt, output } = account.byEdge(from, to);
    sum += prompt + output;
  }
  return sum;
}
