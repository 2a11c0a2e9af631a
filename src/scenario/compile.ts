import { hearing } from '../agentsnet/hearing.ts';
import { drawNames } from '../agentsnet/names.ts';
import { Chains } from '../economy/chains.ts';
import { charger } from '../economy/prices.ts';
import { type Seed, Stream } from '../kernel/stream.ts';
import { streams } from '../kernel/streams.ts';
import type { Ending, Fault, FaultPlan, Metric, Observer, Protocol, Setting } from '../world/contracts.ts';
import { diameter } from '../world/diameter.ts';
import { ScenarioError } from '../world/error.ts';
import { compileGraph } from '../world/graph.ts';
import { healedFrom } from '../world/healing.ts';
import type { Task } from '../world/task.ts';
import type { Topology } from '../world/topology.ts';
import type { WorldOptions } from '../world/world.ts';
import { refuseUnbearable } from './bearable.ts';
import { bookOf } from './costs.ts';
import type { Config } from './schema.ts';

/** A run ready to be simulated, and the numbers it will end in. */
export interface Compiled {
  readonly world: WorldOptions;
  readonly measure: (ending: Ending) => Record<string, number>;
}

/** Draws a run's graph and inputs and begins its parts: config plus seed to world. */
export function compile(config: Config, seed: Seed, observers: readonly Observer[] = []): Compiled {
  const faults = config.faults.map((chosen, index) => ({
    plan: chosen.make(),
    index,
    name: nameOf(config.faults, index),
  }));
  const { rounds } = config.limits;
  const setting = settingOf(config.topology.make(), config.task.make(), seed, faults, {
    ...economyOf(config),
    ...(rounds !== undefined && { rounds }),
  });
  // Metrics know claims; what a model writes is read for them.
  const heard = config.model === undefined ? (metric: Metric): Metric => metric : hearing(setting);
  const metrics = config.metrics.map((chosen) => heard(chosen.make().begin(setting)));
  const protocol = config.protocol.make().begin(setting);
  const begun = faults.map(({ plan, index, name }) =>
    atFault(index, () => heeded(plan.begin(setting, name, protocol), protocol)),
  );
  const { liveness, network } = config;
  const missing = refuseUnbearable(protocol, begun, setting, { network, rounds: config.rounds });
  const healed = begun.map((fault) =>
    liveness && network.gst !== undefined ? healedFrom(fault, network.gst) : fault,
  );
  const world: WorldOptions = {
    setting,
    seed,
    protocol,
    behaviour: config.behaviour?.make().begin(setting),
    faults: missing.size > 0 ? [...healed, { faulty: (agent) => missing.has(agent) }] : healed,
    network,
    serving: config.serving,
    rounds: config.rounds,
    limits: config.limits,
    stopWhen: config.stop,
    tieShuffle: config.ties === 'shuffled',
    watching: config.watching,
    observers: [...metrics, ...observers],
  };
  return { world, measure: (ending) => Object.assign({}, ...metrics.map((metric) => metric.finish(ending))) };
}

type NamedFault = { readonly plan: FaultPlan; readonly name: string };

/** A fault's name, for its random numbers: its kind, and which of that kind it is, so that others shift nothing in it. */
function nameOf(faults: Config['faults'], index: number): string {
  const kind = faults[index]?.part.name;
  const before = faults.slice(0, index).filter(({ part }) => part.name === kind).length;
  return before === 0 ? `fault/${kind}` : `fault/${kind}/${before}`;
}

/** Refuses a fault that would go unread: one that judges messages where none are sent. */
function heeded(fault: Fault, { sendsNothing }: Protocol): Fault {
  if (fault.judge === undefined || !sendsNothing) return fault;
  const message =
    'judges messages, but this protocol sends none as it is set; let it send them, or leave the fault out';
  throw new ScenarioError([{ path: 'kind', message }]);
}

/** What a fault refuses, it names below itself. */
function atFault<T>(index: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const issues = error.issues.map((it) => ({ ...it, path: `faults[${index}].${it.path}` }));
    throw new ScenarioError(issues);
  }
}

/** What calls share and cost, where the scenario says so. */
function economyOf({ serving, prices }: Config): Pick<Setting, 'chains' | 'charge'> {
  return {
    ...(serving.cache && { chains: new Chains() }),
    ...(prices && { charge: charger(bookOf(prices), prices) }),
  };
}

function settingOf(
  topology: Topology,
  task: Task,
  seed: Seed,
  faults: readonly NamedFault[],
  given: Pick<Setting, 'chains' | 'charge' | 'rounds'>,
): Setting {
  const graph = compileGraph(topology.agents, topology.edges(new Stream(seed, 'topology')));
  const sources = new Map<string, ReturnType<typeof streams>>();
  let names: readonly string[] | undefined = topology.names;
  let longest: number | undefined;
  const setting = {
    ...given,
    agents: topology.agents,
    graph,
    seed,
    task,
    inputs: new Float64Array(0) as Float64Array,
    adversaries: new Map<number, string>(),
    get names(): readonly string[] {
      return (names ??= drawNames(topology.agents, new Stream(seed, 'names')));
    },
    get diameter(): number {
      return (longest ??= connectedDiameter(graph));
    },
    stream: (purpose: string, agent: number): Stream => {
      let source = sources.get(purpose);
      if (source === undefined) sources.set(purpose, (source = streams(seed, purpose)));
      return source.of(agent);
    },
  };
  for (const { plan, name } of faults) {
    const corrupted = plan.corrupts?.(setting, name);
    for (const agent of corrupted?.agents ?? []) setting.adversaries.set(agent, corrupted?.strategy ?? '');
  }
  if (task.inputs) setting.inputs = task.inputs(setting);
  return setting;
}

function connectedDiameter(graph: Setting['graph']): number {
  const longest = diameter(graph);
  if (Number.isFinite(longest)) return longest;
  throw new ScenarioError([
    {
      path: 'topology',
      message:
        'must give a connected graph, since the number of rounds follows from its diameter, but this graph is disconnected; raise its degree, choose a family that is connected, or set connected: true where the family has it',
    },
  ]);
}
