import type { Reply } from '../models/model.ts';
import { counted } from './numbers.ts';

/**
 * How many answers came from the record, and how many questions came back with no answer at all, and why the first one did;
 * counted as a command goes.
 */
export interface AnswerTally {
  answers: number;
  /** Of these, those that nobody was asked for now. */
  recorded: number;
  failed: number;
  /** What was said of the first that failed; holds no key. */
  first?: string;
}

/** Of no answers. */
export const newTally = (): AnswerTally => ({ answers: 0, recorded: 0, failed: 0 });

/** Counts a reply; one that was given up, or that no call was made for, is none. */
export function tallyAnswer(tally: AnswerTally, reply: Reply, isFresh: boolean): void {
  if (!reply.ok && (reply.kind === 'cancelled' || (reply.kind === 'over-budget' && reply.retries === 0)))
    return;
  tally.answers++;
  if (!isFresh) tally.recorded++;
  if (reply.ok) return;
  tally.failed++;
  tally.first ??= reply.message;
}

/** `3 of 32 answers failed; first: ...`; undefined where none did. */
export function failuresIn({ answers, failed, first }: AnswerTally): string | undefined {
  return failed === 0 ? undefined : `${failed} of ${counted(answers, 'answer')} failed; first: ${first}`;
}

/** `72 answers: 56 from the record a.jsonl, 16 asked for at http://host/v1`. */
export function sourcesIn(
  { answers, recorded }: AnswerTally,
  {
    cassette,
    address,
  }: { readonly cassette?: string | undefined; readonly address?: string | undefined } = {},
): string {
  const asked = answers - recorded;
  const from = recorded > 0 && cassette !== undefined ? ` ${cassette}` : '';
  const at = asked > 0 && address !== undefined ? ` at ${address}` : '';
  const anew = recorded > 0 ? '; --cassette-mode record asks anew' : '';
  return `${counted(answers, 'answer')}: ${recorded} from the record${from}, ${asked} asked for${at}${anew}`;
}
