import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Ended, jsonLines, newFolder, synod, synodHere } from './synod.ts';

/** Starts `serve-mock` on a free port, and ends it when the work is done. */
async function withServer(work: (baseUrl: string) => Promise<void>): Promise<Ended> {
  let done: Promise<void> = Promise.resolve();
  const ended = await synod(['serve-mock', '--port', '0', '--faults', '500/9', '--delay', '10'], {
    during: (child) => {
      child.stdout?.once('data', (text: string) => {
        const baseUrl = /http:\/\/[\d.:]+\/v1/.exec(String(text))?.[0] ?? '';
        done = work(baseUrl).finally(() => child.kill('SIGINT'));
      });
    },
  });
  await done;
  return ended;
}

const words = ['agentsnet', 'task=matching', 'topology.agents=4', '--model', 'mock/any', '--json'];

test('a live run is recorded, and replays when the server is gone', async () => {
  const cwd = newFolder();
  let live: Ended | undefined;
  const server = await withServer(async (baseUrl) => {
    live = await synodHere(['run', ...words, '--base-url', baseUrl], { cwd });
  });
  expect(server.stdout).toMatch(/Served \d+ requests/);
  expect(live?.code).toBe(0);
  const [row] = jsonLines(live!.stdout);
  expect(row?.metrics).toMatchObject({ callRetries: expect.any(Number), answersFailed: 0 });
  const cassette = 'results/agentsnet-mock-any.cassette.jsonl';
  expect(live!.stderr).toContain(cassette);
  const replayed = await synodHere(['run', ...words, '--cassette', cassette, '--cassette-mode', 'strict'], {
    cwd,
  });
  expect(jsonLines(replayed.stdout)).toEqual([row]);
  const told = await synodHere(
    ['replay', ...words.slice(0, -1), '--cassette', cassette, '--cassette-mode', 'strict'],
    { cwd },
  );
  expect(told.stdout).toContain(String(row?.fingerprint));
  expect(told.stdout).toMatch(/I would like to pair with/);
});

test('a run is exported, imported, and replays from what the import wrote', async () => {
  const cwd = newFolder();
  const run = ['agentsnet', 'behaviour=gpt-4o-mini', 'task=coloring', 'topology.agents=4', '--seed', '4'];
  expect((await synodHere(['export', 'agentsnet', ...run, '--out', 'run.json'], { cwd })).code).toBe(0);
  const imported = await synodHere(['import', 'agentsnet', 'run.json', '--out', 'there', '--json'], { cwd });
  const [it] = jsonLines(imported.stdout);
  expect(it).toMatchObject({ file: 'run.json', task: 'coloring', n: 4, isAsRecorded: true });
  expect([typeof it?.soft, typeof it?.solved, typeof it?.recordedScore, typeof it?.tokens]).toEqual([
    'number',
    'boolean',
    'number',
    'number',
  ]);
  const folder = join(cwd, 'there/run');
  const replayed = await synodHere(['run', join(folder, 'scenario.yaml'), '--json'], { cwd });
  expect(jsonLines(replayed.stdout)[0]?.fingerprint).toBe(it?.fingerprint);
  expect(readFileSync(join(folder, 'transcript.txt'), 'utf8')).toMatch(/^Round 0/);
  expect(readFileSync(join(folder, 'messages.csv'), 'utf8')).toMatch(/^round,from,to,message,claims\n/);
  const table = await synodHere(['import', 'agentsnet', 'run.json'], { cwd });
  expect(table.stdout).toMatch(/coloring +4 /);
});

test('what is wrong with a model or a file is said in a line', async () => {
  const cwd = newFolder();
  const wrong = await synodHere(['run', 'agentsnet', '--model', 'gpt-4o-mini'], { cwd });
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/--model: must be PROVIDER\/NAME/)]);
  const none = await synodHere(['import', 'agentsnet', 'none.json'], { cwd });
  expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/none.json: there is no such file/)]);
  const script = await synodHere(['serve-mock', '--faults', 'boom@1'], { cwd });
  expect([script.code, script.stderr]).toEqual([1, expect.stringMatching(/--faults: must be FAULT@N/)]);
});
