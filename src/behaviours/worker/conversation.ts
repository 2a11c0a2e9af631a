import { Chains } from '../../economy/chains.ts';
import { Context, type Overflow } from '../../economy/context.ts';
import type { Usage } from '../../economy/usage.ts';
import type { Question } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { type Knobs, notesOf } from './knobs.ts';

/** What a call spent, and the chain that it read: what an answer says of its cost. */
export interface Spent {
  readonly usage: Usage;
  readonly chain?: number;
}

/** What each agent re-reads: everything said to it and by it, whole, at every call, as far as its window goes. */
export interface Conversation {
  /** Accounts for one call that writes `output` tokens and is remembered. */
  readonly turn: (agent: number, question: Question, output: number) => Spent;
  /**
   * A call apart from the agent's own conversation: it reads system text, reports and request alone, or the context
   * `after` which it is to go on. The mark it gives is that context with what it writes.
   */
  readonly aside: (question: Question, output: number, after?: number) => Spent & { readonly mark: number };
  /** The agent's tools answer with the source text of an item; it is read from the next call on. */
  readonly find: (agent: number, item: number) => void;
  /** Whether the agent can still read the source text of an item, once found. */
  readonly reads: (agent: number, item: number) => boolean;
  /** Whether contexts may lose anything. */
  readonly forgets: boolean;
  /** An identity for a text that several may read. */
  readonly newIdentity: () => number;
}

const identities = { system: 1, request: 2, items: 1000 } as const;

export function conversation(
  { agents, chains: shared }: Pick<Setting, 'agents' | 'chains'>,
  own: Knobs,
  reading: number,
  keeps: (agent: number, item: number) => boolean,
): Conversation {
  const { system, tools, request, window, overflow } = own;
  const chains = shared ?? new Chains();
  const prefix = chains.extend(0, identities.system, system + tools + notesOf(own));
  const contexts: (Context | undefined)[] = new Array(agents);
  const of = (agent: number): Context =>
    (contexts[agent] ??= new Context(chains, {
      prefix,
      window,
      overflow: overflowOf(overflow, (identity) => keeps(agent, identity - identities.items)),
    }));

  return {
    turn(agent, { heard, purpose }, output) {
      const context = of(agent);
      for (const { id, tokens } of heard) context.hear(id, tokens);
      context.hear(identities.request, request);
      const { usage, chain, before } = context.call({ output });
      if (before.length === 0) return { usage: { ...usage, purpose }, chain };
      // Summaries written on the way are paid with the call that made them necessary; no one chain was read.
      const all = [...before.map((it) => it.usage), usage];
      return {
        usage: {
          prompt: all.reduce((sum, it) => sum + it.prompt, 0),
          output: all.reduce((sum, it) => sum + it.output, 0),
          purpose,
        },
      };
    },
    aside({ heard, purpose }, output, after = prefix) {
      let chain = after;
      for (const { id, tokens } of heard) chain = chains.extend(chain, id, tokens);
      chain = chains.extend(chain, identities.request, request);
      const mark = chains.extendFresh(chain, output);
      return { usage: { prompt: chains.length(chain), output, purpose }, chain, mark };
    },
    find(agent, item) {
      if (reading > 0) of(agent).hear(identities.items + item, reading);
    },
    reads: (agent, item) => of(agent).holds(identities.items + item),
    forgets: window !== undefined && reading > 0,
    newIdentity: () => chains.newIdentity(),
  };
}

function overflowOf(overflow: Knobs['overflow'], keeps: (identity: number) => boolean): Overflow | undefined {
  if (overflow.kind === 'truncate') return overflow;
  return { kind: 'summarise', ratio: overflow.ratio, keeps };
}
