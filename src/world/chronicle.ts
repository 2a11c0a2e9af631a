import type { Time } from '../kernel/kernel.ts';
import type { Observer, Protocol, RunView } from './contracts.ts';

/** Where in a run something happened: the number of the event, the time, and the round, -1 where there are none. */
export interface Place {
  readonly event: number;
  readonly at: Time;
  readonly round: number;
}

/** An agent came to hold another value. */
export interface Change extends Place {
  readonly agent: number;
  readonly before: number;
  readonly after: number;
  /** What it was handed when it changed. */
  readonly on: 'start' | 'message' | 'timeout' | 'answer' | 'turn' | 'recovery';
  /** Whose message it was, where one can be named; the event at which that one sent it, and what it held itself then. */
  readonly by?: number | undefined;
  readonly sentAt?: number | undefined;
  readonly heldBy?: number | undefined;
  readonly sent?: Sent | undefined;
  /** Its own answer, where that is what changed it, in the words of the protocol: `goes from 3 to 21, as others do`. */
  readonly answered?: string | undefined;
}

export interface Sent extends Place {
  readonly content: unknown;
  readonly held: number;
  /** The message on which it was sent; kept in runs with Byzantine agents only, to find where a lie came in. */
  readonly cause?: { readonly by: number; readonly sent: Sent } | undefined;
  lost?: string | undefined;
  arrived?: number | undefined;
}

interface Stimulus extends Place {
  readonly on: Change['on'];
  readonly by?: number | undefined;
  readonly sent?: Sent | undefined;
  readonly answered?: string | undefined;
}

export interface Decision extends Place {
  readonly agent: number;
  readonly value: number;
}

export interface Loss extends Place {
  readonly from: number;
  readonly to: number;
}

/** An answer, or the last of its kind: whose it was. */
interface Answered extends Place {
  readonly agent: number;
}

/** A round by the number that its protocol gives it: `Round 3 of the game`. */
export interface NamedRound {
  readonly number: number;
  readonly of: string;
  /** The round of the world comes after the last one that has a number. */
  readonly isAfter: boolean;
}

/** What is kept of a run to tell how it came to its end: changes of what agents hold, and the last word on each link. */
export interface Chronicle {
  readonly observer: Observer;
  /** In order; complete once the run is over. */
  readonly changes: () => readonly Change[];
  /** What an agent held before anything happened. */
  readonly began: (agent: number) => number;
  readonly decisions: readonly Decision[];
  /** The last message from one agent to another. */
  readonly lastSent: (from: number, to: number) => Sent | undefined;
  /** Lost messages by what lost them: how many, and the first and the last of them. */
  readonly losses: ReadonlyMap<string, { count: number; readonly first: Loss; last: Loss }>;
  /** Messages, and questions, by agent. */
  readonly sentBy: () => Float64Array;
  readonly askedOf: () => Float64Array;
  readonly answers: () => number;
  /** Answers that could not be read, by what was wrong with them, by the word of who gave them or of the protocol. */
  readonly unread: ReadonlyMap<string, { count: number; readonly first: Answered }>;
  /** The last answer of an agent, and whether it could be read. */
  readonly lastAnswer: (agent: number) => (Place & { readonly isRead: boolean }) | undefined;
  /** Where an agent did or was handed something last; the mere beginning of a round is nothing. */
  readonly lastOf: (agent: number) => Place | undefined;
  /** Where a message was sent last. */
  readonly lastSending: () => Place | undefined;
  /** What the protocol calls a round, where it has a number of its own for it. */
  readonly namedRound: (round: number) => NamedRound | undefined;
  /** What the protocol last told of a round that was over: `6 of 8 vote to stop`. */
  readonly account: () => (Place & { readonly text: string }) | undefined;
  readonly end: () => Place;
}

/** How protocols that number their own rounds begin what they tell of one. */
const numbered = /\bRound (\d+) of the (\w+)/;

/** Keeps a chronicle of one run: an observer, so that it changes nothing. */
export function chronicle(protocol: Protocol): Chronicle {
  let view: RunView | undefined;
  let agents = 0;
  let held = new Float64Array(0);
  let decided = new Float64Array(0);
  let sentBy = new Float64Array(0);
  let askedOf = new Float64Array(0);
  let sentLast: Place | undefined;
  let answers = 0;
  let began = new Float64Array(0);
  let lastAnswers: (Place & { readonly isRead: boolean })[] = [];
  let named: NamedRound | undefined;
  let account: (Place & { readonly text: string }) | undefined;
  let last: (Stimulus | undefined)[] = [];
  let acted: (Place | undefined)[] = [];
  let inbox: { from: number; sent: Sent | undefined }[][] = [];
  let read: { from: number; sent: Sent | undefined }[][] = [];
  const changes: Change[] = [];
  const decisions: Decision[] = [];
  const links = new Map<number, Sent>();
  const flying = new Map<number, Sent[]>();
  const losses = new Map<string, { count: number; readonly first: Loss; last: Loss }>();
  const unread = new Map<string, { count: number; readonly first: Answered }>();
  const namedRounds: (NamedRound | undefined)[] = [];
  const inRounds = protocol.form === 'rounds';

  const now = () => ({ event: view?.event ?? 0, at: view?.now ?? 0, round: view?.round ?? -1 });
  const holds = (agent: number): number => {
    const final = decided[agent] as number;
    return Number.isNaN(final) ? (protocol.held?.(agent) ?? Number.NaN) : final;
  };
  /** Whether an agent has changed since its last stimulus, which then is what changed it. */
  const settle = (agent: number): void => {
    const before = held[agent] as number;
    const after = holds(agent);
    if (Object.is(before, after)) return;
    held[agent] = after;
    const stimulus = last[agent] ?? { event: 0, at: 0, round: -1, on: 'start' as const };
    const { event, at, round, on, answered } = stimulus;
    const source =
      on === 'message'
        ? { from: stimulus.by, sent: stimulus.sent }
        : read[agent]?.find((it) => it.sent?.held === after);
    changes.push({
      event,
      at,
      round,
      agent,
      before,
      after,
      on,
      by: source?.from,
      sentAt: source?.sent?.event,
      heldBy: source?.sent?.held,
      sent: source?.sent,
      answered,
    });
  };
  const handed = (agent: number, on: Change['on'], by?: number, sent?: Sent): void => {
    settle(agent);
    last[agent] = { ...now(), on, by, sent };
    if (on !== 'turn') acted[agent] = now();
  };
  const causeOf = (agent: number): Sent['cause'] => {
    const { on, by, sent, event } = last[agent] ?? {};
    if (on !== 'message' || by === undefined || sent === undefined) return undefined;
    return event === view?.event && view?.setting.adversaries.size ? { by, sent } : undefined;
  };
  /** The first message on a link that has not arrived yet and says this; of copies, the one that came before. */
  const arriving = (from: number, to: number, content: unknown): Sent | undefined => {
    const waiting = flying.get(from * agents + to) ?? [];
    const at = waiting.findIndex((it) => Object.is(it.content, content));
    return at >= 0 ? waiting.splice(at, 1)[0] : links.get(from * agents + to);
  };

  const observer: Observer = {
    start(run) {
      view = run;
      agents = run.setting.agents;
      decided = new Float64Array(agents).fill(Number.NaN);
      held = Float64Array.from({ length: agents }, (_, agent) => holds(agent));
      began = Float64Array.from(held);
      lastAnswers = new Array(agents);
      sentBy = new Float64Array(agents);
      askedOf = new Float64Array(agents);
      last = new Array(agents).fill(undefined);
      acted = new Array(agents).fill(undefined);
      inbox = Array.from({ length: agents }, () => []);
      read = Array.from({ length: agents }, () => []);
    },
    round(round) {
      const text = protocol.describeRound?.(round);
      const match = text === undefined ? null : numbered.exec(text);
      if (match) named = { number: Number(match[1]), of: match[2] as string, isAfter: false };
      else if (named) named = { ...named, isAfter: true };
      namedRounds[round] = named;
      const over = text?.slice(0, match?.index).trim();
      if (over) account = { ...now(), text: over };
      for (let agent = 0; agent < agents; agent++) {
        handed(agent, 'turn');
        read[agent] = inbox[agent] ?? [];
        inbox[agent] = [];
      }
    },
    send(from, to, content) {
      sentBy[from] = (sentBy[from] as number) + 1;
      sentLast = acted[from] = now();
      const link = from * agents + to;
      const sent: Sent = { ...now(), content, held: holds(from), cause: causeOf(from) };
      links.set(link, sent);
      const waiting = flying.get(link);
      if (waiting) waiting.push(sent);
      else flying.set(link, [sent]);
    },
    deliver(from, to, content) {
      const sent = arriving(from, to, content);
      if (sent) sent.arrived = view?.event;
      if (inRounds) inbox[to]?.push({ from, sent });
      else handed(to, 'message', from, sent);
    },
    drop(from, to, content, why) {
      const sent = arriving(from, to, content);
      if (sent) sent.lost = why;
      const loss = { ...now(), from, to };
      const known = losses.get(why);
      if (known) {
        known.count++;
        known.last = loss;
      } else losses.set(why, { count: 1, first: loss, last: loss });
    },
    timeout: (agent) => handed(agent, 'timeout'),
    recover: (agent) => handed(agent, 'recovery'),
    ask: (agent) => {
      askedOf[agent] = (askedOf[agent] as number) + 1;
    },
    answer(agent, question, { value, unread: said }) {
      answers++;
      const isMalformed = said === undefined && protocol.reads?.(agent, value, question) === false;
      const why = said ?? (isMalformed ? 'malformed' : undefined);
      const known = unread.get(why ?? '');
      if (known) known.count++;
      else if (why !== undefined) unread.set(why, { count: 1, first: { ...now(), agent } });
      lastAnswers[agent] = { ...now(), isRead: why === undefined };
      settle(agent);
      const answered =
        why === undefined
          ? protocol.describeAnswer?.(agent, value, question)
          : 'gives an answer that cannot be read';
      last[agent] = { ...now(), on: 'answer', answered };
      acted[agent] = now();
    },
    decide(agent, value) {
      decided[agent] = value;
      acted[agent] = now();
      decisions.push({ ...now(), agent, value });
    },
  };
  return {
    observer,
    changes: () => {
      for (let agent = 0; agent < agents; agent++) settle(agent);
      return changes.sort((a, b) => a.event - b.event);
    },
    began: (agent) => began[agent] as number,
    decisions,
    lastSent: (from, to) => links.get(from * agents + to),
    losses,
    sentBy: () => sentBy,
    askedOf: () => askedOf,
    answers: () => answers,
    unread,
    lastAnswer: (agent) => lastAnswers[agent],
    lastOf: (agent) => acted[agent],
    lastSending: () => sentLast,
    namedRound: (round) => namedRounds[round],
    account: () => account,
    end: now,
  };
}
