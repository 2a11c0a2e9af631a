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
