import { z } from 'zod';
import type { Bearing, EventProtocol, ProtocolPlan, Seat, Setting } from '../world/contracts.ts';
import { part, positiveDuration } from '../world/part.ts';
import { nextValue, valuesToTell } from './lies.ts';
import { type Change, type Content, choose, describe, digest, forge, isJustified } from './pbft/content.ts';
import { Mind, type Rules } from './pbft/mind.ts';
import {
  bearing,
  bounds,
  faultyAgents,
  faultyOf,
  refuse,
  requireComplete,
  requireInputs,
} from './preconditions.ts';

/**
 * One decision by practical Byzantine fault tolerance (Castro and Liskov, OSDI 1999): views with a leader each, who
 * proposes; agents prepare what it proposes, commit what a quorum has prepared, and decide what a quorum has committed.
 * Whoever waits too long goes on to the next view, and waits twice as long there, up to a limit; so does whoever sees
 * f + 1 others ahead, while nobody goes on before a quorum has followed. The leader of a view must justify its proposal by what a quorum tells it on entering: the value
 * prepared in the latest view, or else the commonest input. Safe in any timing for n >= 3f + 1; decides once messages
 * are on time (Dwork, Lynch and Stockmeyer, JACM 35(2), 1988). What agents say of others is taken as signed: nobody can
 * make it up. A decision that f + 1 report is taken over. What all correct agents were given it decides; where they
 * differ, it is sure to decide the input of one of them for n > (values + 1) f only, since a leader hears n - f inputs, of
 * which f may be lies. Messages beside those of the normal case: in a group without faults each agent also tells all that it
 * is in view 0, which is how the leader learns of inputs, and that it has decided.
 */
export const pbft = part({
  name: 'pbft',
  summary:
    'Byzantine consensus in views: a leader proposes, quorums prepare and commit, timeouts change the view.',
  params: z
    .strictObject({
      f: faultyAgents,
      quorum: z
        .int()
        .min(1)
        .optional()
        .describe('How many equal votes decide; left out, more than (n + f) / 2.'),
      timeout: positiveDuration.prefault('1s').describe('How long an agent waits in its first view.'),
      longest: positiveDuration
        .prefault('16s')
        .describe('The longest it waits in any: the time doubles from view to view.'),
      bounds,
    })
    .refine(({ timeout, longest }) => timeout <= longest, {
      path: ['longest'],
      message: 'must be no less than `timeout`',
    }),
  create: ({ f: wanted, quorum, timeout, longest, bounds: asked }): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values'],
    measures: { views: 'views that the furthest agent came to' },
    begin: (setting): EventProtocol<Content> => {
      requireComplete(setting);
      const f = faultyOf(setting, { f: wanted, factor: 3, bounds: asked });
      requireInputs(setting, (input) => input >= 0, 'an input of zero or more');
      const { agents: n } = setting;
      const least = Math.floor((n + f) / 2) + 1;
      const most = Math.max(1, n - f);
      const votes = quorum ?? Math.min(least, most);
      if (asked === 'kept') refuseQuorum(votes, { least, most, n, f });
      const rules = { n, f, quorum: votes, changes: most, timeout, longest };
      return {
        ...begin(setting, rules),
        ...bearing(asked, { faulty: f, lies: true, bound: 'n >= 3f + 1', choices: choicesOf(n, f) }),
      };
    },
  }),
});

/** The commonest of n - f inputs is common to f + 1 agents, one of them correct, where n - f > values * f. */
const choicesOf = (n: number, f: number): Bearing['choices'] =>
  f === 0 ? undefined : { most: Math.ceil((n - f) / f) - 1, bound: 'n > (values + 1) f' };

function refuseQuorum(
  quorum: number,
  { least, most, n, f }: Record<'least' | 'most' | 'n' | 'f', number>,
): void {
  const path = 'protocol.quorum';
  if (quorum < least) {
    refuse(
      path,
      `must be more than (n + f) / 2, so at least ${least} of ${n} agents with f = ${f}, or two quorums may have no correct agent in common, but is ${quorum}; raise it, leave it out, or set bounds: ignored`,
    );
  }
  if (quorum > most) {
    refuse(
      path,
      `must be at most n - f, which is ${most}, or ${f} silent agents block it, but is ${quorum}; lower it, leave it out, or set bounds: ignored`,
    );
  }
}

function begin(setting: Setting, rules: Rules): EventProtocol<Content> {
  const { n, f, quorum } = rules;
  const { inputs } = setting;
  const values = valuesToTell(setting);
  const minds = Array.from({ length: n }, (_, agent) => new Mind(inputs[agent] as number, rules));
  const mindOf = (agent: number): Mind => minds[agent] as Mind;
  let views = 0;

  /** Says something to all, itself included. */
  const say = (me: Seat<Content>, content: Content): void => {
    me.tellNeighbours(content);
    hear(me, content, me.id);
  };
  const wait = (me: Seat<Content>, mind: Mind): void => {
    if (mind.timer !== undefined) me.cancel(mind.timer);
    const patience = mind.patience();
    mind.due = me.now + patience;
    mind.timer = mind.decided ? undefined : me.wake(patience);
  };
  const changeOf = (agent: number): Content => {
    const { view, input, prepared } = mindOf(agent);
    return { kind: 'change', change: { from: agent, view, input, prepared } };
  };
  /** Tells all that it is in its view; said again while too few have followed, since it may have been lost. */
  const tellView = (me: Seat<Content>): void => say(me, changeOf(me.id));
  const enter = (me: Seat<Content>, view: number): void => {
    const mind = mindOf(me.id);
    mind.view = view;
    mind.hasCompany = false;
    views = Math.max(views, view + 1);
    wait(me, mind);
    tellView(me);
  };
  /** Does all that what was heard so far allows. */
  const go = (me: Seat<Content>): void => {
    const mind = mindOf(me.id);
    const { view } = mind;
    const at = mind.at(view);
    if (view % n === me.id && !at.hasProposed) {
      const changes = at.changes.filter((change) => change !== undefined);
      if (changes.length >= rules.changes) {
        at.hasProposed = true;
        say(me, { kind: 'propose', view, value: choose(changes), changes });
        return;
      }
    }
    if (at.proposal !== undefined && !at.hasPrepared) {
      at.hasPrepared = true;
      say(me, { kind: 'prepare', view, value: at.proposal });
      return;
    }
    const prepared = mind.commonest(at.prepares, quorum);
    if (prepared !== undefined && !at.hasCommitted) {
      at.hasCommitted = true;
      mind.prepared = { view, value: prepared };
      say(me, { kind: 'commit', view, value: prepared });
      return;
    }
    const value = mind.decided ? undefined : (mind.committed(quorum) ?? mind.commonest(mind.reports, f + 1));
    if (value === undefined) return;
    mind.decided = true;
    mind.value = value;
    if (mind.timer !== undefined) me.cancel(mind.timer);
    me.tellNeighbours({ kind: 'decided', value });
    me.decide(value);
  };
  const hear = (me: Seat<Content>, content: Content, from: number): void => {
    const mind = mindOf(me.id);
    switch (content.kind) {
      case 'change':
        hearChange(me, mind, content.change, from);
        break;
      case 'propose': {
        const isLeader = from === content.view % n;
        const at = mind.at(content.view);
        if (isLeader && at.proposal === undefined && isJustified(content, rules.changes))
          at.proposal = content.value;
        break;
      }
      case 'prepare':
        first(mind.at(content.view).prepares, from, content.value);
        break;
      case 'commit':
        first(mind.at(content.view).commits, from, content.value);
        break;
      case 'decided':
        first(mind.reports, from, content.value);
    }
    go(me);
  };
  const hearChange = (me: Seat<Content>, mind: Mind, change: Change, from: number): void => {
    if (change.from !== from) return;
    mind.at(change.view).changes[from] ??= change;
    mind.viewOf[from] = Math.max(mind.viewOf[from] as number, change.view);
    // Whoever changes views has not decided yet, or had not when it said so. Who has decided says nothing of itself any
    // more: what it said of its view may have been lost, and the others go on only with a quorum.
    if (mind.decided && from !== me.id) {
      me.send(from, { kind: 'decided', value: mind.value });
      // Not to those who are known to have decided too, or two of them would answer each other for ever.
      if (change.view === mind.view && Number.isNaN(mind.reports[from])) me.send(from, changeOf(me.id));
    }
    const ahead = mind.viewReachedBy(f + 1);
    if (ahead > mind.view) {
      enter(me, ahead);
    } else if (!mind.hasCompany && mind.viewReachedBy(rules.changes) >= mind.view) {
      // Only now the leader can propose, so only now its time begins to run.
      mind.hasCompany = true;
      wait(me, mind);
    }
  };
  return {
    form: 'events',
    content: 'object',
    remaining: 'undecided',
    held: (agent) => mindOf(agent).prepared?.value ?? mindOf(agent).input,
    state: (agent) => mindOf(agent).view,
    measures: () => ({ views }),
    waitsFor: (agent) => mindOf(agent).missing(quorum).from,
    needs: (agent) => mindOf(agent).missing(quorum).needed,
    hasTimeout: (agent) => !mindOf(agent).decided,
    start: (me) => enter(me, 0),
    message: hear,
    timeout(me) {
      const mind = mindOf(me.id);
      if (mind.decided || me.now < mind.due) return;
      mind.timer = undefined;
      if (mind.hasCompany) {
        enter(me, mind.view + 1);
        return;
      }
      wait(me, mind);
      tellView(me);
    },
    recover(me) {
      const mind = mindOf(me.id);
      mind.timer = undefined;
      wait(me, mind);
      if (!mind.decided) tellView(me);
    },
    forge: (content, _to, random, any) =>
      forge(content, n, {
        value: (truth) => (any ? (values[random.below(values.length)] as number) : nextValue(values, truth)),
        withholds: () => !any || random.chance(0.5),
      }),
    digest,
    describe,
  };
}

/** A vote counts once: an agent that votes twice in a view is heard the first time. */
function first(votes: Float64Array, from: number, value: number): void {
  if (Number.isNaN(votes[from])) votes[from] = value;
}
