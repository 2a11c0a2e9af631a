import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginConcurrency,
  begun,
  type CallEnd,
  type Concurrency,
  coolDown,
  ended,
  waitFor,
} from '../../src/models/concurrency.ts';
import { Gate } from '../../src/models/gate.ts';
import type { LanguageModel, ModelRequest, Reply } from '../../src/models/model.ts';
import { withRetries } from '../../src/models/retry.ts';

const limits = { start: 20, most: 50 };

interface Step {
  readonly after: number;
  readonly end: CallEnd;
}

const anyStep = (): fc.Arbitrary<Step> =>
  fc.record({
    after: fc.oneof(fc.nat(50), fc.nat(20_000)),
    end: fc.record({
      how: fc.constantFrom('clean', 'clean', 'clean', 'rate-limited', 'failed'),
      retryAfter: fc.option(fc.nat(30_000), { nil: undefined }),
    }) as fc.Arbitrary<CallEnd>,
  });

/** Plays calls that always fill the window, and shows each end of one. */
function play(
  steps: readonly Step[],
  see: (before: Concurrency, after: Concurrency, step: Step, now: number) => void,
) {
  let state = beginConcurrency(limits);
  let now = 0;
  for (const step of steps) {
    now += step.after;
    while (waitFor(state, now) === 0) state = begun(state);
    if (state.underWay === 0) continue;
    const before = state;
    state = ended(state, step.end, now, limits);
    see(before, state, step, now);
  }
}

describe('the number of calls under way', () => {
  test('stays within its bounds, and no more are begun than it says', () =>
    fc.assert(
      fc.property(fc.array(anyStep(), { maxLength: 300 }), (steps) =>
        play(steps, (before, after) => {
          expect(after.limit).toBeGreaterThanOrEqual(1);
          expect(after.limit).toBeLessThanOrEqual(limits.most);
          expect(after.underWay).toBe(before.underWay - 1);
          expect(before.underWay).toBeLessThanOrEqual(limits.most);
        }),
      ),
    ));

  test('falls by a fifth once an episode, grows only outside of one, and heeds no other errors', () =>
    fc.assert(
      fc.property(fc.array(anyStep(), { maxLength: 300 }), (steps) =>
        play(steps, (before, after, { end }, now) => {
          const inEpisode = now < before.coolUntil;
          if (end.how === 'failed' || inEpisode) expect(after.limit).toBe(before.limit);
          else if (end.how === 'clean') expect(after.limit).toBeGreaterThanOrEqual(before.limit);
          else {
            expect(after.limit).toBe(Math.max(1, before.limit * 0.8));
            expect(after.coolUntil).toBe(now + coolDown);
          }
        }),
      ),
    ));

  test('rests for as long as the server asks, whoever asks for less meanwhile', () =>
    fc.assert(
      fc.property(fc.array(anyStep(), { maxLength: 100 }), (steps) =>
        play(steps, (before, after, { end }, now) => {
          const asked = end.how === 'rate-limited' ? now + (end.retryAfter ?? 0) : Number.NEGATIVE_INFINITY;
          expect(after.restUntil).toBe(Math.max(before.restUntil, asked));
          if (after.restUntil > now)
            expect(waitFor(after, now)).toBeGreaterThanOrEqual(after.restUntil - now);
        }),
      ),
    ));

  test('grows by about one per window of clean answers', () => {
    let state = beginConcurrency(limits);
    for (let i = 0; i < 20; i++) state = begun(state);
    for (let i = 0; i < 20; i++) state = begun(ended(state, { how: 'clean' }, i, limits));
    expect(state.limit).toBeGreaterThan(20.9);
    expect(state.limit).toBeLessThan(21.1);
  });
});

const request: ModelRequest = { settings: { provider: 'mock', model: 'any', maxOutputTokens: 1 }, turns: [] };
const never = new AbortController().signal;
setMaxListeners(0, never);
const fine: Reply = {
  ok: true,
  text: 'fine',
  finish: 'stop',
  latency: 1,
  retries: 0,
  spent: { prompt: 1, output: 1 },
};
const refused = (retryAfter?: number): Reply => ({
  ok: false,
  kind: 'rate-limited',
  message: 'too many',
  retries: 0,
  retryAfter,
});

test('a gate lets through as many as it says, and all in the end', async () => {
  let underWay = 0;
  let most = 0;
  const slow: LanguageModel = {
    async complete() {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      return fine;
    },
  };
  const guarded = new Gate({ start: 3, most: 4 }).guard(slow);
  const replies = await Promise.all(Array.from({ length: 40 }, () => guarded.complete(request, never)));
  expect(replies.every(({ ok }) => ok)).toBe(true);
  expect(most).toBe(4);
});

test('who is given up in the queue leaves it', async () => {
  const stop = new AbortController();
  const gate = new Gate({ start: 1, most: 1 });
  let open = (): void => {};
  const guarded = gate.guard({
    complete: () => new Promise((resolve) => (open = () => resolve(fine))),
  });
  const first = guarded.complete(request, never);
  const second = guarded.complete(request, stop.signal);
  stop.abort();
  expect(await second).toMatchObject({ ok: false, kind: 'cancelled' });
  open();
  expect((await first).ok).toBe(true);
});

describe('retries', () => {
  test('wait at least as long as they are asked to, and longer each time otherwise', async () => {
    const waits: number[] = [];
    const replies = [refused(), refused(), refused(9000), refused(), fine];
    const model = withRetries(
      { complete: async () => replies.shift()! },
      { tries: 6, first: 100, sleep: async (wait) => void waits.push(wait) },
    );
    expect(await model.complete(request, never)).toEqual({ ...fine, retries: 4 });
    const expected = [100, 200, 9000, 800];
    for (const [i, wait] of waits.entries()) {
      expect(wait / expected[i]!).toBeGreaterThanOrEqual(i === 2 ? 1 : 0.75);
      expect(wait / expected[i]!).toBeLessThanOrEqual(1.25);
    }
    expect(waits).toHaveLength(4);
  });

  test('end after as many tries as were given, and at once where they are of no use', async () => {
    let calls = 0;
    const failing = (reply: Reply): LanguageModel =>
      withRetries(
        {
          complete: async () => {
            calls++;
            return reply;
          },
        },
        { tries: 3, sleep: async () => {} },
      );
    expect(await failing(refused()).complete(request, never)).toMatchObject({
      kind: 'rate-limited',
      retries: 2,
    });
    expect(calls).toBe(3);
    const rejected: Reply = { ok: false, kind: 'rejected', message: 'too long', retries: 0 };
    expect(await failing(rejected).complete(request, never)).toMatchObject({ kind: 'rejected', retries: 0 });
    expect(calls).toBe(4);
    // Nobody sits out an hour.
    expect(await failing(refused(3_600_000)).complete(request, never)).toMatchObject({ retries: 0 });
  });
});
