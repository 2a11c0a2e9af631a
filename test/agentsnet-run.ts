import type { z } from 'zod';
import { drawNames } from '../src/agentsnet/names.ts';
import type { AgentsNetTask } from '../src/agentsnet/rules.ts';
import { bounded } from '../src/behaviours/bounded.ts';
import { oracle } from '../src/behaviours/oracle.ts';
import { random } from '../src/behaviours/random.ts';
import { Stream } from '../src/kernel/stream.ts';
import { streams } from '../src/kernel/streams.ts';
import { announcement } from '../src/metrics/announcement.ts';
import { conflicts } from '../src/metrics/conflicts.ts';
import { contamination } from '../src/metrics/contamination.ts';
import { malformed } from '../src/metrics/malformed.ts';
import { strategy } from '../src/metrics/strategy.ts';
import { agentsnet } from '../src/protocols/agentsnet.ts';
import { coloring } from '../src/tasks/coloring.ts';
import { consensus } from '../src/tasks/consensus.ts';
import { leaderElection } from '../src/tasks/leader-election.ts';
import { matching } from '../src/tasks/matching.ts';
import { vertexCover } from '../src/tasks/vertex-cover.ts';
import { barabasiAlbert } from '../src/topologies/barabasi-albert.ts';
import { delaunay } from '../src/topologies/delaunay.ts';
import { wattsStrogatz } from '../src/topologies/watts-strogatz.ts';
import type { BehaviourPlan, Observer, ProtocolPlan, Setting } from '../src/world/contracts.ts';
import { diameter } from '../src/world/diameter.ts';
import { compileGraph, type EdgeList } from '../src/world/graph.ts';
import { classify, type Outcome } from '../src/world/outcome.ts';
import { simulate } from '../src/world/simulate.ts';
import type { Task } from '../src/world/task.ts';
import type { Topology } from '../src/world/topology.ts';
import type { RunResult } from '../src/world/world.ts';

/*
 * Runs of AgentsNet for the tests, without the text of a scenario in between.
 */

export const tasks: Readonly<Record<AgentsNetTask, Task>> = {
  coloring: coloring.create({}),
  consensus: consensus.create({ values: 2, inputs: 'none', validity: 'inputs' }),
  'leader-election': leaderElection.create({}),
  matching: matching.create({}),
  'vertex-cover': vertexCover.create({}),
};

const families: readonly ((agents: number) => Topology)[] = [
  (agents) => wattsStrogatz.create(wattsStrogatz.params.parse({ agents })),
  (agents) => barabasiAlbert.create(barabasiAlbert.params.parse({ agents, m: 2 })),
  (agents) => delaunay.create(delaunay.params.parse({ agents })),
];

/** One of the benchmark's graphs: the three families in turn. */
export function graphOf(agents: number, index: number): { edges: EdgeList; seed: string } {
  const seed = `${agents}/${index}`;
  return { seed, edges: families[index % 3]!(agents).edges(new Stream(seed, 'topology')) };
}

/** The setting of a run on the given edges. */
export function settingOn(agents: number, edges: EdgeList, task: Task, seed: string): Setting {
  const graph = compileGraph(agents, edges);
  const sources = new Map<string, ReturnType<typeof streams>>();
  const setting = {
    seed,
    agents,
    graph,
    task,
    inputs: new Float64Array(0) as Setting['inputs'],
    adversaries: new Map<number, string>(),
    names: drawNames(agents, new Stream(seed, 'names')),
    diameter: diameter(graph),
    stream: (purpose: string, agent: number): Stream => {
      const source = sources.get(purpose) ?? streams(seed, purpose);
      sources.set(purpose, source);
      return source.of(agent);
    },
  };
  if (task.inputs) setting.inputs = task.inputs(setting);
  return setting;
}

export const mock = (knobs: z.input<typeof bounded.params> = {}): BehaviourPlan =>
  bounded.create(bounded.params.parse(knobs));
export const baselines = { oracle: oracle.create({}), random: random.create({}) };
export const protocol = (params: z.input<typeof agentsnet.params> = {}): ProtocolPlan =>
  agentsnet.create(agentsnet.params.parse(params));

export interface Ran extends RunResult {
  readonly outcome: Outcome;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Simulates one run with every metric of AgentsNet. */
export function ran(
  setting: Setting,
  seed: string,
  behaviour: BehaviourPlan,
  plan: ProtocolPlan = protocol(),
  observers: readonly Observer[] = [],
): Ran {
  const watching = [
    announcement.create({}),
    conflicts.create({}),
    contamination.create({}),
    malformed.create({}),
    strategy.create({ quorum: 0.9 }),
  ].map((metric) => metric.begin(setting));
  const result = simulate({
    setting,
    seed,
    protocol: plan.begin(setting),
    behaviour: behaviour.begin(setting),
    network: { latency: { kind: 'constant', value: 1000 } },
    serving: { firstToken: { kind: 'constant', value: 1000 } },
    observers: [...watching, ...observers],
  });
  const outcome = classify(result.ending);
  const measured = Object.assign({}, ...watching.map((metric) => metric.finish(result.ending))) as Record<
    string,
    number
  >;
  return { ...result, outcome, metrics: { ...measured, solved: Number(outcome.judgement.solved) } };
}
