import { blockedBy } from './blocked.ts';
import type { Ending } from './contracts.ts';
import { listed } from './finding.ts';
import { hindrance, undecidedOf, whyCutOff } from './liveness.ts';
import type { Judgement, Task, Verdict } from './task.ts';

/**
 * How a run ended, as one class; the first that matches holds.
 *
 * valid, invalid, split: every correct agent decided, and the task judged the decisions · no-input: answers that could
 * not be read decide it, or fewer than a quorum gave one · agreed-not-stopped: cut off although all held one value ·
 * blocked: nothing left to happen, or someone waits for what cannot come · stalled: cut off, the state had stood
 * still · livelock: cut off, the state went in circles, or changed without progress · late: cut off on its way, and
 * the same seed run on arrives · budget: a limit other than the horizon ended it · undetermined: cut off, and too little
 * was seen to tell.
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

/** How a run ended, in one word of `outcomeClasses`. */
export type OutcomeClass = (typeof outcomeClasses)[number];

/** How a run ended: its class with what shows it, and what became of the properties of its task. */
export interface Outcome {
  readonly class: OutcomeClass;
  /** The finer cause in one word; `none` when valid. */
  readonly cause: string;
  /** What shows it: which agents, which values, which limit. */
  readonly witness: string;
  /** The same as numbers: the cycle, the period and first sample of a lasso, the contraction rate. */
  readonly evidence: Readonly<Record<string, number | readonly number[]>>;
  readonly judgement: Judgement;
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** Judges a run: its class with a witness, and a verdict per property. Pure. */
export function classify(ending: Ending): Outcome {
  const { task } = ending.setting;
  if (!ending.correct.includes(1)) return withoutCorrect(task);
  const judgement = task.judge(ending);
  const verdicts = Object.fromEntries(
    task.properties.map((property): [string, Verdict] => {
      if (property.holds(ending)) return [property.name, 'satisfied'];
      if (property.kind === 'always') return [property.name, 'violated'];
      const over = ending.ended === 'quiescent' || ending.ended === 'decided';
      return [property.name, over || property.isRefuted?.(ending) ? 'violated' : 'undetermined'];
    }),
  );
  return { ...classOf(ending, judgement), judgement, verdicts };
}

/** Of faulty agents nothing is expected: a group of nobody else has neither solved its task nor failed at it. */
function withoutCorrect({ properties }: Task): Outcome {
  const cause = 'no-correct-agent';
  const witness = 'no agent is correct, so that there is nobody of whom to expect anything';
  return {
    class: 'undetermined',
    cause,
    witness,
    evidence: {},
    judgement: { class: 'invalid', cause, witness, soft: Number.NaN, solved: false },
    verdicts: Object.fromEntries(properties.map(({ name }): [string, Verdict] => [name, 'undetermined'])),
  };
}

function classOf(
  ending: Ending,
  judgement: Judgement,
): Pick<Outcome, 'class' | 'cause' | 'witness' | 'evidence'> {
  const { ended, correct, held, history, setting } = ending;
  const waiting = undecidedOf(ending);
  if (waiting.length === 0) {
    const { class: judged, cause, witness } = judgement;
    return { class: judged, cause, witness, evidence: {} };
  }
  const undecided = `${waiting.length} of ${setting.agents} agents undecided, ${listed(waiting, setting.names)}${hindrance(ending, waiting)}`;
  switch (ended) {
    case 'decided':
      throw new Error(`classify: the run ended as decided, with ${undecided}`);
    case 'quiescent':
      return (
        blockedBy(ending, waiting) ?? {
          class: 'blocked',
          cause: 'nothing-left-to-happen',
          witness: undecided,
          evidence: { agents: waiting },
        }
      );
    case 'horizon': {
      // To hold one value is no agreement where agents strive for something else.
      const value = history.remaining === undefined ? commonValue(held, correct) : undefined;
      if (value !== undefined) {
        return {
          class: 'agreed-not-stopped',
          cause: 'undetected-agreement',
          witness: `all hold ${setting.task.nameOf(value, setting)}; ${undecided}`,
          evidence: { value },
        };
      }
      return (
        whyCutOff(ending, waiting) ?? {
          class: 'undetermined',
          cause: 'horizon',
          witness: undecided,
          evidence: {},
        }
      );
    }
    default:
      return {
        class: 'budget',
        cause: ended,
        witness: `the limit on ${ended} was met; ${undecided}`,
        evidence: { agents: waiting },
      };
  }
}

/** By so little values may differ, relative to their size, and be one: averaging ends in the noise of rounding. */
const rounding = 1e-12;

/** The one value that every correct agent holds, if there is one. */
function commonValue(held: Float64Array, correct: Uint8Array): number | undefined {
  let common: number | undefined;
  for (let agent = 0; agent < held.length; agent++) {
    if (correct[agent] === 0) continue;
    const value = held[agent] as number;
    if (Number.isNaN(value)) return undefined;
    common ??= value;
    if (Math.abs(value - common) > rounding * Math.max(Math.abs(value), Math.abs(common))) return undefined;
  }
  return common;
}
