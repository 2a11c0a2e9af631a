import type { Ending, Observer } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { judgeLiveness } from '../world/healing.ts';
import { classify, type Outcome } from '../world/outcome.ts';
import { type RunResult, simulate } from '../world/simulate.ts';
import { compile } from './compile.ts';
import type { Row, Run } from './run.ts';
import type { Config } from './schema.ts';

/**
 * Runs one run to a row. A fault of ours becomes a row with `error`, so that one bad run cannot end a sweep; a fault
 * of the author's that shows only now, such as a graph that came out disconnected, is thrown.
 */
export function execute(run: Run, observers: readonly Observer[] = []): Row {
  try {
    const { world, measure } = compile(run.config as Config, run.seed, observers);
    return rowOf(run, simulate(world), measure);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    return failedRow(run, error);
  }
}

/** The row of a run that has ended; `extra` are numbers that were kept outside. */
export function rowOf(
  run: Run,
  { ending, fingerprint }: RunResult,
  measure: (ending: Ending) => Readonly<Record<string, number>>,
  extra: Readonly<Record<string, number>> = {},
): Row {
  const outcome = judged(ending, run);
  const numbers = { ...totals(ending), ...ending.measures, ...measure(ending), ...extra };
  const { soft, solved } = outcome.judgement;
  return {
    ...headOf(run),
    fingerprint,
    outcome: outcome.class,
    cause: outcome.cause,
    witness: outcome.witness,
    verdicts: outcome.verdicts,
    metrics: Object.fromEntries(
      Object.entries({ solved: solved ? 1 : 0, soft, ...numbers }).map(([name, it]) => [
        name,
        Number.isNaN(it) ? null : it,
      ]),
    ),
  };
}

/** The row of a run that failed for a fault of ours. */
export function failedRow(run: Run, error: unknown): Row {
  // The message alone: a stack names files of this machine, and rows are equal on all of them.
  const message = error instanceof Error ? error.message : String(error);
  return {
    ...headOf(run),
    error: message,
    fingerprint: '',
    outcome: 'undetermined',
    cause: 'error',
    witness: '',
    verdicts: {},
    metrics: {},
  };
}

const headOf = ({ id, point, replication, seed, factors }: Run) => ({
  run: id,
  point,
  replication,
  seed,
  factors,
});

/** The outcome of a run that has ended: its class, confirmed where it must be, and how it stood once faults were over. */
export function judged(ending: Ending, run: Run): Outcome {
  const { liveness, network } = run.config as Config;
  const outcome = confirmed(classify(ending), run);
  if (liveness === undefined || network.gst === undefined) return outcome;
  const { verdict, witness } = judgeLiveness(ending, network.gst, liveness.within);
  const both = [outcome.witness, witness].filter((it) => it !== '').join('; ');
  return { ...outcome, witness: both, verdicts: { ...outcome.verdicts, liveness: verdict } };
}

/** A run that was cut off is late only if the same seed, run on for longer, does end; else nobody can tell. */
const runOn = 4;

function confirmed(outcome: Outcome, run: Run): Outcome {
  if (outcome.class !== 'late') return outcome;
  const config = run.config as Config;
  if (config.model !== undefined) {
    const witness = `${outcome.witness}; not run on, since that would ask the model again`;
    return { ...outcome, class: 'undetermined', cause: 'horizon', witness };
  }
  const { horizon, rounds } = config.limits;
  const limits = {
    ...config.limits,
    horizon: horizon === undefined ? undefined : horizon * runOn,
    rounds: rounds === undefined ? undefined : rounds * runOn,
  };
  const extended = classify(simulate(compile({ ...config, limits }, run.seed).world).ending);
  const arrives = ['valid', 'invalid', 'split', 'agreed-not-stopped'].includes(extended.class);
  if (arrives) {
    return {
      ...outcome,
      witness: `${outcome.witness}; run on to ${runOn} times the horizon, it ends ${extended.class}`,
    };
  }
  return {
    ...outcome,
    class: 'undetermined',
    cause: 'horizon',
    witness: `${outcome.witness}; run on to ${runOn} times the horizon, it has still not ended`,
  };
}

/** What every run keeps: how long it took and what it moved. */
function totals({ counts, rounds, now, setting, decisions }: Ending): Record<string, number> {
  const decided = decisions.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  return {
    rounds: rounds > 0 ? rounds : Number.NaN,
    seconds: now / 1e6,
    decided: decided / setting.agents,
    events: counts.events,
    messages: counts.messages,
    delivered: counts.delivered,
    dropped: counts.dropped,
    late: counts.late,
    lateAnswers: counts.lateAnswers,
    timeouts: counts.timeouts,
    calls: counts.calls,
    unread: counts.unread,
    promptTokens: counts.promptTokens,
    outputTokens: counts.outputTokens,
    tokens: counts.promptTokens + counts.outputTokens,
  };
}
