import type { Change, Chronicle, Loss, NamedRound, Place, Sent } from './chronicle.ts';
import type { Ending } from './contracts.ts';

/** Longer lists of names are told by their beginning. */
export const mostNamed = 4;

/** Stands after the name of an agent that follows no protocol. */
export const byzantine = '(Byzantine)';

/** What agents decide that they may have from one another. Colours, partners and the like each finds for itself. */
const copied: ReadonlySet<string> = new Set(['numbers', 'values', 'news', 'bit', 'name']);

/** The words that all stories of one run share: who, when, what, and how somebody came by it. */
export class StoryWords {
  /** Whether agents have what they decide from others. */
  readonly isCopied: boolean;
  private readonly ending: Ending;
  private readonly told: Chronicle;
  readonly changes: readonly Change[];

  constructor(ending: Ending, told: Chronicle) {
    this.ending = ending;
    this.told = told;
    this.changes = told.changes();
    const { wants } = ending.setting.task;
    this.isCopied = wants === undefined || wants.some((it) => copied.has(it));
  }

  /** An agent by name, and as what it is where it follows no protocol. */
  name(agent: number): string {
    const { names, adversaries } = this.ending.setting;
    return `${names[agent]}${adversaries.has(agent) ? ` ${byzantine}` : ''}`;
  }

  names(agents: readonly number[]): string {
    const shown = agents.slice(0, mostNamed).map((agent) => this.name(agent));
    if (agents.length > mostNamed) return `${shown.join(', ')} and ${agents.length - mostNamed} more`;
    return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  }

  value(value: number): string {
    if (Number.isNaN(value)) return 'nothing';
    return this.ending.setting.task.nameOf(value, this.ending.setting);
  }

  /** `at 300 ms`, `in round 7`, `after round 7 of the game`. */
  when(place: Pick<Place, 'at' | 'round'>): string {
    if (place.round < 0) return `at ${time(place.at)}`;
    const named = this.told.namedRound(place.round);
    if (named === undefined) return `in round ${place.round}`;
    return `${named.isAfter ? 'after' : 'in'} round ${named.number} of the ${named.of}`;
  }

  /** The same at the beginning of a sentence. */
  opening(place: Pick<Place, 'at' | 'round'>): string {
    return capitalised(this.when(place));
  }

  /** How much time, or how many rounds, went by from a moment to the end, or from the beginning: `50 rounds of the game`. */
  span(from?: Pick<Place, 'at' | 'round'>): string {
    const { rounds, now } = this.ending;
    if (rounds === 0) return time(now - (from?.at ?? 0));
    const last = this.told.namedRound(rounds - 1);
    if (last === undefined) return counted(rounds - Math.max(from?.round ?? 0, 0), 'round');
    const first = this.told.namedRound(Math.max(from?.round ?? 0, 0));
    return `${counted(completed(last) - (first?.number ?? 0), 'round')} of the ${last.of}`;
  }

  /** `Emily takes 13 from Brian`. */
  took(change: Change): string {
    const { agent, after, on, by, answered } = change;
    const who = this.name(agent);
    const what = this.value(after);
    if (on === 'start') return `${who} holds ${what} from the start`;
    // What is said of work does not say what is held.
    if (answered !== undefined && (Number.isNaN(after) || answered.includes(what)))
      return Number.isNaN(after)
        ? `${who} is left with nothing, for it ${answered}`
        : `${who} ${clipped(answered)}`;
    if (by !== undefined && this.isCopied && (this.isLiar(by) || this.meant(change)))
      return `${who} takes ${what} from ${this.name(by)}`;
    if (on === 'message')
      return `${who} takes ${what} on a message${by === undefined ? '' : ` from ${this.name(by)}`}`;
    if (this.ending.setting.inputs[agent] === after) return `${who} takes ${what}, which it was given`;
    const occasion = {
      timeout: 'when its timeout is due',
      answer: 'by its own answer',
      turn: 'in its turn',
      recovery: 'when it is back',
    }[on];
    return `${who} takes ${what} ${occasion}`;
  }

  /** Whose word was what made an agent change, where that one meant what it said; undefined where the trail ends. */
  source(change: Change): number | undefined {
    const { agent, on, by, sentAt, event, answered } = change;
    if (by === undefined || by === agent || sentAt === undefined || sentAt >= event) return undefined;
    if (answered !== undefined || this.isLiar(by)) return undefined;
    // A conclusion of its own that an agent draws from a message is followed to whoever sent that.
    return this.meant(change) || (on === 'message' && !this.isCopied) ? by : undefined;
  }

  /** Whether who sent the message held the value: then, or from that event on, or as its input, while it held nothing. */
  private meant({ after, by, heldBy, sentAt }: Change): boolean {
    if (by === undefined || heldBy === undefined) return false;
    if (Object.is(heldBy, after)) return true;
    if (Number.isNaN(heldBy) && this.ending.setting.inputs[by] === after) return true;
    return this.changes.some((it) => it.agent === by && it.event === sentAt && Object.is(it.after, after));
  }

  isLiar(agent: number): boolean {
    return this.ending.setting.adversaries.has(agent);
  }

  /** `whose last message to it, of 300 ms, was lost: cut off`. */
  lastWord(sent: Sent | undefined): string {
    if (sent === undefined) return 'who has sent it nothing';
    const when = this.when(sent);
    if (sent.lost !== undefined) return `whose last message to it, sent ${when}, was lost (${sent.lost})`;
    if (sent.arrived === undefined) return `whose last message to it, sent ${when}, has not arrived`;
    return `whose last message to it is that sent ${when}`;
  }

  /** `11 messages were lost (cut off), the first at 0 s from Alexis to Frank, the last at 400 ms`. */
  lost(why: string, { count, first, last }: { count: number; first: Loss; last: Loss }): string {
    const head = count === 1 ? 'One message was lost' : `${count} messages were lost`;
    const begin = count === 1 ? '' : 'the first ';
    const [from, until] = [this.when(first), this.when(last)];
    const end = from === until ? '' : `, the last ${until}`;
    return `${head} (${why}), ${begin}${from} from ${this.name(first.from)} to ${this.name(first.to)}${end}.`;
  }
}

/** How many rounds of its own a protocol has been through in the round of the world that has this name. */
const completed = ({ number, isAfter }: NamedRound): number => (isAfter ? number + 1 : number);

/** A reason that a language model gave may be long. */
const longest = 160;

const clipped = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}...` : text);

/** With a capital letter, as a sentence begins. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A time as people read it. */
function time(microseconds: number): string {
  if (microseconds === 0) return '0 s';
  if (microseconds < 1000) return `${microseconds} us`;
  if (microseconds < 1e6) return `${Number((microseconds / 1e3).toPrecision(4))} ms`;
  return `${Number((microseconds / 1e6).toPrecision(6))} s`;
}
