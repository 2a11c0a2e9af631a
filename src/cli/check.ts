import { existsSync, statSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { checkExpectations } from '../scenario/expect.ts';
import type { Row } from '../scenario/run.ts';
import { counted } from '../study/numbers.ts';
import { planOf } from '../study/source.ts';
import { study } from '../study/study.ts';
import { wrapped } from '../study/text-table.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { exit, interruptible } from './interrupt.ts';
import {
  jobsOf,
  jsonOption,
  replicationsOption,
  scenarioOptions,
  scenariosIn,
  sourceAt,
  sweepOptions,
} from './scenario-source.ts';
import { type Colour, paint, print, printJson, progressLine, width } from './terminal.ts';

interface CheckArguments {
  readonly paths: readonly string[];
  readonly seed?: string | undefined;
  readonly replications?: string | undefined;
  readonly jobs?: string | undefined;
  readonly json: boolean;
}

/** What became of one file. */
interface Checked {
  readonly file: string;
  readonly status: 'satisfied' | 'violated' | 'refused' | 'nothing-expected' | 'interrupted';
  readonly runs: number;
  readonly checked: number;
  readonly failures: readonly string[];
  readonly issues: readonly Issue[];
  readonly fingerprint: string;
}

/** `synod check`: scenarios held against what they expect. */
export const checkCommand: CommandModule<object, CheckArguments> = {
  command: 'check <paths..>',
  describe: 'Run scenarios and hold them against what they expect',
  builder: (yargs) =>
    yargs
      .positional('paths', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Scenario files, or folders of them',
      })
      .options({ ...scenarioOptions, ...replicationsOption, jobs: sweepOptions.jobs, ...jsonOption })
      .example('$0 check scenarios', 'every scenario in a folder and below')
      .example('$0 check my.yaml --seed 8', 'does it hold with another seed?'),
  handler: async (args) => {
    const files = filesIn(args.paths);
    const results: Checked[] = [];
    await interruptible(async (signal) => {
      for (const file of files) {
        const result = await checkFile(file, args, signal);
        results.push(result);
        if (args.json) printJson({ type: 'check', ...result });
        else printChecked(result);
        if (signal.aborted) break;
      }
    });
    const count = (status: Checked['status']): number => results.filter((it) => it.status === status).length;
    const good = count('satisfied');
    const summary = { satisfied: good, violated: count('violated'), refused: count('refused') };
    if (args.json) printJson({ type: 'done', files: results.length, ...summary });
    else if (files.length > 1) {
      print();
      print(
        `${counted(files.length, 'scenario')}: ${good} as expected, ${summary.violated} not, ${summary.refused} refused`,
      );
    }
    if (count('interrupted') > 0) process.exitCode = exit.interrupted;
    else if (summary.refused > 0) process.exitCode = exit.failed;
    else if (summary.violated > 0) process.exitCode = exit.unexpected;
  },
};

async function checkFile(file: string, args: CheckArguments, signal: AbortSignal): Promise<Checked> {
  const none = { file, runs: 0, checked: 0, failures: [], issues: [], fingerprint: '' };
  const progress = progressLine(file);
  try {
    const overrides = [
      ...(args.seed === undefined ? [] : [`seed=${args.seed}`]),
      ...(args.replications === undefined ? [] : [`replications=${args.replications}`]),
    ];
    const plan = planOf(sourceAt(file, overrides));
    const rows: Row[] = [];
    const { status, summary } = await study({
      plan,
      // Threads take longer to start than a few runs take.
      jobs: plan.runs.count < 8 ? 1 : jobsOf(args.jobs),
      signal,
      onProgress: progress.show,
      visit: (row) => rows.push(row),
    });
    const runs = { runs: rows.length, fingerprint: summary.fingerprint };
    if (status !== 'complete') return { ...none, ...runs, status: 'interrupted' };
    const { failures, checked } = checkExpectations(plan.scenario, rows);
    const result = { ...none, ...runs, checked, failures: failures.map(({ message }) => message) };
    if (failures.length > 0) return { ...result, status: 'violated' };
    return { ...result, status: plan.scenario.expect.length === 0 ? 'nothing-expected' : 'satisfied' };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { ...none, status: 'refused', issues: error.issues };
  } finally {
    progress.clear();
  }
}

function filesIn(paths: readonly string[]): string[] {
  const files: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) throw new ScenarioError([{ path, message: 'there is no such file or folder' }]);
    if (!statSync(path).isDirectory()) {
      files.push(path);
      continue;
    }
    const found = scenariosIn(path);
    if (found.length === 0) throw new ScenarioError([{ path, message: 'holds no scenario (*.yaml)' }]);
    files.push(...found);
  }
  return files;
}

const marks: Readonly<Record<Checked['status'], readonly [Colour, string]>> = {
  satisfied: ['green', 'ok'],
  'nothing-expected': ['yellow', 'no expect'],
  violated: ['red', 'FAILED'],
  interrupted: ['yellow', 'stopped'],
  refused: ['red', 'REFUSED'],
};

function printChecked({ status, file, runs, failures, issues }: Checked): void {
  const [colour, mark] = marks[status];
  print(`${paint(colour, mark.padEnd(9))}  ${file}  ${paint('dim', counted(runs, 'run'))}`);
  const refused = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  for (const text of [...failures, ...refused]) {
    for (const line of wrapped(text, width, '           ')) print(line);
  }
}
