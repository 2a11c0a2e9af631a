import type { PublishedVerdict } from '../scenario/published.ts';
import { allEqual, counted, equalLegend, shownNumber } from '../study/numbers.ts';
import { differs, type Judged, type Reproduced } from '../study/reproduce.ts';
import type { Plan } from '../study/source.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { type Colour, pageWidth, paint, print } from './terminal.ts';

const words: Readonly<Record<PublishedVerdict, string>> = {
  reproduced: 'reproduced',
  direction: 'direction only',
  'not-reproduced': 'not reproduced',
};

const colours: Readonly<Record<PublishedVerdict, Colour>> = {
  reproduced: 'green',
  direction: 'yellow',
  'not-reproduced': 'red',
};

/** What a scenario of a finding came to: a table of its claims, and whether its switches work. */
export function printReproduced(finding: string, { scenario }: Plan, done: Reproduced): void {
  const { claims, switches, study } = done;
  const of = scenario.name === finding ? finding : `${finding}: ${scenario.name}`;
  print(
    `${paint('bold', of)}  ${scenario.title}  ${paint('dim', `${counted(study.summary.rows, 'run')}, seed ${scenario.seed}`)}`,
  );
  printClaims(claims);
  if (switches === undefined) {
    print(paint('dim', '  The scenario was changed: nothing is held against what its file expects.'));
  } else {
    const { checked, failures } = switches;
    const good = checked - failures.length;
    const text = `${shownNumber(Math.max(0, good))} of ${counted(checked, 'expectation')} hold, mechanisms on and off`;
    print(failures.length === 0 ? paint('dim', `  ${text}`) : paint('red', `  ${text}`));
    for (const { message } of failures) printAll(`expected otherwise: ${message}`, '    ', 'red');
  }
  print();
}

function printClaims(claims: readonly Judged[]): void {
  if (claims.length === 0) {
    print('  No published figure, only observations that must come out.');
    return;
  }
  const [head = '', ...lines] = textTable(
    [
      { head: 'verdict'.padEnd(22) },
      { head: 'published'.padStart(12), align: 'right' },
      { head: 'simulated'.padStart(10), align: 'right' },
      { head: '95 % interval'.padEnd(17) },
      { head: 'grade' },
    ],
    claims.map(cellsOf),
  );
  print(paint('dim', `    ${head}`));
  claims.forEach((it, i) => {
    const { claim, fitted, why } = it.published;
    printAll(claim, '  ');
    print(`    ${lines[i] ?? ''}`);
    if (fitted !== undefined) printAll(`fitted: ${fitted}`, '    ', 'dim');
    const said = it.missing ?? (it.verdict === 'reproduced' ? undefined : why);
    if (said !== undefined) printAll(`why: ${said}`, '    ', 'dim');
    if (differs(it)) printAll(`its file declares: ${words[it.declared as PublishedVerdict]}`, '    ', 'red');
  });
  const sources = [...new Set(claims.map(({ published }) => published.source))];
  printAll(`sources: ${sources.join(' · ')}`, '  ', 'dim');
}

function cellsOf({ published, simulated, low, high, verdict, equal }: Judged): string[] {
  const { figure, within, grade, fitted } = published;
  const isKnown = !Number.isNaN(simulated);
  // What was fitted tests nothing, so it stands back behind what came out by itself.
  const word =
    fitted === undefined
      ? paint(colours[verdict], words[verdict])
      : `${paint('dim', words[verdict])}, ${paint('yellow', 'fitted')}`;
  return [
    word,
    `${typeof figure === 'number' ? shownNumber(figure) : figure}${within > 0 ? ` ± ${shownNumber(within)}` : ''}`,
    isKnown ? shownNumber(simulated) : '-',
    isKnown ? (equal === undefined ? `${shownNumber(low)} .. ${shownNumber(high)}` : allEqual(equal)) : '',
    grade,
  ];
}

/** The last lines: how many claims came out, and how many of them were fitted to. */
export function printTotals(claims: readonly Judged[], failedSwitches: number): void {
  const of = (verdict: PublishedVerdict): string => {
    const found = claims.filter((it) => it.verdict === verdict);
    const fitted = found.filter(({ published }) => published.fitted !== undefined).length;
    const isUnmeasured = ({ published }: Judged): boolean => published.measure === undefined;
    const unmeasured = found.filter(isUnmeasured).length;
    const some = [
      ...(fitted > 0 ? [`${fitted} fitted`] : []),
      ...(unmeasured > 0 ? [`${unmeasured} cannot be measured here`] : []),
    ];
    return `${found.length} ${words[verdict]}${some.length > 0 ? ` (of which ${some.join(', ')})` : ''}`;
  };
  const legend =
    'grades: P primary text read, A abstract or vendor page, S quoted by a third party, D derived, U unconfirmed. fitted: parameters were chosen so that the figure comes out; only the others test a mechanism.';
  if (claims.length > 0) printAll(legend, '', 'dim');
  if (claims.some(({ equal }) => equal !== undefined && equal > 1)) printAll(equalLegend, '', 'dim');
  const differing = claims.filter(differs).length;
  if (differing > 0) printAll(`${counted(differing, 'verdict')} other than declared in the file.`, '', 'red');
  if (failedSwitches > 0)
    printAll(
      `${counted(failedSwitches, 'expectation')} failed: a mechanism does not do what it must, or its switch does not.`,
      '',
      'red',
    );
  printAll(
    `${counted(claims.length, 'claim')}: ${of('reproduced')}, ${of('direction')}, ${of('not-reproduced')}`,
    '',
  );
}

function printAll(text: string, indent: string, colour?: Colour): void {
  for (const line of wrapped(text, pageWidth(), indent))
    print(colour === undefined ? line : paint(colour, line));
}
