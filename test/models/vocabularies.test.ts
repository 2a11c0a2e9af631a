import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { vocabularies } from '../../src/models/prompts.ts';
import { parseScenario, runOf } from '../../src/scenario/scenario.ts';
import { outcomeClasses } from '../../src/world/outcome.ts';
import { driven, mockServer, temporaryFolder } from './live-run.ts';

/** Shortest runs of protocols whose own parameters would make them long. */
const short: Readonly<Record<string, object>> = {
  'persistent-agent': { calls: 12 },
  'artifact-pool': { roles: 3 },
  'tree-rollouts': { trees: 1, rounds: 1, expansions: 1 },
  'bridged-calls': { systems: 3 },
};

/** A scenario in which a protocol asks its agents, live. */
function scenarioFor(name: string, baseUrl: string, structured: string): Record<string, unknown> {
  const common = {
    question: 'Does it end?',
    seed: 3,
    horizon: { rounds: 13 },
    topology: { kind: 'complete', agents: 7 },
    network: { latency: '5ms' },
    model: { provider: 'mock', model: 'any', baseUrl, structured },
  };
  if (name === 'agentsnet')
    return { ...common, task: { kind: 'coloring' }, protocol: { kind: name, rounds: 2 } };
  if (name === 'byzantine-game')
    return { ...common, task: { kind: 'consensus', values: 21 }, protocol: { kind: name, values: 21 } };
  if (name === 'opinions')
    return { ...common, task: { kind: 'unanimity', shares: [0.4, 0.6] }, protocol: { kind: name } };
  const task = name === 'artifact-pool' ? { kind: 'artifact', fields: 4 } : { kind: 'work-graph', items: 4 };
  return { ...common, horizon: '1h', task, protocol: { kind: name, ...short[name] } };
}

const asking = [...catalog.protocols.values()].flatMap((part) => {
  const parsed = part.params.safeParse({});
  const asks = parsed.success ? part.create(parsed.data).asks : undefined;
  return asks === undefined ? [] : [{ name: part.name, asks }];
});

async function endOf(raw: Record<string, unknown>) {
  const scenario = parseScenario(JSON.stringify(raw), 'test');
  return driven(runOf(scenario, scenario.points[0]!, 0), temporaryFolder());
}

describe('every protocol that asks', () => {
  test('is among those below, with words for all that it asks', () => {
    expect(asking.length).toBeGreaterThan(15);
    for (const { asks } of asking) expect(vocabularies).toContain(asks);
  });

  test.each(asking)('$name ends in a class where a model answers, in plain text', async ({ name }) => {
    const { baseUrl } = await mockServer();
    const row = await endOf(scenarioFor(name, baseUrl, 'none'));
    expect([row.error, row.metrics.unread, row.metrics.answersMalformed]).toEqual([undefined, 0, 0]);
    expect(outcomeClasses).toContain(row.outcome);
    expect(row.metrics.calls).toBeGreaterThan(0);
    // By the rules of the stand-in; one turn is not enough for a share of two items, nor three rounds for a colouring.
    if (!['agentsnet', 'bridged-calls'].includes(name)) expect(row.outcome).toBe('valid');
  });

  test.each(asking)('$name ends in the same class where answers keep to a schema', async ({ name }) => {
    const { baseUrl } = await mockServer();
    const [plain, structured] = await Promise.all([
      endOf(scenarioFor(name, baseUrl, 'none')),
      endOf(scenarioFor(name, baseUrl, 'auto')),
    ]);
    expect([structured.error, structured.metrics.unread]).toEqual([undefined, 0]);
    expect([structured.outcome, structured.metrics.calls]).toEqual([plain.outcome, plain.metrics.calls]);
  });
});

test('a protocol that wants a small model is given the one that the scenario names', async () => {
  const asked: string[] = [];
  const server = await mockServer();
  const folder = temporaryFolder();
  const raw = scenarioFor('model-cascade', server.baseUrl, 'none');
  const model = { ...(raw.model as object), small: 'tiny', cassette: 'tape.jsonl', mode: 'record' };
  const scenario = parseScenario(JSON.stringify({ ...raw, model }), 'test');
  const row = await driven(runOf(scenario, scenario.points[0]!, 0), folder);
  const lines = readFileSync(join(folder, 'tape.jsonl'), 'utf8').trim().split('\n');
  for (const line of lines) {
    const { settings } = JSON.parse(line) as { settings?: { model: string } };
    if (settings) asked.push(settings.model);
  }
  expect([row.outcome, asked]).toEqual(['valid', ['tiny']]);
});

describe('opinions', () => {
  const live = async (protocol: object, more: object = {}) => {
    const { baseUrl } = await mockServer();
    return endOf({
      ...scenarioFor('opinions', baseUrl, 'none'),
      protocol: { kind: 'opinions', ...protocol },
      ...more,
    });
  };

  test('are agreed on by whoever follows the majority, whoever looks at whom and when', async () => {
    const rounds = await live({});
    const clocks = await live({ timing: 'asynchronous' }, { horizon: '60s' });
    const told = await live({ channel: 'messages' });
    for (const row of [rounds, clocks, told]) expect([row.error, row.outcome]).toEqual([undefined, 'valid']);
    const pairs = await live({ contact: 'pairs' });
    expect([pairs.error, pairs.metrics.unread]).toEqual([undefined, 0]);
  });

  test('that are no small numbers are told as they are', async () => {
    const row = await live({ stop: 'never' }, { task: { kind: 'unanimity', uniform: [0.5, 0.75] } });
    expect([row.error, row.metrics.unread]).toEqual([undefined, 0]);
  });
});

test('a protocol that asks nothing is refused before any call', async () => {
  const server = await mockServer();
  const silent = [...catalog.protocols.keys()].filter((it) => !asking.some(({ name }) => name === it));
  expect(silent).toEqual(expect.arrayContaining(['claims', 'flood', 'gossip']));
  for (const protocol of ['flood', 'gossip', 'claims']) {
    const raw = {
      question: 'Does it end?',
      topology: { kind: 'ring', agents: 4 },
      task: 'broadcast',
      protocol: { kind: protocol },
      model: { provider: 'mock', model: 'any', baseUrl: server.baseUrl },
    };
    expect(() => parseScenario(JSON.stringify(raw), 'test')).toThrow(
      /model: is never asked by this protocol/,
    );
  }
  expect(server.requests).toBe(0);
});
