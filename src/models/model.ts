/** One turn of a conversation. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What is sampled from, and how: with the turns, all that a request is. */
export interface Settings {
  readonly provider: string;
  readonly model: string;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxOutputTokens: number;
}

/** The form in which an answer is wanted, for servers that keep to one. */
export interface Form {
  readonly name: string;
  /** A JSON schema of an object. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** All that a model is asked: what it is to answer to, and how. */
export interface ModelRequest {
  readonly settings: Settings;
  readonly turns: readonly Turn[];
  /** Left out where plain text is wanted. */
  readonly form?: Form | undefined;
}

/** Tokens of one call, as the server counts them. */
export interface Spent {
  readonly prompt: number;
  readonly output: number;
  /** Of `prompt`, those read from a cache; left out where the server does not say. */
  readonly cached?: number | undefined;
  /** Of `output`, those of hidden reasoning. */
  readonly reasoning?: number | undefined;
  /** Set where the server did not count, and these are our own estimate. */
  readonly isEstimated?: true | undefined;
}

/** Why a model stopped writing. */
export type Finish = 'stop' | 'length' | 'refused' | 'other';

/** What a model wrote. */
export interface Completion {
  readonly ok: true;
  readonly text: string;
  readonly finish: Finish;
  readonly spent: Spent;
  /** Request to last token, in milliseconds of wall time. */
  readonly latency: number;
  /** Tries before this one that failed. */
  readonly retries: number;
  /** Tokens of those tries, where the server counted any. */
  readonly lost?: Lost | undefined;
}

/** Tokens that were paid for without an answer to show for them. */
export type Lost = Pick<Spent, 'prompt' | 'output'>;

/**
 * Why there is no completion. rate-limited, server-error, timeout, disconnected, bad-response: in passing, worth another
 * try · rejected: the server will not have this very request, such as one that is too long · unauthorized, not-found,
 * unreachable, redirected, not-installed, no-key, long-wait: nothing can be asked at all, or not for longer than we wait, so
 * the run ends · cancelled: we gave up · over-budget: no further call may be made.
 */
export type FailureKind =
  | 'rate-limited'
  | 'server-error'
  | 'timeout'
  | 'disconnected'
  | 'bad-response'
  | 'rejected'
  | 'unauthorized'
  | 'not-found'
  | 'unreachable'
  | 'redirected'
  | 'not-installed'
  | 'no-key'
  | 'long-wait'
  | 'cancelled'
  | 'over-budget';

/** Why nothing was written. */
export interface Failure {
  readonly ok: false;
  readonly kind: FailureKind;
  /** For people; holds no key. */
  readonly message: string;
  /** How long the server asks us to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
  readonly retries: number;
  /** Tokens of all tries, where the server counted any. */
  readonly lost?: Lost | undefined;
}

/** What calls are paid from. */
export interface Purse {
  /** Whether a further call may be made. */
  readonly mayCall: () => boolean;
  /** Counts a call that is about to be made. */
  readonly take: () => void;
  /** Counts the tokens of a call that has ended, before the next one may be made. */
  readonly pay: (spent: Lost & { readonly cached?: number | undefined }) => void;
}

/** What comes back of a request, whatever happens. */
export type Reply = Completion | Failure;

/** Anything that can be asked: a server, a decorated one, a function of a test. Never throws. */
export interface LanguageModel {
  /** Each call to a server is paid from the purse as it is made; without one, calls are not limited. */
  readonly complete: (request: ModelRequest, signal: AbortSignal, purse?: Purse) => Promise<Reply>;
}

const passing: ReadonlySet<FailureKind> = new Set([
  'rate-limited',
  'server-error',
  'timeout',
  'disconnected',
  'bad-response',
  'unreachable',
]);

/** Whether another try may succeed. */
export const isPassing = (kind: FailureKind): boolean => passing.has(kind);

const fatal: ReadonlySet<FailureKind> = new Set([
  'unauthorized',
  'not-found',
  'unreachable',
  'redirected',
  'not-installed',
  'no-key',
  'long-wait',
]);

/** Whether no other question can be answered either. */
export const isFatal = (kind: FailureKind): boolean => fatal.has(kind);
