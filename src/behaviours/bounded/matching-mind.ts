import { NONE } from '../../agentsnet/codes.ts';
import { OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import { acts, byCall, type Head, type TaskMind } from './head.ts';
import { stanceClaims } from './stance-claims.ts';
import { SOUND } from './strategy.ts';

/**
 * Matching: offer, accept, and keep to it. With the sound strategy an agent wants the first, in the order of names, of
 * the neighbours that are still free; the first two free names that are neighbours find one another at once. Without
 * it offers go to anybody, and options are kept open.
 */
export function matchingMind(head: Head): TaskMind {
  const { memory, dice, knobs, rank } = head;
  const { stance, heard, firm, offsets, targets, strategy } = memory;
  const spoken = stanceClaims();

  /** Whether the neighbour at this arc has said that it is paired with another, or is content without. */
  const isGone = (agent: number, arc: number): boolean =>
    firm[arc] === 1 && heard[arc] !== agent && heard[arc]! >= 0;

  const arcTo = (agent: number, partner: number): number => {
    let arc = offsets[agent]!;
    while (targets[arc] !== partner) arc++;
    return arc;
  };

  const isMutual = (agent: number): boolean => {
    const partner = stance[agent]!;
    return partner >= 0 && heard[arcTo(agent, partner)] === agent;
  };

  /** One of the neighbours for which the test holds: the first in order of names, or any; OPEN when there is none. */
  const oneOf = (agent: number, inOrder: boolean, test: (arc: number) => boolean): number => {
    const first = offsets[agent]!;
    const degree = offsets[agent + 1]! - first;
    const start = dice.below(on.whom, Math.max(1, degree));
    let best = OPEN;
    for (let i = 0; i < degree; i++) {
      const arc = first + ((start + i) % degree);
      if (!test(arc)) continue;
      if (!inOrder) return targets[arc]!;
      if (best === OPEN || rank(targets[arc]!) < rank(best)) best = targets[arc]!;
    }
    return best;
  };

  const proposer = (agent: number, inOrder: boolean): number =>
    oneOf(agent, inOrder, (arc) => heard[arc] === agent && targets[arc] !== stance[agent]);

  const seek = (agent: number, call: number): void => {
    const inOrder = strategy[agent] === SOUND;
    const looks = dice.chance(on.verify, knobs.verification);
    if (inOrder) {
      stance[agent] = oneOf(agent, true, (arc) => !(looks && isGone(agent, arc)));
    } else {
      const isOpen = stance[agent]! < 0;
      const offer = proposer(agent, dice.chance(on.habit, knobs.habit));
      if (offer !== OPEN && dice.chance(on.adopt, isOpen ? knobs.adopt : byCall(knobs.repair, call))) {
        stance[agent] = offer;
        return;
      }
      if (!isOpen || stance[agent] === NONE) return;
      if (allNamedOthers(agent) && dice.chance(on.prune, knobs.resign)) {
        stance[agent] = NONE;
        return;
      }
      if (!dice.chance(on.announce, byCall(knobs.announce, call))) return;
      stance[agent] = oneOf(agent, false, (arc) => !(looks && isGone(agent, arc)));
    }
    // Everyone around is paired, as far as the agent can see.
    if (stance[agent] === OPEN) stance[agent] = NONE;
  };

  const allNamedOthers = (agent: number): boolean => {
    for (let arc = offsets[agent]!; arc < offsets[agent + 1]!; arc++) {
      if (heard[arc]! < 0 || heard[arc] === agent) return false;
    }
    return true;
  };

  const settle = (agent: number): void => {
    const offer = proposer(agent, strategy[agent] === SOUND);
    if (offer !== OPEN && dice.chance(on.repair, knobs.finalRepair)) stance[agent] = offer;
    else {
      const partner = stance[agent]!;
      const elsewhere = partner >= 0 && heard[arcTo(agent, partner)]! >= 0;
      // An offer that was not taken up: it is given up for lost where the other has named somebody else.
      if (partner === OPEN || (elsewhere && dice.chance(on.verify, knobs.verification))) stance[agent] = NONE;
    }
  };

  return {
    needsStrategy: true,
    think(agent, call, isFinal) {
      if (isMutual(agent)) {
        if (!dice.chance(on.drift, isFinal ? knobs.finalChange : knobs.drift)) return;
        stance[agent] = oneOf(agent, false, (arc) => targets[arc] !== stance[agent]);
        if (stance[agent] === OPEN) stance[agent] = NONE;
        return;
      }
      if (isFinal) return settle(agent);
      const partner = stance[agent]!;
      if (
        partner >= 0 &&
        isGone(agent, arcTo(agent, partner)) &&
        dice.chance(on.verify, knobs.verification)
      ) {
        stance[agent] = OPEN;
      }
      if (acts(head, agent)) seek(agent, call);
    },
    claim(agent) {
      const value = stance[agent]!;
      if (value === OPEN) return undefined;
      const topic = value === NONE || isMutual(agent) ? 'stance' : 'proposal';
      return spoken(agent, topic, agent, value);
    },
    answer: (agent) => stance[agent]!,
    otherThan(agent, value, u) {
      const degree = offsets[agent + 1]! - offsets[agent]!;
      const other = targets[offsets[agent]! + Math.floor(u * degree)]!;
      return other === value ? NONE : other;
    },
  };
}
