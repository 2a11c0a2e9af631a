import { catalog } from '../catalog.ts';
import type { ProtocolPlan } from '../world/contracts.ts';
import type { Issue } from '../world/error.ts';
import type { Part } from '../world/part.ts';
import type { Task } from '../world/task.ts';
import type { Chosen } from './check.ts';

/** What is wrong where a protocol never decides what the task wants: it would run, and end without an answer. */
export function decisionIssues(task: Chosen<Task>, protocol: Chosen<ProtocolPlan>): Issue[] {
  const { wants } = task.make();
  if (fits(wants, protocol.make().decides)) return [];
  const others = [...catalog.protocols.values()].filter((it) => fits(wants, planOf(it)?.decides));
  const remedy = others.length === 0 ? '' : `choose ${others.map(({ name }) => name).join(', ')}, or `;
  const message = `must be a protocol that answers the task ${task.part.name}, which ${protocol.part.name} never does; ${remedy}another task`;
  return [{ path: 'protocol.kind', message }];
}

/** Whether one of the vocabularies is wanted; who names none is not checked. */
const fits = (wants: readonly string[] | undefined, decides: readonly string[] | undefined): boolean =>
  wants === undefined || decides === undefined || decides.some((it) => wants.includes(it));

/** A protocol with its usual parameters; undefined where it has some that must be given. */
function planOf({ params, create }: Part<Part['params'], ProtocolPlan>): ProtocolPlan | undefined {
  const usual = params.safeParse({});
  return usual.success ? create(usual.data) : undefined;
}
