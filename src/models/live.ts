import type { LanguageModel as SdkModel } from 'ai';
import { estimateTokens } from '../economy/estimate-tokens.ts';
import type { ModelConfig } from '../scenario/model.ts';
import { blotted } from './blot.ts';
import { guardedFetch, type Seen } from './guarded-fetch.ts';
import type {
  Completion,
  Failure,
  FailureKind,
  Finish,
  LanguageModel,
  Lost,
  ModelRequest,
  Reply,
} from './model.ts';
import { addressOf, keyFor, providers } from './providers.ts';
import { sumOf } from './retry.ts';

/** Where and how a model is asked. */
export type Where = Pick<ModelConfig, 'provider' | 'baseUrl' | 'model' | 'stream' | 'timeout' | 'structured'>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A model behind an HTTP API, one try per call. The client library is loaded with the first call, so that nobody needs it
 * who asks no model. The key is read from the environment for each call and is blotted out of whatever comes back.
 */
export function liveModel(where: Where, environment: Environment = process.env): LanguageModel {
  const once = oneCall(where, environment);
  // Known once the server has refused a form, as it may for some of its models.
  let takesNoForm = false;
  return {
    async complete(request, signal, purse) {
      if (request.form === undefined) return once.complete(request, signal, purse);
      const plain = { ...request, form: undefined };
      if (takesNoForm) return once.complete(plain, signal, purse);
      const reply = await once.complete(request, signal, purse);
      if (reply.ok || reply.kind !== 'rejected' || where.structured !== 'auto') return reply;
      const again = await once.complete(plain, signal, purse);
      takesNoForm ||= again.ok;
      const lost = sumOf(reply.lost, again.lost);
      // The call that was refused was made, too.
      return { ...again, retries: again.retries + 1, ...(lost ? { lost } : {}) };
    },
  };
}

function oneCall(where: Where, environment: Environment): LanguageModel {
  return {
    async complete(request, signal, purse) {
      const baseUrl = addressOf(where);
      const { key, lacks } = keyFor(where.provider, baseUrl, environment);
      if (lacks !== undefined) return failure('no-key', lacks);
      const seen: Seen = {};
      // Loading the client is no part of any call.
      await client('ai', () => import('ai')).catch(() => undefined);
      if (purse?.mayCall() === false) return failure('over-budget', 'no further call may be made');
      purse?.take();
      const late = AbortSignal.timeout(Math.max(1, Math.round(where.timeout / 1000)));
      const began = performance.now();
      const reply = await ask({ where, baseUrl, key, seen, request, signal: AbortSignal.any([signal, late]) })
        .then(
          (written): Reply => ({
            ...written,
            latency: Math.round((performance.now() - began) * 1000) / 1000,
          }),
        )
        .catch((error: unknown): Reply => {
          const lost = seen.used ?? usedIn(error);
          return { ...failureOf(error, seen, { signal, late, where, baseUrl }), ...(lost ? { lost } : {}) };
        });
      // Before the gate lets the next one in, which may be one too many.
      const spent = reply.ok ? reply.spent : reply.lost;
      if (spent !== undefined) purse?.pay(spent);
      return key === undefined ? reply : withoutKey(reply, key);
    },
  };
}

interface Asking {
  readonly where: Where;
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly seen: Seen;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
}

async function ask(asking: Asking): Promise<Omit<Completion, 'latency'>> {
  const { where, request, signal, seen } = asking;
  const { generateText, streamText, Output, jsonSchema } = await client('ai', () => import('ai'));
  const model = await languageModel(asking);
  const { settings, turns, form } = request;
  const [first, ...rest] = turns;
  // Whether what comes back keeps to the form is for our own readers to say.
  const output = form && {
    ...Output.object({ name: form.name, schema: jsonSchema(form.schema) }),
    parseCompleteOutput: async ({ text }: { readonly text: string }): Promise<unknown> => text,
  };
  const isSystem = first?.role === 'system';
  const options = {
    model,
    ...(isSystem ? { system: first.content } : {}),
    messages: (isSystem ? rest : turns).map(({ role, content }) => ({
      role: role === 'system' ? ('user' as const) : role,
      content,
    })),
    maxOutputTokens: settings.maxOutputTokens,
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.topP === undefined ? {} : { topP: settings.topP }),
    ...(output ? { output } : {}),
    maxRetries: 0,
    abortSignal: signal,
  };
  if (!where.stream) return written(await generateText(options), request, seen);
  let broken: unknown;
  const stream = streamText({
    ...options,
    onError: ({ error }) => {
      broken = error;
    },
  });
  let text = '';
  for await (const piece of stream.textStream) text += piece;
  if (broken !== undefined) throw broken;
  const finishReason = await stream.finishReason;
  const isCut = (await stream.rawFinishReason) === undefined && finishReason !== 'stop';
  if (isCut) throw new Error('terminated: the stream ended before its end was told');
  return written({ text, finishReason, usage: await stream.usage }, request, seen);
}

type Usage = {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly inputTokenDetails?: { readonly cacheReadTokens: number | undefined };
  readonly outputTokenDetails?: { readonly reasoningTokens: number | undefined };
};

function written(
  { text, finishReason, usage }: { text: string; finishReason: string; usage: Usage },
  { turns }: ModelRequest,
  { refusal }: Seen,
): Omit<Completion, 'latency'> {
  // What is no number of tokens was not counted, whatever the server calls it.
  const inputTokens = countIn(usage.inputTokens);
  const outputTokens = countIn(usage.outputTokens);
  const isCounted = inputTokens !== undefined && outputTokens !== undefined;
  const cached = countIn(usage.inputTokenDetails?.cacheReadTokens);
  const reasoning = countIn(usage.outputTokenDetails?.reasoningTokens);
  const finish = refusal === undefined ? (finishes[finishReason] ?? 'other') : 'refused';
  return {
    ok: true,
    // What was written before or instead of a refusal is no answer, however well it can be read.
    text: finish === 'refused' ? '' : text,
    finish,
    retries: 0,
    spent: {
      prompt: inputTokens ?? turns.reduce((sum, { content }) => sum + estimateTokens(content), 0),
      output: outputTokens ?? estimateTokens(text),
      ...(cached ? { cached } : {}),
      ...(reasoning ? { reasoning } : {}),
      ...(isCounted ? {} : { isEstimated: true }),
    },
  };
}

const finishes: Readonly<Record<string, Finish>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'refused',
};

async function languageModel({ where, baseUrl, key, seen, request }: Asking): Promise<SdkModel> {
  const { model } = request.settings;
  // A warning of the library would end up between our own lines.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  const fetch = guardedFetch(seen);
  const apiKey = key === undefined ? {} : { apiKey: key };
  if (providers[where.provider].api === 'messages') {
    const { createAnthropic } = await client('@ai-sdk/anthropic', () => import('@ai-sdk/anthropic'));
    return createAnthropic({ baseURL: baseUrl, apiKey: 'none', ...apiKey, fetch })(model);
  }
  const { createOpenAICompatible } = await client(
    '@ai-sdk/openai-compatible',
    () => import('@ai-sdk/openai-compatible'),
  );
  return createOpenAICompatible({
    name: where.provider,
    baseURL: baseUrl,
    ...apiKey,
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    metadataExtractor: refusalsInto(seen),
    ...(where.provider === 'openai' ? { transformRequestBody: renamedLimit } : {}),
  })(model);
}

/** Notes the refusals that a server writes in a field beside the answer, which the library does not read. */
function refusalsInto(seen: Seen) {
  const note = (body: unknown): void => {
    const used = lostOf(body);
    if (used) seen.used = used;
    const { choices } = (body ?? {}) as { choices?: unknown };
    const [choice] = Array.isArray(choices) ? (choices as Record<string, Record<string, unknown>>[]) : [];
    const refusal = choice?.message?.refusal ?? choice?.delta?.refusal;
    if (typeof refusal === 'string' && refusal !== '') seen.refusal = (seen.refusal ?? '') + refusal;
  };
  return {
    extractMetadata: async ({ parsedBody }: { readonly parsedBody: unknown }) => {
      note(parsedBody);
      return undefined;
    },
    createStreamExtractor: () => ({ processChunk: note, buildMetadata: () => undefined }),
  };
}

/** The tokens that a server says it used, whatever else it says. */
function lostOf(body: unknown): Lost | undefined {
  const { usage } = (body ?? {}) as { usage?: unknown };
  const told = (usage ?? {}) as Readonly<Record<string, unknown>>;
  const prompt = countIn(told.prompt_tokens ?? told.input_tokens);
  const output = countIn(told.completion_tokens ?? told.output_tokens);
  return prompt !== undefined && output !== undefined ? { prompt, output } : undefined;
}

/** A number of tokens that a call may have; undefined for anything else that a server says. */
const countIn = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value < 1e12 ? value : undefined;

/** The same of an answer that the library could not make sense of. */
function usedIn(error: unknown): Lost | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { responseBody } = at as { responseBody?: unknown };
    if (typeof responseBody !== 'string') continue;
    try {
      return lostOf(JSON.parse(responseBody));
    } catch {
      // Not JSON: it tells no tokens.
    }
  }
  return undefined;
}

/** OpenAI's newer models know the limit on output by another name only. */
const renamedLimit = ({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> =>
  max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens };

class NotInstalled extends Error {}

async function client<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new NotInstalled(
      `live models need the package ${name}, which is not installed; npm install ai@6 @ai-sdk/openai-compatible@2 @ai-sdk/anthropic@3`,
    );
  }
}

interface Circumstances {
  readonly signal: AbortSignal;
  readonly late: AbortSignal;
  readonly where: Where;
  readonly baseUrl: string;
}

/** What went wrong, from what was seen on the wire first, and from what the library says of it second. */
function failureOf(error: unknown, seen: Seen, { signal, late, where, baseUrl }: Circumstances): Failure {
  const { status, retryAfter, fault } = seen;
  const told = messagesOf(error);
  const at = `${where.model} at ${baseUrl}`;
  if (error instanceof NotInstalled) return failure('not-installed', error.message);
  if (signal.aborted) return failure('cancelled', `${at}: given up`);
  if (late.aborted) return failure('timeout', `${at}: no answer within ${where.timeout / 1e6} s`);
  if (fault !== undefined) return failure(fault.kind, `${at}: ${fault.message}`);
  if (status === undefined) {
    const isAbsent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|Invalid URL|bad port/.test(
      told,
    );
    return failure(isAbsent ? 'unreachable' : 'disconnected', `${at}: ${told}`);
  }
  if (status < 300) {
    const isCut = /terminated|socket|aborted|ECONNRESET|premature/i.test(told);
    return failure(isCut ? 'disconnected' : 'bad-response', `${at}: ${told}`);
  }
  const kind = kindOf(status);
  return { ...failure(kind, `${at}: status ${status}: ${told}`), retryAfter };
}

function kindOf(status: number): FailureKind {
  if (status === 429) return 'rate-limited';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'not-found';
  return status >= 500 || status === 408 || status === 409 || status === 425 ? 'server-error' : 'rejected';
}

/** The messages of an error and of those that caused it, with the beginning of what the server said. */
function messagesOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    const body = (at as { responseBody?: unknown }).responseBody;
    for (const part of [at.message, code, typeof body === 'string' ? body : undefined]) {
      const text = String(part ?? '')
        .replace(/\s+/g, ' ')
        .slice(0, 300);
      if (text !== '' && !parts.some((known) => known.includes(text))) parts.push(text);
    }
  }
  return parts.join(': ') || String(error);
}

const failure = (kind: FailureKind, message: string): Failure => ({ ok: false, kind, message, retries: 0 });

/** A server may repeat the key it was given; nobody else shall. */
function withoutKey(reply: Reply, key: string): Reply {
  return reply.ok
    ? { ...reply, text: blotted(reply.text, key) }
    : { ...reply, message: blotted(reply.message, key) };
}
