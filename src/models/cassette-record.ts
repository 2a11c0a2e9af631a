import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ModelRequest, Reply } from './model.ts';

/** Which question of which run: what tells one replication from another, and a retry from a new question. */
export interface Place {
  readonly run: string;
  readonly agent: number;
  /** Counts the questions of this agent in this run. */
  readonly index: number;
}

const settings = z.strictObject({
  provider: z.string(),
  model: z.string(),
  temperature: z.number().optional(),
  topP: z.number().optional(),
  maxOutputTokens: z.number(),
});

const place = { run: z.string().max(100), agent: z.int().min(0), index: z.int().min(0) };

/** Tokens of tries that failed. */
const lost = z.strictObject({ prompt: z.number().min(0), output: z.number().min(0) }).optional();

const answer = z.strictObject({
  type: z.literal('answer'),
  ...place,
  /** Hash of the request; `imported` for one that was put in other words, which any request matches. */
  request: z.string().max(100),
  /** Turns before the last one. */
  earlier: z.int().min(0),
  /** What the agent was told last. Earlier turns are those of the records before this one. */
  turn: z.string(),
  /** Hash of the form in which the answer was wanted, where one was. */
  form: z.string().max(100).optional(),
  /** The address that answered; left out where it is not known. */
  at: z.string().max(500).optional(),
  /** With an agent's first question only: the same for all that follow. */
  settings: settings.optional(),
  system: z.string().optional(),
  reply: z.union([
    z.strictObject({
      ok: z.literal(true),
      text: z.string(),
      finish: z.enum(['stop', 'length', 'refused', 'other']),
      spent: z.strictObject({
        prompt: z.number().min(0),
        output: z.number().min(0),
        cached: z.number().optional(),
        reasoning: z.number().optional(),
        isEstimated: z.literal(true).optional(),
      }),
      latency: z.number().min(0),
      retries: z.int().min(0),
      lost,
    }),
    z.strictObject({
      ok: z.literal(false),
      kind: z.enum(['rate-limited', 'server-error', 'timeout', 'disconnected', 'bad-response', 'rejected']),
      message: z.string(),
      retryAfter: z.number().optional(),
      retries: z.int().min(0),
      lost,
    }),
  ]),
});

const halt = z.strictObject({
  type: z.literal('halt'),
  run: z.string().max(100),
  why: z.enum(['calls', 'tokens', 'money', 'time']),
  /** How often the run had waited for answers before. */
  step: z.int().min(0),
  /** What was counted by then, calls of the answers that came too late included. */
  numbers: z.record(z.string().max(100), z.number()).optional(),
  /** The address that had answered until then. */
  at: z.string().max(500).optional(),
});

const described = z.strictObject({
  type: z.literal('run'),
  run: z.string().max(100),
  /** What makes it this run and no other: to say how another one differs. */
  of: z.record(z.string(), z.unknown()),
});

const head = z.strictObject({ type: z.literal('cassette'), version: z.literal(1) });

/** A line of a cassette. */
export const recordSchema = z.discriminatedUnion('type', [head, described, answer, halt]);

/** A line of a cassette, checked. */
export type CassetteRecord = z.infer<typeof recordSchema>;
/** An answer on a cassette: whose it is, what was asked, and what came back. */
export type AnswerRecord = z.infer<typeof answer>;
/** Where a run ran out of its budget. */
export type HaltRecord = z.infer<typeof halt>;
/** What a run on a cassette is a run of. */
export type RunRecord = z.infer<typeof described>;

/** The mark of a record whose request was put in other words than ours. */
export const imported = 'imported';

export const nameOf = ({ run, agent, index }: Place): string => `${run}/${agent}/${index}`;

/** Hash of all that a request is: settings, turns and the form of the answer. */
export function hashOf({ settings, turns, form }: ModelRequest): string {
  const { provider, model, temperature = null, topP = null, maxOutputTokens } = settings;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([provider, model, temperature, topP, maxOutputTokens]));
  for (const { role, content } of turns) hash.update(`\n${role} ${content.length}\n${content}`);
  if (form) hash.update(`\nform ${JSON.stringify(form)}`);
  return hash.digest('hex').slice(0, 32);
}

const hashOfForm = ({ form }: ModelRequest): string | undefined =>
  form && createHash('sha256').update(JSON.stringify(form)).digest('hex').slice(0, 16);

/** What a record is made with, beside what was asked and answered. */
interface Recording {
  /** Where it was answered. */
  readonly at?: string | undefined;
  /** Takes keys out of what was asked; the hash is of the request as it was. */
  readonly blot?: (text: string) => string;
}

const asItIs = (text: string): string => text;

/** The record of an answered question. */
export function answerRecord(
  place: Place,
  request: ModelRequest,
  reply: Reply,
  { at, blot = asItIs }: Recording = {},
): AnswerRecord {
  const { settings, turns } = request;
  const system = turns[0]?.role === 'system' ? blot(turns[0].content) : undefined;
  const told = {
    type: 'answer' as const,
    ...place,
    request: hashOf(request),
    earlier: turns.length - 1,
    turn: blot(turns.at(-1)?.content ?? ''),
    ...(request.form ? { form: hashOfForm(request) } : {}),
    ...(at ? { at } : {}),
  };
  const first = { settings, ...(system === undefined ? {} : { system }) };
  return recordSchema.parse({ ...told, ...(place.index === 0 ? first : {}), reply }) as AnswerRecord;
}

/**
 * The first part in which a request differs from the one on record, in words. `first` is the record of the agent's first
 * question, which has the settings; `blot` takes out of the request what is not on record.
 */
export function firstDifference(
  record: AnswerRecord,
  first: AnswerRecord | undefined,
  request: ModelRequest,
  blot: (text: string) => string = asItIs,
): string {
  const { settings, turns } = request;
  const recorded = first?.settings;
  const names = ['provider', 'model', 'temperature', 'topP', 'maxOutputTokens'] as const;
  const name = recorded && names.find((it) => recorded[it] !== settings[it]);
  if (name)
    return `${name} is ${settings[name] ?? 'not set'}, but was ${recorded[name] ?? 'not set'} when it was recorded`;
  const system = turns[0]?.role === 'system' ? blot(turns[0].content) : '';
  if (first !== undefined && (first.system ?? '') !== system)
    return `the system text ${textDifference(first.system ?? '', system)}`;
  if (record.earlier !== turns.length - 1)
    return `${turns.length - 1} turns come before it, but ${record.earlier} did when it was recorded`;
  const turn = blot(turns.at(-1)?.content ?? '');
  if (record.turn !== turn) return `the last turn ${textDifference(record.turn, turn)}`;
  if (record.form !== hashOfForm(request)) {
    const inWords = (form: string | undefined): string =>
      form === undefined ? 'plain text' : `form ${form}`;
    return `the answer is wanted as ${inWords(hashOfForm(request))}, but was as ${inWords(record.form)} when it was recorded; see model.structured`;
  }
  if (record.request === hashOf(request)) return 'the same request belongs to another run';
  return 'an earlier turn is another one';
}

function textDifference(recorded: string, now: string): string {
  let at = 0;
  while (at < recorded.length && at < now.length && recorded[at] === now[at]) at++;
  const from = Math.max(0, at - 10);
  const excerpt = (text: string): string => JSON.stringify(text.slice(from, at + 40));
  return `differs from character ${at} on: ${excerpt(now)}, recorded ${excerpt(recorded)}`;
}
