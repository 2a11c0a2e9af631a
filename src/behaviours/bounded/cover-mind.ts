import { OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import { acts, byCall, drawFirst, type Head, type TaskMind } from './head.ts';
import { stanceClaims } from './stance-claims.ts';
import { SOUND } from './strategy.ts';

/**
 * Vertex cover. With the sound strategy an agent stays out unless a neighbour before it in the order does, which makes
 * those who stay out a maximal independent set. Without it most are willing; links without coordinator are noticed
 * more readily than coordinators without need.
 */
export function coverMind(head: Head): TaskMind {
  const { memory, dice, knobs, rank } = head;
  const { stance, heard, offsets, targets, strategy } = memory;
  const spoken = stanceClaims();
  const never = (): boolean => false;

  const someOut = (agent: number, before: number): boolean => {
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      if (heard[arc] === 0 && rank(targets[arc]!) < before) return true;
    }
    return false;
  };
  const allIn = (agent: number): boolean => {
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) if (heard[arc] !== 1) return false;
    return true;
  };

  const mend = (agent: number, call: number, isFinal: boolean): void => {
    const own = stance[agent]!;
    if (own === 0 && someOut(agent, Number.POSITIVE_INFINITY)) {
      const p = isFinal ? knobs.finalRepair : byCall(knobs.repair, call);
      const yields = someOut(agent, rank(agent)) || dice.chance(on.symmetry, knobs.repairSymmetry);
      if (yields && dice.chance(on.repair, p)) stance[agent] = 1;
    } else if (own === 1 && allIn(agent)) {
      if (dice.chance(on.prune, knobs.prune)) stance[agent] = 0;
    } else if (dice.chance(on.drift, isFinal ? knobs.finalChange : knobs.drift)) stance[agent] = 1 - own;
  };

  return {
    needsStrategy: true,
    think(agent, call, isFinal) {
      if (stance[agent] === OPEN) {
        if (!isFinal && !dice.chance(on.announce, byCall(knobs.announce, call))) return;
        const willing = drawFirst(knobs.prior, 2, dice.unit(on.pick), never);
        stance[agent] = strategy[agent] === SOUND ? Number(someOut(agent, rank(agent))) : willing;
      } else if (strategy[agent] === SOUND) {
        if (acts(head, agent)) stance[agent] = Number(someOut(agent, rank(agent)));
      } else if (isFinal || acts(head, agent)) mend(agent, call, isFinal);
    },
    claim(agent) {
      const value = stance[agent]!;
      return value === OPEN ? undefined : spoken(agent, 'stance', agent, value);
    },
    answer: (agent) => stance[agent]!,
    otherThan: (_agent, value) => 1 - value,
  };
}
