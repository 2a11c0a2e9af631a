import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { execute } from '../../src/scenario/execute.ts';
import { checkExpectations } from '../../src/scenario/expect.ts';
import { declaredVerdict, holdPublished } from '../../src/scenario/published.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';

const folder = join(import.meta.dirname, '../../scenarios/findings');
const scenarios = readdirSync(folder)
  .sort()
  .map((file) => parseScenario(readFileSync(join(folder, file), 'utf8'), file))
  .filter(({ published }) => published.length > 0);

describe.each(scenarios)('$name', (scenario) => {
  const runs = runsOf(scenario);
  const rows = Array.from({ length: runs.count }, (_, i) => execute(runs.at(i)));
  test('what it expects comes out, with each mechanism and without', () => {
    expect(checkExpectations(scenario, rows).failures).toEqual([]);
  });
  test('each claim gets the verdict that its file declares', () => {
    const held = holdPublished(scenario.published, rows);
    const verdicts = held.map(({ published, verdict }) => [published.claim, verdict]);
    expect(verdicts).toEqual(scenario.published.map((it) => [it.claim, declaredVerdict(it)]));
  });
});
