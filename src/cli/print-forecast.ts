import { listPrices } from '../profiles/prices.ts';
import type { Point } from '../scenario/scenario.ts';
import type { Forecast, PointForecast } from '../study/forecast.ts';
import type { Amount } from '../study/forecast-totals.ts';
import { allEqual, counted, equalLegend, shownNumber } from '../study/numbers.ts';
import type { Plan } from '../study/source.ts';
import { type Column, textTable, widthOf, wrapped } from '../study/text-table.ts';
import { pageWidth, paint, print } from './terminal.ts';

const mostRows = 60;

/** A forecast for people: point by point, in all, and what of it is not known. */
export function printForecast(plan: Plan, found: Forecast, parallel: number): void {
  const { scenario } = plan;
  const { total, rehearsal } = found;
  print(paint('bold', scenario.title));
  const who = rehearsal.standIn === undefined ? '' : `, answered by ${rehearsal.standIn} for the model`;
  printAll(
    `forecast of ${counted(scenario.points.length, 'point')} x ${counted(scenario.replications, 'replication')} = ${counted(found.runs, 'run')}, from ${counted(found.pilotRuns, 'run')} of mocks${who}, seed ${scenario.seed}`,
    '',
    true,
  );
  print();
  for (const line of pointLines(
    scenario.factors.map(({ path }) => path),
    found,
  ))
    print(line);
  print();
  printPair('calls', shownAmount(total.calls, short));
  printPair('tokens', `${shownAmount(total.tokens, short)}${split(found)}`);
  printPair('money', shownAmount(total.dollars, shownDollars) + priceNote(found));
  printHours(found, parallel);
  const largest = found.largest === undefined ? undefined : found.points[found.largest];
  if (largest !== undefined && found.points.length > 1)
    printPair('largest', `${labelOf(largest)}${shareOf(largest, found)}`);
  if (found.cap.perRun !== null && found.cap.perRun > 0) {
    const share = found.pilotRuns < leastForCap ? 'every run of the pilot' : '95 % of the runs';
    printPair('caps', `limits.tokens=${found.cap.perRun} lets ${share} come to the end`);
    if (found.cap.total !== null)
      printPair('', `${shownNumber(found.cap.total)} tokens cover the sweep with a chance of 95 %`);
  }
  for (const remark of remarksOn(plan, found)) printAll(remark, '', true);
}

/** The greatest of fewer runs is exceeded by another run with a chance above 5 %. */
const leastForCap = 19;

function printHours(found: Forecast, parallel: number): void {
  const { hours } = found.total;
  if (hours.mean === null) {
    printPair('hours', 'unknown');
    return;
  }
  printPair('hours', `${shownAmount(hours, shownNumber)}, the runs added up`);
  const bound = found.bound === undefined || found.bound === 'runs' ? '' : `; bound by ${boundText(found)}`;
  const wall = shownAmount(found.wallHours, shownNumber);
  printPair('', `${wall}, ${counted(parallel, 'run')} at once${bound}`);
}

/** What a reader must know of a forecast: what is unknown and why, and what stands for what. */
export function remarksOn({ scenario }: Plan, found: Forecast): string[] {
  const { rehearsal, total } = found;
  const remarks: string[] = [];
  const { config } = scenario.points[0] as Point;
  const { prices, model } = config;
  const asksNobody = total.calls.mean === 0;
  if (asksNobody) remarks.push('Nobody is asked anything, so there is nothing to pay.');
  if (!asksNobody && total.tokens.mean === null) {
    const hint =
      config.model === undefined ? ' --model mock/any reckons with the prompts that a model would read.' : '';
    remarks.push(`Tokens are unknown: a behaviour of this scenario counts none.${hint}`);
  } else if (!asksNobody && total.dollars.mean === null) remarks.push(unpriced(found, model?.model));
  if (model !== undefined && prices !== undefined && prices.model !== model.model)
    remarks.push(`${model.model} is asked, and priced as ${prices.model}; prices.model=... changes that.`);
  if (total.hours.mean === null)
    remarks.push(
      'Hours are unknown: `serving` does not say how long calls take. Give it, such as serving.firstToken=500ms serving.decode=50.',
    );
  if (rehearsal.isPrompting)
    remarks.push(
      'Answers are as short as those of the stand-in; a model may write more, up to model.maxOutputTokens a call.',
    );
  else if (rehearsal.standIn !== undefined && !asksNobody)
    remarks.push(
      `Calls and their sizes are those of the scenario's stand-in, ${rehearsal.standIn}, not those of the model's own prompts and answers, and no interval covers the difference. Run a few live first, such as sweep --replications 2, and compare modelCalls and modelTokens.`,
    );
  if (Object.values(total).some(isEqual)) remarks.push(`Where it says ${equalLegend}`);
  if (scenario.precision !== undefined)
    remarks.push('At most so much: points stop where `precision` has it.');
  return remarks;
}

/** Why money is unknown, at the first point where it is. */
function unpriced({ points, rehearsal }: Forecast, asked: string | undefined): string {
  const at = points.findIndex(({ dollars }) => dollars.mean === null);
  const prices = rehearsal.plan.scenario.points[at]?.config.prices;
  if (prices !== undefined)
    return `Money is unknown: a rate that these calls need is not known for ${prices.model} on ${prices.date}.`;
  const known = asked !== undefined && listPrices.models.includes(asked) ? asked : 'NAME';
  return `Money is unknown: the scenario has no prices. Give them, such as prices.model=${known} prices.date=YYYY-MM-DD.`;
}

function priceNote({ total, rehearsal }: Forecast): string {
  if (total.dollars.mean === null) return '';
  const { points } = rehearsal.plan.scenario;
  const names = new Set(points.map(({ config: { prices } }) => prices && `${prices.model}, ${prices.date}`));
  const [name] = names;
  if (names.size > 1) return ', at the prices of each point';
  return name === undefined ? '' : ` at ${name}`;
}

const split = ({ total: { promptTokens, tokens } }: Forecast): string =>
  tokens.mean === null || tokens.mean === 0 || promptTokens.mean === null
    ? ''
    : `, ${Math.round((100 * promptTokens.mean) / tokens.mean)} % of them read`;

const boundText = ({ bound }: Forecast): string =>
  bound === 'longest run' ? 'the longest run' : `serving.${bound}, which the runs share`;

function shareOf({ tokens }: PointForecast, { total }: Forecast): string {
  if (tokens.mean === null || total.tokens.mean === null || total.tokens.mean === 0) return '';
  return `, ${Math.round((100 * tokens.mean) / total.tokens.mean)} % of the tokens`;
}

type NumberColumn = readonly [column: Column, cell: (point: PointForecast) => string];

/** The last of these go first where the page is too narrow for the names of points. */
const numberColumns: readonly NumberColumn[] = [
  [{ head: 'runs', align: 'right' }, ({ runs }) => shownNumber(runs)],
  [{ head: 'tokens', align: 'right' }, (it) => shownOr(it.tokens.mean, short)],
  [{ head: 'money', align: 'right' }, (it) => shownOr(it.dollars.mean, shownDollars)],
  [{ head: 'hours', align: 'right' }, (it) => shownOr(it.hours.mean, shownNumber)],
  [{ head: '95 % of tokens' }, ({ tokens }) => interval(tokens, short)],
  [{ head: 'tokens a run', align: 'right' }, (it) => shownOr(it.tokensPerRun, short)],
];
const fewestColumns = 4;

function pointLines(paths: readonly string[], { points }: Forecast): string[] {
  const shown = points.slice(0, mostRows);
  const head = paths.map((path) => path.slice(path.lastIndexOf('.') + 1)).join(' · ') || 'point';
  const widest = Math.max(...shown.map((point) => widthOf(labelOf(point))), widthOf(head));
  const widthOfColumn = ([{ head }, cell]: NumberColumn): number =>
    2 + Math.max(widthOf(head), ...shown.map((point) => widthOf(cell(point))));
  const columns = [...numberColumns];
  const room = (): number => pageWidth() - columns.reduce((sum, it) => sum + widthOfColumn(it), 0);
  while (columns.length > fewestColumns && room() < widest) columns.pop();
  const most = Math.max(12, room());
  const cut = (text: string): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const lines = textTable(
    [{ head: cut(head) }, ...columns.map(([column]) => column)],
    shown.map((point) => [cut(labelOf(point)), ...columns.map(([, cell]) => cell(point))]),
  );
  const more = points.length - shown.length;
  return more > 0 ? [...lines, `... and ${counted(more, 'point')} more; see --json`] : lines;
}

const labelOf = ({ factors }: PointForecast): string =>
  Object.values(factors).map(String).join(' · ') || 'the only one';

const shownOr = (value: number | null, shown: (value: number) => string): string =>
  value === null ? 'unknown' : shown(value);

function shownAmount(amount: Amount, shown: (value: number) => string): string {
  const of = interval(amount, shown);
  return shownOr(amount.mean, shown) + (of === '' ? '' : ` (${of})`);
}

/** Nothing at all needs no interval: who asks nobody spends nothing. */
const isEqual = ({ mean, equal }: Amount): boolean => equal !== undefined && mean !== 0;

const interval = (it: Amount, shown: (value: number) => string): string => {
  if (isEqual(it)) return allEqual(it.equal as number);
  return it.low === null || it.high === null ? '' : `${shown(it.low)} .. ${shown(it.high)}`;
};

/** `1.24 M`: a forecast is not known to the last token. */
function short(value: number): string {
  if (value >= 1e9) return `${shownNumber(Number((value / 1e9).toPrecision(3)))} G`;
  if (value >= 1e6) return `${shownNumber(Number((value / 1e6).toPrecision(3)))} M`;
  return shownNumber(Math.round(value));
}

function shownDollars(value: number): string {
  if (value >= 100) return `$${shownNumber(Math.round(value))}`;
  return value === 0 ? '$0' : value >= 1 ? `$${value.toFixed(2)}` : `$${Number(value.toPrecision(3))}`;
}

const printPair = (name: string, text: string): void => {
  wrapped(text, pageWidth() - 9).forEach((line, i) => {
    print((i === 0 ? name : '').padEnd(9) + line);
  });
};

function printAll(text: string, indent: string, isFaint: boolean): void {
  for (const line of wrapped(text, pageWidth(), indent)) print(isFaint ? paint('dim', line) : line);
}
