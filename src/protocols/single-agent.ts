import { z } from 'zod';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { budget, capOf } from './team/parameters.ts';
import { shifts } from './team/shifts.ts';
import { type TeamProtocol, team } from './team/team.ts';

/** One agent works on everything, in a context that grows by all it writes, until it is ready or out of turns. */
export const singleAgent = part({
  name: 'single-agent',
  summary: 'One agent does all the work, turn by turn, until it is ready or out of turns.',
  params: z.strictObject({
    turns: count.max(1_000_000).default(10).describe('Most turns it may take.'),
    early: z.boolean().default(true).describe('Whether it stops as soon as it is ready.'),
    recovery: z
      .enum(['checkpoint', 'restart'])
      .default('checkpoint')
      .describe('After a crash: it goes on from what it held, or begins anew.'),
    budget,
  }),
  create: ({ turns, early, recovery, budget }): ProtocolPlan => ({
    budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting): TeamProtocol<unknown> => {
      const { submit, held, describeAnswer } = team(setting, 1, 'protocol');
      const { begin, goOn, turnOf } = shifts(setting.agents);
      /** What is left of the budget: a crash gives nothing back, and whoever begins anew shares out the rest. */
      let left = budget;
      let cap = capOf(left, turns);
      const spend = (): void => {
        if (left !== undefined && cap !== undefined) left = Math.max(0, left - cap);
      };
      return {
        form: 'events',
        content: 'object',
        describeAnswer,
        sendsNothing: true,
        isOrderFree: true,
        roundOf: turnOf,
        held,
        start(me) {
          if (me.id === 0) begin(me, { turns, early, heard: [], joint: false, cap });
        },
        recover(me) {
          if (me.id !== 0) return;
          // The turn that the crash cut off is spent too.
          spend();
          cap = capOf(left, turns);
          begin(me, { turns, early, heard: [], joint: false, afresh: recovery === 'restart', cap });
        },
        message() {},
        answer(me, answer) {
          spend();
          const report = goOn(me, answer);
          if (report !== undefined) submit(me, report.claims);
        },
      };
    },
  }),
});
