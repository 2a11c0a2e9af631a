import type { Setting } from '../world/contracts.ts';
import { answerText } from './codes.ts';
import { names as allNames } from './names.ts';
import { type AgentsNetTask, readTaskName } from './rules.ts';

/*
 * What agents say to one another, as structure. Claims are small integers, so that millions of them can be simulated;
 * `sayMessage` turns them into the sentences of a conversation.
 */

/**
 * What a claim is about.
 * stance: the answer `subject` means to give · proposal: `subject` would like to pair with `value` · candidate: `subject`
 * should lead · strategy: we should all go about it as `value` says · links: whom `subject` can talk to, in `list` ·
 * input: `subject` was given `value`.
 */
export type Topic = 'stance' | 'proposal' | 'candidate' | 'strategy' | 'links' | 'input';

export interface Claim {
  readonly topic: Topic;
  /** The agent it is about. From `setting.agents` on, somebody who does not exist. */
  readonly subject: number;
  /** A code of `codes.ts` for stances, an agent for proposals, a number of `strategies` for strategies. */
  readonly value: number;
  /** Who said it first. Others who pass it on leave this as it is. */
  readonly author: number;
  /** The neighbours of `subject`, where the topic is links. */
  readonly list?: readonly number[];
  /**
   * Whether its author says it for the first time, or something else than before; undefined where it says the same
   * again, or nobody knows. For the telling alone: no agent heeds it, and no fingerprint.
   */
  readonly news?: 'first' | 'changed' | undefined;
}

/** All that one agent says to another at once. Shared among the neighbours who are told the same; never change one. */
export type Message = readonly Claim[];

/** What travels in an envelope: claims, or the plain words of a language model. */
export type Content = Message | string;

interface Asked {
  /** Calls of this agent before this one, re-prompts apart: 0 is the bootstrap, `rounds` the last. */
  readonly round: number;
  /** How often messages are delivered in this run. */
  readonly rounds: number;
  /** 1 when the first answer could not be read and the agent is asked again. */
  readonly attempt: 0 | 1;
  /** What was heard since the last call, by neighbour in ascending order; undefined where a neighbour was silent. */
  readonly heard: readonly (Content | undefined)[];
}

/** Asks what an agent tells its neighbours. */
export interface MessageQuestion extends Asked {
  readonly kind: 'message';
}

/** Asks for an agent's final answer. */
export interface FinalQuestion extends Asked {
  readonly kind: 'final';
}

export type Question = MessageQuestion | FinalQuestion;

/** What an agent has in mind, told or not. Recorded with its answers; no other agent can see it. */
export interface Mind {
  /** The answer it means to give (in leader election: whom it would have lead); `OPEN` while it has none. */
  readonly stance: number;
  /** The strategy it follows, by its number; 0 for none. */
  readonly strategy: number;
}

/** No stance yet. Apart from every code of an answer. */
export const OPEN = -9;

/** Messages to the neighbours. */
export interface Said {
  readonly kind: 'said';
  /** Without claims it is small talk, which is heard and read all the same. */
  readonly toAll: Message;
  /** By neighbour, where not all are told the same: the message, or undefined for silence. */
  readonly apart?: readonly (Message | undefined)[];
  readonly mind?: Mind;
}

/** A final answer, as a code. */
export interface Chosen {
  readonly kind: 'chosen';
  readonly code: number;
  readonly mind?: Mind;
}

/** Output that is not as asked for. What it would have meant is kept, since a kinder reader can read some of it. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly cause: MalformedCause;
  readonly meant: Said | Chosen;
}

/** The causes that were told apart in recorded runs; `other` covers the rest, such as no object at all. */
export type MalformedCause = 'trailing-comma' | 'unknown-key' | 'escaped-newline' | 'other';

/** A behaviour's answer to a question; text is what a language model wrote, and is parsed by the protocol. */
export type Answered = Said | Chosen | Malformed | string;

/** The messages an answer amounts to, or was meant as; undefined for final answers and for what is not of this kind. */
export function saidIn(value: unknown): Said | undefined {
  const answered = answeredIn(value);
  if (answered?.kind === 'said') return answered;
  return answered?.kind === 'malformed' && answered.meant.kind === 'said' ? answered.meant : undefined;
}

/** An answer of this vocabulary that has structure; undefined for text and for anything else. */
export function answeredIn(value: unknown): Exclude<Answered, string> | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  const { kind } = value as { kind: unknown };
  const isAnswer = kind === 'said' || kind === 'chosen' || kind === 'malformed';
  return isAnswer ? (value as Exclude<Answered, string>) : undefined;
}

/** The stance a sender tells all its neighbours: a code, a partner, or a candidate; undefined when it tells none. */
export function toldStance({ toAll }: Said, sender: number): number | undefined {
  for (const { topic, subject, value } of toAll) {
    if (topic === 'candidate') return subject;
    if ((topic === 'stance' || topic === 'proposal') && subject === sender) return value;
  }
  return undefined;
}

/** Whether a value is a question of this vocabulary. */
export const isQuestion = (value: unknown): value is Question =>
  typeof value === 'object' && value !== null && 'attempt' in value && 'heard' in value;

/** The strategies an agent can propose, by task; the first can work if all keep to it, the second cannot be relied on. */
export const strategies = {
  'leader-election': ['let the name that comes first lead', 'let whoever has the best qualities lead'],
  matching: ['pair up in the order of our names', 'keep our options open and see who is keen'],
  'vertex-cover': ['stay out in the order of our names', 'let everyone who is willing coordinate'],
} as const;

/** An agent's name; somebody who does not exist gets one that nobody has. */
export function nameOf(agent: number, setting: Setting): string {
  const { agents, names } = setting;
  if (agent < agents) return names[agent] ?? `agent ${agent}`;
  const unused = allNames.filter((name) => !names.includes(name));
  return unused[(agent - agents) % Math.max(1, unused.length)] ?? `Nobody-${agent}`;
}

/** A message as its sender would put it: a few plain sentences. */
export function sayMessage(content: Content, setting: Setting, from: number, to?: number): string {
  if (typeof content === 'string') return content;
  if (content.length === 0) return `I have nothing settled yet. ${inquiryOf(setting)}`;
  const said = content.map((claim) => sayClaim(claim, setting, from, to));
  // Who offers to pair has asked already.
  const asks = content.some(
    ({ topic, author, news }) =>
      news === 'first' &&
      author === from &&
      (topic === 'candidate' || readTaskName(setting.task.name) !== 'matching'),
  );
  return [...said, ...(asks ? [inquiryOf(setting)] : [])].join(' ');
}

const inquiries: Readonly<Record<AgentsNetTask, string>> = {
  coloring: 'Which group do you take?',
  consensus: 'What do you choose?',
  'leader-election': 'Whom would you have lead?',
  matching: 'Whom would you like to pair with?',
  'vertex-cover': 'Will you coordinate?',
};

/** What one asks who has just said something, or has nothing to say. */
function inquiryOf(setting: Setting): string {
  const task = readTaskName(setting.task.name);
  return task ? inquiries[task] : 'What do you think?';
}

/** One claim as a sentence of `from`, to `to` if given. */
export function sayClaim(claim: Claim, setting: Setting, from: number, to?: number): string {
  const name = (agent: number): string =>
    agent === from ? 'I' : agent === to ? 'you' : nameOf(agent, setting);
  const { topic, subject, value, news } = claim;
  switch (topic) {
    case 'stance':
      return sayStance(claim, setting, from, to);
    case 'proposal':
      if (subject !== from) return `${nameOf(subject, setting)} would like to pair with ${name(value)}.`;
      return value === to
        ? 'Would you like to pair with me?'
        : `I would like to pair with ${nameOf(value, setting)}.`;
    case 'candidate':
      if (subject === from) return 'I would like to lead.';
      return `I ${news === 'changed' ? 'now ' : ''}think ${name(subject)} should lead.`;
    case 'strategy':
      return `I suggest that we ${strategyText(value, setting)}.`;
    case 'links': {
      const others = (claim.list ?? []).map((agent) => nameOf(agent, setting)).join(', ');
      return subject === from
        ? `I can talk to ${others}.`
        : `${nameOf(subject, setting)} can talk to ${others}.`;
    }
    case 'input':
      return subject === from ? `I was given ${value}.` : `${nameOf(subject, setting)} was given ${value}.`;
  }
}

/** A strategy in words. */
export function strategyText(strategy: number, setting: Setting): string {
  const known: Partial<Record<string, readonly string[]>> = strategies;
  return known[setting.task.name]?.[strategy - 1] ?? 'find a plan together';
}

function sayStance(claim: Claim, setting: Setting, from: number, to?: number): string {
  const { subject, value, news } = claim;
  const task = readTaskName(setting.task.name);
  const mine = subject === from;
  const who = subject === to ? 'So you' : nameOf(subject, setting);
  switch (task) {
    case 'coloring':
      if (mine)
        return `I ${news === 'first' ? 'take' : news === 'changed' ? 'move to' : 'am in'} Group ${value}.`;
      return `${who} ${subject === to ? 'are' : 'is'} in Group ${value}.`;
    case 'consensus':
      if (mine) return `I ${news === 'changed' ? 'now ' : ''}choose ${value}.`;
      return `${who} ${subject === to ? 'choose' : 'chooses'} ${value}.`;
    case 'vertex-cover': {
      const after = mine && news === 'changed' ? ' after all' : '';
      return `${mine ? 'I' : who} will ${value === 1 ? '' : 'not '}be a coordinator${after}.`;
    }
    case 'matching':
      if (value < 0) {
        return mine
          ? 'I remain without a partner.'
          : `${who} ${subject === to ? 'remain' : 'remains'} without a partner.`;
      }
      if (mine) return value === to ? 'You and I are a pair.' : `${nameOf(value, setting)} and I are a pair.`;
      return `${who} and ${value === from ? 'I' : value === to ? 'you' : nameOf(value, setting)} are a pair.`;
    default: {
      const answer = task ? answerText(task, value, setting.names) : String(value);
      return mine ? `My answer is ${answer}.` : `The answer of ${who} is ${answer}.`;
    }
  }
}

/** Folds a message into an int32, for fingerprints: equal messages, equal numbers. */
export function digestContent(content: Content): number {
  let hash = 0x2545f491;
  const mix = (word: number): void => {
    hash = Math.imul(hash ^ word, 0x5bd1e995);
    hash ^= hash >>> 15;
  };
  if (typeof content === 'string') {
    for (let i = 0; i < content.length; i++) mix(content.charCodeAt(i));
    return hash;
  }
  for (const { topic, subject, value, author } of content) {
    mix(topicMarks[topic]);
    mix(subject);
    mix(value);
    mix(author);
  }
  return hash;
}

const topicMarks: Record<Topic, number> = {
  stance: 1,
  proposal: 2,
  candidate: 3,
  strategy: 4,
  links: 5,
  input: 6,
};
