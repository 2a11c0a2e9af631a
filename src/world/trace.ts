import type { Time } from '../kernel/kernel.ts';
import type { Observer, RunView } from './contracts.ts';

/** One thing that happened in a run, as flat plain data. Agents are indexes; times are microseconds. */
export interface TraceRecord {
  readonly kind: 'round' | 'send' | 'deliver' | 'drop' | 'timeout' | 'ask' | 'answer' | 'decide' | 'recover';
  readonly at: Time;
  /** The number of the event in which it happened; all that one handler does has one number. Of a run's own trace always there. */
  readonly event?: number;
  /** The round under way; -1 where the protocol has none. */
  readonly round: number;
  /** Who did it, or to whom it happened: a message belongs to its sender. Left out of a round's beginning. */
  readonly agent?: number;
  /** The receiver of a message. */
  readonly to?: number;
  /** A message as people read it. */
  readonly content?: string;
  /** Why a message was dropped. */
  readonly why?: string;
  /** The tag of a timeout. */
  readonly tag?: number;
  /** What an agent decided; below zero stands for what its task says. */
  readonly value?: number;
  /** Tokens read and written for an answer. */
  readonly prompt?: number;
  readonly output?: number;
}

interface TraceOptions {
  /** A message as people read it: the protocol's own word for it. */
  readonly describe?: ((content: never) => string) | undefined;
}

/** Hands every event of a run to `take`, in the order in which they happen. Changes nothing in the run. */
export function trace(take: (record: TraceRecord) => void, { describe }: TraceOptions = {}): Observer {
  let run: RunView | undefined;
  const now = (): Pick<TraceRecord, 'at' | 'event' | 'round'> => ({
    at: run?.now ?? 0,
    event: run?.event ?? 0,
    round: run?.round ?? -1,
  });
  const said = (content: unknown): string => describe?.(content as never) ?? plain(content);
  return {
    start: (view) => {
      run = view;
    },
    round: (round) => take({ kind: 'round', ...now(), round }),
    send: (agent, to, content) => take({ kind: 'send', ...now(), agent, to, content: said(content) }),
    deliver: (agent, to, content) => take({ kind: 'deliver', ...now(), agent, to, content: said(content) }),
    drop: (agent, to, content, why) =>
      take({ kind: 'drop', ...now(), agent, to, content: said(content), why }),
    timeout: (agent, tag) => take({ kind: 'timeout', ...now(), agent, tag }),
    ask: (agent) => take({ kind: 'ask', ...now(), agent }),
    answer: (agent, _question, { usage }) => take({ kind: 'answer', ...now(), agent, ...usage }),
    decide: (agent, value) => take({ kind: 'decide', ...now(), agent, value }),
    recover: (agent) => take({ kind: 'recover', ...now(), agent }),
  };
}

const plain = (content: unknown): string =>
  typeof content === 'object' ? (JSON.stringify(content) ?? String(content)) : String(content);
