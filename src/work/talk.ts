/** What is said about work: questions, answers and messages, for protocols, behaviours, tasks and metrics alike. */

/** What an agent holds of an item: nothing yet, what is right, or (from 1 on) one of several wrong values. */
export const MISSING = -1;
export const RIGHT = 0;

/** A statement about one item of the work. */
export interface Claim {
  readonly item: number;
  /** `RIGHT`, or a wrong value from 1 on. */
  readonly value: number;
}

/** What one agent tells another: what it holds at the moment, and how long that is to read. */
export interface Report {
  /** Equal numbers stand for equal text: several who read it share what the cache keeps of it. */
  readonly id: number;
  readonly from: number;
  readonly claims: readonly Claim[];
  /** Tokens to read it. */
  readonly tokens: number;
  /** Whether nothing of it can be lost on its readers: a document with every field, or keys and values. */
  readonly lossless?: boolean;
  /** Where it is handed on as keys and values: of how many tokens and latent steps. */
  readonly memory?: number;
}

/** Which model is to answer, where an agent has two. */
export type Size = 'small' | 'large';

/** What every question says beside what is asked: why it is asked, and what is to be read first. */
interface AnyQuestion {
  /** What the call is for; costs are told apart by it. */
  readonly purpose: Purpose;
  /** Reports to read before answering. */
  readonly heard: readonly Report[];
  /** Whether others will read the answer, so that a report must be written. */
  readonly report: boolean;
  readonly size?: Size;
}

export type Purpose =
  | 'work'
  | 'plan'
  | 'review'
  | 'merge'
  | 'peer'
  | 'vote'
  | 'check'
  | 'route'
  | 'select'
  | 'repair';

/** One turn of work on what is open. */
export interface Act extends AnyQuestion {
  readonly kind: 'act';
  /** The items that are this agent's to do; left out, all of them. */
  readonly scope?: readonly number[] | undefined;
  /** Whether others work on parts of the same product, so that what the agent last saw of it may be out of date. */
  readonly joint: boolean;
  /** Whether it is shown the product as it stands before it acts. */
  readonly sync: boolean;
  /** Whether its scope is to be done anew: what it held of it gives way to what it hears. */
  readonly afresh: boolean;
  /** Whether its report is a document with a field for every item, and not free text. */
  readonly document?: boolean;
  /** Whether fellows alone read what it writes, so that it need not be text. */
  readonly inside?: boolean;
  /** Tokens it may write in this turn; left out, as many as it likes. */
  readonly cap?: number | undefined;
}

/**
 * Take over what is reported. review: check it first; merge: where reports differ, hold with the most; select: take the one
 * report in which least is doubted.
 */
export interface Gather extends AnyQuestion {
  readonly kind: 'review' | 'merge' | 'select';
  /** Tokens of thought that it may write; left out, no bound. */
  readonly cap?: number | undefined;
}

/** Answer one item afresh, without looking at what was said of it before. */
export interface Sample extends AnyQuestion {
  readonly kind: 'sample';
  readonly item: number;
  /** Counts the answers to this item, from 0: each is a draw of its own. */
  readonly draw: number;
  /** The context to go on from, as an earlier answer marked it; left out, the beginning. */
  readonly after?: number;
}

/** Say whether a value of an item is right. */
export interface Check extends AnyQuestion {
  readonly kind: 'check';
  readonly claim: Claim;
  readonly draw: number;
}

/** Say, before anybody has tried it, how much an item needs the large model. */
export interface Route extends AnyQuestion {
  readonly kind: 'route';
  readonly item: number;
  /** look: by how hard it looks. logs: by how much more often the large model got such items right. */
  readonly by: 'look' | 'logs';
}

export type Question = Act | Gather | Sample | Check | Route;

export interface Answered {
  /** What was found in this turn, taken over from reports that were to be gathered, or sampled. */
  readonly claims: readonly Claim[];
  /** What was taken over from reports before a turn of work, where anything was. */
  readonly taken?: readonly Claim[];
  /** Whether the agent holds something for every item that is its to do. Of a check: whether the claim passes. */
  readonly ready: boolean;
  readonly report?: Report;
  /** The context with this answer in it, of a sample: another may go on from here. */
  readonly mark?: number;
  /** Of a sample: entropy of the answer in bits, as its model shows it; of a route: the score, high for what needs the large model. */
  readonly score?: number;
}

export const isWorkQuestion = (question: unknown): question is Question =>
  typeof question === 'object' && question !== null && 'purpose' in question && 'heard' in question;
