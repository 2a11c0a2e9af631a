/**
 * The vocabulary `opinion`: what a protocol shows an agent when it asks what the agent holds now. The answer is a number:
 * the opinion held from now on, NaN for none. One object serves all questions in turn: a behaviour reads it while it
 * answers, and never keeps it.
 */
export interface OpinionQuestion {
  readonly agent: number;
  /** What the agent holds; NaN for none. */
  readonly opinion: number;
  /** How many opinions are in view; the agent's own is among them only where the protocol says so. */
  readonly size: number;
  /** The i-th opinion in view, 0 <= i < size; NaN where its holder has none, or it has not been heard. */
  readonly at: (i: number) => number;
  /** Who holds it. */
  readonly who: (i: number) => number;
  /** alone: it looks at its neighbours · first, second: a meeting of two, begun by the first. */
  readonly role: 'alone' | 'first' | 'second';
  /** In a meeting: a random number in [0, 1) that both see alike, so that each can tell what the other says. */
  readonly coin: number;
  /**
   * To be set where the agent, once it holds its answer, would for certain answer the same until an opinion of somebody
   * else in view changes: saves asking it again.
   */
  rests: boolean;
}

/** Whether a question is one of this vocabulary. */
export const isOpinionQuestion = (question: unknown): question is OpinionQuestion =>
  typeof question === 'object' && question !== null && 'coin' in question && 'rests' in question;

/** A question as it stands now, to be answered later. */
export function keptQuestion(question: OpinionQuestion): OpinionQuestion {
  const { agent, opinion, size, role, coin } = question;
  const places = Array.from({ length: size }, (_, i) => i);
  const opinions = places.map((i) => question.at(i));
  const holders = places.map((i) => question.who(i));
  return { agent, opinion, size, role, coin, rests: false, at: (i) => opinions[i]!, who: (i) => holders[i]! };
}
