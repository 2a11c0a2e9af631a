import { compile } from '../scenario/compile.ts';
import { failedRow, judging, rowOf } from '../scenario/execute.ts';
import type { Row, Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import type { Observer } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { advancing } from '../world/simulate.ts';
import { type RunResult, World, type WorldOptions } from '../world/world.ts';
import type { AnswerTally } from './answer-tally.ts';
import { inSteps } from './in-steps.ts';
import { Interrupted } from './interrupted.ts';
import type { Answering } from './models.ts';
import { QuestionTable } from './question-table.ts';

/** Who answers, who watches, and what asks for an end. */
export interface DriveOptions {
  readonly models: Answering;
  readonly signal: AbortSignal;
  readonly observers?: readonly Observer[];
  /** Told how many questions have been answered so far. */
  readonly onAnswers?: ((answered: number) => void) | undefined;
  /** Kept of all answers, to say how many there were none of. */
  readonly tally?: AnswerTally | undefined;
}

/**
 * Runs one run whose questions a model answers, to a row: all questions of an instant at once, then on to the next. The
 * order of events follows from the seed and the answers alone, so that a recording gives the same fingerprint. Throws
 * `Interrupted` when the signal asks for it, and a ScenarioError where no model can be asked or a cassette lacks an answer.
 */
export async function drive(run: Run, { observers = [], ...options }: DriveOptions): Promise<Row> {
  try {
    const { world, measure } = compile(run.config as Config, run.seed, observers);
    const { result, numbers } = await driveWorld(run, world, options);
    const outcome = await inSteps(judging(result.ending, run), options.signal);
    return rowOf(run, result, outcome, measure, numbers);
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof Interrupted) throw error;
    return failedRow(run, error);
  }
}

/** The same for a world that is compiled already, to the end of the run and the numbers that were kept beside it. */
export async function driveWorld(
  run: Run,
  options: WorldOptions,
  { models, signal, onAnswers, tally }: Omit<DriveOptions, 'observers'>,
): Promise<{ readonly result: RunResult; readonly numbers: Readonly<Record<string, number>> }> {
  const world = new World(options);
  const table = new QuestionTable(run, options, models, tally);
  let answered = 0;
  for (let step = 0; ; step++) {
    const advance = await inSteps(advancing(world), signal);
    if (advance.status === 'done') {
      table.end();
      return { result: advance.result, numbers: table.numbers };
    }
    const why = table.overBudget(step) ?? (await table.answer(advance.open, signal));
    if (typeof why === 'string') {
      table.halt(why, step);
      world.halt(why);
      continue;
    }
    for (const [id, answer] of why) world.provide(id, answer);
    answered += why.length;
    onAnswers?.(answered);
  }
}
