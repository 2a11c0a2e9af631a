import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ForecastArguments, forecastCommand } from '../../src/cli/forecast.ts';
import { handled } from './in-process.ts';
import { floodFile, jsonLines, newFolder } from './synod.ts';

const text = `
title: Work of two sizes
question: What does the work cost?
topology: { kind: complete, agents: 4 }
task: { kind: work-graph, items: 4, chance: 0.8 }
behaviour: { kind: worker }
protocol: { kind: single-agent, turns: 10 }
vary: { task.items: [2, 6] }
replications: 50
`;

function called(more: Partial<ForecastArguments> = {}) {
  const scenario = join(newFolder(), 'work.yaml');
  writeFileSync(scenario, text);
  return handled(forecastCommand, { scenario, pilot: '3', parallel: '4', jobs: '1', json: true, ...more });
}

const priced = ['prices.model=gpt-5-mini', 'prices.date=2026-01-01'];

describe('forecast', () => {
  test('has a line per point and one for all, which add up', async () => {
    const { stdout, code } = await called({ overrides: priced });
    const lines = jsonLines(stdout);
    expect(code).toBe(0);
    expect(lines.map(({ type }) => type)).toEqual(['point', 'point', 'forecast']);
    expect(lines[2]).toMatchObject({ runs: 100, pilotRuns: 6, points: 2, largest: { 'task.items': 6 } });
    for (const name of ['tokens', 'dollars']) {
      const [a = 0, b = 0, sum] = lines.map((line) => (line[name] as { mean: number }).mean);
      expect(sum).toBeCloseTo(a + b, 9);
      expect(sum).toBeGreaterThan(0);
    }
  });

  test('an unknown price is unknown, never zero', async () => {
    const { stdout } = await called({ json: false });
    expect(stdout).toMatch(/^money {4}unknown$/m);
    expect(stdout).toContain('the scenario has no prices');
    expect(stdout).not.toContain('$0');
    const { stdout: lines } = await called();
    for (const line of jsonLines(lines)) expect(line.dollars).toEqual({ mean: null, low: null, high: null });
  });

  test('a rate that is not listed leaves money unknown', async () => {
    const free = 'prices={model: own, date: 2026-01-01, table: [{model: own, input: 1, output: 2}]}';
    const { stdout } = await called({ overrides: [free, 'serving.cache.minimum=1'], json: false });
    expect(stdout).toMatch(
      /Money is unknown: a rate that these calls need is not known for own on 2026-01-01/,
    );
  });

  test('where nobody is asked, there is nothing to pay', async () => {
    const { stdout } = await called({ scenario: floodFile().file, json: false });
    expect(stdout).toContain('Nobody is asked anything');
  });

  test('a model is forecast by the mock of the scenario, and asked nothing', async () => {
    const { stdout, stderr } = await called({ model: 'openai/gpt-5-mini', overrides: priced, json: false });
    expect(stdout).toMatch(/answered by worker for the\s+model/);
    const told = stdout.replace(/\s+/g, ' ');
    expect(told).toContain(
      "sizes are those of the scenario's stand-in, worker, not those of the model's own prompts",
    );
    expect(told).toContain('Run a few live first');
    expect((await called({ overrides: priced, json: false })).stdout).not.toContain('stand-in');
    expect(stdout).toMatch(/^money +\$[\d.]+ /m);
    expect(stderr).toBe('');
  });

  test.each([
    [{ pilot: '1' }, /--pilot: must be a whole number from 2/],
    [{ parallel: '0' }, /--parallel: must be a whole number from 1/],
    [{ overrides: ['prices.model=no-such', 'prices.date=2026-01-01'] }, /no model of the price table/],
    [{ overrides: ['task.itms=3'] }, /task\.itms/],
  ])('%j is refused', async (more, message) => {
    await expect(called(more)).rejects.toThrow(message);
  });
});
