import { z } from 'zod';
import { type Distribution, sampler } from '../kernel/distribution.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { EventProtocol, ProtocolPlan, Seat, Setting } from '../world/contracts.ts';
import { count, distribution, part, positiveDuration, probability } from '../world/part.ts';
import { refuse } from './preconditions.ts';

/** What a worker replies whose attempt failed. */
const failed = Number.NEGATIVE_INFINITY;
/** What the collector sends: a request; anything else is its decision. */
const request = Number.NaN;

const attemptOver = 0;
const outOfPatience = 1;

/**
 * One collector and its workers. It asks all its neighbours; each works for a random time, then replies with its
 * input. Once a quorum has replied the collector decides the least it was told, and tells all. A worker that takes too
 * long, or fails, is asked again, which breaks off what it was at; after so many tries it is given up.
 *
 * For exponential work of mean 1/mu, free messages and N workers, the k-th reply comes after (H_N - H_(N-k)) / mu on
 * average: a barrier (k = N) waits H_N, a quorum of two thirds about ln 3, whatever N. Timeouts change no mean there,
 * since what is left of exponential work is as long as the whole. r tries that each fail with chance p succeed with
 * 1 - p^r, and take (1 - p^r) / (1 - p).
 */
export const gather = part({
  name: 'gather',
  summary:
    'A collector asks all its neighbours, with timeouts and tries, and goes on once a quorum has replied.',
  params: z.strictObject({
    collector: z.int().min(0).default(0).describe('The agent that asks; all its neighbours are workers.'),
    quorum: z
      .union([count, z.literal('all'), z.literal('most')])
      .default('all')
      .describe(
        'How many replies are enough: a number; all; or most, two thirds of the workers, rounded up.',
      ),
    work: distribution.prefault('1s').describe('How long an attempt takes.'),
    failure: probability
      .default(0)
      .describe('Chance that an attempt fails; the worker says so when it is over.'),
    timeout: positiveDuration
      .optional()
      .describe('How long the collector waits for a reply before it asks again.'),
    tries: count
      .max(1_000_000)
      .optional()
      .describe('How often a worker is asked at most; left out, without end.'),
  }),
  create: (params): ProtocolPlan => ({
    form: 'events',
    decides: ['numbers', 'values', 'news', 'bit'],
    measures: {
      asks: 'requests of the collector',
      replies: 'replies that it took',
      givenUp: 'workers on whom it gave up',
    },
    begin: (setting): EventProtocol<number> => {
      const { collector, quorum } = params;
      if (collector >= setting.agents) {
        const message = `must be an agent from 0 to ${setting.agents - 1}, but is ${collector}`;
        refuse('protocol.collector', message);
      }
      const { offsets, targets } = setting.graph;
      const workers = targets.slice(offsets[collector], offsets[collector + 1]);
      const enough =
        quorum === 'all' ? workers.length : quorum === 'most' ? Math.ceil((2 * workers.length) / 3) : quorum;
      if (enough > workers.length || workers.length === 0) {
        refuse(
          'protocol.quorum',
          `must be at most ${workers.length}, the number of agent ${collector}'s neighbours, or it can never be reached, but is ${quorum}; lower it, or choose complete or star for the topology`,
        );
      }
      return begin(setting, workers, { ...params, quorum: enough });
    },
  }),
});

interface Rules {
  readonly collector: number;
  readonly quorum: number;
  readonly work: Distribution;
  readonly failure: number;
  readonly timeout?: number | undefined;
  readonly tries?: number | undefined;
}

function begin(setting: Setting, workers: Int32Array, rules: Rules): EventProtocol<number> {
  const { agents, seed, inputs } = setting;
  const { collector, quorum, failure, timeout, tries = Number.POSITIVE_INFINITY } = rules;
  const work = sampler(rules.work);
  const spans = new Keyed(seed, 'work');
  const failures = new Keyed(seed, 'failure');
  const inputOf = (agent: number): number => {
    const input = inputs[agent] ?? 0;
    return Number.isNaN(input) ? 0 : input;
  };
  const asked = new Int32Array(agents);
  const attempts = new Int32Array(agents);
  const running = new Float64Array(agents).fill(-1);
  const due = new Float64Array(agents);
  const replied = new Uint8Array(agents);
  const decided = new Uint8Array(agents);
  // Timeouts carry no worker's number, so the collector keeps the order in which it began to wait: it is one of equal spans.
  const waits: { worker: number; attempt: number }[] = [];
  let least = Number.POSITIVE_INFINITY;
  let replies = 0;
  let asks = 0;
  let givenUp = 0;

  const ask = (me: Seat<number>, worker: number): void => {
    if ((asked[worker] as number) >= tries) {
      givenUp++;
      return;
    }
    asked[worker] = (asked[worker] as number) + 1;
    asks++;
    if (timeout !== undefined) {
      waits.push({ worker, attempt: asked[worker] as number });
      me.wake(timeout, outOfPatience);
    }
    me.send(worker, request);
  };
  const finish = (me: Seat<number>): void => {
    decided[me.id] = 1;
    me.decide(least);
    for (const worker of workers) me.send(worker, least);
  };
  const hearReply = (me: Seat<number>, reply: number, worker: number): void => {
    if (decided[me.id] === 1 || replied[worker] === 1) return;
    if (reply === failed) {
      // What is not asked again at once would be asked again at its timeout.
      expire(worker);
      ask(me, worker);
      return;
    }
    replied[worker] = 1;
    least = Math.min(least, reply);
    if (++replies >= quorum) finish(me);
  };
  /** Makes the timeout of a worker's attempt count for nothing. */
  const expire = (worker: number): void => {
    for (const wait of waits) if (wait.worker === worker) wait.attempt = -1;
  };
  const isGivenUp = (agent: number): boolean => (asked[agent] as number) >= tries && running[agent] === -1;
  const missing = (): number[] => [...workers].filter((worker) => replied[worker] === 0);

  return {
    form: 'events',
    content: 'number',
    measures: () => ({ asks, replies, givenUp }),
    remaining: {
      one: 'reply is missing',
      many: 'replies are missing',
      count: () => Math.max(0, quorum - replies),
    },
    state: (agent) => (agent === collector ? replies : (attempts[agent] as number)),
    // A worker that will not be asked again waits for the outcome.
    waitsFor: (agent) => (agent === collector ? missing() : isGivenUp(agent) ? [collector] : []),
    needs: (agent) => (agent === collector ? quorum - replies : isGivenUp(agent) ? 1 : 0),
    hasTimeout: (agent) => agent === collector && waits.some(({ attempt }) => attempt !== -1),
    start(me) {
      if (me.id === collector) for (const worker of workers) ask(me, worker);
    },
    message(me, content, from) {
      if (me.id === collector) {
        hearReply(me, content, from);
        return;
      }
      if (!Number.isNaN(content)) {
        if (decided[me.id] === 1) return;
        decided[me.id] = 1;
        if (running[me.id] !== -1) me.cancel(running[me.id] as number);
        me.decide(content);
        return;
      }
      if (running[me.id] !== -1) me.cancel(running[me.id] as number);
      const attempt = (attempts[me.id] as number) + 1;
      attempts[me.id] = attempt;
      spans.at(me.id, attempt);
      const span = work.sample(spans);
      due[me.id] = me.now + span;
      running[me.id] = me.wake(span, attemptOver);
    },
    timeout(me, tag) {
      if (tag === attemptOver) {
        // Of an attempt that was broken off while the worker was paused: too late to cancel.
        if (me.now < (due[me.id] as number)) return;
        running[me.id] = -1;
        failures.at(me.id, attempts[me.id] as number);
        me.send(collector, failures.unit() < failure ? failed : inputOf(me.id));
        return;
      }
      const wait = waits.shift();
      if (decided[me.id] === 1 || wait === undefined || wait.attempt === -1 || replied[wait.worker] === 1)
        return;
      ask(me, wait.worker);
    },
    recover(me) {
      if (me.id !== collector) {
        running[me.id] = -1;
        return;
      }
      waits.length = 0;
      for (const worker of missing()) ask(me, worker);
    },
    describe: (content) =>
      Number.isNaN(content) ? 'please reply' : content === failed ? 'my attempt failed' : String(content),
  };
}
