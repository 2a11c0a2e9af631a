import { OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import { acts, byCall, type Head, hazard, opposing, type TaskMind } from './head.ts';
import { stanceClaims } from './stance-claims.ts';
import { SOUND } from './strategy.ts';

/**
 * Leader election. With the sound strategy the first name heard of is passed on, and its bearer leads. Otherwise most
 * agents stand, speak for themselves at first and later for whom others speak for; one leads that has enough support
 * around it and is not too modest. An agent's stance is the candidate that it speaks for; whoever is won over to one who
 * does not exist can be won back like any other.
 */
export function leaderMind(head: Head): TaskMind {
  const { memory, dice, knobs, rank } = head;
  const { stance, heard, offsets, targets, strategy, tale } = memory;
  // By agent: whether it stands, and whether it has come to speak for somebody made up; by arc: whether the neighbour
  // has spoken for itself.
  const stands = new Uint8Array(memory.agents);
  const believes = new Uint8Array(memory.agents);
  const stood = new Uint8Array(memory.targets.length);
  const spoken = stanceClaims();

  const firstName = (agent: number): number => {
    let best = agent;
    const believed = tale[agent]?.subject ?? OPEN;
    if (rank(stance[agent]!) < rank(best)) best = stance[agent]!;
    if (rank(believed) < rank(best)) best = believed;
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      const name = heard[arc]!;
      if (rank(name) < rank(best)) best = name;
    }
    return best;
  };

  /** Whom to speak for: whom most neighbours speak for, or some neighbour that stands; OPEN when there is nobody. */
  const praised = (agent: number): number => {
    const first = offsets[agent]!;
    const end = offsets[agent + 1]!;
    const start = dice.below(on.whom, end - first);
    const follows = dice.chance(on.adopt, knobs.adopt);
    let best = OPEN;
    let most = 0;
    for (let i = 0; i < end - first; i++) {
      const arc = first + ((start + i) % (end - first));
      if (!follows) {
        if (stood[arc] === 1) return targets[arc]!;
        continue;
      }
      const name = heard[arc]!;
      if (name === OPEN || name === agent) continue;
      let count = 0;
      for (let other = first; other < end; other++) if (heard[other] === name) count++;
      if (count > most) {
        most = count;
        best = name;
      }
    }
    return best;
  };

  const support = (agent: number): number => {
    const first = offsets[agent]!;
    const end = offsets[agent + 1]!;
    let count = 0;
    for (let arc = first; arc < end; arc++) if (heard[arc] === agent) count++;
    return count / (end - first);
  };

  return {
    needsStrategy: true,
    think(agent, call, isFinal) {
      for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++)
        if (heard[arc] === targets[arc]) stood[arc] = 1;
      if (strategy[agent] === SOUND) {
        if (acts(head, agent)) stance[agent] = firstName(agent);
      } else if (tale[agent] !== undefined && believes[agent] === 0) {
        believes[agent] = 1;
        stance[agent] = tale[agent]!.subject;
      } else if (stance[agent] === OPEN) {
        if (!dice.chance(on.announce, byCall(knobs.announce, call))) return;
        const [out, standing] = [knobs.prior[0]!, knobs.prior[1] ?? 0];
        stands[agent] = Number(dice.unit(on.pick) * (out + standing) >= out);
        stance[agent] = stands[agent] === 1 ? agent : praised(agent);
      } else if (!isFinal && dice.chance(on.switch, hazard(knobs.switching, opposing(head, agent)))) {
        const name = praised(agent);
        if (name !== OPEN) stance[agent] = name;
      }
    },
    claim(agent) {
      const subject = stance[agent]!;
      if (subject === OPEN) return undefined;
      const told = tale[agent];
      return told?.subject === subject ? told : spoken(agent, 'candidate', subject, 1);
    },
    answer(agent) {
      if (strategy[agent] === SOUND) return Number(stance[agent] === agent);
      return stands[agent] === 1 && support(agent) >= knobs.quorum && !dice.chance(on.modesty, knobs.modesty)
        ? 1
        : 0;
    },
    otherThan: (_agent, value, u) => {
      const other = Math.floor(u * (memory.agents - 1));
      return other >= value ? other + 1 : other;
    },
  };
}
