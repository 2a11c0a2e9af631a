import { inverseNormal } from '../kernel/distribution.ts';
import { exp, ln } from '../kernel/elementary.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { Ending, Setting } from '../world/contracts.ts';
import type { Judgement } from '../world/task.ts';
import { MISSING } from './talk.ts';
import { deskOf, scoreOf, type Work, type WorkTask } from './work.ts';

/** A task made of items. `make` draws the instance of a run from the words of `draw`, addressed by item. */
export function workTask(
  name: string,
  make: (draw: Keyed, setting: Omit<Setting, 'inputs'>) => Work,
): WorkTask {
  return {
    name,
    wants: ['product'],
    lay: (setting) => make(new Keyed(setting.seed, 'work'), setting),
    properties: [
      { name: 'submitted', kind: 'eventually', holds: (ending) => submissionOf(ending) !== undefined },
    ],
    judge,
    nameOf: (value) => `product ${value}`,
  };
}

/** A lognormal number of the given median, from words that `draw` holds: `sigma` is the deviation of its logarithm. */
export function lognormal(draw: Keyed, median: number, sigma: number): number {
  return sigma === 0 ? median : median * exp(sigma * inverseNormal(Math.max(draw.unit(), 1e-16)));
}

/** A chance with something added to its log-odds: the logistic success curve of item response theory. */
export function withLogOdds(p: number, more: number): number {
  return p <= 0 || p >= 1 || more === 0 ? p : 1 / (1 + exp(-more - ln(p / (1 - p))));
}

function submissionOf({ decisions, correct }: Ending): number | undefined {
  let common: number | undefined;
  for (let agent = 0; agent < decisions.length; agent++) {
    if (correct[agent] === 0) continue;
    const decided = decisions[agent]!;
    if (Number.isNaN(decided) || (common !== undefined && decided !== common)) return undefined;
    common = decided;
  }
  return common;
}

function judge(ending: Ending): Judgement {
  const { work, product } = deskOf(ending.setting);
  const submission = submissionOf(ending);
  const values = submission === undefined ? undefined : product(submission);
  if (values === undefined) {
    const undecided = ending.decisions.some((it, agent) => ending.correct[agent] === 1 && Number.isNaN(it));
    return undecided
      ? {
          class: 'no-input',
          cause: 'nothing-handed-in',
          soft: 0,
          solved: false,
          witness: 'nothing was handed in',
        }
      : {
          class: 'split',
          cause: 'different-products',
          soft: 0,
          solved: false,
          witness: 'not all hand in one product',
        };
  }
  const score = scoreOf(values, work);
  const solved = score >= work.pass;
  if (solved) return { class: 'valid', cause: 'none', soft: score, solved, witness: '' };
  const missing = values.filter((it) => it === MISSING).length;
  const wrong = values.filter((it) => it > 0).length;
  return {
    class: 'invalid',
    cause: missing >= wrong ? 'incomplete' : 'wrong',
    soft: score,
    solved,
    witness: `${missing} of ${work.items} items are missing, ${wrong} are wrong`,
  };
}
