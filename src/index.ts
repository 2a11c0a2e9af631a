/**
 * Synod: a discrete-event simulator of agent networks and consensus liveness.
 *
 * From a scenario file to rows: `parseScenario`, `runsOf`, `execute`. One run by hand: `compile`, then `simulate`, or
 * `World` where answers come from outside. A part of your own: `part`, and the contract of its kind. The rules of the
 * AgentsNet benchmark as pure functions: `scoreInstance`, `readScoreFile`, `parseAnswer`, `parseMessages`.
 */

export { answerMarker, options, parseAnswer } from './agentsnet/answers.ts';
export { parseMessages } from './agentsnet/messages.ts';
export { callsPerAgent, roundsFor } from './agentsnet/rounds.ts';
export { type AgentsNetTask, type Mode, taskNames } from './agentsnet/rules.ts';
export { type Score, scoreInstance } from './agentsnet/score.ts';
export { type Instance, readScoreFile, rereadAnswers } from './agentsnet/score-file.ts';
export { scoreCodes } from './agentsnet/scorers.ts';
export { catalog } from './catalog.ts';
export { type Budget, budget, splitBudget } from './economy/budgets.ts';
export { Chains } from './economy/chains.ts';
export { type Called, Context, type ContextOptions, type Overflow } from './economy/context.ts';
export { type ExternalMemory, externalMemory } from './economy/external-memory.ts';
export { kvBytes, type ModelShape, worthwhileLink } from './economy/kv-bytes.ts';
export { type Meter, type MeterKind, type Meters, meterKinds, meters } from './economy/meters.ts';
export { type CacheRead, type CacheRules, PrefixCache } from './economy/prefix-cache.ts';
export {
  type Cost,
  charger,
  type PriceBook,
  type PriceEntry,
  type Purchase,
  priceBook,
  priceOf,
  type Rates,
} from './economy/prices.ts';
export { type Provider, provider } from './economy/provider.ts';
export { type Served, type Server, type Serving, server } from './economy/serving.ts';
export { freshTokens, type Purpose, type Usage } from './economy/usage.ts';
export { type Distribution, meanOf, sampler } from './kernel/distribution.ts';
export { Fingerprint } from './kernel/fingerprint.ts';
export { type Handler, Kernel, type KernelOptions, type Time } from './kernel/kernel.ts';
export { Keyed } from './kernel/keyed.ts';
export { type Seed, Stream } from './kernel/stream.ts';
export { type Streams, streams } from './kernel/streams.ts';
export { cacheRules } from './profiles/caches.ts';
export { listPrices } from './profiles/prices.ts';
export { type Compiled, compile } from './scenario/compile.ts';
export { execute } from './scenario/execute.ts';
export { checkExpectations, type Expectations } from './scenario/expect.ts';
export type { Factors, Row, Run } from './scenario/run.ts';
export { type Point, parseScenario, runOf, runsOf, type Scenario } from './scenario/scenario.ts';
export { fromGraphology, toGraphology } from './topologies/exchange.ts';
export { graphFormats, parseGraph, writeGraph } from './topologies/graph-text.ts';
export * from './world/contracts.ts';
export { type Issue, ScenarioError } from './world/error.ts';
export { compileGraph, diameter, EdgeList, type Graph, isConnected } from './world/graph.ts';
export { classify, type Outcome, type OutcomeClass, outcomeClasses } from './world/outcome.ts';
export { count, distribution, duration, type Part, part, probability } from './world/part.ts';
export type { OpenQuestion } from './world/questions.ts';
export {
  type Advance,
  type RunResult,
  simulate,
  World,
  type WorldOptions,
} from './world/simulate.ts';
export type { Judgement, Property, Task, Verdict } from './world/task.ts';
export type { Topology } from './world/topology.ts';
