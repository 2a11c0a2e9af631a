import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { bearing, boundsInRounds, faultyAgents, faultyOf, requireInputs } from './preconditions.ts';

/**
 * W-MSR, weighted mean-subsequence-reduced (LeBlanc, Zhang, Koutsoukos and Sundaram, IEEE JSAC 31(4), 2013):
 * each round an agent hears its neighbours' values, leaves out the f greatest of those above its own and the f least
 * of those below, and goes to the mean of the rest and its own. Correct agents never leave the span of their first
 * values. They meet, with at most f faulty agents in all, exactly on graphs that are (f + 1, f + 1)-robust where all
 * faulty agents are malicious, which is to tell all neighbours the same every round; where they are Byzantine, exactly
 * where the correct agents among themselves are (f + 1)-robust. Where all are joined, n - k agents are so from 2f + 1
 * on, so that k faulty agents that tell different things, or nothing, need n >= 2f + 1 + k, and 3f + 1 for f of them.
 * Silent ones count among these since f of 3f agents that say nothing leave two halves of f, each of which is left out by
 * the other. `f: most` is the most whatever they do.
 */
export const wMsr = part({
  name: 'w-msr',
  summary:
    'Approximate agreement: go to the mean of what neighbours say, less the f most extreme either way.',
  params: z.strictObject({
    f: faultyAgents,
    rounds: count.max(1_000_000).default(30).describe('Rounds until an agent decides its value.'),
    bounds: boundsInRounds,
  }),
  create: ({ f: wanted, rounds, bounds: asked }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['numbers', 'values'],
    begin: (setting): RoundProtocol<number> => {
      requireInputs(setting);
      // No graph on n agents is more than half of n robust, rounded up.
      const f = faultyOf(setting, { f: wanted, factor: wanted === 'most' ? 3 : 2, bounds: asked });
      const unlike = { most: setting.agents - (2 * f + 1), bound: 'n >= 3f + 1' };
      const values = Float64Array.from(setting.inputs);
      const spread = span(values);
      const isFirst = oncePerTurn(setting.agents);
      return {
        form: 'rounds',
        content: 'number',
        ...bearing(asked, { faulty: f, lies: true, bound: 'n >= 2f + 1', unlike }),
        held: (agent) => values[agent] as number,
        // Far off, beyond all that anybody was given: on the same side in one story, on either where each hears its own.
        forge: (content, _to, random, any) =>
          content + (any && !random.chance(0.5) ? -1 : 1) * spread * (1 + random.unit()),
        round(me, round, inbox) {
          if (round > rounds) return;
          const own = values[me.id] as number;
          const above: number[] = [];
          const below: number[] = [];
          let sum = own;
          let terms = 1;
          for (let i = 0; i < inbox.size; i++) {
            // One value counts per neighbour and round: the first.
            if (!isFirst(me.id, round, inbox.from(i))) continue;
            const value = inbox.content(i);
            if (value > own) above.push(value);
            else if (value < own) below.push(value);
            else if (value === own) {
              sum += value;
              terms++;
            }
          }
          above.sort((a, b) => a - b);
          below.sort((a, b) => b - a);
          // Nearest first, so the extremes stand last.
          for (const side of [above, below]) {
            for (let i = 0; i < side.length - f; i++, terms++) sum += side[i] as number;
          }
          const mean = sum / terms;
          values[me.id] = mean;
          if (round === rounds) me.decide(mean);
          else me.tellNeighbours(mean);
        },
      };
    },
  }),
});

/** The distance between the least and the greatest value; 1 where they are equal. */
function span(values: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? high - low : 1;
}
