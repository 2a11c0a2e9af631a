import type { Time } from '../kernel/kernel.ts';
import type { Fault, Observer, Protocol, RunView } from './contracts.ts';

/** One thing that happened in a run, as flat plain data. Agents are indexes; times are microseconds. */
export interface TraceRecord {
  readonly kind:
    | 'round'
    | 'send'
    | 'deliver'
    | 'drop'
    | 'timeout'
    | 'ask'
    | 'answer'
    | 'decide'
    | 'begin'
    | 'hold'
    | 'down'
    | 'recover'
    | 'fault';
  readonly at: Time;
  /** The number of the event in which it happened; all that one handler does has one number. Of a run's own trace always there. */
  readonly event?: number;
  /** The round under way; -1 where the protocol has none. */
  readonly round: number;
  /** Who did it, or to whom it happened: a message belongs to its sender. Left out of a round's beginning. */
  readonly agent?: number;
  /** The receiver of a message. */
  readonly to?: number;
  /** A message, an answer, or what there is to know as a round begins, as people read it. */
  readonly content?: string;
  /** Why a message was dropped or is not what was sent, or an answer could not be read. */
  readonly why?: string;
  /** The tag of a timeout. */
  readonly tag?: number;
  /** What an agent decided, or holds from now on; below zero stands for what its task says. Left out where it holds nothing. */
  readonly value?: number;
  /** Tokens read and written for an answer. */
  readonly prompt?: number;
  readonly output?: number;
}

interface TraceOptions {
  /** A message as people read it: the protocol's own word for it. */
  readonly describe?: Protocol<never>['describe'] | undefined;
  /** An answer as people read it; where there is none, what agents hold shows what they make of it. */
  readonly describeAnswer?:
    | ((agent: number, answer: unknown, question: unknown) => string | undefined)
    | undefined;
  readonly describeRound?: Protocol['describeRound'] | undefined;
  /** What an agent holds: that it comes to hold something else is then told of. */
  readonly held?: Protocol['held'] | undefined;
  /** Who goes down is told of. */
  readonly faults?: readonly Fault[] | undefined;
}

/** A trace is an observer; `end` tells of what the last event changed. */
export interface Trace extends Observer {
  readonly end: () => void;
}

/** Hands every event of a run to `take`, in the order in which they happen. Changes nothing in the run. */
export function trace(take: (record: TraceRecord) => void, options: TraceOptions = {}): Trace {
  const { describe, describeAnswer, describeRound, held, faults = [] } = options;
  let run: RunView | undefined;
  /** What each is known to hold, and the agent that was last handed something, at that moment. */
  let known = new Float64Array(0);
  let handed = -1;
  let then: Pick<TraceRecord, 'at' | 'event' | 'round'> = { at: 0, event: 0, round: -1 };
  /** Agents that may go down, and whether they are. */
  const mortal = new Map<number, boolean>();
  /** What Byzantine agents have sent, by link: what arrives may be another thing. */
  const underWay = new Map<string, string[]>();
  const isForged = (from: number, to: number, text: string): boolean => {
    const waiting = underWay.get(`${from} ${to}`);
    if (waiting === undefined || waiting.length === 0) return false;
    const at = waiting.indexOf(text);
    waiting.splice(Math.max(at, 0), 1);
    return at < 0;
  };
  const now = (): Pick<TraceRecord, 'at' | 'event' | 'round'> => ({
    at: run?.now ?? 0,
    event: run?.event ?? 0,
    round: run?.round ?? -1,
  });
  const said = (content: unknown, from: number, to: number): string =>
    describe?.(content as never, from, to) ?? plain(content);
  const compare = (agent: number): void => {
    // What was decided is held from then on, whatever the protocol still keeps of earlier thoughts.
    if (decided.has(agent)) return;
    const value = held?.(agent) ?? Number.NaN;
    if (Object.is(value, known[agent])) return;
    known[agent] = value;
    take({ kind: 'hold', ...then, agent, ...(Number.isNaN(value) ? {} : { value }) });
  };
  const decided = new Set<number>();
  const settle = (): void => {
    if (held !== undefined && handed >= 0) compare(handed);
    handed = -1;
  };
  const settleAll = (): void => {
    handed = -1;
    if (held !== undefined) for (let agent = 0; agent < known.length; agent++) compare(agent);
  };
  const look = (): void => {
    const at = run?.now ?? 0;
    for (const [agent, wasDown] of mortal) {
      const isDown = faults.some((fault) => fault.down?.(agent, at) ?? false);
      if (isDown === wasDown) continue;
      mortal.set(agent, isDown);
      if (isDown) take({ kind: 'down', ...now(), agent });
    }
  };
  /** What an agent made of the last thing it was handed is told before the next thing happens. */
  const next = (agent: number): void => {
    settle();
    look();
    handed = agent;
    then = now();
  };
  return {
    start: (view) => {
      run = view;
      const { agents } = view.setting;
      known = Float64Array.from(
        { length: held === undefined ? 0 : agents },
        (_, agent) => held?.(agent) ?? 0,
      );
      for (const { down, faulty, recoveries = [] } of faults) {
        if (down === undefined) continue;
        for (let agent = 0; agent < agents; agent++) if (faulty?.(agent)) mortal.set(agent, false);
        for (const { agent } of recoveries) mortal.set(agent, false);
      }
      known.forEach((value, agent) => {
        if (!Number.isNaN(value)) take({ kind: 'begin', ...now(), agent, value });
      });
      look();
    },
    round: (round) => {
      settleAll();
      const content = describeRound?.(round);
      then = now();
      take({ kind: 'round', ...then, round, ...(content === undefined ? {} : { content }) });
      look();
    },
    send: (agent, to, content) => {
      const text = said(content, agent, to);
      take({ kind: 'send', ...now(), agent, to, content: text });
      if (!run?.setting.adversaries.has(agent)) return;
      const link = `${agent} ${to}`;
      const before = underWay.get(link);
      if (before) before.push(text);
      else underWay.set(link, [text]);
    },
    deliver: (agent, to, content) => {
      next(to);
      const text = said(content, agent, to);
      const why = isForged(agent, to, text) ? { why: 'forged' } : {};
      take({ kind: 'deliver', ...now(), agent, to, content: text, ...why });
    },
    drop: (agent, to, content, why) => {
      if (why === 'receiver down') next(-1);
      isForged(agent, to, said(content, agent, to));
      take({ kind: 'drop', ...now(), agent, to, content: said(content, agent, to), why });
    },
    timeout: (agent, tag) => {
      next(agent);
      take({ kind: 'timeout', ...now(), agent, tag });
    },
    ask: (agent) => take({ kind: 'ask', ...now(), agent }),
    answer: (agent, question, { usage, unread, value }) => {
      next(agent);
      const content = unread === undefined ? describeAnswer?.(agent, value, question) : undefined;
      const more = {
        ...(content === undefined ? {} : { content }),
        ...(unread === undefined ? {} : { why: unread }),
      };
      take({ kind: 'answer', ...now(), agent, ...more, ...usage });
    },
    decide: (agent, value) => {
      decided.add(agent);
      take({ kind: 'decide', ...now(), agent, value });
    },
    recover: (agent) => {
      next(agent);
      take({ kind: 'recover', ...now(), agent });
    },
    end: settleAll,
  };
}

/** The last digits of a fraction say nothing to a reader. */
const digits = 6;

const plain = (content: unknown): string => {
  if (typeof content === 'number') return String(Number(content.toPrecision(digits)));
  return typeof content === 'object' ? (JSON.stringify(content) ?? String(content)) : String(content);
};
