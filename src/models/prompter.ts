import type { Form } from './model.ts';
import type { PromptName } from './prompt-texts.ts';

/** Puts the questions of one vocabulary into words, and makes sense of what comes back. */
export interface Prompter {
  /** Whether a request holds all turns of this agent before it, or stands alone. */
  readonly remembers: (question: unknown) => boolean;
  readonly system: (agent: number, question: unknown) => string;
  /** What the agent is told with this question. Called once for each, in the order in which they were asked. */
  readonly turn: (agent: number, question: unknown) => string;
  /** The fields of an answer, for servers that keep answers to a schema. */
  readonly form: (agent: number, question: unknown) => Form;
  /** An answer that was given in a form, as the protocol reads it; what is in no form is left as it is. */
  readonly plain: (text: string, agent: number, question: unknown) => string;
  /** How answers are read where the protocol does not read text itself. */
  readonly reader?: Reader;
}

/** Makes answers of text, for protocols that take answers with structure. */
export interface Reader<Read = unknown> {
  /** Undefined where it cannot be read. Changes nothing. */
  readonly read: (text: string, agent: number, question: unknown) => Read | undefined;
  /** What the protocol is given; without anything read, what stands for an agent that says nothing. */
  readonly answer: (read: Read | undefined, agent: number, question: unknown) => unknown;
  /** Has an agent write once more what could not be read. */
  readonly again: (agent: number, question: unknown) => string;
}

/** Fills a text in, by its name. */
export type Fill = (name: PromptName, values: Readonly<Record<string, string | number>>) => string;

/** Fields of a form by name, each with its schema and what it is in words. */
export type Fields = Readonly<Record<string, readonly [schema: object, words: string]>>;

/** The schema of an object that has all these fields and no others; strict servers want every field. */
export function formOf(name: string, fields: Fields): Form {
  const entries = Object.entries(fields);
  return {
    name,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        entries.map(([key, [schema, description]]) => [key, { ...schema, description }]),
      ),
      required: entries.map(([key]) => key),
      additionalProperties: false,
    },
  };
}

/** A question with the form in which its answer is wanted. */
export function withForm(told: string, { schema }: Form, fill: Fill): string {
  const properties = Object.entries(schema.properties as Record<string, { readonly description: string }>);
  const fields = properties.map(([name, { description }]) => `"${name}" (${description.replace(/\.$/, '')})`);
  return `${told}\n${fill('form', { fields: fields.join(', ') })}`;
}

/** The field for what is thought first, where agents are to think. */
export const thoughts = (reasoning: boolean): Fields =>
  reasoning ? { thoughts: [{ type: 'string' }, 'Your thinking, step by step. Nobody else reads it.'] } : {};
