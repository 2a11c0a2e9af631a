import { constants, gunzipSync, inflateRawSync } from 'node:zlib';

/** What a packed file holds. */
interface Unpacked {
  /** What its whole members hold, in order; of one that ends too early, what there is of it. */
  readonly texts: readonly Buffer[];
  /** Whether its end was torn off, or is nothing but zeros, as a loss of power leaves it. */
  readonly isTorn: boolean;
  /** The first byte of what is neither whole nor torn off. */
  readonly damagedAt?: number | undefined;
}

/**
 * Unpacks a gzip file that was written member by member (RFC 1952). The library stops without a word at zeros between
 * members, and gives nothing at all where one is damaged, so that members are taken one by one where it does not read all.
 * Throws the library's error where more than `most` bytes come out.
 */
export function unpackedMembers(bytes: Buffer, most: number): Unpacked {
  const whole = attempt(() => withEnd(gunzipSync(bytes, { maxOutputLength: most, info: true })));
  if (whole?.end === bytes.length) return { texts: [whole.text], isTorn: false };
  const texts: Buffer[] = [];
  let at = 0;
  let isTorn = false;
  for (;;) {
    const start = at;
    while (bytes[at] === 0) at++;
    isTorn ||= at > start;
    if (at >= bytes.length) return { texts, isTorn };
    const member = memberAt(bytes, at, most);
    if (member === undefined) break;
    texts.push(member.text);
    at = member.end;
  }
  const rest = withoutZeros(bytes.subarray(at));
  const cut = attempt(() => gunzipSync(rest, { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH }));
  const isDamaged = cut === undefined || isWhole(rest, most) || hasMember(bytes, at + 1, most);
  if (isDamaged) return { texts, isTorn, damagedAt: at };
  return { texts: [...texts, cut], isTorn: true };
}

interface Member {
  readonly text: Buffer;
  /** Just behind it. */
  readonly end: number;
}

/** Size of the header that is written here and by most others, and of the checksum and length at the end. */
const headSize = 10;
const tailSize = 8;
/** How every member begins: the name of the format, and that of the compression. */
const magic = Buffer.from([0x1f, 0x8b, 8]);

/** Which of the optional fields a header has, by their bit. */
const flags = { extra: 4, name: 8, comment: 16, check: 2 } as const;

/** The member that begins at a place, held against its checksum; undefined where it is damaged or ends too early. */
function memberAt(bytes: Buffer, at: number, most: number): Member | undefined {
  return attempt(() => {
    const begin = at + headSize + optionalSize(bytes.subarray(at));
    const { end } = withEnd(inflateRawSync(bytes.subarray(begin), { maxOutputLength: most, info: true }));
    const stop = begin + end + tailSize;
    if (stop > bytes.length) return undefined;
    return { text: gunzipSync(bytes.subarray(at, stop), { maxOutputLength: most }), end: stop };
  });
}

function optionalSize(member: Buffer): number {
  const has = member[3] ?? 0;
  let at = headSize;
  if (has & flags.extra) at += 2 + member.readUInt16LE(at);
  for (const field of [flags.name, flags.comment]) if (has & field) at = member.indexOf(0, at) + 1;
  if (has & flags.check) at += 2;
  return at - headSize;
}

/** Types of the library leave out what it gives where it is asked for `info`. */
function withEnd(given: unknown): Member {
  const { buffer, engine } = given as { buffer: Buffer; engine: { bytesWritten: number } };
  return { text: buffer, end: engine.bytesWritten };
}

/** A damaged file is an answer, not an error; one that is too large is. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (/^Z_/.test(code) || error instanceof RangeError) {
      if (code === 'ERR_BUFFER_TOO_LARGE') throw error;
      return undefined;
    }
    throw error;
  }
}

function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** Whether a whole member lies further on: then what comes before it was not torn off. */
function hasMember(bytes: Buffer, from: number, most: number): boolean {
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (memberAt(bytes, at, most) !== undefined) return true;
  }
  return false;
}

/** Whether it goes on to its end, so that nothing was torn off. */
const isWhole = (bytes: Buffer, most: number): boolean =>
  attempt(() => gunzipSync(bytes, { maxOutputLength: most })) !== undefined;
