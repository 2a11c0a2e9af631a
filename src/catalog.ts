import { bounded } from './behaviours/bounded.ts';
import { gameMock } from './behaviours/game-mock.ts';
import { oracle } from './behaviours/oracle.ts';
import { random } from './behaviours/random.ts';
import { stopVoter } from './behaviours/stop-voter.ts';
import { loss } from './faults/loss.ts';
import { announcement } from './metrics/announcement.ts';
import { conflicts } from './metrics/conflicts.ts';
import { contamination } from './metrics/contamination.ts';
import { game } from './metrics/game.ts';
import { malformed } from './metrics/malformed.ts';
import { strategy } from './metrics/strategy.ts';
import { agentsnet } from './protocols/agentsnet.ts';
import { byzantineGame } from './protocols/byzantine-game.ts';
import { flood } from './protocols/flood.ts';
import { floodMin } from './protocols/flood-min.ts';
import { pushGossip } from './protocols/push-gossip.ts';
import { broadcast } from './tasks/broadcast.ts';
import { coloring } from './tasks/coloring.ts';
import { consensus } from './tasks/consensus.ts';
import { leaderElection } from './tasks/leader-election.ts';
import { matching } from './tasks/matching.ts';
import { vertexCover } from './tasks/vertex-cover.ts';
import { barabasiAlbert } from './topologies/barabasi-albert.ts';
import { caveman } from './topologies/caveman.ts';
import { complete } from './topologies/complete.ts';
import { delaunay } from './topologies/delaunay.ts';
import { erdosRenyi } from './topologies/erdos-renyi.ts';
import { grid } from './topologies/grid.ts';
import { hypercube } from './topologies/hypercube.ts';
import { importedGraph } from './topologies/imported-graph.ts';
import { path } from './topologies/path.ts';
import { randomRegular } from './topologies/random-regular.ts';
import { ring } from './topologies/ring.ts';
import { star } from './topologies/star.ts';
import { stochasticBlock } from './topologies/stochastic-block.ts';
import { torus } from './topologies/torus.ts';
import { tree } from './topologies/tree.ts';
import { wattsStrogatz } from './topologies/watts-strogatz.ts';
import type { BehaviourPlan, FaultPlan, MetricPlan, ProtocolPlan } from './world/contracts.ts';
import type { Part } from './world/part.ts';
import type { Task } from './world/task.ts';
import type { Topology } from './world/topology.ts';

/** Every part by kind and name: the simulator's table of contents. Adding a part is one file and one line here. */
export const catalog = {
  topologies: index<Topology>([
    barabasiAlbert,
    caveman,
    complete,
    delaunay,
    erdosRenyi,
    grid,
    hypercube,
    importedGraph,
    path,
    randomRegular,
    ring,
    star,
    stochasticBlock,
    torus,
    tree,
    wattsStrogatz,
  ]),
  protocols: index<ProtocolPlan>([agentsnet, byzantineGame, flood, floodMin, pushGossip]),
  behaviours: index<BehaviourPlan>([bounded, gameMock, oracle, random, stopVoter]),
  tasks: index<Task>([broadcast, coloring, consensus, leaderElection, matching, vertexCover]),
  faults: index<FaultPlan>([loss]),
  metrics: index<MetricPlan>([announcement, conflicts, contamination, game, malformed, strategy]),
} as const;

export type Catalog = typeof catalog;

function index<Made>(parts: readonly Part[]): ReadonlyMap<string, Part<Part['params'], Made>> {
  const byName = new Map<string, Part<Part['params'], Made>>();
  for (const it of parts) {
    if (byName.has(it.name)) throw new Error(`catalog: two parts are named ${it.name}`);
    byName.set(it.name, it as Part<Part['params'], Made>);
  }
  return byName;
}
