import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Seat } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';

/**
 * Agents meet their neighbours one after the other, tell each other the least value they know, and decide it after a
 * number of sweeps. Who goes to meet a neighbour waits there until that one comes. In the order of the links, one for all
 * the network, meetings never block; where everyone begins with the neighbour after it, all wait in a circle.
 */
export const rendezvous = part({
  name: 'rendezvous',
  summary:
    'Agents meet neighbours one by one, each waiting for the other; in an unlucky order they wait for ever.',
  params: z.strictObject({
    sweeps: count
      .max(100_000)
      .default(8)
      .describe('How often an agent meets all its neighbours before it decides.'),
    order: z
      .enum(['links', 'clockwise'])
      .default('links')
      .describe(
        'Whom an agent meets first: links, in one order for all; clockwise, the neighbour after itself.',
      ),
  }),
  create: ({ sweeps, order }): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values', 'news'],
    begin: ({ agents, graph, inputs }): EventProtocol<number> => {
      const nothing = Number.POSITIVE_INFINITY;
      const least = Float64Array.from({ length: agents }, (_, agent) => {
        const input = inputs[agent] ?? Number.NaN;
        return Number.isNaN(input) ? nothing : input;
      });
      const met = new Int32Array(agents);
      // What neighbours said who came before they were met, in the order in which they came.
      const said = Array.from({ length: agents }, () => new Map<number, number[]>());
      const done = (agent: number): boolean => met[agent] === sweeps * degreeOf(agent);
      const degreeOf = (agent: number): number =>
        (graph.offsets[agent + 1] as number) - (graph.offsets[agent] as number);
      /** The neighbour whom an agent meets, or waits for, at the moment. */
      const partnerOf = (agent: number): number => {
        const first = graph.offsets[agent] as number;
        const degree = degreeOf(agent);
        let shift = 0;
        if (order === 'clockwise') {
          while (shift < degree && (graph.targets[first + shift] as number) < agent) shift++;
        }
        return graph.targets[first + (((met[agent] as number) + shift) % degree)] as number;
      };
      const greet = (me: Seat<number>): void => {
        if (!done(me.id)) me.send(partnerOf(me.id), least[me.id] as number);
        else if ((least[me.id] as number) < nothing) me.decide(least[me.id] as number);
      };
      return {
        form: 'events',
        content: 'number',
        held: (agent) => (least[agent] === nothing ? Number.NaN : (least[agent] as number)),
        state: (agent) => met[agent] as number,
        waitsFor: (agent) => (done(agent) ? [] : [partnerOf(agent)]),
        describe: (value) => (value === nothing ? 'knows nothing' : `knows ${value}`),
        start: greet,
        message(me, value, from) {
          const visitors = said[me.id] as Map<number, number[]>;
          const queue = visitors.get(from);
          if (queue) queue.push(value);
          else visitors.set(from, [value]);
          while (!done(me.id)) {
            const heard = visitors.get(partnerOf(me.id))?.shift();
            if (heard === undefined) return;
            least[me.id] = Math.min(least[me.id] as number, heard);
            met[me.id] = (met[me.id] as number) + 1;
            greet(me);
          }
        },
      };
    },
  }),
});
