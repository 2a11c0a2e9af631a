import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { mockServer, temporaryFolder } from './live-run.ts';

/** The package as its users have it: what `npm run build` made. */
const entry = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href;
const library = () => import(/* @vite-ignore */ entry) as Promise<typeof import('../../src/index.ts')>;

const text = `
question: Do the three agree?
seed: 5
topology: { kind: path, agents: 3 }
task: { kind: consensus, inputs: none }
protocol: { kind: agentsnet, rounds: 2 }
model: { provider: mock, model: any, cassette: tape.jsonl }
`;

test('a user of the library drives a run against a server, records it, and replays it without one', async () => {
  expect(existsSync(new URL(entry)), 'npm run build comes before the tests').toBe(true);
  const { planOf, perform, Models, drive, Cassette } = await library();
  const folder = temporaryFolder();
  const server = await mockServer();
  const { signal } = new AbortController();
  const source = { name: 'mine', text, folder };
  const live = planOf({ ...source, overrides: [`model.baseUrl=${server.baseUrl}`] });
  let told = 0;
  const row = await perform(live.runs.at(0), { folder, signal, onAnswers: (count) => (told = count) });
  expect([row.error, row.outcome, told, server.requests]).toEqual([undefined, 'valid', 9, 9]);
  await server.close();
  expect(new Cassette(join(folder, 'tape.jsonl'), { write: false }).size).toBe(9);
  const replay = planOf({ ...source, overrides: ['model.kind=cassette'] });
  const models = new Models({ folder });
  try {
    expect(await drive(replay.runs.at(0), { models, signal })).toEqual(row);
  } finally {
    models.close();
  }
});

test('everything that the library exports of models says what it is', () => {
  const index = readFileSync(join(import.meta.dirname, '../../src/index.ts'), 'utf8');
  const files = [...index.matchAll(/^export \{([^}]+)\} from '\.\/((?:models|study)\/[\w-]+\.ts)';$/gm)];
  expect(files.length).toBeGreaterThan(10);
  for (const [, names = '', file = ''] of files) {
    const source = readFileSync(join(import.meta.dirname, '../../src', file), 'utf8');
    for (const name of names.split(',').map((it) => it.trim().replace(/^type /, ''))) {
      if (name === '') continue;
      const declared = new RegExp(
        `\\*/\\nexport (?:async )?(?:function|const|class|interface|type) ${name}\\b`,
      );
      expect(source, `${file}: ${name}`).toMatch(declared);
    }
  }
});
