import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveMock } from '../../src/models/serve-mock.ts';
import { jsonLines, newFolder, synodHere } from './synod.ts';

const recorded = join(import.meta.dirname, '../../scenarios/models/1-a-recorded-group.yaml');

describe('a recorded scenario', () => {
  test('is told the same by run, replay and explain, with no model at hand', async () => {
    const [run] = jsonLines((await synodHere(['run', recorded, '--json'])).stdout);
    const replayed = jsonLines((await synodHere(['replay', recorded, '--json'])).stdout);
    const explained = jsonLines((await synodHere(['explain', recorded, '--json'])).stdout);
    expect(run).toMatchObject({ outcome: 'valid', metrics: { calls: 16, callRetries: 0 } });
    const { fingerprint } = run as { fingerprint: string };
    expect(replayed.at(-1)).toMatchObject({ type: 'done', outcome: 'valid', fingerprint });
    expect(explained[0]).toMatchObject({ type: 'outcome', outcome: 'valid' });
    expect(explained.at(-1)).toEqual({ type: 'done', fingerprint });
    // What was said is there word for word.
    expect(JSON.stringify(replayed)).toMatch(/I choose \d/);
  });

  test('is refused where it is changed, by what differs', async () => {
    const { code, stderr } = await synodHere(['explain', recorded, 'model.temperature=0.3']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/temperature is 0.3, but was not set when it was recorded/);
  });
});

describe('probe', () => {
  const words = (baseUrl: string): string[] => [
    ...['probe', '--model', 'mock/any', '--base-url', baseUrl, '--only', 'stopping,verification'],
    ...['--effort', '0.2', '--cassette', 'tape.jsonl'],
  ];

  test('says what it would ask; asks, writes profiles; and does the same from its cassette', async () => {
    const cwd = newFolder();
    const server = await serveMock();
    try {
      const args = words(server.baseUrl);
      const [forecast] = jsonLines((await synodHere([...args, '--dry-run', '--json'], { cwd })).stdout);
      expect([server.requests, forecast]).toMatchObject([0, { dryRun: true, questions: 26 }]);
      const [live] = jsonLines((await synodHere([...args, '--json'], { cwd })).stdout);
      expect(live).toMatchObject({ status: 'complete', answered: 26, calls: 26, repaired: 0 });
      expect(server.requests).toBe(26);
      const strict = await synodHere([...args, '--cassette-mode', 'strict', '--json'], { cwd });
      expect(jsonLines(strict.stdout)).toEqual([live]);
      expect(server.requests).toBe(26);
      const folder = join(cwd, 'results/probe-mock-any');
      expect(readdirSync(folder).sort()).toEqual(['probe.json', 'worker.yaml']);
      expect(readFileSync(join(folder, 'worker.yaml'), 'utf8')).toMatch(/recall: 1\n/);
      const told = await synodHere([...args, '--cassette-mode', 'strict'], { cwd });
      expect(told.stdout).toMatch(/False claims found out: 1.00/);
    } finally {
      await server.close();
    }
  });

  test('that meets its budget says how much is left, writes no profile, and goes on from there', async () => {
    const cwd = newFolder();
    const server = await serveMock();
    try {
      const args = words(server.baseUrl);
      const short = await synodHere([...args, 'model.budget.calls=10'], { cwd });
      expect(short.code).toBe(3);
      expect(short.stderr).toMatch(/budget is used up: 16 questions left, so that no profile is written/);
      expect(readdirSync(cwd)).toEqual(['tape.jsonl']);
      expect((await synodHere(args, { cwd })).code).toBe(0);
      expect(server.requests).toBe(26);
    } finally {
      await server.close();
    }
  });

  test('says what it lacks', async () => {
    const refused = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await synodHere(['probe', ...words]);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused()).toMatch(/--model: is missing/);
    expect(await refused('--model', 'mock/any', 'topology.agents=3')).toMatch(/a probe reads no other/);
    expect(await refused('--model', 'mock/any', '--only', 'moods')).toMatch(/has moods/);
    expect(await refused('--model', 'mock/any', '--effort', '0')).toMatch(/above 0/);
  });
});
