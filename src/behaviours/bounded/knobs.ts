import { z } from 'zod';
import type { AgentsNetTask } from '../../agentsnet/rules.ts';
import { probability } from '../../world/part.ts';

const chances = z.array(probability).min(1).max(64);

/**
 * What a bounded agent is like. All are chances per agent and call, unless said otherwise; none depends on how many
 * agents there are. A list by round is continued by its last entry.
 */
export const knobs = z.strictObject({
  announce: chances.describe('Chance, by call, that an agent without stance takes one and states it.'),
  prior: z
    .array(z.number().min(0))
    .min(1)
    .max(64)
    .describe('Weights of the first values in listing order, for a stance of one that has heard of none.'),
  habit: probability.describe('Chance that one who moves takes the next value in the common order, not any.'),
  adopt: probability.describe(
    'Chance to take what most neighbours hold, or to accept an offer, rather than not.',
  ),
  switching: z
    .tuple([probability, probability, probability, probability])
    .describe('Chance to change sides when below half, half, above half, or all of the neighbours oppose.'),
  repair: chances.describe('Chance, by call, to change a stance that clashes with a known one.'),
  repairSymmetry: probability.describe(
    'Chance not to use a rule for who gives way; 0: only the later-named one does.',
  ),
  finalRepair: probability.describe('Chance to change a clashing stance in the final answer.'),
  verification: probability.describe(
    'Chance to check a new stance, or a tale, against what neighbours have said.',
  ),
  drift: probability.describe('Chance to change a stance for no reason that others could know.'),
  finalChange: probability.describe('Chance to answer, for no such reason, other than last told.'),
  omission: probability.describe('Chance, per neighbour, to say nothing.'),
  inconsistency: probability.describe('Chance to tell one neighbour something else than the others.'),
  invention: probability.describe('Chance to make up a fact, if not holding one that was made up.'),
  relay: probability.describe(
    'Chance to believe a tale, once, when it is first heard; and, per call, to pass it on.',
  ),
  malformed: probability.describe('Chance that messages cannot be read.'),
  malformedAnswer: probability.describe('Chance that a final answer cannot be read.'),
  retryFailure: probability.describe('Chance that they still cannot when asked for again.'),
  malformedCauses: z
    .tuple([z.number().min(0), z.number().min(0), z.number().min(0), z.number().min(0)])
    .describe('Weights of: trailing comma, unknown key, escaped newline, anything else.'),
  private: probability.describe('Share of agents that settle on something alone and never tell.'),
  propose: probability.describe('Chance to propose a strategy, while having none.'),
  sound: probability.describe('Chance that a proposed strategy is one that works if all keep to it.'),
  adoptStrategy: probability.describe(
    'Chance to take up a strategy that a neighbour follows, while having none.',
  ),
  silentAdoption: probability.describe('Chance that one who takes up a strategy does not tell.'),
  slip: probability.describe('Chance not to act on its strategy.'),
  dither: probability.describe('Chance to talk on instead of acting, while having no sound strategy.'),
  prune: probability.describe('Chance that a coordinator steps back when it learns that it is not needed.'),
  resign: probability.describe(
    'Chance to settle for no partner when each neighbour has named somebody else.',
  ),
  modesty: probability.describe(
    'Chance that a candidate with the support of its neighbours does not lead all the same.',
  ),
  quorum: probability.describe('Share of neighbours whose support a candidate needs to lead.'),
});

export type Knobs = z.infer<typeof knobs>;
export type Knob = keyof Knobs;

/** How far a value can be relied on. */
export type Confidence = 'measured' | 'derived' | 'fitted' | 'assumed';

/** One value of a profile, the same for all tasks or by task, and where it comes from. */
export interface Fitted<Value> {
  readonly value: Value | ByTask<Value>;
  readonly confidence: Confidence;
  /** Where it stands, what was measured there, and on how many observations. */
  readonly source: string;
}

export interface ByTask<Value> {
  readonly default: Value;
  readonly tasks: Partial<Record<AgentsNetTask, Value>>;
}

/** A fitted behaviour: a value per knob, with its provenance, and the sizes of its conversations. */
export type Profile = { readonly [Name in Knob]: Fitted<Knobs[Name]> };

/** The knobs of a profile for one task, with a scenario's own values over them. */
export function knobsFor(profile: Profile, task: AgentsNetTask, own: Partial<Knobs>): Knobs {
  let byTask = read.get(profile);
  if (byTask === undefined) read.set(profile, (byTask = new Map()));
  let fitted = byTask.get(task);
  if (fitted === undefined) {
    const chosen = Object.entries(profile).map(([name, { value }]) => [name, valueFor(value, task)]);
    byTask.set(task, (fitted = Object.fromEntries(chosen) as Knobs));
  }
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return given.length === 0 ? fitted : { ...fitted, ...Object.fromEntries(given) };
}

/** Profiles never change, so that each is read once per task, not once per run. */
const read = new WeakMap<Profile, Map<AgentsNetTask, Knobs>>();

function valueFor(value: unknown, task: AgentsNetTask): unknown {
  if (typeof value !== 'object' || value === null || !('tasks' in value)) return value;
  const { tasks, default: other } = value as ByTask<unknown>;
  return tasks[task] ?? other;
}
