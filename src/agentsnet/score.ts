import type { Graph } from '../world/graph.ts';
import { decodeAnswers } from './codes.ts';
import { type AgentFault, countOf, faultsOf } from './faults.ts';
import { outcomeOf, type TaskOutcome } from './outcome.ts';
import type { AgentsNetTask, Mode } from './rules.ts';
import { scoreCodes } from './scorers.ts';

/** A finished run, ready to be scored. */
export interface Scorable {
  readonly task: AgentsNetTask;
  readonly graph: Graph;
  /** Each agent's answer as text, by index; null where none could be read. */
  readonly answers: readonly (string | null)[];
  /** Names by index: a matching's answers are among them. */
  readonly names: readonly string[];
}

/** What a finished run scores, and what is wrong with its answers. */
export interface Score {
  /** 0 to 1; null where the benchmark's scorer crashes (upstream mode only). */
  readonly soft: number | null;
  /** Soft score exactly 1: what the benchmark's table of results counts. */
  readonly solved: boolean;
  readonly faults: readonly AgentFault[];
  readonly outcome: TaskOutcome;
}

/**
 * Scores one run. The two modes differ in two things. clean forgives upper and lower case and white space
 * around an answer as text; upstream crashes where the released code divides by zero, which clean scores as
 * the rule is meant. An answer that the benchmark's reader misread was misread before it was recorded: see
 * `rereadAnswers`.
 */
export function scoreInstance(it: Scorable, mode: Mode): Score {
  const codes = decodeAnswers(it.task, it.answers, it.names, mode);
  const crash = mode === 'upstream' ? crashOf(it.task, it.graph, codes) : undefined;
  const outcome = outcomeOf(it.task, it.graph, codes);
  if (crash) return crashed(crash, it.graph.agents, outcome);
  const soft = scoreCodes(it.task, it.graph, codes);
  return { soft, solved: soft === 1, faults: faultsOf(it.task, it.graph, codes), outcome };
}

/**
 * What the released scorer divides by, if that is zero: a cover's coordinators, or the graph's edges. The
 * process dies there and its authors ran such a run again, so that no empty cover is in the published means.
 */
export function crashOf(
  task: AgentsNetTask,
  graph: Graph,
  codes: Int32Array,
): 'empty-cover' | 'no-edges' | undefined {
  if (task !== 'coloring' && task !== 'vertex-cover') return undefined;
  if (graph.targets.length === 0) return 'no-edges';
  return task === 'vertex-cover' && countOf(codes, 1) === 0 ? 'empty-cover' : undefined;
}

function crashed(cause: 'empty-cover' | 'no-edges', agents: number, outcome: TaskOutcome): Score {
  return {
    soft: null,
    solved: false,
    faults: Array.from({ length: agents }, (_, agent) => ({ agent, cause })),
    // Without edges nothing was wrong with the answers; the run counts as not solved all the same.
    outcome: outcome.class === 'valid' ? { class: 'invalid', cause, witness: [] } : outcome,
  };
}
