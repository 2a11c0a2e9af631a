import type { Ending, Observer } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { classify, type Outcome } from '../world/outcome.ts';
import { simulate } from '../world/simulate.ts';
import { compile } from './compile.ts';
import type { Row, Run } from './run.ts';
import type { Config } from './schema.ts';

/**
 * Runs one run to a row. A fault of ours becomes a row with `error`, so that one bad run cannot end a sweep; a fault
 * of the author's that shows only now, such as a graph that came out disconnected, is thrown.
 */
export function execute(run: Run, observers: readonly Observer[] = []): Row {
  const { id, point, replication, seed, factors } = run;
  const head = { run: id, point, replication, seed, factors };
  try {
    const { world, measure } = compile(run.config as Config, seed, observers);
    const { ending, fingerprint } = simulate(world);
    const outcome = confirmed(classify(ending), run);
    const measured = { ...totals(ending), ...ending.measures, ...measure(ending) };
    const { soft, solved } = outcome.judgement;
    return {
      ...head,
      fingerprint,
      outcome: outcome.class,
      cause: outcome.cause,
      witness: outcome.witness,
      verdicts: outcome.verdicts,
      metrics: Object.fromEntries(
        Object.entries({ solved: solved ? 1 : 0, soft, ...measured }).map(([name, it]) => [
          name,
          Number.isNaN(it) ? null : it,
        ]),
      ),
    };
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    // The message alone: a stack names files of this machine, and rows are equal on all of them.
    const message = error instanceof Error ? error.message : String(error);
    return {
      ...head,
      error: message,
      fingerprint: '',
      outcome: 'undetermined',
      cause: 'error',
      witness: '',
      verdicts: {},
      metrics: {},
    };
  }
}

/** A run that was cut off is late only if the same seed, run on for longer, does end; else nobody can tell. */
const runOn = 4;

function confirmed(outcome: Outcome, run: Run): Outcome {
  if (outcome.class !== 'late') return outcome;
  const config = run.config as Config;
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
