import { type Distribution, sampler } from '../kernel/distribution.ts';
import type { Keyed } from '../kernel/keyed.ts';
import type { Usage } from './usage.ts';

/** How fast a model answers: the think time of a call follows from what it reads and writes. */
export interface Serving {
  /** Time from the request to the first token, before any reading is counted. */
  readonly firstToken: Distribution;
  /** Tokens read per second; left out, reading takes no time. */
  readonly prefill?: number | undefined;
  /** Tokens written per second; left out, writing takes no time. */
  readonly decode?: number | undefined;
}

/** Whether no call ever takes any time. */
export const takesNoTime = ({ firstToken, prefill, decode }: Serving): boolean =>
  firstToken.kind === 'constant' && firstToken.value === 0 && prefill === undefined && decode === undefined;

/** Think time of a call in whole microseconds: first token, plus tokens read and written at their rates. */
export function thinkTime(serving: Serving): (draw: Keyed, usage: Usage | undefined) => number {
  const first = sampler(serving.firstToken);
  const perRead = serving.prefill === undefined ? 0 : 1e6 / serving.prefill;
  const perWritten = serving.decode === undefined ? 0 : 1e6 / serving.decode;
  return (draw, usage) => {
    const base = first.sample(draw);
    return usage === undefined ? base : Math.round(base + usage.prompt * perRead + usage.output * perWritten);
  };
}
