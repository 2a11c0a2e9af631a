import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Seat } from '../world/contracts.ts';
import { duration, part, positiveDuration } from '../world/part.ts';

const call = 0;
const patience = 1;

/** What an agent says that does not hold the value: a request for it, where it may pull. */
const nothing = Number.NaN;

/**
 * Asynchronous gossip (Demers et al., PODC 1987). Every period an agent calls one random neighbour: whoever holds the
 * value pushes it, whoever does not pulls it from the one it calls. Who waits too long gives up, by a timeout that the
 * first receipt cancels.
 */
export const gossip = part({
  name: 'gossip',
  summary: 'Every period an agent calls a random neighbour, to push the value or to pull it.',
  params: z.strictObject({
    mode: gossipMode(),
    period: positiveDuration.prefault('1s').describe('Time between two calls of an agent, or its mean.'),
    clock: z
      .enum(['regular', 'poisson'])
      .default('regular')
      .describe('regular: calls at a fixed pace, the first at once. poisson: at random times.'),
    calls: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20)
      .describe('Calls an agent makes before it falls silent; counted anew once it holds the value.'),
    patience: duration
      .optional()
      .describe('How long an agent waits for the value before it gives up; for ever when left out.'),
    givenUp: z.number().default(-1).describe('The value that an agent decides when it gives up.'),
  }),
  create: ({ mode, period, clock, calls, patience: waits, givenUp }): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values', 'news'],
    begin: ({ agents, graph, inputs }): EventProtocol<number> => {
      const values = new Float64Array(agents).fill(nothing);
      const left = new Int32Array(agents);
      const waiting = new Float64Array(waits === undefined ? 0 : agents);
      const ticking = new Uint8Array(agents);
      const gaveUp = new Uint8Array(agents);
      const pulls = mode !== 'push';
      const pushes = mode !== 'pull';

      const callLater = (me: Seat<number>, first: boolean): void => {
        ticking[me.id] = 1;
        if (clock === 'poisson') me.wake(Math.round(period * me.random.exponential()), call);
        else me.wake(first ? 0 : period, call);
      };
      const neighboursOf = (agent: number): Int32Array =>
        graph.targets.subarray(graph.offsets[agent], graph.offsets[agent + 1]);
      const isServed = (agent: number): boolean =>
        waits !== undefined ||
        !Number.isNaN(values[agent]) ||
        !Number.isNaN(inputs[agent] ?? nothing) ||
        neighboursOf(agent).length === 0;
      const learn = (me: Seat<number>, value: number): void => {
        values[me.id] = value;
        left[me.id] = calls;
      };
      return {
        form: 'events',
        content: 'number',
        held: (agent) => values[agent] as number,
        // It comes from a neighbour, whichever, or never. Who has it to begin with, or gives up one day, waits for nobody.
        waitsFor: (agent) => (isServed(agent) ? [] : [...neighboursOf(agent)]),
        needs: (agent) => (isServed(agent) ? 0 : 1),
        start(me) {
          const input = inputs[me.id] ?? nothing;
          const knows = !Number.isNaN(input);
          if (knows) {
            learn(me, input);
            me.decide(input);
          } else {
            left[me.id] = calls;
            if (waits !== undefined) waiting[me.id] = me.wake(waits, patience);
          }
          if (knows ? pushes : pulls) callLater(me, true);
        },
        message(me, value, from) {
          if (gaveUp[me.id] === 1) return;
          const mine = values[me.id] as number;
          if (Number.isNaN(value)) {
            // Somebody pulls.
            if (!Number.isNaN(mine)) me.send(from, mine);
            return;
          }
          if (!Number.isNaN(mine)) return;
          learn(me, value);
          // Where it cannot be cancelled, the timeout was due while the agent was paused, and is about to come.
          if (waits !== undefined && !me.cancel(waiting[me.id] as number)) return;
          me.decide(value);
          if (pushes && ticking[me.id] === 0) callLater(me, false);
        },
        timeout(me, tag) {
          if (tag === patience) {
            values[me.id] = givenUp;
            gaveUp[me.id] = 1;
            me.decide(givenUp);
            return;
          }
          ticking[me.id] = 0;
          const mine = values[me.id] as number;
          const knows = !Number.isNaN(mine);
          if (me.degree === 0 || gaveUp[me.id] === 1 || (knows ? !pushes : !pulls)) return;
          me.send(me.neighbour(me.random.below(me.degree)), mine);
          const remaining = (left[me.id] as number) - 1;
          left[me.id] = remaining;
          if (remaining > 0) callLater(me, false);
        },
      };
    },
  }),
});

function gossipMode() {
  return z
    .enum(['push', 'pull', 'push-pull'])
    .default('push')
    .describe('Who calls: push, those who hold the value; pull, those who do not; push-pull, all.');
}
