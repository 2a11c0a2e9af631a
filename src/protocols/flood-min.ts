import { z } from 'zod';
import type { EventProtocol, ProtocolPlan } from '../world/contracts.ts';
import { count, part, positiveDuration } from '../world/part.ts';

/** Safe only if the periods cover the width of the network: try it on a partition, or on too few periods. */
export const floodMin = part({
  name: 'flood-min',
  summary: 'Floods the least value heard and decides it after a fixed number of periods.',
  params: z.strictObject({
    periods: count.max(10_000).default(8).describe('Periods until an agent decides.'),
    period: positiveDuration.prefault('1s').describe('Length of a period.'),
  }),
  create: ({ periods, period }): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values', 'news'],
    begin: ({ agents, inputs }): EventProtocol<number> => {
      // An agent without an input holds nothing, which is more than any value.
      const least = new Float64Array(agents).fill(Number.POSITIVE_INFINITY);
      inputs.forEach((input, agent) => {
        if (!Number.isNaN(input)) least[agent] = input;
      });
      const left = new Int32Array(agents).fill(periods);
      return {
        form: 'events',
        content: 'number',
        held: (agent) => (least[agent] === Number.POSITIVE_INFINITY ? Number.NaN : (least[agent] as number)),
        start(me) {
          const value = least[me.id] as number;
          if (value < Number.POSITIVE_INFINITY) me.tellNeighbours(value);
          me.wake(period);
        },
        message(me, value) {
          if (value >= (least[me.id] as number)) return;
          least[me.id] = value;
          me.tellNeighbours(value);
        },
        timeout(me) {
          const remaining = (left[me.id] as number) - 1;
          left[me.id] = remaining;
          if (remaining > 0) me.wake(period);
          else if ((least[me.id] as number) < Number.POSITIVE_INFINITY) me.decide(least[me.id] as number);
        },
      };
    },
  }),
});
