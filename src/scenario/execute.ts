import { NeverServed } from '../economy/never-served.ts';
import type { Ending, History, Observer } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { judgeLiveness } from '../world/healing.ts';
import { hindrance, left, undecidedOf } from '../world/liveness.ts';
import { classify, type Outcome } from '../world/outcome.ts';
import { simulating } from '../world/simulate.ts';
import { type Steps, whole } from '../world/steps.ts';
import type { RunResult } from '../world/world.ts';
import { compile } from './compile.ts';
import type { Row, Run } from './run.ts';
import type { Config } from './schema.ts';

/**
 * Runs one run to a row. A fault of ours becomes a row with `error`, so that one bad run cannot end a sweep; a fault
 * of the author's that shows only now, such as a graph that came out disconnected, is thrown.
 */
export function execute(run: Run, observers: readonly Observer[] = []): Row {
  return whole(executing(run, observers));
}

/** The same in stretches. */
export function* executing(run: Run, observers: readonly Observer[] = []): Steps<Row> {
  try {
    const { world, measure } = compile(run.config as Config, run.seed, observers);
    const result = yield* simulating(world);
    const outcome = yield* judging(result.ending, run);
    return rowOf(run, result, outcome, measure);
  } catch (error) {
    return failedRow(run, error);
  }
}

/** The row of a run that has ended; `extra` are numbers that were kept outside. */
export function rowOf(
  run: Run,
  { ending, fingerprint }: RunResult,
  outcome: Outcome,
  measure: (ending: Ending) => Readonly<Record<string, number>>,
  extra: Readonly<Record<string, number>> = {},
): Row {
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
        // Neither can be written as JSON: what has no bound is as unknown as what there is not.
        Number.isFinite(it) ? it : null,
      ]),
    ),
  };
}

/** The row of a run that failed for a fault of ours; what the author must mend is thrown. */
export function failedRow(run: Run, error: unknown): Row {
  if (error instanceof ScenarioError) throw error;
  if (error instanceof NeverServed)
    throw new ScenarioError([{ path: `serving.${error.setting}`, message: error.why }]);
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
  return whole(judging(ending, run));
}

/** The same in stretches: to be confirmed, a run may have to be run on. */
export function* judging(ending: Ending, run: Run): Steps<Outcome> {
  const { liveness, network } = run.config as Config;
  const outcome = yield* confirmed(classify(ending), ending, run);
  if (liveness === undefined || network.gst === undefined) return outcome;
  const { verdict, witness } = judgeLiveness(ending, network.gst, liveness.within);
  const both = [outcome.witness, witness].filter((it) => it !== '').join('; ');
  return { ...outcome, witness: both, verdicts: { ...outcome.verdicts, liveness: verdict } };
}

/**
 * A run that was cut off is late only if the same seed, run on for longer, does end; else nobody can tell. Where agents
 * do not strive to hold one value, what is left to do may not fall for long though all is well: a run that seems to stand
 * still or to go in circles may be as late.
 */
const runOn = 4;

function* confirmed(outcome: Outcome, ending: Ending, run: Run): Steps<Outcome> {
  const { history } = ending;
  const isLate = outcome.class === 'late';
  const isUnseen =
    history.remaining !== undefined && ['stalled', 'livelock', 'undetermined'].includes(outcome.class);
  const config = run.config as Config;
  if (!isLate && (!isUnseen || outcome.cause === 'no-correct-agent' || config.model !== undefined))
    return outcome;
  if (config.model !== undefined) {
    const witness = `${outcome.witness}; not run on, since that would ask the model again`;
    return { ...outcome, class: 'undetermined', cause: 'horizon', witness };
  }
  const { horizon, rounds } = config.limits;
  const limits = {
    ...config.limits,
    horizon: horizon === undefined ? undefined : horizon * runOn,
    rounds: rounds === undefined ? undefined : longer(rounds, config),
  };
  const result = yield* simulating(compile({ ...config, limits }, run.seed).world);
  const extended = classify(result.ending);
  const arrives = ['valid', 'invalid', 'split', 'agreed-not-stopped'].includes(extended.class);
  if (isUnseen) {
    const why = `still at work: ${left(history)}${hindrance(ending, undecidedOf(ending))}; run on to ${runOn} times the horizon`;
    if (arrives) {
      const witness = `${why}, it ends ${extended.class}`;
      return { ...outcome, class: 'late', cause: 'still-at-work', witness, evidence: {} };
    }
    const goesOn = result.ending.history;
    if (!isLess(goesOn, history)) {
      const more = outcome.class === 'undetermined' ? 'it has still not ended' : 'it is no further';
      return { ...outcome, witness: `${outcome.witness}; run on to ${runOn} times the horizon, ${more}` };
    }
    const witness = `${why}, ${left(goesOn)}, and it has still not ended`;
    return { ...outcome, class: 'undetermined', cause: 'horizon', witness, evidence: {} };
  }
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

/** Whether less was left to do at the end of one run than of another. */
const isLess = (one: History, other: History): boolean =>
  (one.dissent.at(-1) ?? Number.NaN) < (other.dissent.at(-1) ?? Number.NaN);

/** So many times the rounds, or one more where the protocol would be cut amid something. */
function longer(rounds: number, { protocol }: Config): number {
  const many = rounds * runOn;
  const { lasts } = protocol.make();
  return lasts?.refuses?.(many) === undefined ? many : many + 1;
}

/** What every run keeps, with what each number is. A protocol may measure some of them in its own way. */
export const runColumns = {
  solved: 'whether the task was solved: 1 or 0',
  soft: 'how much of the task is right, 0 to 1, where it has such a measure',
  rounds:
    'turns that agents had, in protocols in rounds: messages were delivered between them, so once less often; of AgentsNet, the deliveries of messages, which is the R of its paper (the turn after the last is for answers)',
  seconds: 'simulation time at the last event: of a run that was cut off, no later than the horizon',
  decided: 'share of the correct agents that decided',
  events: 'events of the calendar',
  messages: 'messages sent',
  delivered:
    'messages delivered; those neither delivered nor dropped were still under way at the end, and count in no other column',
  dropped: 'messages lost',
  late: 'messages that came at the deadline of their round or after it, by the end of the run; among the dropped',
  lateAnswers: 'answers that came at the deadline of their round or after it, by the end of the run',
  timeouts: 'timeouts that ran out',
  calls: 'questions that agents were asked, and summaries that had to be written first',
  unread: 'answers of models that could not be read; what mocks garble is in the metric `malformed`',
  promptTokens: 'tokens read',
  outputTokens: 'tokens written',
  tokens: 'tokens read and written',
} as const;

/** How long a run took and what it moved. */
function totals({
  counts,
  rounds,
  now,
  setting,
  decisions,
  correct,
}: Ending): Record<Exclude<keyof typeof runColumns, 'solved' | 'soft'>, number> {
  let decided = 0;
  let expected = 0;
  for (let agent = 0; agent < setting.agents; agent++) {
    if (correct[agent] === 0) continue;
    expected++;
    if (!Number.isNaN(decisions[agent])) decided++;
  }
  return {
    rounds: rounds > 0 ? rounds : Number.NaN,
    seconds: now / 1e6,
    decided: decided / expected,
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
