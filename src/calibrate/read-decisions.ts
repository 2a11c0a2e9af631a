import { options, parseAnswer } from '../agentsnet/answers.ts';
import { decodeAnswers, UNPARSED } from '../agentsnet/codes.ts';
import { type MessageFault, parseMessages } from '../agentsnet/messages.ts';
import { names as allNames } from '../agentsnet/names.ts';
import { claimReader } from '../agentsnet/read-claims.ts';
import type { AgentsNetTask } from '../agentsnet/rules.ts';
import { groupsFor } from '../agentsnet/scorers.ts';
import { type Claim, type MalformedCause, OPEN } from '../agentsnet/talk.ts';
import type { RecordedRun } from '../study/agentsnet-transcripts.ts';
import type { Graph } from '../world/graph.ts';

/** What one agent did at one call, as far as its words show it. */
export interface Decision {
  readonly agent: number;
  /** 0 is the first call; the last, of number `rounds`, gives the answer. */
  readonly call: number;
  /** What it told all or most neighbours it means to answer, now or last; OPEN when nothing yet; null where it is not to be told. */
  readonly told: number | null;
  /** Whether it has named a stance at this very call. */
  readonly isStated: boolean;
  /** The final answer as a code; null for any other call, or where it cannot be read. */
  readonly answer: number | null;
  /** By neighbour: the stance it was last heard to have, or OPEN. What the agent knows at this call. */
  readonly heard: readonly number[];
  /** Strategies named by neighbours before this call: how many say each; whether any was new at this call. */
  readonly strategiesHeard: readonly number[];
  /** The strategy that it names at this call; 0 for none. */
  readonly strategy: number;
  /** By neighbour, where messages can be read: the stance it was told, OPEN for none, null for silence. */
  readonly toEach: readonly (number | null)[] | null;
  /** Whether the first text cannot be read by the released rules, and the second, where there is one. */
  readonly unread: readonly boolean[];
  readonly cause: MalformedCause | null;
  readonly tokens: { readonly prompt: number; readonly output: number } | null;
  /** Messages heard at this call. */
  readonly messagesHeard: number;
}

/** A recorded run as decisions, call by call. */
export interface DecisionsOfRun {
  readonly task: AgentsNetTask;
  readonly place: string;
  readonly graph: Graph;
  readonly names: readonly string[];
  readonly rounds: number;
  readonly groups: number;
  /** By agent, then by call. */
  readonly byAgent: readonly (readonly Decision[])[];
}

/**
 * Reads the decisions of a recorded run off its texts. Claims are found by patterns (`read-claims.ts`), so that rates over
 * free text are as rough as these; runs that `exportAgentsNet` wrote are read as they were meant. Undefined where the file
 * has no transcripts.
 */
export function readDecisions(recorded: RecordedRun): DecisionsOfRun | undefined {
  const { instance, conversations } = recorded;
  const { task, graph, names, rounds } = instance;
  if (conversations === null || rounds === null) return undefined;
  const spoken = conversations.map((_, agent) => wordsOf(recorded, agent));
  const last = Array.from({ length: names.length }, (): number => OPEN);
  const heard = Array.from({ length: names.length }, (_, v) =>
    neighboursOf(graph, v).map((): number => OPEN),
  );
  const heardStrategy = heard.map((it) => it.map(() => 0));
  const byAgent: Decision[][] = names.map(() => []);
  const strayed = new Array<boolean>(names.length).fill(false);
  for (let call = 0; call <= rounds; call++) {
    for (const [agent, calls] of spoken.entries()) {
      const words = calls[call];
      if (words === undefined) continue;
      const neighbours = neighboursOf(graph, agent);
      let messagesHeard = 0;
      for (const [i, neighbour] of neighbours.entries()) {
        const said = call === 0 ? undefined : spoken[neighbour]?.[call - 1];
        const message = said?.toEach?.get(agent);
        if (message === undefined) continue;
        messagesHeard++;
        if (message.stance !== OPEN) heard[agent]![i] = message.stance;
        if (message.strategy !== 0) heardStrategy[agent]![i] = message.strategy;
      }
      const stances = words.toEach && neighbours.map((it) => words.toEach!.get(it)?.stance ?? null);
      const stated = stances === null ? undefined : commonStance(stances, last[agent]!);
      // What it meant in words that nobody could read is not known, and so not what it meant before the next ones.
      strayed[agent] = words.toEach === null && call < rounds;
      if (stated !== undefined && stated !== null) last[agent] = stated;
      byAgent[agent]!.push({
        agent,
        call,
        told: strayed[agent] || stated === null ? null : last[agent]!,
        isStated: stated !== undefined && stated !== null,
        answer: words.answer,
        heard: [...heard[agent]!],
        strategiesHeard: [1, 2].map((it) => heardStrategy[agent]!.filter((named) => named === it).length),
        strategy: words.strategy,
        toEach: stances,
        unread: words.unread,
        cause: words.cause,
        tokens: words.tokens,
        messagesHeard,
      });
    }
  }
  return { task, place: instance.place, graph, names, rounds, groups: groupsFor(graph), byAgent };
}

/** The neighbours of an agent, in ascending order. */
export const neighboursOf = ({ offsets, targets }: Graph, agent: number): number[] =>
  Array.from(targets.subarray(offsets[agent], offsets[agent + 1]));

/**
 * The stance that most neighbours are told, undefined where none is told one. Where as many are told another, the one
 * that the agent had before; null where it had neither.
 */
function commonStance(stances: readonly (number | null)[], before: number): number | undefined | null {
  const counts = new Map<number, number>();
  for (const it of stances) if (it !== null && it !== OPEN) counts.set(it, (counts.get(it) ?? 0) + 1);
  if (counts.size === 0) return undefined;
  const most = Math.max(...counts.values());
  const first = [...counts].filter(([, count]) => count === most).map(([stance]) => stance);
  if (first.length === 1) return first[0];
  return first.includes(before) ? before : null;
}

/** What is found in the texts of one call. */
interface Words {
  readonly toEach: ReadonlyMap<number, { readonly stance: number; readonly strategy: number }> | null;
  readonly strategy: number;
  readonly answer: number | null;
  readonly unread: readonly boolean[];
  readonly cause: MalformedCause | null;
  readonly tokens: Decision['tokens'];
}

/** By call of an agent: what it said. */
function wordsOf({ instance, conversations }: RecordedRun, agent: number): Words[] {
  const { task, graph, names, rounds } = instance;
  const claimsIn = claimReader({ agents: names.length, names, task: { name: task } });
  const neighbours = neighboursOf(graph, agent);
  const neighbourNames = neighbours.map((it) => names[it]!);
  const known = new Set([...allNames, ...names]);
  const allowed = options(task, { groups: groupsFor(graph), neighbours: neighbourNames });
  const calls: Words[] = [];
  for (const { round, attempt, text, spent } of conversations?.[agent]?.calls ?? []) {
    const isFinal = round === rounds;
    const before = attempt === 1 ? calls[round] : undefined;
    const tokens = before?.tokens ?? spent ?? null;
    if (isFinal) {
      const strict = parseAnswer(text, allowed, 'upstream');
      const found = parseAnswer(text, allowed, 'clean');
      const [code = UNPARSED] = decodeAnswers(task, [found], names, 'clean');
      const answer = found === null ? (before?.answer ?? null) : code;
      calls[round] = {
        toEach: null,
        strategy: 0,
        answer,
        unread: [...(before?.unread ?? []), strict === null],
        cause: null,
        tokens,
      };
      continue;
    }
    const strict = parseMessages(text, { names: known, neighbours: neighbourNames, mode: 'upstream' });
    const { messages } = parseMessages(text, { names: known, neighbours: neighbourNames, mode: 'clean' });
    const told = [...(messages ?? [])].map(([name, message]) => {
      const to = names.indexOf(name);
      const claims = claimsIn(message, agent, to);
      return [to, { stance: stanceIn(claims, agent), strategy: strategyIn(claims) }] as const;
    });
    const toEach = messages === null ? (before?.toEach ?? null) : new Map(told);
    const strategy = told.find(([, it]) => it.strategy !== 0)?.[1].strategy ?? before?.strategy ?? 0;
    const isUnread = strict.messages === null;
    const cause = before === undefined ? (isUnread ? causeOf(strict.faults) : null) : before.cause;
    calls[round] = {
      toEach,
      strategy,
      answer: null,
      unread: [...(before?.unread ?? []), isUnread],
      cause,
      tokens,
    };
  }
  return calls;
}

/** The last thing that an agent says of itself, or whom it would have lead; OPEN for nothing. */
function stanceIn(claims: readonly Claim[], agent: number): number {
  const own = claims.findLast(
    ({ topic, subject }) =>
      topic === 'candidate' || ((topic === 'stance' || topic === 'proposal') && subject === agent),
  );
  if (own === undefined) return OPEN;
  return own.topic === 'candidate' ? own.subject : own.value;
}

const strategyIn = (claims: readonly Claim[]): number =>
  claims.find(({ topic }) => topic === 'strategy')?.value ?? 0;

const causeOf = (faults: readonly MessageFault[]): MalformedCause =>
  (['trailing-comma', 'unknown-key', 'escaped-newline'] as const).find((cause) =>
    faults.some((fault) => fault.cause === cause),
  ) ?? 'other';
