import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../src/scenario/execute.ts';
import type { Row } from '../src/scenario/run.ts';
import { parseScenario, runsOf } from '../src/scenario/scenario.ts';
import { voteQuorumTimeout } from '../src/study/null-models.ts';
import { binomial } from './published/samples.ts';
import { runsOfSuite } from './suite.ts';

const runs = runsOfSuite(2000);

/** The rows of a shipped scenario of the consensus game, all its points run 2000 times, in the fast suite 500. */
export function rowsOf(name: string, ...overrides: string[]): Row[] {
  const text = readFileSync(join(import.meta.dirname, `../scenarios/consensus/${name}.yaml`), 'utf8');
  const scenario = parseScenario(text, name, { overrides: [`replications=${runs}`, ...overrides] });
  const all = runsOf(scenario);
  return Array.from({ length: all.count }, (_, i) => execute(all.at(i)));
}

export function shareOf(rows: readonly Row[], metric: string): number {
  return rows.reduce((sum, row) => sum + (row.metrics[metric] ?? Number.NaN), 0) / rows.length;
}

/** How many standard errors a share of the rows lies from what is expected. */
export const z = (rows: readonly Row[], metric: string, expected: number): number =>
  (shareOf(rows, metric) - expected) / Math.sqrt((expected * (1 - expected)) / rows.length);

const quorum = { numerator: 2, denominator: 3 };

/** Votes to stop by chance, (1 - P[Bin(N, p) >= ceil(2N/3)])^50: what the runs give, from what is exact. */
export function votesByChance(agents: number, chance: number): { exact: number; z: number } {
  const exact = voteQuorumTimeout({ honest: agents, voters: agents, quorum, chance, rounds: 50 });
  const rows = rowsOf('1-vote-quorum', `topology.agents=[${agents}]`, `behaviour.chance=${chance}`);
  return { exact, z: z(rows, 'publishedTimeout', exact) };
}

/** 8 honest agents that stop with chance .4 and some Byzantine ones that never do, over 50 rounds. */
export function veto(byzantine: number): { exact: number; z: number; share: number } {
  const exact = (1 - quorumChance(8, 8 + byzantine, 0.4)) ** 50;
  const rows = rowsOf(
    '2-byzantine-veto',
    `topology.agents=${8 + byzantine}`,
    `faults[0].count=[${byzantine}]`,
    'behaviour.chance=0.4',
    'horizon.rounds=101',
  );
  return { exact, z: z(rows, 'publishedTimeout', exact), share: shareOf(rows, 'publishedTimeout') };
}

/** P[3 votes >= 2 voters] in one round, where each of the honest agents votes to stop with the same chance. */
export const quorumChance = (honest: number, voters: number, chance: number): number =>
  binomial(honest, chance).reduce((sum, p, votes) => sum + (3 * votes >= 2 * voters ? p : 0), 0);

/** Agents that take one and the same value: how often it is somebody's input. */
export function validByChance(rule: string, agents: number, valid: number): number {
  return z(
    rowsOf('3-validity', `behaviour.rule=[${rule}]`, `topology.agents=[${agents}]`),
    'publishedValid',
    valid,
  );
}
