/** What is said in the consensus game: questions, answers and messages, for protocols, behaviours and metrics alike. */

/** No value: an agent that abstained, or that was not heard. Also what an agent without a value decides. */
export const NONE = -1;

/** A proposal as it is broadcast. */
export interface Proposal {
  readonly value: number;
  /** What the agent says for it in public; empty where it says nothing. */
  readonly reason: string;
}

/** What an agent is asked, twice a round: to propose a value, and whether to stop. */
export interface Question {
  readonly kind: 'propose' | 'vote';
  /** Rounds of the game, from 0. */
  readonly round: number;
  /** Counts the tries within a round, from 0; more than one only where an answer could not be read. */
  readonly attempt: number;
  /** How many values there are: 0 to `values` - 1. */
  readonly values: number;
  /** The value the agent was given; `NONE` for one that was given none. */
  readonly input: number;
  /** The value it proposed last, or its input before it has; `NONE` for none. */
  readonly own: number;
  /**
   * What it heard in the last rounds, the latest first: by agent the value proposed, its own included, `NONE` for none.
   * Read it inside the handler, never keep it.
   */
  readonly heard: readonly Int32Array[];
  /** What others said for their proposals in the latest round, by agent; left out where nobody said anything. */
  readonly reasons?: readonly string[];
}

/** A value for all; `apart`, by receiver, tells some of them another (what only an equivocating agent does). */
export interface Proposed {
  readonly kind: 'propose';
  readonly value: number;
  readonly apart?: Int32Array;
  readonly reason?: string;
}

export interface Voted {
  readonly kind: 'vote';
  readonly vote: Vote;
}

export type Vote = 'stop' | 'continue' | 'abstain';

/** An answer: as a mock gives it, or the text that a model wrote. Undefined stands for one that cannot be read. */
export type Answered = Proposed | Voted | string | undefined;

/** Reads a proposal; a value of `NONE` abstains. Undefined where it cannot be read, or names no value of the game. */
export function readProposal(answer: Answered, values: number): Proposed | undefined {
  if (typeof answer === 'string') return proposalIn(answer, values);
  if (answer?.kind !== 'propose') return undefined;
  return isValue(answer.value, values) || answer.value === NONE ? answer : undefined;
}

/** Reads a vote; undefined where it cannot be read. */
export function readVote(answer: Answered): Vote | undefined {
  if (typeof answer === 'string') return voteIn(answer);
  return answer?.kind === 'vote' ? answer.vote : undefined;
}

const isValue = (value: unknown, values: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < values;

/** Models are asked for `{"value": 17, "public_reasoning": "..."}`; `"abstain"` stands for no value. */
function proposalIn(text: string, values: number): Proposed | undefined {
  const found = objectIn(text);
  if (found === undefined) return undefined;
  const { value, public_reasoning: said } = found;
  const reason = typeof said === 'string' ? said : '';
  if (value === 'abstain' || value === null) return { kind: 'propose', value: NONE, reason };
  return isValue(value, values) ? { kind: 'propose', value, reason } : undefined;
}

/** Models are asked for `{"decision": "stop"}`. */
function voteIn(text: string): Vote | undefined {
  const decision = objectIn(text)?.decision;
  return decision === 'stop' || decision === 'continue' || decision === 'abstain' ? decision : undefined;
}

/** The JSON object in a text, from its first brace to its last. */
function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  try {
    return JSON.parse(text.slice(from, to + 1)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Whether a question is one of this game: metrics see the questions of every protocol. */
export const isQuestion = (question: unknown): question is Question =>
  typeof question === 'object' &&
  question !== null &&
  'heard' in question &&
  ((question as Question).kind === 'propose' || (question as Question).kind === 'vote');
