import type { Stream } from '../kernel/stream.ts';
import type { Setting } from '../world/contracts.ts';
import type { OpinionQuestion } from '../world/opinion.ts';
import { type Fill, formOf, type Prompter, type Reader, thoughts } from './prompter.ts';
import { readJson } from './read-json.ts';

/** Names that mean nothing: letters without vowels, so that no word comes about and none is a first choice by itself. */
export const letters: readonly string[] = [...'BCDFGHJKLMNPQRSTVWXZ'];

/** What opinions are called towards an agent, in the order in which it is told of them; left out where they are numbers. */
export type Labels = ReadonlyMap<number, string>;

/** One look at the opinions of others. */
export interface Look {
  /** How many there are in the group. */
  readonly agents: number;
  /** What the agent holds, where it is told so; NaN for nothing yet. */
  readonly own?: number | undefined;
  /** The opinions in view, in the order in which they are told; NaN for none. */
  readonly seen: readonly number[];
  /** Whom it meets, in a meeting. */
  readonly other?: string | undefined;
  readonly labels: Labels | undefined;
}

/**
 * Opinions under names drawn anew for each question, in an order drawn anew, without a word on what is to be made of them: as
 * in arXiv 2409.02822. Opinions that are numbers of any kind are told as such.
 */
export function opinionPrompter(setting: Setting, fill: Fill, reasoning: boolean): Prompter {
  const { agents, names, inputs } = setting;
  const told = new WeakMap<object, Labels | undefined>();
  const streams: (Stream | undefined)[] = [];
  const look = (agent: number, question: OpinionQuestion): Look => {
    const random = (streams[agent] ??= setting.stream('wording', agent));
    const { opinion, size, role } = question;
    const seen = Array.from({ length: size }, (_, i) => question.at(i));
    const isInView = Array.from({ length: size }, (_, i) => question.who(i)).includes(agent);
    const labels = labelsFor([...inputs, ...seen, opinion], random);
    told.set(question, labels);
    return {
      agents,
      own: isInView ? undefined : opinion,
      seen: random.shuffle(seen),
      other: role === 'alone' ? undefined : names[question.who(0)],
      labels,
    };
  };
  const reader: Reader<number> = {
    read: (text, _agent, question) => readOpinion(text, told.get(question as object)),
    answer: (read, _agent, question) => read ?? (question as OpinionQuestion).opinion,
    again: (_agent, question) => fill('opinion-again', { options: optionsOf(told.get(question as object)) }),
  };
  return {
    remembers: () => false,
    system: (agent) => fill('opinion-system', { name: names[agent]!, agents }),
    turn: (agent, question) => lookWords(fill, look(agent, question as OpinionQuestion)),
    form: (_agent, question) => opinionForm(told.get(question as object), reasoning),
    plain: (written) => written,
    reader: reader as Reader,
  };
}

/** A look, in words. */
export function lookWords(fill: Fill, { agents, own, seen, other, labels }: Look): string {
  const name = (value: number): string =>
    Number.isNaN(value) ? 'none' : (labels?.get(value) ?? String(value));
  const values = {
    agents,
    options: optionsOf(labels),
    own:
      own === undefined
        ? ''
        : Number.isNaN(own)
          ? fill('opinion-none', {})
          : fill('opinion-own', { opinion: name(own) }),
    count: seen.length,
    seen: seen.map(name).join(', '),
    other: other ?? '',
  };
  if (seen.length === 0) return fill('opinion-alone', values);
  return fill(other === undefined ? 'opinion-look' : 'opinion-meeting', values);
}

/** Reads `{"opinion": "K"}`, or a name that stands alone on the last line. Undefined for anything else. */
export function readOpinion(text: string, labels: Labels | undefined): number | undefined {
  const last = text.trim().split('\n').at(-1) ?? '';
  const said = readJson(text, 'opinion')?.opinion ?? last.replace(/^[^\w.-]+|[^\w]+$/g, '');
  if (labels === undefined) {
    const number = typeof said === 'string' && said.trim() !== '' ? Number(said) : said;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  }
  const wanted = String(said).trim().toUpperCase();
  for (const [value, label] of labels) if (label === wanted) return value;
  return undefined;
}

/** The form of such an answer. */
export function opinionForm(labels: Labels | undefined, reasoning: boolean) {
  const schema = labels === undefined ? { type: 'number' } : { type: 'string', enum: [...labels.values()] };
  return formOf('opinion', { ...thoughts(reasoning), opinion: [schema, 'What you hold from now on.'] });
}

const optionsOf = (labels: Labels | undefined): string =>
  labels === undefined ? 'a number' : [...labels.values()].join(' or ');

/** Names for opinions that are small whole numbers; undefined where one of them is something else. */
function labelsFor(opinions: readonly number[], random: Stream): Labels | undefined {
  const values = [...new Set(opinions.filter((it) => !Number.isNaN(it)))];
  const areNames = values.every((it) => Number.isInteger(it) && it >= 0 && it < letters.length);
  if (!areNames || values.length === 0) return undefined;
  const names = random.shuffle([...letters]);
  return new Map(random.shuffle(values).map((value, i) => [value, names[i]!]));
}
