import type { Claim } from '../../agentsnet/talk.ts';

/** Puts what an agent has in mind into a claim of its own. */
export type StanceClaims = (agent: number, topic: Claim['topic'], subject: number, value: number) => Claim;

/**
 * Claims that say whether they are news to those who heard the agent before. While it says the same, it is one object,
 * so that unchanged messages can be shared.
 */
export function stanceClaims(): StanceClaims {
  const last: Claim[] = [];
  return (agent, topic, subject, value) => {
    const before = last[agent];
    const isSame = before?.topic === topic && before.subject === subject && before.value === value;
    if (isSame && before.news === undefined) return before;
    const news = isSame ? undefined : before === undefined ? 'first' : 'changed';
    return (last[agent] = { topic, subject, value, author: agent, news });
  };
}
