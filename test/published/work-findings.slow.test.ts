import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { execute } from '../../src/scenario/execute.ts';
import { checkExpectations } from '../../src/scenario/expect.ts';
import { holdPublished } from '../../src/scenario/published.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';

const folder = join(import.meta.dirname, '../../scenarios/findings');
const scenarios = readdirSync(folder)
  .sort()
  .map((file) => parseScenario(readFileSync(join(folder, file), 'utf8'), file))
  .filter(({ published }) => published.length > 0);

/** What is known not to come out, and is said so in the table. */
const missed = ['Relative change by independent agents on Finance-Agent, read as wide work.'];

describe.each(scenarios)('$name', (scenario) => {
  const runs = runsOf(scenario);
  const rows = Array.from({ length: runs.count }, (_, i) => execute(runs.at(i)));
  test('what it expects comes out, with each mechanism and without', () => {
    expect(checkExpectations(scenario, rows).failures).toEqual([]);
  });
  const measured = scenario.published.filter(({ measure, claim }) => measure && !missed.includes(claim));
  test('no claim that is measured is contradicted', () => {
    const verdicts = holdPublished(measured, rows).map(({ published, verdict }) => [
      published.claim,
      verdict,
    ]);
    expect(verdicts.filter(([, verdict]) => verdict === 'not-reproduced')).toEqual([]);
  });
  test('a claim without a measure says why', () => {
    for (const { measure, why } of scenario.published) if (measure === undefined) expect(why).toBeTruthy();
  });
});
