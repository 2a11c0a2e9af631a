import { drawNames } from '../agentsnet/names.ts';
import { type Seed, Stream } from '../kernel/stream.ts';
import { streams } from '../kernel/streams.ts';
import type { Ending, FaultPlan, Metric, Observer, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { compileGraph, diameter } from '../world/graph.ts';
import type { WorldOptions } from '../world/simulate.ts';
import type { Task } from '../world/task.ts';
import type { Topology } from '../world/topology.ts';
import type { Config } from './schema.ts';

/** A run ready to be simulated, and the numbers it will end in. */
export interface Compiled {
  readonly world: WorldOptions;
  readonly measure: (ending: Ending) => Record<string, number>;
}

/** Draws a run's graph and inputs and begins its parts: config plus seed to world. */
export function compile(config: Config, seed: Seed, observers: readonly Observer[] = []): Compiled {
  const faults = config.faults.map((chosen, i) => ({
    plan: chosen.make(),
    name: `fault/${i}/${chosen.part.name}`,
  }));
  const setting = settingOf(config.topology.make(), config.task.make(), seed, faults);
  const metrics: Metric[] = config.metrics.map((chosen) => chosen.make().begin(setting));
  const protocol = config.protocol.make().begin(setting);
  const world: WorldOptions = {
    setting,
    seed,
    protocol,
    behaviour: config.behaviour?.make().begin(setting),
    faults: faults.map(({ plan, name }) => plan.begin(setting, name, protocol)),
    network: config.network,
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

function settingOf(topology: Topology, task: Task, seed: Seed, faults: readonly NamedFault[]): Setting {
  const graph = compileGraph(topology.agents, topology.edges(new Stream(seed, 'topology')));
  const sources = new Map<string, ReturnType<typeof streams>>();
  let names: readonly string[] | undefined = topology.names;
  let longest: number | undefined;
  const setting = {
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
        'must give a connected graph, since the number of rounds follows from its diameter, but this graph is disconnected; raise its degree, or choose a family that is connected',
    },
  ]);
}
