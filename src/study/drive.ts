import { compile } from '../scenario/compile.ts';
import { failedRow, rowOf } from '../scenario/execute.ts';
import type { Row, Run } from '../scenario/run.ts';
import type { Config } from '../scenario/schema.ts';
import type { Observer } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { World } from '../world/simulate.ts';
import { Interrupted } from './interrupted.ts';
import type { Answering } from './models.ts';
import { QuestionTable } from './question-table.ts';

export interface DriveOptions {
  readonly models: Answering;
  readonly signal: AbortSignal;
  readonly observers?: readonly Observer[];
  /** Told how many questions have been answered so far. */
  readonly onAnswers?: ((answered: number) => void) | undefined;
}

/**
 * Runs one run whose questions a model answers, to a row: all questions of an instant at once, then on to the next. The
 * order of events follows from the seed and the answers alone, so that a recording gives the same fingerprint. Throws
 * `Interrupted` when the signal asks for it, and a ScenarioError where no model can be asked or a cassette lacks an answer.
 */
export async function drive(
  run: Run,
  { models, signal, observers = [], onAnswers }: DriveOptions,
): Promise<Row> {
  const config = run.config as Config;
  try {
    const { world: options, measure } = compile(config, run.seed, observers);
    const world = new World(options);
    const table = new QuestionTable(run, options, models);
    let answered = 0;
    for (let step = 0; ; step++) {
      const advance = world.advance();
      if (advance.status === 'done') {
        table.end();
        return rowOf(run, advance.result, measure, table.numbers);
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
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof Interrupted) throw error;
    return failedRow(run, error);
  }
}
