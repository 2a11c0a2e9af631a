import { outcomeClasses } from '../world/outcome.ts';
import { isLopsided, shownEstimate, shownNumber, shownShare } from './numbers.ts';
import type { Estimate } from './statistics.ts';
import type { PointSummary } from './summary.ts';
import { type Column, textTable, widthOf } from './text-table.ts';

/** Metrics that a reader wants first; the others follow as far as the page is wide. */
const first = ['solved', 'soft', 'decided', 'rounds', 'seconds', 'messages', 'tokens'];
const mostRows = 60;

/** Points as a table: factors, runs, how they ended, and as many metrics as fit the page. */
export function pointTable(
  paths: readonly string[],
  points: readonly PointSummary[],
  width: number,
): string[] {
  const shown = points.slice(0, mostRows);
  const columns: { head: string; cell: (point: PointSummary) => string; isText?: boolean }[] = [
    ...paths.map((path) => ({
      head: shortNames(paths).get(path) ?? path,
      cell: ({ factors }: PointSummary) => String(factors[path] ?? ''),
      isText: points.some(({ factors }) => typeof factors[path] === 'string'),
    })),
    { head: 'runs', cell: ({ replications, errors }) => shownNumber(replications + errors) },
  ];
  const classes = outcomeClasses.filter((it) => points.some(({ outcomes }) => outcomes[it] !== undefined));
  const found = new Set(points.flatMap(({ metrics }) => Object.keys(metrics)));
  const names = [...first.filter((it) => found.has(it)), ...[...found].filter((it) => !first.includes(it))];
  const optional = [
    ...classes.map((it) => ({
      head: it,
      cell: (point: PointSummary) => percentage(point.outcomes[it], point),
    })),
    ...names
      .filter((name) => points.some(({ metrics }) => (metrics[name]?.mean ?? 0) !== 0))
      .map((name) => {
        // One that is exactly in the middle is shown as its column is.
        const isShare = name === 'solved' || points.some(({ metrics }) => isWilson(metrics[name]));
        const show = isShare ? shownShare : shownEstimate;
        const cell = ({ metrics }: PointSummary): string => (metrics[name] ? show(metrics[name]) : '-');
        return { head: name, cell };
      }),
  ];
  const widthFor = (column: (typeof columns)[number]): number =>
    2 + Math.max(widthOf(column.head), ...shown.map((point) => widthOf(column.cell(point))));
  let used = columns.reduce((sum, column) => sum + widthFor(column), 0);
  const left: string[] = [];
  for (const column of optional) {
    if (used + widthFor(column) > width + 2) {
      left.push(column.head);
      continue;
    }
    used += widthFor(column);
    columns.push(column);
  }
  const heads = columns.map(({ head, isText }): Column => ({ head, align: isText ? 'left' : 'right' }));
  const lines = textTable(
    heads,
    shown.map((point) => columns.map(({ cell }) => cell(point))),
  );
  if (points.length > shown.length)
    lines.push(`... and ${points.length - shown.length} points more; see runs.csv, or --json`);
  if (left.length > 0) lines.push(...notShown(left, width));
  return lines;
}

/** Whether an interval is one of a share. */
const isWilson = (it: Estimate | undefined): boolean =>
  it !== undefined && isLopsided(it) && (it.low ?? -1) >= 0 && (it.high ?? 2) <= 1;

/** What stands beside the means of such a table. */
export const intervalNote =
  '95 % intervals: of shares both ends, after Wilson; of other means half the width, after Student.';

/** The last words of paths, where they tell the paths apart. */
function shortNames(paths: readonly string[]): Map<string, string> {
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const isUnique = new Set(paths.map(last)).size === paths.length;
  return new Map(paths.map((path) => [path, isUnique ? last(path) : path]));
}

function percentage(count: number | undefined, { replications }: PointSummary): string {
  return count === undefined || replications === 0 ? '' : `${Math.round((100 * count) / replications)} %`;
}

function notShown(names: readonly string[], width: number): string[] {
  const text = `not shown: ${names.join(', ')}`;
  return [text.length > width ? `${text.slice(0, width - 3)}...` : text];
}
