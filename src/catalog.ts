import { averager } from './behaviours/averager.ts';
import { bounded } from './behaviours/bounded.ts';
import { degroot } from './behaviours/degroot.ts';
import { gameMock } from './behaviours/game-mock.ts';
import { independentCascade } from './behaviours/independent-cascade.ts';
import { kMajority } from './behaviours/k-majority.ts';
import { live } from './behaviours/live.ts';
import { majority } from './behaviours/majority.ts';
import { namingGame } from './behaviours/naming-game.ts';
import { oracle } from './behaviours/oracle.ts';
import { random } from './behaviours/random.ts';
import { relay } from './behaviours/relay.ts';
import { rumour } from './behaviours/rumour.ts';
import { sir } from './behaviours/sir.ts';
import { sis } from './behaviours/sis.ts';
import { stopVoter } from './behaviours/stop-voter.ts';
import { tanh } from './behaviours/tanh.ts';
import { threshold } from './behaviours/threshold.ts';
import { twoChoices } from './behaviours/two-choices.ts';
import { undecided } from './behaviours/undecided.ts';
import { voter } from './behaviours/voter.ts';
import { worker } from './behaviours/worker.ts';
import { adversary } from './faults/adversary.ts';
import { burstyLoss } from './faults/bursty-loss.ts';
import { byzantine } from './faults/byzantine.ts';
import { clog } from './faults/clog.ts';
import { crash } from './faults/crash.ts';
import { delay } from './faults/delay.ts';
import { duplicate } from './faults/duplicate.ts';
import { loss } from './faults/loss.ts';
import { partition } from './faults/partition.ts';
import { pause } from './faults/pause.ts';
import { reorder } from './faults/reorder.ts';
import { slow } from './faults/slow.ts';
import { announcement } from './metrics/announcement.ts';
import { conflicts } from './metrics/conflicts.ts';
import { contamination } from './metrics/contamination.ts';
import { game } from './metrics/game.ts';
import { malformed } from './metrics/malformed.ts';
import { meters } from './metrics/meters.ts';
import { opinions as opinionsMetric } from './metrics/opinions.ts';
import { propagation } from './metrics/propagation.ts';
import { strategy } from './metrics/strategy.ts';
import { work } from './metrics/work.ts';
import { adoption } from './protocols/adoption.ts';
import { agentsnet } from './protocols/agentsnet.ts';
import { aheadVoting } from './protocols/ahead-voting.ts';
import { artifactPool } from './protocols/artifact-pool.ts';
import { benOr } from './protocols/ben-or.ts';
import { bestOf } from './protocols/best-of.ts';
import { bridgedCalls } from './protocols/bridged-calls.ts';
import { byzantineGame } from './protocols/byzantine-game.ts';
import { changRoberts } from './protocols/chang-roberts.ts';
import { claims } from './protocols/claims.ts';
import { coleVishkin } from './protocols/cole-vishkin.ts';
import { coordinatedAttack } from './protocols/coordinated-attack.ts';
import { debate } from './protocols/debate.ts';
import { flood } from './protocols/flood.ts';
import { floodMax } from './protocols/flood-max.ts';
import { floodMin } from './protocols/flood-min.ts';
import { floodset } from './protocols/floodset.ts';
import { gather } from './protocols/gather.ts';
import { gossip } from './protocols/gossip.ts';
import { gossipRounds } from './protocols/gossip-rounds.ts';
import { hybridTeam } from './protocols/hybrid-team.ts';
import { independent } from './protocols/independent.ts';
import { luby } from './protocols/luby.ts';
import { modelCascade } from './protocols/model-cascade.ts';
import { opinions } from './protocols/opinions.ts';
import { oralMessages } from './protocols/oral-messages.ts';
import { orchestratorWorkers } from './protocols/orchestrator-workers.ts';
import { pairwiseElimination } from './protocols/pairwise-elimination.ts';
import { pbft } from './protocols/pbft.ts';
import { persistentAgent } from './protocols/persistent-agent.ts';
import { raft } from './protocols/raft.ts';
import { randomColoring } from './protocols/random-coloring.ts';
import { randomMatching } from './protocols/random-matching.ts';
import { rendezvous } from './protocols/rendezvous.ts';
import { roundMajority } from './protocols/round-majority.ts';
import { selfConsistency } from './protocols/self-consistency.ts';
import { sequentialRoles } from './protocols/sequential-roles.ts';
import { sharedBoard } from './protocols/shared-board.ts';
import { singleAgent } from './protocols/single-agent.ts';
import { stableQuorum } from './protocols/stable-quorum.ts';
import { treeRollouts } from './protocols/tree-rollouts.ts';
import { wMsr } from './protocols/w-msr.ts';
import { approximateAgreement } from './tasks/approximate-agreement.ts';
import { artifact } from './tasks/artifact.ts';
import { broadcast } from './tasks/broadcast.ts';
import { coloring } from './tasks/coloring.ts';
import { consensus } from './tasks/consensus.ts';
import { hiddenFacts } from './tasks/hidden-facts.ts';
import { independentSet } from './tasks/independent-set.ts';
import { leaderElection } from './tasks/leader-election.ts';
import { longSteps } from './tasks/long-steps.ts';
import { matching } from './tasks/matching.ts';
import { multiHop } from './tasks/multi-hop.ts';
import { unanimity } from './tasks/unanimity.ts';
import { vertexCover } from './tasks/vertex-cover.ts';
import { workGraph } from './tasks/work-graph.ts';
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
  protocols: index<ProtocolPlan>([
    adoption,
    agentsnet,
    aheadVoting,
    artifactPool,
    benOr,
    bestOf,
    bridgedCalls,
    byzantineGame,
    changRoberts,
    claims,
    coleVishkin,
    coordinatedAttack,
    debate,
    flood,
    floodMax,
    floodMin,
    floodset,
    gather,
    gossip,
    gossipRounds,
    hybridTeam,
    independent,
    luby,
    modelCascade,
    opinions,
    oralMessages,
    orchestratorWorkers,
    pairwiseElimination,
    pbft,
    persistentAgent,
    raft,
    randomColoring,
    randomMatching,
    rendezvous,
    roundMajority,
    selfConsistency,
    sequentialRoles,
    sharedBoard,
    singleAgent,
    stableQuorum,
    treeRollouts,
    wMsr,
  ]),
  behaviours: index<BehaviourPlan>([
    averager,
    bounded,
    degroot,
    gameMock,
    independentCascade,
    kMajority,
    live,
    majority,
    namingGame,
    oracle,
    random,
    relay,
    rumour,
    sir,
    sis,
    stopVoter,
    tanh,
    threshold,
    twoChoices,
    undecided,
    voter,
    worker,
  ]),
  tasks: index<Task>([
    approximateAgreement,
    artifact,
    broadcast,
    coloring,
    consensus,
    hiddenFacts,
    independentSet,
    leaderElection,
    longSteps,
    matching,
    multiHop,
    unanimity,
    vertexCover,
    workGraph,
  ]),
  faults: index<FaultPlan>([
    adversary,
    burstyLoss,
    byzantine,
    clog,
    crash,
    delay,
    duplicate,
    loss,
    partition,
    pause,
    reorder,
    slow,
  ]),
  metrics: index<MetricPlan>([
    announcement,
    conflicts,
    contamination,
    game,
    malformed,
    meters,
    opinionsMetric,
    propagation,
    strategy,
    work,
  ]),
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
