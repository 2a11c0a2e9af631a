import { votesNeeded } from '../game/quorum.ts';
import type { Distribution } from '../kernel/distribution.ts';
import type { Point, Scenario } from '../scenario/scenario.ts';
import type { Config } from '../scenario/schema.ts';
import {
  glauberThreshold,
  harmonic,
  majorityForce,
  meanOrderStatistic,
  voteQuorumTimeout,
} from './null-models.ts';
import type { Estimate } from './statistics.ts';
import type { PointSummary } from './summary.ts';

/**
 * What arithmetic alone would give at one point of a sweep, beside what the runs gave. A curve over group size that
 * follows its null is no finding about the agents.
 */
export interface Null {
  readonly null: 'vote-quorum' | 'barrier' | 'glauber';
  /** What was observed and what is expected, in words. */
  readonly measure: string;
  readonly observed: Estimate;
  readonly expected: number;
  /** What the expectation rests on. */
  readonly basis: string;
  /** as-null: the expectation lies within the observed interval · above, below: the observation lies beyond it. */
  readonly verdict: 'as-null' | 'above' | 'below';
}

/** What each null is, in a sentence. */
export const nullWords: Readonly<Record<Null['null'], string>> = {
  'vote-quorum':
    'agents vote to stop with the chance p at which these did, each round and each on its own; how often do the votes that are needed never meet in one round?',
  barrier:
    'whoever waits for the slowest of N answers of exponential time waits H_N of their mean; for the k-th, H_N - H_(N-k).',
  glauber:
    'agents of conformity beta, by how often they leave a unanimity, hold it where beta is above 0.5 ln N; of two that are not alike, the firmer.',
};

/** The nulls that apply to a point. */
export function nullsOf(scenario: Scenario, summary: PointSummary): Null[] {
  const point = scenario.points[summary.point] as Point;
  return [voteQuorum, barrier, gathered, glauber].flatMap((of) => of(point.config, summary) ?? []);
}

/** What keeps nulls from being worked out for a scenario, and what to do about it; undefined where some can be. */
export function whyNoNulls(scenario: Scenario): string | undefined {
  const configs = scenario.points.map(({ config }) => config);
  if (configs.every((it) => isGame(it) && !it.metrics.some(({ part }) => part.name === 'game'))) {
    return 'The nulls of the consensus game need what the metric `game` counts; add metrics: [game].';
  }
  const applies = (config: Config): boolean =>
    isGame(config) ||
    meanThink(config) !== undefined ||
    gatheringOf(config) !== undefined ||
    typeof strayOf(config) === 'object';
  if (configs.some(applies)) return undefined;
  return (
    whyOmitted(scenario)[0] ??
    'No null applies: there are nulls for byzantine-game, for rounds of exponential think time, for gather with exponential work (on a star or complete graph, without `tries`), and for tanh agents that all see all.'
  );
}

/** Of nulls that one would look for: why they are left out at some of the points. */
export function whyOmitted(scenario: Scenario): readonly string[] {
  const reasons = scenario.points.flatMap(({ config }) => {
    const stray = strayOf(config);
    return typeof stray === 'string' ? [stray] : [];
  });
  const count = scenario.points.length;
  return [...new Set(reasons)].map((reason) => {
    const points = reasons.filter((it) => it === reason).length;
    const where = points === count ? '' : ` at ${points} of ${count} points`;
    return `The Glauber null does not apply${where}: ${reason}.`;
  });
}

const isGame = ({ protocol }: Config): boolean => protocol.part.name === 'byzantine-game';

/** Agents that vote on their own, as often as these did: how often would their votes not meet in time? */
function voteQuorum(config: Config, { metrics }: PointSummary): Null | undefined {
  if (!isGame(config)) return undefined;
  const { horizon, rounds } = { horizon: metrics.publishedTimeout, rounds: config.limits.rounds };
  const [votes, stops, honest] = ['votes', 'stopVotes', 'honestAgents'].map((name) => metrics[name]?.mean);
  if (!horizon || !rounds || !votes || stops == null || !honest) return undefined;
  const { quorum, electorate } = config.protocol.params as QuorumParameters;
  const voters = electorate === 'honest' ? honest : agentsOf(config);
  const chance = stops / votes;
  const gameRounds = Math.floor((rounds - 1) / 2);
  const expected = voteQuorumTimeout({ honest, voters, quorum, chance, rounds: gameRounds });
  const needed = votesNeeded(voters, quorum);
  return compared('vote-quorum', 'share not stopped in time', horizon, expected, {
    basis: `p = ${shown(chance)}, ${honest} agents, ${needed} votes needed, ${gameRounds} rounds`,
  });
}

interface QuorumParameters {
  readonly quorum: { readonly numerator: number; readonly denominator: number };
  readonly electorate: 'all' | 'honest';
}

/** A round that waits for the slowest of N answers takes H_N mean think times. */
function barrier(config: Config, { metrics }: PointSummary): Null | undefined {
  const mean = meanThink(config);
  const seconds = metrics.seconds;
  // A game that was stopped has a last round in which nobody is asked.
  const stopped = isGame(config) ? 1 - (metrics.publishedTimeout?.mean ?? 1) : 0;
  const rounds = (metrics.rounds?.mean ?? 0) - stopped;
  if (mean === undefined || seconds?.mean == null || !(rounds > 0)) return undefined;
  const perRound = (it: number | null): number | null => (it === null ? null : it / rounds);
  const observed = {
    mean: perRound(seconds.mean),
    low: perRound(seconds.low),
    high: perRound(seconds.high),
    n: seconds.n,
  };
  const agents = agentsOf(config);
  return compared('barrier', 'seconds a round', observed, (harmonic(agents) * mean) / 1e6, {
    basis: `mean ${shown(mean / 1e6)} s, ${agents} agents`,
  });
}

/** A collector that goes on with the k-th of N replies waits H_N - H_(N-k) mean times of work (Renyi 1953). */
function gathered(config: Config, { metrics }: PointSummary): Null | undefined {
  const gathering = gatheringOf(config);
  const seconds = metrics.seconds;
  if (gathering === undefined || seconds?.mean == null) return undefined;
  const { workers, quorum, mean, hops } = gathering;
  const expected = (meanOrderStatistic(workers, quorum) * mean + hops) / 1e6;
  const answers = quorum === workers ? `all ${workers} workers` : `${quorum} of ${workers} workers`;
  return compared('barrier', 'seconds until decided', seconds, expected, {
    basis: `mean ${shown(mean / 1e6)} s, ${answers}`,
  });
}

interface Gathering {
  readonly workers: number;
  readonly quorum: number;
  /** Mean time until a worker has replied, failed attempts included; what messages take besides. Microseconds. */
  readonly mean: number;
  readonly hops: number;
}

interface GatherParameters {
  readonly collector: number;
  readonly quorum: number | 'all' | 'most';
  readonly work: Distribution;
  readonly failure: number;
  readonly timeout?: number;
  readonly tries?: number;
}

/**
 * How a `gather` waits, where arithmetic knows. Work that is broken off by a timeout, or begun anew after a failure, is
 * exponential still; but only as long as asking again takes no time, and is never given up.
 */
function gatheringOf({ protocol, topology, network }: Config): Gathering | undefined {
  if (protocol.part.name !== 'gather') return undefined;
  const { collector, quorum, work, failure, timeout, tries } = protocol.params as GatherParameters;
  const { latency } = network;
  const family = topology.part.name;
  const isInMiddle = family === 'complete' || (family === 'star' && collector === 0);
  if (!isInMiddle || work.kind !== 'exponential' || latency.kind !== 'constant') return undefined;
  const isAskedAgain = failure > 0 || timeout !== undefined;
  if (isAskedAgain && (latency.value > 0 || tries !== undefined || failure === 1)) return undefined;
  const workers = topology.make().agents - 1;
  const enough = quorum === 'all' ? workers : quorum === 'most' ? Math.ceil((2 * workers) / 3) : quorum;
  // The request, the reply, and the decision that is told.
  return { workers, quorum: enough, mean: work.mean / (1 - failure), hops: 3 * latency.value };
}

/** Agents that stray from a unanimity now and then: is their conformity enough for a group of this size? */
function glauber(config: Config, { metrics, replications }: PointSummary): Null | undefined {
  const threshold = glauberThreshold(agentsOf(config));
  const strays = metrics.strayRate?.mean;
  if (isGame(config) && strays != null) {
    const beta = majorityForce(strays);
    const observed = { mean: beta, low: beta, high: beta, n: metrics.strayRate?.n ?? 0 };
    return compared('glauber', 'conformity', observed, threshold, {
      basis: `strays at a rate of ${shown(strays)}`,
    });
  }
  const stray = strayOf(config);
  if (typeof stray !== 'object') return undefined;
  const beta = majorityForce(stray.rate);
  const observed = { mean: beta, low: beta, high: beta, n: replications };
  return compared('glauber', 'conformity', observed, threshold, {
    basis: `as set: strays at a rate of ${shown(stray.rate)} from unanimity${stray.from}`,
  });
}

interface OpinionsParameters {
  readonly contact: 'neighbours' | 'pairs';
  readonly self: boolean;
  readonly committed: readonly unknown[];
}

/**
 * How often agents leave the unanimity that they leave least, by what their behaviour is set to: noise, a shift and a field
 * included. Words where the arithmetic of the null is not theirs; undefined where nobody would look for it.
 */
function strayOf(config: Config): { readonly rate: number; readonly from: string } | string | undefined {
  const { behaviour, topology, protocol, faults } = config;
  const leaves = behaviour?.make().leaves;
  if (leaves === undefined || protocol.part.name !== 'opinions') return undefined;
  const { contact, committed } = protocol.params as OpinionsParameters;
  if (contact === 'pairs') return 'it takes agents who look at all others, and these meet in twos';
  if (topology.part.name !== 'complete')
    return `it takes agents who all see all, as on a complete graph, and these are on ${topology.part.name}`;
  if (committed.length > 0) return 'it takes agents all of whom may change, and some of these never do';
  if (faults.length > 0) return 'it takes a group without faults';
  // Strength goes by the size of the group, the agent itself included, whether or not it looks at itself.
  const size = agentsOf(config);
  const [zero, one] = [leaves(0, size), leaves(1, size)];
  // Equal but for the last digits, where nothing breaks the symmetry.
  const isEven = Math.abs(zero - one) <= 1e-9 * Math.max(zero, one);
  return { rate: Math.min(zero, one), from: isEven ? '' : ` on ${zero < one ? 0 : 1}` };
}

function compared(
  name: Null['null'],
  measure: string,
  observed: Estimate,
  expected: number,
  { basis }: { basis: string },
): Null {
  const low = observed.low ?? observed.mean ?? Number.NaN;
  const high = observed.high ?? observed.mean ?? Number.NaN;
  const verdict = low > expected ? 'above' : high < expected ? 'below' : 'as-null';
  return { null: name, measure, observed, expected, basis, verdict };
}

const agentsOf = ({ topology }: Config): number => topology.make().agents;

/** Mean think time in microseconds, of rounds that wait for all; undefined where it is not exponential. */
function meanThink({ rounds, serving }: Config): number | undefined {
  const { firstToken, prefill, decode } = serving;
  const isBare = prefill === undefined && decode === undefined;
  return rounds.kind === 'barrier' && isBare && firstToken.kind === 'exponential'
    ? firstToken.mean
    : undefined;
}

const shown = (x: number): string => String(Number(x.toPrecision(3)));
