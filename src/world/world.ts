import { type Serving, takesNoTime } from '../economy/serving.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import { Kernel, type Time } from '../kernel/kernel.ts';
import type { Seed } from '../kernel/stream.ts';
import { allWaitForCrashed } from './blocked.ts';
import { answerOf, Calls } from './calls.ts';
import type {
  Answer,
  Behaviour,
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
import { type AllLimits, allLimits, Ledger, type Limits } from './limits.ts';
import { arcsUnderWay, Mailboxes } from './mailboxes.ts';
import { Carrier, type Network } from './network.ts';
import { Presence } from './presence.ts';
import { PutOff } from './put-off.ts';
import { type OpenQuestion, Questions } from './questions.ts';
import { Rounds, type RoundTiming } from './rounds.ts';
import { type Commands, SharedSeat } from './seat.ts';
import { Tellings } from './tellings.ts';
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

/** What a world comes to that is given as many events as it needs. */
export type Settled =
  | { readonly status: 'done'; readonly result: RunResult }
  | { readonly status: 'waiting'; readonly open: readonly OpenQuestion[] };

/** The same of one that is given so many: they may be used up before. */
export type Advance = Settled | { readonly status: 'under-way' };

/** How a run ended, and the fingerprint of everything that happened in it. */
export interface RunResult {
  readonly ending: Ending;
  readonly fingerprint: string;
}

// What the fingerprint records of each event, before its details.
const marks = { deliver: 1, timeout: 2, answer: 3, decide: 4, round: 5, drop: 6, recover: 7 } as const;

const wakeTags = 8;

/** After so long a run without a horizon is looked at for the first time: can it still end? Then after twice as long, and so on. */
const firstLook: Time = 3600e6;

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
  private readonly presence: Presence;
  private readonly observers: Hooks;
  private readonly limits: AllLimits;
  private readonly ledger: Ledger;
  private readonly stopsWhenDecided: boolean;
  private readonly numeric: boolean;
  /** Answers are handled within the event that asked. */
  private readonly prompt: boolean;

  private readonly carrier: Carrier;
  /** Where the protocol says what messages are, and anything is drawn for them. */
  private readonly tellings: Tellings | undefined;
  private readonly calls: Calls;
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

  // Per agent.
  private readonly sent: Int32Array;
  private readonly asked: Int32Array;
  private readonly decisions: Float64Array;
  private readonly decidedAt: Float64Array;
  private readonly correct: Uint8Array;
  private undecided = 0;
  /** When a run without a horizon is looked at next, and how many were undecided when it was last. */
  private nextLook: Time;
  private undecidedThen = -1;
  /** What waits for agents that are paused. */
  private readonly putOffs: PutOff;
  /** Agents that were down when the others started. */
  private readonly unstarted = new Set<number>();

  /** Of protocols in rounds. */
  private readonly rounds: Rounds;

  private ended: Ended | undefined;
  /** The last stretch was cut off by the number of its events. */
  private isUnderWay = false;
  private result: RunResult | undefined;

  constructor(options: WorldOptions) {
    const { setting, seed, protocol } = options;
    const { agents } = setting;
    const faults = options.faults ?? [];
    this.setting = setting;
    this.protocol = protocol;
    this.events = protocol.form === 'events' ? protocol : undefined;
    this.turns = protocol.form === 'rounds' ? protocol : undefined;
    this.behaviour = options.behaviour;
    this.presence = new Presence(faults);
    this.limits = allLimits(options.limits ?? {});
    this.ledger = new Ledger(this.limits, setting.charge);
    this.rounds = new Rounds(options.rounds);
    this.nextLook = options.limits?.horizon === undefined ? firstLook : Number.POSITIVE_INFINITY;
    this.stopsWhenDecided = (options.stopWhen ?? 'decided') === 'decided';
    this.numeric = protocol.content === 'number';
    this.prompt = protocol.prompt === true && takesNoTime(options.serving);

    this.carrier = new Carrier(options.network, faults, seed);
    const { topic } = protocol;
    const isDrawn = this.carrier.isJudged || options.network.latency.kind !== 'constant';
    this.tellings = topic && isDrawn ? new Tellings(agents, topic) : undefined;

    this.sent = new Int32Array(agents);
    this.asked = new Int32Array(agents);
    this.decisions = new Float64Array(agents).fill(Number.NaN);
    this.decidedAt = new Float64Array(agents).fill(Number.NaN);
    this.correct = whoIsCorrect(setting, faults);
    this.undecided = this.correct.reduce((sum, one) => sum + one, 0);
    const undecided = (): number => this.undecided;
    this.watch = new Watch(protocol, this.correct, this.decisions, undecided, options.watching ?? {});

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
    const recoverKind = this.kernel.on((agent) => this.recover(agent));
    this.putOffs = new PutOff(this.kernel, this.presence, {
      happen: (kind, subject) => this.happen(kind, subject),
      once: this.turnKind,
      isOver: () => this.ended !== undefined,
      done: () => this.endRoundIfOver(),
    });
    this.observers = hooks(options.observers ?? []);
    this.calls = new Calls({
      kernel: this.kernel,
      answerKind: this.answerKind,
      questions: this.questions,
      serving: paced(options.serving, protocol, faults.length > 0),
      setting,
      seed,
      presence: this.presence,
      ledger: this.ledger,
      spend: this.observers.spend,
      stop: (limit) => this.stop(limit),
    });
    this.seat = new SharedSeat(this, setting);

    const view = viewOf(this.kernel, setting, () => this.rounds.current);
    for (const observer of options.observers ?? []) observer.start?.(view);
    for (const fault of faults) {
      for (const { agent, at } of fault.recoveries ?? []) {
        if (at <= this.limits.horizon) this.kernel.schedule(at, recoverKind, agent);
      }
    }
    this.begin();
  }

  /**
   * Runs until the end, or until it cannot go on without the answers to the questions it then names; or for so many events,
   * after which it is to be called again. Where it is halted changes nothing in the run.
   */
  advance(): Settled;
  advance(most: number): Advance;
  advance(most = Number.POSITIVE_INFINITY): Advance {
    if (this.result) return { status: 'done', result: this.result };
    const isWithin = this.isUnderWay;
    this.isUnderWay = false;
    if (this.questions.isWaiting && !isWithin) {
      const { open } = this.questions;
      if (open.length > 0 && this.ended === undefined) return { status: 'waiting', open };
      if (this.ended === undefined) this.questions.collect((slot, answer) => this.calls.begin(slot, answer));
    }
    if (this.ended === undefined) {
      const left = this.limits.events - this.kernel.executed;
      // Where a question was left for later, the instant at hand is still to be finished, and nothing after it.
      const until = isWithin ? this.kernel.until : this.limits.horizon;
      const how = this.kernel.run({ until, events: Math.min(left, most) });
      if (this.ended === undefined && how === 'events' && most < left) {
        this.isUnderWay = true;
        return { status: 'under-way' };
      }
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
    return this.presence.returnsAfter(this.limits.horizon) ? 'horizon' : 'quiescent';
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
    if (this.isDown(from)) return;
    const count = this.sent[from] as number;
    this.sent[from] = count + 1;
    const index = this.tellings === undefined ? count : this.tellings.next(from, to, content);
    if (++this.ledger.messages > this.limits.messages) this.stop('messages');
    for (const observer of this.observers.send) observer.send(from, to, content);
    const { carrier } = this;
    const { now } = this.kernel;
    if (!carrier.isJudged) {
      this.post(from, to, content, carrier.latencyOf(from, now, index));
      return;
    }
    if (!carrier.judge(from, to, content, now, index)) {
      this.drop(from, to, content, carrier.fate.dropped ?? '');
      return;
    }
    const { copies, delay, content: arriving } = carrier.fate;
    for (let copy = 0; copy < copies; copy++) {
      this.post(from, to, arriving, carrier.latencyOf(from, now, index, delay, copy));
    }
  }

  sendAll(from: number, receivers: Int32Array, begin: number, end: number, content: unknown): void {
    const { carrier, ledger } = this;
    const mayDiffer =
      carrier.isJudged ||
      this.tellings !== undefined ||
      this.presence.canBeDown ||
      this.observers.send.length > 0;
    if (mayDiffer || ledger.messages + (end - begin) > this.limits.messages) {
      for (let i = begin; i < end; i++) this.send(from, receivers[i] as number, content);
      return;
    }
    const { now } = this.kernel;
    const first = (this.sent[from] as number) - begin;
    this.sent[from] = first + end;
    ledger.messages += end - begin;
    for (let i = begin; i < end; i++) {
      this.post(from, receivers[i] as number, content, carrier.latencyOf(from, now, first + i));
    }
  }

  private post(from: number, to: number, content: unknown, latency: Time): void {
    const slot = this.envelopes.take(from, to, content);
    if (this.turns) this.rounds.send(slot);
    this.kernel.schedule(latency, this.deliverKind, slot);
  }

  wake(agent: number, after: Time, tag: number): number {
    if (!(tag >= 0 && tag < wakeTags)) {
      throw new RangeError(`wake: tag must be 0 to ${wakeTags - 1}, but is ${tag}`);
    }
    const subject = agent * wakeTags + tag;
    const timeout = this.kernel.arm(after, this.wakeKind, subject);
    this.presence.remember(agent, timeout);
    if (this.presence.hasPauses) this.putOffs.arm(subject, timeout, this.kernel.now + after);
    return timeout;
  }

  cancel(timeout: number): boolean {
    const waits = this.presence.hasPauses && this.putOffs.cancel(timeout);
    return this.kernel.cancel(timeout) || waits;
  }

  ask(agent: number, question: unknown): void {
    if (this.behaviour === undefined) {
      throw new Error('ask: this protocol asks a question, but the run has no behaviour to answer it.');
    }
    if (this.isDown(agent)) return;
    this.calls.count();
    const index = this.asked[agent] as number;
    this.asked[agent] = index + 1;
    for (const observer of this.observers.ask) observer.ask(agent, question);
    const answer = this.behaviour.answer(agent, question);
    if (this.prompt && answer !== later) {
      this.calls.makePrompt(agent, answer, this.roundOf(agent));
      this.hear(agent, question, answer);
      return;
    }
    const kept = answer === later ? (this.behaviour.keep?.(question) ?? question) : question;
    const slot = this.questions.take(agent, index, this.roundOf(agent), kept);
    this.rounds.outstanding++;
    if (answer !== later) {
      this.calls.begin(slot, answer);
      return;
    }
    this.questions.leave(slot);
    // Everything else at this instant still happens, so that questions asked together are answered together.
    this.kernel.until = this.kernel.now;
  }

  private roundOf(agent: number): number {
    const { protocol } = this;
    return protocol.form === 'rounds' ? this.rounds.current : (protocol.roundOf?.(agent) ?? -1);
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
    if (this.isDown(agent)) return;
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
      this.rounds.isDue = true;
      return;
    }
    const { agents } = this.setting;
    if (!this.events?.start) return;
    for (let agent = 0; agent < agents && this.ended === undefined; agent++) this.start(agent);
  }

  private start(agent: number): void {
    if (this.presence.hasPauses && this.putOffs.catches(agent, this.startKind, agent)) return;
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
    if (this.presence.hasPauses && this.putOffs.catches(to, this.deliverKind, slot)) return;
    const from = envelopes.sender(slot);
    const lost = this.whyLost(slot, to);
    if (this.turns) this.rounds.outstanding--;
    if (lost !== undefined) {
      this.drop(from, to, envelopes.content(slot), lost);
      envelopes.release(slot);
      this.endRoundIfOver();
      return;
    }
    this.ledger.delivered++;
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
    if (this.kernel.now >= this.nextLook) this.lookAhead();
    if (this.presence.hasPauses && this.putOffs.catchesTimeout(agent, this.wakeKind, subject)) return;
    if (this.isDown(agent)) return;
    this.ledger.timeouts++;
    this.record(marks.timeout, agent, tag);
    for (const observer of this.observers.timeout) observer.timeout(agent, tag);
    this.watch.touch(agent);
    this.seat.id = agent;
    this.events?.timeout?.(this.seat, tag);
  }

  private answer(slot: number): void {
    const asked = this.questions.at(slot);
    const { agent, question, round } = asked;
    if (this.kernel.now >= this.watch.due) this.watch.catchUp(this.kernel.now);
    if (this.presence.hasPauses && this.putOffs.catches(agent, this.answerKind, slot)) return;
    const answer = answerOf(asked);
    this.questions.release(slot);
    if (this.turns && round !== this.rounds.current) {
      // Its round is over: the agent was silent in it, and the answer comes too late to be of use.
      this.ledger.lateAnswers++;
      return;
    }
    this.hear(agent, question, answer);
    this.rounds.outstanding--;
    this.endRoundIfOver();
  }

  private hear(agent: number, question: unknown, given: Answer): void {
    const isRead = given.unread === undefined;
    if (!isRead) this.ledger.unread++;
    if (this.isDown(agent)) return;
    const answer = given.land === undefined ? given : { ...given, value: given.land() };
    this.record(marks.answer, agent, isRead ? 0 : 1);
    if (this.correct[agent] === 1) this.watch.hear(isRead);
    for (const observer of this.observers.answer) observer.answer(agent, question, answer);
    this.watch.touch(agent);
    this.seat.id = agent;
    this.protocol.answer?.(this.seat, answer.value, question);
  }

  private recover(agent: number): void {
    if (this.kernel.now >= this.watch.due) this.watch.catchUp(this.kernel.now);
    const before = this.kernel.now - 1;
    if (!this.presence.isDown(agent, before) || this.isDown(agent)) return;
    for (const timeout of this.presence.forgotten(agent)) this.cancel(timeout);
    this.record(marks.recover, agent, 0);
    for (const observer of this.observers.recover) observer.recover(agent);
    this.watch.touch(agent);
    this.seat.id = agent;
    if (this.unstarted.delete(agent)) this.events?.start?.(this.seat);
    else this.protocol.recover?.(this.seat);
  }

  private beginRound(): void {
    const { rounds } = this;
    if (rounds.current >= 0) this.watch.sample();
    if (rounds.current + 1 >= this.limits.rounds) {
      this.stop('horizon');
      return;
    }
    rounds.begin(this.kernel.now);
    if (rounds.period !== undefined) this.kernel.schedule(rounds.period, this.roundKind, 0);
    this.record(marks.round, rounds.current, 0);
    for (const observer of this.observers.round) observer.round(rounds.current);
    const { agents } = this.setting;
    for (let agent = 0; agent < agents && this.ended === undefined; agent++) {
      rounds.outstanding++;
      this.takeTurn(agent);
    }
    this.endRoundIfOver();
  }

  /** An agent's turn in the round under way; that of a paused agent comes when it goes on, if the round still lasts. */
  private takeTurn(agent: number): void {
    const { turns, mailboxes } = this;
    if (!turns || !mailboxes) return;
    if (this.presence.hasPauses && this.putOffs.catches(agent, this.turnKind, agent)) return;
    mailboxes.open(agent);
    if (!this.isDown(agent)) {
      this.seat.id = agent;
      turns.round(this.seat, this.rounds.current, mailboxes);
    }
    mailboxes.close();
    this.rounds.outstanding--;
  }

  /** At a barrier the next round begins when no question is open and no message is under way. */
  private endRoundIfOver(): void {
    if (this.turns === undefined || this.ended !== undefined || !this.rounds.isOver) return;
    this.rounds.isDue = true;
    const { now } = this.kernel;
    // Rounds in which nothing is said take no time: whoever is to come back after some would wait for ever.
    const next =
      this.presence.canBeDown && this.rounds.since === now ? this.presence.nextReturn(now) : undefined;
    this.kernel.schedule(next === undefined ? 0 : next - now, this.roundKind, 0);
  }

  /** Why an envelope that has arrived is lost all the same. */
  private whyLost(slot: number, to: number): string | undefined {
    if (this.turns && this.rounds.isLate(slot)) {
      this.ledger.late++;
      return 'late';
    }
    return this.isDown(to) ? 'receiver down' : undefined;
  }

  private drop(from: number, to: number, content: unknown, why: string): void {
    this.ledger.dropped++;
    this.record(marks.drop, from, to);
    for (const observer of this.observers.drop) observer.drop(from, to, content, why);
  }

  private isDown(agent: number): boolean {
    // Asked several times an event, and mostly of a run in which nobody ever is.
    return this.presence.canBeDown && this.presence.isDown(agent, this.kernel.now);
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

  /**
   * Ends a run without a horizon in which everybody still undecided waits for agents that are down for good, and nobody
   * decided since it was last looked at: its timeouts would go on for a year.
   */
  private lookAhead(): void {
    this.nextLook = 2 * this.kernel.now;
    const isSame = this.undecided === this.undecidedThen;
    this.undecidedThen = this.undecided;
    if (!isSame || !this.presence.canBeDown) return;
    const { correct, decisions, presence, kernel } = this;
    const undecided = [...correct.keys()].filter(
      (agent) => correct[agent] === 1 && Number.isNaN(decisions[agent]),
    );
    if (undecided.length === 0) return;
    const { agents } = this.setting;
    const arcs = arcsUnderWay(agents, this.envelopes, this.mailboxes);
    const isGone = (other: number, agent: number): boolean =>
      presence.isGone(other, kernel.now) && !arcs.has(other * agents + agent);
    if (allWaitForCrashed(undecided, this.protocol, isGone)) this.stop('horizon');
  }

  private stop(why: Ended): void {
    if (this.ended !== undefined) return;
    this.ended = why;
    this.kernel.stop();
  }

  private finish(ended: Ended): RunResult {
    const { setting, decisions, decidedAt, correct, protocol, kernel } = this;
    if (ended === 'horizon' && this.turns === undefined) this.watch.catchUp(this.limits.horizon);
    const held = decisions.slice();
    for (let agent = 0; protocol.held !== undefined && agent < held.length; agent++) {
      if (Number.isNaN(held[agent])) held[agent] = protocol.held(agent);
    }
    const counts = this.ledger.counts(kernel.executed);
    this.fingerprint.number(counts.promptTokens);
    this.fingerprint.number(counts.outputTokens);
    let arcs: Set<number> | undefined;
    const underWay = (): Set<number> =>
      (arcs ??= arcsUnderWay(setting.agents, this.envelopes, this.mailboxes));
    const ending: Ending = {
      setting,
      decisions,
      decidedAt,
      correct,
      ended,
      now: kernel.now,
      rounds: this.rounds.current + 1,
      counts,
      held,
      history: this.watch.history,
      waitsFor: (agent) => protocol.waitsFor?.(agent) ?? [],
      ...(protocol.needs ? { needs: protocol.needs } : {}),
      ...(protocol.hasTimeout ? { hasTimeout: protocol.hasTimeout } : {}),
      ...(protocol.measures ? { measures: protocol.measures() } : {}),
      down: (agent) => this.presence.isGone(agent, kernel.now),
      backAt: (agent) => this.presence.backAt(agent, kernel.now),
      pausedUntil: (agent) => {
        const until = this.presence.pausedUntil(agent, kernel.now);
        return until > kernel.now ? until : undefined;
      },
      cuts: (from, to) => this.presence.cuts(from, to, kernel.now),
      // At the end of a round what was sent lies unread in a mailbox.
      underWay: (from, to) => this.mailboxes?.holds(to, from) ?? underWay().has(from * setting.agents + to),
      quorum: protocol.quorum ?? 0,
    };
    return { ending, fingerprint: this.fingerprint.hex };
  }

  /** Where every delay is a whole number of latencies, a ring of buckets serves as calendar, which is faster. */
  private wholeRounds({ latency, delta }: Network, faults: readonly Fault[]): { quantum?: Time } {
    if (
      !this.turns ||
      this.behaviour ||
      this.rounds.period !== undefined ||
      faults.length > 0 ||
      delta !== undefined
    )
      return {};
    return latency.kind === 'constant' ? { quantum: Math.max(1, Math.round(latency.value)) } : {};
  }
}

/**
 * Where it matters who is quicker, or what is done by the time that something befalls it, a cache saves no time unless
 * that is asked for: it is to change no answer.
 */
function paced(serving: Serving, protocol: Protocol, hasFaults: boolean): Serving {
  const { cache } = serving;
  if (cache === undefined || cache.hastens !== undefined) return serving;
  const hastens = !hasFaults && (protocol.form === 'rounds' || protocol.isOrderFree === true);
  return { ...serving, cache: { ...cache, hastens } };
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

function whoIsCorrect({ agents, adversaries }: Setting, faults: readonly Fault[]): Uint8Array {
  const correct = new Uint8Array(agents).fill(1);
  for (const agent of adversaries.keys()) correct[agent] = 0;
  for (const fault of faults) {
    if (fault.faulty === undefined) continue;
    for (let agent = 0; agent < agents; agent++) if (fault.faulty(agent)) correct[agent] = 0;
  }
  return correct;
}
