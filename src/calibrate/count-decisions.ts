import type { AgentsNetTask } from '../agentsnet/rules.ts';
import { type MalformedCause, OPEN } from '../agentsnet/talk.ts';
import { type Decision, type DecisionsOfRun, neighboursOf } from './read-decisions.ts';

/** How often something could have happened, and how often it did. */
export interface Trials {
  n: number;
  events: number;
}

/** A change of group: from which to which, and what the agent knew to be taken. */
export interface Move {
  readonly own: number;
  readonly chosen: number;
  /** By group from 1: whether a neighbour has claimed it. */
  readonly taken: readonly boolean[];
  readonly groups: number;
}

/** Whether an agent with a known clash changed, and whether some neighbour whose name comes before its own had the same group. */
export interface Clash {
  readonly call: number;
  readonly isFinal: boolean;
  readonly yields: boolean;
  readonly changed: boolean;
}

/** A first stance, stated when stances of neighbours were known. */
export interface LaterFirst {
  readonly value: number;
  readonly heard: readonly number[];
  /** How many groups there are, in coloring. */
  readonly groups: number;
}

/** What the calls of a run read and wrote, for the sizes of its conversations. */
interface Sizes {
  /** First prompts. */
  readonly system: number[];
  /** What prompts grew by, beyond what the agent had written itself, and messages heard. */
  readonly grown: (readonly [heard: number, tokens: number])[];
  /** What was written, and messages said. */
  readonly written: (readonly [said: number, tokens: number])[];
  readonly final: number[];
}

/** All that one recorded run says of the chances of a bounded agent. */
export interface CountedRun {
  readonly task: AgentsNetTask;
  /** By what is counted: `drift`, `announce[0]`, `switching[2]`. */
  readonly trials: ReadonlyMap<string, Trials>;
  readonly moves: readonly Move[];
  readonly clashes: readonly Clash[];
  /** First stances of agents that had heard of none. */
  readonly firsts: readonly number[];
  /** First stances of those that had. */
  readonly laterFirsts: readonly LaterFirst[];
  readonly causes: readonly MalformedCause[];
  readonly sizes: Sizes;
}

/** Tasks whose agents choose a strategy first. */
const withStrategy: readonly AgentsNetTask[] = ['leader-election', 'matching', 'vertex-cover'];

/**
 * Counts, in a recorded run, the occasions on which a bounded agent would have drawn, and what came of them. Only chances that
 * can be told apart in words are counted: in coloring and consensus nearly all, elsewhere those of talking.
 */
export function countDecisions(run: DecisionsOfRun): CountedRun {
  const trials = new Map<string, Trials>();
  const moves: Move[] = [];
  const clashes: Clash[] = [];
  const firsts: number[] = [];
  const laterFirsts: LaterFirst[] = [];
  const causes: MalformedCause[] = [];
  const sizes: Sizes = { system: [], grown: [], written: [], final: [] };
  const add = (name: string, happened: boolean): void => {
    const it = trials.get(name) ?? { n: 0, events: 0 };
    it.n++;
    if (happened) it.events++;
    trials.set(name, it);
  };
  for (const calls of run.byAgent) {
    for (const [i, decision] of calls.entries()) {
      const before = calls[i - 1];
      const isFinal = decision.call === run.rounds;
      countTalk(run, decision, isFinal, add);
      if (decision.cause !== null) causes.push(decision.cause);
      countTokens(decision, before, isFinal, sizes);
      countFirst(run, decision, before, isFinal, { add, firsts, laterFirsts });
      if (run.task === 'coloring') countGroup(run, decision, before, isFinal, { add, moves, clashes });
      if (run.task === 'consensus') countValue(decision, before, isFinal, add);
    }
    if (withStrategy.includes(run.task)) countStrategies(calls, run.rounds, add);
    if (run.task === 'leader-election') countInventions(calls, run, add);
  }
  return { task: run.task, trials, moves, clashes, firsts, laterFirsts, causes, sizes };
}

type Add = (name: string, happened: boolean) => void;

function countTalk(run: DecisionsOfRun, decision: Decision, isFinal: boolean, add: Add): void {
  const { unread, toEach } = decision;
  if (unread.length > 0) add(isFinal ? 'malformedAnswer' : 'malformed', unread[0]!);
  if (unread.length > 1) add('retryFailure', unread[1]!);
  if (isFinal || toEach === null) return;
  for (const told of toEach) add('omission', told === null);
  // An offer to pair is worded otherwise to the one it is made to.
  if (run.task === 'matching') return;
  const stances = toEach.filter((told) => told !== null && told !== OPEN);
  if (stances.length > 1) add('inconsistency', new Set(stances).size > 1);
}

function countTokens(
  { tokens, unread, toEach, messagesHeard }: Decision,
  before: Decision | undefined,
  isFinal: boolean,
  sizes: Sizes,
): void {
  if (tokens === null) return;
  if (before === undefined) sizes.system.push(tokens.prompt);
  // A question that was put again has lengthened the conversation.
  else if (before.tokens !== null && before.unread.length === 1)
    sizes.grown.push([messagesHeard, tokens.prompt - before.tokens.prompt - before.tokens.output]);
  if (unread[0] !== false) return;
  if (isFinal) sizes.final.push(tokens.output);
  else sizes.written.push([toEach?.filter((told) => told !== null).length ?? 0, tokens.output]);
}

/** The first stance of an agent: when, and which. */
function countFirst(
  { task, groups }: DecisionsOfRun,
  { told, call, heard, answer }: Decision,
  before: Decision | undefined,
  isFinal: boolean,
  { add, firsts, laterFirsts }: { add: Add; firsts: number[]; laterFirsts: LaterFirst[] },
): void {
  if (task === 'matching' || task === 'leader-election') return;
  if (before !== undefined && before.told !== OPEN) return;
  const now = isFinal ? answer : told;
  if (now === null) return;
  if (!isFinal) add(`announce[${call}]`, now !== OPEN);
  if (now === OPEN || task === 'vertex-cover') return;
  const known = heard.filter((it) => it !== OPEN);
  if (known.length === 0) firsts.push(now);
  else laterFirsts.push({ value: now, heard: known, groups });
}

function countGroup(
  { graph, groups, names }: DecisionsOfRun,
  { agent, call, told, answer, heard }: Decision,
  before: Decision | undefined,
  isFinal: boolean,
  { add, moves, clashes }: { add: Add; moves: Move[]; clashes: Clash[] },
): void {
  const own = before?.told ?? OPEN;
  const now = isFinal ? answer : told;
  if (own === OPEN || now === null) return;
  const changed = now !== own;
  const taken = Array.from({ length: groups + 1 }, (_, group) => heard.includes(group));
  if (heard.includes(own)) {
    const neighbours = neighboursOf(graph, agent);
    const yields = heard.some((it, i) => it === own && names[neighbours[i]!]! < names[agent]!);
    clashes.push({ call, isFinal, yields, changed });
  } else {
    const free = taken.filter((isTaken, group) => group > 0 && group !== own && !isTaken).length;
    if (free > 0) add(isFinal ? 'finalChange' : 'drift', changed);
  }
  if (changed && now >= 1 && now <= groups) moves.push({ own, chosen: now, taken, groups });
}

function countValue(
  { told, answer, heard }: Decision,
  before: Decision | undefined,
  isFinal: boolean,
  add: Add,
): void {
  const own = before?.told ?? OPEN;
  const now = isFinal ? answer : told;
  if (own === OPEN || now === null) return;
  const known = heard.filter((it) => it !== OPEN);
  const share = known.length === 0 ? 0 : known.filter((it) => it !== own).length / known.length;
  const changed = now !== own;
  if (share === 0) add(isFinal ? 'finalChange' : 'drift', changed);
  else add(`switching[${share < 0.5 ? 0 : share === 0.5 ? 1 : share < 1 ? 2 : 3}]`, changed);
}

/** Until an agent has named a strategy: whether it proposes one, or takes up those that it first hears of. */
function countStrategies(calls: readonly Decision[], rounds: number, add: Add): void {
  let hasHeard = false;
  for (const { call, strategy, strategiesHeard, toEach } of calls) {
    if (call === rounds || toEach === null) return;
    const hears = strategiesHeard.some((count) => count > 0);
    if (!hasHeard) add(hears ? 'adoptStrategy' : 'propose', strategy !== 0);
    if (strategy !== 0 && !hears) add('sound', strategy === 1);
    if (strategy !== 0) return;
    hasHeard ||= hears;
  }
}

/** Candidates who do not exist: who makes them up, and who believes in the first it hears of. */
function countInventions(calls: readonly Decision[], { rounds, byAgent }: DecisionsOfRun, add: Add): void {
  const agents = byAgent.length;
  for (const { call, told, isStated, heard, strategy } of calls) {
    if (call === rounds || told === null || strategy === 1) return;
    const stranger = heard.find((it) => it >= agents);
    const names = isStated && told >= agents;
    add(stranger === undefined ? 'invention' : 'relay', names);
    if (names || stranger !== undefined) return;
  }
}
