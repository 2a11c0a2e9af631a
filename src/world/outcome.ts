import type { Ending } from './contracts.ts';
import type { Judgement, Verdict } from './task.ts';

/**
 * How a run ended, as one class; the first that matches holds.
 *
 * valid, invalid, split: every correct agent decided, and the task judged the decisions · no-input: an answer that could not
 * be read decides it · agreed-not-stopped: cut off although all held one value · blocked: nothing left to happen,
 * and someone has not decided · budget: a limit other than the horizon ended it · stalled, livelock, late: cut off
 * at the horizon, told apart by how the global state moved · undetermined: cut off, and not told apart.
 */
export const outcomeClasses = [
  'valid',
  'invalid',
  'split',
  'agreed-not-stopped',
  'blocked',
  'stalled',
  'livelock',
  'late',
  'no-input',
  'budget',
  'undetermined',
] as const;

export type OutcomeClass = (typeof outcomeClasses)[number];

export interface Outcome {
  readonly class: OutcomeClass;
  /** The finer cause in one word; `none` when valid. */
  readonly cause: string;
  /** What shows it: which agents, which values, which limit. */
  readonly witness: string;
  readonly judgement: Judgement;
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** Judges a run: its class with a witness, and a verdict per property. Pure. */
export function classify(ending: Ending): Outcome {
  const { task } = ending.setting;
  const judgement = task.judge(ending);
  const verdicts = Object.fromEntries(
    task.properties.map((property): [string, Verdict] => {
      if (property.holds(ending)) return [property.name, 'satisfied'];
      if (property.kind === 'always') return [property.name, 'violated'];
      const over = ending.ended === 'quiescent' || ending.ended === 'decided';
      return [property.name, over ? 'violated' : 'undetermined'];
    }),
  );
  return { ...classOf(ending, judgement), judgement, verdicts };
}

function classOf(ending: Ending, judgement: Judgement): Pick<Outcome, 'class' | 'cause' | 'witness'> {
  const { ended, correct, decisions, held, setting } = ending;
  const waiting: number[] = [];
  for (let agent = 0; agent < setting.agents; agent++) {
    if (correct[agent] === 1 && Number.isNaN(decisions[agent])) waiting.push(agent);
  }
  if (waiting.length === 0)
    return { class: judgement.class, cause: judgement.cause, witness: judgement.witness };
  const undecided = `${waiting.length} of ${setting.agents} agents undecided, ${listed(waiting, setting.names)}`;
  switch (ended) {
    case 'decided':
      throw new Error(`classify: the run ended as decided, with ${undecided}`);
    case 'quiescent':
      return { class: 'blocked', cause: 'nothing-left-to-happen', witness: undecided };
    case 'horizon': {
      const value = commonValue(held, correct);
      if (value !== undefined) {
        const shown = setting.task.nameOf(value, setting);
        return {
          class: 'agreed-not-stopped',
          cause: 'undetected-agreement',
          witness: `all hold ${shown}; ${undecided}`,
        };
      }
      return { class: 'undetermined', cause: 'horizon', witness: undecided };
    }
    default:
      return { class: 'budget', cause: ended, witness: `the limit on ${ended} was met; ${undecided}` };
  }
}

/** The one value that every correct agent holds, if there is one. */
function commonValue(held: Float64Array, correct: Uint8Array): number | undefined {
  let common: number | undefined;
  for (let agent = 0; agent < held.length; agent++) {
    if (correct[agent] === 0) continue;
    const value = held[agent] as number;
    if (Number.isNaN(value) || (common !== undefined && value !== common)) return undefined;
    common = value;
  }
  return common;
}

function listed(agents: readonly number[], names: readonly string[]): string {
  const shown = agents.slice(0, 5).map((agent) => names[agent]);
  return agents.length > 5 ? `among them ${shown.join(', ')}` : shown.join(', ');
}
