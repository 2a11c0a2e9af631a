import { z } from 'zod';
import type { Report } from '../work/talk.ts';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { budget, capOf } from './team/parameters.ts';
import { type Shift, shifts } from './team/shifts.ts';
import { type TeamProtocol, team } from './team/team.ts';

/**
 * A relay: each agent reads what the one before it reports, goes on from there, and hands on; the last one hands in. The
 * context is small at every stage, and every stage can lose something.
 */
export const sequentialRoles = part({
  name: 'sequential-roles',
  summary: 'A relay: each agent goes on from the report of the one before it; the last one hands in.',
  params: z.strictObject({
    roles: count.max(1000).default(4).describe('How many agents there are in a row.'),
    turns: count.max(1_000_000).default(1).describe('Turns of each.'),
    early: z.boolean().default(true).describe('Whether one hands on as soon as everything is done.'),
    budget,
  }),
  create: ({ roles, turns, early, budget }): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    begin: (setting): TeamProtocol<Report> => {
      const { submit, held, digest } = team(setting, roles, 'protocol.roles');
      const { begin, goOn } = shifts(setting.agents);
      const cap = capOf(budget, roles * turns);
      const shiftOf = (id: number, heard: readonly Report[]): Shift => ({
        turns,
        early,
        joint: false,
        cap,
        heard,
        inside: id < roles - 1,
      });
      return {
        form: 'events',
        content: 'object',
        held,
        digest,
        start(me) {
          if (me.id === 0) begin(me, shiftOf(0, []));
        },
        message(me, report) {
          begin(me, shiftOf(me.id, [report]));
        },
        answer(me, answer) {
          const report = goOn(me, answer);
          if (report === undefined) return;
          if (me.id === roles - 1) submit(me, report.claims);
          else me.send(me.id + 1, report);
        },
      };
    },
  }),
});
