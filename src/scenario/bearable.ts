import { sampler } from '../kernel/distribution.ts';
import type { Time } from '../kernel/kernel.ts';
import type { Bearing, Fault, Protocol, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import type { Network } from '../world/network.ts';
import type { RoundTiming } from '../world/rounds.ts';

/** What says whether messages come in time. */
interface Timing {
  readonly network: Network;
  readonly rounds: RoundTiming;
}

/** Agents that miss messages, and how people call it. */
type Missing = ReadonlyMap<number, string>;

/**
 * Refuses faults beyond what the protocol says it bears: too many faulty agents, or such that lie where it bears only
 * those that stop, or such that lie where there are more values than its validity bears, or more that do not tell all the
 * same than it bears. An agent that never says a word is to the others as one that stopped at the start. Agents that come
 * back after a crash are correct, and none of these, save where the proof is for synchronous rounds: in its model none but
 * faulty agents miss messages, or have theirs missed. Gives those that do, who are faulty then, though they do not lie.
 */
export function refuseUnbearable(
  { bears, form }: Protocol,
  faults: readonly Fault[],
  setting: Setting,
  timing: Timing,
): Missing {
  if (bears === undefined) return new Map();
  const { agents: n, adversaries } = setting;
  const { faulty: f, lies, bound } = bears;
  const missing: Missing = form === 'rounds' ? whoMisses(faults, timing) : new Map();
  if (!lies) refuseMissing(missing, bears, n);
  const faulty = Array.from({ length: n }, (_, agent) => agent).filter(
    (agent) => adversaries.has(agent) || missing.has(agent) || faultsOf(agent, faults) > 0,
  );
  if (faulty.length > f) {
    const [first] = missing;
    const including =
      first === undefined ? '' : `, with those that miss messages (agent ${first.join(': ')})`;
    refuse(
      `make ${faulty.length} of n = ${n} agents faulty${including}, but f = ${f} (${bound}) is all that the protocol is to bear; lower them, raise protocol.f within its bound, or ${ignored}`,
    );
  }
  const isUnlike = (agent: number): boolean =>
    adversaries.get(agent) !== 'flip' || missing.has(agent) || faultsOf(agent, faults) > 1;
  refuseUnlike(faulty.filter(isUnlike), bears, setting, missing);
  refuseLies(bears, setting);
  return missing;
}

/** Refuses liars where the protocol bears none, or not among so many values. */
function refuseLies({ faulty: f, lies, bound, choices }: Bearing, setting: Setting): void {
  const { agents: n, adversaries } = setting;
  const liar = [...adversaries].find(([, strategy]) => strategy !== 'silent');
  if (liar === undefined) return;
  const { most, bound: choicesBound } = choices ?? { most: Number.POSITIVE_INFINITY };
  if (lies && (setting.task.choices ?? 0) > most) {
    refuse(
      `let agents lie where there are ${setting.task.choices} values, but among n = ${n} agents with f = ${f} the protocol is sure to decide what a correct agent was given for at most ${most} of them (${choicesBound}); lower task.values, give more agents, ask for no more than task.validity: unanimity, or ${ignored}`,
    );
  }
  if (lies) return;
  refuse(
    `let ${adversaries.size} of n = ${n} agents lie (agent ${liar[0]}: ${liar[1]}), but the protocol as it is set bears f = ${f} that stop (${bound}) and none that lie; let them crash, choose a protocol that bears lies, or ${ignored}`,
  );
}

const ignored = 'set protocol.bounds: ignored to see the protocol fail';

/** How many faults make an agent faulty. */
const faultsOf = (agent: number, faults: readonly Fault[]): number =>
  faults.filter((fault) => fault.faulty?.(agent)).length;

/**
 * Refuses too many faulty agents that do not tell all the same. That one lie goes to all is sure of strategy flip alone:
 * equivocate and random tell receivers different things, and who is silent or crashes says nothing, or that to some only.
 */
function refuseUnlike(
  unlike: readonly number[],
  { faulty: f, bound, unlike: allowed }: Bearing,
  it: Setting,
  missing: Missing,
): void {
  if (allowed === undefined || unlike.length <= allowed.most) return;
  const { most, bound: forAll } = allowed;
  const first = unlike[0] as number;
  const what = it.adversaries.get(first) ?? missing.get(first) ?? 'crash';
  refuse(
    `make ${unlike.length} of n = ${it.agents} agents tell receivers different things, or nothing (agent ${first}: ${what}), but with f = ${f} the protocol bears ${most} such here: ${bound} is enough for liars that tell all the same (strategy: flip), and each other faulty agent takes one agent more, so that f of any kind take ${forAll}; give ${it.agents + unlike.length - most} agents, lower protocol.f, or ${ignored}`,
  );
}

/** Refuses agents that miss messages and go on, where the protocol bears only such that stop for good. */
function refuseMissing(missing: Missing, { faulty: f, bound }: Bearing, n: number): void {
  const [first] = missing;
  if (first === undefined) return;
  refuse(
    `let ${missing.size} of n = ${n} agents miss messages and go on (agent ${first.join(': ')}), but the protocol bears f = ${f} that stop for good (${bound}) and none that miss some, since what such an agent says later may reach a part of the others; let it stop for good, choose a protocol that bears lies, or ${ignored}`,
  );
}

/**
 * Who misses messages, or has its own missed, in synchronous rounds. Where a barrier ends a round, what is late is not
 * missed. Refuses what may take the messages of anybody, and a network that takes as long as the deadline.
 */
function whoMisses(faults: readonly Fault[], { network, rounds }: Timing): Missing {
  const { latency, gst = 0, delta = Number.POSITIVE_INFINITY } = network;
  const period = rounds.kind === 'deadline' ? rounds.period : undefined;
  const latest = (late: readonly Fault[]): Time => {
    const by = late.reduce((sum, { misses }) => sum + (misses?.lateBy ?? 0), 0);
    const halted = late.reduce((sum, it) => sum + (it.pausedUntil ? (it.misses?.lateBy ?? 0) : 0), 0);
    // The network bounds what it takes itself, faults included, and not how long agents are halted.
    return Math.min(sampler(latency).most + by - halted, gst + delta) + halted;
  };
  const isLate = (late: readonly Fault[]): boolean => period !== undefined && latest(late) >= period;
  if (isLate([])) refuseSlowNetwork(latest([]), period as number);
  const unnamed = faults.filter(({ misses }) => misses && misses.agents === undefined);
  const missing = new Map<number, string>();
  faults.forEach(({ misses }, index) => {
    if (misses === undefined) return;
    const { agents, how, lateBy } = misses;
    const isLost = lateBy === undefined;
    if (agents === undefined && (isLost || (lateBy > 0 && isLate(unnamed)))) refuseUnnamed(index, isLost);
    if (isLost || (lateBy > 0 && isLate(faults))) for (const agent of agents ?? []) missing.set(agent, how);
  });
  return missing;
}

function refuseSlowNetwork(latest: Time, period: Time): never {
  const time = latest < Number.POSITIVE_INFINITY ? `up to ${latest / 1e6}s` : 'any time';
  const message = `must be longer than messages take, since the protocol is proven for rounds in which those of all correct agents arrive, but is ${period / 1e6}s where they may take ${time}; raise it, bound network.latency or set network.delta, leave rounds out, or ${ignored}`;
  throw new ScenarioError([{ path: 'rounds.deadline', message }]);
}

function refuseUnnamed(index: number, isLost: boolean): never {
  const what = isLost ? 'loses messages' : 'may take messages past the deadline of their round';
  const remedy = isLost
    ? 'cut off named agents by partition'
    : 'lessen it, raise rounds.deadline, name agents by slow or clog';
  const message = `${what}, whoever sends them, but the protocol is proven for rounds in which those of all correct agents arrive; ${remedy}, choose a protocol that needs no such rounds, or ${ignored}`;
  throw new ScenarioError([{ path: `faults[${index}]`, message }]);
}

function refuse(message: string): never {
  throw new ScenarioError([{ path: 'faults', message }]);
}
