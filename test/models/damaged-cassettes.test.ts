import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cassette } from '../../src/models/cassette.ts';
import { answerRecord } from '../../src/models/cassette-record.ts';
import { unpackedMembers } from '../../src/models/members.ts';
import type { ScenarioError } from '../../src/world/error.ts';
import { temporaryFolder } from './live-run.ts';

const settings = { provider: 'mock', model: 'any', maxOutputTokens: 10 };
const answerOf = (agent: number, text = `answer ${agent}`) =>
  answerRecord(
    { run: 'a', agent, index: 0 },
    { settings, turns: [{ role: 'user', content: `question ${agent}` }] },
    { ok: true, text, finish: 'stop', spent: { prompt: 1, output: 1 }, latency: 1, retries: 0 },
  );

/** A cassette as a kill leaves it: a member for each line. */
function killed(answers: number): { path: string; bytes: Buffer } {
  const path = join(temporaryFolder(), 'tape.jsonl.gz');
  const lines = [{ type: 'cassette', version: 1 }, ...Array.from({ length: answers }, (_, i) => answerOf(i))];
  writeFileSync(path, Buffer.concat(lines.map((line) => gzipSync(`${JSON.stringify(line)}\n`))));
  return { path, bytes: readFileSync(path) };
}

const sizeOf = (path: string): number => new Cassette(path, { write: false }).size;

describe('a packed cassette', () => {
  test('with a tail of zeros loses nothing that is written behind it', () => {
    const { path } = killed(5);
    appendFileSync(path, Buffer.alloc(100));
    const cassette = new Cassette(path, { write: true });
    cassette.append(answerOf(7));
    // As a second kill leaves it: never closed.
    expect([cassette.size, sizeOf(path)]).toEqual([6, 6]);
    cassette.close();
    expect(sizeOf(path)).toBe(6);
  });

  test('is read on behind zeros, and behind a last member that was torn off before them', () => {
    const { path, bytes } = killed(5);
    const zeros = Buffer.alloc(64);
    writeFileSync(path, Buffer.concat([bytes, zeros, gzipSync(`${JSON.stringify(answerOf(9))}\n`)]));
    expect(sizeOf(path)).toBe(6);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, bytes.length - 30), zeros]));
    expect(sizeOf(path)).toBe(4);
  });

  test('of which a byte in the midst is another is refused, with what keeps all before it', () => {
    const { path, bytes } = killed(5);
    const damaged = Buffer.from(bytes);
    damaged[Math.floor(bytes.length / 2)]! ^= 0x10;
    writeFileSync(path, damaged);
    for (const write of [true, false]) {
      let message = '';
      try {
        new Cassette(path, { write });
      } catch (error) {
        message = (error as ScenarioError).message;
      }
      const [, answers, at] =
        /damaged from byte \d+ on; the (\d+) answers before that are whole: head -c (\d+) /.exec(message) ??
        [];
      expect(Number(answers)).toBeGreaterThan(0);
      const mended = `${path}.mended.jsonl.gz`;
      writeFileSync(mended, damaged.subarray(0, Number(at)));
      expect(sizeOf(mended)).toBe(Number(answers));
    }
    // Nothing was changed.
    expect(readFileSync(path)).toEqual(damaged);
  });

  test('that is complete is packed in several members, so that damage leaves some whole', () => {
    const path = join(temporaryFolder(), 'tape.jsonl.gz');
    const cassette = new Cassette(path, { write: true });
    for (let agent = 0; agent < 40; agent++) cassette.append(answerOf(agent, `${agent} `.repeat(5000)));
    cassette.close();
    expect(sizeOf(path)).toBe(40);
    const bytes = readFileSync(path);
    // One library call reads it, as any other program would.
    expect(gunzipSync(bytes).toString('utf8').split('\n').length).toBe(42);
    bytes[statSync(path).size - 40]! ^= 1;
    writeFileSync(path, bytes);
    expect(() => sizeOf(path)).toThrow(/the \d\d answers before that are whole/);
  });
});

test('whatever byte is another, no answer is made up, and none is lost without a word', () => {
  const texts = ['one\n', 'two and two\n', 'three\n'];
  const members = texts.map((text) => gzipSync(text));
  const whole = Buffer.concat(members);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(50), (at, by, zeros) => {
      const bytes = Buffer.concat([whole, Buffer.alloc(zeros)]);
      bytes[at]! ^= by;
      const read = unpackedMembers(bytes, 1000);
      const kept = Buffer.concat(read.texts).toString('utf8');
      // What is kept of a torn member is up to its last line feed.
      const lines = kept.slice(0, kept.lastIndexOf('\n') + 1);
      if (read.damagedAt === undefined && !read.isTorn) expect(kept).toBe(texts.join(''));
      const isLast = at >= whole.length - members[2]!.length;
      if (read.isTorn && read.damagedAt === undefined && !isLast) expect(lines).toBe(texts.join(''));
      if (read.damagedAt !== undefined) expect(texts.join('').startsWith(kept)).toBe(true);
    }),
    // A flag of the first header: the whole file could be taken for an end that was torn off.
    { numRuns: 2000, examples: [[3, 4, 0]] },
  );
});
