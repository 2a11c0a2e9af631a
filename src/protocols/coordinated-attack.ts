import { z } from 'zod';
import type { ProtocolPlan, RoundProtocol } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { requireComplete, requireInputs } from './preconditions.ts';

/** How much each agent is known to know, by agent; the key, once known; whether some input is 0. */
interface Content {
  readonly levels: readonly number[];
  readonly key: number;
  readonly refuses: boolean;
}

/**
 * Randomised coordinated attack over links that lose messages (Varghese and Lynch, Information and Computation 128,
 * 1996; Lynch, Distributed Algorithms, section 5.2). Agent 0 draws a key between 1 and r, the number of rounds; an
 * agent attacks (decides 1) where all inputs are 1 and its level of knowledge reaches the key. Levels differ by one at
 * most, whatever is lost, so that agents decide differently with chance 1/r at most; no protocol does better than
 * 1/(r + 1).
 */
export const coordinatedAttack = part({
  name: 'coordinated-attack',
  summary:
    'Attack together over lossy links: decide 1 where the level of common knowledge reaches a secret key.',
  params: z.strictObject({
    rounds: count.max(100_000).default(10).describe('Rounds of messages, after which all decide.'),
  }),
  create: ({ rounds }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['values'],
    begin: (setting): RoundProtocol<Content> => {
      requireComplete(setting);
      requireInputs(setting, (input) => input === 0 || input === 1, 'an input of 0 or 1');
      const { agents } = setting;
      const key = 1 + setting.stream('key', 0).below(rounds);
      const minds = Array.from({ length: agents }, (_, agent) => ({
        levels: Array.from({ length: agents }, (_unused, other): number => (other === agent ? 0 : -1)),
        key: agent === 0 ? key : 0,
        refuses: setting.inputs[agent] === 0,
      }));
      return {
        form: 'rounds',
        content: 'object',
        state: (agent) => minds[agent]?.levels[agent] as number,
        digest: ({ levels, key, refuses }) =>
          levels.reduce((sum, level) => Math.imul(sum, 31) + level, 2 * key + (refuses ? 1 : 0)) | 0,
        describe: ({ levels, key, refuses }) =>
          `levels ${levels.join(' ')}${key > 0 ? `, key ${key}` : ''}${refuses ? ', somebody refuses' : ''}`,
        round(me, round, inbox) {
          if (round > rounds) return;
          const mind = minds[me.id] as (typeof minds)[number];
          const { levels } = mind;
          for (let i = 0; i < inbox.size; i++) {
            const told = inbox.content(i);
            if (told.key > 0) mind.key = told.key;
            if (told.refuses) mind.refuses = true;
            told.levels.forEach((level, other) => {
              if (other !== me.id) levels[other] = Math.max(levels[other] as number, level);
            });
          }
          if (round > 0) {
            const others = levels.filter((_, other) => other !== me.id);
            levels[me.id] = 1 + Math.min(...others);
          }
          if (round < rounds) {
            me.tellNeighbours({ levels: [...levels], key: mind.key, refuses: mind.refuses });
            return;
          }
          const attacks = mind.key > 0 && (levels[me.id] as number) >= mind.key && !mind.refuses;
          me.decide(attacks ? 1 : 0);
        },
      };
    },
  }),
});
