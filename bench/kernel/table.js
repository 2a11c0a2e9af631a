const COLUMNS = [
  ['case', (row) => row.case],
  ['M events/s', (row) => fixed(row.rate / 1e6, 2)],
  ['C++ ladder', (row) => fixed(row.ladderRate / 1e6, 2)],
  ['ratio', (row) => fixed(row.ratio, 2)],
  ['ratio to std', (row) => fixed(row.ratioToStandard, 2)],
  ['ratio to SimPy', (row) => fixed(row.ratioToSimpy, 0)],
  ['ratio to simjs', (row) => fixed(row.ratioToSimjs, 0)],
  ['B an event', (row) => (row.bytesPerEvent < 1000 ? fixed(row.bytesPerEvent, 0) : '-')],
  ['CPU s', (row) => fixed(row.seconds, 2)],
  ['MB', (row) => fixed(row.megabytes, 0)],
  ['order', (row) => (row.sameOrder === undefined ? '-' : row.sameOrder ? 'same' : 'DIFFERS')],
  ['verdict', (row) => row.verdict],
];

/** The rows as a table that can be pasted into a Markdown page. */
export function table(rows) {
  const cells = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, show]) => show(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function fixed(value, digits) {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);
}
