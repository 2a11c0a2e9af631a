import { z } from 'zod';
import type { EventProtocol, ProtocolPlan, Seat, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';
import { bearing, bounds, faultyAgents, faultyOf, requireComplete, requireInputs } from './preconditions.ts';

const report = 0;
const proposal = 1;
/** What an agent proposes that has seen no majority. */
const none = 2;

/**
 * Ben-Or's consensus (PODC 1983) with the coin taken out: whoever sees no proposal takes the value that most reports
 * had, or keeps its own at a tie. Deterministic, asynchronous, and safe whatever the network does, with n >= 2f + 1. It ends
 * under almost any network, and by Fischer, Lynch and Paterson (1985) cannot end under all of them: see the `adversary`.
 */
export const roundMajority = part({
  name: 'round-majority',
  summary: 'Deterministic asynchronous consensus: Ben-Or with majority in the place of the coin.',
  params: z.strictObject({ f: faultyAgents, bounds }),
  create: ({ f: wanted, bounds }): ProtocolPlan => ({
    form: 'events',
    decides: ['values'],
    measures: { phases: 'rounds of report and proposal that the furthest agent came to' },
    begin: (setting): EventProtocol<number> => {
      requireComplete(setting);
      const f = faultyOf(setting, { f: wanted, factor: 2, bounds });
      requireInputs(setting, (input) => input === 0 || input === 1, 'an input of 0 or 1');
      return { ...begin(setting, f), ...bearing(bounds, { faulty: f, lies: false, bound: 'n >= 2f + 1' }) };
    },
  }),
});

interface Mind {
  round: number;
  kind: number;
  value: number;
  /** The last round it takes part in: the one after its decision, so that the others can decide too. */
  last: number;
  /** By round and kind: what each agent said; -1 for nothing yet. */
  readonly heard: Map<number, Int8Array>;
}

/** A message is its round, its kind and its value in one number. */
const encode = (round: number, kind: number, value: number): number => 3 * (2 * round + kind) + value;

function begin({ agents: n, inputs }: Setting, f: number): EventProtocol<number> {
  const enough = Math.max(1, n - f);
  const minds = Array.from(inputs, (value): Mind => {
    return { round: 0, kind: report, value, last: Number.POSITIVE_INFINITY, heard: new Map() };
  });
  const saidIn = (mind: Mind, step: number): Int8Array => {
    let said = mind.heard.get(step);
    if (said === undefined) mind.heard.set(step, (said = new Int8Array(n).fill(-1)));
    return said;
  };
  const present = (mind: Mind): Int8Array => saidIn(mind, 2 * mind.round + mind.kind);
  const say = (me: Seat<number>, value: number): void => {
    const mind = minds[me.id] as Mind;
    present(mind)[me.id] = value;
    me.tellNeighbours(encode(mind.round, mind.kind, value));
  };
  const conclude = (me: Seat<number>, mind: Mind, counts: readonly number[]): void => {
    const [zeros, ones] = counts as [number, number];
    const isDecided = mind.last < Number.POSITIVE_INFINITY;
    if (zeros + ones > 0) mind.value = ones > zeros ? 1 : 0;
    else {
      const reports = countsOf(saidIn(mind, 2 * mind.round));
      if (reports[0] !== reports[1]) mind.value = (reports[1] as number) > (reports[0] as number) ? 1 : 0;
    }
    if (Math.max(zeros, ones) > f && !isDecided) {
      mind.last = mind.round + 1;
      me.decide(mind.value);
    }
  };
  /** Takes every step that the messages at hand allow. */
  const go = (me: Seat<number>): void => {
    const mind = minds[me.id] as Mind;
    while (mind.round <= mind.last) {
      const counts = countsOf(present(mind));
      const [zeros, ones, others] = counts as [number, number, number];
      if (zeros + ones + others < enough) return;
      if (mind.kind === report) {
        mind.kind = proposal;
        const leading = ones > zeros ? 1 : 0;
        say(me, 2 * Math.max(zeros, ones) > n ? leading : none);
        continue;
      }
      conclude(me, mind, counts);
      mind.heard.delete(2 * mind.round);
      mind.heard.delete(2 * mind.round + 1);
      mind.round++;
      mind.kind = report;
      if (mind.round <= mind.last) say(me, mind.value);
    }
  };
  return {
    form: 'events',
    content: 'number',
    remaining: 'undecided',
    held: (agent) => (minds[agent] as Mind).value,
    state: (agent) => {
      const { round, kind, value } = minds[agent] as Mind;
      return encode(round, kind, value);
    },
    waitsFor: (agent) => {
      const said = present(minds[agent] as Mind);
      return Array.from({ length: n }, (_, other) => other).filter((other) => (said[other] as number) < 0);
    },
    needs: (agent) => {
      const missing = present(minds[agent] as Mind).reduce((sum, said) => sum + (said < 0 ? 1 : 0), 0);
      return Math.max(0, enough - (n - missing));
    },
    measures: () => ({ phases: minds.reduce((most, { round }) => Math.max(most, round), 0) }),
    describe: (content) => {
      const step = Math.floor(content / 3);
      const what = content % 3 === none ? 'nothing' : String(content % 3);
      return `${step % 2 === report ? 'reports' : 'proposes'} ${what} in phase ${Math.floor(step / 2)}`;
    },
    forge: (content, _to, random, any) => {
      const value = content % 3;
      const kind = Math.floor(content / 3) % 2;
      // Nobody but who proposes can say that it saw nothing.
      const drawn = random.below(any && kind === proposal ? 3 : 2);
      return content - value + (any || value === none ? drawn : 1 - value);
    },
    start(me) {
      say(me, (minds[me.id] as Mind).value);
      go(me);
    },
    message(me, content, from) {
      const mind = minds[me.id] as Mind;
      const step = Math.floor(content / 3);
      // What is said of a step that is over has come too late to count.
      if (step < 2 * mind.round + mind.kind || mind.round > mind.last) return;
      const said = saidIn(mind, step);
      if ((said[from] as number) < 0) said[from] = content % 3;
      go(me);
    },
  };
}

function countsOf(said: Int8Array): number[] {
  const counts = [0, 0, 0];
  for (const value of said) if (value >= 0) counts[value] = (counts[value] as number) + 1;
  return counts;
}
