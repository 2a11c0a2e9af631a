import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../src/scenario/profiles.ts';
import { recordsOf } from '../simulated-records.ts';
import { jsonLines, newFolder, synod, synodHere } from './synod.ts';

/** A folder with the files of some runs by mock agents. */
async function folderWithRuns(): Promise<{ folder: string; files: string[] }> {
  const folder = newFolder();
  const texts = await recordsOf('coloring', { drift: 0.3 }, 3, { agents: 6, rounds: 4 });
  const files = texts.map((text, i) => {
    writeFileSync(join(folder, `run-${i}.json`), text);
    return `run-${i}.json`;
  });
  return { folder, files };
}

describe('synod calibrate and validate', () => {
  test('read a profile off runs, play it, and hold it against others', async () => {
    const { folder, files } = await folderWithRuns();
    const cwd = { cwd: folder };
    const fit = ['calibrate', '--from', ...files.slice(0, 2), '--replications', '5', '--out', 'mine.yaml'];
    const { code, stdout } = await synodHere(fit, cwd);
    expect(code).toBe(0);
    expect(stdout).toMatch(/drift\.coloring +0\.\d+ +0\.\d+ to 0\.\d+ +\d+ +\d+/);
    expect(stdout).toContain('What the data do not tell');
    const written = readFileSync(join(folder, 'mine.yaml'), 'utf8');
    const profile = parseProfile(written, 'mine.yaml');
    expect(profile.provenance).toMatchObject({ runs: 2, seed: 1 });
    expect(profile.fit.map(({ target }) => target)).toContain('solved, coloring');

    const again = await synod([...fit.slice(0, -1), 'again.yaml'], cwd);
    expect(again.code).toBe(0);
    expect(readFileSync(join(folder, 'again.yaml'), 'utf8')).toBe(written);

    const run = await synodHere(
      ['run', 'agentsnet', 'task=coloring', 'topology.agents=4', 'behaviour=mine.yaml'],
      cwd,
    );
    expect(run.stdout).toMatch(
      /: fitted; error of the fit [\d.]+ \(\d+ (targets?|shares?\), \d+ % \(\d+ others?)\)/,
    );

    const held = await synodHere(
      ['validate', 'mine.yaml', '--against', files[2]!, '--replications', '10', '--json'],
      cwd,
    );
    const metrics = jsonLines(held.stdout).filter(({ type }) => type === 'metric');
    expect(metrics.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['solved', 'soft', 'firstAnnouncement', 'tokens', 'conflicts[1]']),
    );
  });

  test('stop where they are told to, with the best so far', async () => {
    const folder = newFolder();
    const targets = {
      name: 'made-up',
      summary: 'Nobody.',
      behaviour: 'bounded',
      base: 'gpt-4o-mini',
      data: 'made up',
      targets: ['coloring', 'consensus'].map((task) => ({
        target: task,
        at: { task },
        value: 0.5,
        error: 0.1,
      })),
    };
    writeFileSync(join(folder, 'targets.json'), JSON.stringify(targets));
    const args = [
      'calibrate',
      'agentsnet',
      'topology.agents=[4]',
      '--targets',
      'targets.json',
      '--free',
      'drift',
    ];
    const { code, stdout, stderr } = await synodHere(
      [...args, '--replications', '4', '--max-runs', '120', '--json'],
      { cwd: folder },
    );
    expect(stderr).toContain('the best so far was kept');
    expect(code).toBe(3);
    expect(jsonLines(stdout)[0]).toMatchObject({ type: 'profile', status: 'limit', name: 'made-up' });
  });

  test('say what is missing', async () => {
    const refused = async (...args: string[]): Promise<string> => (await synodHere(args)).stderr;
    expect(await refused('calibrate')).toMatch(/--from: is missing/);
    expect(await refused('validate', 'gpt-4o-min', '--against', 'no.json')).toMatch(
      /did you mean gpt-4o-mini/,
    );
    expect(await refused('calibrate', '--from', 'no.json')).toMatch(/no.json: there is no such file/);
    expect(await refused('calibrate', 'agentsnet', '--targets', 'no.json')).toMatch(/no.json/);
  });
});

test('synod list profiles has every profile with the error of its fit', async () => {
  const { stdout } = await synodHere(['list', 'profiles']);
  expect(stdout).toMatch(/gemini-2\.0-flash +bounded +0\.\d+ \(3 targets\) +0\.\d+ \(2 targets\)/);
  expect(stdout).toMatch(/qwen3-14b +game-mock/);
  const one = await synodHere(['list', 'profile', 'gemini-2.0-flash']);
  expect(one.stdout).toMatch(/solved, vertex-cover .* held out/);
});
