import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Seat } from '../world/contracts.ts';
import { duration, part } from '../world/part.ts';
import { requireComplete } from './preconditions.ts';

const challenge = 0;
const refusal = -1;

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
    period: duration.prefault('1s').describe('Mean time between two meetings that an agent seeks.'),
  }),
  create: ({ period }): ProtocolPlan => ({
    form: 'events',
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
      let meetings = 0;
      const seek = (me: Seat<number>): void => {
        me.wake(Math.round(period * me.random.exponential()));
      };
      return {
        form: 'events',
        content: 'number',
        held: (agent) => leads[agent] as number,
        state: (agent) => weight[agent] as number,
        measures: () => ({ meetings }),
        start: seek,
        recover: seek,
        timeout(me) {
          meetings++;
          const other = me.neighbour(me.random.below(me.degree));
          if (leads[me.id] === 1 && challenged[me.id] === -1) {
            challenged[me.id] = other;
            me.send(other, challenge);
          }
          seek(me);
        },
        message(me, content, from) {
          if (content === challenge) {
            const yields = leads[me.id] === 1 && challenged[me.id] === -1;
            if (!yields) {
              me.send(from, refusal);
              return;
            }
            leads[me.id] = 0;
            me.send(from, weight[me.id] as number);
            me.decide(0);
            return;
          }
          if (challenged[me.id] === from) challenged[me.id] = -1;
          if (content === refusal || counted[from] === 1) return;
          counted[from] = 1;
          weight[me.id] = (weight[me.id] as number) + content;
          if (weight[me.id] === agents) me.decide(1);
        },
        describe: (content) =>
          content === challenge
            ? 'challenges'
            : content === refusal
              ? 'does not yield'
              : `yields with ${content}`,
      };
    },
  }),
});
