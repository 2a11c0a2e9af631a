import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProfile, profileText } from '../../src/scenario/profiles.ts';
import { recordsOf } from '../simulated-records.ts';
import { jsonLines, newFolder, synodHere } from './synod.ts';

interface File {
  graph_generator: string;
  graph: { links: { source: number; target: number }[] };
  answers: string[];
  transcripts: Record<string, { type: string; data: { content: string; usage_metadata?: unknown } }[]>;
  token_summary?: unknown;
  score: number;
}

async function filesIn(folder: string, task: string, runs: number, seed = 1): Promise<string[]> {
  const texts = await recordsOf(task, {}, runs, { agents: 6, rounds: 3, topology: 'watts-strogatz', seed });
  return texts.map((text, i) => {
    const name = `run-${seed}-${i}.json`;
    writeFileSync(join(folder, name), text);
    return name;
  });
}

describe('a run that is imported and exported again', () => {
  test('keeps its links as they stood, the name of its family, and no tokens that nobody counted', async () => {
    const folder = newFolder();
    const [name = ''] = await filesIn(folder, 'consensus', 1);
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as File;
    expect(file.graph_generator).toBe('ws');
    file.graph.links = file.graph.links.map(({ source, target }) => ({ source: target, target: source }));
    file.graph.links.reverse();
    delete file.token_summary;
    for (const turns of Object.values(file.transcripts))
      for (const { data } of turns) delete data.usage_metadata;
    writeFileSync(join(folder, 'bare.json'), JSON.stringify(file));

    const read = await synodHere(['import', 'agentsnet', 'bare.json', '--out', 'in'], { cwd: folder });
    expect(read.stdout).toMatch(/bare\.json: no tokens are on record; those shown are estimated/);
    const args = ['export', 'agentsnet', 'in/bare/scenario.yaml', '--out', 'again.json'];
    expect((await synodHere(args, { cwd: folder })).code).toBe(0);
    const again = JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8')) as File;
    expect(again.graph_generator).toBe('ws');
    expect(again.graph.links).toEqual(file.graph.links);
    expect(again.answers).toEqual(file.answers);
    expect(JSON.stringify(again)).not.toContain('token');
  });
});

test('an election that nobody won says whom agents spoke for', async () => {
  const folder = newFolder();
  const [name = ''] = await filesIn(folder, 'leader-election', 1);
  const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as File;
  const names = Object.keys(file.transcripts);
  for (const [v, turns] of Object.values(file.transcripts).entries()) {
    const own = turns.filter(({ type }) => type === 'ai');
    const text = `I nominate ${names[v === 0 ? 1 : 0]} as leader.`;
    const told = JSON.stringify(Object.fromEntries(names.map((it) => [it, text])));
    for (const turn of own) turn.data.content = turn === own.at(-1) ? '### Final Answer ###\nNo' : told;
    file.answers[v] = 'No';
  }
  file.score = 0;
  writeFileSync(join(folder, 'none.json'), JSON.stringify(file));
  await synodHere(['import', 'agentsnet', 'none.json', '--out', 'in', '--mode', 'clean'], { cwd: folder });
  const { stdout } = await synodHere(['explain', 'in/none/scenario.yaml'], { cwd: folder });
  expect(stdout).toContain('no-leader');
  const told = stdout.replace(/\s+/g, ' ');
  expect(told).toContain('all 6 decide No');
  expect(told).toContain(`as patterns read it: ${names[0]} by 5 agents, ${names[1]} by one agent.`);
});

describe('validate', () => {
  test('says which runs a profile was fitted to, whatever their files are called by now', async () => {
    const folder = newFolder();
    const cwd = { cwd: folder };
    const [a = '', b = ''] = await filesIn(folder, 'coloring', 2);
    const fit = ['calibrate', '--from', a, '--replications', '3', '--out', 'mine.yaml'];
    expect((await synodHere(fit, cwd)).code).toBe(0);
    const profile = parseProfile(readFileSync(join(folder, 'mine.yaml'), 'utf8'), 'mine.yaml');
    expect(profile.provenance.digests).toHaveLength(1);
    const renamed = JSON.stringify(JSON.parse(readFileSync(join(folder, a), 'utf8')), null, 3);
    writeFileSync(join(folder, 'renamed.json'), renamed);

    const against = ['--against', b, 'renamed.json', '--replications', '3'];
    const told = await synodHere(['validate', 'mine.yaml', ...against], cwd);
    expect(told.stdout.replace(/\s+/g, ' ')).toContain(
      'was fitted to 1 of these 2 runs (renamed.json), which are no test of it.',
    );
    const json = jsonLines((await synodHere(['validate', 'mine.yaml', ...against, '--json'], cwd)).stdout);
    expect(json.filter(({ type }) => type === 'seen')).toEqual([
      { type: 'seen', profile: profile.name, isBase: false, isTold: true, places: ['renamed.json'], runs: 2 },
      { type: 'seen', profile: 'gpt-4o-mini', isBase: true, isTold: true, places: [], runs: 2 },
    ]);

    const { digests: _, ...silent } = profile.provenance;
    writeFileSync(join(folder, 'silent.yaml'), profileText({ ...profile, provenance: silent }));
    const unknown = await synodHere(['validate', 'silent.yaml', ...against], cwd);
    expect(unknown.stdout).toContain('does not say which runs it was fitted to');
  });

  test('knows the recorded runs behind the profiles that ship', async () => {
    const { knownProfiles } = await import('../../src/scenario/profiles.ts');
    const of = (name: string) => knownProfiles.find((it) => it.name === name && it.behaviour === 'bounded');
    const digests = of('gpt-4o-mini-recorded')!.file!.provenance.digests;
    expect(digests).toHaveLength(12);
    expect(of('gpt-4o-mini')!.digests).toEqual(digests);
  });
});
