/**
 * Synod: a discrete-event simulator of agent networks and consensus liveness.
 *
 * From a scenario file to rows: `parseScenario`, `runsOf`, `execute`. One run by hand: `compile`, then `simulate`, or
 * `World` where answers come from outside. With a language model: `planOf` reads a file, `perform` does one run of it, whoever
 * answers, and `drive` several over the same `Models`; `serveMock` stands in for a model, `probeOf` and `runProbe` measure
 * one. A part of your own: `part`, and the contract of its kind. The rules of the
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
export { Cassette } from './models/cassette.ts';
export { type AnswerRecord, type CassetteRecord, recordSchema } from './models/cassette-record.ts';
export { liveModel } from './models/live.ts';
export type { Completion, Failure, Form, LanguageModel, ModelRequest, Reply, Turn } from './models/model.ts';
export type { Prompter, Reader } from './models/prompter.ts';
export { prompterFor, vocabularies } from './models/prompts.ts';
export { withRetries } from './models/retry.ts';
export { type MockFault, type MockOptions, type MockServer, serveMock } from './models/serve-mock.ts';
export { type Probe, type ProbeEnd, probeForecast, probeOf, runProbe } from './probe/probe.ts';
export { probeFamilies } from './probe/probe-design.ts';
export { probeProfiles } from './probe/probe-profiles.ts';
export { type ProbeReport, probeReport } from './probe/probe-report.ts';
export { cacheRules } from './profiles/caches.ts';
export { listPrices } from './profiles/prices.ts';
export { type Compiled, compile } from './scenario/compile.ts';
export { execute } from './scenario/execute.ts';
export { checkExpectations, type Expectations } from './scenario/expect.ts';
export type { ModelConfig } from './scenario/model.ts';
export { type KnownProfile, knownProfiles, parseProfile, profileText } from './scenario/profiles.ts';
export type { Factors, Row, Run } from './scenario/run.ts';
export { type Point, parseScenario, runOf, runsOf, type Scenario } from './scenario/scenario.ts';
export { type DriveOptions, drive, driveWorld } from './study/drive.ts';
export { Interrupted } from './study/interrupted.ts';
export { type Answering, Models, type ModelsOptions, recordedModels } from './study/models.ts';
export { type PerformOptions, perform } from './study/perform.ts';
export { type Plan, planOf, type Source } from './study/source.ts';
export { fromGraphology, toGraphology } from './topologies/exchange.ts';
export { graphFormats, parseGraph, writeGraph } from './topologies/graph-text.ts';
export * from './world/contracts.ts';
export { diameter } from './world/diameter.ts';
export { type Issue, ScenarioError } from './world/error.ts';
export { compileGraph, EdgeList, type Graph, isConnected } from './world/graph.ts';
export { classify, type Outcome, type OutcomeClass, outcomeClasses } from './world/outcome.ts';
export {
  count,
  distribution,
  duration,
  type Part,
  part,
  positiveDuration,
  probability,
} from './world/part.ts';
export { type Profile, profileSchema, type Residual } from './world/profile.ts';
export type { OpenQuestion } from './world/questions.ts';
export { simulate } from './world/simulate.ts';
export type { Judgement, Property, Task, Verdict } from './world/task.ts';
export type { Topology } from './world/topology.ts';
export { type Advance, type RunResult, World, type WorldOptions } from './world/world.ts';
