import { type Claim, type Message, OPEN, type Said } from '../../agentsnet/talk.ts';
import { on } from './dice.ts';
import type { Head, TaskMind } from './head.ts';
import { toldTale } from './tales.ts';

/** Puts into messages what an agent has in mind. */
export interface Mouth {
  readonly say: (agent: number) => Said;
}

const smallTalk: Message = [];

/**
 * All neighbours are told the same, but for slips: now and then one hears something else, or nothing. Messages are
 * made anew only when they differ from the agent's last ones.
 */
export function mouth(head: Head, mind: TaskMind, isPrivate: Uint8Array): Mouth {
  const { memory, dice, knobs } = head;
  const { stance, strategy, silent, offsets } = memory;
  const last: (Said | undefined)[] = [];
  const lastClaim: (Claim | undefined)[] = [];
  const lastTale: (Claim | undefined)[] = [];
  const plans: Claim[][] = [];

  const planOf = (agent: number, value: number): Claim =>
    ((plans[agent] ??= [])[value] ??= { topic: 'strategy', subject: agent, value, author: agent });

  const common = (agent: number): Said => {
    const claim = isPrivate[agent] === 1 ? undefined : mind.claim(agent);
    const tale = toldTale(head, agent);
    const plan = strategy[agent]!;
    const before = last[agent];
    if (
      before !== undefined &&
      lastClaim[agent] === claim &&
      lastTale[agent] === tale &&
      before.mind!.strategy === plan &&
      before.mind!.stance === stance[agent]
    ) {
      return before;
    }
    const claims: Claim[] = [];
    if (claim !== undefined) claims.push(claim);
    if (plan !== 0 && silent[agent] === 0) claims.push(planOf(agent, plan));
    if (tale !== undefined) claims.push(tale);
    lastClaim[agent] = claim;
    lastTale[agent] = tale;
    const toAll = claims.length === 0 ? smallTalk : claims;
    return (last[agent] = { kind: 'said', toAll, mind: { stance: stance[agent]!, strategy: plan } });
  };

  /** What one neighbour hears instead, where the agent contradicts itself. */
  const contradiction = (agent: number, { toAll }: Said): Message =>
    toAll.map((claim) => {
      if (claim.subject !== agent || claim.topic === 'strategy') return claim;
      const isCandidate = claim.topic === 'candidate';
      const other = mind.otherThan(agent, isCandidate ? claim.subject : claim.value, dice.unit(on.other));
      return isCandidate ? { ...claim, subject: other } : { ...claim, value: other };
    });

  return {
    say(agent) {
      const said = common(agent);
      const degree = offsets[agent + 1]! - offsets[agent]!;
      const slips =
        said.toAll.length > 0 && stance[agent] !== OPEN && dice.chance(on.inconsistent, knobs.inconsistency);
      const odd = slips ? dice.below(on.whom, degree) : -1;
      let apart: (Message | undefined)[] | undefined;
      if (odd >= 0) {
        apart = new Array<Message | undefined>(degree).fill(said.toAll);
        apart[odd] = contradiction(agent, said);
      }
      if (knobs.omission > 0) {
        for (let i = 0; i < degree; i++) {
          if (dice.unitOf(on.omission, i) >= knobs.omission) continue;
          apart ??= new Array<Message | undefined>(degree).fill(said.toAll);
          apart[i] = undefined;
        }
      }
      return apart === undefined ? said : { ...said, apart };
    },
  };
}
