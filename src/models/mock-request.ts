import type { IncomingMessage } from 'node:http';
import type { Turn } from './model.ts';

/** Larger requests are not read; in bytes. */
const mostBytes = 64 << 20;

/** What is read of a request, in either protocol. */
export interface MockRequest {
  readonly model: string;
  readonly messages: readonly Turn[];
  readonly stream: boolean;
  /** The schema that the answer is to keep to. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  /** Whether it is wanted as the input of a tool. */
  readonly isTool: boolean;
}

/** Reads what a client sends; undefined where it is no request for an answer. */
export async function readRequest(request: IncomingMessage): Promise<MockRequest | undefined> {
  return bodyOf(await textOf(request));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new Error(`readRequest: a request of more than ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function bodyOf(text: string): MockRequest | undefined {
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const { model, messages, stream, system } = body;
    if (!Array.isArray(messages)) return undefined;
    const turns = messages.map((it: { role: Turn['role']; content: unknown }) => ({
      role: it.role,
      content: flat(it.content),
    }));
    const first = system === undefined ? [] : [{ role: 'system' as const, content: flat(system) }];
    return {
      model: String(model),
      messages: [...first, ...turns],
      stream: stream === true,
      ...schemaIn(body),
    };
  } catch {
    return undefined;
  }
}

/** The form in which an answer is wanted: chat completions', Anthropic's, or its tool of that purpose. */
function schemaIn(body: Record<string, unknown>): Pick<MockRequest, 'schema' | 'isTool'> {
  type Schema = Readonly<Record<string, unknown>>;
  const { response_format, output_config, tools } = body as {
    response_format?: { json_schema?: { schema?: Schema } };
    output_config?: { format?: { schema?: Schema } };
    tools?: readonly { name?: string; input_schema?: Schema }[];
  };
  const tool = tools?.find(({ name }) => name === 'json')?.input_schema;
  const schema = response_format?.json_schema?.schema ?? output_config?.format?.schema ?? tool;
  return { schema, isTool: schema !== undefined && schema === tool };
}

/** A text, or the texts of the parts that it is given in. */
const flat = (content: unknown): string =>
  Array.isArray(content)
    ? content.map((it: { text?: unknown }) => String(it.text ?? '')).join('\n')
    : String(content ?? '');
