import { OPEN } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import { byCall, drawFirst, type Head, hazard, opposing, type TaskMind } from './head.ts';
import { stanceClaims } from './stance-claims.ts';

/** Consensus: take what one was given or is in the habit of, and go over to the others, slowly and not surely. */
export function consensusMind(head: Head): TaskMind {
  const { setting, memory, dice, knobs } = head;
  const { stance, heard, offsets } = memory;
  const hasInputs = setting.inputs.length > 0;
  const spoken = stanceClaims();
  const never = (): boolean => false;

  /** The value most neighbours hold, other than `than`; the lower one at a draw, OPEN when there is none. */
  const mostHeard = (agent: number, than: number): number => {
    let best = OPEN;
    let most = 0;
    const end = offsets[agent + 1]!;
    for (let arc = offsets[agent]!; arc < end; arc++) {
      const value = heard[arc]!;
      if (value === OPEN || value === than) continue;
      let count = 0;
      for (let other = offsets[agent]!; other < end; other++) if (heard[other] === value) count++;
      if (count > most || (count === most && value < best)) {
        most = count;
        best = value;
      }
    }
    return best;
  };

  const first = (agent: number): number =>
    hasInputs ? setting.inputs[agent]! : drawFirst(knobs.prior, 2, dice.unit(on.pick), never);

  /** Where to go without a neighbour to follow: the other of two values, or one's own input. */
  const elsewhere = (agent: number): number => (hasInputs ? setting.inputs[agent]! : 1 - stance[agent]!);

  const enter = (agent: number): number => {
    const seen = mostHeard(agent, OPEN);
    if (seen === OPEN || dice.chance(on.preset, knobs.preset)) return first(agent);
    if (dice.chance(on.adopt, knobs.adopt)) return seen;
    const other = mostHeard(agent, seen);
    return other !== OPEN ? other : hasInputs ? setting.inputs[agent]! : 1 - seen;
  };

  return {
    needsStrategy: false,
    think(agent, call, isFinal) {
      if (stance[agent] === OPEN) {
        if (isFinal || dice.chance(on.announce, byCall(knobs.announce, call))) stance[agent] = enter(agent);
        return;
      }
      const share = opposing(head, agent);
      if (share > 0) {
        if (dice.chance(on.switch, hazard(knobs.switching, share)))
          stance[agent] = mostHeard(agent, stance[agent]!);
      } else if (dice.chance(on.drift, isFinal ? knobs.finalChange : knobs.drift))
        stance[agent] = elsewhere(agent);
    },
    claim(agent) {
      const value = stance[agent]!;
      return value === OPEN ? undefined : spoken(agent, 'stance', agent, value);
    },
    answer: (agent) => stance[agent]!,
    otherThan: (agent, value) => (hasInputs ? setting.inputs[(agent + 1) % setting.agents]! : 1 - value),
  };
}
