import { groupsFor } from '../../agentsnet/scorers.ts';
import { type Claim, OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import { byCall, drawFirst, type Head, type TaskMind } from './head.ts';

/** Coloring: state a group, change it when a neighbour has it too, and now and then for no reason. */
export function coloringMind(head: Head): TaskMind {
  const { setting, memory, dice, knobs } = head;
  const { stance, heard, offsets, targets } = memory;
  const groups = groupsFor(setting.graph);
  const taken = new Uint8Array(groups + 1);
  const spoken: (Claim | undefined)[] = [];

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

  /** Whether a neighbour claims the same group, and it is for this agent to give way. */
  const clashes = (agent: number): boolean => {
    const own = stance[agent]!;
    let found = false;
    let yields = false;
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      if (heard[arc] !== own) continue;
      found = true;
      if (targets[arc]! < agent) yields = true;
    }
    return found && (yields || dice.chance(on.symmetry, knobs.repairSymmetry));
  };

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
        look(agent);
        stance[agent] = 1 + drawFirst(knobs.prior, groups, dice.unit(on.pick), isTaken);
      } else if (knowsClash(agent)) {
        const p = isFinal ? knobs.finalRepair : byCall(knobs.repair, call);
        if (dice.chance(on.repair, p) && clashes(agent)) move(agent);
      } else if (dice.chance(on.drift, isFinal ? knobs.finalChange : knobs.drift)) move(agent);
    },
    claim(agent) {
      const value = stance[agent]!;
      if (value === OPEN) return undefined;
      const last = spoken[agent];
      if (last?.value === value) return last;
      return (spoken[agent] = { topic: 'stance', subject: agent, value, author: agent });
    },
    answer: (agent) => stance[agent]!,
    otherThan: (_agent, value, u) => {
      const other = 1 + Math.floor(u * (groups - 1));
      return other >= value ? other + 1 : other;
    },
  };
}
