import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/** What a member tells; priorities are below 1. */
const joined = 2;

/**
 * Luby's maximal independent set with random priorities (Luby, SIAM J. Comput. 15(4), 1986; in this form Metivier et
 * al., Distributed Computing 23, 2011). A phase is two rounds: those still undecided tell a random priority, then
 * whoever has the greatest in its neighbourhood joins, and its neighbours drop out. O(log n) phases. Members decide 1,
 * the others 0; under the task vertex-cover the other way about, since what is left out covers every edge.
 */
export const luby = part({
  name: 'luby',
  summary: 'Maximal independent set: in each phase the greatest random priority of a neighbourhood joins.',
  params: z.strictObject({}),
  create: (): ProtocolPlan => ({
    form: 'rounds',
    decides: ['independent-set', 'cover'],
    begin: ({ agents, task }): RoundProtocol<number> => {
      const priority = new Float64Array(agents);
      const done = new Uint8Array(agents);
      const isCover = task.name === 'vertex-cover';
      return {
        form: 'rounds',
        content: 'number',
        state: (agent) => Math.floor((priority[agent] as number) * 4294967296),
        forge: (content, _to, random) => (content === joined ? random.unit() : joined),
        describe: (content) => (content === joined ? 'has joined' : `priority ${content.toFixed(3)}`),
        round(me, round, inbox) {
          if (done[me.id] === 1) return;
          let greatest = -1;
          for (let i = 0; i < inbox.size; i++) greatest = Math.max(greatest, inbox.content(i));
          if (greatest === joined) {
            done[me.id] = 1;
            me.decide(isCover ? 1 : 0);
          } else if (round % 2 === 0) {
            priority[me.id] = me.random.unit();
            me.tellNeighbours(priority[me.id] as number);
          } else if ((priority[me.id] as number) > greatest) {
            done[me.id] = 1;
            me.tellNeighbours(joined);
            me.decide(isCover ? 0 : 1);
          }
        },
      };
    },
  }),
});
