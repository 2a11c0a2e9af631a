import type { Fault, Protocol, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';

/**
 * Refuses faults beyond what the protocol says it bears: too many faulty agents, or such that lie where it bears only
 * those that stop, or such that lie where there are more values than its validity bears. An agent that never says a word is to the others as one that stopped at the start. Agents that come
 * back after a crash are correct, and none of these.
 */
export function refuseUnbearable({ bears }: Protocol, faults: readonly Fault[], setting: Setting): void {
  if (bears === undefined) return;
  const { agents, adversaries } = setting;
  const { faulty: f, lies, bound } = bears;
  const isFaulty = (agent: number): boolean =>
    adversaries.has(agent) || faults.some((fault) => fault.faulty?.(agent) ?? false);
  let faulty = 0;
  for (let agent = 0; agent < agents; agent++) if (isFaulty(agent)) faulty++;
  const ignored = 'set protocol.bounds: ignored to see the protocol fail';
  if (faulty > f) {
    refuse(
      `make ${faulty} of n = ${agents} agents faulty, but f = ${f} (${bound}) is all that the protocol is to bear; lower them, raise protocol.f within its bound, or ${ignored}`,
    );
  }
  const liar = [...adversaries].find(([, strategy]) => strategy !== 'silent');
  if (liar === undefined) return;
  const { choices = Number.POSITIVE_INFINITY } = bears;
  if (lies && (setting.task.choices ?? 0) > choices) {
    refuse(
      `let agents lie where there are ${setting.task.choices} values, but among n = ${agents} agents with f = ${f} the protocol is sure to decide what a correct agent was given for at most ${choices} of them (n > (values + 1) f); lower task.values, give more agents, ask for no more than task.validity: unanimity, or ${ignored}`,
    );
  }
  if (lies) return;
  refuse(
    `let ${adversaries.size} of n = ${agents} agents lie (agent ${liar[0]}: ${liar[1]}), but the protocol as it is set bears f = ${f} that stop (${bound}) and none that lie; let them crash, choose a protocol that bears lies, or ${ignored}`,
  );
}

function refuse(message: string): never {
  throw new ScenarioError([{ path: 'faults', message }]);
}
