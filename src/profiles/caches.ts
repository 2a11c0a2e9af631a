import type { CacheRules } from '../economy/prefix-cache.ts';

const minutes = 60e6;

/** Kept for five minutes since the last touch, from the documentation of Anthropic's prompt caching (2026). */
const anthropic = (minimum: number): CacheRules => ({ ttl: 5 * minutes, minimum });

/** Prompt caching of OpenAI (guide and cookbook): five to ten idle minutes, of which the least; steps of 128 tokens. */
const openai: CacheRules = { ttl: 5 * minutes, minimum: 1024, step: 128 };

/** From GPT-5.6 on: at least 30 minutes (announcement of 26 June 2026), and no steps are named. */
const openaiSince56: CacheRules = { ttl: 30 * minutes, minimum: 1024 };

/** How prefixes are kept, by model, where its provider says so. */
export const cacheRules: Readonly<Record<string, CacheRules>> = {
  'claude-opus-4': anthropic(1024),
  'claude-opus-4.1': anthropic(1024),
  'claude-opus-4.5': anthropic(4096),
  'claude-opus-4.6': anthropic(4096),
  'claude-opus-4.7': anthropic(4096),
  'claude-opus-4.8': anthropic(1024),
  'claude-opus-5': anthropic(512),
  'claude-sonnet-4': anthropic(1024),
  'claude-sonnet-4.5': anthropic(1024),
  'claude-sonnet-4.6': anthropic(2048),
  'claude-haiku-4.5': anthropic(4096),
  'gpt-4o': openai,
  'gpt-4o-mini': openai,
  'gpt-4.1': openai,
  'gpt-4.1-mini': openai,
  'gpt-5': openai,
  'gpt-5-mini': openai,
  'gpt-5.6-sol': openaiSince56,
  'gpt-5.6-terra': openaiSince56,
  'gpt-5.6-luna': openaiSince56,
};
