import type { Change, Chronicle } from './chronicle.ts';
import type { Ending } from './contracts.ts';
import type { Outcome } from './outcome.ts';

/** One sentence of a story, and the event that it tells of. */
export interface Sentence {
  readonly text: string;
  /** Its number in the trace. */
  readonly event?: number;
}

/** Longer chains are told by their ends. */
const mostLinks = 8;
const mostNamed = 4;

/**
 * The shortest story of how a run came to its end: from the event that decided it back to where it began. For a split, how
 * two of the dissenters came by their values; for a block, what each last heard of the one it waits for; for a circle, one
 * time round; for a limit, what used it up.
 */
export function story(outcome: Outcome, ending: Ending, told: Chronicle): Sentence[] {
  const teller = new Teller(ending, told);
  switch (outcome.class) {
    case 'valid':
    case 'invalid':
      return teller.agreement();
    case 'split':
      return teller.split();
    case 'agreed-not-stopped':
      return teller.unnoticed();
    case 'blocked':
      return teller.blocked(outcome);
    case 'stalled':
      return teller.standstill();
    case 'livelock':
      return outcome.cause === 'recurring-state' ? teller.circle(outcome) : teller.withoutProgress();
    case 'no-input':
      return teller.unreadable();
    case 'budget':
      return teller.spent(outcome);
    default:
      return teller.underWay();
  }
}

/** Tells of one run: the words that all stories share. */
class Teller {
  private readonly ending: Ending;
  private readonly told: Chronicle;
  private readonly changes: readonly Change[];

  constructor(ending: Ending, told: Chronicle) {
    this.ending = ending;
    this.told = told;
    this.changes = told.changes();
  }

  agreement(): Sentence[] {
    const decisions = this.told.decisions.filter(({ agent }) => this.ending.correct[agent] === 1);
    const first = decisions[0];
    const final = decisions.at(-1);
    if (!first || !final) return [];
    if (first === final) return [this.decides(first.agent)];
    return [this.decides(first.agent), ...this.cameBy(final.agent, final.value), this.decides(final.agent)];
  }

  split(): Sentence[] {
    const pair = this.dissenters();
    if (!pair) return this.agreement();
    return [
      ...pair.flatMap((agent) => [
        ...this.cameBy(agent, this.ending.decisions[agent] as number),
        this.decides(agent),
      ]),
      ...this.lost(),
    ];
  }

  unnoticed(): Sentence[] {
    const last = this.changes.at(-1);
    if (!last) return [{ text: 'All held one value from the beginning, and nobody found out.' }];
    const since = `From then on, ${time(last.at)}, all held ${this.value(last.after)}, and until ${time(this.ending.now)} nobody could know it.`;
    return [...this.cameBy(last.agent, last.after), { text: since }];
  }

  blocked({ cause, evidence }: Outcome): Sentence[] {
    if (cause === 'wait-for-cycle') {
      const cycle = evidence.cycle as number[];
      const links = cycle.map((agent, i) => this.waits(agent, cycle[(i + 1) % cycle.length] as number));
      return [...shortened(links), ...this.lost()];
    }
    if (cause === 'waits-for-crashed') {
      const [agent, gone] = evidence.agents as [number, number];
      const last = this.told.lastOf(gone);
      const text = last
        ? `${this.name(gone)} did its last before it went down for good.`
        : `${this.name(gone)} was down before it could do anything.`;
      return [{ text, ...(last && { event: last.event }) }, this.waits(agent, gone)];
    }
    const undecided = this.undecided();
    const text = `Nothing is left to happen at ${time(this.ending.now)}, and ${this.names(undecided)} ${undecided.length === 1 ? 'has' : 'have'} not decided.`;
    const waiting = undecided.slice(0, mostNamed).flatMap((agent) => {
      const [other] = this.ending.waitsFor(agent);
      return other === undefined ? [] : [this.waits(agent, other)];
    });
    return [...this.lastChange(), { text }, ...waiting, ...this.lost()];
  }

  standstill(): Sentence[] {
    return [...this.lastChange(), this.camps(), ...this.busy(), ...this.lost()];
  }

  circle({ evidence }: Outcome): Sentence[] {
    const period = evidence.period as number;
    const rounds = this.ending.rounds;
    if (rounds === 0) return this.withoutProgress();
    // The turns of one time round, the last that was seen to its end.
    const from = rounds - period;
    const around = Array.from({ length: period }, (_, i) => {
      const round = from + i;
      const turned = this.changes.filter((it) => it.round === round);
      return {
        text: `In round ${round} ${this.turned(turned)}.`,
        ...(turned[0] && { event: turned[0].event }),
      };
    });
    const text = `Then all is as it was ${period} rounds before, and so on since round ${evidence.first}.`;
    return [...shortened(around), { text }];
  }

  withoutProgress(): Sentence[] {
    const sent = this.told.sentBy().reduce((sum, it) => sum + it, 0);
    const text = `Until ${time(this.ending.now)} agents changed their value ${this.changes.length} times and sent ${sent} messages, and are no closer to each other than they were.`;
    return [this.camps(), { text }, ...this.lastChange(), ...this.measured(), ...this.lost()];
  }

  unreadable(): Sentence[] {
    const causes = [...this.told.unread].sort((a, b) => b[1] - a[1]);
    const { calls, unread } = this.ending.counts;
    const why = causes.map(([cause, count]) => `${count} ${cause}`).join(', ');
    const silent = this.told.decisions.filter(
      ({ agent, value }) => value < 0 && this.ending.correct[agent] === 1,
    );
    return [
      { text: `Of ${calls} answers ${unread} could not be read${why === '' ? '' : `: ${why}`}.` },
      ...silent.slice(0, 1).map(({ agent }) => this.decides(agent)),
      ...(silent.length > 1
        ? [{ text: `So did ${this.names(silent.slice(1).map(({ agent }) => agent))}.` }]
        : []),
    ];
  }

  spent({ cause }: Outcome): Sentence[] {
    const { counts } = this.ending;
    const by = cause === 'calls' || cause === 'tokens' ? this.told.askedOf() : this.told.sentBy();
    const what = cause === 'calls' || cause === 'tokens' ? 'calls' : 'messages';
    const most = Array.from(by, (count, agent) => ({ count, agent })).sort((a, b) => b.count - a.count);
    const top = most.slice(0, mostNamed).filter(({ count }) => count > 0);
    const shares = top.map(({ agent, count }) => `${this.name(agent)} with ${count}`).join(', ');
    return [
      {
        text: `It went on ${counts.messages} messages, ${counts.timeouts} timeouts and ${counts.calls} calls in ${time(this.ending.now)}.`,
      },
      ...(top.length > 0 ? [{ text: `Most ${what} are those of ${shares}.` }] : []),
      ...this.underWay(),
    ];
  }

  underWay(): Sentence[] {
    return [...this.lastChange(), this.camps()];
  }

  // --- words --------------------------------------------------------------------------------------------------------

  /** How an agent came by a value: from whom it has it, from whom that one has it, and so on to where it began. */
  private cameBy(agent: number, value: number): Sentence[] {
    const links: Sentence[] = [];
    let who: number | undefined = agent;
    let before = Number.POSITIVE_INFINITY;
    while (who !== undefined) {
      const holder: number = who;
      const limit = before;
      const change = this.changes.findLast(
        (it) => it.agent === holder && Object.is(it.after, value) && it.event <= limit,
      );
      if (!change) {
        links.push({ text: `${this.name(holder)} began with ${this.value(value)}.` });
        break;
      }
      links.push({ text: `${this.took(change)}.`, event: change.event });
      // A message was sent before it arrived: the chain goes back in time, and so it ends.
      who = change.sentAt !== undefined && change.sentAt <= change.event ? change.by : undefined;
      before = change.sentAt ?? 0;
      if (who === holder) break;
    }
    return shortened(links.reverse());
  }

  private took({ agent, after, on, by, at }: Change): string {
    const what = this.value(after);
    const who = this.name(agent);
    if (on === 'start') return `${who} holds ${what} from the start`;
    if (by !== undefined) return `At ${time(at)} ${who} takes ${what} from ${this.name(by)}`;
    const occasion = {
      message: 'on a message',
      timeout: 'when its timeout is due',
      answer: 'by its own answer',
      turn: 'in its turn',
      recovery: 'when it is back',
    }[on];
    return `At ${time(at)} ${who} takes ${what} ${occasion}`;
  }

  private decides(agent: number): Sentence {
    const decision = this.told.decisions.find((it) => it.agent === agent);
    if (!decision) return { text: `${this.name(agent)} has not decided.` };
    const text = `At ${time(decision.at)} ${this.name(agent)} decides ${this.value(decision.value)}.`;
    return { text, event: decision.event };
  }

  /** Whom an agent waits for, and what became of that one's last message to it. */
  private waits(agent: number, other: number): Sentence {
    const sent = this.told.lastSent(other, agent);
    const head = `${this.name(agent)} waits for ${this.name(other)}, `;
    if (!sent) return { text: `${head}who has sent it nothing.` };
    const { event } = sent;
    if (sent.lost !== undefined) {
      return { text: `${head}whose last message to it, of ${time(sent.at)}, was lost: ${sent.lost}.`, event };
    }
    if (sent.arrived === undefined) {
      return { text: `${head}whose last message to it, of ${time(sent.at)}, has not arrived.`, event };
    }
    return { text: `${head}whose last message to it is that of ${time(sent.at)}.`, event };
  }

  /** What was lost on the way, by cause. */
  private lost(): Sentence[] {
    return [...this.told.losses].map(([why, { count, first, last }]) => ({
      text: `${count === 1 ? 'One message was lost' : `${count} messages were lost`} (${why}), ${count === 1 ? '' : 'the first '}at ${time(first.at)} from ${this.name(first.from)} to ${this.name(first.to)}${last.at > first.at ? `, the last at ${time(last.at)}` : ''}.`,
      event: first.event,
    }));
  }

  private lastChange(): Sentence[] {
    const last = this.changes.at(-1);
    if (!last) return [{ text: 'Nobody ever changed its value.' }];
    return [
      { text: `The last to change was ${this.name(last.agent)}. ${this.took(last)}.`, event: last.event },
    ];
  }

  /** What the protocol counted of itself. */
  private measured(): Sentence[] {
    const counts = Object.entries(this.ending.measures ?? {}).map(([name, count]) => `${count} ${name}`);
    return counts.length === 0 ? [] : [{ text: `It went through ${counts.join(', ')}.` }];
  }

  /** Who holds what at the end. */
  private camps(): Sentence {
    const camps = new Map<number, number[]>();
    this.ending.held.forEach((value, agent) => {
      if (this.ending.correct[agent] === 0) return;
      const camp = camps.get(value);
      if (camp) camp.push(agent);
      else camps.set(value, [agent]);
    });
    const sorted = [...camps].sort((a, b) => b[1].length - a[1].length);
    const parts = sorted
      .slice(0, mostNamed)
      .map(
        ([value, agents]) =>
          `${agents.length} ${agents.length === 1 ? 'holds' : 'hold'} ${this.value(value)}`,
      );
    const more = sorted.length > mostNamed ? `, and there are ${sorted.length - mostNamed} values more` : '';
    return { text: `At the end ${parts.join(', ')}${more}.` };
  }

  /** What went on in vain after the last change. */
  private busy(): Sentence[] {
    const since = this.changes.at(-1)?.at ?? 0;
    const sending = this.told.lastSending();
    if (sending > since)
      return [{ text: `Agents went on sending until ${time(sending)}, and nothing came of it.` }];
    const last = this.ending.correct.reduce(
      (latest, _, agent) => Math.max(latest, this.told.lastOf(agent)?.at ?? 0),
      0,
    );
    if (last <= since) return [];
    return [{ text: `Agents were at work until ${time(last)}, and nothing came of it.` }];
  }

  private turned(changes: readonly Change[]): string {
    const to = new Map<number, number>();
    for (const { after } of changes) to.set(after, (to.get(after) ?? 0) + 1);
    if (to.size === 0) return 'nobody changes';
    return [...to]
      .map(([value, count]) => `${count} ${count === 1 ? 'turns' : 'turn'} to ${this.value(value)}`)
      .join(', ');
  }

  /** Two correct agents who decided differently: neighbours if there are such. */
  private dissenters(): [number, number] | undefined {
    const { correct, decisions, setting } = this.ending;
    const { offsets, targets } = setting.graph;
    const differ = (a: number, b: number): boolean =>
      correct[a] === 1 && correct[b] === 1 && decisions[a] !== decisions[b];
    for (let agent = 0; agent < setting.agents; agent++) {
      for (let arc = offsets[agent] as number; arc < (offsets[agent + 1] as number); arc++) {
        if (differ(agent, targets[arc] as number)) return [agent, targets[arc] as number];
      }
    }
    const first = correct.indexOf(1);
    const other = decisions.findIndex((_, agent) => differ(first, agent));
    return first < 0 || other < 0 ? undefined : [first, other];
  }

  private undecided(): number[] {
    const { correct, decisions } = this.ending;
    return [...decisions.keys()].filter((agent) => correct[agent] === 1 && Number.isNaN(decisions[agent]));
  }

  private names(agents: readonly number[]): string {
    const shown = agents.slice(0, mostNamed).map((agent) => this.name(agent));
    if (agents.length > mostNamed) return `${shown.join(', ')} and ${agents.length - mostNamed} more`;
    return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  }

  private name(agent: number): string {
    return this.ending.setting.names[agent] as string;
  }

  private value(value: number): string {
    if (Number.isNaN(value)) return 'nothing';
    return this.ending.setting.task.nameOf(value, this.ending.setting);
  }
}

/** A long chain by its first and last links. */
function shortened(links: readonly Sentence[]): Sentence[] {
  if (links.length <= mostLinks) return [...links];
  const half = mostLinks / 2;
  const left = links.length - mostLinks;
  return [...links.slice(0, half), { text: `(${left} steps more of the kind.)` }, ...links.slice(-half)];
}

/** A time as people read it. */
function time(microseconds: number): string {
  if (microseconds === 0) return '0 s';
  if (microseconds < 1000) return `${microseconds} us`;
  if (microseconds < 1e6) return `${Number((microseconds / 1e3).toPrecision(4))} ms`;
  return `${Number((microseconds / 1e6).toPrecision(6))} s`;
}
