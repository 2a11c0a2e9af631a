import { z } from 'zod';
import type { Answered, Claim, Question } from '../work/talk.ts';
import type { ProtocolPlan, Setting } from '../world/contracts.ts';
import { count, part, positiveDuration, probability } from '../world/part.ts';
import { type Member, type TeamProtocol, team, upTo } from './team/team.ts';

const parameters = z.strictObject({
  calls: count.max(1_000_000).default(600).describe('Calls after which the work is handed in.'),
  gap: positiveDuration
    .default(60e6)
    .describe('Mean time from an answer to the next call within a session; exponential.'),
  pause: positiveDuration.default(7200e6).describe('Mean time from one session to the next; exponential.'),
  lasts: probability
    .default(0.9)
    .describe('Chance that a session goes on after a call: sessions of 1 / (1 - lasts) calls on average.'),
  check: z.boolean().default(true).describe('Whether each piece of work is checked before it is accepted.'),
});

type Parameters = z.infer<typeof parameters>;

/**
 * One agent at work for weeks, in bursts: calls come close together within a session, and sessions far apart. Its context
 * lives on from session to session; a prompt cache does so only as long as it is touched. Pieces of work that fail their
 * check are done again, and stay in the bill.
 */
export const persistentAgent = part({
  name: 'persistent-agent',
  summary: 'One agent at work in bursts, with a context that lives on; each piece of work is checked.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'events',
    asks: 'work',
    decides: ['product'],
    measures: {
      sessions: 'bursts of calls',
      artifacts: 'different pieces of work accepted',
      refused: 'pieces of work that the check refused',
    },
    begin: (setting) => begin(setting, params),
  }),
});

function begin(setting: Setting, { calls, gap, pause, lasts, check }: Parameters): TeamProtocol<unknown> {
  const { items, submit, held, describeAnswer } = team(setting, 1, 'protocol');
  const accepted = new Map<number, Claim>();
  let open = upTo(items);
  let again: number[] = [];
  let made = 0;
  let sessions = 1;
  let refused = 0;

  const accept = (claim: Claim): void => {
    if (!accepted.has(claim.item)) open = open.filter((item) => item !== claim.item);
    accepted.set(claim.item, claim);
  };
  const rest = (me: Member<unknown>): void => {
    if (made >= calls || accepted.size === items) {
      submit(me, [...accepted.values()]);
      return;
    }
    const goesOn = me.random.chance(lasts);
    if (!goesOn) sessions++;
    me.wake(Math.round((goesOn ? gap : pause) * me.random.exponential()));
  };
  return {
    form: 'events',
    content: 'object',
    describeAnswer,
    sendsNothing: true,
    isOrderFree: true,
    roundOf: () => sessions - 1,
    held,
    measures: () => ({ sessions, artifacts: accepted.size, refused }),
    start(me) {
      if (me.id === 0) rest(me);
    },
    timeout(me) {
      made++;
      const scope = again.length > 0 ? again : open;
      const afresh = again.length > 0;
      again = [];
      me.ask({
        kind: 'act',
        purpose: afresh ? 'repair' : 'work',
        heard: [],
        report: false,
        joint: false,
        sync: false,
        scope,
        afresh,
      });
    },
    message() {},
    answer(me, answer: Answered, question: Question) {
      if (question.kind === 'check') {
        if (answer.ready) accept(question.claim);
        else {
          refused++;
          again = [question.claim.item];
        }
        rest(me);
        return;
      }
      const claim = answer.claims[0];
      if (claim === undefined) rest(me);
      else if (check)
        me.ask({ kind: 'check', purpose: 'check', heard: [], report: false, claim, draw: made });
      else {
        accept(claim);
        rest(me);
      }
    },
  };
}
