import {
  type Act,
  type Answered,
  type Check,
  type Claim,
  type Gather,
  MISSING,
  type Question,
  type Report,
  type Route,
  type Sample,
} from '../work/talk.ts';
import { deskOf } from '../work/work.ts';
import type { Answer, Behaviour, BehaviourPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { conversation, type Spent, type Thought } from './worker/conversation.ts';
import { craft } from './worker/craft.ts';
import { purposes } from './worker/dice.ts';
import { type Knobs, knobs, notesOf } from './worker/knobs.ts';
import { mind } from './worker/mind.ts';
import { uptake } from './worker/uptake.ts';

/**
 * An agent at work: it gets items done by effort and skill, reports, takes over what others report, and checks it. Where
 * groups gain or lose, they do so by what its knobs say of verification, hand-off, overlap and shared errors, and
 * by what it must re-read; no knob holds a result.
 */
export const worker = part({
  name: 'worker',
  summary: 'An agent at work: skill, verification, lossy hand-offs, shared errors, and a context that grows.',
  params: knobs,
  create: (own): BehaviourPlan => ({
    answers: ['work'],
    models: own.models === undefined ? [] : [own.models.small, own.models.large],
    leastCall: { prompt: own.system + own.tools + notesOf(own) + own.request, output: 0 },
    // What restates the role, and a report without claims, which is as long as a request.
    leastWritten: own.preamble + own.request,
    latent: own.channel.kind === 'latent' ? 'channel.kind' : undefined,
    begin: (setting) => begin(setting, own),
  }),
});

function begin(setting: Setting, own: Knobs): Behaviour<Question, Answered> {
  const { work } = deskOf(setting);
  const head = mind(setting, work, own);
  const { work: doWork, sync, lose, canSpoil, land } = craft(setting, head);
  const takes = uptake(setting, head);
  const { merge } = takes;
  const { overflow } = own;
  const keepsChance = overflow.kind === 'summarise' ? overflow.keeps : 0;
  const context = conversation(
    setting,
    own,
    work.reading,
    (agent, item) => head.dice.roll(purposes.forget, agent, item, 0) < keepsChance,
  );
  /** 1 where an agent has found the item itself. */
  const found = new Uint8Array(setting.agents * work.items);
  const everything = Array.from({ length: work.items }, (_, item) => item);

  const isReady = (agent: number, scope: readonly number[]): boolean =>
    scope.every((item) => head.held(agent, item) !== MISSING);
  const claimsOf = (agent: number, scope: readonly number[]): Claim[] => {
    const claims: Claim[] = [];
    for (const item of scope) {
      const value = head.held(agent, item);
      if (value !== MISSING) claims.push({ item, value });
    }
    return claims;
  };
  const report = (agent: number, scope: readonly number[]): Report => {
    const claims = claimsOf(agent, scope);
    return {
      id: context.newIdentity(),
      from: agent,
      claims,
      tokens: own.request + own.claim * claims.length,
    };
  };
  /** What was found is known as long as it can be read; what a truncation or a summary lost must be found again. */
  const forget = (agent: number, scope: readonly number[]): void => {
    for (const item of scope) {
      if (found[agent * work.items + item] !== 1 || context.reads(agent, item)) continue;
      found[agent * work.items + item] = 0;
      lose(agent, item);
    }
  };
  /** What an agent writes at the end of a shift: free text, or a document, whose form asks for every field. */
  const written = (agent: number, { scope, document }: Act): Report => {
    if (document !== true) return report(agent, scope ?? everything);
    const text = report(agent, everything);
    return { ...text, tokens: own.request + own.field * work.items, lossless: true };
  };
  const told = (
    claims: readonly Claim[],
    ready: boolean,
    written: Report | undefined,
    spent: Spent,
  ): Answer<Answered> => ({
    value: written === undefined ? { claims, ready } : { claims, ready, report: written },
    ...spent,
  });

  const { channel } = own;
  /** Tokens and latent steps whose keys and values an agent has at the end of a turn, those handed to it included. */
  const memoryOf = ({ usage }: Spent, { heard }: Question): number =>
    heard.reduce((sum, { memory = 0 }) => sum + memory, usage.prompt + (usage.latentSteps ?? 0));
  /** A turn in hidden states: nothing is written. */
  const hidden = (spent: Spent): Spent =>
    channel.kind === 'latent' ? { ...spent, usage: { ...spent.usage, latentSteps: channel.steps } } : spent;
  /** Keys and values that are handed to an agent are moved when it goes on from them. */
  const handedTo = (spent: Spent, { heard }: Question): Spent => {
    if (channel.kind !== 'latent') return spent;
    const { bytesPerToken } = channel;
    const moved = heard.flatMap(({ from, memory = 0 }) =>
      memory === 0 ? [] : [{ from, tokens: 0, kvBytes: bytesPerToken * memory }],
    );
    const kvBytes = moved.reduce((sum, it) => sum + it.kvBytes, 0);
    const { usage } = spent;
    return { ...spent, usage: { ...usage, kvBytes, heard: [...(usage.heard ?? []), ...moved] } };
  };
  /** Tokens of thought in a call: what it would write, as far as its share of a budget goes. */
  const thoughtOf = ({ cap }: { readonly cap?: number | undefined }): number =>
    Math.min(own.thought, cap ?? own.thought);
  /** What a call says of its thought: how much there is, and how much was allowed. */
  const thinking = (reasoning: number, requested = reasoning): Thought => ({ reasoning, requested });
  const usualThought = thinking(own.thought);
  /** What a turn says once its edits are in the common product. */
  const landed = (agent: number, value: Answered): Answered => {
    for (const { item } of value.claims) land(agent, item);
    const now = (claims: readonly Claim[]): Claim[] =>
      claims.map(({ item }) => ({ item, value: head.held(agent, item) }));
    const { claims, report: draft } = value;
    const text = draft === undefined ? {} : { report: { ...draft, claims: now(draft.claims) } };
    return { ...value, claims: now(claims), ...text };
  };
  const act = (agent: number, question: Act): Answer<Answered> => {
    const scope = question.scope ?? everything;
    if (question.afresh) for (const item of scope) head.hold(agent, item, MISSING);
    if (question.sync) sync(agent);
    const taken = question.heard.length > 0 ? merge(agent, question.heard) : [];
    const tokens = thoughtOf(question);
    const claims = doWork(agent, question, tokens);
    const isDone = isReady(agent, scope);
    const text = question.report || isDone ? written(agent, question) : undefined;
    const isLatent = channel.kind === 'latent' && question.inside === true;
    const turn = isLatent
      ? hidden(context.turn(agent, question, 0))
      : context.turn(agent, question, tokens + (text?.tokens ?? 0), thinking(tokens, question.cap));
    const spent = handedTo(turn, question);
    const draft =
      isLatent && text ? { ...text, tokens: 0, lossless: true, memory: memoryOf(spent, question) } : text;
    // The call itself may have had to make room: what it could not read any more it cannot report.
    if (context.forgets) forget(agent, scope);
    const ready = context.forgets ? isReady(agent, scope) : isDone;
    const handed = draft && context.forgets ? { ...draft, claims: claimsOf(agent, scope) } : draft;
    for (const { item } of claims) {
      context.find(agent, item);
      found[agent * work.items + item] = 1;
    }
    const answer = told(claims, ready, handed, spent);
    const value = taken.length === 0 ? answer.value : { ...answer.value, taken };
    if (claims.length === 0 || !canSpoil(question)) return { ...answer, value };
    return { ...answer, value, land: () => landed(agent, value) };
  };
  const gather = (agent: number, question: Gather): Answer<Answered> => {
    const claims = takes[question.kind](agent, question.heard);
    const written = question.report ? report(agent, everything) : undefined;
    const thought = thoughtOf(question);
    const output = thought + (written?.tokens ?? 0);
    const spent = context.turn(agent, question, output, thinking(thought, question.cap));
    return told(claims, isReady(agent, everything), written, spent);
  };
  const sample = (agent: number, question: Sample): Answer<Answered> => {
    const { item, draw, size, after } = question;
    const { usage, chain, mark } = context.aside(question, own.thought, usualThought, after);
    const isGarbled = own.malformed > 0 && head.dice.roll(purposes.format, agent, item, draw) < own.malformed;
    if (isGarbled) return { value: { claims: [], ready: false }, unread: 'malformed', usage, chain };
    const claims = [{ item, value: head.answer(agent, item, draw, size) }];
    const value = { claims, ready: true, mark, score: head.unsure(item, size) };
    return { value, usage, chain };
  };
  const check = (agent: number, question: Check): Answer<Answered> => {
    const { claim, draw } = question;
    const passes = !head.doubts(agent, claim.item, claim.value, draw);
    const { usage, chain } = context.aside(question, own.claim);
    return told([], passes, undefined, { usage, chain });
  };

  /** A router is a small classifier, whose tokens are not worth counting beside a call of either model. */
  const route = (agent: number, { item, by, purpose }: Route): Answer<Answered> => ({
    value: { claims: [], ready: true, score: by === 'logs' ? head.gap(item) : head.looksHard(agent, item) },
    usage: { prompt: 0, output: 0, purpose },
  });

  const answerTo = (agent: number, question: Question): Answer<Answered> => {
    switch (question.kind) {
      case 'act':
        return act(agent, question);
      case 'sample':
        return sample(agent, question);
      case 'check':
        return check(agent, question);
      case 'route':
        return route(agent, question);
      default:
        return gather(agent, question);
    }
  };
  const { models } = own;
  if (models === undefined) return { answer: answerTo };
  return {
    answer(agent, question) {
      const answer = answerTo(agent, question);
      const { usage, before } = answer;
      if (usage === undefined) return answer;
      const model = models[question.size ?? 'large'];
      const named = { ...answer, usage: { ...usage, model } };
      return before === undefined
        ? named
        : { ...named, before: before.map((it) => ({ ...it, usage: { ...it.usage, model } })) };
    },
  };
}
