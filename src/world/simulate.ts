import type { Steps } from './steps.ts';
import { type RunResult, type Settled, World, type WorldOptions } from './world.ts';

/** Runs a world to its end. Throws where an answer must come from outside: drive such a world with `advance`. */
export function simulate(options: WorldOptions): RunResult {
  return resultOf(new World(options).advance());
}

/** The same in stretches. */
export function* simulating(options: WorldOptions): Steps<RunResult> {
  return resultOf(yield* advancing(new World(options)));
}

/** Lets a world advance in stretches, until it is done or waits for answers. */
export function* advancing(world: World): Steps<Settled> {
  for (;;) {
    const advance = world.advance(yield);
    if (advance.status !== 'under-way') return advance;
  }
}

function resultOf(advance: Settled): RunResult {
  if (advance.status === 'done') return advance.result;
  throw new Error(
    `simulate: ${advance.open.length} questions wait for answers from outside; drive this world with advance and provide.`,
  );
}
