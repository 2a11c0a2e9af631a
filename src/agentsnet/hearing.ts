import type { Answer, Metric, Setting } from '../world/contracts.ts';
import { options, parseAnswer } from './answers.ts';
import { decodeAnswers } from './codes.ts';
import { type MessageFault, parseMessages } from './messages.ts';
import { names as allNames } from './names.ts';
import { claimReader } from './read-claims.ts';
import { readTaskName } from './rules.ts';
import { groupsFor } from './scorers.ts';
import {
  type Answered,
  type Claim,
  isQuestion,
  type MalformedCause,
  OPEN,
  type Question,
  type Said,
} from './talk.ts';

/**
 * Lets metrics, which know claims, follow agents that write text: what a text claims is found by patterns (see
 * `read-claims.ts`), so that what they measure of such runs is as rough as these.
 */
export function hearing(setting: Setting): (metric: Metric) => Metric {
  const task = readTaskName(setting.task.name);
  if (task === undefined) return (metric) => metric;
  const understand = understanding(setting);
  let last: { readonly answer: Answer; readonly understood: Answer } | undefined;
  return (metric) => ({
    ...metric,
    answer(agent, question, answer) {
      if (typeof answer.value !== 'string' || !isQuestion(question)) {
        metric.answer?.(agent, question, answer);
        return;
      }
      // Several metrics hear the same answer.
      if (last?.answer !== answer)
        last = { answer, understood: { ...answer, value: understand(agent, question, answer) } };
      metric.answer?.(agent, question, last.understood);
    },
  });
}

function understanding(setting: Setting): (agent: number, question: Question, answer: Answer) => Answered {
  const { graph, names } = setting;
  const task = readTaskName(setting.task.name)!;
  const claimsIn = claimReader(setting);
  const known = new Set([...allNames, ...names]);
  const groups = groupsFor(graph);
  const strategies = new Int32Array(setting.agents);
  const neighboursOf = (agent: number): string[] =>
    Array.from(graph.targets.subarray(graph.offsets[agent], graph.offsets[agent + 1]), (it) => names[it]!);

  const final = (agent: number, text: string): Answered => {
    const found = parseAnswer(text, options(task, { groups, neighbours: neighboursOf(agent) }), 'clean');
    const [code = OPEN] = decodeAnswers(task, [found], names, 'clean');
    return { kind: 'chosen', code };
  };
  const said = (agent: number, text: string): { said: Said; faults: readonly MessageFault[] } => {
    const { messages, faults } = parseMessages(text, {
      names: known,
      neighbours: neighboursOf(agent),
      mode: 'clean',
    });
    const claims = [...(messages ?? [])].flatMap(([to, words]) => claimsIn(words, agent, names.indexOf(to)));
    const toAll = distinct(claims, agent);
    const strategy = toAll.find(({ topic }) => topic === 'strategy')?.value;
    if (strategy !== undefined) strategies[agent] = strategy;
    return { said: { kind: 'said', toAll, mind: { stance: OPEN, strategy: strategies[agent]! } }, faults };
  };

  return (agent, { kind }, { value, unread }) => {
    const text = value as string;
    if (kind === 'final') {
      const meant = final(agent, text);
      return unread === undefined || typeof meant === 'string' || meant.kind === 'malformed'
        ? meant
        : { kind: 'malformed', cause: 'other', meant };
    }
    const it = said(agent, text);
    return unread === undefined ? it.said : { kind: 'malformed', cause: causeOf(it.faults), meant: it.said };
  };
}

const causeOf = (faults: readonly MessageFault[]): MalformedCause =>
  (['trailing-comma', 'unknown-key', 'escaped-newline'] as const).find((cause) =>
    faults.some((fault) => fault.cause === cause),
  ) ?? 'other';

/** Each claim once, and of an agent's own stances the last: `I thought of Group 1, but I am in Group 3`. */
function distinct(claims: readonly Claim[], agent: number): Claim[] {
  const isOwn = ({ topic, subject }: Claim): boolean =>
    subject === agent && (topic === 'stance' || topic === 'proposal');
  const last = claims.findLast(isOwn);
  const kept = claims.filter((claim) => !isOwn(claim) || claim.value === last?.value);
  const byKey = new Map(kept.map((claim) => [`${claim.topic} ${claim.subject} ${claim.value}`, claim]));
  return [...byKey.values()];
}
