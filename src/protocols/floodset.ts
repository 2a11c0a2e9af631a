import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol, Setting } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { nextValue, valuesToTell } from './lies.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { bearing, boundsInRounds, refuse, requireComplete, requireInputs } from './preconditions.ts';

/**
 * FloodSet for crashes (Lynch, Distributed Algorithms, 1996, section 6.2), with the least value for the decision: every
 * round all tell all the least input they have heard; after f + 1 rounds, one of which saw no crash, all have heard the
 * same. Fewer rounds are broken by a chain of f crashes. With `early`, it ends within min(f' + 2, f + 1) rounds
 * when only f' agents crash: whoever hears from as many as the round before tells its value once more and decides
 * (Raynal, "Consensus in synchronous systems: a concise guided tour", PRDC 2002).
 */
export const floodset = part({
  name: 'floodset',
  summary: 'Synchronous consensus for crashes: floods the least input for f + 1 rounds and decides it.',
  params: z.strictObject({
    f: z.int().min(0).max(10_000).default(1).describe('How many crashes it is to bear.'),
    rounds: count.max(1_000_000).optional().describe('Rounds of messages; left out, f + 1.'),
    early: z.boolean().default(false).describe('Decide as soon as a round shows no new crash.'),
    bounds: boundsInRounds,
  }),
  create: ({ f, rounds, early, bounds: asked }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['values'],
    begin: (setting): RoundProtocol<number> => {
      requireInputs(setting, (input) => input >= 0 && Number.isInteger(input), 'a whole number as its input');
      if (rounds === undefined || early) requireComplete(setting);
      if (f >= setting.agents) {
        const message = `must be less than the number of agents, which is ${setting.agents}, but is ${f}; lower it`;
        refuse('protocol.f', message);
      }
      const it = begin(setting, rounds ?? f + 1, early);
      return { ...it, ...bearing(asked, { faulty: f, lies: false, bound: 'n >= f + 1' }) };
    },
  }),
});

/** A message is twice the value, plus one where the sender decides it in this round. */
function begin(setting: Setting, last: number, early: boolean): RoundProtocol<number> {
  const least = Float64Array.from(setting.inputs);
  const values = valuesToTell(setting);
  const agents = least.length;
  const heardBefore = new Int32Array(agents).fill(agents);
  const closing = new Uint8Array(agents);
  const done = new Uint8Array(agents);
  const isFirst = oncePerTurn(agents);
  return {
    form: 'rounds',
    content: 'number',
    held: (agent) => least[agent] as number,
    forge: (content, _to, random, any) =>
      any
        ? 2 * (values[random.below(values.length)] as number) + random.below(2)
        : 2 * nextValue(values, Math.floor(content / 2)) + (content % 2),
    describe: (content) => `${Math.floor(content / 2)}${content % 2 === 1 ? ', and decides' : ''}`,
    round(me, round, inbox) {
      if (done[me.id] === 1) return;
      let heard = 1;
      for (let i = 0; i < inbox.size; i++) {
        const from = inbox.from(i);
        const content = inbox.content(i);
        if (isFirst(me.id, round, from)) heard++;
        least[me.id] = Math.min(least[me.id] as number, Math.floor(content / 2));
        if (early && content % 2 === 1) closing[me.id] = 1;
      }
      if (round > 0 && early && heard === heardBefore[me.id]) closing[me.id] = 1;
      if (round > 0) heardBefore[me.id] = heard;
      const isLast = round === last || (round > last && done[me.id] === 0);
      const value = least[me.id] as number;
      if (!isLast) me.tellNeighbours(2 * value + (closing[me.id] as number));
      if (isLast || closing[me.id] === 1) {
        done[me.id] = 1;
        me.decide(value);
      }
    },
  };
}
