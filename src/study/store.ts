import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../models/make-folder.ts';
import type { Row } from '../scenario/run.ts';
import { ScenarioError } from '../world/error.ts';
import { CsvColumns } from './csv.ts';
import { type Lock, lock } from './lock.ts';
import type { Plan } from './source.ts';
import { withFiles } from './system-refusal.ts';

/** A folder with the rows of one design: `design.json`, `runs.jsonl` (what counts), `runs.csv` (the same, as a table). */
export interface Store {
  readonly folder: string;
  /** Rows that were there when it was opened. */
  readonly stored: number;
  readonly isDone: (index: number) => boolean;
  /** Shows every row that is there, in the order of the file. */
  readonly replay: (visit: (row: Row) => void) => void;
  /** Writes rows: their stored text, and the same read. */
  readonly append: (lines: string, rows: readonly Row[]) => void;
  readonly close: () => void;
}

const files = { design: 'design.json', rows: 'runs.jsonl', table: 'runs.csv', lock: 'lock' } as const;

/**
 * Opens the store of a plan, new or to be continued. Throws a ScenarioError, and changes nothing, where the folder holds
 * something else, and where somebody else writes to it. A last line that was torn off is dropped.
 */
export function openStore(folder: string, plan: Plan): Store {
  return withFiles(folder, () => {
    refuseOther(folder, plan);
    makeFolder(folder);
    const held = lock(join(folder, files.lock));
    try {
      // Once more: another process may have begun a design here before the lock was ours.
      refuseOther(folder, plan);
      return opened(folder, plan, held);
    } catch (error) {
      held.release();
      throw error;
    }
  });
}

/** How many rows of this plan a folder holds; 0 where there is no such folder. Throws where it holds something else. */
export function storedRows(folder: string, plan: Plan): number {
  refuseOther(folder, plan);
  const path = join(folder, files.rows);
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    return readRows(file, () => {}).rows;
  } finally {
    closeSync(file);
  }
}

function opened(folder: string, plan: Plan, held: Lock): Store {
  const { points } = plan.scenario;
  writeWhole(join(folder, files.design), `${JSON.stringify(designOf(plan), null, 2)}\n`);
  const rowsFile = openSync(join(folder, files.rows), 'a+');
  const columns = new CsvColumns();
  const done = new Set<number>();
  const { end, rows: stored } = readRows(rowsFile, (row) => {
    const index = row.replication * points.length + row.point;
    if (done.has(index)) throw damaged(folder, `run ${row.run} is there twice`);
    if (points[row.point] === undefined) throw damaged(folder, `there is no point ${row.point}`);
    done.add(index);
    columns.learn(row);
  });
  ftruncateSync(rowsFile, end);

  const tablePath = join(folder, files.table);
  const writeTable = (): void => {
    const file = openSync(`${tablePath}.part`, 'w');
    let text = columns.head;
    readRows(rowsFile, (row) => {
      text += columns.line(row);
      if (text.length < 1 << 20) return;
      writeAll(file, text);
      text = '';
    });
    writeAll(file, text);
    closeSync(file);
    renameSync(`${tablePath}.part`, tablePath);
  };
  if (held.wasAbandoned || linesOf(tablePath) !== stored + 1) writeTable();
  let tableFile = openSync(tablePath, 'a');
  return {
    folder,
    stored,
    isDone: (index) => done.has(index),
    replay: (visit) => {
      readRows(rowsFile, visit);
    },
    append: (lines, rows) =>
      withFiles(folder, () => {
        writeAll(rowsFile, lines);
        let isNewHead = false;
        for (const row of rows) if (columns.learn(row)) isNewHead = true;
        if (!isNewHead) {
          writeAll(tableFile, rows.map((row) => columns.line(row)).join(''));
          return;
        }
        writeTable();
        closeSync(tableFile);
        tableFile = openSync(tablePath, 'a');
      }),
    close: () => {
      closeSync(rowsFile);
      closeSync(tableFile);
      held.release();
    },
  };
}

/** Lines of a file; none where there is no such file. A table with others than a head and the rows was changed by hand, or they were. */
function linesOf(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(1 << 20);
  let lines = 0;
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk))
    for (let at = chunk.indexOf(10); at >= 0 && at < read; at = chunk.indexOf(10, at + 1)) lines++;
  closeSync(file);
  return lines;
}

/** What a store says of itself: enough to know it again, and to run it again. */
function designOf({ source, scenario }: Plan): Record<string, unknown> {
  const { name, question, seed, replications, design, points, factors } = scenario;
  return {
    name,
    question,
    design,
    seed,
    replications,
    points: points.length,
    factors,
    overrides: source.overrides,
    scenario: source.text,
  };
}

/** Refuses a folder that holds anything but a store of this design. */
function refuseOther(folder: string, { scenario }: Plan): void {
  const refusal = (message: string): ScenarioError =>
    new ScenarioError([{ path: '--out', message: `${folder} ${message}; nothing was written` }]);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw refusal('is a file; give a folder');
  const path = join(folder, files.design);
  if (!existsSync(path)) {
    const others = readdirSync(folder).filter(
      (name) => name !== files.lock && !name.startsWith(`${files.lock}.`),
    );
    if (others.length > 0) throw refusal(`holds other files (${others[0]}); give an empty or a new folder`);
    return;
  }
  const held = readJson(path) as { design?: unknown; name?: unknown } | undefined;
  if (held === undefined)
    throw refusal(`has a ${files.design} that is not JSON; give another folder, or mend it`);
  if (held.design === scenario.design) return;
  throw refusal(
    `holds the runs of another design (${held.name}, ${held.design}; this is ${scenario.design}); give another folder, or delete that one`,
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? undefined;
  } catch {
    return undefined;
  }
}

function damaged(folder: string, what: string): ScenarioError {
  const message = `${join(folder, files.rows)} is damaged: ${what}; give another folder, or delete that one`;
  return new ScenarioError([{ path: '--out', message }]);
}

/** Reads rows from the start. Ends before a last line that was torn off, which shows in its missing line feed. */
function readRows(file: number, visit: (row: Row) => void): { end: number; rows: number } {
  const { size } = fstatSync(file);
  const chunk = Buffer.alloc(1 << 20);
  let carry = Buffer.alloc(0);
  let end = 0;
  let rows = 0;
  for (let at = 0; at < size; ) {
    const read = readSync(file, chunk, 0, chunk.length, at);
    if (read === 0) break;
    at += read;
    const text = carry.length > 0 ? Buffer.concat([carry, chunk.subarray(0, read)]) : chunk.subarray(0, read);
    const whole = text.lastIndexOf(10) + 1;
    for (const row of soundRows(text.toString('utf8', 0, whole), rows)) {
      visit(row);
      rows++;
    }
    end += whole;
    carry = Buffer.from(text.subarray(whole));
  }
  return { end, rows };
}

function soundRows(lines: string, before: number): Row[] {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line, i) => {
      const row = readLine(line);
      if (isRow(row)) return row;
      const found = line.length > 40 ? `${line.slice(0, 37)}...` : line;
      const message = `${files.rows} is damaged: line ${before + i + 1} is no row, but ${found === '' ? 'empty' : found}; take the line out to run it again, give another folder, or delete that one`;
      throw new ScenarioError([{ path: '--out', message }]);
    });
}

function readLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What is read of a row here; the rest stands as it was written. */
function isRow(it: unknown): it is Row {
  const { run, point, replication, factors, verdicts, metrics } = (it ?? {}) as Partial<Row>;
  return (
    typeof run === 'string' &&
    Number.isInteger(point) &&
    Number.isInteger(replication) &&
    [factors, verdicts, metrics].every((map) => typeof map === 'object' && map !== null)
  );
}

/** Writes all of a text, however much of it the system takes at a time. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Replaces a file at once: a reader finds the old one or the new one. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}
