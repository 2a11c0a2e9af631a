/**
 * What one call of a model spent. Two of the counts hold others: `prompt` is everything read, cached or not, so that
 * cachedRead + cacheWrite <= prompt, and the rest of it was read afresh and not kept; `output` is everything written, so
 * that reasoning <= output. Latent steps and bytes moved are in neither. What is left out is zero.
 */
export interface Usage {
  /** Tokens the model read: tools, system text, history, and the turn itself. */
  readonly prompt: number;
  /** Tokens it wrote, reasoning included. */
  readonly output: number;
  /** Part of `prompt`: tokens found in the prefix cache, which need no reading. */
  readonly cachedRead?: number;
  /** Part of `prompt`: tokens read afresh and kept in the prefix cache. */
  readonly cacheWrite?: number;
  /** Part of `output`: tokens of reasoning. */
  readonly reasoning?: number;
  /** Steps taken in hidden states instead of in tokens; part of neither `prompt` nor `output`. */
  readonly latentSteps?: number;
  /** Bytes of keys and values moved from other agents' memories for this call, which goes on from them. */
  readonly kvBytes?: number;
  /** Tokens the call was allowed or told to write. What was asked for and what was spent are two numbers. */
  readonly requested?: number;
  /** What the call was for; left out, `first`. */
  readonly purpose?: Purpose;
  /** The agent whose message caused the call; left out, nobody's but its own. */
  readonly edge?: number;
  /** What comes from others, by whom: parts of `prompt` that are read for the first time, and of `kvBytes`. */
  readonly heard?: readonly Heard[];
  /** The model called, where a run calls several; left out, the one of the scenario. */
  readonly model?: string;
  /** Set where nobody counted the tokens, and they were estimated from the texts. */
  readonly isEstimated?: true;
}

/** What a call takes in of another agent's. */
interface Heard {
  readonly from: number;
  readonly tokens: number;
  readonly kvBytes?: number;
}

/** Why a call was made: a first attempt, the same question put again, the mending of a result, or a word of one's own. */
export type Purpose = 'first' | 'retry' | 'repair' | (string & {});

/** What is known of a call before it is made; the cache then writes into it what it found. */
export interface Planned {
  readonly prompt: number;
  readonly output: number;
  readonly purpose: Purpose;
  readonly reasoning?: number | undefined;
  readonly requested?: number | undefined;
  readonly heard?: Usage['heard'] | undefined;
}

/** The usage of a call that is planned, with a place for all that is usually counted: there are millions, all alike. */
export function usageOf({ prompt, output, purpose, reasoning = 0, requested = 0, heard }: Planned): Usage {
  const usage = { prompt, output, cachedRead: 0, cacheWrite: 0, reasoning, requested, purpose };
  return heard === undefined || heard.length === 0 ? usage : { ...usage, heard };
}

/** Tokens read afresh and not kept. */
export const freshTokens = ({ prompt, cachedRead = 0, cacheWrite = 0 }: Usage): number =>
  prompt - cachedRead - cacheWrite;

/** Tokens that had to be computed before the first one could be written: everything not found in the cache. */
export const prefillTokens = ({ prompt, cachedRead = 0 }: Usage): number => prompt - cachedRead;

const heardTokens = ({ heard }: Usage): number =>
  heard === undefined ? 0 : heard.reduce((sum, { tokens }) => sum + tokens, 0);

const heardBytes = ({ heard }: Usage): number =>
  heard === undefined ? 0 : heard.reduce((sum, { kvBytes = 0 }) => sum + kvBytes, 0);

const counts = [
  'prompt',
  'output',
  'cachedRead',
  'cacheWrite',
  'reasoning',
  'latentSteps',
  'kvBytes',
  'requested',
] as const;

/** Whether all parts of a usage fit together; `usageFault` says what is wrong where they do not. */
export function isSound(usage: Usage): boolean {
  const { prompt, output, cachedRead = 0, cacheWrite = 0, reasoning = 0 } = usage;
  const { latentSteps = 0, kvBytes = 0, requested = 0 } = usage;
  // Written so that NaN fails too; a sum of parts that are not below zero is finite if and only if each of them is.
  return (
    cachedRead >= 0 &&
    cacheWrite >= 0 &&
    cachedRead + cacheWrite <= prompt &&
    reasoning >= 0 &&
    reasoning <= output &&
    heardTokens(usage) <= prompt &&
    latentSteps >= 0 &&
    kvBytes >= 0 &&
    heardBytes(usage) <= kvBytes &&
    requested >= 0 &&
    prompt + output + latentSteps + kvBytes + requested < Number.POSITIVE_INFINITY
  );
}

/** Says what is wrong with a usage; undefined where nothing is. */
export function usageFault(usage: Usage): string | undefined {
  for (const name of counts) {
    const value = usage[name];
    if (value !== undefined && !(value >= 0 && value < Number.POSITIVE_INFINITY))
      return `${name} must be a finite number, 0 or more, but is ${value}`;
  }
  const { prompt, cachedRead = 0, cacheWrite = 0, output, reasoning = 0 } = usage;
  if (cachedRead + cacheWrite > prompt)
    return `cachedRead + cacheWrite must be at most prompt (${prompt}), of which they are parts, but is ${cachedRead + cacheWrite}`;
  const heard = heardTokens(usage);
  if (heard > prompt)
    return `heard must be at most prompt (${prompt}), of which it is a part, but is ${heard}`;
  const bytes = heardBytes(usage);
  if (bytes > (usage.kvBytes ?? 0))
    return `kvBytes of heard must be at most kvBytes (${usage.kvBytes ?? 0}), of which they are a part, but are ${bytes}`;
  if (reasoning > output)
    return `reasoning must be at most output (${output}), of which it is a part, but is ${reasoning}`;
  return undefined;
}
