import { z } from 'zod';
import type { Claim, Report } from '../work/talk.ts';
import type { ProtocolPlan } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { type Gathering, gathering } from './team/gathering.ts';
import { budget, capOf } from './team/parameters.ts';
import { shifts } from './team/shifts.ts';
import { type Member, type TeamProtocol, team, upTo } from './team/team.ts';

const parameters = z.strictObject({
  debaters: count.min(2).max(1000).default(3).describe('How many agents debate.'),
  rounds: count.max(100_000).default(3).describe('Most rounds of work and exchange.'),
  turns: count.max(1_000_000).default(3).describe('Turns of an agent in a round.'),
  early: z.boolean().default(true).describe('Whether one stops its round as soon as it is ready.'),
  joint: z
    .boolean()
    .default(true)
    .describe('Whether all work on one product, which the others change under their hands.'),
  budget,
});

interface Said {
  readonly round: number;
  readonly report: Report;
}

/**
 * Decentralised: all work on everything, tell all others what they hold, and read it before they go on: where views
 * differ, each goes with the most. It ends when all hold the same of everything, or after the last round, with the
 * value that most hold of each item.
 */
export const debate = part({
  name: 'debate',
  summary: 'All work on everything, exchange what they hold, and go with the most, until they agree.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    budget: params.budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting) => {
      const { debaters, rounds } = params;
      const { items, isHazardous, submit, held, digest, describe, describeAnswer } = team(
        setting,
        debaters,
        'protocol.debaters',
      );
      const { begin, goOn } = shifts(setting.agents);
      const everyone = upTo(debaters);
      /** What each has heard in each round, its own report included. */
      const heard: Gathering[][] = everyone.map(() => []);
      const at = (agent: number, round: number): Gathering => (heard[agent]![round] ??= gathering(everyone));
      const round = new Int32Array(debaters);

      const work = (me: Member<Said>, reports: readonly Report[]): void => {
        const { turns, early, joint, budget } = params;
        const cap = capOf(budget, debaters * rounds * turns);
        begin(me, { turns, early, heard: reports, joint, cap });
      };
      const exchanged = (me: Member<Said>): void => {
        const { id } = me;
        const reports = at(id, round[id]!).all();
        const isOver = round[id] === rounds - 1 || agree(reports, items);
        if (!isOver) {
          round[id] = round[id]! + 1;
          work(
            me,
            reports.filter(({ from }) => from !== id),
          );
        } else if (id === 0) submit(me, majority(reports));
      };
      return {
        form: 'events',
        content: 'object',
        reachesAll: true,
        isOrderFree: !(params.joint && isHazardous && debaters > 1),
        roundOf: (agent) => round[agent]!,
        held,
        digest: ({ report }) => digest(report),
        describe,
        describeAnswer,
        waitsFor: (agent) => (agent < debaters ? at(agent, round[agent]!).missing() : []),
        start(me) {
          if (me.id < debaters) work(me, []);
        },
        message(me, said) {
          if (at(me.id, said.round).add(said.report) && said.round === round[me.id]) exchanged(me);
        },
        answer(me, answer) {
          const { id } = me;
          const report = goOn(me, answer);
          if (report === undefined) return;
          for (const other of everyone) if (other !== id) me.send(other, { round: round[id]!, report });
          if (at(id, round[id]!).add(report)) exchanged(me);
        },
      } satisfies TeamProtocol<Said>;
    },
  }),
});

/** Whether all hold the same value of every item. */
function agree(reports: readonly Report[], items: number): boolean {
  const [first, ...others] = reports.map(({ claims }) => new Map(claims.map((it) => [it.item, it.value])));
  if (first === undefined || first.size < items) return false;
  return others.every(
    (it) => it.size === items && [...it].every(([item, value]) => first.get(item) === value),
  );
}

/** Of each item the value that most hold; of equals, the one held by the first. */
function majority(reports: readonly Report[]): Claim[] {
  const votes = new Map<number, Map<number, number>>();
  for (const { claims } of reports) {
    for (const { item, value } of claims) {
      const of = votes.get(item) ?? new Map<number, number>();
      votes.set(item, of.set(value, (of.get(value) ?? 0) + 1));
    }
  }
  return [...votes].map(([item, of]) => {
    const most = Math.max(...of.values());
    return { item, value: [...of].find(([, count]) => count === most)![0] };
  });
}
