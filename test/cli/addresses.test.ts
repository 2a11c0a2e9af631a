import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type MockOptions, serveMock } from '../../src/models/serve-mock.ts';
import { jsonLines, newFolder, synodHere } from './synod.ts';

async function served(options: MockOptions = {}) {
  const server = await serveMock(options);
  onTestFinished(() => server.close());
  return server;
}

describe('a recording made at one address', () => {
  const run = ['run', 'agentsnet', 'task=consensus', 'topology.agents=4', '--model', 'mock/any', '--json'];
  const probe = ['probe', '--model', 'mock/any', '--only', 'stopping', '--effort', '0.2', '--json'];

  test.each([
    ['run', run, 'agentsnet'],
    ['probe', probe, 'probe'],
  ])('is not served as the answers of another, by %s', async (_, words, name) => {
    const cwd = newFolder();
    const first = await served();
    const at = (baseUrl: string, ...more: string[]) =>
      synodHere([...words, '--base-url', baseUrl, ...more], { cwd });
    const cassette = `results/${name}-mock-any.cassette.jsonl`;
    const live = await at(first.baseUrl);
    const count = first.requests;
    expect(live.stderr).toContain(
      `${count} answers: 0 from the record, ${count} asked for at ${first.baseUrl}.`,
    );
    // The same once more: nobody answers now, and nothing says so.
    const again = await at(first.baseUrl);
    expect(again.stdout).toBe(live.stdout);
    expect(again.stderr).toMatch(
      new RegExp(`${count} answers: ${count} from the record .*${cassette}, 0 asked for;`),
    );
    expect(again.stderr).not.toMatch(/ answers; recorded|questions? for/);
    expect(first.requests).toBe(count);

    const second = await served();
    const refused = await at(second.baseUrl);
    expect([refused.code, refused.stdout, second.requests]).toEqual([1, '', 0]);
    expect(refused.stderr).toMatch(/model.baseUrl: .* was recorded at \S+, but \S+ is to be asked now/);
    expect(refused.stderr).toContain(`recorded at ${first.baseUrl}, but ${second.baseUrl} is`);
    for (const mode of ['anywhere', 'strict']) {
      const moved = await at(second.baseUrl, '--cassette', cassette, '--cassette-mode', mode);
      expect([moved.code, moved.stdout, second.requests]).toEqual([0, live.stdout, 0]);
    }
    await at(second.baseUrl, '--cassette-mode', 'record');
    expect(second.requests).toBe(count);
    // Now it is a record of the second.
    expect((await at(second.baseUrl)).code).toBe(0);
  });

  test('is known by it where it ended over budget before any answer was taken', async () => {
    const cwd = newFolder();
    const [first, second] = [await served(), await served()];
    const words = [...run, 'model.budget.calls=2'];
    const live = await synodHere([...words, '--base-url', first.baseUrl], { cwd });
    expect(jsonLines(live.stdout)[0]).toMatchObject({ outcome: 'budget' });
    const again = await synodHere([...words, '--base-url', `${first.baseUrl}/`], { cwd });
    expect(again.stdout).toBe(live.stdout);
    const refused = await synodHere([...words, '--base-url', second.baseUrl], { cwd });
    expect([refused.code, second.requests]).toEqual([1, 0]);
    expect(refused.stderr).toMatch(/that its budget was used up was recorded at/);
  });
});

test('a key in a template is on no cassette, and the recording replays', async () => {
  const key = 'sk-canary-5e1f00d5aa77';
  const cwd = newFolder();
  const { baseUrl } = await served();
  mkdirSync(join(cwd, 'prompts'));
  writeFileSync(join(cwd, 'prompts/game-again.md'), 'Write it once more.');
  writeFileSync(
    join(cwd, 'prompts/agentsnet-question-consensus.md'),
    `Which value do you choose? (${key.toUpperCase()} and ${key})`,
  );
  const words = ['run', 'agentsnet', 'task=consensus', 'topology.agents=4', '--model', 'mock/any', '--json'];
  const all = [...words, '--prompts', 'prompts', '--cassette', 'tape.jsonl', '--base-url', baseUrl];
  vi.stubEnv('SYNOD_API_KEY', key);
  onTestFinished(() => void vi.unstubAllEnvs());
  const live = await synodHere(all, { cwd });
  expect(live.code).toBe(0);
  const tape = readFileSync(join(cwd, 'tape.jsonl'), 'utf8');
  // It was in what was asked, or this would prove nothing.
  expect(tape).toContain('([key] and [key])');
  expect(tape.toLowerCase()).not.toContain(key);
  const other = await synodHere([...all, '--cassette-mode', 'strict', 'model.temperature=0.5'], { cwd });
  expect(other.stderr).toMatch(/model.temperature is 0.5, but was not set/);
  expect(other.stderr.toLowerCase()).not.toContain(key);
  vi.stubEnv('SYNOD_API_KEY', '');
  expect((await synodHere([...all, '--cassette-mode', 'strict'], { cwd })).stdout).toBe(live.stdout);
});
