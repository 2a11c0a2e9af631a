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

/**
 * The key to be sent, from the environment alone. A provider's usual variable goes to that provider's host and to no other;
 * `SYNOD_API_KEY` goes wherever the scenario points.
 */
export function keyFor(
  name: ProviderName,
  baseUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly key?: string; readonly missing?: string } {
  const own = environment[ownKey];
  if (own !== undefined && own !== '') return { key: own };
  const usual = providers[name];
  if (usual.key === undefined || usual.baseUrl === undefined) return {};
  if (new URL(baseUrl).host !== new URL(usual.baseUrl).host) return {};
  const key = environment[usual.key];
  return key === undefined || key === '' ? { missing: usual.key } : { key };
}
