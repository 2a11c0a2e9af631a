import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { execute } from '../src/scenario/execute.ts';
import { parseScenario, runsOf } from '../src/scenario/scenario.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'scenarios');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .sort();

const pinsFile = join(import.meta.dirname, 'fingerprints.json');
const pins: Record<string, string> = existsSync(pinsFile) ? JSON.parse(readFileSync(pinsFile, 'utf8')) : {};
const updating = process.env.UPDATE_FINGERPRINTS === '1';

/** Enough runs to notice a change, few enough to keep the suite fast. */
const mostRuns = 40;
const mostAgents = 40;

/** The first runs of a scenario, with huge groups left to the slow suite: their fingerprints in one. */
function prints(path: string): string[] {
  const file = join(folder, path);
  const scenario = parseScenario(readFileSync(file, 'utf8'), path, {
    read: (name) => readFileSync(join(dirname(file), name), 'utf8'),
  });
  const runs = runsOf(scenario);
  const found: string[] = [];
  for (let i = 0; i < runs.count && found.length < mostRuns; i++) {
    const run = runs.at(i);
    if (Number(run.factors['topology.agents'] ?? 0) > mostAgents) continue;
    const row = execute(run);
    expect(row.error, `${path}, run ${i}`).toBeUndefined();
    found.push(row.fingerprint);
  }
  return found;
}

describe('every scenario', () => {
  test.each(files)('%s runs twice to the same fingerprints, and to those on record', (path) => {
    const first = prints(path);
    expect(prints(path)).toEqual(first);
    expect(first.length).toBeGreaterThan(0);
    const pin = first.join(' ');
    if (updating) pins[path] = pin;
    // A changed fingerprint owes the change log a line under "results may differ": UPDATE_FINGERPRINTS=1 npm test
    else expect(pin, `fingerprints of ${path}`).toBe(pins[path]);
  });

  test.each(files)('%s asks a question and says what must come out', (path) => {
    const scenario = parseScenario(readFileSync(join(folder, path), 'utf8'), path, {
      read: (name) => readFileSync(join(dirname(join(folder, path)), name), 'utf8'),
    });
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
