import { setMaxListeners } from 'node:events';
import type { Asker } from '../models/asker.ts';
import { Budget } from '../models/budget.ts';
import { type Form, isFatal, type Lost, type Reply, type Settings, type Turn } from '../models/model.ts';
import { type Fill, type Prompter, withForm } from '../models/prompter.ts';
import { fillFor, prompterFor } from '../models/prompts.ts';
import { isStructured } from '../models/providers.ts';
import type { answerColumns, ModelConfig } from '../scenario/model.ts';
import type { Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import type { Answer, LimitName, Protocol } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import type { OpenQuestion } from '../world/questions.ts';
import type { WorldOptions } from '../world/world.ts';
import { answered, attemptOf, causeOf, usageOf } from './answer-accounts.ts';
import { type AnswerTally, tallyAnswer } from './answer-tally.ts';
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

/** A question that was put to the model, and what became of it. */
interface Put {
  readonly turns: readonly Turn[];
  readonly form: Form | undefined;
  reply: Reply | undefined;
  /** Whether it was answered just now, rather than on the cassette. */
  isFresh?: boolean;
}

/** Fewer tokens hold no answer at all, however little an agent may write. */
const leastCap = 64;

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
  private readonly fill: Fill;
  private readonly isStructured: boolean;
  private readonly protocol: Protocol;
  private readonly asker: Asker;
  private readonly budget: Budget;
  private readonly tally: AnswerTally | undefined;
  private readonly conversations = new Map<number, Conversation>();
  private readonly unread = { malformed: 0, refused: 0, truncated: 0, empty: 0, failed: 0 };
  private retries = 0;
  private repaired = 0;
  private isHalted = false;
  /** What was counted when the run was recorded, where it ends as that one did. */
  private recorded: Readonly<Record<string, number>> | undefined;

  constructor(run: Run, { setting, protocol }: WorldOptions, models: Answering, tally?: AnswerTally) {
    const { model, protocol: chosen } = run.config as Config;
    if (model === undefined) throw new Error('QuestionTable: the run has no model');
    const { provider, temperature, topP, maxOutputTokens } = model;
    this.run = run;
    this.tally = tally;
    this.model = model;
    this.protocol = protocol;
    this.settings = { provider, model: model.model, temperature, topP, maxOutputTokens };
    const prompts = {
      templates: typeof model.prompts === 'object' ? model.prompts : undefined,
      reasoning: model.reasoning,
      quorum: quorumOf(chosen.params),
    };
    this.prompter = prompterFor(chosen.make().asks ?? '', setting, prompts);
    this.fill = fillFor(prompts);
    this.isStructured = isStructured(model);
    this.budget = new Budget(model.budget, setting.charge);
    this.asker = models.askerOf(model);
    if (run.identity !== undefined) this.asker.describe(run.id, run.identity);
  }

  /** What was counted beside what every run keeps. */
  get numbers(): Record<(typeof answerColumns)[number], number> {
    const { malformed, refused, truncated, empty, failed } = this.unread;
    return {
      answersMalformed: malformed,
      answersRefused: refused,
      answersTruncated: truncated,
      answersEmpty: empty,
      answersFailed: failed,
      answersRepaired: this.repaired,
      callRetries: this.retries,
      modelCalls: this.budget.calls,
      modelTokens: this.budget.tokens,
      ...this.recorded,
    };
  }

  /** The limit at which the run ends before these questions are asked, if there is one. */
  overBudget(step: number): BudgetName | undefined {
    const halt = this.asker.haltAt(this.run.id, step);
    if (halt === undefined) return this.budget.spent;
    this.recorded = halt.numbers;
    return halt.why;
  }

  /** Notes that the run ends here over budget, so that a replay does too. */
  halt(why: BudgetName, step: number): void {
    this.isHalted = true;
    const { cassette, mode, address } = this.asker;
    const known = cassette?.haltOf(this.run.id);
    const numbers = { ...this.numbers };
    const at = address ? { at: address } : {};
    const record = { type: 'halt' as const, run: this.run.id, why, step, numbers, ...at };
    if (mode === 'strict' || JSON.stringify(known) === JSON.stringify(record)) return;
    cassette?.append(record);
  }

  /** Notes that the run went on to its end, where an earlier attempt at it did not. */
  end(): void {
    const { cassette, mode } = this.asker;
    const known = cassette?.haltOf(this.run.id);
    if (mode === 'strict' || this.isHalted || known === undefined || known.step === never) return;
    cassette?.append({ ...known, step: never });
  }

  /**
   * Has all questions of an instant answered, at once; then, at once again, those whose answer could not be read and that the
   * protocol will not put again itself. Repairs come in the order of the questions, whatever order the answers came in.
   */
  async answer(open: readonly OpenQuestion[], signal: AbortSignal): Promise<Answers> {
    const puts = open.map(({ agent, question }): Put => {
      const turns = this.turnsFor(agent, this.conversationOf(agent), question);
      return { turns, form: this.formOf(agent, question), reply: undefined };
    });
    const first = await this.ask(open, puts, signal);
    if (typeof first === 'string') return first;
    const { reader } = this.prompter;
    const failed = reader === undefined ? [] : open.filter((it, i) => !this.isRead(it, puts[i] as Put));
    const repairs = new Map<number, Put>();
    for (const it of failed) {
      const put = puts[open.indexOf(it)] as Put;
      this.countUnread(put.reply as Reply);
      const again = reader?.again(it.agent, it.question) ?? '';
      const turns = [
        ...put.turns,
        ...answered(put.reply as Reply),
        { role: 'user' as const, content: again },
      ];
      repairs.set(it.id, { turns, form: put.form, reply: undefined });
    }
    const second = await this.ask(failed, [...repairs.values()], signal);
    if (typeof second === 'string') return second;
    return open.map((it, i) => [it.id, this.conclude(it, puts[i] as Put, repairs.get(it.id))]);
  }

  /** Asks the model; the limit that was met where it could not be asked for all. */
  private async ask(
    open: readonly OpenQuestion[],
    puts: readonly Put[],
    signal: AbortSignal,
  ): Promise<BudgetName | undefined> {
    if (open.length === 0) return undefined;
    const began = performance.now();
    const { timeLeft } = this.budget;
    const late = timeLeft < 2 ** 31 ? [AbortSignal.timeout(Math.max(1, Math.ceil(timeLeft)))] : [];
    const stop = new AbortController();
    const within = AbortSignal.any([signal, stop.signal, ...late]);
    // As many calls as there are questions listen to it.
    setMaxListeners(0, within);
    const before = this.budget.calls;
    let reserved = 0;
    let isFresh = false;
    const asked = open.map(async ({ agent, question }, i) => {
      const put = puts[i] as Put;
      const index = this.conversationOf(agent).asked++;
      if (before + reserved >= (this.model.budget.calls ?? Number.POSITIVE_INFINITY)) return;
      reserved++;
      const place = { run: this.run.id, agent, index };
      const { turns, form } = put;
      const request = { settings: this.settingsFor(question), turns, ...(form ? { form } : {}) };
      const small = this.smallFor(question);
      const { mayCall, take } = this.budget;
      const purse = { mayCall, take, pay: (spent: Lost) => this.budget.pay(spent, small) };
      const { reply, isFresh: isPaid } = await this.asker.ask(place, request, within, purse);
      isFresh ||= isPaid;
      if (!isPaid) this.budget.payRecorded(reply, small);
      this.budget.refuseUnpriced();
      if (!reply.ok && isFatal(reply.kind)) throw unavailable(reply.message);
      put.reply = reply;
      put.isFresh = isPaid;
    });
    try {
      await Promise.all(asked);
      if (isFresh) this.budget.time += (performance.now() - began) * 1000;
      if (signal.aborted) throw new Interrupted('interrupted');
      return this.settle(puts);
    } finally {
      // One question that cannot be answered ends the others too.
      stop.abort();
      await Promise.allSettled(asked);
    }
  }

  /** Counts replies, and says which limit was met where some are missing. */
  private settle(puts: readonly Put[]): BudgetName | undefined {
    let why: BudgetName | undefined;
    for (const { reply, isFresh } of puts) {
      if (reply === undefined) why ??= 'calls';
      else {
        // Where no call was left, the last that was made is no try before another.
        const isOut = !reply.ok && reply.kind === 'over-budget';
        this.retries += isOut ? Math.max(0, reply.retries - 1) : reply.retries;
        if (this.tally) tallyAnswer(this.tally, reply, isFresh === true);
        if (!reply.ok && reply.kind === 'cancelled') why ??= 'time';
        if (isOut) why ??= this.budget.spent ?? 'calls';
      }
    }
    return why;
  }

  private conversationOf(agent: number): Conversation {
    const known = this.conversations.get(agent);
    if (known) return known;
    const conversation = { turns: [], asked: 0 };
    this.conversations.set(agent, conversation);
    return conversation;
  }

  private turnsFor(agent: number, { turns }: Conversation, question: unknown): Turn[] {
    const { prompter } = this;
    const system: Turn = { role: 'system', content: prompter.system(agent, question) };
    const told = prompter.turn(agent, question);
    const form = this.formOf(agent, question);
    const content = form === undefined ? told : withForm(told, form, this.fill);
    const earlier = prompter.remembers(question) ? turns : [];
    return [system, ...earlier, { role: 'user', content }];
  }

  private formOf(agent: number, question: unknown): Form | undefined {
    return this.isStructured ? this.prompter.form(agent, question) : undefined;
  }

  /** Some questions are for a smaller model, or leave their agent less to write than the scenario does. */
  private settingsFor(question: unknown): Settings {
    const { cap } = (question ?? {}) as { cap?: unknown };
    const { settings } = this;
    const model = this.smallFor(question) ?? settings.model;
    if (typeof cap !== 'number') return model === settings.model ? settings : { ...settings, model };
    const most = Math.max(leastCap, Math.ceil(cap));
    return { ...settings, model, maxOutputTokens: Math.min(settings.maxOutputTokens, most) };
  }

  /** The small model, where there is one and it is wanted. */
  private smallFor(question: unknown): string | undefined {
    const { size } = (question ?? {}) as { size?: unknown };
    return size === 'small' ? this.model.small : undefined;
  }

  /** What an agent wrote, as its protocol reads it. */
  private textOf({ agent, question }: OpenQuestion, { reply, form }: Put): string {
    const text = reply?.ok ? reply.text : '';
    return form === undefined ? text : this.prompter.plain(text, agent, question);
  }

  /** Whether an answer can be read, however the model came to an end. */
  private isRead(open: OpenQuestion, put: Put): boolean {
    if (!put.reply?.ok) return false;
    const text = this.textOf(open, put);
    const { reader } = this.prompter;
    if (reader !== undefined) return reader.read(text, open.agent, open.question) !== undefined;
    return this.protocol.reads?.(open.agent, text, open.question) ?? true;
  }

  private countUnread(reply: Reply): void {
    this.unread[causeOf(reply)]++;
  }

  /** Answers a question as the world takes it, by the repair where there was one. */
  private conclude(open: OpenQuestion, first: Put, repair: Put | undefined): Answer {
    const { agent, question } = open;
    const { reader } = this.prompter;
    const last = repair ?? first;
    const reply = last.reply as Reply;
    const isRead = this.isRead(open, last);
    const isAgain = repair !== undefined || attemptOf(question) > 0;
    if (!isRead) this.countUnread(reply);
    else if (isAgain) this.repaired++;
    const text = this.textOf(open, last);
    const value =
      reader === undefined
        ? text
        : reader.answer(isRead ? reader.read(text, agent, question) : undefined, agent, question);
    this.remember(open, first.turns.at(-1) as Turn, reply);
    const replies = repair === undefined ? [reply] : [first.reply as Reply, reply];
    const paid = replies.flatMap((it) => (it.ok ? [it] : []));
    const think = paid.reduce((sum, { latency }) => sum + latency, 0);
    const small = this.smallFor(question);
    const usage = paid.length > 0 ? usageOf(paid, question, this.settingsFor(question)) : undefined;
    return {
      value,
      ...(isRead ? {} : { unread: causeOf(reply) }),
      ...(usage === undefined ? {} : { usage: small === undefined ? usage : { ...usage, model: small } }),
      ...(paid.length > 0 && this.model.time === 'measured' ? { think: Math.round(think * 1000) } : {}),
    };
  }

  private remember({ agent, question }: OpenQuestion, turn: Turn, reply: Reply): void {
    if (!this.prompter.remembers(question)) return;
    this.conversationOf(agent).turns.push(turn, ...answered(reply));
  }
}

function quorumOf(params: unknown): string | undefined {
  const quorum = (params as { quorum?: { numerator: number; denominator: number } } | null)?.quorum;
  return quorum && `${quorum.numerator}/${quorum.denominator}`;
}

const unavailable = (message: string): ScenarioError =>
  new ScenarioError([{ path: 'model', message: `cannot be asked: ${message}` }]);
