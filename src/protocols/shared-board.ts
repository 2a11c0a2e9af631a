import { z } from 'zod';
import type { Answered, Claim, Question, Report } from '../work/talk.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { budget, capOf } from './team/parameters.ts';
import { type Member, type TeamProtocol, team, upTo } from './team/team.ts';

const parameters = z.strictObject({
  workers: count.max(1000).default(3).describe('How many agents work on the same items at the same time.'),
  turns: count.max(1_000_000).default(20).describe('Turns of each agent.'),
  gate: z
    .boolean()
    .default(true)
    .describe('Whether a claim is checked by a fellow before it is admitted to the board.'),
  shared: z.boolean().default(true).describe('Whether there is a board; without it, agents work apart.'),
  budget,
});

type Parameters = z.infer<typeof parameters>;

/**
 * A board of verified progress. All work on the first item that the board lacks; whoever has it first puts it up, past a
 * fellow's check, and all go on from there. Without a board, agents who each take X_ij turns for stage j are done after
 * min_i sum_j X_ij turns; with it, after sum_j min_i X_ij. What is admitted though wrong spoils all that is built on it.
 * What an agent finds on the board at its next turn depends on who was quicker.
 */
export const sharedBoard = part({
  name: 'shared-board',
  summary: 'All work on what a shared board lacks; claims pass a gate before they are put up.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    budget: params.budget,
    form: 'events',
    asks: 'work',
    decides: ['product'],
    begin: (setting) => begin(setting, params),
  }),
});

function begin(setting: Setting, { workers, turns, gate, shared, budget }: Parameters): TeamProtocol<Report> {
  const { items, submit, isNews, held, digest, describe, describeAnswer } = team(
    setting,
    workers,
    'protocol.workers',
  );
  const cap = capOf(budget, workers * turns);
  const left = new Int32Array(workers).fill(turns);
  const heard: Report[][] = upTo(workers).map(() => []);
  /** What each holds for admitted: one board, or one for each. */
  const boards: Map<number, Claim>[] = upTo(workers).map(() => new Map());
  const refused = new Uint8Array(workers * items);
  /** How often a claim of each on each item was checked: draws go by what they are about, in whatever order it is asked. */
  const checked = new Int32Array(workers * items);
  let working = workers;
  const waiting = new Map<
    number,
    { readonly by: number; readonly report: Report; open: number; passed: Claim[] }
  >();

  const finish = (me: Member<Report>): void => {
    // Who is done first wins; if nobody is, the fullest board is handed in.
    const fullest = boards.reduce((most, it) => (it.size > most.size ? it : most));
    submit(me, [...fullest.values()]);
  };
  const work = (me: Member<Report>): void => {
    const { id } = me;
    const board = boards[id]!;
    if (board.size === items) {
      finish(me);
      return;
    }
    if (left[id]! <= 0) {
      if (--working === 0) finish(me);
      return;
    }
    left[id] = left[id]! - 1;
    const scope = upTo(items).filter((item) => !board.has(item));
    const again = scope.filter((item) => refused[id * items + item] === 1);
    for (const item of again) refused[id * items + item] = 0;
    const news = heard[id]!;
    heard[id] = [];
    const question = {
      kind: 'act',
      purpose: 'work',
      heard: news,
      report: true,
      joint: false,
      sync: false,
    } as const;
    me.ask({ ...question, scope: again.length > 0 ? again : scope, afresh: again.length > 0, cap });
  };
  const admit = (me: Member<Report>, report: Report, claims: readonly Claim[]): void => {
    if (claims.length === 0) return;
    for (const claim of claims) boards[me.id]!.set(claim.item, claim);
    if (!shared) return;
    for (let other = 0; other < workers; other++) if (other !== me.id) me.send(other, { ...report, claims });
  };
  /** A check by whom it is about, the item, and which one it is. */
  const matterOf = (by: number, item: number, draw: number): number => (draw * workers + by) * items + item;
  const judged = (me: Member<Report>, draw: number, passes: boolean, claim: Claim): void => {
    // Each is checked by the next.
    const key = matterOf((me.id + workers - 1) % workers, claim.item, draw);
    const matter = waiting.get(key);
    if (matter === undefined) return;
    waiting.delete(key);
    if (passes) matter.passed.push(claim);
    else refused[matter.by * items + claim.item] = 1;
    if (--matter.open > 0) return;
    // The fellow who checked says so; the one whose claim it is puts it up.
    me.send(matter.by, { ...matter.report, claims: matter.passed });
  };
  return {
    form: 'events',
    content: 'object',
    reachesAll: true,
    // Without a board too, who is done first wins.
    isOrderFree: workers === 1,
    roundOf: (agent) => turns - left[agent]! - 1,
    held,
    digest,
    describe,
    describeAnswer,
    start(me) {
      if (me.id < workers) work(me);
    },
    message(me, report) {
      const { id } = me;
      if (!isNews(id, report)) return;
      if (report.from === id) {
        admit(me, report, report.claims);
        work(me);
        return;
      }
      const news = report.claims.filter(({ item }) => !boards[id]!.has(item));
      for (const claim of news) boards[id]!.set(claim.item, claim);
      if (news.length > 0) heard[id]!.push({ ...report, claims: news });
    },
    answer(me, answer: Answered, question: Question) {
      const { id } = me;
      if (question.kind === 'check') {
        judged(me, question.draw, answer.ready, question.claim);
        return;
      }
      const { claims, report } = answer;
      if (claims.length === 0 || report === undefined) {
        work(me);
        return;
      }
      if (!gate) {
        admit(me, report, claims);
        work(me);
        return;
      }
      const matter = { by: id, report, open: claims.length, passed: [] };
      for (const claim of claims) {
        const draw = checked[id * items + claim.item]!++;
        waiting.set(matterOf(id, claim.item, draw), matter);
        me.ask(
          { kind: 'check', purpose: 'check', heard: [], report: false, claim, draw },
          (id + 1) % workers,
        );
      }
    },
  };
}
