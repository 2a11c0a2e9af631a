import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { estimateTokens } from '../economy/estimate-tokens.ts';
import { ScenarioError } from '../world/error.ts';
import { inForm, mockAnswer } from './mock-mind.ts';
import { type MockRequest, readRequest } from './mock-request.ts';
import type { Turn } from './model.ts';

/**
 * What the server does wrong, on demand. 429: refuses, and says how long to wait · 500: fails · 401: knows no such key ·
 * slow: is silent for a while before the first token · cut: hangs up in mid-answer · malformed: answers in broken JSON ·
 * wrong-type: answers in HTML · huge: answers without end · redirect: sends elsewhere · empty: writes nothing · truncated:
 * stops in mid-answer for want of tokens · refused: will not answer, for its filter · declined: will not answer, and says so in a
 * field of its own · no-form: refuses requests for an answer in a schema · garbled: writes what nobody asked for · echo:
 * repeats the key that it was sent.
 */
export const mockFaults = [
  '429',
  '500',
  '401',
  'slow',
  'cut',
  'malformed',
  'wrong-type',
  'huge',
  'redirect',
  'empty',
  'truncated',
  'refused',
  'declined',
  'no-form',
  'garbled',
  'echo',
] as const;

/** One of these. */
export type MockFault = (typeof mockFaults)[number];

/** How a stand-in answers, and what goes wrong. */
export interface MockOptions {
  /** 0 takes any that is free. */
  readonly port?: number;
  /** What goes wrong with the n-th request, from 1. */
  readonly fault?: (n: number) => MockFault | undefined;
  /** Silence of slow answers and the wait that 429 asks for, in milliseconds. */
  readonly delay?: number;
  /** Where redirects lead. */
  readonly elsewhere?: string;
  /** What is answered; the simple rules of `mockAnswer` when left out. */
  readonly answer?: (turns: readonly Turn[], n: number) => string;
}

/** A server that stands in for a model, once it listens. */
export interface MockServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  /** Requests so far. */
  readonly requests: number;
  readonly close: () => Promise<void>;
}

/**
 * A server on this machine that speaks the chat-completions protocol, plain and streaming, and Anthropic's messages in
 * plain, without any model: for trying a live run without a key, and for tests. Counts of tokens are estimates.
 */
export async function serveMock(options: MockOptions = {}): Promise<MockServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    const handled = handle(request, response, options, () => ++requests);
    handled.catch(() => response.destroy());
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    get requests() {
      return requests;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message = `cannot be listened on: ${error.message}; give another one`;
      reject(new ScenarioError([{ path: '--port', message }]));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: MockOptions,
  count: () => number,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? '';
  if (request.method === 'GET' && path === '/v1/models')
    return json(response, 200, { object: 'list', data: [{ id: 'mock', object: 'model' }] });
  const isMessages = path === '/v1/messages';
  if (request.method !== 'POST' || !(isMessages || path === '/v1/chat/completions'))
    return json(response, 404, { error: { message: `there is no ${request.method} ${path}` } });
  const n = count();
  const body = await readRequest(request);
  if (body === undefined)
    return json(response, 400, { error: { message: 'the body must be JSON with model and messages' } });
  const fault = options.fault?.(n);
  const delay = options.delay ?? 1000;
  if (fault === 'no-form' && body.schema !== undefined)
    return json(response, 400, { error: { message: 'response_format is not supported' } });
  if (await failed(fault, response, options, delay)) return;
  if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, delay));
  const sent = String(request.headers.authorization ?? request.headers['x-api-key'] ?? '');
  const said = (options.answer ?? mockAnswer)(body.messages, n);
  const { schema } = body;
  const text = saying(fault, schema === undefined ? said : inForm(said, { schema }), sent);
  const finish = fault === 'truncated' ? 'length' : fault === 'refused' ? 'content_filter' : 'stop';
  const refusal = fault === 'declined' ? 'I would rather not.' : undefined;
  const written = { body, text, finish, n, refusal, isCut: fault === 'cut' };
  if (body.stream) await streamed(response, written);
  else plain(response, written, isMessages);
}

/** Answers with an error where the fault is one; says whether it did. */
async function failed(
  fault: MockFault | undefined,
  response: ServerResponse,
  { elsewhere = 'http://127.0.0.2:9/v1' }: MockOptions,
  delay: number,
): Promise<boolean> {
  switch (fault) {
    case '429':
      response.setHeader('retry-after-ms', String(delay));
      response.setHeader('retry-after', String(Math.ceil(delay / 1000)));
      json(response, 429, { error: { message: 'too many requests' } });
      return true;
    case '500':
      json(response, 500, { error: { message: 'something broke' } });
      return true;
    case '401':
      json(response, 401, { error: { message: 'there is no such key' } });
      return true;
    case 'redirect':
      response.writeHead(307, { location: `${elsewhere}/chat/completions` }).end();
      return true;
    case 'wrong-type':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
      return true;
    case 'malformed':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"message": {');
      return true;
    case 'huge': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = ' '.repeat(1 << 20);
      while (!response.destroyed) if (!response.write(piece)) await drained(response);
      return true;
    }
    default:
      return false;
  }
}

/** Resolves when a response takes more, or nobody listens any longer. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      response.off('drain', goOn).off('close', goOn);
      resolve();
    };
    response.on('drain', goOn).on('close', goOn);
  });
}

function saying(fault: MockFault | undefined, text: string, sent: string): string {
  switch (fault) {
    case 'empty':
    case 'refused':
    case 'declined':
      return '';
    case 'truncated':
      return text.slice(0, Math.floor(text.length / 3));
    case 'garbled':
      return 'As for me, I would rather talk about the weather.';
    case 'echo':
      return `You sent me ${sent}.\n\n${text}`;
    default:
      return text;
  }
}

interface Written {
  readonly body: MockRequest;
  readonly text: string;
  readonly finish: string;
  readonly n: number;
  readonly refusal: string | undefined;
  readonly isCut: boolean;
}

const usageOf = ({ body, text }: Written) => {
  const prompt = body.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
  const output = estimateTokens(text);
  return { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output };
};

function plain(response: ServerResponse, written: Written, isMessages: boolean): void {
  const { body, text, finish, n, refusal, isCut } = written;
  const usage = usageOf(written);
  const said = refusal === undefined ? { content: text } : { content: null, refusal };
  const choice = { index: 0, message: { role: 'assistant', ...said }, finish_reason: finish };
  const completion = {
    id: `mock-${n}`,
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices: [choice],
    usage,
  };
  const message = {
    id: `mock-${n}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: body.isTool
      ? [{ type: 'tool_use', id: `toolu_${n}`, name: 'json', input: inputOf(text) }]
      : [{ type: 'text', text }],
    stop_reason: stopReason(written),
    stop_sequence: null,
    usage: { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens },
  };
  const whole = JSON.stringify(isMessages ? message : completion);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
  if (isCut) response.write(whole.slice(0, whole.length / 2), () => response.destroy());
  else response.end(whole);
}

function stopReason({ finish, body, refusal }: Written): string {
  if (refusal !== undefined || finish === 'content_filter') return 'refusal';
  if (finish === 'length') return 'max_tokens';
  return body.isTool ? 'tool_use' : 'end_turn';
}

function inputOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function streamed(response: ServerResponse, written: Written): Promise<void> {
  const { body, text, finish, n, refusal, isCut } = written;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: unknown[], more: object = {}): Promise<void> => {
    const chunk = {
      id: `mock-${n}`,
      object: 'chat.completion.chunk',
      created: 0,
      model: body.model,
      choices,
      ...more,
    };
    return new Promise((resolve) => response.write(`data: ${JSON.stringify(chunk)}\n\n`, () => resolve()));
  };
  const pieces = text.match(/[\s\S]{1,40}/g) ?? [];
  for (const [i, piece] of pieces.entries()) {
    if (isCut && i >= pieces.length / 2) {
      response.destroy();
      return;
    }
    await send([{ index: 0, delta: { role: 'assistant', content: piece }, finish_reason: null }]);
  }
  if (refusal !== undefined) await send([{ index: 0, delta: { refusal }, finish_reason: null }]);
  await send([{ index: 0, delta: {}, finish_reason: finish }]);
  await send([], { usage: usageOf(written) });
  response.end('data: [DONE]\n\n');
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
