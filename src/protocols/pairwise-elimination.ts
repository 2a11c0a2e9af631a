import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Seat } from '../world/contracts.ts';
import { part, positiveDuration } from '../world/part.ts';
import { requireComplete } from './preconditions.ts';

/**
 * Leader election by pairwise elimination, as in population protocols (Angluin et al., Distributed Computing 18, 2006):
 * all lead at first; when two leaders meet, one yields. Each agent meets a random other at random times; where
 * messages take no time, the last leader is alone after (n - 1)^2 meetings on average. A leader counts those who
 * yielded, theirs included, so that the last one knows it.
 */
export const pairwiseElimination = part({
  name: 'pairwise-elimination',
  summary:
    'Leader election by random meetings of two: of two leaders one yields, until one has won over all.',
  params: z.strictObject({
    period: positiveDuration.prefault('1s').describe('Mean time between two meetings that an agent seeks.'),
  }),
  create: ({ period }): ProtocolPlan => ({
    form: 'events',
    decides: ['leader'],
    measures: { meetings: 'meetings of two agents' },
    begin: (setting): EventProtocol<number> => {
      requireComplete(setting);
      const { agents } = setting;
      const leads = new Uint8Array(agents).fill(1);
      /** How many agents a leader stands for, itself included. */
      const weight = new Int32Array(agents).fill(1);
      /** Whom a leader has challenged and not heard from; it yields to nobody meanwhile, or both might yield. */
      const challenged = new Int32Array(agents).fill(-1);
      /** Each agent yields once, so whatever it sends again is a copy. */
      const counted = new Uint8Array(agents);
      const sent = new Int32Array(agents);
      /** The last challenge of each agent that each has answered. */
      const answered = new Map<number, number>();
      let meetings = 0;
      let leaders = agents;
      const seek = (me: Seat<number>): void => {
        me.wake(Math.round(period * me.random.exponential()));
      };
      return {
        form: 'events',
        content: 'number',
        held: (agent) => leads[agent] as number,
        remaining: { one: 'leader is left', many: 'leaders are left', count: () => leaders },
        state: (agent) => weight[agent] as number,
        measures: () => ({ meetings }),
        start: seek,
        recover: seek,
        timeout(me) {
          meetings++;
          const other = me.neighbour(me.random.below(me.degree));
          if (leads[me.id] === 1 && challenged[me.id] === -1) {
            challenged[me.id] = other;
            sent[me.id] = (sent[me.id] as number) + 1;
            me.send(other, challengeOf(sent[me.id] as number));
          }
          seek(me);
        },
        message(me, content, from) {
          const { kind, number } = read(content);
          if (kind === 'challenge') {
            // A copy of a challenge that was answered: the leader no longer waits for it.
            const key = me.id * agents + from;
            if (number <= (answered.get(key) ?? 0)) return;
            answered.set(key, number);
            if (leads[me.id] === 0 || challenged[me.id] !== -1) {
              me.send(from, refusalOf(number));
              return;
            }
            leads[me.id] = 0;
            leaders--;
            me.send(from, weight[me.id] as number);
            me.decide(0);
          } else if (kind === 'refusal') {
            if (challenged[me.id] === from && number === sent[me.id]) challenged[me.id] = -1;
          } else if (counted[from] === 0) {
            counted[from] = 1;
            challenged[me.id] = -1;
            weight[me.id] = (weight[me.id] as number) + number;
            if (weight[me.id] === agents) me.decide(1);
          }
        },
        describe: (content) => {
          const { kind, number } = read(content);
          return kind === 'yield'
            ? `yields with ${number}`
            : kind === 'challenge'
              ? 'challenges'
              : 'does not yield';
        },
      };
    },
  }),
});

/** Challenges carry their number, and so do refusals of them, since copies may arrive late: -2, -4 and -3, -5 on. */
const challengeOf = (number: number): number => -2 * number;
const refusalOf = (number: number): number => -2 * number - 1;

/** Above zero stands the weight of an agent that yields. */
function read(content: number): { kind: 'challenge' | 'refusal' | 'yield'; number: number } {
  if (content > 0) return { kind: 'yield', number: content };
  return content % 2 === 0
    ? { kind: 'challenge', number: content / -2 }
    : { kind: 'refusal', number: (content + 1) / -2 };
}
