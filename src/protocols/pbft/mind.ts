import type { Change, Prepared } from './content.ts';

export interface Rules {
  readonly n: number;
  readonly f: number;
  /** Equal votes that prepare or commit. */
  readonly quorum: number;
  /** Changes into a view with which its leader may propose. */
  readonly changes: number;
  /** How long an agent waits in its first view, and in any at most, in microseconds. */
  readonly timeout: number;
  readonly longest: number;
}

/** What an agent has heard and done in one view. NaN stands for no vote. */
interface View {
  readonly changes: (Change | undefined)[];
  readonly prepares: Float64Array;
  readonly commits: Float64Array;
  proposal: number | undefined;
  hasProposed: boolean;
  hasPrepared: boolean;
  hasCommitted: boolean;
}

/** What one agent knows. */
export class Mind {
  readonly input: number;
  view = 0;
  /** Whether a quorum has reached this view too. */
  hasCompany = false;
  prepared: Prepared | undefined;
  decided = false;
  value = Number.NaN;
  timer: number | undefined;
  /** When it is due: a timeout that was due while the agent was paused cannot be cancelled any more, and counts for nothing. */
  due = 0;
  /** The latest view that each agent said it entered. */
  readonly viewOf: Int32Array;
  /** What each agent said it has decided. */
  readonly reports: Float64Array;
  private readonly rules: Rules;
  private readonly views = new Map<number, View>();

  constructor(input: number, rules: Rules) {
    this.input = input;
    this.rules = rules;
    this.viewOf = new Int32Array(rules.n).fill(-1);
    this.reports = new Float64Array(rules.n).fill(Number.NaN);
  }

  at(view: number): View {
    let it = this.views.get(view);
    if (it === undefined) {
      const { n } = this.rules;
      it = {
        changes: new Array(n).fill(undefined),
        prepares: new Float64Array(n).fill(Number.NaN),
        commits: new Float64Array(n).fill(Number.NaN),
        proposal: undefined,
        hasProposed: false,
        hasPrepared: false,
        hasCommitted: false,
      };
      this.views.set(view, it);
    }
    return it;
  }

  /** How long to wait in the present view. */
  patience(): number {
    const { timeout, longest } = this.rules;
    let wait = timeout;
    for (let view = 0; view < this.view && wait < longest; view++) wait *= 2;
    return Math.min(wait, longest);
  }

  /** The latest view that so many agents have reached. */
  viewReachedBy(count: number): number {
    return this.viewOf.toSorted()[this.viewOf.length - count] ?? -1;
  }

  /** A value with so many of the votes, if there is one. */
  commonest(votes: Float64Array, needed: number): number | undefined {
    const { value, count } = tally(votes);
    return count >= needed ? value : undefined;
  }

  /** A value that a quorum committed in some view. */
  committed(quorum: number): number | undefined {
    for (const { commits } of this.views.values()) {
      const value = this.commonest(commits, quorum);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Who has not spoken in the present step of the present view, and how many of these are needed. */
  missing(quorum: number): { from: number[]; needed: number } {
    if (this.decided) return { from: [], needed: 0 };
    const { changes, prepares, commits, hasPrepared, hasCommitted } = this.at(this.view);
    const from: number[] = [];
    const votes = hasCommitted ? commits : prepares;
    for (let agent = 0; agent < this.rules.n; agent++) {
      const isSilent = hasPrepared ? Number.isNaN(votes[agent]) : changes[agent] === undefined;
      if (isSilent) from.push(agent);
    }
    const wanted = hasPrepared
      ? quorum - tally(votes).count
      : this.rules.changes - (this.rules.n - from.length);
    return { from, needed: Math.max(0, Math.min(from.length, wanted)) };
  }
}

/** The commonest vote, and how often it was given. */
function tally(votes: Float64Array): { value: number; count: number } {
  const counts = new Map<number, number>();
  let value = Number.NaN;
  let count = 0;
  for (const vote of votes) {
    if (Number.isNaN(vote)) continue;
    const times = (counts.get(vote) ?? 0) + 1;
    counts.set(vote, times);
    if (times <= count) continue;
    value = vote;
    count = times;
  }
  return { value, count };
}
