import { Keyed } from './keyed.ts';
import { type Seed, Stream } from './stream.ts';

/** One random stream per agent, all for one purpose. */
export interface Streams {
  /** The stream of a subject (a whole number below 2^32), from its beginning. */
  of(subject: number): Stream;
  /** Turns an existing stream into the one of a subject, from its beginning: a million agents need one object. */
  rekey(stream: Stream, subject: number): Stream;
}

/**
 * The streams of one purpose. seedrandom is asked once; Philox then derives the key of each subject's stream, which
 * is about thirty times cheaper than a derivation from text, and just as free of relations between subjects.
 */
export function streams(seed: Seed, name: string): Streams {
  // Lane 1 keeps the keys apart from the words that a `Keyed` of the same name hands out.
  const keys = new Keyed(seed, name, 1);
  const rekey = (stream: Stream, subject: number): Stream => {
    keys.at(subject, 0);
    stream.rekey(keys.w0, keys.w1, keys.w2);
    return stream;
  };
  return { rekey, of: (subject) => rekey(new Stream(), subject) };
}
