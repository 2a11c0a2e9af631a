import { z } from 'zod';
import { type Claim, type Message, saidIn } from '../agentsnet/talk.ts';
import type { Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * Claims that are not true when they are first made, and who repeats them: a candidate who does not exist, or what somebody
 * is said to have chosen and has never said (the second finding of AgentsNet, section 5.4).
 */
export const contamination = part({
  name: 'contamination',
  summary: 'Claims that somebody made up, and how many agents repeated them.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

const columns = {
  falseClaims: 'how many different false claims were made',
  falseClaimReach: 'share of agents that stated the one that went furthest, 0 for none',
  contaminated: 'share of agents that stated any',
  falseMessages: 'calls in which one was stated',
};

function begin({ agents }: Setting): Metric & { details: () => Readonly<Record<string, readonly number[]>> } {
  /** By false claim, the agents that stated it, in the order in which they first did. */
  const tellers = new Map<string, Set<number>>();
  const contaminated = new Set<number>();
  /** What each agent has said of itself so far. */
  const own: Set<number>[] = Array.from({ length: agents }, () => new Set());
  const last: (Message | undefined)[] = [];
  const lastFalse = new Uint8Array(agents);
  let calls = 0;
  let falseCalls = 0;

  const keyOf = (claim: Claim): string | undefined => {
    const { topic, subject, value, author } = claim;
    if (subject >= agents) return `${topic} ${subject}`;
    if (author === subject || (topic !== 'stance' && topic !== 'proposal')) return undefined;
    const key = `${topic} ${subject} ${value}`;
    // It stays false for those who repeat it, even if its subject comes to choose so.
    return tellers.has(key) || !own[subject]!.has(value) ? key : undefined;
  };

  const read = (agent: number, message: Message): void => {
    lastFalse[agent] = 0;
    for (const claim of message) {
      if (claim.author === agent && claim.subject === agent) own[agent]!.add(claim.value);
      const key = keyOf(claim);
      if (key === undefined) continue;
      let known = tellers.get(key);
      if (known === undefined) tellers.set(key, (known = new Set()));
      known.add(agent);
      contaminated.add(agent);
      lastFalse[agent] = 1;
    }
  };

  return {
    answer(agent, _question, { value }) {
      const said = saidIn(value);
      if (said === undefined) return;
      calls++;
      if (last[agent] !== said.toAll) read(agent, said.toAll);
      last[agent] = said.toAll;
      falseCalls += lastFalse[agent]!;
    },
    finish() {
      const furthest = [...tellers.values()].reduce((most, { size }) => Math.max(most, size), 0);
      return {
        falseClaims: calls > 0 ? tellers.size : Number.NaN,
        falseClaimReach: calls > 0 ? furthest / agents : Number.NaN,
        contaminated: calls > 0 ? contaminated.size / agents : Number.NaN,
        falseMessages: calls > 0 ? falseCalls : Number.NaN,
      };
    },
    /** By false claim: who stated it, in order. */
    details: () => Object.fromEntries([...tellers].map(([key, who]) => [key, [...who]])),
  };
}
