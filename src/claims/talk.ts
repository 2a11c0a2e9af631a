/** What is said where claims spread: a claim, or the correction of one. */

/** An agent says what it holds for true. */
export interface Claim {
  readonly kind: 'claim';
  readonly isFalse: boolean;
  /** The agent that told it; the agent itself where it made the claim up, or was given it. */
  readonly from: number;
  /** How often a false claim was told on before: 0 where it arose. */
  readonly depth: number;
}

/** An agent says that a claim it told, or was told, is false. */
export interface Correction {
  readonly kind: 'correction';
  /** Whether the sender found the error out itself; else it was corrected by another, and passes that on. */
  readonly isOwn: boolean;
}

export type Saying = Claim | Correction;

export const isSaying = (content: unknown): content is Saying =>
  typeof content === 'object' &&
  content !== null &&
  ((content as Saying).kind === 'claim' || (content as Saying).kind === 'correction');

/** What agents decide: the claim they were given at first, or the false one. */
export const verdicts = { isTrue: 1, isFalse: 0 } as const;
