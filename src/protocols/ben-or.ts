import { z } from 'zod';
import { Keyed } from '../kernel/keyed.ts';
import type { EventProtocol, ProtocolPlan, Seat, Setting } from '../world/contracts.ts';
import { part, positiveDuration } from '../world/part.ts';
import { bearing, bounds, faultyAgents, faultyOf, requireComplete, requireInputs } from './preconditions.ts';

type Kind = 0 | 1 | 2;
const report = 0;
const proposal = 1;
const decision = 2;

/** What an agent proposes that has seen no majority. */
const none = 2;

/**
 * Ben-Or's randomised binary consensus (PODC 1983), asynchronous. In each phase agents report their values; whoever
 * sees a majority of all proposes it, and who sees enough proposals decides; who sees none tosses a coin. Crashes:
 * n >= 2f + 1. Byzantine agents: n >= 5f + 1, with majorities above (n + f) / 2. The coin is each agent's own, or
 * one that all see (Rabin, FOCS 1983). A decision stands for the decider's messages of all later phases.
 */
export const benOr = part({
  name: 'ben-or',
  summary:
    'Randomised binary consensus without timing: report, propose, and toss a coin where nothing was seen.',
  params: z.strictObject({
    f: faultyAgents,
    faults: z
      .enum(['crash', 'byzantine'])
      .default('crash')
      .describe('What faulty agents may do: stop (n >= 2f + 1), or anything at all (n >= 5f + 1).'),
    coin: z
      .enum(['local', 'common'])
      .default('local')
      .describe('Whether each tosses its own coin, or all see one.'),
    resend: positiveDuration
      .optional()
      .describe('Every so often agents repeat all they have said, which makes up for lost messages.'),
    bounds,
  }),
  create: (params): ProtocolPlan => ({
    form: 'events',
    decides: ['values'],
    measures: { phases: 'phases that the furthest agent came to', tosses: 'coins tossed' },
    begin: (setting): EventProtocol<number> => {
      const isByzantine = params.faults === 'byzantine';
      requireComplete(setting);
      const f = faultyOf(setting, { f: params.f, factor: isByzantine ? 5 : 2, bounds: params.bounds });
      requireInputs(setting, (input) => input === 0 || input === 1, 'an input of 0 or 1');
      const bound = isByzantine ? 'n >= 5f + 1' : 'n >= 2f + 1';
      return {
        ...begin(setting, { ...params, f, isByzantine }),
        ...bearing(params.bounds, { faulty: f, lies: isByzantine, bound }),
      };
    },
  }),
});

interface Mind {
  phase: number;
  kind: 0 | 1;
  value: number;
  decided: boolean;
  /** All that it has said, for repetition. */
  said: number[];
  /** By phase and kind, the vote of each agent; -1 for none. */
  votes: Map<number, Int8Array>;
}

interface Rules {
  readonly f: number;
  readonly isByzantine: boolean;
  readonly coin: 'local' | 'common';
  readonly resend?: number | undefined;
}

function begin(setting: Setting, { f, isByzantine, coin, resend }: Rules): EventProtocol<number> {
  const { agents: n, inputs } = setting;
  const enough = Math.max(1, n - f);
  const majority = isByzantine ? (n + f) / 2 : n / 2;
  const toDecide = isByzantine ? majority : f;
  const toAdopt = isByzantine ? f : 0;
  const common = new Keyed(setting.seed, 'common coin');
  const minds = Array.from(
    { length: n },
    (_, agent): Mind => ({
      phase: 1,
      kind: report,
      value: inputs[agent] as number,
      decided: false,
      said: [],
      votes: new Map(),
    }),
  );
  // Agents that have decided, per listener: their value and the phase after which it stands for their votes.
  const deciders = minds.map(() => new Int8Array(n).fill(-1));
  const since = minds.map(() => new Int32Array(n));
  let tosses = 0;
  let phases = 0;

  const votesOf = (mind: Mind, phase: number, kind: Kind): Int8Array => {
    const key = 2 * phase + kind;
    let votes = mind.votes.get(key);
    if (votes === undefined) mind.votes.set(key, (votes = new Int8Array(n).fill(-1)));
    return votes;
  };
  /** The vote of one agent as another knows it at its present step; -1 for none yet. */
  const voteOf = (agent: number, other: number): number => {
    const mind = minds[agent] as Mind;
    const told = votesOf(mind, mind.phase, mind.kind)[other] as number;
    if (told >= 0) return told;
    return ((since[agent] as Int32Array)[other] as number) < mind.phase
      ? ((deciders[agent] as Int8Array)[other] as number)
      : -1;
  };
  const say = (me: Seat<number>, kind: Kind, value: number): void => {
    const mind = minds[me.id] as Mind;
    const content = encode(mind.phase, kind, value);
    phases = Math.max(phases, mind.phase);
    if (kind !== decision) votesOf(mind, mind.phase, kind)[me.id] = value;
    if (resend !== undefined) mind.said.push(content);
    me.tellNeighbours(content);
  };
  const toss = (me: Seat<number>, phase: number): number => {
    tosses++;
    if (coin === 'local') return me.random.below(2);
    common.at(0, phase);
    return common.w0 & 1;
  };
  /** Takes every step that the votes at hand allow. */
  const go = (me: Seat<number>): void => {
    const mind = minds[me.id] as Mind;
    while (!mind.decided) {
      const counts = [0, 0, 0];
      for (let other = 0; other < n; other++) {
        const vote = voteOf(me.id, other);
        if (vote >= 0) counts[vote] = (counts[vote] as number) + 1;
      }
      const [zeros, ones, others] = counts as [number, number, number];
      if (zeros + ones + others < enough) return;
      const leading = ones > zeros ? 1 : 0;
      const votes = Math.max(zeros, ones);
      if (mind.kind === report) {
        mind.kind = proposal;
        say(me, proposal, votes > majority ? leading : none);
        continue;
      }
      if (votes > toAdopt) mind.value = leading;
      else mind.value = toss(me, mind.phase);
      if (votes > toDecide) {
        mind.decided = true;
        say(me, decision, leading);
        me.decide(leading);
        return;
      }
      mind.votes.delete(2 * mind.phase);
      mind.votes.delete(2 * mind.phase + 1);
      mind.phase++;
      mind.kind = report;
      say(me, report, mind.value);
    }
  };
  const rearm = (me: Seat<number>): void => {
    if (resend !== undefined) me.wake(resend);
  };
  return {
    form: 'events',
    content: 'number',
    remaining: 'undecided',
    held: (agent) => (minds[agent] as Mind).value,
    state: (agent) => {
      const { phase, kind, value } = minds[agent] as Mind;
      return encode(phase, kind, value);
    },
    measures: () => ({ phases, tosses }),
    waitsFor: (agent) =>
      Array.from({ length: n }, (_, other) => other).filter((other) => voteOf(agent, other) < 0),
    needs: (agent) => {
      let missing = 0;
      for (let other = 0; other < n; other++) if (voteOf(agent, other) < 0) missing++;
      return Math.max(0, enough - (n - missing));
    },
    hasTimeout: () => resend !== undefined,
    start(me) {
      say(me, report, (minds[me.id] as Mind).value);
      rearm(me);
      go(me);
    },
    message(me, content, from) {
      const { phase, kind, value } = decode(content);
      const mind = minds[me.id] as Mind;
      if (kind === decision) {
        const known = deciders[me.id] as Int8Array;
        if (known[from] !== -1) return;
        known[from] = value;
        (since[me.id] as Int32Array)[from] = phase;
      } else {
        if (phase < mind.phase) return;
        const votes = votesOf(mind, phase, kind);
        if (votes[from] !== -1) return;
        votes[from] = value;
      }
      go(me);
    },
    timeout(me) {
      for (const content of (minds[me.id] as Mind).said) me.tellNeighbours(content);
      rearm(me);
    },
    recover: rearm,
    forge: (content, _to, random, any) => {
      const { phase, kind, value } = decode(content);
      // Nobody but who proposes can say that it saw nothing.
      if (any) return encode(phase, kind, random.below(kind === proposal ? 3 : 2));
      return encode(phase, kind, value === none ? random.below(2) : 1 - value);
    },
    describe: (content) => {
      const { phase, kind, value } = decode(content);
      const verb = ['reports', 'proposes', 'decides'][kind];
      return `phase ${phase}: ${verb} ${value === none ? 'nothing' : value}`;
    },
  };
}

const encode = (phase: number, kind: Kind, value: number): number => 12 * phase + 4 * kind + value;

const decode = (content: number): { phase: number; kind: Kind; value: number } => ({
  phase: Math.floor(content / 12),
  kind: Math.floor((content % 12) / 4) as Kind,
  value: content % 4,
});
