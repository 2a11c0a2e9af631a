import type { CommandModule } from 'yargs';
import { runsAtOnce } from '../study/executor.ts';
import { type Amounts, type Forecast, forecast, type PointForecast } from '../study/forecast.ts';
import { type Plan, planOf } from '../study/source.ts';
import { exit, interruptible } from './interrupt.ts';
import { type ModelArguments, modelOptions } from './model-options.ts';
import { printForecast, remarksOn } from './print-forecast.ts';
import {
  jobsOf,
  jsonOption,
  overridesPositional,
  replicationsOption,
  type ScenarioArguments,
  scenarioOptions,
  scenarioPositional,
  sourceOf,
  sweepOptions,
  wholeNumber,
} from './scenario-source.ts';
import { note, printJson, progressLine } from './terminal.ts';

export interface ForecastArguments extends ScenarioArguments, ModelArguments {
  readonly pilot: string;
  readonly parallel: string;
  readonly jobs?: string | undefined;
  readonly json: boolean;
}

/** `synod forecast`: what a sweep will cost, before anything is spent. */
export const forecastCommand: CommandModule<object, ForecastArguments> = {
  command: 'forecast <scenario> [overrides..]',
  describe: 'Say what a sweep will cost in tokens, money and hours, from a few runs of mocks',
  builder: (yargs) =>
    yargs
      .positional('scenario', scenarioPositional)
      .positional('overrides', overridesPositional)
      .options({ ...scenarioOptions, ...replicationsOption })
      .option('pilot', {
        type: 'string',
        requiresArg: true,
        default: '10',
        describe: 'Runs per point that are tried',
      })
      .option('parallel', {
        type: 'string',
        requiresArg: true,
        default: String(runsAtOnce),
        describe: 'Runs that the sweep will have under way at once',
      })
      .options({ jobs: sweepOptions.jobs, ...modelOptions, ...jsonOption })
      .example('$0 forecast voting prices.model=gpt-5-mini prices.date=2026-01-01', 'with money')
      .example('$0 forecast agentsnet --model openai/gpt-4o-mini', 'what a model would be asked'),
  handler: async (args) => {
    const plan = planOf(sourceOf(args));
    const pilot = wholeNumber('--pilot', args.pilot, 2, 100_000);
    const parallel = wholeNumber('--parallel', args.parallel, 1, 1_000_000);
    const progress = progressLine(`${plan.scenario.name}, pilot`);
    const found = await interruptible((signal) =>
      forecast({
        plan,
        pilot,
        parallel,
        jobs: jobsOf(args.jobs),
        signal,
        onProgress: (executed, total) => progress.show({ done: executed, executed, total }),
      }),
    ).finally(progress.clear);
    if (found === undefined) {
      note('Interrupted; nothing is known of the sweep yet.');
      process.exitCode = exit.interrupted;
    } else if (args.json) printLines(plan, found, parallel);
    else printForecast(plan, found, parallel);
  },
};

function printLines(plan: Plan, found: Forecast, parallel: number): void {
  for (const it of found.points) printJson({ type: 'point', ...pointOf(it) });
  const { scenario } = plan;
  const largest = found.largest === undefined ? undefined : found.points[found.largest];
  printJson({
    type: 'forecast',
    name: scenario.name,
    seed: scenario.seed,
    points: scenario.points.length,
    replications: scenario.replications,
    runs: found.runs,
    pilotRuns: found.pilotRuns,
    standIn: found.rehearsal.standIn ?? null,
    ...amountsOf(found.total),
    wallHours: found.wallHours,
    parallel,
    bound: found.bound ?? null,
    largest: largest?.factors ?? null,
    cap: found.cap,
    remarks: remarksOn(plan, found),
  });
}

const pointOf = ({ factors, runs, tokensPerRun, capPerRun, ...amounts }: PointForecast): object => ({
  factors,
  runs,
  tokensPerRun,
  capPerRun,
  ...amountsOf(amounts),
});

const amountsOf = ({ calls, tokens, promptTokens, outputTokens, dollars, hours }: Amounts): Amounts => ({
  calls,
  tokens,
  promptTokens,
  outputTokens,
  dollars,
  hours,
});
