import { exp, ln } from '../../kernel/elementary.ts';

/** What a sequence of voted steps is to come to. */
export interface Aim {
  /** How many steps there are, all of which must be right. */
  readonly steps: number;
  /** Chance that they are. */
  readonly success: number;
  /** Chance that one sample of a step is wrong; below a half, else votes make it worse. */
  readonly error: number;
}

/**
 * The least lead with which votes succeed. First to be ahead by k, a step is right with chance
 * 1 / (1 + (error / (1 - error))^k), so that s of them are with chance t from
 * k = ln(t^(-1/s) - 1) / ln(error / (1 - error)) on (MAKER, arXiv 2511.09030, one step to a call). It takes errors to be
 * independent; where they are not, no lead may do.
 */
export function leastAhead({ steps, success, error }: Aim): number {
  const each = exp(-ln(success) / steps) - 1;
  return Math.max(1, Math.ceil(ln(each) / ln(error / (1 - error))));
}
