import type { z } from 'zod';
import { duration } from '../world/part.ts';

/** Parameters that say when a fault is at work: from `from` on, and before `until`. */
export const span = {
  from: duration.prefault('0s').describe('When it begins.'),
  until: duration.optional().describe('When it ends; it lasts for ever when left out.'),
};

export interface Span {
  readonly from: number;
  readonly until?: number | undefined;
}

/** Refuses a span that is over before it begins. */
export function refuseEmptySpan({ from, until }: Span, context: z.RefinementCtx): void {
  if (until === undefined || until > from) return;
  context.addIssue({ code: 'custom', path: ['until'], message: 'must be later than `from`' });
}

/** What a plan says of a fault that lasts for a span. */
export const beginning = ({ from }: Span): { readonly at: number; readonly path: string } => ({
  at: from,
  path: 'from',
});

/** Whether a time lies within a span. */
export const within =
  ({ from, until = Number.POSITIVE_INFINITY }: Span) =>
  (now: number): boolean =>
    now >= from && now < until;

/** Whether a span has begun at a time, and does not end. */
export const isForGood = ({ from, until }: Span, now: number): boolean => until === undefined && now >= from;
