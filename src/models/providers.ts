import type { ModelConfig, ProviderName } from '../scenario/model.ts';

interface Provider {
  /** How it is spoken to. */
  readonly api: 'chat-completions' | 'messages';
  readonly baseUrl?: string;
  /** The environment variable that holds its key; left out where none is needed. */
  readonly key?: string;
  /** Whether it keeps answers to a JSON schema; a model of its that does not is asked again without one. */
  readonly structured?: true;
}

/** Usual addresses and variables; a scenario can name another address. */
export const providers: Readonly<Record<ProviderName, Provider>> = {
  'openai-compatible': { api: 'chat-completions' },
  openai: {
    api: 'chat-completions',
    baseUrl: 'https://api.openai.com/v1',
    key: 'OPENAI_API_KEY',
    structured: true,
  },
  anthropic: {
    api: 'messages',
    baseUrl: 'https://api.anthropic.com/v1',
    key: 'ANTHROPIC_API_KEY',
    structured: true,
  },
  openrouter: {
    api: 'chat-completions',
    baseUrl: 'https://openrouter.ai/api/v1',
    key: 'OPENROUTER_API_KEY',
    structured: true,
  },
  deepseek: { api: 'chat-completions', baseUrl: 'https://api.deepseek.com/v1', key: 'DEEPSEEK_API_KEY' },
  mistral: {
    api: 'chat-completions',
    baseUrl: 'https://api.mistral.ai/v1',
    key: 'MISTRAL_API_KEY',
    structured: true,
  },
  groq: {
    api: 'chat-completions',
    baseUrl: 'https://api.groq.com/openai/v1',
    key: 'GROQ_API_KEY',
    structured: true,
  },
  together: {
    api: 'chat-completions',
    baseUrl: 'https://api.together.xyz/v1',
    key: 'TOGETHER_API_KEY',
    structured: true,
  },
  ollama: { api: 'chat-completions', baseUrl: 'http://127.0.0.1:11434/v1', structured: true },
  'llama.cpp': { api: 'chat-completions', baseUrl: 'http://127.0.0.1:8080/v1', structured: true },
  vllm: { api: 'chat-completions', baseUrl: 'http://127.0.0.1:8000/v1', structured: true },
  mock: { api: 'chat-completions', baseUrl: 'http://127.0.0.1:8765/v1', structured: true },
};

/** Whether answers are asked for in a form. Follows from the scenario alone, so that a replay puts the same requests. */
export const isStructured = ({
  structured,
  provider,
}: Pick<ModelConfig, 'structured' | 'provider'>): boolean =>
  structured === 'json' || (structured === 'auto' && providers[provider].structured === true);

/** The variable that holds a key for whatever address a scenario names. */
export const ownKey = 'SYNOD_API_KEY';

/** Where a model is served: the address that a scenario names, or the provider's usual one; empty where there is neither. */
export const addressOf = ({ provider, baseUrl }: Pick<ModelConfig, 'provider' | 'baseUrl'>): string =>
  (baseUrl ?? providers[provider].baseUrl ?? '').replace(/\/+$/, '');

type Environment = Readonly<Record<string, string | undefined>>;

/** What a variable holds, without the line end or space that files and shells leave around it. */
const held = (environment: Environment, name: string): string => environment[name]?.trim() ?? '';

/** All keys that there are, whoever they are for: none of them belongs in a file. */
export function keysIn(environment: Environment): string[] {
  const names = [ownKey, ...Object.values(providers).flatMap(({ key }) => key ?? [])];
  return [...new Set(names.map((name) => held(environment, name)))].filter((key) => key !== '');
}

/**
 * The key to be sent, from the environment alone, or why there is none. A provider's usual variable goes to that provider's
 * host and to no other; `SYNOD_API_KEY` goes wherever the scenario points.
 */
export function keyFor(
  name: ProviderName,
  baseUrl: string,
  environment: Environment,
): { readonly key?: string; readonly lacks?: string } {
  if (held(environment, ownKey) !== '') return sendable(ownKey, environment);
  const usual = providers[name];
  if (usual.key === undefined || usual.baseUrl === undefined) return {};
  if (new URL(baseUrl).host !== new URL(usual.baseUrl).host) return {};
  if (held(environment, usual.key) === '') return { lacks: `set ${usual.key} to your key for ${name}` };
  return sendable(usual.key, environment);
}

/** A key travels in a header, which takes no line breaks and no signs beyond ASCII. The value itself is never repeated. */
function sendable(
  name: string,
  environment: Environment,
): { readonly key?: string; readonly lacks?: string } {
  const key = held(environment, name);
  if (/^[\x21-\x7e]+$/.test(key)) return { key };
  const what = /\s/.test(key) ? 'a space or a line break in its midst' : 'signs that no key has';
  return {
    lacks: `${name} holds ${what}, so that it cannot be sent; set it to the key alone, in one line of ASCII`,
  };
}
