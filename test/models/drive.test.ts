import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Cassette } from '../../src/models/cassette.ts';
import { Interrupted } from '../../src/study/interrupted.ts';
import { planOf } from '../../src/study/source.ts';
import { study } from '../../src/study/study.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { callsOfRun, driven, liveRun, liveScenario, mockServer, temporaryFolder } from './live-run.ts';

const tasks = ['coloring', 'consensus', 'leader-election', 'matching', 'vertex-cover'];

/** The issues of a ScenarioError, as text. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ScenarioError);
  return (error as ScenarioError).issues.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

describe('a live run', () => {
  test.each(tasks)('of %s is recorded, and replays offline to the same row', async (task) => {
    const folder = temporaryFolder();
    const server = await mockServer();
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl.gz' };
    const live = await driven(liveRun({ task, model }), folder);
    expect(live.error).toBeUndefined();
    expect(live.metrics.calls).toBe(callsOfRun);
    expect(server.requests).toBe(callsOfRun);
    await server.close();
    const replayed = await driven(
      liveRun({ task, model: { kind: 'cassette', cassette: 'tape.jsonl.gz' } }),
      folder,
    );
    expect(replayed).toEqual(live);
  });

  test('is solved by the rules of the stand-in, so that the prompts tell what they must', async () => {
    const { baseUrl } = await mockServer();
    for (const task of tasks) {
      const row = await driven(liveRun({ task, model: { baseUrl } }));
      expect([task, row.outcome, row.metrics.unread]).toEqual([task, 'valid', 0]);
    }
  });

  test('is the same streamed, and from a server that speaks Anthropic’s protocol', async () => {
    const { baseUrl } = await mockServer();
    const plain = await driven(liveRun({ model: { baseUrl } }));
    const streamed = await driven(liveRun({ model: { baseUrl, stream: true } }));
    expect(streamed).toEqual(plain);
    vi.stubEnv('SYNOD_API_KEY', 'any');
    const model = { baseUrl, provider: 'anthropic', structured: 'none' };
    const other = await driven(liveRun({ model }));
    vi.unstubAllEnvs();
    expect(other.fingerprint).toBe(plain.fingerprint);
  });

  test('plays the consensus game', async () => {
    const folder = temporaryFolder();
    const server = await mockServer();
    const raw = {
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'consensus', values: 21 },
      protocol: { kind: 'byzantine-game', values: 21 },
      horizon: { rounds: 21 },
    };
    const live = await driven(
      liveRun({ raw, model: { baseUrl: server.baseUrl, cassette: 'game.jsonl' } }),
      folder,
    );
    expect([live.outcome, live.metrics.unread]).toEqual(['valid', 0]);
    await server.close();
    const replayed = await driven(
      liveRun({ raw, model: { kind: 'cassette', cassette: 'game.jsonl' } }),
      folder,
    );
    expect(replayed).toEqual(live);
  });

  test('takes its think time from the tokens, or from what was measured', async () => {
    const folder = temporaryFolder();
    const { baseUrl } = await mockServer();
    const model = { baseUrl, time: 'measured', cassette: 'tape.jsonl' };
    const measured = await driven(liveRun({ model }), folder);
    const served = await driven(liveRun({ model: { baseUrl } }));
    expect(measured.metrics.seconds).not.toBe(served.metrics.seconds);
    const again = await driven(liveRun({ model: { ...model, mode: 'strict' } }), folder);
    expect(again).toEqual(measured);
  });

  test('has replications that differ, each with answers of its own on the cassette', async () => {
    const folder = temporaryFolder();
    const { baseUrl } = await mockServer();
    const model = { baseUrl, cassette: 'tape.jsonl' };
    const rows = [];
    for (const replication of [0, 1]) rows.push(await driven(liveRun({ model, replication }), folder));
    expect(rows[0]!.run).not.toBe(rows[1]!.run);
    expect(new Cassette(join(folder, 'tape.jsonl'), { write: false }).size).toBe(2 * callsOfRun);
  });
});

describe('a run that is given up', () => {
  test('goes on from its cassette, and pays for no answer twice', async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    // The second round is given up while all its answers are still under way.
    const server = await mockServer({
      delay: 2000,
      fault: (n) => {
        if (n === 6) stop.abort();
        return n > 3 && !stop.signal.aborted ? 'slow' : undefined;
      },
    });
    const model = { baseUrl: server.baseUrl, cassette: 'tape.jsonl.gz' };
    await expect(driven(liveRun({ model }), folder, stop.signal)).rejects.toBeInstanceOf(Interrupted);
    const kept = new Cassette(join(folder, 'tape.jsonl.gz'), { write: false }).size;
    expect([kept, server.requests]).toEqual([3, 6]);
    const before = server.requests;
    const resumed = await driven(liveRun({ model }), folder);
    expect(server.requests - before).toBe(callsOfRun - kept);
    const whole = await driven(liveRun({ model: { baseUrl: server.baseUrl } }));
    expect(resumed).toEqual(whole);
  });

  test('loses at most a line to a kill, wherever the file is torn', async () => {
    const folder = temporaryFolder();
    const { baseUrl } = await mockServer();
    for (const name of ['tape.jsonl', 'tape.jsonl.gz']) {
      const path = join(folder, name);
      const recording = new Cassette(path, { write: true });
      const source = join(folder, `whole-${name}`);
      await driven(liveRun({ model: { baseUrl, cassette: source, mode: 'record' } }), folder);
      const whole = new Cassette(source, { write: false });
      for (let agent = 0; agent < 3; agent++) {
        for (let index = 0; index < 4; index++)
          recording.append(whole.find({ run: liveRun().id, agent, index })!);
      }
      // As a kill leaves it: never closed.
      const bytes = readFileSync(path);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: bytes.length }), (end) => {
          const torn = join(folder, `torn-${name}`);
          writeFileSync(torn, bytes.subarray(0, end));
          const reopened = new Cassette(torn, { write: true });
          const size = reopened.size;
          reopened.append({ ...whole.find({ run: liveRun().id, agent: 0, index: 0 })!, run: 'another' });
          reopened.close();
          expect(new Cassette(torn, { write: false }).size).toBe(size + 1);
          expect(size).toBeGreaterThanOrEqual(Math.floor((callsOfRun * end) / bytes.length) - 3);
        }),
        { numRuns: 25, seed: 3 },
      );
      recording.close();
    }
  });
});

describe('a strict replay', () => {
  async function recorded(): Promise<string> {
    const folder = temporaryFolder();
    const { baseUrl } = await mockServer();
    await driven(liveRun({ model: { baseUrl, cassette: 'tape.jsonl' } }), folder);
    return folder;
  }
  const strict = { kind: 'cassette', cassette: 'tape.jsonl' };

  test('names the first part of a request that is not as recorded', async () => {
    const folder = await recorded();
    const other = (model: object, raw = {}): Promise<string> =>
      refusal(driven(liveRun({ model: { ...strict, ...model }, raw }), folder));
    expect(await other({ temperature: 0.5 })).toMatch(/temperature is 0.5, but was not set/);
    expect(await other({ model: 'large' })).toMatch(/model is large, but was tiny/);
    expect(await other({ reasoning: false })).toMatch(
      /the system text differs from character \d+ on: .*step/s,
    );
    expect(await other({}, { seed: 6 })).toMatch(/holds no answers of this run.*the system text differs/s);
  });

  test('names what of a scenario is another than in the run that is most like it', async () => {
    const folder = await recorded();
    await driven(
      liveRun({ model: { baseUrl: (await mockServer()).baseUrl, cassette: 'tape.jsonl' }, raw: { seed: 9 } }),
      folder,
    );
    const other = (model: object, raw = {}): Promise<string> =>
      refusal(driven(liveRun({ model: { ...strict, ...model }, raw }), folder));
    expect(await other({}, { serving: { firstToken: '1s', prefill: 5000, decode: 80 } })).toMatch(
      /most like it is \w+: serving.firstToken is "1s", but was not set; .* when that was recorded/,
    );
    expect(await other({ budget: { tokens: 9000 } })).toMatch(
      /: model.budget.tokens is 9000, but was not set when that was recorded; there the same request belongs to another run/,
    );
    expect(await other({}, { protocol: { kind: 'agentsnet', rounds: 3, mode: 'upstream' } })).toMatch(
      /: protocol.mode is "upstream", but was not set when/,
    );
    expect(await other({}, { seed: 6 })).toMatch(/: seed is "6\/0", but was "5\/0" when/);
  });

  test('says where the recording ends, and refuses what is no cassette', async () => {
    const folder = await recorded();
    const path = join(folder, 'tape.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `${lines.slice(0, 1 + 5).join('\n')}\n`);
    expect(await refusal(driven(liveRun({ model: strict }), folder))).toMatch(
      /answers of this agent end after 1/,
    );
    writeFileSync(path, `${lines[0]}\n{"type":"answer","run":3}\n`);
    expect(await refusal(driven(liveRun({ model: strict }), folder))).toMatch(
      /line 2: run: .*is it a cassette/,
    );
    expect(await refusal(driven(liveRun({ model: { ...strict, cassette: 'none.jsonl' } }), folder))).toMatch(
      /there is no file/,
    );
  });

  test('does not touch the file', async () => {
    const folder = await recorded();
    const path = join(folder, 'tape.jsonl');
    const { mtimeMs, size } = statSync(path);
    await driven(liveRun({ model: strict }), folder);
    expect([statSync(path).mtimeMs, statSync(path).size]).toEqual([mtimeMs, size]);
  });
});

test('a sweep asks for what it has no rows and no answers of', async () => {
  const folder = temporaryFolder();
  const server = await mockServer();
  const text = JSON.stringify({
    question: 'Does it hold?',
    ...liveScenario({ model: { baseUrl: server.baseUrl, cassette: 'tape.jsonl' } }),
    vary: { task: ['coloring', 'matching'] },
    replications: 2,
  });
  const plan = planOf({ name: 'live', text, overrides: [], folder });
  const rows = join(folder, 'rows');
  const first = await study({ plan, jobs: 2, folder: rows, maxRuns: 3 });
  expect([first.executed, first.left]).toEqual([3, 1]);
  const second = await study({ plan, jobs: 2, folder: rows });
  expect([second.executed, second.left, server.requests]).toEqual([1, 0, 4 * callsOfRun]);
  const elsewhere = await study({ plan, jobs: 2, folder: join(folder, 'more') });
  expect(server.requests).toBe(4 * callsOfRun);
  expect(elsewhere.summary.fingerprint).toBe(second.summary.fingerprint);
});
