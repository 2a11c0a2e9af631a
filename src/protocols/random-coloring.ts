import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { maxDegree } from '../world/graph.ts';
import { count, part } from '../world/part.ts';
import { refuse } from './preconditions.ts';

/**
 * Random colouring (Luby 1986, Johansson 1999). A phase is two rounds: whoever has no colour tries a random one of
 * those that no neighbour has kept; it keeps it where no neighbour tried the same. With one colour more than the largest
 * degree all are done in O(log n) phases; the first leaves each agent done with chance (1 - 1/q)^degree, for q colours.
 */
export const randomColoring = part({
  name: 'random-coloring',
  summary: 'Colouring: try a random colour that is left, keep it where no neighbour tried the same.',
  params: z.strictObject({
    colors: count.max(1_000_000).optional().describe('How many; left out, the largest degree plus one.'),
  }),
  create: ({ colors }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['colors'],
    begin: ({ agents, graph }): RoundProtocol<number> => {
      const needed = maxDegree(graph) + 1;
      const palette = colors ?? needed;
      if (palette < needed) {
        refuse(
          'protocol.colors',
          `must be at least ${needed}, the largest degree plus one, or an agent may find none left, but is ${palette}; raise it, or leave it out`,
        );
      }
      const tried = new Int32Array(agents);
      const done = new Uint8Array(agents);
      /** Per agent, the colours that its neighbours have kept. */
      const taken = Array.from({ length: agents }, () => new Set<number>());

      /** A random one of the colours 1 to `palette` that are not taken. */
      const choose = (agent: number, draw: (n: number) => number): number => {
        const gone = taken[agent] as Set<number>;
        let left = draw(palette - gone.size);
        for (let color = 1; ; color++) if (!gone.has(color) && left-- === 0) return color;
      };
      return {
        form: 'rounds',
        content: 'number',
        state: (agent) => tried[agent] as number,
        forge: (content, _to, random) => (content < 0 ? -1 : 1) * (1 + random.below(palette)),
        describe: (content) => (content < 0 ? `keeps ${-content}` : `tries ${content}`),
        round(me, round, inbox) {
          if (done[me.id] === 1) return;
          let clashes = false;
          for (let i = 0; i < inbox.size; i++) {
            // Below zero stands a colour that is kept.
            const color = inbox.content(i);
            if (color < 0 && (taken[me.id] as Set<number>).size < palette - 1) taken[me.id]?.add(-color);
            else if (color === tried[me.id]) clashes = true;
          }
          if (round % 2 === 0) {
            tried[me.id] = choose(me.id, (n) => me.random.below(n));
            me.tellNeighbours(tried[me.id] as number);
          } else if (!clashes) {
            done[me.id] = 1;
            me.tellNeighbours(-(tried[me.id] as number));
            me.decide(tried[me.id] as number);
          }
        },
      };
    },
  }),
});
