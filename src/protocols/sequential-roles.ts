import { z } from 'zod';
import type { Claim, Report } from '../work/talk.ts';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { refuse } from './preconditions.ts';
import { budget, capOf } from './team/parameters.ts';
import { type Shift, shifts } from './team/shifts.ts';
import { dealt, type Team, type TeamProtocol, team, upTo } from './team/team.ts';

/**
 * A relay: each agent reads what the one before it reports, goes on from there, and hands on; the last one hands in. The
 * context is small at every stage, and every stage can lose something. Several rows side by side share the work between
 * them, and whatever serves their calls.
 */
export const sequentialRoles = part({
  name: 'sequential-roles',
  summary: 'A relay: each agent goes on from the report of the one before it; the last one hands in.',
  params: z.strictObject({
    roles: count.max(1000).default(4).describe('How many agents there are in a row.'),
    rows: count
      .max(10_000)
      .default(1)
      .describe('How many rows work side by side, each on its block of the items.'),
    turns: count.max(1_000_000).default(1).describe('Turns of each.'),
    early: z.boolean().default(true).describe('Whether one hands on as soon as everything is done.'),
    budget,
  }),
  create: ({ roles, rows, turns, early, budget }): ProtocolPlan => ({
    budget,
    handsOnLatent: roles > 1,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting): TeamProtocol<Report> => {
      const { items, order, submit, isNews, held, digest, describe, describeAnswer } = team(
        setting,
        roles * rows,
        'protocol.roles',
      );
      const { begin, goOn } = shifts(setting.agents);
      const cap = capOf(budget, roles * rows * turns);
      const blocks = rows === 1 ? [undefined] : dealt(upTo(items), rows);
      refuseSplit(blocks, order);
      const product: Claim[] = [];
      let running = rows;
      const stageOf = (id: number): number => id % roles;
      const shiftOf = (id: number, heard: readonly Report[]): Shift => ({
        turns,
        early,
        joint: false,
        cap,
        heard,
        scope: blocks[Math.floor(id / roles)],
        inside: stageOf(id) < roles - 1,
      });
      return {
        form: 'events',
        content: 'object',
        reachesAll: true,
        isOrderFree: true,
        roundOf: stageOf,
        held,
        digest,
        describe,
        describeAnswer,
        start(me) {
          if (me.id < roles * rows && stageOf(me.id) === 0) begin(me, shiftOf(me.id, []));
        },
        message(me, report) {
          if (isNews(me.id, report)) begin(me, shiftOf(me.id, [report]));
        },
        answer(me, answer) {
          const report = goOn(me, answer);
          if (report === undefined) return;
          if (stageOf(me.id) < roles - 1) {
            me.send(me.id + 1, report);
            return;
          }
          product.push(...report.claims);
          if (--running === 0) submit(me, product);
        },
      };
    },
  }),
});

/** Rows work side by side and hear nothing of each other, so that none may need what another does. */
function refuseSplit(blocks: readonly (readonly number[] | undefined)[], order: Team['order']): void {
  if (order === undefined) return;
  for (const block of blocks) {
    const item = block?.find((it) => order[it]!.some((need) => !block.includes(need)));
    if (item === undefined) continue;
    const need = order[item]!.find((it) => !block!.includes(it));
    const message = `must leave together what must be done in order, but item ${item} needs ${need}, which is another row's; give rows: 1, or task.ahead: true`;
    refuse('protocol.rows', message);
  }
}
