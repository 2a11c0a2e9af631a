import { z } from 'zod';
import type { EventProtocol, ProtocolPlan } from '../world/contracts.ts';
import { duration, part } from '../world/part.ts';

const gossip = 0;
const patience = 1;

/**
 * Asynchronous push gossip. Whoever holds the value tells it to one random neighbour every period; whoever waits for
 * it gives up after its patience, a timeout that the first receipt cancels.
 */
export const pushGossip = part({
  name: 'push-gossip',
  summary:
    'Whoever holds the value tells it to a random neighbour every period; who waits too long gives up.',
  params: z.strictObject({
    period: duration.prefault('1s').describe('Time between two pushes of an agent.'),
    pushes: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20)
      .describe('Pushes an informed agent makes before it falls silent.'),
    patience: duration
      .optional()
      .describe('How long an agent waits for the value before it gives up; for ever when left out.'),
    givenUp: z.number().default(-1).describe('The value that an agent decides when it gives up.'),
  }),
  create: ({ period, pushes, patience: waits, givenUp }): ProtocolPlan => ({
    form: 'events',
    begin: ({ agents, inputs }): EventProtocol<number> => {
      const values = new Float64Array(agents).fill(Number.NaN);
      const left = new Int32Array(agents);
      const waiting = new Float64Array(waits === undefined ? 0 : agents);
      return {
        form: 'events',
        content: 'number',
        held: (agent) => values[agent] as number,
        start(me) {
          const input = inputs[me.id];
          if (input !== undefined && !Number.isNaN(input)) {
            values[me.id] = input;
            left[me.id] = pushes;
            me.decide(input);
            me.wake(0, gossip);
          } else if (waits !== undefined) waiting[me.id] = me.wake(waits, patience);
        },
        message(me, value) {
          if (!Number.isNaN(values[me.id])) return;
          values[me.id] = value;
          left[me.id] = pushes;
          if (waits !== undefined && !me.cancel(waiting[me.id] as number)) return;
          me.decide(value);
          me.wake(period, gossip);
        },
        timeout(me, tag) {
          if (tag === patience) {
            values[me.id] = givenUp;
            me.decide(givenUp);
            return;
          }
          if (me.degree === 0) return;
          me.send(me.neighbour(me.random.below(me.degree)), values[me.id] as number);
          const remaining = (left[me.id] as number) - 1;
          left[me.id] = remaining;
          if (remaining > 0) me.wake(period, gossip);
        },
      };
    },
  }),
});
