import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { blotted } from '../../src/models/blot.ts';
import { Budget } from '../../src/models/budget.ts';
import { liveModel } from '../../src/models/live.ts';
import { makeFolder } from '../../src/models/make-folder.ts';
import type { ModelRequest } from '../../src/models/model.ts';
import { withRetries } from '../../src/models/retry.ts';
import { callsOfRun, driven, liveRun, mockServer, temporaryFolder } from './live-run.ts';

const strict = { kind: 'cassette', mode: 'strict' };

describe('a cap on calls', () => {
  test('holds where all of them fail, and the replay ends as the run did', async () => {
    const folder = temporaryFolder();
    const server = await mockServer({ fault: () => '500' });
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl', budget: { calls: 7 } };
    const row = await driven(liveRun({ model }), folder);
    expect([row.outcome, server.requests, row.metrics.modelCalls, row.metrics.callRetries]).toEqual([
      'budget',
      7,
      7,
      4,
    ]);
    await server.close();
    expect(await driven(liveRun({ model: { ...model, ...strict } }), folder)).toEqual(row);
  });

  test('ends a run with what was really spent, answers that came too late included', async () => {
    const folder = temporaryFolder();
    const server = await mockServer();
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl', budget: { calls: 5 } };
    const row = await driven(liveRun({ model }), folder);
    expect([row.outcome, server.requests, row.metrics.modelCalls]).toEqual(['budget', 5, 5]);
    // Three answers were delivered, two more were paid.
    expect(Number(row.metrics.modelTokens)).toBeGreaterThan(Number(row.metrics.tokens));
    for (const how of [{}, strict])
      expect(await driven(liveRun({ model: { ...model, ...how } }), folder)).toEqual(row);
    expect(server.requests).toBe(5);
  });

  test('counts what is on the cassette like what is asked', async () => {
    const folder = temporaryFolder();
    const server = await mockServer({ fault: (n) => (n === 2 ? '500' : undefined) });
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl' };
    const row = await driven(liveRun({ model }), folder);
    expect(row.metrics.modelCalls).toBe(callsOfRun + 1);
    expect(await driven(liveRun({ model }), folder)).toEqual(row);
    expect(server.requests).toBe(callsOfRun + 1);
  });
});

test('what failed in passing is asked again by auto, and replayed by strict', async () => {
  const folder = temporaryFolder();
  const broken = await mockServer({ fault: () => '500' });
  const failing = { baseUrl: broken.baseUrl, cassette: 'tape.jsonl', tries: 1 };
  const failed = await driven(liveRun({ model: failing }), folder);
  expect(Number(failed.metrics.answersFailed)).toBeGreaterThan(0);
  expect(await driven(liveRun({ model: { ...failing, ...strict } }), folder)).toEqual(failed);
  const { baseUrl } = await mockServer();
  const mended = await driven(liveRun({ model: { ...failing, baseUrl } }), folder);
  expect([mended.outcome, mended.metrics.answersFailed]).toEqual(['valid', 0]);
});

describe('a server of ours', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function serving(status: number, body: string, headers: Record<string, string> = {}) {
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    return { baseUrl, count: () => requests };
  }

  const request: ModelRequest = {
    settings: { provider: 'mock', model: 'm', maxOutputTokens: 10 },
    turns: [{ role: 'user', content: 'hello' }],
  };
  const where = (baseUrl: string) =>
    ({
      provider: 'mock',
      baseUrl,
      model: 'm',
      stream: false,
      timeout: 5_000_000,
      structured: 'none',
    }) as const;
  const { signal } = new AbortController();

  test('that fails, but says what it used, is paid for each try', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 };
    for (const status of [500, 200]) {
      const { baseUrl, count } = await serving(status, JSON.stringify({ usage }));
      const model = withRetries(liveModel(where(baseUrl), {}), { tries: 3, first: 1 });
      const budget = new Budget({});
      const reply = await model.complete(request, signal, budget);
      budget.count(reply);
      expect([reply.ok, reply.retries, count(), budget.calls, budget.tokens]).toEqual([false, 2, 3, 3, 45]);
    }
  });

  test('that redirects to itself is told by the path, without the query', async () => {
    const { baseUrl } = await serving(307, '', { location: '/other/path?key=secret' });
    const reply = await liveModel(where(baseUrl), {}).complete(request, signal);
    expect(reply.ok ? '' : reply.message).toMatch(/redirects to \/other\/path on the same host, which/);
  });

  test('that repeats the key finds it blotted, in whatever form', async () => {
    const key = 'sk-canary+/=1234567890abcdef';
    const forms = [key, encodeURIComponent(key), Buffer.from(key).toString('base64'), key.slice(0, 14)];
    const { baseUrl } = await serving(400, JSON.stringify({ error: { message: forms.join(' and ') } }));
    const reply = await liveModel(where(baseUrl), { SYNOD_API_KEY: key }).complete(request, signal);
    const said = reply.ok ? '' : reply.message;
    expect(said).toContain('[key]');
    for (const form of forms) expect(said).not.toContain(form.slice(0, 12));
  });
});

test('no form of a key of twelve characters or more is left in a text, and nothing else is lost', () => {
  const sign = fc.constantFrom(...'abcXYZ019+/=_- %');
  const text = fc.string({ unit: sign, maxLength: 30 });
  const keys = fc.string({ unit: sign, minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(text, text, keys, fc.nat(40), (before, after, key, more) => {
      const bytes = Buffer.from(key);
      for (const form of [
        key,
        encodeURIComponent(key),
        bytes.toString('base64'),
        bytes.toString('base64url'),
      ]) {
        const blot = blotted(`${before}${form.slice(0, 12 + more)}${after}`, key);
        expect(blot).not.toContain(form.slice(0, 12));
      }
      expect(blotted('an innocent text', key)).toBe('an innocent text');
    }),
  );
});

describe('a cassette', () => {
  const refused = (cassette: string, folder: string): Promise<unknown> =>
    expect(driven(liveRun({ model: { cassette } }), folder)).rejects.toThrow(/model\.cassette/);

  test('that is a folder, or lies below a file, is refused before anything is asked', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'there'));
    writeFileSync(join(folder, 'file'), '');
    await refused('there', folder);
    await refused('file/tape.jsonl', folder);
  });

  test.runIf(process.platform === 'linux')('in a place for no folders ends with an error', () => {
    expect(() => makeFolder('/proc/x/y')).toThrow();
  });
});
