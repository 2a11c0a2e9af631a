import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../src/scenario/columns.ts';
import { parseScenario, runsOf, type Scenario } from '../src/scenario/scenario.ts';
import type { Config } from '../src/scenario/schema.ts';
import { perform } from '../src/study/perform.ts';
import { isSlow } from './suite.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'scenarios');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .sort();

const pinsFile = join(import.meta.dirname, 'fingerprints.json');
const pins: Record<string, string> = existsSync(pinsFile) ? JSON.parse(readFileSync(pinsFile, 'utf8')) : {};
const updating = process.env.UPDATE_FINGERPRINTS === '1';

const never = new AbortController().signal;

/** Enough runs to notice a change, few enough to keep the suite fast; the slow one looks at all that are on record. */
const mostRuns = 40;
const inThisSuite = updating || isSlow ? mostRuns : 12;
/** So many are run once more: that the others repeat is seen from the record. */
const twice = isSlow ? 6 : 4;
const mostAgents = 40;

function parsed(path: string): Scenario {
  const file = join(folder, path);
  return parseScenario(readFileSync(file, 'utf8'), path, {
    read: (name) => readFileSync(join(dirname(file), name), 'utf8'),
  });
}

/** The first runs of a scenario, with huge groups left to the slow suite: their fingerprints in one. */
async function prints(path: string, most: number): Promise<string[]> {
  const file = join(folder, path);
  const scenario = parsed(path);
  const runs = runsOf(scenario);
  const found: string[] = [];
  for (let i = 0; i < runs.count && found.length < most; i++) {
    const run = runs.at(i);
    if (Number(run.factors['topology.agents'] ?? 0) > mostAgents) continue;
    const row = await perform(run, { folder: dirname(file), signal: never });
    expect(row.error, `${path}, run ${i}`).toBeUndefined();
    // What `expect` may name is known before any run, so it must be what runs end in.
    expect(new Set(Object.keys(row.metrics)), `${path}, run ${i}`).toEqual(columnsOf(run.config as Config));
    found.push(row.fingerprint);
  }
  return found;
}

describe('every scenario', () => {
  test.each(files)('%s runs twice to the same fingerprints, and to those on record', async (path) => {
    const first = await prints(path, inThisSuite);
    expect(await prints(path, twice)).toEqual(first.slice(0, twice));
    expect(first.length).toBeGreaterThan(0);
    const pin = first.join(' ');
    if (updating) pins[path] = pin;
    // A changed fingerprint owes the change log a line under "results may differ": UPDATE_FINGERPRINTS=1 npm test
    else expect(first, `fingerprints of ${path}`).toEqual(pins[path]?.split(' ').slice(0, inThisSuite));
  });

  test.each(files)('%s asks a question and says what must come out', (path) => {
    const scenario = parsed(path);
    expect(scenario.question).toMatch(/\?$/);
    expect(scenario.expect.length).toBeGreaterThan(0);
  });

  test('on record is one that there is', () => {
    if (updating) {
      const sorted = Object.fromEntries(files.map((path) => [path, pins[path]]));
      writeFileSync(pinsFile, `${JSON.stringify(sorted, null, 2)}\n`);
    }
    expect(Object.keys(pins).filter((path) => !files.includes(path))).toEqual([]);
    expect(relative(root, folder)).toBe('scenarios');
  });
});
