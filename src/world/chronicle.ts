import type { Time } from '../kernel/kernel.ts';
import type { Observer, Protocol, RunView } from './contracts.ts';

/** An agent came to hold another value. */
export interface Change {
  readonly event: number;
  readonly at: Time;
  readonly round: number;
  readonly agent: number;
  readonly before: number;
  readonly after: number;
  /** What it was handed when it changed. */
  readonly on: 'start' | 'message' | 'timeout' | 'answer' | 'turn' | 'recovery';
  /** From whom it took the value, where a message can be named, and the event at which that one sent it. */
  readonly by?: number | undefined;
  readonly sentAt?: number | undefined;
}

export interface Sent {
  readonly event: number;
  readonly at: Time;
  readonly content: unknown;
  readonly held: number;
  lost?: string | undefined;
  arrived?: number | undefined;
}

interface Stimulus {
  readonly event: number;
  readonly at: Time;
  readonly round: number;
  readonly on: Change['on'];
  readonly by?: number | undefined;
  readonly sent?: Sent | undefined;
}

export interface Decision {
  readonly event: number;
  readonly at: Time;
  readonly agent: number;
  readonly value: number;
}

/** What is kept of a run to tell how it came to its end: changes of what agents hold, and the last word on each link. */
export interface Chronicle {
  readonly observer: Observer;
  /** In order; complete once the run is over. */
  readonly changes: () => readonly Change[];
  readonly decisions: readonly Decision[];
  /** The last message from one agent to another. */
  readonly lastSent: (from: number, to: number) => Sent | undefined;
  /** Lost messages by what lost them: how many, and the first of them. */
  readonly losses: ReadonlyMap<string, { count: number; readonly first: Loss; last: Loss }>;
  /** Messages, and questions, by agent. */
  readonly sentBy: () => Float64Array;
  readonly askedOf: () => Float64Array;
  /** Answers that could not be read, by what was wrong with them. */
  readonly unread: ReadonlyMap<string, number>;
  /** The last stimulus of an agent. */
  readonly lastOf: (agent: number) => { readonly event: number; readonly at: Time } | undefined;
  /** When a message was sent last; -1 where none was. */
  readonly lastSending: () => Time;
}

export interface Loss {
  readonly event: number;
  readonly at: Time;
  readonly from: number;
  readonly to: number;
}

/** Keeps a chronicle of one run: an observer, so that it changes nothing. */
export function chronicle(protocol: Protocol): Chronicle {
  let view: RunView | undefined;
  let agents = 0;
  let held = new Float64Array(0);
  let decided = new Float64Array(0);
  let sentBy = new Float64Array(0);
  let askedOf = new Float64Array(0);
  let sentLast = -1;
  let last: (Stimulus | undefined)[] = [];
  let inbox: { from: number; sent: Sent | undefined }[][] = [];
  let read: { from: number; sent: Sent | undefined }[][] = [];
  const changes: Change[] = [];
  const decisions: Decision[] = [];
  const links = new Map<number, Sent>();
  const flying = new Map<number, Sent[]>();
  const losses = new Map<string, { count: number; readonly first: Loss; last: Loss }>();
  const unread = new Map<string, number>();
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
    const { event, at, round, on } = stimulus;
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
    });
  };
  const handed = (agent: number, on: Change['on'], by?: number, sent?: Sent): void => {
    settle(agent);
    last[agent] = { ...now(), on, by, sent };
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
      sentBy = new Float64Array(agents);
      askedOf = new Float64Array(agents);
      last = new Array(agents).fill(undefined);
      inbox = Array.from({ length: agents }, () => []);
      read = Array.from({ length: agents }, () => []);
    },
    round() {
      for (let agent = 0; agent < agents; agent++) {
        handed(agent, 'turn');
        read[agent] = inbox[agent] ?? [];
        inbox[agent] = [];
      }
    },
    send(from, to, content) {
      sentBy[from] = (sentBy[from] as number) + 1;
      sentLast = view?.now ?? 0;
      const link = from * agents + to;
      const sent: Sent = { ...now(), content, held: holds(from) };
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
    answer(agent, _question, { unread: why }) {
      if (why !== undefined) unread.set(why, (unread.get(why) ?? 0) + 1);
      handed(agent, 'answer');
    },
    decide(agent, value) {
      decided[agent] = value;
      const { event, at } = now();
      decisions.push({ event, at, agent, value });
    },
  };
  return {
    observer,
    changes: () => {
      for (let agent = 0; agent < agents; agent++) settle(agent);
      return changes.sort((a, b) => a.event - b.event);
    },
    decisions,
    lastSent: (from, to) => links.get(from * agents + to),
    losses,
    sentBy: () => sentBy,
    askedOf: () => askedOf,
    unread,
    lastOf: (agent) => last[agent],
    lastSending: () => sentLast,
  };
}
