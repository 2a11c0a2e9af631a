import { setMaxListeners } from 'node:events';
import type { Usage } from '../economy/usage.ts';
import type { Asker } from '../models/asker.ts';
import { Budget } from '../models/budget.ts';
import { isFatal, type Reply, type Settings, type Turn } from '../models/model.ts';
import { type Prompter, prompterFor } from '../models/prompts.ts';
import type { ModelConfig } from '../scenario/model.ts';
import type { Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import type { Answer, LimitName, Protocol } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import type { OpenQuestion } from '../world/questions.ts';
import type { WorldOptions } from '../world/simulate.ts';
import { Interrupted } from './interrupted.ts';
import type { Answering } from './models.ts';

type BudgetName = Extract<LimitName, 'calls' | 'tokens' | 'money' | 'time'>;

/** Answers by question, or the limit that was met before all were there. */
type Answers = readonly (readonly [id: number, answer: Answer])[] | BudgetName;

/** One agent's conversation: the turns that its next request repeats. */
interface Conversation {
  readonly turns: Turn[];
  asked: number;
}

/** Stands for an answer in a conversation where there was none: servers refuse turns without text. */
const nothing = '(no answer)';

/** A step that no run reaches: takes back that it halted. */
const never = Number.MAX_SAFE_INTEGER;

/**
 * Puts the questions of one run into words, has them answered, and keeps each agent's conversation. All of it follows from
 * the questions and the answers, so that a replay puts the same requests again, word for word.
 */
export class QuestionTable {
  private readonly run: Run;
  private readonly model: ModelConfig;
  private readonly settings: Settings;
  private readonly prompter: Prompter;
  private readonly protocol: Protocol;
  private readonly asker: Asker;
  private readonly budget: Budget;
  private readonly conversations = new Map<number, Conversation>();
  private readonly unread = { malformed: 0, refused: 0, truncated: 0, empty: 0, failed: 0 };
  private retries = 0;
  private isHalted = false;

  constructor(run: Run, { setting, protocol }: WorldOptions, models: Answering) {
    const { model, protocol: chosen } = run.config as Config;
    if (model === undefined) throw new Error('QuestionTable: the run has no model');
    const { provider, temperature, topP, maxOutputTokens } = model;
    this.run = run;
    this.model = model;
    this.protocol = protocol;
    this.settings = { provider, model: model.model, temperature, topP, maxOutputTokens };
    this.prompter = prompterFor(chosen.make().asks ?? '', setting, {
      templates: typeof model.prompts === 'object' ? model.prompts : undefined,
      reasoning: model.reasoning,
      quorum: quorumOf(chosen.params),
    });
    this.budget = new Budget(model.budget, model.price);
    this.asker = models.askerOf(model);
  }

  /** What was counted beside what every run keeps. */
  get numbers(): Record<string, number> {
    const { malformed, refused, truncated, empty, failed } = this.unread;
    return {
      answersMalformed: malformed,
      answersRefused: refused,
      answersTruncated: truncated,
      answersEmpty: empty,
      answersFailed: failed,
      callRetries: this.retries,
      ...(this.model.price ? { money: this.budget.money } : {}),
    };
  }

  /** The limit at which the run ends before these questions are asked, if there is one. */
  overBudget(step: number): BudgetName | undefined {
    const halt = this.asker.cassette?.haltOf(this.run.id);
    // Elsewhere than in a strict replay, time begins anew.
    if (
      halt?.step === step &&
      (this.asker.mode === 'strict' || (this.asker.mode === 'auto' && halt.why !== 'time'))
    )
      return halt.why;
    return this.budget.spent;
  }

  /** Notes that the run ends here over budget, so that a replay does too. */
  halt(why: BudgetName, step: number): void {
    this.isHalted = true;
    const { cassette, mode } = this.asker;
    const known = cassette?.haltOf(this.run.id);
    if (mode === 'strict' || (known?.why === why && known.step === step)) return;
    cassette?.append({ type: 'halt', run: this.run.id, why, step });
  }

  /** Notes that the run went on to its end, where an earlier attempt at it did not. */
  end(): void {
    const { cassette, mode } = this.asker;
    const known = cassette?.haltOf(this.run.id);
    if (mode === 'strict' || this.isHalted || known === undefined || known.step === never) return;
    cassette?.append({ ...known, step: never });
  }

  /** Has all questions of an instant answered, at once. */
  async answer(open: readonly OpenQuestion[], signal: AbortSignal): Promise<Answers> {
    const began = performance.now();
    const { timeLeft } = this.budget;
    const late = timeLeft < 2 ** 31 ? [AbortSignal.timeout(Math.max(1, Math.ceil(timeLeft)))] : [];
    const stop = new AbortController();
    const within = AbortSignal.any([signal, stop.signal, ...late]);
    // As many calls as there are questions listen to it.
    setMaxListeners(0, within);
    let reserved = 0;
    let isFresh = false;
    const asked = open.map(async ({ agent, question }) => {
      const conversation = this.conversationOf(agent);
      const turns = this.turnsFor(agent, conversation, question);
      const index = conversation.asked++;
      if (this.budget.calls + reserved >= (this.model.budget.calls ?? Number.POSITIVE_INFINITY))
        return undefined;
      reserved++;
      const place = { run: this.run.id, agent, index };
      const { reply, isFresh: isPaid } = await this.asker.ask(
        place,
        { settings: this.settings, turns },
        within,
      );
      isFresh ||= isPaid;
      if (!reply.ok && isFatal(reply.kind)) throw unavailable(reply.message);
      return { reply, turns };
    });
    try {
      const replies = await Promise.all(asked);
      if (isFresh) this.budget.time += (performance.now() - began) * 1000;
      if (signal.aborted) throw new Interrupted('interrupted');
      return this.collect(open, replies);
    } finally {
      // One question that cannot be answered ends the others too.
      stop.abort();
      await Promise.allSettled(asked);
    }
  }

  private collect(
    open: readonly OpenQuestion[],
    replies: readonly ({ readonly reply: Reply; readonly turns: readonly Turn[] } | undefined)[],
  ): Answers {
    const answers: (readonly [number, Answer])[] = [];
    let why: BudgetName | undefined;
    replies.forEach((it, i) => {
      const { id, agent, question } = open[i] as OpenQuestion;
      if (it === undefined) why ??= 'calls';
      else if (!it.reply.ok && it.reply.kind === 'cancelled') why ??= 'time';
      else {
        this.budget.count(it.reply);
        this.retries += it.reply.retries;
        this.remember(agent, it.turns.at(-1) as Turn, it.reply);
        answers.push([id, this.answerOf(agent, question, it.reply)]);
      }
    });
    return why ?? answers;
  }

  private conversationOf(agent: number): Conversation {
    const known = this.conversations.get(agent);
    if (known) return known;
    const conversation = { turns: [], asked: 0 };
    this.conversations.set(agent, conversation);
    return conversation;
  }

  private turnsFor(agent: number, { turns }: Conversation, question: unknown): Turn[] {
    const system: Turn = { role: 'system', content: this.prompter.system(agent, question) };
    return [system, ...turns, { role: 'user', content: this.prompter.turn(agent, question) }];
  }

  private remember(agent: number, turn: Turn, reply: Reply): void {
    if (!this.prompter.remembers) return;
    const text = reply.ok && reply.text.trim() !== '' ? reply.text : nothing;
    this.conversationOf(agent).turns.push(turn, { role: 'assistant', content: text });
  }

  /** A reply as the world takes it. What the protocol can read is read, however the model came to an end. */
  private answerOf(agent: number, question: unknown, reply: Reply): Answer<string> {
    const text = reply.ok ? reply.text : '';
    const isRead = reply.ok && (this.protocol.reads?.(agent, text, question) ?? true);
    const cause = isRead ? undefined : causeOf(reply);
    if (cause !== undefined) this.unread[cause]++;
    return {
      value: text,
      ...(cause === undefined ? {} : { unread: cause }),
      ...(reply.ok ? { usage: usageOf(reply.spent, question, this.settings) } : {}),
      ...(reply.ok && this.model.time === 'measured' ? { think: Math.round(reply.latency * 1000) } : {}),
    };
  }
}

function causeOf(reply: Reply): 'malformed' | 'refused' | 'truncated' | 'empty' | 'failed' {
  if (!reply.ok) return 'failed';
  if (reply.finish === 'refused') return 'refused';
  if (reply.finish === 'length') return 'truncated';
  return reply.text.trim() === '' ? 'empty' : 'malformed';
}

function usageOf(
  spent: Extract<Reply, { ok: true }>['spent'],
  question: unknown,
  { maxOutputTokens }: Settings,
): Usage {
  const { prompt, output, cached, reasoning } = spent;
  const isAgain = ((question as { attempt?: unknown } | null)?.attempt ?? 0) !== 0;
  return {
    prompt,
    output,
    // A server's counts may contradict each other; a part is never more than the whole.
    ...(cached === undefined ? {} : { cachedRead: Math.min(cached, prompt) }),
    ...(reasoning === undefined ? {} : { reasoning: Math.min(reasoning, output) }),
    requested: maxOutputTokens,
    ...(isAgain ? { purpose: 'retry' } : {}),
  };
}

function quorumOf(params: unknown): string | undefined {
  const quorum = (params as { quorum?: { numerator: number; denominator: number } } | null)?.quorum;
  return quorum && `${quorum.numerator}/${quorum.denominator}`;
}

const unavailable = (message: string): ScenarioError =>
  new ScenarioError([{ path: 'model', message: `cannot be asked: ${message}` }]);
