import { z } from 'zod';
import type { Bearing, ProtocolPlan, RoundProtocol, Setting } from '../world/contracts.ts';
import { count, part } from '../world/part.ts';
import { nextValue, valuesToTell } from './lies.ts';
import { oncePerTurn } from './once-per-turn.ts';
import {
  bearing,
  boundsInRounds,
  faultyAgents,
  faultyOf,
  refuse,
  requireComplete,
  requireInputs,
} from './preconditions.ts';

/** So many values all agents together may come to hold in the last level of their trees. */
const mostValues = 5_000_000;

/** Stands for a value that was never heard, or on which no majority agrees. */
const nothing = -1;

/** All that the sender was told in the last round: by path, who said that who said what. */
interface Content {
  readonly level: number;
  readonly values: Int32Array;
}

/**
 * Synchronous Byzantine agreement without signatures (Pease, Shostak and Lamport, JACM 27(2), 1980; Lamport, Shostak and
 * Pease, TOPLAS 4(3), 1982: OM(f) with every agent for a commander; as a tree, Lynch, Distributed Algorithms, 1996, section
 * 6.3): in each of f + 1 rounds all tell all what they were told in the last. Then what each agent is taken to have said is
 * the majority of what others relay of it, found from the leaves of the tree up, the same at all correct agents; of these
 * values the commonest is decided, of equally common ones the least. Needs n >= 3f + 1, and no protocol needs fewer
 * agents, nor fewer rounds (Fischer and Lynch, IPL 14(4), 1982). What all correct agents were given it decides; where they
 * differ, it is sure to decide the input of one of them for n > values * f, as no protocol is for more values (Neiger, IPL
 * 49(4), 1994). Messages grow as n to the number of rounds, so that sizes are limited.
 *
 * Proven for f + 1 <= rounds <= n - 2f. Of a path of L agents the n - L others relay what its last agent said, and f of
 * them may lie; so, by induction from the leaves up, all correct agents take a correct last agent for what it said where
 * n - L > 2f for each L that has relays, up to rounds - 1. And each path of f + 1 agents has a correct one, on which all agree.
 */
export const oralMessages = part({
  name: 'oral-messages',
  summary: 'Synchronous Byzantine agreement: tell all who said that who said what, for f + 1 rounds.',
  params: z.strictObject({
    f: faultyAgents,
    rounds: count
      .max(1000)
      .optional()
      .describe(
        'Rounds of messages; left out, f + 1, of which none can be spared. Liars outvote the others on paths longer than n - 2f.',
      ),
    bounds: boundsInRounds,
  }),
  create: ({ f: wanted, rounds, bounds: asked }): ProtocolPlan => ({
    form: 'rounds',
    decides: ['values'],
    begin: (setting): RoundProtocol<Content> => {
      requireComplete(setting);
      const f = faultyOf(setting, { f: wanted, factor: 3, bounds: asked });
      requireInputs(setting, (input) => input >= 0 && Number.isInteger(input), 'a whole number as its input');
      const { agents: n } = setting;
      const last = rounds ?? f + 1;
      if (asked === 'kept') refuseUnproven(n, last, f);
      refuseTooMany(n, last, f, rounds === undefined ? 'protocol.f' : 'protocol.rounds');
      return {
        ...begin(setting, last),
        ...bearing(asked, { faulty: f, lies: true, bound: 'n >= 3f + 1', choices: choicesOf(n, f) }),
      };
    },
  }),
});

/** The commonest of n values is common to f + 1 agents, one of them correct, where n > values * f. */
const choicesOf = (n: number, f: number): Bearing['choices'] =>
  f === 0 ? undefined : { most: Math.ceil(n / f) - 1, bound: 'n > values * f' };

/** Refuses rounds for which it is not proven. Where nobody lies, nobody outvotes anybody, however many there are. */
function refuseUnproven(n: number, rounds: number, f: number): void {
  if (rounds <= f) {
    refuse(
      'protocol.rounds',
      `must be at least f + 1, which is ${f + 1}, since no fewer are enough for f = ${f} agents that lie, but is ${rounds}; raise it, leave it out, or set bounds: ignored to see the protocol fail`,
    );
  }
  if (f > 0 && rounds > n - 2 * f) {
    refuse(
      'protocol.rounds',
      `must be at most n - 2f, which is ${n - 2 * f} for n = ${n} and f = ${f}, since of longer paths liars relay as much as the others, but is ${rounds}; lower it, leave it out, give ${rounds + 2 * f} agents, or set bounds: ignored to see the protocol fail`,
    );
  }
}

function refuseTooMany(n: number, rounds: number, f: number, path: string): void {
  if (power(n, rounds + 1) <= mostValues) return;
  refuse(
    path,
    `must leave n to the power of rounds + 1, which is how many values all agents together come to hold, at ${mostValues} or below, but takes ${rounds} rounds of n = ${n} agents; ${remedies(n, f, rounds, path).join(', ')}, or choose pbft, whose messages do not grow so`,
  );
}

/** What helps against too many values: fewer rounds or liars, though not less than one liar for two rounds; or fewer agents. */
function remedies(n: number, f: number, rounds: number, path: string): string[] {
  let most = 0;
  while (power(n, most + 2) <= mostValues) most++;
  const fewer: string[] = [];
  if (path === 'protocol.rounds' && most > f) fewer.push(`lower it to at most ${most}`);
  else if (most > 1) fewer.push(`lower protocol.f to at most ${most - 1}, for ${most} rounds`);
  const agents = mostAgents(rounds);
  if (agents > 3 * f) return [...fewer, `give at most ${agents} agents`];
  return fewer.length > 0 ? fewer : [`give at most ${mostAgents(2)} agents for f = 1, in 2 rounds`];
}

/** How many agents there may be for so many rounds. */
function mostAgents(rounds: number): number {
  let agents = 1;
  while (power(agents + 1, rounds + 1) <= mostValues) agents++;
  return agents;
}

/** `base` to the power of a whole number. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent && product <= mostValues; i++) product *= base;
  return product;
}

function begin(setting: Setting, last: number): RoundProtocol<Content> {
  const { agents: n, inputs } = setting;
  const lies = valuesToTell(setting);
  const isFirst = oncePerTurn(n);
  const decided = new Float64Array(n).fill(Number.NaN);
  // Level k of an agent's tree has a value for each path of k agents, at the number whose digits to base n these are:
  // what the last of them said that the one before had said, and so on. Paths that go through an agent twice are not read.
  const trees = Array.from({ length: n }, (_, agent) => [Int32Array.of(inputs[agent] as number)]);
  const levelOf = (agent: number, level: number): Int32Array =>
    ((trees[agent] as Int32Array[])[level] ??= new Int32Array(power(n, level)).fill(nothing));
  return {
    form: 'rounds',
    content: 'object',
    held: (agent) => (Number.isNaN(decided[agent]) ? (inputs[agent] as number) : (decided[agent] as number)),
    forge: ({ level, values }, _to, random, any) => ({
      level,
      values: values.map((value) =>
        any ? (lies[random.below(lies.length)] as number) : nextValue(lies, value),
      ),
    }),
    digest: ({ level, values }) => values.reduce((sum, value) => (Math.imul(sum, 31) + value) | 0, level),
    describe: ({ level, values }) => describe(level, values, n),
    round(me, round, inbox) {
      if (!Number.isNaN(decided[me.id])) return;
      if (round > 0 && round <= last) {
        const told = levelOf(me.id, round);
        record(told, levelOf(me.id, round - 1), me.id, n);
        for (let i = 0; i < inbox.size; i++) {
          const { level, values } = inbox.content(i);
          if (level === round - 1 && isFirst(me.id, round, inbox.from(i))) {
            record(told, values, inbox.from(i), n);
          }
        }
      }
      if (round < last) {
        me.tellNeighbours({ level: round, values: levelOf(me.id, round) });
        return;
      }
      for (let level = 1; level <= last; level++) levelOf(me.id, level);
      const value = choose(trees[me.id] as Int32Array[], n) ?? (inputs[me.id] as number);
      decided[me.id] = value;
      me.decide(value);
    },
  };
}

/** Enters what an agent says of every path below that path, with itself at the end. */
function record(level: Int32Array, values: Int32Array, from: number, n: number): void {
  for (let path = 0; path < values.length; path++) level[path * n + from] = values[path] as number;
}

/** The commonest of what the agents are taken to have said, of equally common values the least; undefined where there is none. */
function choose(tree: readonly Int32Array[], n: number): number | undefined {
  const isOnPath = new Uint8Array(n);
  const counts = new Map<number, number>();
  let best: number | undefined;
  for (let agent = 0; agent < n; agent++) {
    isOnPath[agent] = 1;
    const value = resolve(tree, { path: agent, level: 1 }, isOnPath);
    isOnPath[agent] = 0;
    if (value !== nothing) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const [value, times] of counts) {
    const most = best === undefined ? 0 : (counts.get(best) as number);
    if (times > most || (times === most && value < (best as number))) best = value;
  }
  return best;
}

/** What a path comes to: its value where nobody relays it further, else what most relays of it come to. */
function resolve(
  tree: readonly Int32Array[],
  { path, level }: { path: number; level: number },
  isOnPath: Uint8Array,
): number {
  const n = isOnPath.length;
  if (level === tree.length - 1 || level === n) return tree[level]?.[path] as number;
  const relayed: number[] = [];
  for (let agent = 0; agent < n; agent++) {
    if (isOnPath[agent] === 1) continue;
    isOnPath[agent] = 1;
    relayed.push(resolve(tree, { path: path * n + agent, level: level + 1 }, isOnPath));
    isOnPath[agent] = 0;
  }
  return majorityOf(relayed);
}

/** The value that more than half of them are; nothing where there is none (Boyer and Moore's vote). */
function majorityOf(values: readonly number[]): number {
  let candidate = nothing;
  let lead = 0;
  for (const value of values) {
    if (lead === 0) candidate = value;
    lead += value === candidate ? 1 : -1;
  }
  const times = values.filter((value) => value === candidate).length;
  return 2 * times > values.length ? candidate : nothing;
}

function describe(level: number, values: Int32Array, n: number): string {
  const said = (value: number): string => (value === nothing ? 'nothing' : String(value));
  if (level === 0) return `holds ${said(values[0] as number)}`;
  if (level === 1) return `was told, from agent 0 on: ${[...values].map(said).join(' ')}`;
  let paths = 1;
  for (let i = 0; i < level; i++) paths *= Math.max(0, n - i);
  return `was told ${paths} values at ${level} hands`;
}
