import type { Gather, Report } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { gathering } from './gathering.ts';
import { capOf } from './parameters.ts';
import { shifts } from './shifts.ts';
import { type Member, type TeamProtocol, team, upTo } from './team.ts';

export interface Apart {
  readonly workers: number;
  /** Most turns of a worker; workers are numbered from 1. */
  readonly turnsOf: (worker: number) => number;
  readonly early: boolean;
  /** Whether they change one product as they work. */
  readonly joint: boolean;
  /** Time from the start of one worker to that of the next; left out, they start at once. */
  readonly stagger: number | undefined;
  /** Tokens of thought that all may write together, agent 0 included. */
  readonly budget: number | undefined;
  /** What agent 0 makes of their reports. */
  readonly kind: Gather['kind'];
  /** Where the number of workers stands, for its errors. */
  readonly path: string;
}

/** Agents who do the whole work apart, without a word, and agent 0, which makes one product of what they report. */
export function apart(setting: Setting, how: Apart): TeamProtocol<Report> {
  const { workers, turnsOf, early, joint, stagger = 0, kind } = how;
  const { isHazardous, submit, held, digest, describe, describeAnswer } = team(
    setting,
    workers + 1,
    how.path,
  );
  const { begin, goOn, turnOf } = shifts(setting.agents);
  const reports = gathering(upTo(workers).map((i) => i + 1));
  const turns = upTo(workers).reduce((sum, i) => sum + turnsOf(i + 1), 0);
  const cap = capOf(how.budget, turns + 1);
  const work = (me: Member<Report>): void =>
    begin(me, { turns: turnsOf(me.id), early, heard: [], joint, cap });
  return {
    form: 'events',
    content: 'object',
    reachesAll: true,
    isOrderFree: !(joint && isHazardous && workers > 1),
    roundOf: turnOf,
    held,
    digest,
    describe,
    describeAnswer,
    waitsFor: (agent) => (agent === 0 ? reports.missing() : []),
    start(me) {
      if (me.id === 0 || me.id > workers) return;
      if (stagger === 0 || me.id === 1) work(me);
      else me.wake((me.id - 1) * stagger);
    },
    timeout: work,
    message(me, report) {
      if (reports.add(report)) me.ask({ kind, purpose: kind, heard: reports.all(), report: true, cap });
    },
    answer(me, answer) {
      if (me.id === 0) {
        submit(me, answer.report?.claims ?? []);
        return;
      }
      const report = goOn(me, answer);
      if (report !== undefined) me.send(0, report);
    },
  };
}
