import type { Ending, Setting } from './contracts.ts';

/** What counts as solved: inputs, properties, and a judgement of the decisions. */
export interface Task {
  readonly name: string;
  /**
   * The vocabularies of decisions that it can judge, any of which its protocol must speak; left out, nobody checks.
   * numbers, values: such as every agent was given (values: whole ones) · news: what one agent was given · bit, name: 0 or 1,
   * or any one name, in common, that nobody was given · colors, leader, partners, cover, independent-set · agentsnet: answers of
   * that benchmark, whichever its task · product: a piece of work.
   */
  readonly wants?: readonly string[];
  /** One input per agent; a task without inputs leaves it out. */
  readonly inputs?: (setting: Omit<Setting, 'inputs'>) => Float64Array;
  /** How many values there are, where these are 0 to `values` - 1. */
  readonly values?: number;
  /** How many values there are to choose from, where only what a correct agent was given may be decided. */
  readonly choices?: number;
  /** Claims about a run, each of which gets a verdict. */
  readonly properties: readonly Property[];
  /** Judges the decisions of the correct agents. Pure. */
  readonly judge: (ending: Ending) => Judgement;
  /** A decided value as people read it: `Group 3`, `Yes`. */
  readonly nameOf: (value: number, setting: Setting) => string;
}

/** always: a finite run can refute it · eventually: only a run with nothing left to happen can. */
export interface Property {
  readonly name: string;
  readonly kind: 'always' | 'eventually';
  readonly holds: (ending: Ending) => boolean;
  /** Of what is to hold eventually: whether what has been decided rules it out already. */
  readonly isRefuted?: (ending: Ending) => boolean;
}

/** What a run says of a property: it holds, it is broken, or the run ended too early to tell. */
export type Verdict = 'satisfied' | 'violated' | 'undetermined';

/** What a task finds of the decisions of a run. */
export interface Judgement {
  /** What a run of which every correct agent decided is: one of the first three classes, or no-input. */
  readonly class: 'valid' | 'invalid' | 'split' | 'no-input';
  /** The finer cause in one word: `clash`, `extra-leader`; `none` when valid. */
  readonly cause: string;
  /** Share of the task that is right, 0 to 1; NaN where the task has no such measure. */
  readonly soft: number;
  readonly solved: boolean;
  /** The decisive detail, as prose: which agents, which edge, which values. */
  readonly witness: string;
  /** The agents that the witness names, in its order, so that their story can be told; left out, it names none. */
  readonly agents?: readonly number[];
}
