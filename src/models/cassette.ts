import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ScenarioError } from '../world/error.ts';
import {
  type AnswerRecord,
  type CassetteRecord,
  type HaltRecord,
  nameOf,
  type Place,
  type RunRecord,
  recordSchema,
} from './cassette-record.ts';
import { makeFolder } from './make-folder.ts';
import { unpackedMembers } from './members.ts';

/** A cassette is read whole; in bytes, once unpacked. */
const mostBytes = 512 << 20;

/** A file that is packed anew is packed in members of about so many characters: damage to one leaves the others whole. */
const memberLength = 1 << 18;

/**
 * Recorded model answers: JSON lines in a file that only ever grows, packed where its name ends in `.gz`. Each answer is in
 * the file before the run goes on, so that a process that is killed loses none; a line torn off by it is dropped. A later
 * record of a question takes the place of an earlier one.
 */
export class Cassette {
  readonly path: string;
  private readonly answers = new Map<string, AnswerRecord>();
  private readonly halts = new Map<string, HaltRecord>();
  /** What the runs on it are runs of, as far as that is known. */
  readonly descriptions = new Map<string, RunRecord>();
  private readonly runs = new Set<string>();
  private readonly isPacked: boolean;
  private file: number | undefined;
  private hasGrown = false;

  /** Opens a file for reading, or for writing too, in which case it need not exist. */
  constructor(path: string, { write }: { readonly write: boolean }) {
    this.path = path;
    this.isPacked = path.endsWith('.gz');
    const isThere = existsSync(path);
    if (isThere && !statSync(path).isFile())
      throw this.refused(
        0,
        `${statSync(path).isDirectory() ? 'is a folder' : 'is no file'}; name a file, such as answers.jsonl`,
        '',
      );
    if (!isThere && !write) {
      throw new ScenarioError([{ path: 'model.cassette', message: `there is no file ${path} to replay` }]);
    }
    const isTorn = isThere && this.read();
    if (!write) return;
    makeFolder(dirname(path));
    if (isTorn) this.rewrite();
    this.file = openSync(path, 'a');
    if (!isThere || statSync(path).size === 0) this.write({ type: 'cassette', version: 1 });
  }

  /** How many answers there are. */
  get size(): number {
    return this.answers.size;
  }

  find(place: Place): AnswerRecord | undefined {
    return this.answers.get(nameOf(place));
  }

  /** The answer to the same question of this agent in any run: to say how a run that is not recorded differs. */
  alike({ agent, index }: Place): AnswerRecord | undefined {
    for (const run of this.runs) {
      const record = this.find({ run, agent, index });
      if (record) return record;
    }
    return undefined;
  }

  /** Where a recorded run ran out of its budget. */
  haltOf(run: string): HaltRecord | undefined {
    return this.halts.get(run);
  }

  /** How far the answers of one agent go; of another run than those recorded, which there are. */
  extent({ run, agent }: Place): string {
    if (!this.runs.has(run)) {
      const known = [...this.runs];
      const some =
        known.length > 3 ? `${known.slice(0, 3).join(', ')} and ${known.length - 3} more` : known.join(', ');
      return `it holds no answers of this run, ${run}; the runs on it are ${some || 'none'}`;
    }
    let index = 0;
    while (this.answers.has(nameOf({ run, agent, index }))) index++;
    return `its answers of this agent end after ${index}`;
  }

  append(record: AnswerRecord | HaltRecord | RunRecord): void {
    this.keep(record);
    this.write(record);
  }

  close(): void {
    if (this.file === undefined) return;
    closeSync(this.file);
    this.file = undefined;
    // Line by line a file packs badly; now that it is complete it is packed as one.
    if (this.isPacked && this.hasGrown) this.rewrite();
  }

  private write(record: CassetteRecord): void {
    if (this.file === undefined) throw new Error(`Cassette: ${this.path} is not open for writing`);
    this.hasGrown = true;
    const line = Buffer.from(`${JSON.stringify(record)}\n`, 'utf8');
    const bytes = this.isPacked ? gzipSync(line) : line;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
  }

  private keep(record: CassetteRecord): void {
    if (record.type === 'cassette') return;
    if (record.type === 'run') {
      this.descriptions.set(record.run, record);
      return;
    }
    this.runs.add(record.run);
    if (record.type === 'halt') this.halts.set(record.run, record);
    else this.answers.set(nameOf(record), record);
  }

  /** Reads the file, and says whether its end was torn off. */
  private read(): boolean {
    const { text, isTorn } = this.unpacked();
    const end = text.lastIndexOf('\n') + 1;
    let line = 1;
    for (let from = 0; from < end; line++) {
      const to = text.indexOf('\n', from);
      this.keep(this.parsed(text.slice(from, to), line));
      from = to + 1;
    }
    return isTorn || end < text.length;
  }

  private unpacked(): { text: string; isTorn: boolean } {
    const bytes = readFileSync(this.path);
    if (!this.isPacked) {
      this.refuseLarge(bytes.length);
      return { text: bytes.toString('utf8'), isTorn: false };
    }
    const { texts, isTorn, damagedAt } = unpackedMembers(bytes, mostBytes);
    const text = Buffer.concat(texts).toString('utf8');
    if (damagedAt !== undefined) throw this.damaged(damagedAt, text.split('"type":"answer"').length - 1);
    return { text, isTorn };
  }

  /** What is behind the damage may be whole too, but nobody pays twice for what could be mended from a copy. */
  private damaged(at: number, answers: number): ScenarioError {
    const name = /^[\w./-]+$/.test(this.path) ? this.path : `'${this.path}'`;
    const remedy =
      answers > 0
        ? `the ${answers} answers before that are whole: head -c ${at} ${name} > mended.jsonl.gz keeps them, and the rest is asked anew; or take it from a copy`
        : 'no answer before that is whole; is it a cassette? Take it from a copy, or record on another file';
    return this.refused(0, `is damaged from byte ${at} on; ${remedy}`, '');
  }

  private parsed(text: string, line: number): CassetteRecord {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      if (line > 1)
        throw this.refused(
          line,
          'is not JSON',
          '; without that line the others can be used, and it is asked anew',
        );
      throw this.refused(line, 'is not JSON');
    }
    const record = recordSchema.safeParse(value);
    if (record.success) return record.data;
    const [issue] = record.error.issues;
    throw this.refused(line, `${issue?.path.join('.') || 'the record'}: ${issue?.message}`);
  }

  private refuseLarge(bytes: number): void {
    if (bytes > mostBytes)
      throw this.refused(0, `is larger than the ${mostBytes} bytes that are read at once`);
  }

  private refused(line: number, what: string, doubt = '; is it a cassette?'): ScenarioError {
    const where = line === 0 ? this.path : `${this.path}, line ${line}`;
    return new ScenarioError([{ path: 'model.cassette', message: `${where}: ${what}${doubt}` }]);
  }

  /** Writes all that is known anew, and puts it in the place of the file at once. */
  private rewrite(): void {
    const records: CassetteRecord[] = [
      { type: 'cassette', version: 1 },
      ...this.descriptions.values(),
      ...this.answers.values(),
      ...this.halts.values(),
    ];
    const part = openSync(`${this.path}.part`, 'w');
    try {
      let text = '';
      const flush = (): void => {
        writeFileSync(part, this.isPacked ? gzipSync(text, { level: 9 }) : text);
        text = '';
      };
      for (const record of records) {
        text += `${JSON.stringify(record)}\n`;
        if (text.length >= memberLength) flush();
      }
      flush();
      // On the disk before it takes the place of what is there.
      fsyncSync(part);
    } finally {
      closeSync(part);
    }
    renameSync(`${this.path}.part`, this.path);
  }
}
