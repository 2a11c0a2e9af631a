import type { OutcomeClass } from '../world/outcome.ts';
import type { Verdict } from '../world/task.ts';

/** The levels of the factors at a point, as shown to people: `{ 'task': 'coloring', 'topology.agents': 16 }`. */
export type Factors = Readonly<Record<string, string | number | boolean>>;

/** A point plus a seed: all that fixes one run. Plain data, so that it travels to a worker and into a file. */
export interface Run {
  /** Hash of everything that can change the result. */
  readonly id: string;
  readonly point: number;
  readonly replication: number;
  readonly seed: string;
  readonly factors: Factors;
  /** The scenario with every factor fixed, checked and defaulted. */
  readonly config: unknown;
  /** What `id` is a hash of, where it is known: the scenario as written, with every factor fixed, seed and engine. */
  readonly identity?: Readonly<Record<string, unknown>>;
}

/** What is kept of a run. Holds no wall time, so that equal runs give equal rows. */
export interface Row {
  readonly run: string;
  readonly point: number;
  readonly replication: number;
  readonly seed: string;
  readonly factors: Factors;
  /** A run that failed for our own fault is a row too, with the message here and no numbers. */
  readonly error?: string;
  readonly fingerprint: string;
  readonly outcome: OutcomeClass;
  /** The finer cause in one word: `clash`, `extra-leader`; `none` when valid. */
  readonly cause: string;
  readonly witness: string;
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Numbers by name; null where a metric does not apply to the run. */
  readonly metrics: Readonly<Record<string, number | null>>;
}
