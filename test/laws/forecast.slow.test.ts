import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Row } from '../../src/scenario/run.ts';
import { forecast } from '../../src/study/forecast.ts';
import { planOf } from '../../src/study/source.ts';
import { sweep } from '../../src/study/sweep.ts';

const folder = join(import.meta.dirname, '../../scenarios/findings');
const text = readFileSync(join(folder, 'architectures.yaml'), 'utf8');

test('the interval of a forecast holds the tokens of the whole sweep in 95 % of cases', async () => {
  const seeds = 200;
  let held = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const overrides = [`seed=${seed}`, 'replications=30'];
    const plan = planOf({ name: 'architectures', text, overrides, folder });
    let truth = 0;
    const take = (_: string, rows: readonly Row[]): void => {
      for (const { metrics } of rows) truth += metrics.tokens ?? Number.NaN;
    };
    await sweep({ plan, jobs: 1, take });
    const { signal } = new AbortController();
    const found = await forecast({ plan, pilot: 10, parallel: 1, jobs: 1, signal });
    const { low, high } = found?.total.tokens ?? { low: null, high: null };
    if (low !== null && high !== null && low <= truth && truth <= high) held++;
  }
  const z = (held - 0.95 * seeds) / Math.sqrt(seeds * 0.95 * 0.05);
  expect(Math.abs(z), `${held} of ${seeds}`).toBeLessThanOrEqual(4);
});
