import type { Chains } from './chains.ts';
import type { Usage } from './usage.ts';

/** Sizes, in tokens, of what goes in and out of a conversation that is re-read whole at every call. */
export interface ConversationSizes {
  /** System text and first request, read by the first call. */
  readonly system: number;
  /** Fixed words of each later request. */
  readonly request: number;
  /** One message heard, with its sender's name. */
  readonly heard: number;
  /** What an agent writes at a call before it addresses anybody: its reasoning. */
  readonly thought: number;
  /** One message said, with its addressee's name. */
  readonly said: number;
  /** What it writes at its last call, answer included. */
  readonly final: number;
}

/** Keeps, for each agent, how long its conversation has grown, and says what each call reads and writes. */
export interface Conversations {
  /** Accounts for one call. Answers what was read and written, in tokens. */
  readonly call: (agent: number, call: Call) => Usage;
  /** How long the conversation is by now, in tokens. */
  readonly length: (agent: number) => number;
  /** The chain that the last call read; undefined where no chains are kept. */
  readonly read: (agent: number) => number | undefined;
}

export interface Call {
  readonly kind: 'first' | 'later' | 'final';
  /** Messages heard since the last call. */
  readonly heard: number;
  /** Messages said by this one. */
  readonly said: number;
}

/**
 * Conversations without truncation or summary: each call reads everything said, heard and thought before, so that the
 * prompt grows in proportion to the calls and the total to their square. With all d neighbours speaking in each round,
 * call r reads system + r (request + thought + d (heard + said)). With `chains`, for a prefix cache: each agent's
 * conversation is a chain of its own, which shares nothing with the others', and what it said and heard between two
 * calls is one segment.
 */
export function conversations(agents: number, sizes: ConversationSizes, chains?: Chains): Conversations {
  const lengths = new Float64Array(agents);
  const reads = new Int32Array(chains === undefined ? 0 : agents);
  return {
    call(agent, { kind, heard, said }) {
      const added = kind === 'first' ? sizes.system : sizes.request + heard * sizes.heard;
      const prompt = lengths[agent]! + added;
      const output = kind === 'final' ? sizes.final : sizes.thought + said * sizes.said;
      lengths[agent] = prompt + output;
      if (chains === undefined) return { prompt, output };
      const before = reads[agent]!;
      reads[agent] = chains.extendFresh(before, prompt - chains.length(before));
      // With places for what the cache will have to say, which the run fills in.
      return { prompt, output, cachedRead: 0, cacheWrite: 0 };
    },
    length: (agent) => lengths[agent]!,
    read: (agent) => (chains === undefined ? undefined : reads[agent]!),
  };
}
