import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { type Threads, threadsFor } from '../study/executor.ts';
import { differs, type Judged, type Reproduced, reproduce } from '../study/reproduce.ts';
import { type Plan, planOf } from '../study/source.ts';
import { ScenarioError } from '../world/error.ts';
import { type FindingFile, findingsNamed, shippedFindings } from './findings.ts';
import { exit, interruptible } from './interrupt.ts';
import { printReproduced, printTotals } from './print-reproduced.ts';
import {
  jobsOf,
  jsonOption,
  replicationsOption,
  scenarioOptions,
  sourceOf,
  sweepOptions,
} from './scenario-source.ts';
import { note, paintNote, printJson, progressLine } from './terminal.ts';

interface ReproduceArguments {
  readonly findings: readonly string[];
  readonly seed?: string | undefined;
  readonly replications?: string | undefined;
  readonly jobs?: string | undefined;
  readonly out?: string | undefined;
  readonly json: boolean;
}

/** `synod reproduce`: published findings held against what comes out here. */
export const reproduceCommand: CommandModule<object, ReproduceArguments> = {
  command: 'reproduce [findings..]',
  describe: 'Hold published findings against what comes out here, claim by claim',
  builder: (yargs) =>
    yargs
      .positional('findings', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Findings by name, scenario files, and key=value; all findings when left out',
      })
      .options({
        ...scenarioOptions,
        ...replicationsOption,
        jobs: sweepOptions.jobs,
        out: { type: 'string', requiresArg: true, describe: 'A folder to keep the rows in' },
        ...jsonOption,
      })
      .example('$0 reproduce', 'every finding')
      .example('$0 reproduce voting saturation --json', 'two of them, a JSON line per claim')
      .example('$0 reproduce architectures behaviour.loss=0', 'a mechanism switched off'),
  handler: async (args) => {
    // Read before anything is run, so that what cannot be run is known at once.
    const plans = chosen(args).map((it) => ({ ...it, plan: planFor(it.file, args) }));
    const jobs = jobsOf(args.jobs);
    const threads = jobs > 1 ? threadsFor(jobs) : undefined;
    const all: Judged[] = [];
    let failed = 0;
    const isInterrupted = await interruptible(async (signal) => {
      for (const [index, it] of plans.entries()) {
        const head = plans.length > 1 ? `${index + 1} of ${plans.length}  ` : '';
        const done = await reproduced(`${head}${it.plan.scenario.name}`, it.plan, args, { threads, signal });
        if (done.study.status !== 'complete') return true;
        if (args.json) printLines(it.finding, it.plan, done);
        else printReproduced(it.finding, it.plan, done);
        all.push(...done.claims);
        failed += done.switches?.failures.length ?? 0;
      }
      return false;
    }).finally(() => threads?.close());
    if (!args.json) printTotals(all, failed);
    if (isInterrupted) {
      note('Interrupted.');
      process.exitCode = exit.interrupted;
    } else if (failed > 0 || all.some(differs)) process.exitCode = exit.unexpected;
  },
};

function reproduced(
  what: string,
  plan: Plan,
  { out }: ReproduceArguments,
  options: { threads: Threads | undefined; signal: AbortSignal },
): Promise<Reproduced> {
  const progress = progressLine(what);
  const folder = out === undefined ? undefined : join(out, plan.scenario.name);
  return reproduce({ plan, folder, onProgress: progress.show, ...options }).finally(progress.clear);
}

const none: ReproduceArguments = { findings: [], json: false };

const isOverride = (word: string): boolean => /^[^/=]+=/.test(word);

/** The scenarios that were asked for: those with published claims, where none is named. */
function chosen({ findings }: ReproduceArguments): readonly FindingFile[] {
  const named = findings.filter((word) => !isOverride(word));
  if (named.length > 0) return findingsNamed(named);
  return shippedFindings().filter(({ file }) => planFor(file, none).scenario.published.length > 0);
}

/** Reads one of several scenarios, so that what is wrong with it is told with its file. */
function planFor(file: string, { findings, seed, replications }: ReproduceArguments): Plan {
  try {
    return planOf(sourceOf({ scenario: file, overrides: findings.filter(isOverride), seed, replications }));
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(
      error.issues.map(({ path, message }) => ({ path: `${basename(file)}: ${path}`, message })),
    );
  }
}

function whyOf({ missing, published: { why } }: Judged): { readonly why?: string } {
  const said = missing ?? why;
  return said === undefined ? {} : { why: said };
}

/** A line per claim, and nothing else there: what failed of the switches goes beside it. */
function printLines(finding: string, plan: Plan, { claims, switches }: Reproduced): void {
  const { name } = plan.scenario;
  const failed = switches?.failures.map(({ message }) => message) ?? [];
  for (const it of claims) {
    const { published } = it;
    printJson({
      type: 'claim',
      finding,
      scenario: name,
      claim: published.claim,
      published: published.figure,
      within: published.within,
      // JSON has no NaN: null where nothing was measured.
      simulated: it.simulated,
      // Equal values give no interval.
      low: it.equal === undefined ? it.low : null,
      high: it.equal === undefined ? it.high : null,
      ...(it.equal === undefined ? {} : { equal: it.equal }),
      verdict: it.verdict,
      ...(it.declared === undefined ? {} : { declared: it.declared }),
      grade: published.grade,
      ...(published.fitted === undefined ? {} : { fitted: published.fitted }),
      source: published.source,
      ...whyOf(it),
      ...(switches === undefined ? {} : { switches: { checked: switches.checked, failed } }),
    });
  }
  for (const message of failed) note(paintNote('red', `${name}: ${message}`));
}
