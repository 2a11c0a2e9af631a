import type { Bearing, Fault, Protocol, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';

/**
 * Refuses faults beyond what the protocol says it bears: too many faulty agents, or such that lie where it bears only
 * those that stop, or such that lie where there are more values than its validity bears, or more that do not tell all the
 * same than it bears. An agent that never says a word is to the others as one that stopped at the start. Agents that come
 * back after a crash are correct, and none of these.
 */
export function refuseUnbearable({ bears }: Protocol, faults: readonly Fault[], setting: Setting): void {
  if (bears === undefined) return;
  const { agents: n, adversaries } = setting;
  const { faulty: f, lies, bound } = bears;
  const faulty = Array.from({ length: n }, (_, agent) => agent).filter(
    (agent) => adversaries.has(agent) || faultsOf(agent, faults) > 0,
  );
  if (faulty.length > f) {
    refuse(
      `make ${faulty.length} of n = ${n} agents faulty, but f = ${f} (${bound}) is all that the protocol is to bear; lower them, raise protocol.f within its bound, or ${ignored}`,
    );
  }
  const isUnlike = (agent: number): boolean =>
    adversaries.get(agent) !== 'flip' || faultsOf(agent, faults) > 1;
  refuseUnlike(faulty.filter(isUnlike), bears, setting);
  const liar = [...adversaries].find(([, strategy]) => strategy !== 'silent');
  if (liar === undefined) return;
  const { most, bound: choicesBound } = bears.choices ?? { most: Number.POSITIVE_INFINITY };
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
): void {
  if (allowed === undefined || unlike.length <= allowed.most) return;
  const { most, bound: forAll } = allowed;
  const first = unlike[0] as number;
  const what = it.adversaries.get(first) ?? 'crash';
  refuse(
    `make ${unlike.length} of n = ${it.agents} agents tell receivers different things, or nothing (agent ${first}: ${what}), but with f = ${f} the protocol bears ${most} such here: ${bound} is enough for liars that tell all the same (strategy: flip), and each other faulty agent takes one agent more, so that f of any kind take ${forAll}; give ${it.agents + unlike.length - most} agents, lower protocol.f, or ${ignored}`,
  );
}

function refuse(message: string): never {
  throw new ScenarioError([{ path: 'faults', message }]);
}
