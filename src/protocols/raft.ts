import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Seat, Setting } from '../world/contracts.ts';
import { count, duration, part, positiveDuration } from '../world/part.ts';
import { requireComplete, requireInputs } from './preconditions.ts';
import { type Content, describe, digest } from './raft/content.ts';
import { type Member, newMember } from './raft/member.ts';

const electionDue = 0;
const heartbeatDue = 1;

/**
 * A replicated log (Raft: Ongaro and Ousterhout, USENIX ATC 2014), for crashes. Whoever hears no leader for a random time
 * stands for election in a new term; a majority makes it leader, if its log lacks nothing that was committed. The leader
 * appends its input, sends what others lack, and commits what a majority holds. Agents decide the value of the last of
 * the first `entries` entries once these are committed. Safe in any timing and under any loss; decides while a majority
 * is up and messages are faster than elections. State outlives a crash.
 *
 * With timeouts spread evenly over T and messages that take d, the first term sees rivals with chance
 * 1 - (1 - d/T)^n, before messages are lost.
 */
export const raft = part({
  name: 'raft',
  summary:
    'Crash-tolerant log: elections after random timeouts, a leader that replicates, commits by majority.',
  params: z
    .strictObject({
      timeout: positiveDuration
        .prefault('1s')
        .describe('The shortest time without a leader after which an agent stands.'),
      spread: duration.prefault('1s').describe('What is added to it at most, drawn anew each time.'),
      heartbeat: positiveDuration.prefault('200ms').describe('How often a leader makes itself heard.'),
      entries: count.max(10_000).default(1).describe('How many log entries are to be committed.'),
    })
    .refine(({ timeout, heartbeat }) => heartbeat < timeout, {
      path: ['heartbeat'],
      message: 'must be shorter than `timeout`, or every leader is deposed',
    }),
  create: (rules): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values'],
    measures: { terms: 'terms begun', elections: 'candidacies', rivals: 'candidates of the first term' },
    begin: (setting): EventProtocol<Content> => {
      requireComplete(setting);
      requireInputs(setting);
      return begin(setting, rules);
    },
  }),
});

interface Rules {
  readonly timeout: number;
  readonly spread: number;
  readonly heartbeat: number;
  readonly entries: number;
}

function begin({ agents: n, inputs }: Setting, rules: Rules): EventProtocol<Content> {
  const majority = Math.floor(n / 2) + 1;
  const members = Array.from({ length: n }, () => newMember(n));
  const memberOf = (agent: number): Member => members[agent] as Member;
  let terms = 0;
  let elections = 0;
  let rivals = 0;

  const waitForLeader = (me: Seat<Content>, it: Member): void => {
    if (it.timer !== undefined) me.cancel(it.timer);
    const patience = rules.timeout + me.random.below(rules.spread + 1);
    it.timerDue = me.now + patience;
    it.timer = me.wake(patience, electionDue);
  };
  const follow = (me: Seat<Content>, it: Member, term: number): void => {
    if (term > it.term) {
      it.term = term;
      it.votedFor = -1;
    }
    // A leader has no election pending, so whoever steps down begins to wait again.
    if (it.role === 'leader') waitForLeader(me, it);
    it.role = 'follower';
  };
  const stand = (me: Seat<Content>, it: Member): void => {
    it.role = 'candidate';
    it.term++;
    it.votedFor = me.id;
    it.votes.clear();
    it.votes.add(me.id);
    elections++;
    if (it.term === 1) rivals++;
    terms = Math.max(terms, it.term);
    waitForLeader(me, it);
    me.tellNeighbours({ kind: 'request', term: it.term, ...lastOf(it) });
    leadIfElected(me, it);
  };
  const leadIfElected = (me: Seat<Content>, it: Member): void => {
    if (it.role !== 'candidate' || it.votes.size < majority) return;
    it.role = 'leader';
    if (it.timer !== undefined) me.cancel(it.timer);
    it.timer = undefined;
    // One entry of its own term at least: only such entries are committed by counting.
    do it.log.push({ term: it.term, value: inputs[me.id] as number });
    while (it.log.length < rules.entries);
    it.next.fill(it.log.length - 1);
    it.match.fill(0);
    replicate(me, it);
    beatLater(me, it);
    commit(me, it);
  };
  const beatLater = (me: Seat<Content>, it: Member): void => {
    if (it.beat !== undefined) me.cancel(it.beat);
    it.beatDue = me.now + rules.heartbeat;
    it.beat = me.wake(rules.heartbeat, heartbeatDue);
  };
  const replicate = (me: Seat<Content>, it: Member): void => {
    for (let other = 0; other < n; other++) if (other !== me.id) sendEntries(me, it, other);
  };
  const sendEntries = (me: Seat<Content>, it: Member, other: number): void => {
    const previous = it.next[other] as number;
    me.send(other, {
      kind: 'append',
      term: it.term,
      previous,
      previousTerm: it.log[previous - 1]?.term ?? 0,
      entries: it.log.slice(previous),
      committed: it.committed,
    });
  };
  /** Commits what a majority holds, the leader included. */
  const commit = (me: Seat<Content>, it: Member): void => {
    it.match[me.id] = it.log.length;
    const held = it.match.toSorted()[n - majority] as number;
    if (held > it.committed && it.log[held - 1]?.term === it.term) it.committed = held;
    decideIfCommitted(me, it);
  };
  const decideIfCommitted = (me: Seat<Content>, it: Member): void => {
    if (it.decided || it.committed < rules.entries) return;
    it.decided = true;
    me.decide(it.log[rules.entries - 1]?.value as number);
  };
  const hearAppend = (
    me: Seat<Content>,
    it: Member,
    { previous, previousTerm, entries, committed }: Extract<Content, { kind: 'append' }>,
    from: number,
  ): void => {
    waitForLeader(me, it);
    const fits = previous === 0 || it.log[previous - 1]?.term === previousTerm;
    if (fits) {
      entries.forEach((entry, i) => {
        const at = previous + i;
        // Only a conflict shortens the log: an old message must not undo what a later one brought.
        if (it.log[at] !== undefined && it.log[at]?.term !== entry.term) it.log.length = at;
        it.log[at] ??= entry;
      });
      it.committed = Math.max(it.committed, Math.min(committed, previous + entries.length));
      decideIfCommitted(me, it);
    }
    const held = fits ? previous + entries.length : Math.min(it.log.length, previous - 1);
    me.send(from, { kind: 'ack', term: it.term, fits, held });
  };
  return {
    form: 'events',
    content: 'object',
    remaining: 'undecided',
    held: (agent) => memberOf(agent).log[rules.entries - 1]?.value ?? Number.NaN,
    state: (agent) => memberOf(agent).term,
    measures: () => ({ terms, elections, rivals }),
    waitsFor: (agent) => others(n, agent),
    // Itself aside.
    needs: (agent) => (memberOf(agent).decided ? 0 : majority - 1),
    hasTimeout: () => true,
    start: (me) => waitForLeader(me, memberOf(me.id)),
    recover(me) {
      const it = memberOf(me.id);
      it.role = 'follower';
      it.timer = undefined;
      it.beat = undefined;
      waitForLeader(me, it);
    },
    timeout(me, tag) {
      const it = memberOf(me.id);
      if (tag === electionDue) {
        if (it.role === 'leader' || me.now < it.timerDue) return;
        it.timer = undefined;
        stand(me, it);
      } else if (it.role === 'leader' && me.now >= it.beatDue) {
        replicate(me, it);
        beatLater(me, it);
      }
    },
    message(me, content, from) {
      const it = memberOf(me.id);
      if (content.term > it.term) follow(me, it, content.term);
      const isCurrent = content.term === it.term;
      switch (content.kind) {
        case 'request': {
          const mine = lastOf(it);
          const isUpToDate =
            content.lastTerm > mine.lastTerm ||
            (content.lastTerm === mine.lastTerm && content.last >= mine.last);
          const granted = isCurrent && isUpToDate && (it.votedFor === -1 || it.votedFor === from);
          if (granted) {
            it.votedFor = from;
            waitForLeader(me, it);
          }
          me.send(from, { kind: 'vote', term: it.term, granted });
          break;
        }
        case 'vote':
          if (!isCurrent || !content.granted || it.role !== 'candidate') return;
          it.votes.add(from);
          leadIfElected(me, it);
          break;
        case 'append':
          if (isCurrent) {
            follow(me, it, content.term);
            hearAppend(me, it, content, from);
          } else me.send(from, { kind: 'ack', term: it.term, fits: false, held: 0 });
          break;
        case 'ack':
          if (!isCurrent || it.role !== 'leader') return;
          if (content.fits) {
            it.match[from] = Math.max(it.match[from] as number, content.held);
            it.next[from] = Math.max(it.next[from] as number, content.held);
            commit(me, it);
          } else {
            it.next[from] = Math.max(
              it.match[from] as number,
              Math.min(content.held, (it.next[from] as number) - 1),
            );
            sendEntries(me, it, from);
          }
      }
    },
    digest,
    describe,
  };
}

const others = (n: number, agent: number): number[] =>
  Array.from({ length: n }, (_, other) => other).filter((other) => other !== agent);

const lastOf = ({ log }: Member): { last: number; lastTerm: number } => ({
  last: log.length,
  lastTerm: log.at(-1)?.term ?? 0,
});
