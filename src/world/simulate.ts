import { type Provider, provider } from '../economy/provider.ts';
import { type Serving, takesNoTime } from '../economy/serving.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import { Kernel, type Time } from '../kernel/kernel.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { Seed } from '../kernel/stream.ts';
import type {
  Answer,
  Behaviour,
  Counts,
  Ended,
  Ending,
  EventProtocol,
  Fault,
  LimitName,
  Observer,
  Protocol,
  RoundProtocol,
  Setting,
} from './contracts.ts';
import { later } from './contracts.ts';
import { Envelopes, envelopeBytes } from './envelopes.ts';
import { type Hooks, hooks } from './hooks.ts';
import { Mailboxes } from './mailboxes.ts';
import { Carrier, type Network } from './network.ts';
import { PutOff } from './put-off.ts';
import { type OpenQuestion, Questions } from './questions.ts';
import { type Commands, SharedSeat } from './seat.ts';
import { Watch, type Watching } from './watch.ts';

/** Everything one run needs, already chosen: what `compile` makes of a scenario's run. */
export interface WorldOptions {
  readonly setting: Setting;
  readonly seed: Seed;
  // biome-ignore-start lint/suspicious/noExplicitAny: the world carries contents and questions without looking inside.
  readonly protocol: Protocol<any, any, any>;
  readonly behaviour?: Behaviour<any, any> | undefined;
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
  readonly faults?: readonly Fault[];
  readonly network: Network;
  readonly serving: Serving;
  /** How rounds end: when every turn is over, or when the period is. Read by protocols in rounds. */
  readonly rounds?: RoundTiming;
  readonly limits?: Limits;
  /** Ends when every correct agent has decided (the default), or only when nothing is left to happen. */
  readonly stopWhen?: 'decided' | 'quiescent';
  /** Runs events of one instant in a seeded random order instead of the order in which they were scheduled. */
  readonly tieShuffle?: boolean;
  readonly watching?: Watching;
  readonly observers?: readonly Observer[];
}

/**
 * barrier: a round ends when every turn is over and every message has arrived. deadline: it ends after a period;
 * whoever is still thinking is silent that round, and what is still under way is lost.
 */
export type RoundTiming = { readonly kind: 'barrier' } | { readonly kind: 'deadline'; readonly period: Time };

/** Where a run is cut off. Each has a default, so that every run ends. */
export interface Limits {
  readonly horizon?: Time | undefined;
  readonly rounds?: number | undefined;
  readonly events?: number | undefined;
  readonly messages?: number | undefined;
  readonly calls?: number | undefined;
  readonly tokens?: number | undefined;
  /** Dollars, at the prices of the setting. */
  readonly money?: number | undefined;
}

const defaultLimits = {
  horizon: 365 * 24 * 3600e6,
  rounds: 1_000_000,
  events: 1e10,
  messages: 1e10,
  calls: 1e9,
  tokens: 1e12,
  money: Number.POSITIVE_INFINITY,
};

export type Advance =
  | { readonly status: 'done'; readonly result: RunResult }
  | { readonly status: 'waiting'; readonly open: readonly OpenQuestion[] };

/** How a run ended, and the fingerprint of everything that happened in it. */
export interface RunResult {
  readonly ending: Ending;
  readonly fingerprint: string;
}

/** Runs a world to its end. Throws where an answer must come from outside: drive such a world with `advance`. */
export function simulate(options: WorldOptions): RunResult {
  const step = new World(options).advance();
  if (step.status === 'done') return step.result;
  throw new Error(
    `simulate: ${step.open.length} questions wait for answers from outside; drive this world with advance and provide.`,
  );
}

// What the fingerprint records of each event, before its details.
const marks = { deliver: 1, timeout: 2, answer: 3, decide: 4, round: 5, drop: 6, recover: 7 } as const;

const wakeTags = 8;

/**
 * One run: the calendar hands stimuli to the protocol, whose commands come back as events. Synchronous and free of
 * I/O; it stops where an answer is missing and goes on when it is provided.
 */
export class World implements Commands {
  private readonly kernel: Kernel;
  private readonly setting: Setting;
  private readonly protocol: Protocol;
  private readonly events: EventProtocol | undefined;
  private readonly turns: RoundProtocol | undefined;
  private readonly behaviour: Behaviour | undefined;
  private readonly downs: readonly Fault[];
  private readonly pauses: readonly Fault[];
  private readonly slows: readonly Fault[];
  private readonly observers: Hooks;
  private readonly limits: { [Name in keyof typeof defaultLimits]: number };
  private readonly deadline: Time | undefined;
  private readonly stopsWhenDecided: boolean;
  private readonly numeric: boolean;
  /** Answers are handled within the event that asked. */
  private readonly prompt: boolean;

  private readonly carrier: Carrier;
  private readonly provider: Provider;
  private readonly thinkDraw: Keyed;
  private readonly envelopes: Envelopes;
  private readonly mailboxes: Mailboxes | undefined;
  private readonly questions = new Questions();
  private readonly watch: Watch;
  private readonly fingerprint = new Fingerprint();
  private readonly seat: SharedSeat;

  private readonly deliverKind: number;
  private readonly wakeKind: number;
  private readonly answerKind: number;
  private readonly roundKind: number;
  private readonly turnKind: number;
  private readonly startKind: number;
  private readonly resumeKind: number;

  // Per agent.
  private readonly sent: Int32Array;
  private readonly asked: Int32Array;
  private readonly decisions: Float64Array;
  private readonly decidedAt: Float64Array;
  private readonly correct: Uint8Array;
  private undecided = 0;
  /** What waits for agents that are paused. */
  private readonly putOffs = new PutOff();
  /** Of agents that come back after a crash: the timeouts they have set, and when they come back for the last time. */
  private readonly returning = new Map<number, { timeouts: number[]; last: Time }>();
  /** Agents that were down when the others started. */
  private readonly unstarted = new Set<number>();

  // Protocols in rounds: the round under way, and how many questions and envelopes it still waits for.
  private round = -1;
  private outstanding = 0;
  private roundDue = false;
  private sentInRound: Int32Array = new Int32Array(0);

  private ended: Ended | undefined;
  private result: RunResult | undefined;
  private messages = 0;
  private delivered = 0;
  private dropped = 0;
  private late = 0;
  private timeouts = 0;
  private calls = 0;
  private unread = 0;
  private lateAnswers = 0;
  private promptTokens = 0;
  private outputTokens = 0;
  private money = 0;

  constructor(options: WorldOptions) {
    const { setting, seed, protocol } = options;
    const { agents } = setting;
    const faults = options.faults ?? [];
    this.setting = setting;
    this.protocol = protocol;
    this.events = protocol.form === 'events' ? protocol : undefined;
    this.turns = protocol.form === 'rounds' ? protocol : undefined;
    this.behaviour = options.behaviour;
    this.downs = faults.filter((fault) => fault.down !== undefined);
    this.pauses = faults.filter((fault) => fault.pausedUntil !== undefined);
    this.slows = faults.filter((fault) => fault.slowness !== undefined);
    this.limits = { ...defaultLimits, ...definedOnly(options.limits ?? {}) };
    this.deadline = options.rounds?.kind === 'deadline' ? options.rounds.period : undefined;
    this.stopsWhenDecided = (options.stopWhen ?? 'decided') === 'decided';
    this.numeric = protocol.content === 'number';
    this.prompt = protocol.prompt === true && takesNoTime(options.serving);

    this.carrier = new Carrier(options.network, faults, seed);
    this.provider = provider(options.serving, setting.chains);
    this.thinkDraw = new Keyed(seed, 'think');

    this.sent = new Int32Array(agents);
    this.asked = new Int32Array(agents);
    this.decisions = new Float64Array(agents).fill(Number.NaN);
    this.decidedAt = new Float64Array(agents).fill(Number.NaN);
    this.correct = new Uint8Array(agents);
    for (let agent = 0; agent < agents; agent++) {
      const isFaulty =
        setting.adversaries.has(agent) || faults.some((fault) => fault.faulty?.(agent) ?? false);
      this.correct[agent] = isFaulty ? 0 : 1;
      if (!isFaulty) this.undecided++;
    }
    this.watch = new Watch(protocol, this.correct, this.decisions, options.watching ?? {});

    this.kernel = new Kernel({
      ...(options.tieShuffle ? { tieShuffle: `${seed}/ties` } : {}),
      ...this.wholeRounds(options.network, faults),
    });
    this.envelopes = new Envelopes(this.numeric, (records) => this.kernel.touch(records, envelopeBytes));
    this.mailboxes = this.turns && new Mailboxes(agents, this.envelopes);
    this.deliverKind = this.kernel.on((slot) => this.deliver(slot));
    this.wakeKind = this.kernel.on((subject) => this.timeout(subject));
    this.answerKind = this.kernel.on((slot) => this.answer(slot));
    this.roundKind = this.kernel.on(() => this.beginRound());
    this.turnKind = this.kernel.on((agent) => this.takeTurn(agent));
    this.startKind = this.kernel.on((agent) => this.start(agent));
    this.resumeKind = this.kernel.on((agent) => this.resume(agent));
    const recoverKind = this.kernel.on((agent) => this.recover(agent));
    this.seat = new SharedSeat(this, setting);

    this.observers = hooks(options.observers ?? []);
    const view = viewOf(this.kernel, setting, () => this.round);
    for (const observer of options.observers ?? []) observer.start?.(view);
    for (const fault of faults) {
      for (const { agent, at } of fault.recoveries ?? []) {
        const known = this.returning.get(agent) ?? { timeouts: [], last: 0 };
        this.returning.set(agent, { ...known, last: Math.max(known.last, at) });
        if (at <= this.limits.horizon) this.kernel.schedule(at, recoverKind, agent);
      }
    }
    this.begin();
  }

  /** Runs until the end, or until it cannot go on without the answers to the questions it then names. */
  advance(): Advance {
    if (this.result) return { status: 'done', result: this.result };
    if (this.questions.isWaiting) {
      const { open } = this.questions;
      if (open.length > 0 && this.ended === undefined) return { status: 'waiting', open };
      if (this.ended === undefined)
        this.questions.collect((slot, answer) => this.scheduleAnswer(slot, answer));
    }
    if (this.ended === undefined) {
      const events = this.limits.events - this.kernel.executed;
      const how = this.kernel.run({ until: this.limits.horizon, events });
      if (this.ended === undefined && this.questions.isWaiting)
        return { status: 'waiting', open: this.questions.open };
      if (this.ended === undefined) this.ended = this.whyOver(how);
    }
    this.result = this.finish(this.ended);
    return { status: 'done', result: this.result };
  }

  /** Where somebody comes back only after the horizon, it is the horizon that ends the run. */
  private whyOver(how: ReturnType<Kernel['run']>): Ended {
    if (how === 'horizon' || how === 'events') return how;
    for (const { last } of this.returning.values()) if (last > this.limits.horizon) return 'horizon';
    return 'quiescent';
  }

  /** Answers an open question. Answers may come in any order; their order changes nothing. */
  provide(id: number, answer: Answer): void {
    this.questions.provide(id, answer);
  }

  /** Ends the run at a limit that is kept outside, open questions and all; `advance` then gives the result. */
  halt(why: LimitName): void {
    this.stop(why);
  }

  // --- commands ---------------------------------------------------------------------------------------------------

  get now(): Time {
    return this.kernel.now;
  }

  send(from: number, to: number, content: unknown): void {
    if (this.downs.length > 0 && this.isDown(from)) return;
    const index = this.sent[from] as number;
    this.sent[from] = index + 1;
    if (++this.messages > this.limits.messages) this.stop('messages');
    for (const observer of this.observers.send) observer.send(from, to, content);
    const { carrier } = this;
    const { now } = this.kernel;
    if (!carrier.judge(from, to, content, now, index)) {
      this.drop(from, to, content, carrier.fate.dropped ?? '');
      return;
    }
    const { copies, content: arriving } = carrier.fate;
    for (let copy = 0; copy < copies; copy++) {
      const slot = this.envelopes.take(from, to, arriving);
      if (this.turns) {
        this.outstanding++;
        if (this.deadline !== undefined) this.markRound(slot);
      }
      this.kernel.schedule(carrier.latencyOf(from, now, index, copy), this.deliverKind, slot);
    }
  }

  wake(agent: number, after: Time, tag: number): number {
    if (!(tag >= 0 && tag < wakeTags)) {
      throw new RangeError(`wake: tag must be 0 to ${wakeTags - 1}, but is ${tag}`);
    }
    const timeout = this.kernel.arm(after, this.wakeKind, agent * wakeTags + tag);
    if (this.returning.size > 0) this.returning.get(agent)?.timeouts.push(timeout);
    return timeout;
  }

  cancel(timeout: number): boolean {
    return this.kernel.cancel(timeout);
  }

  ask(agent: number, question: unknown): void {
    if (this.behaviour === undefined) {
      throw new Error('ask: this protocol asks a question, but the run has no behaviour to answer it.');
    }
    if (this.downs.length > 0 && this.isDown(agent)) return;
    if (++this.calls > this.limits.calls) this.stop('calls');
    const index = this.asked[agent] as number;
    this.asked[agent] = index + 1;
    for (const observer of this.observers.ask) observer.ask(agent, question);
    const answer = this.behaviour.answer(agent, question);
    if (this.prompt && answer !== later) {
      // It takes no time, but has to be looked up in the cache.
      if (answer.chain !== undefined)
        this.provider.call(this.kernel.now, answer.usage, answer.chain, this.thinkDraw);
      this.spend(agent, answer);
      this.hear(agent, question, answer);
      return;
    }
    const slot = this.questions.take(agent, index, this.round, question);
    this.outstanding++;
    if (answer !== later) {
      this.scheduleAnswer(slot, answer);
      return;
    }
    this.questions.leave(slot);
    // Everything else at this instant still happens, so that questions asked together are answered together.
    this.kernel.until = this.kernel.now;
  }

  decide(agent: number, value: number): void {
    const { decisions } = this;
    if (!Number.isNaN(decisions[agent])) {
      throw new Error(
        `decide: agent ${agent} decides ${value}, but has decided ${decisions[agent]} already.`,
      );
    }
    if (Number.isNaN(value)) {
      throw new Error(`decide: agent ${agent} decides NaN, which stands for no decision.`);
    }
    // An agent may go down in the midst of its handler; what the handler still says is not said any more.
    if (this.downs.length > 0 && this.isDown(agent)) return;
    decisions[agent] = value;
    this.watch.touch(agent);
    this.decidedAt[agent] = this.kernel.now;
    this.record(marks.decide, agent, 0);
    this.fingerprint.number(value);
    for (const observer of this.observers.decide) observer.decide(agent, value);
    if (this.correct[agent] === 1 && --this.undecided === 0 && this.stopsWhenDecided) this.stop('decided');
  }

  settle(): void {
    const { agents } = this.setting;
    for (let agent = 0; agent < agents; agent++) {
      if (!Number.isNaN(this.decisions[agent])) continue;
      const held = this.protocol.held?.(agent) ?? Number.NaN;
      if (!Number.isNaN(held)) this.decide(agent, held);
    }
    // Somebody held nothing to decide: the matter is over all the same.
    this.stop('quiescent');
  }

  // --- events -----------------------------------------------------------------------------------------------------

  private begin(): void {
    if (this.turns) {
      this.kernel.schedule(0, this.roundKind, 0);
      this.roundDue = true;
      return;
    }
    const { agents } = this.setting;
    if (!this.events?.start) return;
    for (let agent = 0; agent < agents && this.ended === undefined; agent++) this.start(agent);
  }

  private start(agent: number): void {
    if (this.pauses.length > 0 && this.putOff(agent, this.startKind, agent)) return;
    if (this.isDown(agent)) {
      this.unstarted.add(agent);
      return;
    }
    this.watch.touch(agent);
    this.seat.id = agent;
    this.events?.start?.(this.seat);
  }

  private deliver(slot: number): void {
    const { envelopes, kernel } = this;
    const to = envelopes.receiver(slot);
    if (kernel.now >= this.watch.due) this.watch.catchUp(kernel.now);
    if (this.pauses.length > 0 && this.putOff(to, this.deliverKind, slot)) return;
    const from = envelopes.sender(slot);
    const lost = this.whyLost(slot, to);
    if (this.turns) this.outstanding--;
    if (lost !== undefined) {
      this.drop(from, to, envelopes.content(slot), lost);
      envelopes.release(slot);
      this.endRoundIfOver();
      return;
    }
    this.delivered++;
    this.record(marks.deliver, from, to);
    for (const observer of this.observers.deliver) observer.deliver(from, to, envelopes.content(slot));
    // Read before the slot is released: the handler may send, and take it.
    if (this.numeric) {
      const content = envelopes.floats[2 * slot] as number;
      this.fingerprint.number(content);
      if (this.mailboxes) this.mailboxes.put(to, slot);
      else {
        envelopes.release(slot);
        this.watch.touch(to);
        this.seat.id = to;
        this.events?.message(this.seat, content, from);
      }
    } else {
      const content = envelopes.objects[slot];
      if (this.protocol.digest) this.fingerprint.int(this.protocol.digest(content));
      if (this.mailboxes) this.mailboxes.put(to, slot);
      else {
        envelopes.release(slot);
        this.watch.touch(to);
        this.seat.id = to;
        this.events?.message(this.seat, content, from);
      }
    }
    this.endRoundIfOver();
  }

  private timeout(subject: number): void {
    const agent = Math.floor(subject / wakeTags);
    const tag = subject % wakeTags;
    if (this.kernel.now >= this.watch.due) this.watch.catchUp(this.kernel.now);
    if (this.pauses.length > 0 && this.putOff(agent, this.wakeKind, subject)) return;
    if (this.isDown(agent)) return;
    this.timeouts++;
    this.record(marks.timeout, agent, tag);
    for (const observer of this.observers.timeout) observer.timeout(agent, tag);
    this.watch.touch(agent);
    this.seat.id = agent;
    this.events?.timeout?.(this.seat, tag);
  }

  private answer(slot: number): void {
    const { agent, question, answer, round } = this.questions.at(slot);
    if (this.kernel.now >= this.watch.due) this.watch.catchUp(this.kernel.now);
    if (this.pauses.length > 0 && this.putOff(agent, this.answerKind, slot)) return;
    this.questions.release(slot);
    if (answer === undefined) throw new Error(`answer: question ${slot} of agent ${agent} has no answer.`);
    if (this.turns && round !== this.round) {
      // Its round is over: the agent was silent in it, and the answer comes too late to be of use.
      this.lateAnswers++;
      return;
    }
    this.hear(agent, question, answer);
    this.outstanding--;
    this.endRoundIfOver();
  }

  private hear(agent: number, question: unknown, answer: Answer): void {
    const isRead = answer.unread === undefined;
    if (!isRead) this.unread++;
    if (this.isDown(agent)) return;
    this.record(marks.answer, agent, isRead ? 0 : 1);
    if (this.correct[agent] === 1) this.watch.answered(isRead);
    for (const observer of this.observers.answer) observer.answer(agent, question, answer);
    this.watch.touch(agent);
    this.seat.id = agent;
    this.protocol.answer?.(this.seat, answer.value, question);
  }

  private recover(agent: number): void {
    if (this.kernel.now >= this.watch.due) this.watch.catchUp(this.kernel.now);
    const before = this.kernel.now - 1;
    const wasDown = this.downs.some((fault) => fault.down?.(agent, before));
    if (!wasDown || this.isDown(agent)) return;
    const { timeouts } = this.returning.get(agent) ?? { timeouts: [] };
    for (const timeout of timeouts) this.kernel.cancel(timeout);
    timeouts.length = 0;
    this.record(marks.recover, agent, 0);
    for (const observer of this.observers.recover) observer.recover(agent);
    this.watch.touch(agent);
    this.seat.id = agent;
    if (this.unstarted.delete(agent)) this.events?.start?.(this.seat);
    else this.protocol.recover?.(this.seat);
  }

  private beginRound(): void {
    const { turns, mailboxes } = this;
    if (!turns || !mailboxes) return;
    this.roundDue = false;
    if (this.round >= 0) this.watch.sample();
    if (this.round + 1 >= this.limits.rounds) {
      this.stop('horizon');
      return;
    }
    this.round++;
    if (this.deadline !== undefined) {
      this.outstanding = 0;
      this.kernel.schedule(this.deadline, this.roundKind, 0);
    }
    this.record(marks.round, this.round, 0);
    for (const observer of this.observers.round) observer.round(this.round);
    const { agents } = this.setting;
    for (let agent = 0; agent < agents && this.ended === undefined; agent++) {
      this.outstanding++;
      this.takeTurn(agent);
    }
    this.endRoundIfOver();
  }

  /** An agent's turn in the round under way; that of a paused agent comes when it goes on, if the round still lasts. */
  private takeTurn(agent: number): void {
    const { turns, mailboxes } = this;
    if (!turns || !mailboxes) return;
    if (this.pauses.length > 0 && this.putOff(agent, this.turnKind, agent)) return;
    mailboxes.open(agent);
    if (!this.isDown(agent)) {
      this.seat.id = agent;
      turns.round(this.seat, this.round, mailboxes);
    }
    mailboxes.close();
    this.outstanding--;
  }

  /** At a barrier the next round begins when no question is open and no message is under way. */
  private endRoundIfOver(): void {
    if (this.turns === undefined || this.deadline !== undefined) return;
    if (this.outstanding > 0 || this.roundDue || this.ended !== undefined) return;
    this.roundDue = true;
    this.kernel.schedule(0, this.roundKind, 0);
  }

  /** Why an envelope that has arrived is lost all the same. */
  private whyLost(slot: number, to: number): string | undefined {
    if (this.deadline !== undefined && this.sentInRound[slot] !== this.round) {
      this.late++;
      return 'late';
    }
    return this.isDown(to) ? 'receiver down' : undefined;
  }

  private markRound(slot: number): void {
    if (slot >= this.sentInRound.length) {
      const grown = new Int32Array(Math.max(64, 2 * slot));
      grown.set(this.sentInRound);
      this.sentInRound = grown;
    }
    this.sentInRound[slot] = this.round;
  }

  private drop(from: number, to: number, content: unknown, why: string): void {
    this.dropped++;
    this.record(marks.drop, from, to);
    for (const observer of this.observers.drop) observer.drop(from, to, content, why);
  }

  private scheduleAnswer(slot: number, answer: Answer): void {
    const asked = this.questions.at(slot);
    this.thinkDraw.at(asked.agent, asked.index);
    asked.answer = answer;
    const { now } = this.kernel;
    let wait = 0;
    let think = answer.think;
    if (think === undefined) {
      const served = this.provider.call(now, answer.usage, answer.chain, this.thinkDraw);
      wait = served.startsAt - now;
      think = served.endsAt - served.startsAt;
    }
    this.spend(asked.agent, answer);
    for (const fault of this.slows) think *= fault.slowness?.(asked.agent, now) ?? 1;
    this.kernel.schedule(Math.round(wait + think), this.answerKind, slot);
  }

  private spend(agent: number, { usage }: Answer): void {
    if (usage === undefined) return;
    this.promptTokens += usage.prompt;
    this.outputTokens += usage.output;
    for (const observer of this.observers.spend) observer.spend(agent, usage, this.round);
    const { tokens, money } = this.limits;
    if (this.promptTokens + this.outputTokens > tokens) this.stop('tokens');
    if (money === Number.POSITIVE_INFINITY) return;
    this.money += this.setting.charge?.(usage) ?? Number.NaN;
    if (Number.isNaN(this.money)) {
      throw new Error(
        `limits.money: what a call of agent ${agent} costs is not known, so that the limit cannot be kept; complete \`prices\`, or leave the limit out.`,
      );
    }
    if (this.money > money) this.stop('money');
  }

  private isDown(agent: number): boolean {
    for (const fault of this.downs) if (fault.down?.(agent, this.kernel.now)) return true;
    return false;
  }

  private pausedUntil(agent: number): Time {
    const { now } = this.kernel;
    let until = now;
    for (const fault of this.pauses) until = Math.max(until, fault.pausedUntil?.(agent, now) ?? now);
    return until;
  }

  /** What reaches a paused agent happens when it goes on, in the order in which it came. */
  private putOff(agent: number, kind: number, subject: number): boolean {
    if (this.putOffs.isResuming(agent)) return false;
    if (!this.putOffs.isQueueing(agent)) {
      const until = this.pausedUntil(agent);
      if (until <= this.kernel.now) return false;
      if (until < Number.POSITIVE_INFINITY)
        this.kernel.schedule(until - this.kernel.now, this.resumeKind, agent);
    }
    this.putOffs.add(agent, kind, subject);
    return true;
  }

  private resume(agent: number): void {
    const until = this.pausedUntil(agent);
    if (until > this.kernel.now) {
      if (until < Number.POSITIVE_INFINITY)
        this.kernel.schedule(until - this.kernel.now, this.resumeKind, agent);
      return;
    }
    const goOn = (): boolean => this.ended === undefined;
    this.putOffs.resume(agent, this.turnKind, ({ kind, subject }) => this.happen(kind, subject), goOn);
    this.endRoundIfOver();
  }

  private happen(kind: number, subject: number): void {
    if (kind === this.deliverKind) this.deliver(subject);
    else if (kind === this.wakeKind) this.timeout(subject);
    else if (kind === this.answerKind) this.answer(subject);
    else if (kind === this.turnKind) this.takeTurn(subject);
    else this.start(subject);
  }

  /** One event in the fingerprint: when, what, and to whom. */
  private record(mark: number, a: number, b: number): void {
    const { fingerprint } = this;
    fingerprint.number(this.kernel.now);
    fingerprint.int((mark << 28) ^ a);
    fingerprint.int(b);
  }

  private stop(why: Ended): void {
    if (this.ended !== undefined) return;
    this.ended = why;
    this.kernel.stop();
  }

  private finish(ended: Ended): RunResult {
    const { setting, decisions, decidedAt, correct, protocol, kernel } = this;
    if (ended === 'horizon' && this.turns === undefined) this.watch.catchUp(this.limits.horizon);
    const held = Float64Array.from(decisions, (decided, agent) =>
      Number.isNaN(decided) ? (protocol.held?.(agent) ?? Number.NaN) : decided,
    );
    const counts: Counts = {
      events: kernel.executed,
      messages: this.messages,
      delivered: this.delivered,
      dropped: this.dropped,
      late: this.late,
      timeouts: this.timeouts,
      calls: this.calls,
      unread: this.unread,
      lateAnswers: this.lateAnswers,
      promptTokens: this.promptTokens,
      outputTokens: this.outputTokens,
    };
    this.fingerprint.number(this.promptTokens);
    this.fingerprint.number(this.outputTokens);
    let arcs: Set<number> | undefined;
    const underWay = (): Set<number> => (arcs ??= this.underWay());
    const ending: Ending = {
      setting,
      decisions,
      decidedAt,
      correct,
      ended,
      now: kernel.now,
      rounds: this.round + 1,
      counts,
      held,
      history: this.watch.history,
      waitsFor: (agent) => protocol.waitsFor?.(agent) ?? [],
      ...(protocol.needs ? { needs: protocol.needs } : {}),
      ...(protocol.hasTimeout ? { hasTimeout: protocol.hasTimeout } : {}),
      ...(protocol.measures ? { measures: protocol.measures() } : {}),
      down: (agent) => this.isDown(agent) && !((this.returning.get(agent)?.last ?? 0) > kernel.now),
      // At the end of a round what was sent lies unread in a mailbox.
      underWay: (from, to) => this.mailboxes?.holds(to, from) ?? underWay().has(from * setting.agents + to),
      quorum: protocol.quorum ?? 0,
    };
    return { ending, fingerprint: this.fingerprint.hex };
  }

  /** Who has a message on its way to whom, or delivered but not yet read: from * agents + to. */
  private underWay(): Set<number> {
    const { agents } = this.setting;
    const arcs = new Set<number>();
    const delivered = new Set<number>();
    this.mailboxes?.forEach((slot, to) => {
      delivered.add(slot);
      arcs.add(this.envelopes.sender(slot) * agents + to);
    });
    this.envelopes.forEach(delivered, (from, to) => void arcs.add(from * agents + to));
    return arcs;
  }

  /** Where every delay is a whole number of latencies, a ring of buckets serves as calendar, which is faster. */
  private wholeRounds({ latency, delta }: Network, faults: readonly Fault[]): { quantum?: Time } {
    if (
      !this.turns ||
      this.behaviour ||
      this.deadline !== undefined ||
      faults.length > 0 ||
      delta !== undefined
    )
      return {};
    return latency.kind === 'constant' ? { quantum: Math.max(1, Math.round(latency.value)) } : {};
  }
}

const viewOf = (kernel: Kernel, setting: Setting, round: () => number) => ({
  setting,
  get now() {
    return kernel.now;
  },
  get round() {
    return round();
  },
  get event() {
    return kernel.executed;
  },
});

/** Leaves out what is undefined, so that it does not hide a default. */
function definedOnly<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
