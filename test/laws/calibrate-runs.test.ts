import { describe, expect, test } from 'vitest';
import { fitRates } from '../../src/calibrate/fit-runs.ts';
import { coverageOf, shownIn, zOf } from '../coverage.ts';
import { countedIn, recordsOf } from '../simulated-records.ts';

describe('values that runs were simulated with', () => {
  test.each(['coloring', 'consensus'] as const)(
    'are found again from the written files of %s',
    async (task) => {
      const covered = await coverageOf(task, 3, 3);
      expect([...covered.keys()]).toEqual(
        expect.arrayContaining(shownIn[task].map((knob) => `${knob}.${task}`)),
      );
      const { all, byKnob } = zOf(covered);
      expect(Math.abs(all), JSON.stringify([...covered])).toBeLessThan(4);
      for (const [knob, z] of byKnob) expect(z, knob).toBeGreaterThan(-4);
    },
  );
});

const base = () => ({ silentAdoption: 0.3, propose: 0.1, preset: 0 });

describe('what records cannot tell', () => {
  test('is said: nobody opposes anybody, so that nobody can change sides', async () => {
    const agree = { prior: [1, 0], adopt: 1, drift: 0, inconsistency: 0, malformed: 0 };
    const files = await recordsOf('consensus', agree, 2, { agents: 6, rounds: 3 });
    const { warnings, parameters } = fitRates(countedIn(files), base, 1);
    expect(warnings.join('\n')).toContain('switching.consensus: never exercised');
    expect(warnings.join('\n')).toContain('retryFailure: never exercised');
    expect(parameters).not.toHaveProperty('switching');
    expect(parameters).not.toHaveProperty('retryFailure');
  });

  test('is said: only the product of taking up a strategy and telling of it shows', async () => {
    const files = await recordsOf('matching', { propose: 0.3 }, 3, { agents: 8, rounds: 4 });
    const { warnings } = fitRates(countedIn(files), base, 1);
    expect(warnings.join('\n')).toContain('silentAdoption.matching: collinear with adoptStrategy');
    expect(warnings.join('\n')).toContain('show only as products with slip and dither');
  });

  test('is left to the base where there are hardly any observations', async () => {
    const files = await recordsOf('coloring', {}, 1, { agents: 4, rounds: 2 });
    const { rates, parameters } = fitRates(countedIn(files), base, 1);
    for (const { name, n } of rates) {
      if (n >= 5 || name.includes('[') || name.startsWith('conversation')) continue;
      expect((parameters[name.split('.')[0]!] as { tasks?: object })?.tasks ?? {}, name).not.toHaveProperty(
        'coloring',
      );
    }
    expect(rates.some(({ warning }) => warning?.includes('only'))).toBe(true);
  });

  test('runs that differ by more than chance are pointed out', async () => {
    const calm = await recordsOf('coloring', { drift: 0.02 }, 2, { agents: 16 });
    const restless = await recordsOf('coloring', { drift: 0.6 }, 2, { agents: 16, seed: 2 });
    const { warnings } = fitRates(countedIn([...calm, ...restless]), base, 1);
    expect(warnings.join('\n')).toMatch(/drift\.coloring: runs differ by more than chance/);
  });
});

test('sizes of conversations are found again', async () => {
  const conversation = { system: 500, request: 80, heard: 40, thought: 300, said: 50, final: 250 };
  const files = await recordsOf(
    'consensus',
    { conversation, malformed: 0, malformedAnswer: 0, omission: 0.2 },
    2,
  );
  const { parameters } = fitRates(countedIn(files), base, 1);
  expect(parameters.conversation).toEqual({ tasks: { consensus: conversation } });
});
