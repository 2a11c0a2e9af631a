import { z } from 'zod';
import type { AgentsNetTask } from '../../agentsnet/rules.ts';
import { probability } from '../../world/part.ts';

const chances = z.array(probability).min(1).max(64);

/**
 * What a bounded agent is like. All are chances per agent and call, unless said otherwise; none depends on how many
 * agents there are. A list by call is continued by its last entry; call 0 comes before anything is heard. Where a
 * description names tasks, the others take no notice.
 */
export const knobs = z.strictObject({
  announce: chances.describe(
    'Chance, by call, that an agent without stance takes one and states it; in matching without sound strategy, that one without partner makes an offer.',
  ),
  prior: z
    .array(z.number().min(0))
    .min(1)
    .max(64)
    .describe(
      'Weights of the first stance. Coloring: Group 1, 2, ...; consensus without inputs: 0, 1; leader election: not to stand, to stand; vertex cover without sound strategy: to stay out, to coordinate. What is left of a sum of 1 goes to values beyond the list.',
    ),
  preset: probability.describe(
    'Chance that a first stance is what it would have been before anything was heard, however late it is stated. Coloring, consensus.',
  ),
  habit: probability.describe(
    'Chance to do as all would. Coloring: one who moves takes the next free group, not any; matching without sound strategy: of several offers the first by name, not any.',
  ),
  adopt: probability.describe(
    'Chance to take up what is heard. Consensus: a first stance is what most neighbours hold, else what fewer hold; leader election: to speak for whom most neighbours do, not for one that stands; matching without sound strategy: to accept an offer while free.',
  ),
  switching: z
    .tuple([probability, probability, probability, probability])
    .describe(
      'Chance to go over to the others when below half, half, above half, or all of the neighbours oppose: in stance (consensus, leader election without sound strategy) or in strategy (leader election, matching, vertex cover).',
    ),
  repair: chances.describe(
    'Chance, by call, to mend what is known to clash. Coloring: to move; matching: to leave an offer of its own for one it was made; vertex cover: to cover a link that both ends leave open.',
  ),
  repairSymmetry: probability.describe(
    'Chance to mend a clash whoever the other is; else only the end whose name comes later does. Coloring, vertex cover.',
  ),
  finalRepair: probability.describe(
    'Chance to mend a clash in the final answer, unannounced. Coloring, matching, vertex cover.',
  ),
  verification: probability.describe(
    'Chance to check what it takes or believes against what neighbours have said. Coloring: a group; matching: whether a partner is still free; coloring, consensus, matching and vertex cover: a tale.',
  ),
  drift: probability.describe(
    'Chance to change a stance, with nothing heard against it. Coloring, consensus, matching, vertex cover.',
  ),
  finalChange: probability.describe(
    'The same in the final answer, which then is not as last told. Coloring, consensus, matching, vertex cover.',
  ),
  omission: probability.describe('Chance, per neighbour, to say nothing.'),
  inconsistency: probability.describe('Chance to tell one neighbour another stance than the others.'),
  invention: probability.describe(
    'Chance to make up a fact, if not holding one that was made up: in leader election a candidate who does not exist, else what a neighbour has chosen.',
  ),
  relay: probability.describe(
    'Chance to believe a tale, once, when it is first heard; and, for a tale about what somebody has chosen, to pass it on at a call. Its author always does.',
  ),
  malformed: probability.describe(
    'Chance that messages are not as asked for. Mode upstream cannot read them, mode clean only those of the last of the causes.',
  ),
  malformedAnswer: probability.describe('Chance that a final answer cannot be read.'),
  retryFailure: probability.describe('Chance that what could not be read cannot when asked for again.'),
  malformedCauses: z
    .tuple([z.number().min(0), z.number().min(0), z.number().min(0), z.number().min(0)])
    .describe('Weights of: trailing comma, unknown key, escaped newline, anything else.'),
  private: probability.describe(
    'Share of agents that never tell their stance or strategy; a strategy they have from the start.',
  ),
  propose: probability.describe(
    'Chance to propose a strategy, while having none. Leader election, matching, vertex cover.',
  ),
  sound: probability.describe(
    'Chance that a proposed strategy, or the one taken of two as frequent ones, works if all keep to it. Leader election, matching, vertex cover.',
  ),
  adoptStrategy: probability.describe(
    'Chance to take up a strategy that neighbours follow, while having none. Leader election, matching, vertex cover.',
  ),
  silentAdoption: probability.describe(
    'Chance that one who takes up a strategy does not tell. Leader election, matching, vertex cover.',
  ),
  slip: probability.describe(
    'Chance not to act on a sound strategy. Leader election, matching, vertex cover.',
  ),
  dither: probability.describe(
    'Chance to talk on instead of acting, without sound strategy. Matching, vertex cover.',
  ),
  prune: probability.describe(
    'Chance that a coordinator steps back when all its neighbours are coordinators, without sound strategy. Vertex cover.',
  ),
  resign: probability.describe(
    'Chance to settle for no partner when each neighbour has named somebody else, without sound strategy. Matching.',
  ),
  modesty: probability.describe(
    'Chance that a candidate with enough support does not lead all the same, without sound strategy. Leader election.',
  ),
  quorum: probability.describe(
    'Share of neighbours whose support a candidate needs to lead, without sound strategy. Leader election.',
  ),
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
