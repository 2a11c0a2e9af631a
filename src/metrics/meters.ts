import { z } from 'zod';
import { type Meter, type Meters, meters as openMeters } from '../economy/meters.ts';
import { freshTokens } from '../economy/usage.ts';
import type { Ending, Metric, MetricPlan, Setting, TableRow } from '../world/contracts.ts';
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
  uncachedTokens: 'tokens read and written, but for those read from the cache',
  cachedShare: 'cached reads among all prompt tokens',
  reasoningTokens: 'output tokens that are reasoning',
  latentSteps: 'latent steps',
  kvBytes: 'bytes of keys and values moved',
  requestedTokens:
    'output tokens that calls were allowed; of workers, tokens of thought: shares of a budget that were called for',
  largestContext: 'most tokens that one call read and wrote',
  firstTokens: 'tokens of first tries',
  retryTokens: 'tokens of questions put again',
  repairTokens: 'tokens of repairs',
  workTokens: 'tokens of turns of work and of votes',
  planTokens: 'tokens of planning, routing, and putting results together',
  checkTokens: 'tokens of reviews and checks',
  summaryTokens: 'tokens of summaries, where a window was full',
  otherTokens: 'tokens for any other purpose',
  messageTokens:
    'tokens of messages of others that are read for the first time, and of calls that they caused',
  dollars: 'at the prices of the scenario; unknown without them, or where a price is',
  dollarsPerArtifact:
    'dollars for each artifact accepted, where the protocol counts `artifacts`; what was refused or done again is in the bill',
};

/** Which purposes of calls a column counts; whatever is in none of them is `other`. */
const purposes: Readonly<Record<string, readonly string[]>> = {
  firstTokens: ['first'],
  retryTokens: ['retry'],
  repairTokens: ['repair'],
  workTokens: ['work', 'vote'],
  planTokens: ['plan', 'route', 'merge', 'select'],
  checkTokens: ['review', 'peer', 'check'],
  summaryTokens: ['summary'],
};

function begin({ agents, charge }: Setting): Metric & { readonly meters: Meters } {
  const account = openMeters(agents, charge);
  return {
    spend(agent, usage, round) {
      account.add(agent, round, usage);
    },
    finish({ measures }) {
      const total = account.total();
      const tokensFor = (purpose: string): number => {
        const { prompt, output } = account.byPurpose(purpose);
        return prompt + output;
      };
      const purposeTokens = Object.fromEntries(
        Object.entries(purposes).map(([column, names]) => [
          column,
          names.reduce((sum, name) => sum + tokensFor(name), 0),
        ]),
      );
      const named = Object.values(purposeTokens).reduce((sum, it) => sum + it, 0);
      return {
        cachedTokens: total.cachedRead,
        writtenTokens: total.cacheWrite,
        freshTokens: unrounded(freshTokens(total)),
        uncachedTokens: unrounded(total.prompt + total.output - total.cachedRead),
        cachedShare: total.cachedRead / total.prompt,
        reasoningTokens: total.reasoning,
        latentSteps: total.latentSteps,
        kvBytes: total.kvBytes,
        requestedTokens: total.requested,
        largestContext: account.largestContext(),
        ...purposeTokens,
        otherTokens: unrounded(total.prompt + total.output - named),
        messageTokens: messageTokens(account),
        dollars: charge === undefined ? Number.NaN : total.dollars,
        dollarsPerArtifact: dollarsPerArtifact(total, measures),
      };
    },
    tables: () => tablesOf(account, agents),
    /** Account by agent, edge, round and purpose, for those who read more than the row. */
    meters: account,
  };
}

/** The account under each of its four headings; each adds up to the whole. A round is null where there are none. */
function tablesOf(account: Meters, agents: number): Readonly<Record<string, readonly TableRow[]>> {
  const byAgent = Array.from({ length: agents }, (_, agent) => ({
    agent,
    ...cellsOf(account.byAgent(agent)),
  }));
  const byRound = Array.from({ length: account.rounds() + 1 }, (_, i) => ({
    round: i === 0 ? null : i - 1,
    ...cellsOf(account.byRound(i - 1)),
  }));
  const isSpent = ({ calls, tokens }: ReturnType<typeof cellsOf>): boolean => calls > 0 || tokens > 0;
  return {
    agents: byAgent.filter(isSpent),
    edges: account
      .edges()
      .map(([from, to]) => ({ from, to, ...cellsOf(account.byEdge(from, to)) }))
      .sort((a, b) => a.from - b.from || a.to - b.to),
    rounds: byRound.filter(isSpent),
    purposes: account.purposes().map((purpose) => ({ purpose, ...cellsOf(account.byPurpose(purpose)) })),
  };
}

/** The cells of a row, by the names that the same counts have in the row of the run. */
const cellsOf = (it: Meter) => ({
  calls: it.calls,
  tokens: it.prompt + it.output,
  promptTokens: it.prompt,
  outputTokens: it.output,
  cachedTokens: it.cachedRead,
  writtenTokens: it.cacheWrite,
  reasoningTokens: it.reasoning,
  requestedTokens: it.requested,
  latentSteps: it.latentSteps,
  kvBytes: it.kvBytes,
  dollars: Number.isNaN(it.dollars) ? null : it.dollars,
});

/** Where nothing was accepted there is no price of it. */
function dollarsPerArtifact({ dollars }: Meter, measures: Ending['measures']): number {
  const artifacts = measures?.artifacts ?? 0;
  return artifacts > 0 ? dollars / artifacts : Number.NaN;
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

/** A difference of sums of shares of tokens, of which nothing but rounding is left. */
const unrounded = (tokens: number): number => (Math.abs(tokens) < 1e-6 ? 0 : tokens);
