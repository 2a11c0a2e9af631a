import type { Specimen } from '../src/calibrate/calibrate-runs.ts';
import { type CountedRun, countDecisions } from '../src/calibrate/count-decisions.ts';
import { readDecisions } from '../src/calibrate/read-decisions.ts';
import { runOf } from '../src/scenario/scenario.ts';
import { readRecordedRuns } from '../src/study/agentsnet-transcripts.ts';
import { digestOfRun } from '../src/study/digest-of-run.ts';
import { exportAgentsNet } from '../src/study/export-agentsnet.ts';
import { importAgentsNet } from '../src/study/import-agentsnet.ts';
import { scenarioOf } from './worlds.ts';

/*
 * Runs of mock agents whose values are known, written as the runner of AgentsNet would, for what fits mocks to such files.
 */

export interface RecordOptions {
  readonly agents?: number;
  readonly rounds?: number;
  readonly seed?: number;
  readonly topology?: string;
}

/** The files of several runs of a task, by agents of known values. */
export async function recordsOf(
  task: string,
  values: Readonly<Record<string, unknown>>,
  runs: number,
  { agents = 10, rounds = 6, seed = 1, topology = 'barabasi-albert' }: RecordOptions = {},
): Promise<string[]> {
  const scenario = scenarioOf({
    seed,
    topology: { kind: topology, agents },
    task: task === 'consensus' ? { kind: task, inputs: 'none' } : { kind: task },
    protocol: { kind: 'agentsnet', mode: 'upstream', rounds },
    behaviour: { kind: 'bounded', ...values },
    replications: runs,
  });
  const options = { folder: '.', signal: new AbortController().signal };
  const files: string[] = [];
  for (let i = 0; i < runs; i++)
    files.push(JSON.stringify(await exportAgentsNet(runOf(scenario, scenario.points[0]!, i), options)));
  return files;
}

/** What is counted in such files. */
export const countedIn = (files: readonly string[]): CountedRun[] =>
  files.flatMap((text, i) =>
    readRecordedRuns(text, `run-${i}.json`).flatMap((run) => {
      const decisions = readDecisions(run);
      return decisions === undefined ? [] : [countDecisions(decisions)];
    }),
  );

/** Such files as they are fitted to, and held against. */
export async function specimensIn(files: readonly string[]): Promise<Specimen[]> {
  const specimens: Specimen[] = [];
  for (const [i, text] of files.entries()) {
    const file = `run-${i}.json`;
    const [run] = await importAgentsNet(text, file, 'upstream');
    const digest = digestOfRun(readRecordedRuns(text, file)[0]!);
    specimens.push({ file, run: run!, counted: countedIn([text])[0]!, digest });
  }
  return specimens;
}
