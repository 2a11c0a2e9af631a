import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { visible } from '../../src/cli/terminal.ts';
import { planOf } from '../../src/study/source.ts';
import { study } from '../../src/study/study.ts';
import { systemRefusal } from '../../src/study/system-refusal.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { floodText } from '../cli/synod.ts';

const plan = planOf({ name: 'flood', text: floodText('[]'), overrides: ['replications=2'], folder: '.' });
const root = mkdtempSync(join(tmpdir(), 'synod-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = '';
let next = 0;
const rowsFile = (): string => join(folder, 'runs.jsonl');
const go = (maxRuns?: number) => study({ plan, jobs: 1, folder, maxRuns });
const refusal = async (): Promise<string> => {
  const error: unknown = await go().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ScenarioError);
  return (error as ScenarioError).message;
};

beforeEach(async () => {
  folder = join(root, String(next++));
  await go(5);
});

describe('a store that was damaged', () => {
  test('a last line that was torn off is dropped, and run again', async () => {
    const before = readFileSync(rowsFile(), 'utf8');
    truncateSync(rowsFile(), before.length - 7);
    const { executed } = await go();
    expect(executed).toBe(12 - 4);
    expect(readFileSync(rowsFile(), 'utf8').startsWith(before)).toBe(true);
  });

  test('a table that has not the rows that count is written anew, so that none is in it twice', async () => {
    const table = (): string => readFileSync(join(folder, 'runs.csv'), 'utf8');
    await go();
    const whole = table();
    // As the remedy for a damaged line says: it is taken out, and run again.
    const lines = readFileSync(rowsFile(), 'utf8').split('\n');
    writeFileSync(rowsFile(), lines.toSpliced(3, 1).join('\n'));
    await go();
    expect(table().split('\n').toSorted()).toEqual(whole.split('\n').toSorted());
    writeFileSync(join(folder, 'runs.csv'), whole.slice(0, whole.indexOf('\n') + 1));
    await go();
    expect(table().split('\n').toSorted()).toEqual(whole.split('\n').toSorted());
  });

  test.each([
    ['null', 'null'],
    ['a torn line in the midst', '{"run":"abc'],
    ['an object that is no row', '{"run":"abc"}'],
    ['an empty line', ''],
  ])('%s is refused, by its number and with a remedy, and nothing is lost', async (_what, line) => {
    appendFileSync(rowsFile(), `${line}\n`);
    const before = readFileSync(rowsFile(), 'utf8');
    const message = await refusal();
    expect(message).toContain('runs.jsonl is damaged: line 6 is no row');
    expect(message).toContain('take the line out');
    expect(readFileSync(rowsFile(), 'utf8')).toBe(before);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

describe('what the system refuses is told with path and remedy', () => {
  test('a folder in the place of a file', async () => {
    unlinkSync(rowsFile());
    mkdirSync(rowsFile());
    expect(await refusal()).toMatch(/runs\.jsonl: cannot be opened: it is a folder \(EISDIR\); name a file$/);
  });

  test('a file in the place of a folder', async () => {
    writeFileSync(join(root, 'file'), '');
    folder = join(root, 'file', 'below');
    expect(await refusal()).toMatch(
      /below: cannot be used: a part of its path is a file.*ENOTDIR.*; name another/,
    );
  });

  test.runIf(existsSync('/dev/full'))('a disk that is full', async () => {
    unlinkSync(join(folder, 'runs.csv'));
    symlinkSync('/dev/full', join(folder, 'runs.csv.part'));
    expect(await refusal()).toBe(
      `${folder}: cannot be written: no space is left on the disk (ENOSPC); free some, or write elsewhere`,
    );
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  test('a folder that can only be read', () => {
    // Tests may be run by a user who may write everywhere, so the error is made by hand.
    const error = Object.assign(new Error('EACCES: permission denied'), {
      code: 'EACCES',
      syscall: 'mkdir',
      path: '/srv/rows',
    });
    expect(systemRefusal(error)?.message).toBe(
      '/srv/rows: cannot be made: this user has no right to it (EACCES); change its permissions, or name another place',
    );
    expect(systemRefusal(new Error('ours'))).toBeUndefined();
  });
});

test('control characters are spelled out on a terminal; line feeds and our colours are not', () => {
  expect(visible('Ann\u001b[2J\u0007\rBob\u009b1A')).toBe('Ann\\u001b[2J\\u0007\\u000dBob\\u009b1A');
  expect(visible('\u001b[31mred\u001b[0m\nline')).toBe('\u001b[31mred\u001b[0m\nline');
});
