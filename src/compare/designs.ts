import { canonical } from '../scenario/canonical.ts';
import type { Raw } from '../scenario/factors.ts';
import type { Factors } from '../scenario/run.ts';
import { label } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import type { Plan } from '../study/source.ts';
import type { WorkTask } from '../work/work.ts';
import { ScenarioError } from '../world/error.ts';
import { checkedConfig } from './replications.ts';

/** A scenario at one point, to be compared with what else its tokens could buy. */
export interface Design {
  /** A, B, ... */
  readonly mark: string;
  readonly name: string;
  readonly factors: Factors;
  /** As written, with the levels filled in. */
  readonly raw: Raw;
  readonly config: Config;
}

const marks = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The designs of scenarios: each point of each of them, at prices of `date` where one is given. Throws a ScenarioError where
 * one asks no model, works on nothing that baselines could work on, or has another task than the first.
 */
export function designsOf(plans: readonly Plan[], date?: string): Design[] {
  const names = planNames(plans);
  const found = plans.flatMap(({ scenario }, i) =>
    scenario.points.map((point) => ({ scenario: names[i] as string, ...point })),
  );
  if (found.length > marks.length) {
    const message = `gives ${found.length} designs, more than the ${marks.length} that can be told apart; pin a factor by key=value`;
    throw new ScenarioError([{ path: 'vary', message }]);
  }
  const varying = varyingPaths(found.map(({ factors }) => factors));
  const designs = found.map(({ scenario, factors, raw }, i): Design => {
    const levels = varying.flatMap((path) => (path in factors ? [String(factors[path])] : []));
    const name = [...(plans.length > 1 || levels.length === 0 ? [scenario] : []), ...levels].join(', ');
    // Nothing is measured beside what every run keeps: that changes no event and costs time.
    const plain = {
      ...raw,
      metrics: [],
      ...(date === undefined ? {} : { prices: pricesAt(raw, date, name) }),
    };
    return { mark: marks[i] as string, name, factors, raw: plain, config: checkedConfig(plain) };
  });
  for (const design of designs) refuseWithoutWork(design);
  refuseOtherTasks(designs);
  return designs;
}

/** Names of scenarios; with their folders where two have one name, and numbered where a file is given twice. */
function planNames(plans: readonly Plan[]): string[] {
  const names = plans.map(({ scenario }) => scenario.name);
  const folders = plans.map(({ source }) => source.folder.split(/[\\/]/));
  const [first = []] = folders;
  const apart = first.findIndex((part, depth) => folders.some((folder) => folder[depth] !== part));
  const isTwin = (all: readonly string[], name: string): boolean =>
    all.indexOf(name) !== all.lastIndexOf(name);
  const placed = names.map((name, i) =>
    apart >= 0 && isTwin(names, name) ? [...(folders[i] ?? []).slice(apart), name].join('/') : name,
  );
  return placed.map((name, i) =>
    isTwin(placed, name) ? `${name} (${placed.slice(0, i + 1).filter((it) => it === name).length})` : name,
  );
}

function pricesAt({ prices }: Raw, date: string, name: string): Raw {
  if (prices !== undefined) return { ...(prices as Raw), date };
  const message = `is missing: --prices names the day, but not whose prices; give prices.model=NAME too (in ${name})`;
  throw new ScenarioError([{ path: 'prices.model', message }]);
}

/** Factors whose level is not the same everywhere. */
function varyingPaths(all: readonly Factors[]): string[] {
  const paths = new Set(all.flatMap((factors) => Object.keys(factors)));
  return [...paths].filter((path) => new Set(all.map((factors) => factors[path])).size > 1);
}

function refuseWithoutWork({ name, config }: Design): void {
  const { asks } = config.protocol.make();
  const kind = config.protocol.part.name;
  const refuse = (path: string, message: string): never => {
    throw new ScenarioError([{ path, message: `${message} (in ${name})` }]);
  };
  if (asks === undefined) {
    const remedy = 'choose one that has work done, such as orchestrator-workers or shared-board';
    refuse('protocol.kind', `must be a design that spends tokens, but ${kind} asks no model; ${remedy}`);
  }
  if (config.model !== undefined) {
    const remedy = 'leave `model` out and name a behaviour, such as worker';
    refuse('model', `must be a mock, since a comparison makes many thousands of calls; ${remedy}`);
  }
  const task = config.task.make() as Partial<WorkTask>;
  if (asks !== 'work' || task.lay === undefined) {
    const remedy = 'a task such as work-graph, hidden-facts, multi-hop, long-steps or artifact';
    const message = `must be work that one agent can do too, but is ${config.task.part.name}, asked about by ${kind}; choose ${remedy}, and a protocol for it`;
    refuse('task.kind', message);
  }
}

function refuseOtherTasks(designs: readonly Design[]): void {
  const [first, ...others] = designs;
  const taskOf = ({ config }: Design): string => canonical([config.task.part.name, config.task.params]);
  const other = others.find((design) => first && taskOf(design) !== taskOf(first));
  if (first === undefined || other === undefined) return;
  const shown = ({ name, factors, config }: Design): string =>
    `${config.task.part.name} in ${name}${label(factors) === '' ? '' : ` (${label(factors)})`}`;
  const message = `must be the same for all designs, but is ${shown(first)} and another ${shown(other)}; compare designs of one task at a time, or give all of them one: task=NAME or task.KEY=VALUE`;
  throw new ScenarioError([{ path: 'task', message }]);
}
