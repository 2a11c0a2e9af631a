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
      expect({ ...row, metrics: { ...row.metrics, callRetries: 0 } }).toEqual(await clean);
    },
  );

  test.each([false, true])(
    'a first token that is late is not waited for without end (streamed: %s)',
    async (stream) => {
      const { baseUrl } = await mockServer({ fault: second('slow'), delay: 5000 });
      const row = await driven(liveRun({ model: { baseUrl, stream, timeout: '300ms' } }));
      expect([row.error, row.metrics.callRetries, row.metrics.answersFailed]).toEqual([undefined, 1, 0]);
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
    ['garbled', 'answersMalformed'],
  ])('an answer that is %s is counted as such, and asked for once more', async (fault, metric) => {
    const server = await mockServer({ fault: second(fault) });
    const { metrics } = await driven(liveRun({ model: { baseUrl: server.baseUrl } }));
    expect([metrics[metric], metrics.unread, metrics.calls]).toEqual([1, 1, callsOfRun + 1]);
    expect(metrics.callRetries).toBe(0);
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

describe('a budget', () => {
  const price = { prompt: 1000, output: 1000 };
  test.each([
    ['calls', { budget: { calls: 7 } }],
    ['tokens', { budget: { tokens: 2000 } }],
    ['money', { budget: { money: 2 }, price }],
    ['time', { budget: { time: '200ms' } }],
  ])('of %s ends a run cleanly, and a replay at the same place', async (cause, limits) => {
    const folder = temporaryFolder();
    const slow =
      cause === 'time' ? { fault: (n: number) => (n > 4 ? ('slow' as const) : undefined), delay: 3000 } : {};
    const server = await mockServer(slow);
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl', ...limits };
    const row = await driven(liveRun({ model }), folder);
    expect([row.error, row.outcome, row.cause]).toEqual([undefined, 'budget', cause]);
    expect(server.requests).toBeLessThanOrEqual(cause === 'calls' ? 7 : callsOfRun);
    await server.close();
    expect(await driven(liveRun({ model: { ...model, kind: 'cassette', mode: 'strict' } }), folder)).toEqual(
      row,
    );
  });

  test('that is large enough changes nothing', async () => {
    const { baseUrl } = await mockServer();
    const row = await driven(
      liveRun({ model: { baseUrl, price, budget: { money: 1e9, calls: callsOfRun } } }),
    );
    expect([row.outcome, row.metrics.calls]).toEqual(['valid', callsOfRun]);
    expect(row.metrics.money).toBeCloseTo(row.metrics.tokens! / 1000, 9);
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
      /redirects to 127.0.0.1:\d+, which is not/,
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
      expect(() => liveRun({ model: { baseUrl } })).toThrow(/keys belong in the environment/);
  });
});
