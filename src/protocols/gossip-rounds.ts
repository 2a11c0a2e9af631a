import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/** What an agent says that does not hold the value: a request for it, where it may pull. */
const nothing = Number.NaN;

/**
 * Synchronous gossip: the random phone calls of Karp, Schindelhauer, Shenker and Voecking (FOCS 2000). In each step
 * every agent that calls rings one random neighbour. Push takes one round a step: rounds to inform a complete graph
 * are log2 n + ln n + O(1) (Frieze and Grimmett 1985, Pittel 1987). With pull a step takes two rounds, call and
 * reply; whoever is called answers with what it held when the step began. Push-pull takes log3 n + O(log log n) steps.
 */
export const gossipRounds = part({
  name: 'gossip-rounds',
  summary:
    'Gossip in synchronous rounds: a random call per agent and step; a step is one round, with pull two.',
  params: z.strictObject({
    mode: z
      .enum(['push', 'pull', 'push-pull'])
      .default('push')
      .describe(
        'Who calls: push, those who hold the value; pull, those who do not; push-pull, all. With push a step takes one round, with pull and push-pull two, call and reply: mind that in `horizon` and when rounds are compared, or compare `steps`.',
      ),
  }),
  create: ({ mode }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['numbers', 'values', 'news'],
    measures: {
      steps: 'steps to the last agent that was reached: a round each with push, two with pull and push-pull',
    },
    begin: ({ agents, graph, inputs }): RoundProtocol<number> => {
      const values = new Float64Array(agents).fill(nothing);
      const pulls = mode !== 'push';
      const pushes = mode !== 'pull';
      let steps = 0;
      const neighboursOf = (agent: number): Int32Array =>
        graph.targets.subarray(graph.offsets[agent], graph.offsets[agent + 1]);
      const isServed = (agent: number): boolean =>
        !Number.isNaN(values[agent]) ||
        !Number.isNaN(inputs[agent] ?? nothing) ||
        neighboursOf(agent).length === 0;
      return {
        form: 'rounds',
        content: 'number',
        held: (agent) => values[agent] as number,
        // It comes from a neighbour, whichever, or never. Who has it to begin with waits for nobody.
        waitsFor: (agent) => (isServed(agent) ? [] : [...neighboursOf(agent)]),
        needs: (agent) => (isServed(agent) ? 0 : 1),
        measures: () => ({ steps }),
        round(me, round, inbox) {
          const mine = round === 0 ? (inputs[me.id] ?? nothing) : (values[me.id] as number);
          const knew = !Number.isNaN(mine);
          let heard = mine;
          for (let i = 0; i < inbox.size; i++) {
            const value = inbox.content(i);
            if (!Number.isNaN(value)) heard = Number.isNaN(heard) ? value : heard;
            else if (knew) me.send(inbox.from(i), mine);
          }
          if (!Number.isNaN(heard) && (round === 0 || !knew)) {
            values[me.id] = heard;
            me.decide(heard);
            // Calls of round r are answered in round r + 1 and heard of in round r + 2.
            steps = pulls ? Math.ceil(round / 2) : round;
          }
          if (pulls && round % 2 === 1) return;
          const knows = !Number.isNaN(heard);
          if (me.degree === 0 || (knows ? !pushes : !pulls)) return;
          me.send(me.neighbour(me.random.below(me.degree)), heard);
        },
      };
    },
  }),
});
