import { Chains } from '../../economy/chains.ts';
import { Context, type Overflow, type Wanted } from '../../economy/context.ts';
import { type Usage, usageOf } from '../../economy/usage.ts';
import type { Question } from '../../work/talk.ts';
import type { Setting } from '../../world/contracts.ts';
import { type Knobs, notesOf } from './knobs.ts';

/** What a call spent, and the chain that it read: what an answer says of its cost. */
export interface Spent {
  readonly usage: Usage;
  readonly chain: number;
  /** Calls that had to come before it: for summaries, where the window was full. */
  readonly before?: readonly { readonly usage: Usage; readonly chain: number }[];
}

/** Tokens of thought in what a call writes, and how many it was allowed. */
export interface Thought {
  readonly reasoning: number;
  readonly requested: number;
}

/** A call apart, and the context that it leaves. */
export interface Aside extends Spent {
  readonly mark: number;
}

/** What each agent re-reads: everything said to it and by it, whole, at every call, as far as its window goes. */
export interface Conversation {
  /** Accounts for one call that writes `output` tokens and is remembered. */
  readonly turn: (agent: number, question: Question, output: number, thought?: Thought) => Spent;
  /**
   * A call apart from the agent's own conversation: it reads system text, reports and request alone, or the context
   * `after` which it is to go on; a check reads the claim too. The mark it gives is that context with what it writes.
   */
  readonly aside: (question: Question, output: number, thought?: Thought, after?: number) => Aside;
  /** The agent's tools answer with the source text of an item; it is read from the next call on. */
  readonly find: (agent: number, item: number) => void;
  /** Whether the agent can still read the source text of an item, once found. */
  readonly reads: (agent: number, item: number) => boolean;
  /** Whether contexts may lose anything. */
  readonly forgets: boolean;
  /** An identity for a text that several may read. */
  readonly newIdentity: () => number;
}

const identities = { system: 1, request: 2, check: 3, items: 1000 } as const;

export function conversation(
  { agents, chains: shared }: Pick<Setting, 'agents' | 'chains'>,
  own: Knobs,
  reading: number,
  keeps: (agent: number, item: number) => boolean,
): Conversation {
  const { system, tools, window, overflow } = own;
  const chains = shared ?? new Chains();
  const prefix = chains.extend(0, identities.system, system + tools + notesOf(own));
  const requestTo = requests(shared, own);
  const contexts: (Context | undefined)[] = new Array(agents);
  const of = (agent: number): Context =>
    (contexts[agent] ??= new Context(chains, {
      prefix,
      window,
      overflow: overflowOf(overflow, (identity) => keeps(agent, identity - identities.items)),
    }));

  return {
    turn(agent, question, output, thought) {
      const { heard, purpose } = question;
      const context = of(agent);
      for (const { id, tokens } of heard) context.hear(id, tokens);
      const { usage, chain, before } = context.call({ output, request: requestTo(question) });
      const read = heard.filter(({ id }) => window === undefined || context.quotes(id));
      const spent = { usage: usageOf({ ...usage, ...thought, purpose, heard: heardIn(read) }), chain };
      return before.length === 0 ? spent : { ...spent, before };
    },
    aside(question, output, thought, after = prefix) {
      const { heard, purpose } = question;
      let chain = after;
      for (const { id, tokens } of heard) chain = chains.extend(chain, id, tokens);
      const { identity, tokens } = requestTo(question);
      chain = chains.extend(chain, identity, tokens);
      const mark = chains.extendFresh(chain, output);
      const prompt = chains.length(chain);
      const usage = usageOf({ prompt, output, purpose, ...thought, heard: heardIn(heard) });
      return { usage, chain, mark };
    },
    find(agent, item) {
      if (reading > 0) of(agent).hear(identities.items + item, reading);
    },
    reads: (agent, item) => of(agent).holds(identities.items + item),
    forgets: window !== undefined && reading > 0,
    newIdentity: () => chains.newIdentity(),
  };
}

/** Whose messages a call reads for the first time. */
const heardIn = (heard: Question['heard']): Usage['heard'] =>
  heard.length === 0 ? undefined : heard.map(({ from, tokens }) => ({ from, tokens }));

/** A request as it is read: two that ask the same are the same text. */
type Request = NonNullable<Wanted['request']>;

/** What is read of questions. Where no cache compares prompts, nobody can tell requests from one another. */
function requests(chains: Setting['chains'], { request, claim }: Knobs): (question: Question) => Request {
  const usual = { identity: identities.request, tokens: request };
  const check = { identity: identities.check, tokens: request + claim };
  if (chains === undefined) return ({ kind }) => (kind === 'check' ? check : usual);
  const known = new Map<string, Request>();
  const scopes = new WeakMap<readonly number[], string>();
  const scopeOf = (scope: readonly number[] | undefined): string => {
    if (scope === undefined) return 'all';
    const text = scopes.get(scope) ?? scope.join();
    scopes.set(scope, text);
    return text;
  };
  const textOf = (question: Question): string => {
    const { kind, purpose, report } = question;
    const about = `${kind} ${purpose} ${report}`;
    switch (question.kind) {
      case 'act':
        return `${about} ${scopeOf(question.scope)} ${question.afresh} ${question.document === true} ${question.cap}`;
      case 'route':
        return `${about} ${question.item}`;
      case 'check':
        return `${about} ${question.claim.item} ${question.claim.value}`;
      default:
        return about;
    }
  };
  /** Samples by purpose and item, since they come by the million. */
  const samples = new Map<string, Request[]>();
  return (question) => {
    if (question.kind === 'sample') {
      let items = samples.get(question.purpose);
      if (items === undefined) samples.set(question.purpose, (items = []));
      return (items[question.item] ??= { identity: chains.newIdentity(), tokens: request });
    }
    const text = textOf(question);
    let it = known.get(text);
    if (it === undefined) {
      const { tokens } = question.kind === 'check' ? check : usual;
      known.set(text, (it = { identity: chains.newIdentity(), tokens }));
    }
    return it;
  };
}

function overflowOf(overflow: Knobs['overflow'], keeps: (identity: number) => boolean): Overflow | undefined {
  if (overflow.kind === 'truncate') return overflow;
  return { kind: 'summarise', ratio: overflow.ratio, keeps };
}
