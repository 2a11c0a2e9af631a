import type { Reply } from '../models/model.ts';
import { counted } from './numbers.ts';

/** How many questions came back with no answer at all, and why the first one did; counted as a command goes. */
export interface AnswerTally {
  answers: number;
  failed: number;
  /** What was said of the first that failed; holds no key. */
  first?: string;
}

/** Counts a reply; one that was given up, or that no call was made for, is none. */
export function tallyAnswer(tally: AnswerTally, reply: Reply): void {
  if (!reply.ok && (reply.kind === 'cancelled' || (reply.kind === 'over-budget' && reply.retries === 0)))
    return;
  tally.answers++;
  if (reply.ok) return;
  tally.failed++;
  tally.first ??= reply.message;
}

/** `3 of 32 answers failed; first: ...`; undefined where none did. */
export function failuresIn({ answers, failed, first }: AnswerTally): string | undefined {
  return failed === 0 ? undefined : `${failed} of ${counted(answers, 'answer')} failed; first: ${first}`;
}
