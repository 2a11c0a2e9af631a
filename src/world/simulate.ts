import type { Serving } from '../economy/serving.ts';
import { thinkTime } from '../economy/serving.ts';
import { type Distribution, type Sampler, sampler } from '../kernel/distribution.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import { Kernel, type Time } from '../kernel/kernel.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { Seed, Stream } from '../kernel/stream.ts';
import type {
  Answer,
  Behaviour,
  Counts,
  Ended,
  Ending,
  EventProtocol,
  Fate,
  Fault,
  Observer,
  Protocol,
  RoundProtocol,
  Seat,
  Setting,
} from './contracts.ts';
import { later } from './contracts.ts';
import { Envelopes } from './envelopes.ts';
import { Mailboxes } from './mailboxes.ts';

/** Everything one run needs, already chosen: what `compile` makes of a scenario's run. */
export interface WorldOptions {
  readonly setting: Setting;
  readonly seed: Seed;
  // biome-ignore-start lint/suspicious/noExplicitAny: the world carries contents and questions without looking inside.
  readonly protocol: Protocol<any, any, any>;
  readonly behaviour?: Behaviour<any, any> | undefined;
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
  readonly faults?: readonly Fault[];
  readonly latency: Distribution;
  readonly serving: Serving;
  /** How rounds end: when every turn is over, or when the period is. Read by protocols in rounds. */
  readonly rounds?: RoundTiming;
  readonly limits?: Limits;
  /** Ends when every correct agent has decided (the default), or only when nothing is left to happen. */
  readonly stopWhen?: 'decided' | 'quiescent';
  /** Runs events of one instant in a seeded random order instead of the order in which they were scheduled. */
  readonly tieShuffle?: boolean;
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
}

const defaultLimits = {
  horizon: 365 * 24 * 3600e6,
  rounds: 1_000_000,
  events: 1e10,
  messages: 1e10,
  calls: 1e9,
  tokens: 1e12,
};

/** A question that only the driver can answer. The run halts at its instant until every open question is answered. */
export interface OpenQuestion {
  readonly id: number;
  readonly agent: number;
  readonly question: unknown;
}

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
const marks = { deliver: 1, timeout: 2, answer: 3, decide: 4, round: 5, drop: 6 } as const;

const wakeTags = 8;

/**
 * One run: the calendar hands stimuli to the protocol, whose commands come back as events. Synchronous and free of
 * I/O; it stops where an answer is missing and goes on when it is provided.
 */
export class World {
  private readonly kernel: Kernel;
  private readonly setting: Setting;
  private readonly events: EventProtocol | undefined;
  private readonly turns: RoundProtocol | undefined;
  private readonly behaviour: Behaviour | undefined;
  private readonly faults: readonly Fault[];
  private readonly judges: readonly Fault[];
  private readonly haltings: readonly Fault[];
  private readonly observers: Hooks;
  private readonly limits: Required<{ [Name in keyof typeof defaultLimits]: number }>;
  private readonly deadline: Time | undefined;
  private readonly stopsWhenDecided: boolean;

  private readonly latency: Sampler;
  private readonly latencyDraw: Keyed;
  private readonly think: (draw: Keyed, usage: Answer['usage']) => number;
  private readonly thinkDraw: Keyed;
  private readonly envelopes: Envelopes;
  private readonly mailboxes: Mailboxes | undefined;
  private readonly fingerprint = new Fingerprint();
  private readonly fate: Fate = { dropped: undefined, delay: 0, copies: 1 };
  private readonly seat: WorldSeat;
  private readonly numeric: boolean;

  private readonly deliverKind: number;
  private readonly wakeKind: number;
  private readonly answerKind: number;
  private readonly roundKind: number;

  // Per agent.
  private readonly sent: Int32Array;
  private readonly asked: Int32Array;
  private readonly openAsks: Int32Array;
  private readonly decisions: Float64Array;
  private readonly decidedAt: Float64Array;
  private readonly correct: Uint8Array;
  private undecided = 0;

  // Questions by slot, and those that wait for the driver.
  private readonly asks: Ask[] = [];
  private readonly freeAsks: number[] = [];
  private open: OpenQuestion[] = [];
  private readonly provided = new Map<number, Answer>();

  // Protocols in rounds: the round under way, and what it still waits for.
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
  private lateAnswers = 0;
  private promptTokens = 0;
  private outputTokens = 0;

  constructor(options: WorldOptions) {
    const { setting, seed, protocol } = options;
    const { agents } = setting;
    this.setting = setting;
    this.events = protocol.form === 'events' ? protocol : undefined;
    this.turns = protocol.form === 'rounds' ? protocol : undefined;
    this.behaviour = options.behaviour;
    this.faults = options.faults ?? [];
    this.judges = this.faults.filter((fault) => fault.judge !== undefined);
    this.haltings = this.faults.filter((fault) => fault.halts !== undefined);
    this.limits = { ...defaultLimits, ...definedOnly(options.limits ?? {}) };
    this.deadline = options.rounds?.kind === 'deadline' ? options.rounds.period : undefined;
    this.stopsWhenDecided = (options.stopWhen ?? 'decided') === 'decided';
    this.numeric = protocol.content === 'number';

    this.latency = sampler(options.latency);
    this.latencyDraw = new Keyed(seed, 'latency');
    this.think = thinkTime(options.serving);
    this.thinkDraw = new Keyed(seed, 'think');
    this.envelopes = new Envelopes(this.numeric);
    this.mailboxes = this.turns && new Mailboxes(agents, this.envelopes);

    this.sent = new Int32Array(agents);
    this.asked = new Int32Array(agents);
    this.openAsks = new Int32Array(this.turns ? agents : 0);
    this.decisions = new Float64Array(agents).fill(Number.NaN);
    this.decidedAt = new Float64Array(agents).fill(Number.NaN);
    this.correct = new Uint8Array(agents);
    for (let agent = 0; agent < agents; agent++) {
      const faulty = this.faults.some((fault) => fault.faulty?.(agent) ?? false);
      this.correct[agent] = faulty ? 0 : 1;
      if (!faulty) this.undecided++;
    }

    this.kernel = new Kernel({
      ...(options.tieShuffle ? { tieShuffle: `${seed}/ties` } : {}),
      ...this.wholeRounds(options.latency),
    });
    this.deliverKind = this.kernel.on((slot) => this.deliver(slot));
    this.wakeKind = this.kernel.on((subject) => this.timeout(subject));
    this.answerKind = this.kernel.on((slot) => this.answer(slot));
    this.roundKind = this.kernel.on(() => this.beginRound());
    this.seat = new WorldSeat(this, setting);

    this.observers = hooks(options.observers ?? []);
    const view = viewOf(this.kernel, setting, () => this.round);
    for (const observer of options.observers ?? []) observer.start?.(view);
    this.begin();
  }

  /** Runs until the end, or until it cannot go on without the answers to the questions it then names. */
  advance(): Advance {
    if (this.result) return { status: 'done', result: this.result };
    if (this.open.length > 0) {
      if (this.open.some(({ id }) => !this.provided.has(id)))
        return { status: 'waiting', open: this.unanswered() };
      this.acceptProvided();
    }
    const how = this.kernel.run({
      until: this.limits.horizon,
      events: this.limits.events - this.kernel.executed,
    });
    if (this.ended === undefined && this.open.length > 0)
      return { status: 'waiting', open: this.unanswered() };
    if (this.ended === undefined) this.ended = how === 'stopped' ? 'quiescent' : how;
    this.result = this.finish(this.ended);
    return { status: 'done', result: this.result };
  }

  /** Answers an open question. Answers may come in any order; their order changes nothing. */
  provide(id: number, answer: Answer): void {
    if (!this.open.some((question) => question.id === id)) {
      throw new RangeError(
        `provide: question ${id} is not open; open are ${this.open.map((it) => it.id).join(', ') || 'none'}`,
      );
    }
    this.provided.set(id, answer);
  }

  // --- commands of the seat ---------------------------------------------------------------------------------------

  get now(): Time {
    return this.kernel.now;
  }

  send(from: number, to: number, content: unknown): void {
    const index = this.sent[from] as number;
    this.sent[from] = index + 1;
    if (++this.messages > this.limits.messages) this.stop('messages');
    for (const observer of this.observers.send) observer.send(from, to, content);
    this.latencyDraw.at(from, index);
    const latency = this.latency.sample(this.latencyDraw);
    if (this.judges.length === 0) {
      this.dispatch(from, to, content, latency);
      return;
    }
    const { fate, kernel } = this;
    fate.dropped = undefined;
    fate.delay = 0;
    fate.copies = 1;
    for (const fault of this.judges) fault.judge?.(fate, from, to, kernel.now, index);
    if (fate.dropped !== undefined) {
      this.drop(from, to, content, fate.dropped);
      return;
    }
    for (let copy = 0; copy < fate.copies; copy++) this.dispatch(from, to, content, latency + fate.delay);
  }

  wake(agent: number, after: Time, tag: number): number {
    if (!(tag >= 0 && tag < wakeTags))
      throw new RangeError(`wake: tag must be 0 to ${wakeTags - 1}, but is ${tag}`);
    return this.kernel.arm(after, this.wakeKind, agent * wakeTags + tag);
  }

  cancel(timeout: number): boolean {
    return this.kernel.cancel(timeout);
  }

  ask(agent: number, question: unknown): void {
    if (this.behaviour === undefined) {
      throw new Error('ask: this protocol asks a question, but the run has no behaviour to answer it.');
    }
    if (++this.calls > this.limits.calls) this.stop('calls');
    const index = this.asked[agent] as number;
    this.asked[agent] = index + 1;
    for (const observer of this.observers.ask) observer.ask(agent, question);
    const slot =
      this.freeAsks.pop() ??
      this.asks.push({ agent: 0, index: 0, round: 0, question, answer: undefined }) - 1;
    const ask = this.asks[slot] as Ask;
    ask.agent = agent;
    ask.index = index;
    ask.round = this.round;
    ask.question = question;
    if (this.turns) {
      this.openAsks[agent] = (this.openAsks[agent] as number) + 1;
      this.outstanding++;
    }
    const answer = this.behaviour.answer(agent, question);
    if (answer !== later) {
      this.scheduleAnswer(slot, answer);
      return;
    }
    this.open.push({ id: slot, agent, question });
    // Everything else at this instant still happens, so that questions asked together are answered together.
    this.kernel.until = this.kernel.now;
  }

  decide(agent: number, value: number): void {
    if (!Number.isNaN(this.decisions[agent])) {
      throw new Error(
        `decide: agent ${agent} decides ${value}, but has decided ${this.decisions[agent]} already.`,
      );
    }
    if (Number.isNaN(value))
      throw new Error(`decide: agent ${agent} decides NaN, which stands for no decision.`);
    this.decisions[agent] = value;
    this.decidedAt[agent] = this.kernel.now;
    this.record(marks.decide, agent, -1);
    this.fingerprint.number(value);
    for (const observer of this.observers.decide) observer.decide(agent, value);
    if (this.correct[agent] === 1 && --this.undecided === 0 && this.stopsWhenDecided) this.stop('decided');
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
    for (let agent = 0; agent < agents && this.ended === undefined; agent++) {
      if (this.halted(agent)) continue;
      this.seat.id = agent;
      this.events.start(this.seat);
    }
  }

  private deliver(slot: number): void {
    const { envelopes } = this;
    const from = envelopes.from[slot] as number;
    const to = envelopes.to[slot] as number;
    if (this.turns) {
      this.outstanding--;
      if (this.deadline !== undefined && this.sentInRound[slot] !== this.round) {
        this.late++;
        this.drop(from, to, envelopes.content(slot), 'late');
        envelopes.release(slot);
        return;
      }
    }
    if (this.haltings.length > 0 && this.halted(to)) {
      this.drop(from, to, envelopes.content(slot), 'receiver halted');
      envelopes.release(slot);
      this.endRoundIfOver();
      return;
    }
    this.delivered++;
    this.record(marks.deliver, from, to);
    if (this.numeric) this.fingerprint.number(envelopes.numbers[slot] as number);
    else this.digest(envelopes.objects[slot]);
    for (const observer of this.observers.deliver) observer.deliver(from, to, envelopes.content(slot));
    if (this.mailboxes) {
      this.mailboxes.put(to, slot);
      this.endRoundIfOver();
      return;
    }
    this.seat.id = to;
    // Read before the slot is released: the handler may send, and take it.
    if (this.numeric) {
      const content = envelopes.numbers[slot] as number;
      envelopes.release(slot);
      this.events?.message(this.seat, content, from);
    } else {
      const content = envelopes.objects[slot];
      envelopes.release(slot);
      this.events?.message(this.seat, content, from);
    }
  }

  private timeout(subject: number): void {
    const agent = Math.floor(subject / wakeTags);
    const tag = subject % wakeTags;
    if (this.halted(agent)) return;
    this.timeouts++;
    this.record(marks.timeout, agent, tag);
    for (const observer of this.observers.timeout) observer.timeout(agent, tag);
    this.seat.id = agent;
    this.events?.timeout?.(this.seat, tag);
  }

  private answer(slot: number): void {
    const ask = this.asks[slot] as Ask;
    const { agent, question, answer, round } = ask;
    ask.question = undefined;
    ask.answer = undefined;
    this.freeAsks.push(slot);
    if (answer === undefined) throw new Error(`answer: question ${slot} of agent ${agent} has no answer.`);
    if (this.turns && round !== this.round) {
      // Its round is over: the agent was silent in it, and the answer comes too late to be of use.
      this.lateAnswers++;
      return;
    }
    this.record(marks.answer, agent, 0);
    if (!this.halted(agent)) {
      for (const observer of this.observers.answer) observer.answer(agent, question, answer);
      this.seat.id = agent;
      (this.turns ?? this.events)?.answer?.(this.seat, answer.value, question);
    }
    if (this.turns) {
      this.openAsks[agent] = (this.openAsks[agent] as number) - 1;
      this.outstanding--;
      this.endRoundIfOver();
    }
  }

  private beginRound(): void {
    const { turns, mailboxes } = this;
    if (!turns || !mailboxes) return;
    this.roundDue = false;
    this.round++;
    if (this.round >= this.limits.rounds) {
      this.stop('horizon');
      return;
    }
    if (this.deadline !== undefined) {
      this.outstanding = 0;
      this.openAsks.fill(0);
      this.kernel.schedule(this.deadline, this.roundKind, 0);
    }
    this.record(marks.round, this.round, 0);
    for (const observer of this.observers.round) observer.round(this.round);
    const { agents } = this.setting;
    for (let agent = 0; agent < agents && this.ended === undefined; agent++) {
      mailboxes.open(agent);
      if (!this.halted(agent)) {
        this.seat.id = agent;
        turns.round(this.seat, this.round, mailboxes);
      }
      mailboxes.close();
    }
    this.endRoundIfOver();
  }

  /** At a barrier the next round begins when no question is open and no message is under way. */
  private endRoundIfOver(): void {
    if (this.deadline !== undefined || this.outstanding > 0 || this.roundDue || this.ended !== undefined)
      return;
    this.roundDue = true;
    this.kernel.schedule(0, this.roundKind, 0);
  }

  private dispatch(from: number, to: number, content: unknown, latency: Time): void {
    const slot = this.envelopes.take(from, to, content);
    if (this.turns) {
      this.outstanding++;
      if (this.deadline !== undefined) this.markRound(slot);
    }
    this.kernel.schedule(latency, this.deliverKind, slot);
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
    const ask = this.asks[slot] as Ask;
    ask.answer = answer;
    if (answer.usage) {
      this.promptTokens += answer.usage.prompt;
      this.outputTokens += answer.usage.output;
      if (this.promptTokens + this.outputTokens > this.limits.tokens) this.stop('tokens');
    }
    this.thinkDraw.at(ask.agent, ask.index);
    this.kernel.schedule(this.think(this.thinkDraw, answer.usage), this.answerKind, slot);
  }

  private acceptProvided(): void {
    const accepted = this.open.sort((a, b) => a.id - b.id);
    this.open = [];
    for (const { id } of accepted) this.scheduleAnswer(id, this.provided.get(id) as Answer);
    this.provided.clear();
  }

  private unanswered(): readonly OpenQuestion[] {
    return this.open.filter(({ id }) => !this.provided.has(id));
  }

  private halted(agent: number): boolean {
    for (const fault of this.haltings) if (fault.halts?.(agent, this.kernel.now)) return true;
    return false;
  }

  private record(mark: number, a: number, b: number): void {
    const { fingerprint } = this;
    fingerprint.number(this.kernel.now);
    fingerprint.int(mark);
    fingerprint.int(a);
    fingerprint.int(b);
  }

  private digest(content: unknown): void {
    const digest = this.turns ? this.turns.digest : this.events?.digest;
    if (digest) this.fingerprint.int(digest(content));
  }

  private stop(why: Ended): void {
    if (this.ended !== undefined) return;
    this.ended = why;
    this.kernel.stop();
  }

  private finish(ended: Ended): RunResult {
    const { setting, decisions, decidedAt, correct } = this;
    const protocol = this.turns ?? this.events;
    const held = Float64Array.from(decisions, (decided, agent) =>
      Number.isNaN(decided) ? (protocol?.held?.(agent) ?? Number.NaN) : decided,
    );
    const counts: Counts = {
      events: this.kernel.executed,
      messages: this.messages,
      delivered: this.delivered,
      dropped: this.dropped,
      late: this.late,
      timeouts: this.timeouts,
      calls: this.calls,
      lateAnswers: this.lateAnswers,
      promptTokens: this.promptTokens,
      outputTokens: this.outputTokens,
    };
    this.fingerprint.number(this.promptTokens);
    this.fingerprint.number(this.outputTokens);
    return {
      ending: {
        setting,
        decisions,
        decidedAt,
        correct,
        ended,
        now: this.kernel.now,
        rounds: this.round + 1,
        counts,
        held,
      },
      fingerprint: this.fingerprint.hex,
    };
  }

  /** Where every delay is a whole number of latencies, a ring of buckets serves as calendar, which is faster. */
  private wholeRounds(latency: Distribution): { quantum?: Time } {
    if (!this.turns || this.behaviour || this.deadline !== undefined || this.faults.length > 0) return {};
    return latency.kind === 'constant' ? { quantum: Math.max(1, Math.round(latency.value)) } : {};
  }
}

interface Ask {
  agent: number;
  index: number;
  round: number;
  question: unknown;
  answer: Answer | undefined;
}

/** The seat that every agent sits on in turn. */
class WorldSeat implements Seat {
  id = 0;
  private readonly world: World;
  private readonly offsets: Int32Array;
  private readonly targets: Int32Array;
  private readonly setting: Setting;
  private readonly streams: (Stream | undefined)[] = [];

  constructor(world: World, setting: Setting) {
    this.world = world;
    this.setting = setting;
    this.offsets = setting.graph.offsets;
    this.targets = setting.graph.targets;
  }

  get now(): Time {
    return this.world.now;
  }

  get degree(): number {
    return (this.offsets[this.id + 1] as number) - (this.offsets[this.id] as number);
  }

  neighbour(i: number): number {
    if (!(i >= 0 && i < this.degree))
      throw new RangeError(`neighbour: agent ${this.id} has ${this.degree}, no ${i}`);
    return this.targets[(this.offsets[this.id] as number) + i] as number;
  }

  get random(): Stream {
    return (this.streams[this.id] ??= this.setting.stream('protocol', this.id));
  }

  send(to: number, content: unknown): void {
    if (!(to >= 0 && to < this.setting.agents)) {
      throw new RangeError(`send: agents are 0 to ${this.setting.agents - 1}, but the receiver is ${to}`);
    }
    this.world.send(this.id, to, content);
  }

  tellNeighbours(content: unknown): void {
    const from = this.id;
    const end = this.offsets[from + 1] as number;
    for (let arc = this.offsets[from] as number; arc < end; arc++) {
      this.world.send(from, this.targets[arc] as number, content);
    }
  }

  wake(after: Time, tag = 0): number {
    return this.world.wake(this.id, after, tag);
  }

  cancel(timeout: number): boolean {
    return this.world.cancel(timeout);
  }

  ask(question: unknown): void {
    this.world.ask(this.id, question);
  }

  decide(value: number): void {
    this.world.decide(this.id, value);
  }
}

type Callback = Exclude<keyof Observer, 'start'>;
type Hooks = { readonly [Name in Callback]: readonly Required<Pick<Observer, Name>>[] };

/** Sorts observers by what they listen to, so that an event nobody listens to costs nothing. */
function hooks(observers: readonly Observer[]): Hooks {
  const listening = <Name extends Callback>(name: Name) =>
    observers.filter((observer) => observer[name] !== undefined) as Required<Pick<Observer, Name>>[];
  return {
    round: listening('round'),
    send: listening('send'),
    deliver: listening('deliver'),
    drop: listening('drop'),
    timeout: listening('timeout'),
    ask: listening('ask'),
    answer: listening('answer'),
    decide: listening('decide'),
  };
}

const viewOf = (kernel: Kernel, setting: Setting, round: () => number) => ({
  setting,
  get now() {
    return kernel.now;
  },
  get round() {
    return round();
  },
});

/** Leaves out what is undefined, so that it does not hide a default. */
function definedOnly<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
