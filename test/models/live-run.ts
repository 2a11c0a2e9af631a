import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type MockOptions, type MockServer, serveMock } from '../../src/models/serve-mock.ts';
import type { Row, Run } from '../../src/scenario/run.ts';
import { runOf } from '../../src/scenario/scenario.ts';
import { drive } from '../../src/study/drive.ts';
import { Models } from '../../src/study/models.ts';
import { scenarioOf } from '../worlds.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'synod-models-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server that is gone after the test. Waits are short. */
export async function mockServer(options: MockOptions = {}): Promise<MockServer> {
  const server = await serveMock({ delay: 20, ...options });
  onTestFinished(() => server.close());
  return server;
}

export interface LiveOptions {
  readonly task?: string;
  readonly model?: Record<string, unknown>;
  readonly raw?: Record<string, unknown>;
  readonly replication?: number;
}

/** One of AgentsNet's tasks on a short path; what it says of the model is added to. */
export function liveScenario({
  task = 'consensus',
  model = {},
  raw = {},
}: LiveOptions = {}): Record<string, unknown> {
  return {
    seed: 5,
    topology: { kind: 'path', agents: 3 },
    task: task === 'consensus' ? { kind: task, inputs: 'none' } : { kind: task },
    protocol: { kind: 'agentsnet', rounds: 3 },
    network: { latency: '5ms' },
    serving: { firstToken: { kind: 'lognormal', median: '300ms', sigma: 0.4 }, prefill: 5000, decode: 80 },
    model: { model: 'tiny', baseUrl: 'http://127.0.0.1:9/v1', ...model },
    ...raw,
  };
}

export function liveRun(options: LiveOptions = {}): Run {
  const scenario = scenarioOf(liveScenario(options));
  return runOf(scenario, scenario.points[0]!, options.replication ?? 0);
}

/** Drives a run to its row; cassettes are closed afterwards. */
export async function driven(run: Run, folder = '.', signal = new AbortController().signal): Promise<Row> {
  const models = new Models({ folder, firstWait: 5 });
  try {
    return await drive(run, { models, signal });
  } finally {
    models.close();
  }
}

/** Calls of a run in which nothing goes wrong: three agents, three rounds and the answer. */
export const callsOfRun = 12;
