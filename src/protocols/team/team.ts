import { describeReport, describeWork } from '../../work/describe.ts';
import type { Answered, Claim, Question, Report } from '../../work/talk.ts';
import { deskOf } from '../../work/work.ts';
import type { EventProtocol, Seat, Setting } from '../../world/contracts.ts';
import { refuse } from '../preconditions.ts';

export type Member<Content> = Seat<Content, Question>;
export type TeamProtocol<Content> = EventProtocol<Content, Question, Answered>;

/** What architectures share: a desk to hand in at, and counts of how they talked. */
export interface Team {
  readonly items: number;
  /** Whether work on one product can fail for what others do to it in the meantime. */
  readonly isHazardous: boolean;
  /** What each item waits for; undefined where anything can be begun at any time. */
  readonly order: readonly (readonly number[])[] | undefined;
  /** Hands in a product for all: whoever has not decided decides it, and the run is over. */
  readonly submit: (me: Pick<Member<never>, 'settle'>, claims: readonly Claim[]) => void;
  /** Whether an agent has not had this very message before: a network may deliver a message twice. */
  readonly isNews: (agent: number, content: object) => boolean;
  /** What every team protocol tells of itself. */
  readonly held: (agent: number) => number;
  readonly digest: (content: unknown) => number;
  readonly describe: (content: unknown) => string;
  readonly describeAnswer: (agent: number, answer: Answered, question: Question) => string | undefined;
}

/** Begins a team of so many agents; there may be more in the topology, who stay idle. */
export function team(setting: Setting, members: number, path: string): Team {
  const { agents } = setting;
  if (members > agents) {
    const message = `needs ${members} agents, but the topology has ${agents}; raise topology.agents`;
    refuse(path, message);
  }
  const desk = deskOf(setting);
  const had = upTo(members).map(() => new WeakSet<object>());
  let submission = Number.NaN;
  return {
    items: desk.work.items,
    isHazardous: desk.work.hazard > 0,
    order: desk.work.inOrder === true ? desk.work.needs : undefined,
    submit(me, claims) {
      submission = desk.submit(claims);
      me.settle();
    },
    isNews(agent, content) {
      const before = had[agent]!;
      if (before.has(content)) return false;
      before.add(content);
      return true;
    },
    held: () => submission,
    digest: digestOf,
    describe: describeReport,
    // What a model wrote is not read yet.
    describeAnswer: (_agent, answer, question) =>
      typeof answer === 'string' ? undefined : describeWork(answer, question),
  };
}

/** Items dealt out in blocks as even as can be, so that neighbours in a chain stay together. */
export function dealt(items: readonly number[], hands: number): number[][] {
  return Array.from({ length: hands }, (_, hand) =>
    items.slice(Math.floor((hand * items.length) / hands), Math.floor(((hand + 1) * items.length) / hands)),
  );
}

/** Of the open items those that wait for no other open one. */
export function beginnable(open: readonly number[], order: Team['order']): readonly number[] {
  if (order === undefined) return open;
  const isOpen = new Set(open);
  return open.filter((item) => !order[item]!.some((need) => isOpen.has(need)));
}

/**
 * Of the open items those that follow, one after the other, from the given ones and from no others, and side by side with nothing:
 * whoever does the given ones may as well go on with them. What could be shared out among several waits for the next round.
 */
export function followers(scope: readonly number[], open: readonly number[], order: Team['order']): number[] {
  if (order === undefined) return [];
  const isOpen = new Set(open);
  const own = new Set(scope);
  const openNeeds = (item: number): number[] => order[item]!.filter((need) => isOpen.has(need));
  const dependents = new Map<number, number>();
  for (const item of open)
    for (const need of new Set(openNeeds(item))) dependents.set(need, (dependents.get(need) ?? 0) + 1);
  const found: number[] = [];
  // Items need those of lower number, so that one pass finds whole chains.
  for (const item of open) {
    const needs = openNeeds(item);
    if (own.has(item) || needs.length === 0) continue;
    if (!needs.every((need) => own.has(need) && dependents.get(need) === 1)) continue;
    own.add(item);
    found.push(item);
  }
  return found;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Reports folded into an integer: who says it and what is claimed. Other contents are lists of numbers. */
function digestOf(content: unknown): number {
  let hash = 0x811c9dc5;
  const fold = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  const report = content as Partial<Report>;
  fold(report.from ?? -1);
  for (const { item, value } of report.claims ?? []) fold(item * 31 + value);
  return hash | 0;
}
