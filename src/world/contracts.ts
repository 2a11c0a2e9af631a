import type { Chains } from '../economy/chains.ts';
import type { Usage } from '../economy/usage.ts';
import type { Time } from '../kernel/kernel.ts';
import type { Seed, Stream } from '../kernel/stream.ts';
import type { Issue } from './error.ts';
import type { Graph } from './graph.ts';
import type { Task } from './task.ts';

/** What a part may know when a run begins. */
export interface Setting {
  readonly agents: number;
  readonly graph: Graph;
  readonly names: readonly string[];
  readonly task: Task;
  /** Fixes every random number of the run. */
  readonly seed: Seed;
  /** One input per agent; empty where the task gives none. */
  readonly inputs: Float64Array;
  /** Longest of the shortest paths; throws a ScenarioError on a disconnected graph. Worked out once, when asked for. */
  readonly diameter: number;
  /** Rounds after which the run is cut off, for protocols in rounds; left out, its end is not set in rounds. */
  readonly rounds?: number;
  /** Byzantine agents and the strategy of each: a behaviour reads it to answer for them. */
  readonly adversaries: ReadonlyMap<number, string>;
  /** The stream of one agent for one purpose: `stream('repair', 3)`. Equal seed and name, equal numbers. */
  readonly stream: (purpose: string, agent: number) => Stream;
  /** Where behaviours keep what their agents read, for the prefix cache; left out where the scenario has none. */
  readonly chains?: Chains;
  /** Dollars of a call, NaN where unknown; left out where the scenario names no prices. */
  readonly charge?: (usage: Usage) => number;
}

/**
 * What an agent can see and do while it handles a stimulus. One object serves all agents in turn: read it inside
 * the handler, never keep it.
 */
export interface Seat<Content = unknown, Question = unknown> {
  readonly id: number;
  /** Simulation time, in microseconds. */
  readonly now: Time;
  readonly degree: number;
  /** The i-th neighbour, 0 <= i < degree, in ascending order. */
  readonly neighbour: (i: number) => number;
  /** This agent's stream of random numbers for its protocol. */
  readonly random: Stream;
  /** Sends to any agent; protocols that keep to the topology send to neighbours only. */
  readonly send: (to: number, content: Content) => void;
  readonly tellNeighbours: (content: Content) => void;
  /**
   * Sets a timeout; `tag` (0 to 7) comes back with it. The handle cancels it: not one that is over, or due and only
   * waiting for its agent to go on after a pause.
   */
  readonly wake: (after: Time, tag?: number) => number;
  readonly cancel: (timeout: number) => boolean;
  /**
   * Puts a question to this agent's behaviour; the answer is a stimulus after its think time. `of` puts it to another
   * agent's instead, for meetings of two that one of them begins.
   */
  readonly ask: (question: Question, of?: number) => void;
  /** Commits to a value, once. */
  readonly decide: (value: number) => void;
  /** An all-seeing referee ends the matter: whoever has not decided and holds a value decides it, now. */
  readonly settle: () => void;
}

/** What every protocol may tell of itself, whatever its form. All but `content` is for judging and showing runs. */
interface AnyProtocol<Content, Question, Answered> {
  /** 'number' keeps contents in a typed array, so that sending allocates nothing. */
  readonly content: 'number' | 'object';
  readonly answer?: (me: Seat<Content, Question>, answer: Answered, question: Question) => void;
  /** Answers that take no time come before `ask` returns, within the same event, so that nothing can come between. */
  readonly prompt?: boolean;
  /** The agent is back after a crash, with the state it had; its timeouts are gone. */
  readonly recover?: (me: Seat<Content, Question>) => void;
  /** The value an agent holds at the moment, decided or not; NaN for none. Lets a run cut off be judged. */
  readonly held?: (agent: number) => number;
  /**
   * What there is left to do, where agents strive for something else than to hold one value: it is sampled in place of how
   * much they disagree: `undecided` agents, or something of its own. Asked at every sample, so it must cost little. Left
   * out by a protocol that does not tell what agents hold, it is how many are undecided.
   */
  readonly remaining?: 'undecided' | (Remaining & { readonly count: () => number });
  /** An agent's whole state as an integer, to tell whether the run repeats itself; left out, what it holds. */
  readonly state?: (agent: number) => number;
  /**
   * The agents without each of which this one cannot go on; empty where it waits for nobody in particular, or will not
   * wait for ever because it has set a timeout.
   */
  readonly waitsFor?: (agent: number) => readonly number[];
  /** How many of those it waits for are enough, where it waits for a quorum; left out, all of them. */
  readonly needs?: (agent: number) => number;
  /** Whether an agent acts again at a timeout, though nothing arrives; then it waits in vain for those who are down alone. */
  readonly hasTimeout?: (agent: number) => boolean;
  /** No agent ever sends a message, so that a fault that judges messages would go unread. */
  readonly sendsNothing?: boolean;
  /** Agents send to others than their neighbours too, so that a link need not be one of the topology to matter. */
  readonly reachesAll?: boolean;
  /** Numbers of its own about the run at its end, such as views or terms; they stand beside the metrics. */
  readonly measures?: () => Readonly<Record<string, number>>;
  /** How many agents must give input for the group to go on; left out, none. */
  readonly quorum?: number;
  /** The faulty agents that it is proven to bear, where its author asked for the proof to hold; more are refused. */
  readonly bears?: Bearing;
  /**
   * Which kind of message a content is, 0 to 3. Then an envelope's noise hangs on its sender, its receiver and how often the
   * like of it was told there before; left out, on how many envelopes its sender has sent before.
   */
  readonly topic?: (content: Content) => number;
  /**
   * A lie in the place of `content`, such that the receiver can read it; for Byzantine agents. With `any`, anything that
   * could be said in its place, drawn at random, the truth too. Without, what one instant brings must not depend on `to`.
   */
  readonly forge?: (content: Content, to: number, random: Stream, any: boolean) => Content;
  /** Whether an answer can be read, for counting; asked of texts only, before the protocol is given them. */
  readonly reads?: (agent: number, answer: Answered, question: Question) => boolean;
  /** Folds a content that is an object into an integer, for the fingerprint. */
  readonly digest?: (content: Content) => number;
  /** A content as a person reads it, for transcripts; who says it to whom, for those who say `you`. */
  readonly describe?: (content: Content, from: number, to: number) => string;
  /** An answer as a person reads it, in the light of its question; undefined where there is nothing to say of it. */
  readonly describeAnswer?: (agent: number, answer: Answered, question: Question) => string | undefined;
  /** Of a protocol in rounds: what there is to know as a round begins, before its first turn, as a person reads it. */
  readonly describeRound?: (round: number) => string | undefined;
}

/** What there is left to do, in words that follow a number: `leader is left`, `leaders are left`. */
export interface Remaining {
  readonly one: string;
  readonly many: string;
}

/** What a protocol is proven to bear: so many faulty agents, which stop or, where it bears `lies`, do anything at all. */
export interface Bearing {
  readonly faulty: number;
  readonly lies: boolean;
  /**
   * With liars among them, how many values there may be so that what is decided is sure to be a correct agent's input;
   * `bound` is how people write it.
   */
  readonly choices?: { readonly most: number; readonly bound: string } | undefined;
  /** How many agents must be there for `faulty` ones, as people write it: `n >= 3f + 1`. */
  readonly bound: string;
  /**
   * How many of the faulty may tell receivers different things, or some of them nothing; left out, all of them. The others
   * must tell all the same in every round, though it be a lie. `bound` is how people write what `faulty` such agents take.
   */
  readonly unlike?: { readonly most: number; readonly bound: string };
}

/** Turns stimuli into commands. State of the agents belongs to the protocol, indexed by `me.id`. */
export interface EventProtocol<Content = unknown, Question = unknown, Answered = unknown>
  extends AnyProtocol<Content, Question, Answered> {
  readonly form: 'events';
  readonly start?: (me: Seat<Content, Question>) => void;
  readonly message: (me: Seat<Content, Question>, content: Content, from: number) => void;
  readonly timeout?: (me: Seat<Content, Question>, tag: number) => void;
  /** The round that an agent is in by the protocol's own count, from 0; -1 for none. Its calls are booked there. */
  readonly roundOf?: (agent: number) => number;
  /** What agents are asked is the same whoever is quicker: then a cache can hasten calls without changing an answer. */
  readonly isOrderFree?: boolean;
}

/** The messages an agent finds when a round begins, in order of arrival. Read it inside the handler, never keep it. */
export interface Inbox<Content = unknown> {
  readonly size: number;
  readonly from: (i: number) => number;
  readonly content: (i: number) => Content;
}

/**
 * A protocol in synchronous rounds: every agent acts once a round on what was sent to it in the last one. An agent's
 * turn lasts until its handler returns and its questions are answered; what it sends arrives with the next round.
 */
export interface RoundProtocol<Content = unknown, Question = unknown, Answered = unknown>
  extends AnyProtocol<Content, Question, Answered> {
  readonly form: 'rounds';
  readonly round: (me: Seat<Content, Question>, round: number, inbox: Inbox<Content>) => void;
}

export type Protocol<Content = unknown, Question = unknown, Answered = unknown> =
  | EventProtocol<Content, Question, Answered>
  | RoundProtocol<Content, Question, Answered>;

/** What `create` of a protocol part makes: the protocol of one scenario, begun anew for each run. */
export interface ProtocolPlan {
  readonly form: Protocol['form'];
  /** The vocabulary of its questions, which the behaviour must speak; left out when it asks nothing. */
  readonly asks?: string;
  /** The vocabularies of its decisions, one of which the task must want (`Task.wants`); left out, nobody checks. */
  readonly decides?: readonly string[];
  /**
   * After how many rounds it is over, as its rules have it: runs are cut off there. `refuses` says what is wrong with an
   * earlier end, where it would fall amid what belongs together. For protocols in rounds.
   */
  readonly lasts?: { readonly rounds: number; readonly refuses?: (rounds: number) => string | undefined };
  /** Tokens of thought that its calls share, where there is a bound. */
  readonly budget?: number | undefined;
  /** Whether agents hand on to agents what need not be text, so that keys and values can stand for it. */
  readonly handsOnLatent?: boolean;
  /** What its protocols measure of themselves: names, with what each is; left out, nothing. */
  readonly measures?: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a plan hides its content type, which only its own handlers see.
  readonly begin: (setting: Setting) => Protocol<any, any, any>;
}

/** Says that the answer must come from outside: the run halts at this instant until the driver provides it. */
export const later: unique symbol = Symbol('later');

/** An answer, and what it cost. */
export interface Answer<Answered = unknown> {
  readonly value: Answered;
  /** What is said when it arrives, where that depends on what happened meanwhile; left out, `value`. Called once, if at all. */
  readonly land?: () => Answered;
  /** Why it could not be read, where it could not: malformed, refused, truncated, empty, failed. No such answer is input. */
  readonly unread?: string;
  readonly usage?: Usage;
  /** What was read, as a chain of `Setting.chains`: the run finds what of it is cached, and writes that into `usage`. */
  readonly chain?: number;
  /** How long it took, in microseconds, where that was measured and is to count; left out, the serving model says. */
  readonly think?: Time;
  /** Calls that had to come first, one after the other, such as for a summary: each is served and booked as its own. */
  readonly before?: readonly { readonly usage: Usage; readonly chain?: number }[];
}

/** How an agent answers when its protocol asks. */
export interface Behaviour<Question = unknown, Answered = unknown> {
  readonly answer: (agent: number, question: Question) => Answer<Answered> | typeof later;
  /** A copy of a question that is left for later, where its protocol fills one object anew for every question. */
  readonly keep?: (question: Question) => Question;
}

export interface BehaviourPlan {
  /** The vocabularies of questions that it can answer. */
  readonly answers: readonly string[];
  /** The least that one call spends, whatever is asked: no budget of the scenario may be smaller. */
  readonly leastCall?: Usage;
  /** Tokens that a call writes whatever it thinks: no budget of thought may be smaller. */
  readonly leastWritten?: number;
  /** Where its agents hand on keys and values instead of text: the path of the knob that says so. */
  readonly latent?: string | undefined;
  /** Names of the models that its calls give, where they give any. */
  readonly models?: readonly string[];
  /**
   * Of opinions: the chance that an agent answers another one than `opinion` though all in its view hold it, who with the
   * agent itself are `size`. Left out where that is not all it depends on.
   */
  readonly leaves?: (opinion: number, size: number) => number;
  // biome-ignore lint/suspicious/noExplicitAny: as with protocols.
  readonly begin: (setting: Setting) => Behaviour<any, any>;
}

/** What faults make of one envelope; they judge it in turn, each adding to it. */
export interface Fate {
  /** Named by the fault that dropped it. */
  dropped: string | undefined;
  /** Added to the latency, in microseconds. */
  delay: number;
  /** How many envelopes arrive: 1, or more where a fault duplicates; each has a latency of its own. */
  copies: number;
  /** What arrives: what was sent, unless a fault changed it. */
  content: unknown;
}

/** What a fault does. Whatever it leaves out, it does not touch. */
export interface Fault {
  /** Judges an envelope as it is sent; `index` tells it from all others of this sender, for order-independent draws. */
  readonly judge?: (fate: Fate, from: number, to: number, now: Time, index: number) => void;
  /** Whether the agent is down: what reaches it is lost, and its timeouts are. */
  readonly down?: (agent: number, now: Time) => boolean;
  /**
   * Why nothing that one agent sends another from now on will ever arrive, as a word for the sender: `silent`.
   * Undefined where something may.
   */
  readonly cuts?: (from: number, to: number, now: Time) => string | undefined;
  /** When a paused agent goes on: what reaches it waits until then. At most `now` where it is not paused. */
  readonly pausedUntil?: (agent: number, now: Time) => Time;
  /** Factor on an agent's think time; 1 where it is not slow. */
  readonly slowness?: (agent: number, now: Time) => number;
  /** Agents that come back, and when. */
  readonly recoveries?: readonly { readonly agent: number; readonly at: Time }[];
  /** Whether the agent counts as faulty for the whole run; the task judges the correct ones only. */
  readonly faulty?: (agent: number) => boolean;
  /** The messages that its victims miss though nobody is `faulty`: what a proof for synchronous rounds has to bear. */
  readonly misses?: Missed;
}

/** Messages that are lost, or come late: then they are lost to rounds that end at a deadline before. */
export interface Missed {
  /** How people call it, of an agent: `down for a while`. */
  readonly how: string;
  /** Agents such that each of these messages has one of them for its sender or receiver; left out, they may be anybody's. */
  readonly agents?: ReadonlySet<number>;
  /** How much later they come, at most, and are not lost; infinity where nothing bounds it. */
  readonly lateBy?: Time;
}

export interface FaultPlan {
  /** What in the author's parameters does not fit the scenario, with paths below the fault: unknown agents, above all. */
  readonly issues?: (scenario: FaultyScenario) => readonly Issue[];
  /** Agents that follow no protocol but this fault's strategy, chosen before the parts begin; see `Setting.adversaries`. */
  readonly corrupts?: (
    setting: Setting,
    name: string,
  ) => { readonly agents: readonly number[]; readonly strategy: string };
  /** When it begins at the earliest, and the parameter that says so; left out, at once. A run that ends before is refused. */
  readonly begins?: { readonly at: Time; readonly path: string };
  /** What happens takes longer by it, so that time passes even where messages and answers take none. */
  readonly delays?: boolean;
  readonly begin: (setting: Setting, name: string, protocol: Protocol) => Fault;
}

/** What a fault may hold its parameters against before any run. */
export interface FaultyScenario {
  readonly agents: number;
  /** Whether the protocol asks its agents. */
  readonly asks: boolean;
}

/** Folds over what happens and can change nothing. Time is read from the view given at the start. */
export interface Observer {
  readonly start?: (run: RunView) => void;
  readonly round?: (round: number) => void;
  readonly send?: (from: number, to: number, content: unknown) => void;
  readonly deliver?: (from: number, to: number, content: unknown) => void;
  readonly drop?: (from: number, to: number, content: unknown, why: string) => void;
  readonly timeout?: (agent: number, tag: number) => void;
  readonly ask?: (agent: number, question: unknown) => void;
  readonly answer?: (agent: number, question: unknown, answer: Answer) => void;
  /** A call is put to account, cached reads included: when it is made, whether its answer will be of use or not. */
  readonly spend?: (agent: number, usage: Usage, round: number) => void;
  readonly decide?: (agent: number, value: number) => void;
  readonly recover?: (agent: number) => void;
}

/** What an observer may read while the run goes on. */
export interface RunView {
  readonly setting: Setting;
  readonly now: Time;
  readonly round: number;
  /** How many events have happened, this one included: its number in the trace. */
  readonly event: number;
}

/** A metric: an observer that ends in numbers. Not a number (NaN) where it does not apply to the run. */
export interface Metric extends Observer {
  readonly finish: (ending: Ending) => Readonly<Record<string, number>>;
  /** What the numbers were made of, by agent, round or claim: for a look at one run. */
  readonly details?: () => Readonly<Record<string, ArrayLike<number>>>;
  /** The same as tables of named cells, where a list of numbers would not say whose they are. */
  readonly tables?: () => Readonly<Record<string, readonly TableRow[]>>;
}

/** A row of a table; null for a cell that does not apply. */
export type TableRow = Readonly<Record<string, number | string | null>>;

export interface MetricPlan {
  /** Its numbers, with what each is: those of `finish`, whatever the run. */
  readonly columns: Readonly<Record<string, string>>;
  readonly begin: (setting: Setting) => Metric;
}

/** How a run ended, before anyone judges it. */
export interface Ending {
  readonly setting: Setting;
  /** Per agent; NaN where it never decided. */
  readonly decisions: Float64Array;
  /** Per agent, in microseconds; NaN where it never decided. */
  readonly decidedAt: Float64Array;
  /** 1 for an agent that followed its protocol for the whole run. */
  readonly correct: Uint8Array;
  readonly ended: Ended;
  readonly now: Time;
  readonly rounds: number;
  readonly counts: Counts;
  /** What each agent held at the end, where its protocol says so; else its decision. NaN for none. */
  readonly held: Float64Array;
  /** How the global state moved, sample by sample. */
  readonly history: History;
  /** Of an agent that cannot go on: the agents it waits for. */
  readonly waitsFor: (agent: number) => readonly number[];
  /** How many of those are enough; left out, all of them. */
  readonly needs?: (agent: number) => number;
  /** Whether an agent acts again at a timeout, though nothing arrives; then it waits in vain for those who are down alone. */
  readonly hasTimeout?: (agent: number) => boolean;
  /** What the protocol measured of itself. */
  readonly measures?: Readonly<Record<string, number>>;
  /** Whether an agent is down at the end, for good. */
  readonly down: (agent: number) => boolean;
  /** When an agent that is down at the end comes back for the last time; undefined where it is up, or down for good. */
  readonly backAt: (agent: number) => Time | undefined;
  /** When an agent that is paused at the end goes on; undefined where it is not. */
  readonly pausedUntil: (agent: number) => Time | undefined;
  /** Why nothing from one agent reaches another any more, as a word for the sender; undefined where something may. */
  readonly cuts: (from: number, to: number) => string | undefined;
  /** Whether a message from one agent is still on its way to another. */
  readonly underWay: (from: number, to: number) => boolean;
  /** How many agents must give input for the group to go on; 0 for none. */
  readonly quorum: number;
}

/** The global state over time: a sample a round, or one a period for protocols without rounds. Parallel arrays. */
export interface History {
  readonly samples: number;
  /** Two samples of equal state have equal numbers. */
  readonly states: Float64Array;
  /** Correct agents that do not hold what most hold, those that hold nothing too; or how much was left to do. */
  readonly dissent: Float64Array;
  /** Spread between the greatest and the least value held by correct agents; NaN where none is held, or none counts. */
  readonly spread: Float64Array;
  /** What `dissent` counts where that is what was left to do; left out where it is disagreement. */
  readonly remaining?: Remaining;
  /** Whether there was nothing to be seen: nobody held anything, and the protocol tells of no other state. */
  readonly isBlind?: boolean;
  /** Correct agents that gave an answer that could be read since the last sample; NaN where nobody was asked. */
  readonly inputs: Float64Array;
  /** Correct agents that gave any answer since then. */
  readonly answers: Float64Array;
  /** How many of the last samples a state must have held, or recurred, to be called stalled, or a livelock. */
  readonly window: number;
}

/** decided: every correct agent did · quiescent: nothing was left to happen · horizon · else the limit that was met. */
export type Ended = 'decided' | 'quiescent' | 'horizon' | LimitName;

/** `time` is kept by whoever answers from outside, who may keep calls, tokens and money too. */
export type LimitName = 'events' | 'messages' | 'calls' | 'tokens' | 'money' | 'time';

/** Totals that every run keeps. */
export interface Counts {
  readonly events: number;
  readonly messages: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly late: number;
  readonly timeouts: number;
  readonly calls: number;
  /** Answers that could not be read. */
  readonly unread: number;
  readonly lateAnswers: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}
