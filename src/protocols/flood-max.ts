import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { identifierOrder, identifiers } from './identifiers.ts';

/**
 * FloodMax (Lynch, Distributed Algorithms, 1996, section 4.1): every round each agent tells its neighbours the greatest
 * identifier it has heard, and whoever has heard none above its own at the end leads. As many rounds as the diameter
 * are enough, and cost two messages an edge and round. Where the task is AgentsNet's consensus without inputs, agents
 * decide the leader's parity instead.
 */
export const floodMax = part({
  name: 'flood-max',
  summary:
    'Elects the agent with the greatest identifier by flooding it for as many rounds as the graph is wide.',
  params: z.strictObject({
    ids: identifierOrder,
    rounds: count.max(1_000_000).optional().describe('Rounds until all decide; left out, the diameter.'),
    quiet: z.boolean().default(false).describe('Tell neighbours only what is new (OptFloodMax).'),
  }),
  create: ({ ids: order, rounds, quiet }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['leader', 'bit'],
    begin: (setting): RoundProtocol<number> => {
      const ids = identifiers(setting, order);
      const greatest = Float64Array.from(ids);
      const last = rounds ?? setting.diameter;
      const isConsensus = setting.task.name === 'consensus';
      return {
        form: 'rounds',
        content: 'number',
        state: (agent) => greatest[agent] as number,
        forge: (_content, _to, random) => random.below(2 * setting.agents),
        round(me, round, inbox) {
          if (round > last) return;
          const before = greatest[me.id] as number;
          let best = before;
          for (let i = 0; i < inbox.size; i++) best = Math.max(best, inbox.content(i));
          greatest[me.id] = best;
          if (round === last) {
            const leads = best === ids[me.id] ? 1 : 0;
            me.decide(isConsensus ? best % 2 : leads);
          } else if (!quiet || round === 0 || best > before) me.tellNeighbours(best);
        },
      };
    },
  }),
});
