import { z } from 'zod';
import type { Report } from '../work/talk.ts';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { gathering } from './team/gathering.ts';
import { budget, capOf } from './team/parameters.ts';
import { shifts } from './team/shifts.ts';
import { type TeamProtocol, team, upTo } from './team/team.ts';

/**
 * Best of N: agents do the whole work apart, each with as many turns as one agent would have; a selector, agent 0, checks
 * what they hand over and takes the one in which it doubts least. It is as good as its checks: with none, it takes the first.
 */
export const bestOf = part({
  name: 'best-of',
  summary: 'Agents do the whole work apart; a selector checks what they hand over and takes the best.',
  params: z.strictObject({
    samples: count.max(1000).default(3).describe('How many agents do the work: N.'),
    turns: count.max(1_000_000).default(10).describe('Most turns of each.'),
    early: z.boolean().default(true).describe('Whether one stops as soon as it is ready.'),
    budget,
  }),
  create: ({ samples, turns, early, budget }): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    begin: (setting): TeamProtocol<Report> => {
      const { submit, held, digest } = team(setting, samples + 1, 'protocol.samples');
      const { begin, goOn } = shifts(setting.agents);
      const reports = gathering(upTo(samples).map((i) => i + 1));
      const cap = capOf(budget, samples * turns);
      return {
        form: 'events',
        content: 'object',
        held,
        digest,
        waitsFor: (agent) => (agent === 0 ? reports.missing() : []),
        start(me) {
          if (me.id > 0 && me.id <= samples) begin(me, { turns, early, heard: [], joint: false, cap });
        },
        message(me, report) {
          if (!reports.add(report)) return;
          me.ask({ kind: 'select', purpose: 'select', heard: reports.all(), report: true });
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
