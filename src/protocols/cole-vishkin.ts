import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { cycleOrder } from './cycle-order.ts';
import { identifierOrder, identifiers } from './identifiers.ts';

/**
 * Cole and Vishkin's three colours for a ring (Information and Control 70, 1986), deterministic. Beginning with its
 * identifier, each agent replaces its colour by the place of the lowest bit in which it differs from its predecessor's,
 * followed by that bit; log* n + O(1) rounds bring n colours down to 6, and three more to 3. Linial (SIAM J. Comput.
 * 21, 1992) showed that no algorithm is faster by more than a constant factor.
 */
export const coleVishkin = part({
  name: 'cole-vishkin',
  summary: 'Three colours for a ring, deterministic: compare bits with the agent before; log* n rounds.',
  params: z.strictObject({ ids: identifierOrder }),
  create: ({ ids }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['colors'],
    begin: (setting): RoundProtocol<number> => {
      const color = identifiers(setting, ids);
      const before = new Int32Array(setting.agents);
      cycleOrder(setting).forEach((after, agent) => {
        before[after] = agent;
      });
      const halvings = roundsToSix(setting.agents);
      return {
        form: 'rounds',
        content: 'number',
        state: (agent) => color[agent] as number,
        forge: (_content, _to, random) => random.below(6),
        round(me, round, inbox) {
          if (round > halvings + 3) return;
          const mine = color[me.id] as number;
          if (round > 0 && round <= halvings) {
            for (let i = 0; i < inbox.size; i++)
              if (inbox.from(i) === before[me.id]) color[me.id] = step(mine, inbox.content(i));
          } else if (round > halvings && mine === 6 - (round - halvings)) {
            // Colours 5, 4 and 3 go in turn. No two neighbours have the same, so none moves with its neighbour.
            let free = 0;
            const isTaken = (wanted: number): boolean => {
              for (let i = 0; i < inbox.size; i++) if (inbox.content(i) === wanted) return true;
              return false;
            };
            while (isTaken(free)) free++;
            color[me.id] = free;
          }
          if (round === halvings + 3) me.decide(1 + (color[me.id] as number));
          else me.tellNeighbours(color[me.id] as number);
        },
      };
    },
  }),
});

/** Twice the place of the lowest bit in which two colours differ, plus that bit of the first. */
function step(mine: number, other: number): number {
  const differ = mine ^ other;
  const place = differ === 0 ? 0 : 31 - Math.clz32(differ & -differ);
  return 2 * place + ((mine >>> place) & 1);
}

/** How many steps bring the colours 0 to n - 1 below 6: b bits become values below 2 b. */
function roundsToSix(n: number): number {
  let rounds = 0;
  for (let colors = n; colors > 6; rounds++) colors = 2 * (32 - Math.clz32(colors - 1));
  return rounds;
}
