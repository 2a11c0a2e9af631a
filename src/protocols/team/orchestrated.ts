import type { Answered, Report, Size } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { type Gathering, gathering } from './gathering.ts';
import { capOf } from './parameters.ts';
import { shifts } from './shifts.ts';
import { beginnable, dealt, followers, type Member, type TeamProtocol, team, upTo } from './team.ts';

export interface Orchestration {
  readonly workers: number;
  /** Most rounds of handing out work and reviewing it. */
  readonly rounds: number;
  /** Turns of a worker in a round. */
  readonly turns: number;
  readonly early: boolean;
  /** Whether the lead plans in a call of its own before the first round. */
  readonly plan: boolean;
  /** What workers do when there are fewer open items than workers. */
  readonly spare: 'share' | 'idle';
  /** Who calls the small model. */
  readonly small: 'nobody' | 'workers' | 'lead';
  readonly budget?: number | undefined;
  /** How many fellows look at what a worker has done before the lead does. */
  readonly peers: number;
}

/** What is said among lead and workers. */
export type Said =
  | { readonly kind: 'assign'; readonly scope: readonly number[]; readonly report: Report | undefined }
  | { readonly kind: 'draft' | 'report'; readonly report: Report };

/**
 * Agent 0 leads: it hands out what is open in blocks, reviews what the workers report, and hands out what is still
 * open, until nothing is or the rounds are over. Where things must be done in order, that is
 * what can be begun, and what follows from it alone. With peers, each worker's draft is first reviewed by some of its fellows.
 */
export function orchestrated(setting: Setting, how: Orchestration): TeamProtocol<Said> {
  const { workers, rounds, turns, early, plan } = how;
  const sizes = { lead: how.small === 'lead', worker: how.small === 'workers' };
  const sizeOf = (who: keyof typeof sizes): Size => (sizes[who] ? 'small' : 'large');
  const { items, isHazardous, order, submit, isNews, held, digest, describe, describeAnswer } = team(
    setting,
    workers + 1,
    'protocol.workers',
  );
  const { begin, goOn } = shifts(setting.agents);
  const peers = Math.min(how.peers, workers - 1);
  // In every round each worker's turns and its reviews of fellows, and the lead's review of all.
  const calls = rounds * (workers * (turns + peers) + 1) + (plan ? 1 : 0);
  const cap = capOf(how.budget, calls);
  const desks = upTo(workers + 1).map(() => peerDesk());
  let reports: Gathering = gathering([]);
  let round = 0;

  const assign = (me: Member<Said>, open: readonly number[], report: Report | undefined): void => {
    round++;
    const ready = beginnable(open, order);
    const hands = how.spare === 'idle' ? Math.min(workers, ready.length) : workers;
    const scopes =
      ready.length < hands ? upTo(hands).map((i) => [ready[i % ready.length]!]) : dealt(ready, hands);
    // Of several who share an item, the first goes on from it.
    for (const scope of scopes.slice(0, ready.length)) scope.push(...followers(scope, open, order));
    reports = gathering(upTo(hands).map((i) => i + 1));
    for (const [i, scope] of scopes.entries()) me.send(i + 1, { kind: 'assign', scope, report });
  };
  const openAfter = ({ claims }: Report): number[] => {
    const done = new Set(claims.map(({ item }) => item));
    return upTo(items).filter((item) => !done.has(item));
  };
  const lead = (me: Member<Said>, { report, ready }: Answered): void => {
    if (report === undefined) return;
    if (round > 0 && (ready || round >= rounds)) submit(me, report.claims);
    else assign(me, openAfter(report), round === 0 ? undefined : report);
  };
  /** A worker that is done with its own work and with its fellows' drafts reports to the lead. */
  const peerReview = (me: Member<Said>): void => {
    const desk = desks[me.id]!;
    const draft = desk.next();
    if (draft !== undefined) {
      me.ask({ kind: 'review', purpose: 'peer', heard: [draft], report: true, size: sizeOf('worker'), cap });
    } else if (desk.isDone()) {
      const report = desk.report;
      desk.clear();
      if (report !== undefined) me.send(0, { kind: 'report', report });
    }
  };
  const work = (me: Member<Said>, answer: Answered): void => {
    const desk = desks[me.id]!;
    if (desk.isReviewing) {
      desk.reviewed(answer.report);
      peerReview(me);
      return;
    }
    const report = goOn(me, answer);
    if (report === undefined) return;
    if (peers === 0) {
      me.send(0, { kind: 'report', report });
      return;
    }
    const fellows = reports.size;
    const steps = upTo(Math.min(peers, fellows - 1)).map((i) => i + 1);
    desk.worked(
      report,
      steps.map((step) => 1 + ((me.id - 1 + fellows - step) % fellows)),
    );
    for (const step of steps) me.send(1 + ((me.id - 1 + step) % fellows), { kind: 'draft', report });
    peerReview(me);
  };

  return {
    form: 'events',
    content: 'object',
    reachesAll: true,
    isOrderFree: !(isHazardous && workers > 1),
    roundOf: () => round - 1,
    held,
    digest: (content) => digest(content.report ?? content),
    describe,
    describeAnswer,
    waitsFor: (agent) => (agent === 0 ? reports.missing() : []),
    start(me) {
      if (me.id !== 0) return;
      if (plan)
        me.ask({ kind: 'merge', purpose: 'plan', heard: [], report: true, size: sizeOf('lead'), cap });
      else assign(me, upTo(items), undefined);
    },
    message(me, content) {
      if (!isNews(me.id, content)) return;
      if (content.kind === 'assign') {
        const heard = content.report === undefined ? [] : [content.report];
        const { scope } = content;
        begin(me, { turns, early, heard, scope, joint: true, afresh: true, cap, size: sizeOf('worker') });
      } else if (content.kind === 'draft') {
        const desk = desks[me.id]!;
        desk.receive(content.report);
        if (desk.isIdle()) peerReview(me);
      } else if (reports.add(content.report)) {
        const heard = reports.all();
        me.ask({ kind: 'review', purpose: 'review', heard, report: true, size: sizeOf('lead'), cap });
      }
    },
    answer(me, answer) {
      if (me.id === 0) lead(me, answer);
      else work(me, answer);
    },
  };
}

/**
 * What a worker has on its desk between its own work and its report: drafts of its fellows, reviewed in the order of their
 * agents. Whoever is quicker, each reads the same and comes to the same.
 */
function peerDesk() {
  const drafts = new Map<number, Report>();
  /** Whose drafts are left to review. */
  let left: readonly number[] = [];
  return {
    report: undefined as Report | undefined,
    isReviewing: false,
    receive(draft: Report): void {
      drafts.set(draft.from, draft);
    },
    worked(report: Report, authors: readonly number[]): void {
      this.report = report;
      left = authors.toSorted((a, b) => a - b);
    },
    /** Whether its own work is done and no review is under way. */
    isIdle(): boolean {
      return this.report !== undefined && !this.isReviewing;
    },
    isDone(): boolean {
      return this.report !== undefined && left.length === 0;
    },
    next(): Report | undefined {
      const [author] = left;
      const draft = author === undefined ? undefined : drafts.get(author);
      if (draft === undefined) return undefined;
      drafts.delete(draft.from);
      this.isReviewing = true;
      return draft;
    },
    reviewed(report: Report | undefined): void {
      this.isReviewing = false;
      left = left.slice(1);
      this.report = report ?? this.report;
    },
    clear(): void {
      this.report = undefined;
    },
  };
}
