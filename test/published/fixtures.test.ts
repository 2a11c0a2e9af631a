import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { execute } from '../../src/scenario/execute.ts';
import { checkExpectations } from '../../src/scenario/expect.ts';
import type { Row } from '../../src/scenario/run.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';

/**
 * The fixtures that the literature offers for runs that never end well, each as a scenario file: what it expects comes
 * out, with the witness of its class; and as a canary, one change undoes it.
 */
const rowsOf = (file: string, ...overrides: string[]): Row[] => {
  const text = readFileSync(join(import.meta.dirname, '../../scenarios', file), 'utf8');
  const scenario = parseScenario(text, file, { overrides });
  const runs = runsOf(scenario);
  const rows = Array.from({ length: runs.count }, (_, i) => execute(runs.at(i)));
  if (overrides.length === 0) expect(checkExpectations(scenario, rows).failures).toEqual([]);
  return rows;
};

const outcomesOf = (rows: readonly Row[]): string[] => [...new Set(rows.map(({ outcome }) => outcome))];

describe('livelock', () => {
  test('an alternating even ring under synchronous majority: period 2, for ever', () => {
    const file = 'outcomes/livelock.yaml';
    const [row] = rowsOf(file);
    expect(row).toMatchObject({ outcome: 'livelock', cause: 'recurring-state' });
    expect(row!.witness).toContain('recurs every 2 samples');
    // However long it is watched, and on any even ring.
    for (const override of ['horizon.rounds=600', 'topology.agents=40']) {
      expect(rowsOf(file, override)[0]!.witness, override).toContain('recurs every 2 samples');
    }
    // Canaries: on an odd ring two neighbours agree, and hold; one agent at a time, the circle breaks.
    expect(rowsOf(file, 'topology.agents=13')[0]!.outcome).not.toBe('livelock');
    expect(rowsOf(file, 'protocol.timing=asynchronous', 'horizon=60s')[0]!.outcome).not.toBe('livelock');
  });

  test('two courteous agents: never at q = 1, and soon at any other q', () => {
    const file = 'opinions/3-two-courteous-agents.yaml';
    const rows = rowsOf(file);
    const certain = rows.filter((row) => row.factors['behaviour.adopt'] === 1);
    expect(certain.length).toBeGreaterThan(0);
    for (const { outcome, witness } of certain) {
      expect(outcome).toBe('livelock');
      expect(witness).toContain('recurs every 2 samples');
    }
    expect(outcomesOf(rowsOf(file, 'behaviour.adopt=[0.99]', 'horizon.rounds=5000'))).toEqual(['valid']);
  });

  test('a one-way cut restarts elections for ever, until it heals', () => {
    const file = 'outcomes/livelock-by-a-one-way-cut.yaml';
    const rows = rowsOf(file);
    const stuck = rows.filter(({ outcome }) => outcome === 'livelock');
    expect(stuck.length).toBe(20);
    for (const { cause, witness } of stuck) {
      expect(cause).toBe('no-progress');
      expect(witness).toContain('states change, but 1 agent is undecided, and no fewer have been');
    }
    // Twice as long, twice the terms: it is without end, and a timeout of 1 s to 2 s from term to term.
    const terms = (seconds: number): number => {
      const cut = ['faults[0].direction=[in]', `faults[0].until=[${10 * seconds}s]`, `horizon=${seconds}s`];
      const found = rowsOf(file, ...cut);
      expect(outcomesOf(found)).toEqual(['livelock']);
      return found.reduce((sum, row) => sum + (row.metrics.terms ?? Number.NaN), 0) / found.length;
    };
    const [once, twice] = [terms(60), terms(120)];
    // Renewals of mean 1.5 s, uniform over 1 s: the variance of their number is t (1/12) / 1.5^3.
    const error = Math.sqrt(((60 / 12) * (1 / 1.5) ** 3) / 20);
    expect(Math.abs(twice - once - 60 / 1.5) / error).toBeLessThan(4);
    // Canary: the same agent cut off the other way disturbs nobody.
    expect(outcomesOf(rowsOf(file, 'faults[0].direction=[out]'))).toEqual(['valid']);
  });
});

test('stalled: stretches of a ring under majority that keeps its own at a tie', () => {
  const file = 'outcomes/stalled.yaml';
  expect(rowsOf(file)[0]).toMatchObject({ outcome: 'stalled', cause: 'no-change' });
  expect(rowsOf(file, 'horizon.rounds=600')[0]!.outcome).toBe('stalled');
  // Canary: where everybody sees everybody, there are no stretches.
  expect(rowsOf(file, 'topology.kind=complete', 'topology.agents=33')[0]!.outcome).toBe('valid');
});

test('late: averaging on a ring, cut off before ln(1/eps) / (1 - lambda_2) rounds', () => {
  const file = 'opinions/6-averaging.yaml';
  const within = 1e-6;
  const needed = Math.log(1 / within) / (1 - (0.5 + 0.5 * Math.cos((2 * Math.PI) / 16)));
  const at = (rounds: number): Row =>
    rowsOf(file, 'topology.kind=[ring]', `horizon.rounds=${Math.ceil(rounds)}`)[0]!;
  const all = rowsOf(file).filter((row) => row.factors['topology.kind'] === 'ring');
  expect(outcomesOf(all)).toEqual(['late']);
  expect(at(needed / 2)).toMatchObject({ outcome: 'late' });
  // Canary: with the time that the second eigenvalue asks for, and a little more, it is done.
  expect(at(needed + 10)).toMatchObject({ outcome: 'valid' });
});
