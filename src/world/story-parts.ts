import type { Change, Chronicle } from './chronicle.ts';
import type { Ending } from './contracts.ts';
import { hindrance, left, undecidedOf } from './liveness.ts';
import { capitalised, mostNamed, StoryWords } from './story-words.ts';

/** One sentence of a story, and the event that it tells of. */
export interface Sentence {
  readonly text: string;
  /** Its number in the trace. */
  readonly event?: number;
}

/** Longer chains are told by their ends. */
const mostLinks = 8;

/** The sentences that the stories of one run are made of. */
export class StoryParts {
  protected readonly ending: Ending;
  protected readonly told: Chronicle;
  protected readonly words: StoryWords;
  protected readonly changes: readonly Change[];
  /** Those of correct agents: what Byzantine ones hold, or hold no more, settles nothing. */
  protected readonly counting: readonly Change[];

  /** Whether agents had something to do, rather than to agree on what they hold. */
  protected readonly isWork: boolean;

  constructor(ending: Ending, told: Chronicle) {
    this.ending = ending;
    this.isWork = ending.history.remaining !== undefined;
    this.told = told;
    this.words = new StoryWords(ending, told);
    this.changes = this.words.changes;
    this.counting = this.changes.filter(({ agent }) => ending.correct[agent] === 1);
  }

  /** Where it ended, for a story that has no event to name. */
  last(): Sentence {
    const end = this.told.end();
    return { text: `The last thing to happen was ${this.words.when(end)}.`, event: end.event };
  }

  /** Who followed no protocol, and what each was up to. */
  adversaries(): Sentence[] {
    const { names, adversaries } = this.ending.setting;
    const shown = [...adversaries].slice(0, mostNamed).map(([agent, how]) => `${names[agent]} (${how})`);
    if (shown.length === 0) return [];
    const more = adversaries.size > mostNamed ? ` and ${adversaries.size - mostNamed} more` : '';
    return [{ text: `Byzantine ${adversaries.size === 1 ? 'is' : 'are'} ${shown.join(', ')}${more}.` }];
  }

  /** How an agent came by a value: from whom it has it, from whom that one has it, and so on to where it began. */
  protected cameBy(agent: number, value: number): Sentence[] {
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
        if (Object.is(this.told.began(holder), value) && (links.length === 0 || this.words.isCopied))
          links.push({ text: `${this.words.name(holder)} began with ${this.words.value(value)}.` });
        break;
      }
      links.push({ text: `${this.tookThen(change)}.`, event: change.event });
      links.push(...this.liesBehind(change));
      // A message was sent before it arrived: the chain goes back in time, and so it ends.
      who = this.words.source(change);
      before = change.sentAt ?? 0;
    }
    return shortened(links.reverse());
  }

  /** Of a message on which an agent took what the sender did not hold: how that leads back to a liar, if it does. */
  private liesBehind({ agent, on, by, sent }: Change): Sentence[] {
    const links: Sentence[] = [];
    let [from, to, message] = [by, agent, on === 'message' ? sent : undefined];
    while (from !== undefined && message?.cause !== undefined && !this.words.isLiar(from)) {
      const { cause } = message;
      const text = `${this.words.opening(message)} ${this.words.name(from)}, told by ${this.words.name(cause.by)}, tells ${this.words.name(to)}.`;
      links.push({ text, event: message.event });
      [from, to, message] = [cause.by, from, cause.sent];
    }
    return from !== undefined && this.words.isLiar(from) ? links : [];
  }

  private tookThen(change: Change): string {
    return change.on === 'start'
      ? this.words.took(change)
      : `${this.words.opening(change)} ${this.words.took(change)}`;
  }

  /** How an agent came by what it decided, and that it did: in one sentence, where it decided in taking it. */
  protected decided(agent: number): Sentence[] {
    const decision = this.told.decisions.find((it) => it.agent === agent);
    if (!decision) return [this.decides(agent)];
    const came = this.cameBy(agent, decision.value);
    const last = came.at(-1);
    const began = came.length === 1 && last?.event === undefined;
    if (!last || !(began || last.event === decision.event)) return [...came, this.decides(agent)];
    const text = `${last.text.slice(0, -1)}, and decides it${began ? ` ${this.words.when(decision)}` : ''}.`;
    return [...came.slice(0, -1), { text, event: decision.event }];
  }

  protected decides(agent: number): Sentence {
    const decision = this.told.decisions.find((it) => it.agent === agent);
    if (!decision) return { text: `${this.words.name(agent)} has not decided.` };
    const text = `${this.words.opening(decision)} ${this.words.name(agent)} decides ${this.words.value(decision.value)}.`;
    return { text, event: decision.event };
  }

  /** Whom an agent waits for, and what became of that one's last message to it. */
  protected waits(agent: number, other: number): Sentence {
    const sent = this.told.lastSent(other, agent);
    const text = `${this.words.name(agent)} waits for ${this.words.name(other)}, ${this.words.lastWord(sent)}.`;
    // Where there is no such message, since when it waits.
    return { text, event: sent?.event ?? this.told.lastOf(agent)?.event ?? 0 };
  }

  /** Who went down for good. */
  protected gone(): Sentence[] {
    const gone = [...this.ending.correct.keys()].filter((agent) => this.ending.down(agent));
    const [first] = gone;
    if (first === undefined) return [];
    const last = this.told.lastOf(first);
    const since = last
      ? `${gone.length > 1 ? `${this.words.name(first)} ` : ''}since its last act ${this.words.when(last)}`
      : `and did nothing before`;
    const text = `${this.words.names(gone)} ${gone.length > 1 ? 'are' : 'is'} down for good, ${since}.`;
    return [{ text, ...(last && { event: last.event }) }];
  }

  /** What was lost on the way, by cause. */
  protected lost(): Sentence[] {
    return [...this.told.losses].map(([why, losses]) => ({
      text: this.words.lost(why, losses),
      event: losses.first.event,
    }));
  }

  /** What the protocol had to say of the last round that was over. */
  protected account(): Sentence[] {
    const account = this.told.account();
    return account ? [{ text: account.text, event: account.event }] : [];
  }

  protected lastChange(): Sentence[] {
    const last = this.counting.at(-1);
    if (!last && this.isWork) return this.lastDecision();
    if (!last) return [{ text: 'Nobody ever changed its value.' }];
    const name = this.words.name(last.agent);
    return [{ text: `The last to change was ${name}. ${this.tookThen(last)}.`, event: last.event }];
  }

  /** Of agents who need not come to hold one value: the last of them to decide. */
  private lastDecision(): Sentence[] {
    const last = this.told.decisions.findLast(({ agent }) => this.ending.correct[agent] === 1);
    if (!last) return [{ text: 'Nobody decided.' }];
    const { text, event } = this.decides(last.agent);
    return [
      { text: `The last to decide was ${this.words.name(last.agent)}. ${text}`, event: event as number },
    ];
  }

  /** What was left to do where there is such a thing, and who holds what, where anybody holds anything. */
  protected atEnd(): Sentence[] {
    const { history, held, correct } = this.ending;
    if (!this.isWork) return [this.camps()];
    const isHeld = held.some((value, agent) => correct[agent] === 1 && !Number.isNaN(value));
    return [{ text: `At the end ${left(history)}${isHeld ? `; ${this.whoHolds()}` : ''}.` }];
  }

  /** What faults held undecided agents back at the end, where something was left to do. */
  protected heldBack(): Sentence[] {
    if (!this.isWork) return [];
    const found = hindrance(this.ending, undecidedOf(this.ending)).split('; ').slice(1);
    return found.map((it) => ({ text: `${capitalised(it)}.` }));
  }

  /** What the protocol counted of itself. */
  protected measured(): Sentence[] {
    const counts = Object.entries(this.ending.measures ?? {}).map(([name, count]) => `${count} ${name}`);
    return counts.length === 0 ? [] : [{ text: `It went through ${counts.join(', ')}.` }];
  }

  /** Who holds what at the end. */
  protected camps(): Sentence {
    return { text: `At the end ${this.whoHolds()}.` };
  }

  private whoHolds(): string {
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
          `${agents.length} ${agents.length === 1 ? 'holds' : 'hold'} ${this.words.value(value)}`,
      );
    const more = sorted.length > mostNamed ? `, and there are ${sorted.length - mostNamed} values more` : '';
    return `${parts.join(', ')}${more}`;
  }
}

/** A long chain by its first and last links. */
export function shortened(links: readonly Sentence[]): Sentence[] {
  if (links.length <= mostLinks + 1) return [...links];
  const half = mostLinks / 2;
  const left = links.length - mostLinks;
  return [...links.slice(0, half), { text: `(${left} steps more of the kind.)` }, ...links.slice(-half)];
}
