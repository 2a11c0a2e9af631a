import { z } from 'zod';
import { NONE } from '../agentsnet/codes.ts';
import type { Inbox, ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { part } from '../world/part.ts';

const offer = 0;
const consent = 1;
const taken = 2;

/**
 * Random maximal matching after Israeli and Itai (Information Processing Letters 22(2), 1986). A phase is three
 * rounds: each free agent tosses a coin; heads offer themselves to a random free neighbour, tails consent to a random
 * one of the offers they got, and who is matched tells its neighbours. Who has no free neighbour left stays alone.
 * O(log n) phases. Agents decide their partner, or that they have none.
 */
export const randomMatching = part({
  name: 'random-matching',
  summary: 'Maximal matching: coins say who offers and who consents; the matched tell their neighbours.',
  params: z.strictObject({}),
  create: (): ProtocolPlan => ({
    form: 'rounds',
    decides: ['partners'],
    begin: ({ agents, graph }): RoundProtocol<number> => {
      const { offsets, targets } = graph;
      const done = new Uint8Array(agents);
      const offers = new Uint8Array(agents);
      const free = Array.from({ length: agents }, (_, v) =>
        Array.from(targets.subarray(offsets[v], offsets[v + 1])),
      );
      const sendersOf = (inbox: Inbox<number>, wanted: number): number[] => {
        const found: number[] = [];
        for (let i = 0; i < inbox.size; i++) if (inbox.content(i) === wanted) found.push(inbox.from(i));
        return found;
      };
      return {
        form: 'rounds',
        content: 'number',
        state: (agent) => (free[agent] as number[]).length,
        forge: (_content, _to, random) => random.below(3),
        describe: (content) => ['offers', 'consents', 'is taken'][content] ?? String(content),
        round(me, round, inbox) {
          if (done[me.id] === 1) return;
          const gone = sendersOf(inbox, taken);
          const left = (free[me.id] as number[]).filter((other) => !gone.includes(other));
          free[me.id] = left;
          const match = (partner: number): void => {
            done[me.id] = 1;
            for (const other of left) if (other !== partner) me.send(other, taken);
            me.decide(partner);
          };
          if (round % 3 === 0) {
            if (left.length === 0) {
              done[me.id] = 1;
              me.decide(NONE);
              return;
            }
            offers[me.id] = me.random.below(2);
            if (offers[me.id] === 1) me.send(left[me.random.below(left.length)] as number, offer);
          } else if (round % 3 === 1 && offers[me.id] === 0) {
            const suitors = sendersOf(inbox, offer);
            if (suitors.length === 0) return;
            const partner = suitors[me.random.below(suitors.length)] as number;
            me.send(partner, consent);
            match(partner);
          } else if (round % 3 === 2) {
            const [partner] = sendersOf(inbox, consent);
            if (partner !== undefined) match(partner);
          }
        },
      };
    },
  }),
});
