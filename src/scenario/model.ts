import { z } from 'zod';
import { count, positiveDuration } from '../world/part.ts';
import type { Raw } from './factors.ts';

/** Who serves models, by name: each has its usual address and its own variable for the key. */
export const providerNames = [
  'openai-compatible',
  'openai',
  'anthropic',
  'openrouter',
  'deepseek',
  'mistral',
  'groq',
  'together',
  'ollama',
  'llama.cpp',
  'vllm',
  'mock',
] as const;

export type ProviderName = (typeof providerNames)[number];

/**
 * strict: only what is recorded; a miss is an error · record: every question is asked, and recorded anew · auto: what is
 * recorded is served, the rest is asked and recorded; an error where it was recorded at another address · anywhere: the same,
 * wherever it was recorded · live: every question is asked, and nothing is recorded.
 */
export const cassetteModes = ['strict', 'record', 'auto', 'anywhere', 'live'] as const;

export type CassetteMode = (typeof cassetteModes)[number];

/** An address without what may be a key in it. */
const bare = (input: unknown): string =>
  JSON.stringify(
    String(input)
      .replace(/[?#].*$/s, '')
      .replace(/^([a-z]+:\/\/)?.*@/is, '$1')
      .slice(0, 100),
  );

/** A key in the address would end up in files. */
const address = z
  .string()
  .max(500)
  .refine((text) => /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(text), {
    error: ({ input }) =>
      `must be http:// or https:// with a host and a path, without a user, a password or a query; keys belong in the environment, but is ${bare(input)}`,
  });

/** The language model that answers what the protocol asks. */
export const modelSchema = z.strictObject({
  kind: z
    .enum(['live', 'cassette'])
    .default('live')
    .describe('live: a model is asked. cassette: a recording answers, and nobody is asked.'),
  provider: z.enum(providerNames).default('openai-compatible').describe('Who serves the model.'),
  model: z.string().min(1).max(200).describe('Its name, as the provider writes it.'),
  small: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('The model that is asked where a protocol wants a small one; the same one when left out.'),
  baseUrl: address.optional().describe("Where it is served; the provider's usual address when left out."),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe("Sampling temperature; the server's default when left out."),
  topP: z.number().gt(0).max(1).optional().describe("Nucleus sampling; the server's default when left out."),
  maxOutputTokens: count
    .max(1_000_000)
    .default(2048)
    .describe('What one answer may be long at most, in tokens.'),
  reasoning: z
    .boolean()
    .default(true)
    .describe('Whether agents are asked to think step by step before they answer.'),
  structured: z
    .enum(['auto', 'json', 'none'])
    .default('auto')
    .describe(
      'Whether answers are asked for in a JSON schema. auto: where the provider has them, in plain text from models that refuse. json: always. none: never.',
    ),
  stream: z.boolean().default(false).describe('Whether answers are streamed.'),
  timeout: positiveDuration.prefault('2min').describe('How long one try may take, in wall time.'),
  tries: count.max(50).default(6).describe('How often a call that fails in passing is tried.'),
  concurrency: count
    .max(10_000)
    .default(20)
    .describe('How many calls are under way at first; more while none is refused, fewer when some are.'),
  time: z
    .enum(['serving', 'measured'])
    .default('serving')
    .describe('What think time is: what `serving` makes of the tokens, or the latency that was measured.'),
  cassette: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('The file that answers are recorded on and replayed from.'),
  mode: z
    .enum(cassetteModes)
    .optional()
    .describe('strict for a cassette, auto where one is recorded, live without one, when left out.'),
  prompts: z
    .union([z.string().min(1), z.record(z.string(), z.string().max(100_000))])
    .optional()
    .describe('A folder of templates that replace those of this program.'),
  budget: z
    .strictObject({
      calls: count.optional().describe('Calls made, retries included.'),
      tokens: count.optional().describe('Tokens read and written.'),
      money: z.number().gt(0).optional().describe('Dollars, at `prices`.'),
      time: positiveDuration.optional().describe('Wall time spent on answers.'),
    })
    .prefault({})
    .describe(
      'What may be spent on the model for one run, retries included, before it ends as over budget; `limits` counts what happens in a run, whoever answers.',
    ),
});

/** A model, checked and defaulted. */
export type ModelConfig = z.infer<typeof modelSchema>;

/**
 * Answers that could not be read, by cause, calls that were made again, and what was spent on the model: all calls made and
 * tokens paid, those of failed tries, repairs and answers that came too late included.
 */
export const answerColumns = [
  'answersMalformed',
  'answersRefused',
  'answersTruncated',
  'answersEmpty',
  'answersFailed',
  'answersRepaired',
  'callRetries',
  'modelCalls',
  'modelTokens',
] as const;

/** What of a model cannot change a result: where it is, how often it is tried, what it is recorded on. */
const transport: ReadonlySet<string> = new Set([
  'kind',
  'baseUrl',
  'stream',
  'timeout',
  'tries',
  'concurrency',
  'cassette',
  'mode',
]);

/** A point as far as it can change a result, so that a recording can be replayed by whoever holds it. */
export function identityOf(raw: Raw): Raw {
  const { model } = raw;
  if (typeof model !== 'object' || model === null) return raw;
  return {
    ...raw,
    model: Object.fromEntries(Object.entries(model).filter(([key]) => !transport.has(key))),
  };
}

/** How a model is to be used, once what is left out is filled in. */
export function modeOf({ kind, mode, cassette }: ModelConfig): CassetteMode {
  return mode ?? (kind === 'cassette' ? 'strict' : cassette === undefined ? 'live' : 'auto');
}

/**
 * Lets a model answer in the place of whatever did: takes out the behaviour, the factors that vary it, and what was
 * expected of it.
 */
export function withoutBehaviour(scenario: Raw): Raw {
  const { behaviour, expect: _expected, vary, ...rest } = scenario;
  const isLive = behaviour === 'live' || (behaviour as Raw | undefined)?.kind === 'live';
  if (isLive || 'model' in scenario) return scenario;
  const factors = Object.entries((vary ?? {}) as Raw).filter(([path]) => !/^behaviour(\.|$)/.test(path));
  return { ...rest, ...(factors.length > 0 ? { vary: Object.fromEntries(factors) } : {}) };
}
