import { z } from 'zod';
import type { EventProtocol, ProtocolPlan } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/** Agents with an input tell it to their neighbours; whoever hears it first decides it and tells it on, once. */
export const flood = part({
  name: 'flood',
  summary: 'Whoever hears a value first decides it and passes it on to all its neighbours, once.',
  params: z.strictObject({}),
  create: (): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values', 'news'],
    begin: ({ agents, inputs }): EventProtocol<number> => {
      const informed = new Uint8Array(agents);
      return {
        form: 'events',
        content: 'number',
        start(me) {
          const input = inputs[me.id];
          if (input === undefined || Number.isNaN(input)) return;
          informed[me.id] = 1;
          me.decide(input);
          me.tellNeighbours(input);
        },
        message(me, value) {
          if (informed[me.id] === 1) return;
          informed[me.id] = 1;
          me.decide(value);
          me.tellNeighbours(value);
        },
      };
    },
  }),
});
