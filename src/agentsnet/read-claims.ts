import type { Setting } from '../world/contracts.ts';
import { NONE } from './codes.ts';
import { names as allNames } from './names.ts';
import { type AgentsNetTask, readTaskName } from './rules.ts';
import type { Claim } from './talk.ts';

/*
 * What free text claims, found by patterns: a rough reading of what language models write to each other in English. It
 * takes statements, not questions, proposals to others or conditions; it overlooks what is put in unusual words, and now
 * and then takes an intention for a statement. Fit for rates over many messages, not for a verdict on one.
 */

/** Reads the claims of one message. */
export type ClaimReader = (text: string, from: number, to: number) => Claim[];

/** What a reader has to know of a run. */
export type Heard = Pick<Setting, 'agents' | 'names'> & { readonly task: Pick<Setting['task'], 'name'> };

/** The reader of a run's messages; finds nothing in tasks that are none of AgentsNet's. */
export function claimReader(setting: Heard): ClaimReader {
  const task = readTaskName(setting.task.name);
  if (task === undefined) return () => [];
  const who = people(setting);
  return (text, from, to) => {
    const claims: Claim[] = [];
    for (const sentence of sentencesOf(text)) {
      const strategy = strategyIn(task, sentence);
      if (strategy !== undefined)
        claims.push({ topic: 'strategy', subject: from, value: strategy, author: from });
      if (sentence.endsWith('?')) continue;
      claims.push(...readers[task](sentence, { from, to, who }));
    }
    return claims;
  };
}

interface Speech {
  readonly from: number;
  readonly to: number;
  readonly who: People;
}

interface People {
  /** Matches any given name, in use or not. */
  readonly pattern: string;
  /** The agent of that name; a number beyond them all for somebody who does not exist. */
  readonly agentOf: (name: string) => number;
}

function people({ agents, names }: Heard): People {
  const known = new Map(names.map((name, agent) => [name, agent]));
  const unused = allNames.filter((name) => !known.has(name));
  for (const [i, name] of unused.entries()) known.set(name, agents + i);
  // Longest first, so that Danielle is not taken for Daniel.
  const pattern = [...known.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[^\w]/g, '\\$&'))
    .join('|');
  return { pattern: `(?:${pattern})\\b`, agentOf: (name) => known.get(name) ?? NONE };
}

const sentencesOf = (text: string): string[] =>
  (text.match(/[^.!?\n]+[.!?]?/g) ?? []).map((it) => it.trim()).filter((it) => it !== '');

type Reader = (sentence: string, speech: Speech) => Claim[];

/** The speaker on itself. */
const self =
  "(?:\\bI\\b|\\bI['’](?:m|ll|ve|d)\\b|\\b[Mm]y (?:group|choice|value|assignment|decision|final)\\b|\\bmyself\\b)";
/** What makes a statement none. */
const hedged =
  /\b(?:if|unless|whether|should|could|would you|suggest|propose|might|avoid|not|\w+n['’]t|other than|instead of)\b/i;

/** What makes a statement on others none; of oneself, `I consider` is a first word on the matter. */
const guessed =
  /\b(?:consider\w*|reconsider|recommend\w*|encourage\w*|looking at|interested|open to|explor\w*|either|thoughts|think about)\b|\bGroup \d+,? or\b|\bGroup \d+, (?:Group )?\d/i;

/** What stands right before the subject of a condition. */
const condition = /\b(?:if|unless|whether|when|that both)\W+(?:\w+\W+)?$/i;

const stance = (subject: number, value: number, author: number): Claim => ({
  topic: 'stance',
  subject,
  value,
  author,
});

/** Statements `SUBJECT ... VALUE` of oneself, of the one spoken to, and of others by name. */
function statements(
  sentence: string,
  value: string,
  read: (text: string) => number,
  speech: Speech,
): Claim[] {
  const { from, to, who } = speech;
  const claims: Claim[] = [];
  // Nobody else may come in between: in `I see that you are in Group 3` the subject is `you`.
  const between =
    '((?:(?!\\b(?:I|your?|we|our|they|their|his|her)\\b|\\b(?!Group)[A-Z][a-z]{2,})[^,;:]){0,60}?)';
  const subjects = new RegExp(`(${self}|\\byou(?:['’]re)?\\b|\\b${who.pattern})${between}\\b${value}`, 'g');
  for (const match of sentence.matchAll(subjects)) {
    const [whole, subject = '', , found = ''] = match;
    if (hedged.test(whole) || condition.test(sentence.slice(0, match.index))) continue;
    const isOwn = new RegExp(`^${self}`).test(subject);
    // With what follows the value, for `Group 6, 7 or 8`.
    const withRest = sentence.slice(match.index, match.index + whole.length + 20);
    if (!isOwn && guessed.test(withRest)) continue;
    const about = isOwn ? from : /^you/.test(subject) ? to : who.agentOf(subject);
    claims.push(stance(about, read(found), from));
  }
  return claims;
}

const readers: Readonly<Record<AgentsNetTask, Reader>> = {
  coloring: (sentence, speech) =>
    statements(sentence, '(Group \\d+)', (text) => Number(text.slice(6)), speech),
  consensus(sentence, speech) {
    if (/\b0 (?:or|and) 1\b|\b0\/1\b|\b1 or 0\b/.test(sentence)) return [];
    return statements(sentence, '([01])\\b(?![.:]\\d)', Number, speech);
  },
  'vertex-cover'(sentence, { from, to, who }) {
    const subject = new RegExp(
      `(${self}|\\byou\\b|\\b${who.pattern})([^,;:]{0,40}?)\\b[Cc]oordinators?\\b`,
      'g',
    );
    const claims: Claim[] = [];
    for (const [whole, name = '', between = ''] of sentence.matchAll(subject)) {
      if (/\b(?:if|whether|should|could|might|think|need|who|our|suggest|propose|about)\b/i.test(whole))
        continue;
      if (!/\b(?:be|as|am|is|are|become)\b|['’]m/.test(name + between)) continue;
      const isOwn = new RegExp(`^${self}`).test(name);
      const about = isOwn ? from : name === 'you' ? to : who.agentOf(name);
      claims.push(stance(about, /\bnot\b|n['’]t\b/.test(whole) ? 0 : 1, from));
    }
    return claims;
  },
  matching(sentence, { from, to, who }) {
    if (/\bif\b|\bnot\b|n['’]t\b/i.test(sentence) || !/pair|team|partner|group|match|duo/i.test(sentence))
      return [];
    const claims: Claim[] = [];
    const both = new RegExp(
      `\\b(${who.pattern}) and (I|${who.pattern})(?= (?:are|have|will|form|is|were|has)\\b)`,
      'g',
    );
    for (const [, a = '', b = ''] of sentence.matchAll(both)) {
      const subject = b === 'I' ? from : who.agentOf(b);
      claims.push(stance(subject, who.agentOf(a), from));
    }
    const wish = new RegExp(`${self}[^;:]{0,80}?\\bwith (you|${who.pattern})`);
    const partner = claims.length === 0 ? wish.exec(sentence)?.[1] : undefined;
    if (partner !== undefined) {
      const value = partner === 'you' ? to : who.agentOf(partner);
      claims.push({ topic: 'proposal', subject: from, value, author: from });
    }
    return claims;
  },
  'leader-election'(sentence, { from, to, who }) {
    if (/\bnot\b|n['’]t\b|\bif\b|\bwhether\b|\binterested\b|\bwho\b/i.test(sentence)) return [];
    if (!/\blead(?:er)?\b|nominat|\bvote\b|elect/i.test(sentence)) return [];
    const somebody = `(I|me|myself|you|yourself|${who.pattern})`;
    const forms = [
      `\\b(?:nominat\\w+|support\\w*|vote for|back\\w*|elect\\w*|endors\\w+) ${somebody}`,
      `\\b${somebody}(?:['’](?:d|m|ll))?(?: (?!you)[a-z]\\w*){0,4} (?:as|be|become|is|being) (?:\\w+ ){0,2}(?:the |our |a )?leader\\b`,
      `\\b${somebody}(?: (?!you)[a-z]\\w*){0,2} (?:should|to|would|could|will) lead\\b`,
    ];
    const found = forms.map((form) => new RegExp(form).exec(sentence)?.[1]).find((it) => it !== undefined);
    if (found === undefined) return [];
    const isOwn = ['I', 'me', 'myself'].includes(found);
    const subject = isOwn ? from : found.startsWith('you') ? to : who.agentOf(found);
    return [{ topic: 'candidate', subject, value: 1, author: from }];
  },
};

/** By task, the words of the two strategies of `talk.ts`. */
const strategyWords: Partial<Record<AgentsNetTask, readonly [RegExp, RegExp]>> = {
  'leader-election': [
    /alphabet|lexicograph|first (?:letter|name)|(?:shortest|longest) name|name that comes first/i,
    /qualit|skill|experience|strength|vision/i,
  ],
  matching: [
    /alphabet|lexicograph|order of (?:our )?names/i,
    /keep\w* (?:my|our|the)? ?options|who is (?:keen|interested|open)/i,
  ],
  'vertex-cover': [
    /alphabet|lexicograph|order of (?:our )?names/i,
    /qualit|skill|strength|volunteer|willing/i,
  ],
};

function strategyIn(task: AgentsNetTask, sentence: string): number | undefined {
  const at = strategyWords[task]?.findIndex((words) => words.test(sentence)) ?? -1;
  return at < 0 ? undefined : at + 1;
}
