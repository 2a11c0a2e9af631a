import { z } from 'zod';
import type { EventProtocol, ProtocolPlan } from '../world/contracts.ts';
import { part, probability } from '../world/part.ts';

const parameters = z.strictObject({
  way: z
    .enum(['replace', 'bridge'])
    .default('replace')
    .describe(
      'replace: who joins can talk to those who joined. bridge: to all, over a bridge where the other has not.',
    ),
  fieldLoss: probability.default(0.05).describe('Share of the benefit that is lost over a bridge.'),
  cost: z
    .strictObject({
      low: probability.describe('The least that joining costs an agent.'),
      high: z.number().min(0).max(100).describe('The most that it costs one.'),
    })
    .refine(({ low, high }) => low <= high, { path: ['high'], error: 'must be no less than `low`' })
    .default({ low: 0.2, high: 0.8 })
    .describe(
      'What joining costs an agent, drawn evenly for each, in units of what it is worth to talk to all its neighbours.',
    ),
  early: probability.default(0).describe('Share of the agents that join whatever it costs them.'),
});

/**
 * A new protocol spreads: whoever has heard of it joins when that is worth more to it than it costs. To talk to a neighbour is
 * worth the same whoever it is. Where the new one replaces the old, only those who joined can be talked to, so that nobody
 * begins: with costs from `low` on, the share e that joins anyway stays alone up to e = low, and all follow
 * beyond (Granovetter's thresholds, American Journal of Sociology 83(6), 1978). Over a bridge each join pays by itself, all
 * but for what bridges lose, and the share that joins follows the distribution of costs, without a threshold.
 */
export const adoption = part({
  name: 'adoption',
  summary:
    'Agents join a new protocol when it is worth its cost to them, in place of the old one or over bridges.',
  params: parameters,
  create: ({ way, fieldLoss, cost, early }): ProtocolPlan => ({
    form: 'events',
    decides: ['news'],
    begin: ({ agents, graph, inputs, stream }): EventProtocol<number> => {
      const joined = new Float64Array(agents).fill(Number.NaN);
      const partners = new Int32Array(agents);
      /** Who has told whom, so that what arrives twice counts once. */
      const told = new Set<number>();
      const costs = new Float64Array(agents);
      for (let agent = 0; agent < agents; agent++) {
        const draw = stream('adoption', agent);
        const isEarly = draw.unit() < early;
        costs[agent] = isEarly ? 0 : cost.low + (cost.high - cost.low) * draw.unit();
      }
      const worth = (agent: number): number => {
        const share = partners[agent]! / (graph.offsets[agent + 1]! - graph.offsets[agent]!);
        return way === 'replace' ? share : share + (1 - share) * (1 - fieldLoss);
      };
      return {
        form: 'events',
        content: 'number',
        held: (agent) => joined[agent]!,
        start(me) {
          const value = inputs[me.id]!;
          if (Number.isNaN(value)) return;
          joined[me.id] = value;
          me.decide(value);
          me.tellNeighbours(value);
        },
        message(me, value, from) {
          const { id } = me;
          const key = from * agents + id;
          if (told.has(key)) return;
          told.add(key);
          partners[id] = partners[id]! + 1;
          if (!Number.isNaN(joined[id]) || worth(id) < costs[id]!) return;
          joined[id] = value;
          me.decide(value);
          me.tellNeighbours(value);
        },
      };
    },
  }),
});
