import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol, Setting } from '../world/contracts.ts';
import { count, part, probability } from '../world/part.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { refuse, requireInputs } from './preconditions.ts';

/**
 * A quorum with a stability horizon, as in Aegean (arXiv 2512.20184): every round agents tell the value they hold and
 * take over the most common one they hear (of equally common ones the least); an agent decides a value
 * that a quorum has held for so many rounds on end. The horizon guards against agreement that does not last: with
 * `drift` an agent may change its mind for a random input at any time.
 */
export const stableQuorum = part({
  name: 'stable-quorum',
  summary: 'Follow the most common value; decide one that a quorum has held for several rounds on end.',
  params: z.strictObject({
    quorum: count
      .optional()
      .describe(
        'How many agents, oneself included, must hold a value; left out, more than two thirds of those heard.',
      ),
    horizon: count.max(1_000_000).default(2).describe('For how many rounds on end they must.'),
    drift: probability
      .default(0)
      .describe(
        'Chance per round that an agent holds the input of a random agent instead of the most common value.',
      ),
  }),
  create: ({ quorum, horizon, drift }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['numbers', 'values'],
    begin: (setting): RoundProtocol<number> => {
      requireInputs(setting);
      refuseUnreachable(setting, quorum);
      const { agents, inputs } = setting;
      const values = Float64Array.from(inputs);
      const streak = new Int32Array(agents);
      const streakOf = new Float64Array(agents).fill(Number.NaN);
      const done = new Uint8Array(agents);
      const isFirst = oncePerTurn(agents);
      return {
        form: 'rounds',
        content: 'number',
        held: (agent) => values[agent] as number,
        state: (agent) => streak[agent] as number,
        round(me, round, inbox) {
          const own = values[me.id] as number;
          if (round > 0) {
            const counts = new Map<number, number>([[own, 1]]);
            for (let i = 0; i < inbox.size; i++) {
              if (!isFirst(me.id, round, inbox.from(i))) continue;
              const value = inbox.content(i);
              counts.set(value, (counts.get(value) ?? 0) + 1);
            }
            const common = mostCommon(counts);
            const needed = quorum ?? Math.floor((2 * (me.degree + 1)) / 3) + 1;
            if ((counts.get(common) ?? 0) < needed) streak[me.id] = 0;
            else streak[me.id] = common === streakOf[me.id] ? (streak[me.id] as number) + 1 : 1;
            streakOf[me.id] = common;
            if (streak[me.id] === horizon && done[me.id] === 0) {
              done[me.id] = 1;
              me.decide(common);
            }
            // A decider keeps to what it decided, so that those behind it find it too.
            if (done[me.id] === 0) {
              const drifts = drift > 0 && me.random.chance(drift);
              values[me.id] = drifts ? (inputs[me.random.below(agents)] as number) : common;
            }
          }
          me.tellNeighbours(values[me.id] as number);
        },
      };
    },
  }),
});

/** The most common value; of equally common ones the least, so that all who hear the same choose the same. */
function mostCommon(counts: ReadonlyMap<number, number>): number {
  let best = Number.NaN;
  let most = 0;
  for (const [value, times] of counts) {
    if (times < most || (times === most && value > best)) continue;
    best = value;
    most = times;
  }
  return best;
}

function refuseUnreachable({ agents, graph }: Setting, quorum: number | undefined): void {
  if (quorum === undefined) return;
  let fewest = agents;
  for (let v = 0; v < agents; v++) {
    fewest = Math.min(fewest, (graph.offsets[v + 1] as number) - (graph.offsets[v] as number) + 1);
  }
  if (quorum <= fewest) return;
  refuse(
    'protocol.quorum',
    `must be at most ${fewest}, since some agent hears of no more than that, itself included, and would never decide, but is ${quorum}; lower it, or choose a denser topology`,
  );
}
