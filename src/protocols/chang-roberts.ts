import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { cycleOrder } from './cycle-order.ts';
import { identifierOrder, identifiers } from './identifiers.ts';

/**
 * Chang and Roberts (CACM 22(5), 1979): on a ring that is passed in one direction, each agent sends its identifier on
 * its way; whoever is greater swallows it, and whose own comes back leads. Random identifiers cost n H_n messages on
 * average, falling ones n (n + 1) / 2, rising ones 2 n - 1; the announcement n more.
 */
export const changRoberts = part({
  name: 'chang-roberts',
  summary: 'Leader election on a one-way ring: identifiers travel on until a greater one swallows them.',
  params: z.strictObject({
    ids: identifierOrder,
    announce: z
      .boolean()
      .default(true)
      .describe('Whether the leader tells all, who then decide; else they do once a greater one passes.'),
  }),
  create: ({ ids: order, announce }): ProtocolPlan => ({
    form: 'events',
    decides: ['leader'],
    begin: (setting: Setting): EventProtocol<number> => {
      const ids = identifiers(setting, order);
      const next = cycleOrder(setting);
      const decided = new Uint8Array(setting.agents);
      return {
        form: 'events',
        content: 'number',
        state: (agent) => decided[agent] as number,
        start(me) {
          me.send(next[me.id] as number, ids[me.id] as number);
        },
        message(me, id) {
          const mine = ids[me.id] as number;
          const isDone = decided[me.id] === 1;
          const decide = (leads: 0 | 1): void => {
            decided[me.id] = 1;
            me.decide(leads);
          };
          if (id > mine) {
            me.send(next[me.id] as number, id);
            if (!announce && !isDone) decide(0);
          } else if (id === mine && !isDone) {
            if (announce) me.send(next[me.id] as number, announcementOf(id));
            decide(1);
          } else if (id < 0 && !isDone) {
            me.send(next[me.id] as number, id);
            decide(0);
          }
        },
        describe: (id) => (id < 0 ? `${announcementOf(id)} leads` : `candidate ${id}`),
      };
    },
  }),
});

/** Announcements are told from candidates by their sign; the same step leads back. */
const announcementOf = (id: number): number => -1 - id;
