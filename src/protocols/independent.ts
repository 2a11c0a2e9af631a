import { z } from 'zod';
import type { Report } from '../work/talk.ts';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { gathering } from './team/gathering.ts';
import { budget, capOf } from './team/parameters.ts';
import { shifts } from './team/shifts.ts';
import { type TeamProtocol, team, upTo } from './team/team.ts';

/**
 * Agents work on everything side by side, without a word; what they report is put together in one call. The turns of
 * one agent are shared out, so that more agents means fewer turns for each. Agent 0 puts together.
 */
export const independent = part({
  name: 'independent',
  summary: 'Agents work apart on everything; one more call puts together what they report.',
  params: z.strictObject({
    workers: count.max(1000).default(3).describe('How many agents work.'),
    turns: count.max(1_000_000).default(10).describe('Most turns of all together, shared out evenly.'),
    early: z.boolean().default(true).describe('Whether one stops as soon as it is ready.'),
    budget,
  }),
  create: ({ workers, turns, early, budget }): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    begin: (setting): TeamProtocol<Report> => {
      const { submit, held, digest } = team(setting, workers + 1, 'protocol.workers');
      const { begin, goOn } = shifts(setting.agents);
      const reports = gathering(upTo(workers).map((i) => i + 1));
      const turnsOf = (worker: number): number =>
        Math.max(1, Math.floor((worker * turns) / workers) - Math.floor(((worker - 1) * turns) / workers));
      return {
        form: 'events',
        content: 'object',
        held,
        digest,
        waitsFor: (agent) => (agent === 0 ? reports.missing() : []),
        start(me) {
          if (me.id > 0 && me.id <= workers)
            begin(me, { turns: turnsOf(me.id), early, heard: [], joint: false, cap: capOf(budget, turns) });
        },
        message(me, report) {
          if (!reports.add(report)) return;
          const heard = reports.all();
          me.ask({ kind: 'merge', purpose: 'merge', heard, report: true });
        },
        answer(me, answer) {
          if (me.id === 0) submit(me, answer.report?.claims ?? []);
          else {
            const report = goOn(me, answer);
            if (report !== undefined) me.send(0, report);
          }
        },
      };
    },
  }),
});
