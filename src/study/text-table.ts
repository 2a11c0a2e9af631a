import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

/** A table as lines of text, its columns two spaces apart. Colours in a cell do not count towards its width. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ head }, i) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
        return columns[i]?.align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [columns.map(({ head }) => head), ...rows].map(line);
}

/**
 * The same within a page: columns that do not fit beside the others follow in further tables below, each with the first
 * column again.
 */
export function fittedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  page: number,
): string[] {
  const widths = columns.map(({ head }, i) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(row[i] ?? ''))),
  );
  // As narrow as the number of tables allows, so that the last one does not hold a single column.
  let blocks = blocksOf(widths, page);
  for (let narrower = page - 1; narrower > 0; narrower--) {
    const found = blocksOf(widths, narrower);
    if (found.length > blocks.length) break;
    blocks = found;
  }
  return blocks.flatMap((block, i) => [
    ...(i > 0 ? [''] : []),
    ...textTable(
      block.map((column) => columns[column] as Column),
      rows.map((row) => block.map((column) => row[column] ?? '')),
    ),
  ]);
}

/** The columns of each table: the first, and as many of the others as fit beside it. */
function blocksOf(widths: readonly number[], page: number): number[][] {
  const blocks: number[][] = [];
  let left = 0;
  for (let i = 1; i < widths.length; i++) {
    const needed = (widths[i] as number) + 2;
    const block = blocks.at(-1);
    if (block !== undefined && needed <= left) block.push(i);
    else {
      blocks.push([0, i]);
      left = page - (widths[0] as number);
    }
    left -= needed;
  }
  return blocks;
}

/** How many places a text takes on a terminal, for the characters that we print. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

const bars = '▁▂▃▄▅▆▇█';

/** Shares between 0 and 1 as a row of bars; a dot where there is none. */
export function sparkline(shares: readonly (number | null)[]): string {
  return shares
    .map((share) =>
      share === null ? '·' : bars[Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)))],
    )
    .join('');
}

/** Breaks prose into lines of at most `width`, each indented. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const paragraph of text.trim().split('\n')) {
    let line = '';
    for (const word of paragraph.trim().split(/\s+/)) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = '';
      }
      line += line === '' ? word : ` ${word}`;
    }
    lines.push(indent + line);
  }
  return lines;
}
