import { z } from 'zod';
import type { Bearing, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';

/** `protocol.f` of protocols with a bound on it. */
export const faultyAgents = z
  .union([z.int().min(0).max(10_000), z.literal('most')])
  .default(1)
  .describe('How many faulty agents it is to bear; most: as many as its bound allows in the group at hand.');

const kept = z.enum(['kept', 'ignored']).default('kept');

/** `protocol.bounds`: proofs hold within their bounds alone, and what happens beyond is worth seeing too. */
export const bounds = kept.describe(
  'kept: more faulty agents than the protocol is proven for are an error, be it `f` or those that `faults` crash for good or make lie; so are agents that lie where it bears crashes only. ignored: it runs all the same.',
);

/** The same where the proof is for synchronous rounds, in which nobody but faulty agents misses messages. */
export const boundsInRounds = kept.describe(
  'kept: more faulty agents than it is proven for are an error, be it `f` or those that lie, crash, be it for a while, are cut off or, if that may take messages past the deadline of rounds, are paused, slow or at clogged links; where it bears crashes only, all but crashes for good are. So are losses and such delays of no agents named. ignored: it runs all the same, and who misses messages is correct.',
);

/**
 * How many faulty agents a protocol is to bear that needs n >= `factor` * f + 1. Refuses more than it is proven for.
 */
export function faultyOf(
  { agents }: Pick<Setting, 'agents'>,
  { f, factor, bounds: asked }: { f: number | 'most'; factor: number; bounds: 'kept' | 'ignored' },
): number {
  const most = Math.floor((agents - 1) / factor);
  if (f === 'most') return most;
  if (asked === 'ignored' || f <= most) return f;
  return refuse(
    'protocol.f',
    `must satisfy n >= ${factor}f + 1, so among ${agents} agents be at most ${most}, but is ${f}; lower it, give ${factor * f + 1} agents, or set bounds: ignored to see the protocol fail`,
  );
}

/** What a protocol with these bounds promises of its faulty agents: nothing where its author ignores them. */
export const bearing = (asked: 'kept' | 'ignored', it: Bearing): { readonly bears?: Bearing } =>
  asked === 'kept' ? { bears: it } : {};

/** Refuses a graph in which some agent cannot send to some other. */
export function requireComplete({ agents, graph }: Setting): void {
  if (graph.targets.length === agents * (agents - 1)) return;
  refuse(
    'topology',
    `must let every agent send to every other under this protocol, but ${graph.targets.length / 2} of ${(agents * (agents - 1)) / 2} links are there; choose complete, or a protocol that keeps to its neighbours`,
  );
}

/** Refuses a task that leaves an agent without an input, or gives one that the protocol cannot use. */
export function requireInputs(
  { agents, inputs }: Setting,
  isUsable: (input: number) => boolean = (input) => !Number.isNaN(input),
  what = 'an input',
): void {
  for (let agent = 0; agent < agents; agent++) {
    const input = inputs[agent] ?? Number.NaN;
    if (isUsable(input)) continue;
    const but = Number.isNaN(input) ? 'has none' : `has ${input}`;
    refuse(
      'task',
      `must give every agent ${what} under this protocol, but agent ${agent} ${but}; choose { kind: consensus, values: 2 }, or another protocol`,
    );
  }
}

/** Refuses what the author wrote at a path of the scenario. */
export function refuse(path: string, message: string): never {
  throw new ScenarioError([{ path, message }]);
}
