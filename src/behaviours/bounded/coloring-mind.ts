import { groupsFor } from '../../agentsnet/scorers.ts';
import { OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import { byCall, drawFirst, type Head, type TaskMind } from './head.ts';
import { stanceClaims } from './stance-claims.ts';

/**
 * Coloring: state a group, change it when a neighbour has it too, and now and then for no reason. Whoever states one
 * late has heard others, and mostly avoids theirs, unless its choice was made before.
 */
export function coloringMind(head: Head): TaskMind {
  const { setting, memory, dice, knobs, rank } = head;
  const { stance, heard, offsets, targets } = memory;
  const groups = groupsFor(setting.graph);
  const taken = new Uint8Array(groups + 1);
  const spoken = stanceClaims();

  /** Notes which groups neighbours have claimed; none, where the agent does not look. */
  const look = (agent: number): void => {
    taken.fill(0);
    if (!dice.chance(on.verify, knobs.verification)) return;
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      const group = heard[arc]!;
      if (group >= 1 && group <= groups) taken[group] = 1;
    }
  };

  const isTaken = (i: number): boolean => taken[i + 1] === 1;

  const move = (agent: number): void => {
    const own = stance[agent]!;
    look(agent);
    taken[own] = 1;
    const next = dice.chance(on.habit, knobs.habit);
    let free = 0;
    for (let group = 1; group <= groups; group++) if (taken[group] === 0) free++;
    if (free === 0) return;
    let skip = next ? 0 : dice.below(on.pick, free);
    for (let step = 1; step <= groups; step++) {
      const group = ((own + step - 1) % groups) + 1;
      if (taken[group] === 0 && skip-- === 0) {
        stance[agent] = group;
        return;
      }
    }
  };

  /** Whether some neighbour that comes before it in the order of names claims its group. */
  const isLater = (agent: number): boolean => {
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      if (heard[arc] === stance[agent] && rank(targets[arc]!) < rank(agent)) return true;
    }
    return false;
  };

  /** Whether an agent in a clash takes it on itself to move. */
  const yields = (agent: number): boolean => dice.chance(on.symmetry, knobs.repairSymmetry) || isLater(agent);

  const knowsClash = (agent: number): boolean => {
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      if (heard[arc] === stance[agent]) return true;
    }
    return false;
  };

  return {
    needsStrategy: false,
    think(agent, call, isFinal) {
      if (stance[agent] === OPEN) {
        if (!isFinal && !dice.chance(on.announce, byCall(knobs.announce, call))) return;
        if (dice.chance(on.preset, knobs.preset)) taken.fill(0);
        else look(agent);
        stance[agent] = 1 + drawFirst(knobs.prior, groups, dice.unit(on.pick), isTaken);
      } else if (knowsClash(agent)) {
        const p = isFinal ? knobs.finalRepair : byCall(knobs.repair, call);
        if (dice.chance(on.repair, p) && yields(agent)) move(agent);
      } else if (dice.chance(on.drift, isFinal ? knobs.finalChange : knobs.drift)) move(agent);
    },
    claim(agent) {
      const value = stance[agent]!;
      return value === OPEN ? undefined : spoken(agent, 'stance', agent, value);
    },
    answer: (agent) => stance[agent]!,
    otherThan: (_agent, value, u) => {
      const other = 1 + Math.floor(u * (groups - 1));
      return other >= value ? other + 1 : other;
    },
  };
}
