import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordsOf } from '../simulated-records.ts';
import { newFolder, synodHere } from './synod.ts';

const refusal = /--out: .* is there already; .*--force/;

describe('what is there already is written over by --force only', () => {
  test('by export and import', async () => {
    const cwd = newFolder();
    const words = [
      'export',
      'agentsnet',
      'agentsnet',
      'task=coloring',
      'topology.agents=4',
      '--out',
      'run.json',
    ];
    const path = join(cwd, 'run.json');
    writeFileSync(path, 'keep');
    const refused = await synodHere(words, { cwd });
    expect([refused.code, readFileSync(path, 'utf8')]).toEqual([1, 'keep']);
    expect(refused.stderr).toMatch(refusal);
    expect((await synodHere([...words, '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^\{/);

    const read = ['import', 'agentsnet', 'run.json', '--out', 'there'];
    expect((await synodHere(read, { cwd })).code).toBe(0);
    const scenario = join(cwd, 'there/run/scenario.yaml');
    writeFileSync(scenario, 'mine');
    const again = await synodHere(read, { cwd });
    expect([again.code, readFileSync(scenario, 'utf8')]).toEqual([1, 'mine']);
    expect(again.stderr).toMatch(refusal);
    expect((await synodHere([...read, '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(scenario, 'utf8')).not.toBe('mine');
  });

  test('by calibrate, whose profile is listed by its path', async () => {
    const cwd = newFolder();
    const [text = ''] = await recordsOf('coloring', { drift: 0.3 }, 1, { agents: 4, rounds: 3 });
    writeFileSync(join(cwd, 'run.json'), text);
    const words = ['calibrate', '--from', 'run.json', '--replications', '2', '--out', 'mine.yaml'];
    writeFileSync(join(cwd, 'mine.yaml'), 'keep');
    const refused = await synodHere(words, { cwd });
    expect([refused.code, readFileSync(join(cwd, 'mine.yaml'), 'utf8')]).toEqual([1, 'keep']);
    expect((await synodHere([...words, '--force'], { cwd })).code).toBe(0);
    const run = ['run', 'agentsnet', 'task=coloring', 'topology.agents=4', 'behaviour=mine.yaml'];
    const hint = /list profile (\S+mine\.yaml)/.exec(
      (await synodHere(run, { cwd })).stdout.replaceAll('\n', ''),
    );
    const listed = await synodHere(['list', 'profile', hint?.[1] ?? 'mine.yaml'], { cwd });
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/behaviour +bounded/);
    expect((await synodHere(['list', 'profile', 'none.yaml'], { cwd })).stderr).toMatch(/no such file/);
  });
});

test('what is no result is refused by import', async () => {
  const cwd = newFolder();
  const [text = ''] = await recordsOf('coloring', { drift: 0.3 }, 1, { agents: 4, rounds: 3 });
  const value = JSON.parse(text) as object;
  writeFileSync(join(cwd, 'run.json'), JSON.stringify({ ...value, score: 'abc' }));
  const { code, stderr } = await synodHere(['import', 'agentsnet', 'run.json'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/score: must be a number, .* but is "abc"/);
  if (process.platform === 'win32') return;
  const endless = await synodHere(['import', 'agentsnet', '/dev/zero'], { cwd });
  expect(endless.stderr).toMatch(/is no regular file/);
});

describe('a model on the command line', () => {
  test.each([
    ['--prompts', '.'],
    ['--cassette-mode', 'strict'],
    ['--base-url', 'http://127.0.0.1:9/v1'],
  ])('is needed for %s', async (option, value) => {
    const { code, stderr } = await synodHere(['run', 'agentsnet', option, value]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${option}: needs --model`);
  });

  test('that cannot be asked is not said to be recorded', async () => {
    const words = ['run', 'agentsnet', 'model.tries=1', '--model', 'mock/any', '--base-url'];
    const { code, stderr } = await synodHere([...words, 'http://127.0.0.1:9/v1'], { cwd: newFolder() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be asked/);
    expect(stderr).not.toMatch(/recorded on/);
  });

  test('that fails on everything ends with why, and incomplete', async () => {
    const { serveMock } = await import('../../src/models/serve-mock.ts');
    const server = await serveMock({ fault: () => '500' });
    try {
      const words = [
        'agentsnet',
        'task=matching',
        'topology.agents=4',
        'model.tries=1',
        '--model',
        'mock/any',
      ];
      for (const command of ['run', 'sweep']) {
        const { code, stderr } = await synodHere(
          [
            command,
            ...words,
            '--base-url',
            server.baseUrl,
            ...(command === 'sweep' ? ['--replications', '1'] : []),
          ],
          { cwd: newFolder() },
        );
        expect([command, code]).toEqual([command, 3]);
        expect(stderr).toMatch(/(\d+) of \1 answers failed; first: .*status 500/);
      }
    } finally {
      await server.close();
    }
  });
});
