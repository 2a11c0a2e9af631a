import { counted, shownNumber, shownSpan } from '../study/numbers.ts';
import type { Progress } from '../study/study.ts';

/** Lines of at most so many columns. */
export const width = 100;

/** As many columns as the terminal has, up to that; all of them where there is no terminal. */
export const pageWidth = (): number => Math.min(width, process.stdout.columns ?? width);

/** Writes a line of what was asked for. */
export const print = (line = ''): void => {
  process.stdout.write(`${visible(line)}\n`);
};

/** Writes one JSON value as a line. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Writes a line beside what was asked for: notes, warnings, errors. */
export const note = (line = ''): void => {
  process.stderr.write(`${visible(line)}\n`);
};

/**
 * A text with its control characters spelled out, so that no name in a file can move the cursor or clear the screen. Line
 * feeds stay, and so do the colours that we put in.
 */
export const visible = (text: string): string =>
  text.replace(/\p{Cc}/gu, (it, at: number) =>
    it === '\n' || (it === '\u001b' && /^\[\d*m/.test(text.slice(at + 1, at + 6)))
      ? it
      : `\\u${(it.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof codes;

const hasColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';

/** Colours a text for standard output, where that is a terminal that wants it. */
export const paint = (colour: Colour, text: string): string => painted(process.stdout, colour, text);

/** The same for standard error. */
export const paintNote = (colour: Colour, text: string): string => painted(process.stderr, colour, text);

function painted(stream: NodeJS.WriteStream, colour: Colour, text: string): string {
  return hasColour(stream) ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

/**
 * A line that says how far a sweep is, redrawn in place on a terminal; nothing elsewhere. The time left is not told before
 * 5 s or 2 % of the runs: while threads start and code is compiled it would be far too long.
 */
export function progressLine(what: string): { show: (progress: Progress) => void; clear: () => void } {
  const stream = process.stderr;
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  const between = 100;
  const memory = 10_000;
  const startedAt = performance.now();
  const samples: { at: number; executed: number }[] = [{ at: startedAt, executed: 0 }];
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show: ({ done, total, isAtMost, executed }) => {
      const at = performance.now();
      if (at - drawnAt < between && done < total) return;
      drawnAt = at;
      samples.push({ at, executed });
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > memory) samples.shift();
      const oldest = samples[0] ?? { at, executed };
      const rate = (executed - oldest.executed) / Math.max(0.001, (at - oldest.at) / 1000);
      const isSettled = at - startedAt >= 5000 || executed >= total / 50;
      const left = isSettled && rate > 0 ? `, ${shownSpan(((total - done) / rate) * 1000)} left` : '';
      const speed = `${shownNumber(Math.round(rate))}/s`;
      const text = isAtMost
        ? `${what}  ${counted(done, 'run')} of at most ${shownNumber(total)}, ${speed}`
        : `${what}  ${shownNumber(done)} of ${counted(total, 'run')}, ${Math.floor((100 * done) / total)} %, ${speed}${left}`;
      stream.write(`\r\u001b[K${visible(text).slice(0, (stream.columns ?? width) - 1)}`);
    },
    clear: () => {
      stream.write('\r\u001b[K');
    },
  };
}

/** A count, redrawn in place on a terminal; nothing elsewhere. */
export function countLine(what: string): { show: (count: number) => void; clear: () => void } {
  const stream = process.stderr;
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (count) => void stream.write(`\r\u001b[K${shownNumber(count)} ${what}`),
    clear: () => void stream.write('\r\u001b[K'),
  };
}
