import type { Entry } from './content.ts';

/** The state of one agent of the log protocol. */
export interface Member {
  term: number;
  /** Whom it voted for in this term; -1 for nobody yet. */
  votedFor: number;
  log: Entry[];
  committed: number;
  decided: boolean;
  role: 'follower' | 'candidate' | 'leader';
  /** Timeouts: of the next election, and of the next heartbeat. */
  timer: number | undefined;
  beat: number | undefined;
  /** When they are due: what was due while the agent was paused cannot be cancelled any more, and counts for nothing. */
  timerDue: number;
  beatDue: number;
  readonly votes: Set<number>;
  /** As leader: per agent, how much of the log it need not be sent, and how much it is known to hold. */
  readonly next: Int32Array;
  readonly match: Int32Array;
}

export const newMember = (agents: number): Member => ({
  term: 0,
  votedFor: -1,
  log: [],
  committed: 0,
  decided: false,
  role: 'follower',
  timer: undefined,
  beat: undefined,
  timerDue: 0,
  beatDue: 0,
  votes: new Set(),
  next: new Int32Array(agents),
  match: new Int32Array(agents),
});
