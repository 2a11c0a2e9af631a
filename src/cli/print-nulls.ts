import { type Null, nullsOf, nullWords, whyNoNulls, whyOmitted } from '../study/nulls.ts';
import { shownEstimate, shownNumber } from '../study/numbers.ts';
import type { Plan } from '../study/source.ts';
import type { Estimate } from '../study/statistics.ts';
import type { Study } from '../study/study.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { paint, print, width } from './terminal.ts';

/** Prints, for each point, what arithmetic alone would give beside what the runs gave. */
export function printNulls({ scenario }: Plan, { summary }: Study): void {
  print();
  print(paint('bold', 'Nulls'));
  const reason = whyNoNulls(scenario);
  if (reason !== undefined) {
    for (const line of wrapped(reason, width)) print(line);
    return;
  }
  const found = summary.points.flatMap((point) =>
    nullsOf(scenario, point).map((it) => [Object.values(point.factors).join(' '), it] as const),
  );
  const columns = [
    { head: 'point' },
    { head: 'null' },
    { head: 'measure' },
    { head: 'observed', align: 'right' },
    { head: 'null gives', align: 'right' },
    { head: 'observed is' },
    { head: 'from' },
  ] as const;
  const rows = found.map(([place, it]) => [
    place,
    it.null,
    it.measure,
    shown(it.observed),
    shownNumber(rounded(it.expected)),
    words[it.verdict],
    it.basis,
  ]);
  textTable(columns, rows).forEach((line, i) => {
    print(i === 0 ? paint('dim', line) : line);
  });
  print();
  for (const name of new Set(found.map(([, it]) => it.null))) {
    for (const line of wrapped(`${name}: ${nullWords[name]}`, width)) print(paint('dim', line));
  }
  for (const reason of whyOmitted(scenario)) {
    for (const line of wrapped(reason, width)) print(paint('dim', line));
  }
}

const words: Readonly<Record<Null['verdict'], string>> = {
  'as-null': 'as the null',
  above: 'above it',
  below: 'below it',
};

const shown = (it: Estimate): string =>
  it.mean !== null && !Number.isFinite(it.mean) ? 'no limit' : shownEstimate(it);

const rounded = (x: number): number => Number(x.toPrecision(4));
