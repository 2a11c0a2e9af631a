import type { Metric, Setting } from '../world/contracts.ts';
import { hearing } from './hearing.ts';
import { nameOf, OPEN, saidIn, toldStance } from './talk.ts';

/** Watches a leader election for whom each agent last told its neighbours should lead. */
export interface LastNamed {
  readonly observer: Metric;
  /** Undefined where nobody named anybody. */
  readonly sentence: () => string | undefined;
}

/** More candidates than this are counted and not named. */
const mostNamed = 4;

/** Follows who is spoken for, in the claims of mock agents or in the texts of models (by patterns, and so roughly). */
export function lastNamed(setting: Setting): LastNamed {
  const named = new Int32Array(setting.agents).fill(OPEN);
  const heard = hearing(setting)({
    answer(agent, _question, { value }) {
      const said = saidIn(value);
      const candidate = said && toldStance(said, agent);
      if (candidate !== undefined) named[agent] = candidate;
    },
    finish: () => ({}),
  });
  let isText = false;
  const observer: Metric = {
    ...heard,
    answer(agent, question, answer) {
      isText ||= typeof answer.value === 'string';
      heard.answer?.(agent, question, answer);
    },
  };
  return { observer, sentence: () => sentenceOf(named, setting, isText) };
}

function sentenceOf(named: Int32Array, setting: Setting, isText: boolean): string | undefined {
  const counts = new Map<number, number>();
  for (const candidate of named) counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
  const silent = counts.get(OPEN) ?? 0;
  counts.delete(OPEN);
  if (counts.size === 0) return undefined;
  const most = [...counts].sort((a, b) => b[1] - a[1]);
  const parts = most
    .slice(0, mostNamed)
    .map(
      ([candidate, count]) =>
        `${nameOf(candidate, setting)} by ${count === 1 ? 'one agent' : `${count} agents`}`,
    );
  const more = most.length > mostNamed ? [`${most.length - mostNamed} others by one or more`] : [];
  const nobody = silent === 0 ? '' : `; ${silent === 1 ? 'one agent' : `${silent} agents`} named nobody`;
  const how = isText ? ', as patterns read it' : '';
  return `Last named as leader in what agents told their neighbours${how}: ${[...parts, ...more].join(', ')}${nobody}.`;
}
