import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { blotted } from '../../src/models/blot.ts';
import { Budget } from '../../src/models/budget.ts';
import { liveModel } from '../../src/models/live.ts';
import { makeFolder } from '../../src/models/make-folder.ts';
import type { Completion, ModelRequest } from '../../src/models/model.ts';
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

  test.each([20, undefined])(
    'that is raised or left out (%s) pays for no answer twice, and both runs replay',
    async (calls) => {
      const folder = temporaryFolder();
      const server = await mockServer();
      const asking = { baseUrl: server.baseUrl, cassette: 'tape.jsonl' };
      const capped = { ...asking, budget: { calls: 5 } };
      const free = { ...asking, ...(calls ? { budget: { calls } } : {}) };
      const first = await driven(liveRun({ model: capped }), folder);
      expect([first.outcome, server.requests]).toEqual(['budget', 5]);
      const whole = await driven(liveRun({ model: free }), folder);
      expect([whole.outcome, server.requests]).toEqual(['valid', callsOfRun]);
      // And the other way round: a cap that comes later is met by what is on record.
      const lower = { ...asking, budget: { calls: 4 } };
      const third = await driven(liveRun({ model: lower }), folder);
      expect([third.outcome, third.metrics.modelCalls, server.requests]).toEqual(['budget', 4, callsOfRun]);
      await server.close();
      const pairs = [
        [capped, first],
        [free, whole],
        [lower, third],
      ] as const;
      for (const [model, row] of pairs)
        expect(await driven(liveRun({ model: { ...model, ...strict } }), folder)).toEqual(row);
    },
  );

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

describe('a cap on tokens or money', () => {
  const rates = { input: 1000, output: 1000, cachedRead: 1000 };
  const prices = { model: 'mock', date: '2026-01-01', table: [{ model: 'mock', ...rates }] };
  const raw = { topology: { kind: 'ring', agents: 12 }, prices };

  test.each([
    ['tokens', { tokens: 1000 }, 1],
    ['money', { money: 1 }, 1],
    ['tokens', { tokens: 1000 }, 4],
  ])('of %s stops the calls that wait (%j, %d at once)', async (cause, budget, concurrency) => {
    const folder = temporaryFolder();
    const server = await mockServer();
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl', budget, concurrency };
    const row = await driven(liveRun({ model, raw }), folder);
    expect([row.error, row.outcome, row.cause]).toEqual([undefined, 'budget', cause]);
    const answers = readFileSync(join(folder, 'tape.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"type":"answer"'))
      .map((line) => JSON.parse(line) as { reply: { spent: { prompt: number; output: number } } });
    const tokens = answers.map(({ reply }) => reply.spent.prompt + reply.spent.output);
    // A dollar buys a thousand tokens. What was under way when the cap was met is paid; nothing went out behind it.
    const sum = (list: readonly number[]): number => list.reduce((total, it) => total + it, 0);
    expect(sum(tokens)).toBeGreaterThanOrEqual(1000);
    // As answers are clean, one or two more than at first are under way at once.
    const most = concurrency + 2;
    expect(sum(tokens.slice(0, Math.max(0, tokens.length - most)))).toBeLessThan(1000);
    expect(tokens.length).toBeLessThan(12);
    expect([server.requests, row.metrics.modelTokens]).toEqual([tokens.length, sum(tokens)]);
    for (const how of [{}, strict])
      expect(await driven(liveRun({ model: { ...model, ...how }, raw }), folder)).toEqual(row);
    expect(server.requests).toBe(tokens.length);
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

  test.each([
    [{ prompt_tokens: -5, completion_tokens: 1e15 }, undefined],
    [{ prompt_tokens: 7, completion_tokens: 2, prompt_tokens_details: { cached_tokens: -1 } }, 7],
  ])(
    'that misreports what it used (%j) has answered, and its tokens are estimated',
    async (usage, prompt) => {
      const folder = temporaryFolder();
      const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '0' } }];
      const { baseUrl } = await serving(200, JSON.stringify({ choices, usage }));
      const reply = await liveModel(where(baseUrl)).complete(request, signal);
      expect(reply).toMatchObject({ ok: true, text: '0' });
      const { spent } = reply as Completion;
      expect(spent.isEstimated).toBe(prompt === undefined ? true : undefined);
      expect(spent.prompt).toBeGreaterThan(0);
      expect(spent.output).toBeLessThan(10);
      expect(spent.cached).toBeUndefined();
      const row = await driven(liveRun({ model: { baseUrl, cassette: 'tape.jsonl' } }), folder);
      expect([row.error, row.metrics.answersFailed]).toEqual([undefined, 0]);
    },
  );

  test('that fails, but says what it used, is paid for each try', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 };
    for (const status of [500, 200]) {
      const { baseUrl, count } = await serving(status, JSON.stringify({ usage }));
      const model = withRetries(liveModel(where(baseUrl), {}), { tries: 3, first: 1 });
      const budget = new Budget({});
      const reply = await model.complete(request, signal, budget);
      expect([reply.ok, reply.retries, count(), budget.calls, budget.tokens]).toEqual([false, 2, 3, 3, 45]);
    }
  });

  test('that redirects to itself is told by the path, without the query', async () => {
    const { baseUrl } = await serving(307, '', { location: '/other/path?key=secret' });
    const reply = await liveModel(where(baseUrl), {}).complete(request, signal);
    expect(reply.ok ? '' : reply.message).toMatch(/redirects to \/other\/path on the same host, which/);
  });

  test('that redirects to a host named by the key is told without it', async () => {
    const key = 'Sk-Canary-1234567890AbCdEf';
    const { baseUrl } = await serving(307, '', { location: `http://${key}.example/v1` });
    const reply = await liveModel(where(baseUrl), { SYNOD_API_KEY: key }).complete(request, signal);
    expect(reply.ok ? '' : reply.message).toMatch(/redirects to \[key\]\.example, which/);
  });

  test('that refuses, and has written something readable before that, has answered nothing', async () => {
    const message = { id: 'a', type: 'message', role: 'assistant', model: 'm', stop_sequence: null };
    const content = [{ type: 'text', text: '{"value": 3}' }];
    const usage = { input_tokens: 7, output_tokens: 5 };
    const { baseUrl } = await serving(
      200,
      JSON.stringify({ ...message, content, stop_reason: 'refusal', usage }),
    );
    const anthropic = { ...where(baseUrl), provider: 'anthropic' } as const;
    const reply = await liveModel(anthropic, { SYNOD_API_KEY: 'any' }).complete(request, signal);
    expect(reply).toMatchObject({ ok: true, text: '', finish: 'refused', spent: { prompt: 7, output: 5 } });
  });

  test('is asked nothing with a key that no header takes, and the key is not repeated', async () => {
    const { baseUrl, count } = await serving(200, '{}');
    for (const key of ['sk-canary-IN\nNEWL1234567890', 'sk-canary-ключ-1234567890']) {
      const model = withRetries(liveModel(where(baseUrl), { SYNOD_API_KEY: key }), { tries: 3, first: 1 });
      const budget = new Budget({});
      const reply = await model.complete(request, signal, budget);
      expect(reply).toMatchObject({ ok: false, kind: 'no-key', retries: 0 });
      const said = reply.ok ? '' : reply.message;
      expect(said).toMatch(/^SYNOD_API_KEY holds .* cannot be sent; set it to the key alone/);
      expect(said).not.toMatch(/canary|NEWL/);
      expect([count(), budget.calls]).toEqual([0, 0]);
    }
  });

  test('gets a key without the line end that its file had', async () => {
    const { keyFor } = await import('../../src/models/providers.ts');
    expect(keyFor('mock', 'http://host/v1', { SYNOD_API_KEY: 'sk-1\r\n' })).toEqual({ key: 'sk-1' });
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
      // In whatever case, from whatever place in it on, and behind other bytes.
      const hex = bytes.toString('hex');
      const behind = Buffer.from(`Bearer ${key}`).toString('base64');
      const within = Buffer.from(`to ${key}, ${after}`).toString('base64');
      for (const form of [key.toUpperCase(), key.toLowerCase(), hex, hex.toUpperCase(), key.slice(-12)])
        expect(blotted(`${before}${form}${after}`, key)).not.toContain(form.slice(-12));
      // Four signs of base64 hold three of the key, of which those at its ends may be shared with what is around.
      expect(blotted(behind, key)).not.toContain(behind.slice(12, 24));
      expect(blotted(within, key)).not.toContain(within.slice(8, 20));
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
