import { type Claim, OPEN } from '../../agentsnet/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { type Dice, on } from './dice.ts';
import type { Knobs } from './knobs.ts';
import type { Memory } from './memory.ts';

/** What the thinking of bounded agents works with, the same for all agents of a run. */
export interface Head {
  readonly setting: Setting;
  readonly memory: Memory;
  readonly dice: Dice;
  readonly knobs: Knobs;
  /** By agent: its place in the order of names. Worked out when first asked for. */
  readonly rank: (agent: number) => number;
}

/** How a bounded agent goes about one task. The head's dice are turned to the agent and call before each of these. */
export interface TaskMind {
  /** Thinks once over what was heard, and may change the agent's stance. */
  readonly think: (agent: number, call: number, isFinal: boolean) => void;
  /** What the agent says of its stance; undefined while there is nothing to say. */
  readonly claim: (agent: number) => Claim | undefined;
  /** Its final answer, as a code. */
  readonly answer: (agent: number) => number;
  /** Something else that it could say, for slips of the tongue and tales: u is a number in [0, 1). */
  readonly otherThan: (agent: number, value: number, u: number) => number;
  /** Whether a strategy has to be found first. */
  readonly needsStrategy: boolean;
}

/** The entry of a list by round; its last one goes on. */
export const byCall = (list: readonly number[], call: number): number =>
  list[Math.min(call, list.length - 1)]!;

/** Whether an agent that has to act, with a strategy or without, does so at this call. */
export function acts({ memory, dice, knobs }: Head, agent: number): boolean {
  return memory.strategy[agent] === 1
    ? !dice.chance(on.slip, knobs.slip)
    : !dice.chance(on.slip, knobs.dither);
}

/** Draws from the weights of values not `taken`; those beyond the list share what is left of a sum of one. */
export function drawFirst(
  prior: readonly number[],
  values: number,
  u: number,
  isTaken: (value: number) => boolean,
): number {
  let given = 0;
  for (let i = 0; i < Math.min(values, prior.length); i++) given += prior[i]!;
  const tail = values > prior.length ? Math.max(1e-6, 1 - given) / (values - prior.length) : 0;
  const weight = (i: number): number => (isTaken(i) ? 0 : (prior[i] ?? tail) + 1e-12);
  let total = 0;
  for (let i = 0; i < values; i++) total += weight(i);
  let left = u * total;
  for (let i = 0; i < values; i++) {
    left -= weight(i);
    if (left < 0) return i;
  }
  return Math.floor(u * values);
}

/** Share of the neighbours that have a stance whose stance is another; NaN when none has. */
export function opposing({ memory }: Head, agent: number): number {
  const { heard, offsets, stance } = memory;
  let others = 0;
  let known = 0;
  for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
    if (heard[arc] === OPEN) continue;
    known++;
    if (heard[arc] !== stance[agent]) others++;
  }
  return others / known;
}

/** The chance to change sides when this share of the neighbours opposes; 0 where none does. */
export function hazard([below, half, above, all]: Knobs['switching'], share: number): number {
  if (!(share > 0)) return 0;
  if (share < 0.5) return below;
  if (share === 0.5) return half;
  return share < 1 ? above : all;
}
