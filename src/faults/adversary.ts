import { z } from 'zod';
import type { FaultPlan } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { part, positiveDuration } from '../world/part.ts';
import { beginning, refuseEmptySpan, span, within } from './span.ts';

/**
 * The adversary of Fischer, Lynch and Paterson ("Impossibility of distributed consensus with one faulty process", 1985):
 * a scheduler that reads every state and keeps the group undecided. It stops nobody and loses nothing; all it does is to
 * hold back, for each receiver, the messages of `slow` senders, so chosen that among those heard in time the receiver's
 * own value has the least majority there is, or a tie. A deterministic protocol that goes on with n - f messages, as one
 * that tolerates f crashes must, then learns nothing that would make it give way or decide.
 */
export const adversary = part({
  name: 'adversary',
  summary: 'A scheduler that reads all states and delays just the messages that would tip the balance (FLP).',
  params: z
    .strictObject({
      slow: z.int().min(0).default(1).describe('Of how many senders each receiver hears late.'),
      by: positiveDuration
        .prefault('10s')
        .describe('How much later it hears of them; finite, so nothing is lost.'),
      ...span,
    })
    .superRefine(refuseEmptySpan),
  create: ({ slow, by, ...when }): FaultPlan => ({
    begins: beginning(when),
    delays: true,
    issues: ({ agents }) =>
      slow < agents ? [] : [{ path: 'slow', message: `must be below the ${agents} agents, but is ${slow}` }],
    begin: ({ agents }, _name, { held }) => {
      if (held === undefined) {
        const message = 'needs a protocol whose agents hold values that can be read; choose another protocol';
        throw new ScenarioError([{ path: 'kind', message }]);
      }
      const isAtWork = within(when);
      const own = Math.ceil((agents - slow) / 2);
      return {
        ...(slow > 0 && { misses: { how: 'delayed', lateBy: by } }),
        judge(fate, from, to, now) {
          if (isAtWork(now) && !isHeard(from, to, held, agents, own, slow)) fate.delay += by;
        },
      };
    },
  }),
});

/** Whether `from` is among those whom `to` is to hear in time: half of them of its own value, itself included. */
function isHeard(
  from: number,
  to: number,
  held: (agent: number) => number,
  agents: number,
  own: number,
  slow: number,
): boolean {
  const mine = held(to);
  let likeMe = 1;
  let others = 0;
  let rankOfLike = 0;
  let rankOfOther = 0;
  for (let agent = 0; agent < agents; agent++) {
    if (agent === to) continue;
    if (agent === from) {
      rankOfLike = likeMe;
      rankOfOther = others;
    }
    if (held(agent) === mine) likeMe++;
    else others++;
  }
  // Where one camp is too small, the other makes up for it: n - slow are heard in any case.
  const heard = agents - slow;
  const ofOwn = Math.min(likeMe, Math.max(own, heard - others));
  return held(from) === mine ? rankOfLike < ofOwn : rankOfOther < heard - ofOwn;
}
