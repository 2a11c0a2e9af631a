import fc from 'fast-check';
import { compile } from '../src/scenario/compile.ts';
import { parseScenario, runOf, type Scenario } from '../src/scenario/scenario.ts';
import type { Config } from '../src/scenario/schema.ts';
import type { Observer } from '../src/world/contracts.ts';
import { simulate } from '../src/world/simulate.ts';
import type { RunResult, WorldOptions } from '../src/world/world.ts';

/** A scenario as plain data, with what every scenario must have filled in. */
export const scenarioOf = (raw: Record<string, unknown>): Scenario =>
  parseScenario(JSON.stringify({ question: 'Does it hold?', ...raw }), 'test');

/** The world of a scenario's first point. */
export function worldOf(
  raw: Record<string, unknown>,
  replication = 0,
  observers: Observer[] = [],
): WorldOptions {
  const scenario = scenarioOf(raw);
  const run = runOf(scenario, scenario.points[0]!, replication);
  return compile(run.config as Config, run.seed, observers).world;
}

export const runOfRaw = (raw: Record<string, unknown>, observers: Observer[] = []): RunResult =>
  simulate(worldOf(raw, 0, observers));

/** Scenarios that differ in graph, protocol, timing and faults, small enough to be run by the hundred. */
export const anyScenario = (): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record({
      seed: fc.nat(1_000_000),
      agents: fc.integer({ min: 4, max: 24 }),
      family: fc.constantFrom('ring', 'path', 'complete', 'star', 'barabasi-albert'),
      protocol: fc.constantFrom(
        { kind: 'flood' },
        { kind: 'flood-min', periods: 3, period: '100ms' },
        { kind: 'gossip', period: '50ms', calls: 5, patience: '2s' },
      ),
      latency: fc.constantFrom(
        { kind: 'constant', value: '10ms' },
        { kind: 'uniform', low: '1ms', high: '30ms' },
        { kind: 'exponential', mean: '10ms' },
        { kind: 'lognormal', median: '10ms', sigma: 1 },
        { kind: 'empirical', values: ['1ms', '5ms', '90ms'] },
      ),
      chance: fc.constantFrom(0, 0.1, 0.5),
      ties: fc.constantFrom('fifo', 'shuffled'),
      stop: fc.constantFrom('decided', 'quiescent'),
    })
    .map(({ seed, agents, family, protocol, latency, chance, ties, stop }) => ({
      seed,
      horizon: '60s',
      topology: { kind: family, agents },
      task: { kind: 'broadcast' },
      protocol,
      network: { latency },
      faults: [{ kind: 'loss', chance }],
      ties,
      stop,
    }));
