import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Gate } from '../../src/models/gate.ts';
import type { LanguageModel, ModelRequest, Reply } from '../../src/models/model.ts';
import { withRetries } from '../../src/models/retry.ts';
import { driven, liveRun } from './live-run.ts';

const fine: Reply = {
  ok: true,
  text: 'yes',
  finish: 'stop',
  spent: { prompt: 1, output: 1 },
  latency: 1,
  retries: 0,
};
const request: ModelRequest = {
  settings: { provider: 'mock', model: 'm', maxOutputTokens: 10 },
  turns: [{ role: 'user', content: 'hello' }],
};
const never = new AbortController().signal;

/** Refuses the first call for a while, and answers all others. */
function refusing(retryAfter: number): { model: LanguageModel; count: () => number } {
  let calls = 0;
  const refused: Reply = { ok: false, kind: 'rate-limited', message: 'too many', retries: 0, retryAfter };
  return { model: { complete: async () => (++calls === 1 ? refused : fine) }, count: () => calls };
}

describe('a rest that the server asks for', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ['24 h', 86_400_000],
    ['20 min', 1_200_000],
    // More than a timer holds, which would make it none at all.
    ['1157 days', 99_999_999_000],
  ])(
    'of %s is sat out by nobody: not by the call, those behind it, nor those to come',
    async (span, wait) => {
      const { model, count } = refusing(wait);
      const guarded = withRetries(new Gate({ start: 1, most: 1 }).guard(model), { tries: 6, first: 1 });
      const replies = await Promise.all([1, 2, 3].map(() => guarded.complete(request, never)));
      replies.push(await guarded.complete(request, never));
      for (const reply of replies) {
        expect(reply).toMatchObject({ ok: false, kind: 'long-wait', retries: 0 });
        expect(reply.ok ? '' : reply.message).toContain(
          `too many; it asks to wait ${span}, and more than 10 min`,
        );
      }
      expect(count()).toBe(1);
    },
  );

  test('of a moment is sat out', async () => {
    const { model, count } = refusing(30);
    const guarded = withRetries(new Gate({ start: 1, most: 1 }).guard(model), { tries: 2, first: 1 });
    const replies = await Promise.all([1, 2, 3].map(() => guarded.complete(request, never)));
    expect([replies.every(({ ok }) => ok), count()]).toEqual([true, 4]);
  });

  test('keeps nothing waiting once all who waited are given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { model } = refusing(60_000);
    const guarded = new Gate({ start: 1, most: 1 }).guard(model);
    await guarded.complete(request, never);
    const stops = [new AbortController(), new AbortController()];
    const waiting = stops.map(({ signal }) => guarded.complete(request, signal));
    expect(vi.getTimerCount()).toBe(1);
    stops[0]?.abort();
    expect(vi.getTimerCount()).toBe(1);
    stops[1]?.abort();
    expect(vi.getTimerCount()).toBe(0);
    for (const reply of await Promise.all(waiting)) expect(reply).toMatchObject({ kind: 'cancelled' });
  });
});

/** A server that refuses the first request with these headers, and answers the others. */
async function serverWith(
  headers: Record<string, string>,
): Promise<{ baseUrl: string; count: () => number }> {
  let requests = 0;
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '0' } }];
  const usage = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 };
  const server = createServer((_, response) => {
    const isFirst = ++requests === 1;
    response.writeHead(isFirst ? 429 : 200, {
      'content-type': 'application/json',
      ...(isFirst ? headers : {}),
    });
    response.end(JSON.stringify(isFirst ? { error: { message: 'slow down' } } : { choices, usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, count: () => requests };
}

describe('a server that asks for a rest', () => {
  test('of a day ends the run, and says so', async () => {
    const { baseUrl, count } = await serverWith({ 'retry-after': '86400' });
    const run = liveRun({ model: { baseUrl, concurrency: 1 } });
    await expect(driven(run)).rejects.toThrow(/model: cannot be asked: .*slow down.*it asks to wait 24 h/s);
    expect(count()).toBe(1);
  });

  test('of minutes does not keep a run from ending when its time is over', async () => {
    const { baseUrl, count } = await serverWith({ 'retry-after': '300' });
    const row = await driven(liveRun({ model: { baseUrl, concurrency: 1, budget: { time: '400ms' } } }));
    expect([row.error, row.outcome, row.cause, count()]).toEqual([undefined, 'budget', 'time', 1]);
  });

  test('in what is no number of seconds is asked again as if it had not said', async () => {
    const { baseUrl } = await serverWith({ 'retry-after': 'Infinity' });
    const row = await driven(liveRun({ model: { baseUrl, concurrency: 1 } }));
    expect([row.error, row.metrics.callRetries]).toEqual([undefined, 1]);
  });
});
