import type { Change, Chronicle, Place } from './chronicle.ts';
import type { Ending } from './contracts.ts';
import type { Outcome } from './outcome.ts';
import { type Sentence, StoryParts, shortened } from './story-parts.ts';
import { byzantine, mostNamed } from './story-words.ts';

/**
 * The shortest story of how a run came to its end: from the event that decided it back to where it began. Of whom the
 * witness names, how they came by their values; for a block, what each last heard of the one it waits for; for a circle,
 * one time round; for a limit, what used it up. Rounds are those that the protocol numbers itself, where it does.
 */
export function story(outcome: Outcome, ending: Ending, told: Chronicle): Sentence[] {
  const teller = new Teller(ending, told);
  const sentences = [...teller.of(outcome)];
  if (!sentences.some(({ text }) => text.includes(byzantine))) sentences.push(...teller.adversaries());
  return sentences.some(({ event }) => event !== undefined) ? sentences : [...sentences, teller.last()];
}

/** Tells of one run, by how it ended. */
class Teller extends StoryParts {
  of(outcome: Outcome): Sentence[] {
    switch (outcome.class) {
      case 'valid':
        return this.agreement();
      case 'invalid':
        return this.mistaken(outcome);
      case 'split':
        return this.split(outcome);
      case 'agreed-not-stopped':
        return this.unnoticed();
      case 'blocked':
        return this.blocked(outcome);
      case 'stalled':
        return this.standstill();
      case 'livelock':
        return outcome.cause === 'recurring-state' ? this.circle(outcome) : this.withoutProgress();
      case 'no-input':
        return this.unreadable();
      case 'budget':
        return this.spent(outcome);
      default:
        return this.underWay();
    }
  }

  private agreement(): Sentence[] {
    const decisions = this.told.decisions.filter(({ agent }) => this.ending.correct[agent] === 1);
    const first = decisions[0];
    const final = decisions.at(-1);
    if (!first || !final) return this.underWay();
    if (first === final) return this.decided(first.agent);
    if (first.event === final.event || (first.round >= 0 && first.round === final.round)) {
      const isOne = decisions.every(({ value }) => value === final.value);
      if (!isOne) return [...this.decided(first.agent), ...this.decided(final.agent), ...this.account()];
      const text = `${this.words.opening(final)} all ${decisions.length} decide ${this.words.value(final.value)}.`;
      // The last to come round, not the last in the row, is who made it one.
      const last = this.counting.at(-1);
      const who = last && Object.is(last.after, final.value) ? last.agent : final.agent;
      return [...this.cameBy(who, final.value), ...this.account(), { text, event: final.event }];
    }
    const [begin, ...rest] = this.decided(final.agent);
    const own = this.decided(first.agent).at(-1);
    // The chain may begin with whoever decided first.
    const isFirst = !rest.some(({ event }) => event !== undefined && event < first.event);
    if (begin && isFirst && own?.text.startsWith(begin.text.slice(0, -1))) return [own, ...rest];
    const chain = begin ? [begin, ...rest] : rest;
    const later = chain.findIndex(({ event }) => event !== undefined && event > first.event);
    return chain.toSpliced(later < 0 ? chain.length : later, 0, this.decides(first.agent));
  }

  private mistaken({ judgement: { agents } }: Outcome): Sentence[] {
    const { correct, decisions, setting } = this.ending;
    const isForeign = (agent: number): boolean =>
      correct[agent] === 1 &&
      !setting.inputs.some((input, by) => input === decisions[agent] && !setting.adversaries.has(by));
    const found = agents ?? [...decisions.keys()].filter(isForeign).slice(0, 1);
    const [one] = found.filter((agent) => !Number.isNaN(decisions[agent]));
    if (one === undefined) return this.agreement();
    return [...this.decided(one), ...this.account(), ...this.gone(), ...this.lost()];
  }

  private split({ judgement: { agents } }: Outcome): Sentence[] {
    const found = (agents ?? this.dissenters()).filter(
      (agent) => !Number.isNaN(this.ending.decisions[agent]),
    );
    if (found.length === 0) return this.agreement();
    const both = found.slice(0, 2).flatMap((agent) => this.decided(agent));
    return [...both, ...this.account(), ...this.gone(), ...this.lost()];
  }

  private unnoticed(): Sentence[] {
    const last = this.counting.at(-1);
    if (!last) {
      const text = `All held one value from the beginning, and for ${this.words.span()}, to the end, they did not stop.`;
      return [{ text }, ...this.account()];
    }
    const what = this.words.value(last.after);
    const text = `From then on all held ${what}, and for ${this.words.span(last)}, to the end, they did not stop.`;
    return [...this.cameBy(last.agent, last.after), { text, event: last.event }, ...this.account()];
  }

  private blocked({ cause, evidence }: Outcome): Sentence[] {
    if (cause === 'wait-for-cycle') {
      const cycle = evidence.cycle as number[];
      const links = cycle.map((agent, i) => this.waits(agent, cycle[(i + 1) % cycle.length] as number));
      return [...shortened(links), ...this.lost()];
    }
    if (cause === 'waits-for-crashed') {
      const [agent, gone] = evidence.agents as [number, number];
      const last = this.told.lastOf(gone);
      const text = last
        ? `${this.words.name(gone)} did its last ${this.words.when(last)}, before it went down for good.`
        : `${this.words.name(gone)} did nothing before it went down for good.`;
      return [{ text, ...(last && { event: last.event }) }, this.waits(agent, gone)];
    }
    const undecided = this.undecided();
    const end = this.told.end();
    const has = undecided.length === 1 ? 'has' : 'have';
    const { ended, now } = this.ending;
    const over =
      ended === 'horizon'
        ? `The run was cut off at ${now / 1e6} s`
        : `Nothing is left to happen ${this.words.when(end)}`;
    const text = `${over}, and ${this.words.names(undecided)} ${has} not decided.`;
    const waiting = undecided.slice(0, mostNamed).flatMap((agent) => {
      const [other] = this.ending.waitsFor(agent);
      return other === undefined ? [] : [this.waits(agent, other)];
    });
    return [...this.lastChange(), { text, event: end.event }, ...waiting, ...this.lost()];
  }

  private standstill(): Sentence[] {
    return [...this.underWay(), ...this.busy(), ...this.lost()];
  }

  private circle({ evidence }: Outcome): Sentence[] {
    const period = evidence.period as number;
    const { rounds } = this.ending;
    if (rounds === 0) return this.withoutProgress();
    // The turns of one time round, the last that was seen to its end.
    const from = rounds - period;
    const around = Array.from({ length: period }, (_, i) => {
      const round = from + i;
      const turned = this.changes.filter((it) => it.round === round);
      return {
        text: `${this.words.opening({ at: 0, round })}, ${this.turned(turned)}.`,
        ...(turned[0] && { event: turned[0].event }),
      };
    });
    const since = this.words.when({ at: 0, round: evidence.first as number }).replace(/^in /, '');
    const ofWorld = this.told.namedRound(from) === undefined ? 'rounds' : 'turns';
    const text = `Then all is as it was ${period} ${ofWorld} before, and so on since ${since}.`;
    return [...shortened(around), { text }];
  }

  private withoutProgress(): Sentence[] {
    const sent = this.told.sentBy().reduce((sum, it) => sum + it, 0);
    const sending = this.told.lastSending();
    const { length } = this.counting;
    const changed =
      length === 0
        ? `no agent ${this.isWork ? 'decided' : 'changed its value'}`
        : `agents changed their value ${length} times`;
    const did = `${changed}${sent > 0 ? ` and ${sent} messages were sent` : ''}`;
    const end = this.isWork ? 'nothing more got done' : 'they disagree no less than they did';
    const text = `In ${this.words.span()} ${did}, and ${end}.`;
    return [
      ...this.atEnd(),
      { text, ...(sending && { event: sending.event }) },
      ...(length > 0 ? this.lastChange() : []),
      ...this.account(),
      ...this.measured(),
      ...this.lost(),
    ];
  }

  private unreadable(): Sentence[] {
    const causes = [...this.told.unread].sort((a, b) => b[1].count - a[1].count);
    const all = this.told.answers();
    const unread = causes.reduce((sum, [, { count }]) => sum + count, 0);
    const [first] = causes.map(([, it]) => it.first).sort((a, b) => a.event - b.event);
    const counts: Sentence[] = [];
    if (first !== undefined) {
      const why = causes.map(([cause, { count }]) => `${count} ${cause}`).join(', ');
      const text = `Of ${all} answers ${unread} could not be read (${why}), first one of ${this.words.name(first.agent)} ${this.words.when(first)}.`;
      counts.push({ text, event: first.event });
    } else if (all > 0) counts.push({ text: `All ${all} answers could be read.` });
    const silent = this.told.decisions.filter(
      ({ agent, value }) => value < 0 && this.ending.correct[agent] === 1,
    );
    const [one, ...others] = silent;
    if (one === undefined) return [...counts, ...this.lastAsked()];
    const too = others.length === 0 ? '' : others.length === 1 ? ', and so is ' : ', and so are ';
    const text = `${this.words.opening(one)} ${this.words.name(one.agent)} is left without an answer${too}${this.words.names(others.map(({ agent }) => agent))}.`;
    return [...counts, { text, event: one.event }];
  }

  /** Of the last round in which anybody was asked: who could be read, and who could not. */
  private lastAsked(): Sentence[] {
    const agents = [...this.ending.correct.keys()].filter((agent) => this.ending.correct[agent] === 1);
    const answers = agents.flatMap((agent) => {
      const last = this.told.lastAnswer(agent);
      return last === undefined ? [] : [{ agent, ...last }];
    });
    const round = Math.max(-1, ...answers.map((it) => it.round));
    const there = answers.filter((it) => it.round === round);
    const unread = there.filter(({ isRead }) => !isRead);
    const [one] = unread;
    if (round < 0 || one === undefined) return [];
    const read = there.filter(({ isRead }) => isRead).map(({ agent }) => agent);
    const others = this.words.names(unread.map(({ agent }) => agent));
    const those =
      read.length === 0 ? 'nobody can be read' : `${this.words.names(read)} can be read; ${others} cannot`;
    const text = `${this.words.opening(one)}, the last, ${those}.`;
    return [{ text, event: one.event }];
  }

  private spent({ cause }: Outcome): Sentence[] {
    const { counts } = this.ending;
    const isOfCalls = cause === 'calls' || cause === 'tokens' || cause === 'money';
    const by = isOfCalls ? this.told.askedOf() : this.told.sentBy();
    const most = Array.from(by, (count, agent) => ({ count, agent })).sort((a, b) => b.count - a.count);
    const top = most.slice(0, mostNamed).filter(({ count }) => count > 0);
    const shares = top.map(({ agent, count }) => `${this.words.name(agent)} with ${count}`).join(', ');
    return [
      {
        text: `It went on ${counts.messages} messages, ${counts.timeouts} timeouts and ${counts.calls} calls in ${this.words.span()}.`,
        event: this.told.end().event,
      },
      ...(top.length > 0
        ? [{ text: `Most ${isOfCalls ? 'calls' : 'messages'} are those of ${shares}.` }]
        : []),
      ...this.underWay(),
    ];
  }

  private underWay(): Sentence[] {
    return [...this.lastChange(), ...this.atEnd(), ...this.heldBack()];
  }

  /** What went on in vain after the last change. */
  private busy(): Sentence[] {
    const since = this.counting.at(-1)?.event ?? 0;
    const sending = this.told.lastSending();
    if (sending && sending.event > since) return [this.inVain('Agents went on sending', sending)];
    const last = Array.from(this.ending.correct, (_, agent) => this.told.lastOf(agent)).reduce(
      (latest, it) => (it && it.event > (latest?.event ?? since) ? it : latest),
      undefined,
    );
    return last ? [this.inVain('Agents were at work', last)] : [];
  }

  private inVain(what: string, until: Place): Sentence {
    const when = this.words.when(until).replace(/^(at|in) /, '');
    return { text: `${what} until ${when}, and nothing came of it.`, event: until.event };
  }

  private turned(changes: readonly Change[]): string {
    const to = new Map<number, number>();
    for (const { after } of changes) to.set(after, (to.get(after) ?? 0) + 1);
    if (to.size === 0) return 'nobody changes';
    return [...to]
      .map(([value, count]) => `${count} ${count === 1 ? 'turns' : 'turn'} to ${this.words.value(value)}`)
      .join(', ');
  }

  /** Two correct agents who decided differently, the first there are. */
  private dissenters(): number[] {
    const { correct, decisions } = this.ending;
    const first = decisions.findIndex((value, agent) => correct[agent] === 1 && !Number.isNaN(value));
    const other = decisions.findIndex(
      (value, agent) => correct[agent] === 1 && !Number.isNaN(value) && value !== decisions[first],
    );
    return first < 0 || other < 0 ? [] : [first, other];
  }

  private undecided(): number[] {
    const { correct, decisions } = this.ending;
    return [...decisions.keys()].filter((agent) => correct[agent] === 1 && Number.isNaN(decisions[agent]));
  }
}
