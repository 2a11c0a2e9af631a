import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { MockFault } from '../../src/models/serve-mock.ts';
import type { Row } from '../../src/scenario/run.ts';
import type { ScenarioError } from '../../src/world/error.ts';
import { callsOfRun, driven, liveRun, mockServer, temporaryFolder } from './live-run.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const second = (fault: MockFault) => (n: number) => (n === 2 ? fault : undefined);

describe('what a server does wrong', () => {
  let clean: Promise<Row> | undefined;

  test.each<MockFault>(['429', '500', 'cut', 'malformed', 'wrong-type', 'huge'])(
    'in passing (%s) costs a retry, and changes nothing else',
    async (fault) => {
      clean ??= mockServer().then(({ baseUrl }) => driven(liveRun({ model: { baseUrl } })));
      await clean;
      const faulty = await mockServer({ fault: second(fault) });
      const row = await driven(liveRun({ model: { baseUrl: faulty.baseUrl } }));
      expect(row.metrics.callRetries).toBe(1);
      expect(faulty.requests).toBe(callsOfRun + 1);
      const { modelCalls, modelTokens } = (await clean).metrics;
      expect(row.metrics.modelCalls).toBe(callsOfRun + 1);
      expect(row.metrics.modelTokens).toBeGreaterThanOrEqual(Number(modelTokens));
      const metrics = { ...row.metrics, callRetries: 0, modelCalls, modelTokens };
      expect({ ...row, metrics }).toEqual(await clean);
    },
  );

  test.each([false, true])(
    'a first token that is late is not waited for without end (streamed: %s)',
    async (stream) => {
      const { baseUrl } = await mockServer({ fault: second('slow'), delay: 5000 });
      const row = await driven(liveRun({ model: { baseUrl, stream, timeout: '300ms' } }));
      expect([row.error, row.metrics.answersFailed]).toEqual([undefined, 0]);
      // On a machine that has much else to do, others may be late too.
      expect(row.metrics.callRetries).toBeGreaterThanOrEqual(1);
    },
  );

  test('a stream that is cut is noticed', async () => {
    const { baseUrl } = await mockServer({ fault: second('cut') });
    const row = await driven(liveRun({ model: { baseUrl, stream: true } }));
    expect([row.metrics.callRetries, row.metrics.unread]).toEqual([1, 0]);
  });

  test.each<[MockFault, string]>([
    ['empty', 'answersEmpty'],
    ['truncated', 'answersTruncated'],
    ['refused', 'answersRefused'],
    ['declined', 'answersRefused'],
    ['garbled', 'answersMalformed'],
  ])('an answer that is %s is counted as such, and asked for once more', async (fault, metric) => {
    for (const stream of [false, true]) {
      const { baseUrl } = await mockServer({ fault: second(fault) });
      const { metrics } = await driven(liveRun({ model: { baseUrl, stream } }));
      expect([metrics[metric], metrics.unread, metrics.calls]).toEqual([1, 1, callsOfRun + 1]);
      expect([metrics.callRetries, metrics.answersRepaired]).toEqual([0, 1]);
    }
  });

  const work = {
    topology: { kind: 'complete', agents: 2 },
    task: { kind: 'work-graph', items: 3 },
    protocol: { kind: 'single-agent' },
  };

  test.each<[MockFault, string]>([
    ['empty', 'answersEmpty'],
    ['truncated', 'answersTruncated'],
    ['refused', 'answersRefused'],
    ['declined', 'answersRefused'],
    ['garbled', 'answersMalformed'],
  ])('where the protocol does not ask again, one that is %s is repaired once', async (fault, metric) => {
    const folder = temporaryFolder();
    const server = await mockServer({ fault: second(fault) });
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl' };
    const live = await driven(liveRun({ model, raw: work }), folder);
    expect([live.outcome, live.metrics[metric], live.metrics.answersRepaired]).toEqual(['valid', 1, 1]);
    // The world asked three times, and was answered each time; the server was asked once more.
    expect([live.metrics.calls, live.metrics.unread, server.requests]).toEqual([3, 0, 4]);
    await server.close();
    const strict = { kind: 'cassette', cassette: 'tape.jsonl' };
    expect(await driven(liveRun({ model: strict, raw: work }), folder)).toEqual(live);
  });

  test.each<[MockFault, string]>([
    ['garbled', 'answersMalformed'],
    ['declined', 'answersRefused'],
    ['empty', 'answersEmpty'],
  ])(
    'in the consensus game one that is %s is counted as such, and asked for again',
    async (fault, metric) => {
      const raw = {
        topology: { kind: 'complete', agents: 3 },
        task: { kind: 'consensus', values: 21 },
        protocol: { kind: 'byzantine-game', values: 21 },
        horizon: { rounds: 21 },
      };
      const { baseUrl } = await mockServer({ fault: second(fault) });
      const { outcome, metrics } = await driven(liveRun({ model: { baseUrl }, raw }));
      expect([outcome, metrics[metric], metrics.unread, metrics.answersRepaired]).toEqual(['valid', 1, 1, 1]);
    },
  );

  test('an answer that is repaired in vain is none, and nobody’s claim', async () => {
    const server = await mockServer({ fault: () => 'garbled' });
    const row = await driven(liveRun({ model: { baseUrl: server.baseUrl }, raw: work }));
    expect([row.outcome, row.metrics.unread, row.metrics.answersRepaired]).toEqual(['invalid', 10, 0]);
    expect([row.metrics.answersMalformed, server.requests]).toEqual([20, 20]);
  });

  test('for good becomes answers that failed, never somebody’s vote; and replays so', async () => {
    const folder = temporaryFolder();
    const server = await mockServer({ fault: () => '500' });
    const model = { baseUrl: server.baseUrl, tries: 2, cassette: 'tape.jsonl' };
    const row = await driven(liveRun({ model }), folder);
    expect([row.outcome, row.metrics.answersFailed]).toEqual(['no-input', 2 * callsOfRun]);
    await server.close();
    expect(await driven(liveRun({ model: { ...model, kind: 'cassette', mode: 'strict' } }), folder)).toEqual(
      row,
    );
  });

  test('a server that is not there, or knows no such key, ends the run and says why', async () => {
    const server = await mockServer({ fault: () => '401' });
    await expect(driven(liveRun({ model: { baseUrl: server.baseUrl } }))).rejects.toThrow(
      /401: there is no such key/,
    );
    const { baseUrl } = server;
    await server.close();
    await expect(driven(liveRun({ model: { baseUrl, tries: 2 } }))).rejects.toThrow(/ECONNREFUSED/);
    vi.stubEnv('SYNOD_API_KEY', '');
    vi.stubEnv('OPENAI_API_KEY', '');
    const model = { provider: 'openai', baseUrl: undefined };
    await expect(driven(liveRun({ model }))).rejects.toThrow(/set OPENAI_API_KEY/);
  });
});

describe('answers in a form', () => {
  test('are asked for where the provider has them, and recorded as such', async () => {
    const folder = temporaryFolder();
    const seen: boolean[] = [];
    const server = await mockServer();
    for (const provider of ['mock', 'openai-compatible', 'anthropic']) {
      vi.stubEnv('SYNOD_API_KEY', 'any');
      for (const task of ['coloring', 'matching']) {
        const cassette = `${provider}-${task}.jsonl`;
        const model = { provider, baseUrl: server.baseUrl, cassette };
        const live = await driven(liveRun({ task, model }), folder);
        expect([live.outcome, live.metrics.unread]).toEqual(['valid', 0]);
        seen.push(readFileSync(join(folder, cassette), 'utf8').includes('"form":"'));
        const strict = { ...model, kind: 'cassette' };
        expect(await driven(liveRun({ task, model: strict }), folder)).toEqual(live);
        // What is recorded in one form is no answer to a request for another; where the request is the same, the run is not.
        const why = provider === 'openai-compatible' ? /belongs to another run/ : /the last turn differs/;
        const plain = liveRun({ task, model: { ...strict, structured: 'none' } });
        await expect(driven(plain, folder)).rejects.toThrow(why);
      }
    }
    expect(seen).toEqual([true, true, false, false, true, true]);
  });

  test('are the same streamed', async () => {
    const { baseUrl } = await mockServer({ fault: second('declined') });
    const rows = [];
    for (const stream of [false, true]) {
      const other = await mockServer({ fault: second('declined') });
      const where = stream ? other.baseUrl : baseUrl;
      rows.push(
        await driven(liveRun({ model: { provider: 'mock', baseUrl: where, stream, concurrency: 1 } })),
      );
    }
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[0]!.metrics).toMatchObject({ answersRefused: 1, answersRepaired: 1, unread: 1 });
  });

  test('are given up where the server refuses them, unless they are a must', async () => {
    const folder = temporaryFolder();
    const server = await mockServer({ fault: () => 'no-form' });
    const model = { provider: 'mock', baseUrl: server.baseUrl, cassette: 'tape.jsonl', concurrency: 1 };
    const row = await driven(liveRun({ model }), folder);
    expect([row.outcome, row.metrics.unread, server.requests]).toEqual(['valid', 0, callsOfRun + 1]);
    expect(await driven(liveRun({ model: { ...model, kind: 'cassette' } }), folder)).toEqual(row);
    const must = await driven(
      liveRun({ model: { provider: 'mock', baseUrl: server.baseUrl, structured: 'json' } }),
    );
    expect([must.outcome, must.metrics.answersFailed]).toEqual(['no-input', 2 * callsOfRun]);
  });
});

describe('a budget', () => {
  const rates = { input: 1000, output: 1000, cachedRead: 1000 };
  const prices = { model: 'mock', date: '2026-01-01', table: [{ model: 'mock', ...rates }] };
  test.each([
    ['calls', { budget: { calls: 7 } }],
    ['tokens', { budget: { tokens: 2000 } }],
    ['money', { budget: { money: 2 } }],
    ['time', { budget: { time: '200ms' } }],
  ])('of %s ends a run cleanly, and a replay at the same place', async (cause, limits) => {
    const folder = temporaryFolder();
    const slow =
      cause === 'time' ? { fault: (n: number) => (n > 4 ? ('slow' as const) : undefined), delay: 3000 } : {};
    const server = await mockServer(slow);
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl', ...limits };
    const row = await driven(liveRun({ model, raw: { prices } }), folder);
    expect([row.error, row.outcome, row.cause]).toEqual([undefined, 'budget', cause]);
    expect(server.requests).toBeLessThanOrEqual(cause === 'calls' ? 7 : callsOfRun);
    await server.close();
    const replayed = liveRun({ model: { ...model, kind: 'cassette', mode: 'strict' }, raw: { prices } });
    expect(await driven(replayed, folder)).toEqual(row);
  });

  test('that is large enough changes nothing', async () => {
    const { baseUrl } = await mockServer();
    const row = await driven(
      liveRun({
        model: { baseUrl, budget: { money: 1e9, calls: callsOfRun } },
        raw: { prices, metrics: ['meters'] },
      }),
    );
    expect([row.outcome, row.metrics.calls]).toEqual(['valid', callsOfRun]);
    expect(row.metrics.dollars).toBeCloseTo(row.metrics.tokens! / 1000, 9);
  });
});

describe('a key', () => {
  const canary = 'canary-7d1f0c55aa';

  test('is sent, and is in nothing that is kept or said, even where the server repeats it', async () => {
    vi.stubEnv('SYNOD_API_KEY', canary);
    const folder = temporaryFolder();
    const sent: string[] = [];
    const server = await mockServer({ fault: (n) => (n % 3 === 0 ? 'echo' : undefined) });
    for (const stream of [false, true]) {
      const model = { baseUrl: server.baseUrl, cassette: stream ? 'a.jsonl' : 'b.jsonl.gz', stream };
      sent.push(JSON.stringify(await driven(liveRun({ model }), folder)));
    }
    const kept = readdirSync(folder).map((name) => {
      const bytes = readFileSync(join(folder, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    });
    // The server saw it, or this would prove nothing.
    expect(kept.join()).toContain('You sent me Bearer [key]');
    for (const text of [...sent, ...kept]) expect(text).not.toContain(canary);
  });

  test('is in no error', async () => {
    vi.stubEnv('SYNOD_API_KEY', canary);
    const answer = () => {
      throw new Error(canary);
    };
    for (const fault of ['401', '500', 'malformed', 'redirect'] as const) {
      const { baseUrl } = await mockServer({ fault: () => fault, answer });
      const outcome = await driven(liveRun({ model: { baseUrl, tries: 1 } })).then(
        (row) => JSON.stringify(row),
        (error: ScenarioError) => `${error.message} ${JSON.stringify(error.issues)} ${error.stack}`,
      );
      expect(outcome).not.toContain(canary);
    }
  });

  test('does not follow a redirect, nor does anything else', async () => {
    vi.stubEnv('SYNOD_API_KEY', canary);
    const elsewhere = await mockServer();
    const { baseUrl } = await mockServer({ fault: () => 'redirect', elsewhere: elsewhere.baseUrl });
    await expect(driven(liveRun({ model: { baseUrl } }))).rejects.toThrow(
      /redirects to http:\/\/127.0.0.1:\d+, which is not/,
    );
    expect(elsewhere.requests).toBe(0);
  });

  test('of a provider goes to its own host only', async () => {
    const { keyFor } = await import('../../src/models/providers.ts');
    const environment = { OPENAI_API_KEY: 'theirs' };
    expect(keyFor('openai', 'https://api.openai.com/v1', environment)).toEqual({ key: 'theirs' });
    expect(keyFor('openai', 'https://example.org/v1', environment)).toEqual({});
    expect(keyFor('openai', 'https://example.org/v1', { ...environment, SYNOD_API_KEY: 'ours' })).toEqual({
      key: 'ours',
    });
  });

  test('has no place in an address', () => {
    for (const baseUrl of ['http://user:secret@host/v1', 'https://host/v1?key=secret', 'ftp://host'])
      expect(() => liveRun({ model: { baseUrl } })).toThrow(/keys belong in the environment(?!.*secret)/);
  });
});
