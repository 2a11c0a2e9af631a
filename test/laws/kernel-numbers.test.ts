import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, ln } from '../../src/kernel/elementary.ts';
import { exponentialOf } from '../../src/kernel/exponential.ts';
import { Fingerprint } from '../../src/kernel/fingerprint.ts';
import { Keyed, philox } from '../../src/kernel/keyed.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { streams } from '../../src/kernel/streams.ts';

describe('ln and exp', () => {
  // Math.log and Math.exp may be off by one unit in the last place themselves.
  const units = (a: number, b: number): number =>
    a === b ? 0 : Math.abs(a - b) / Math.max(Number.MIN_VALUE, Math.abs(b) * Number.EPSILON);

  test('ln is within two units of the last place of the engine', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(units(ln(x), Math.log(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 3000 },
    );
    for (let x = 0.5; x < 2; x += 1 / 1024) expect(units(ln(x), Math.log(x))).toBeLessThanOrEqual(2);
    for (let power = -1022; power < 1024; power++) {
      expect(units(ln(2 ** power), power * Math.LN2)).toBeLessThanOrEqual(2);
    }
  });

  test('exp is within two units of the last place of the engine', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709, noNaN: true }), (x) => {
        expect(units(exp(x), Math.exp(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 3000 },
    );
    for (let x = -3; x < 3; x += 1 / 512) expect(units(exp(x), Math.exp(x))).toBeLessThanOrEqual(2);
  });

  test('the ends of the range', () => {
    expect([ln(1), ln(0), ln(-0), ln(-1), ln(Infinity), ln(NaN)]).toEqual([
      0,
      -Infinity,
      -Infinity,
      NaN,
      Infinity,
      NaN,
    ]);
    expect([exp(0), exp(-0), exp(Infinity), exp(-Infinity), exp(710), exp(-746), exp(NaN)]).toEqual([
      1,
      1,
      Infinity,
      0,
      Infinity,
      0,
      NaN,
    ]);
    expect(ln(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 12);
    expect(exp(-745)).toBe(Number.MIN_VALUE);
    expect(exp(709.782712893384)).toBeGreaterThan(1.797e308);
  });

  test('the table behind exponential variates agrees with the logarithm', () => {
    const draw = new Stream(1, 'exponential');
    const ends = [0, 1, 2, 3, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 2, 2 ** 32 - 1];
    const drawn = Array.from({ length: 20_000 }, () => draw.u32() >>> draw.below(32));
    for (const u of [...ends, ...drawn]) {
      const exact = -Math.log((u + 0.5) / 4294967296);
      expect(Math.abs(exponentialOf(u) - exact)).toBeLessThan(4e-16 * Math.max(1, exact) + 1e-16);
      expect(exponentialOf(u)).toBeGreaterThan(0);
    }
  });
});

describe('Philox4x32-10', () => {
  // Known answers of Random123 (kat_vectors of its distribution): counter, key, block.
  test.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('counter %s, key %s', (counter, key, answer) => {
    const words = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16));
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words(counter);
    const [key0 = 0, key1 = 0] = words(key);
    const block = { w0, w1, w2, w3 };
    philox(block, key0, key1);
    const hex = (x: number): string => (x >>> 0).toString(16).padStart(8, '0');
    expect([block.w0, block.w1, block.w2, block.w3].map(hex).join(' ')).toBe(answer);
  });

  test('what (subject, index) gives does not depend on what was asked before', () => {
    const read = (keyed: Keyed, subject: number, index: number): number[] => {
      keyed.at(subject, index);
      return [keyed.w0, keyed.w1, keyed.w2, keyed.w3];
    };
    const keyed = new Keyed(7, 'latency');
    const first = read(keyed, 3, 5);
    expect(read(keyed, 4, 5)).not.toEqual(first);
    expect(read(keyed, 3, 5 + 2 ** 32)).not.toEqual(first);
    expect(read(new Keyed(7, 'loss'), 3, 5)).not.toEqual(first);
    expect(read(new Keyed(7, 'latency', 1), 3, 5)).not.toEqual(first);
    expect(read(keyed, 3, 5)).toEqual(first);
    expect(read(new Keyed(7, 'latency'), 3, 5)).toEqual(first);
  });
});

describe('streams of agents', () => {
  test('depend on seed, name and agent alone', () => {
    const draws = (stream: Stream): number[] => Array.from({ length: 8 }, () => stream.u32());
    const family = streams(1, 'votes');
    const first = draws(family.of(0));
    expect(draws(streams(1, 'votes').of(0))).toEqual(first);
    expect(draws(family.rekey(family.of(9), 0))).toEqual(first);
    for (const other of [family.of(1), streams(2, 'votes').of(0), streams(1, 'moods').of(0)]) {
      expect(draws(other)).not.toEqual(first);
    }
  });
});

/** The chi-square statistic of counts that should be equal, as a z-score (Wilson and Hilferty, 1931). */
function evenness(counts: ArrayLike<number>): number {
  const n = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const mean = n / counts.length;
  const chiSquare = Array.from(counts).reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** The correlation of two series of numbers uniform on [0, 1), as a z-score. */
function correlation(xs: readonly number[], ys: readonly number[]): number {
  const sum = xs.reduce((total, x, i) => total + (x - 0.5) * (ys[i]! - 0.5), 0);
  return (sum * 12) / Math.sqrt(xs.length);
}

/** Every way in which this project draws 32 bits, each as a function of a counter. */
function sources(): [string, () => number][] {
  const stream = new Stream(1, 'test');
  const keyed = new Keyed(1, 'test');
  const agents = streams(1, 'test');
  const one = agents.of(0);
  const counters = { index: 0, subject: 0, agent: 0, seed: 0 };
  return [
    ['one stream', () => stream.u32()],
    [
      'one subject, rising index',
      () => {
        keyed.at(1, counters.index++);
        return keyed.w0;
      },
    ],
    [
      'rising subject, one index',
      () => {
        keyed.at(counters.subject++, 1);
        return keyed.w3;
      },
    ],
    ['the first draw of adjacent agents', () => agents.rekey(one, counters.agent++).u32()],
    ['the first draw of adjacent seeds', () => new Stream(counters.seed++, 'test').u32()],
  ];
}

test.each(sources())('%s: bytes are even, neighbours unrelated', (_, draw) => {
  const n = 20_000;
  const words = Array.from({ length: n }, () => draw() >>> 0);
  for (const shift of [0, 8, 16, 24]) {
    const counts = new Int32Array(256);
    for (const word of words) counts[(word >>> shift) & 255]!++;
    expect(Math.abs(evenness(counts))).toBeLessThan(4);
  }
  const units = words.map((word) => word / 4294967296);
  for (const lag of [1, 2, 7])
    expect(Math.abs(correlation(units.slice(lag), units.slice(0, n - lag)))).toBeLessThan(4);
  const pairs = new Int32Array(256);
  for (let i = 1; i < n; i += 2) pairs[(words[i - 1]! >>> 28) * 16 + (words[i]! >>> 28)]!++;
  expect(Math.abs(evenness(pairs))).toBeLessThan(4);
  expect(new Set(words).size).toBeGreaterThan(n - 10);
});

describe('distributions', () => {
  const z = (values: readonly number[], mean: number, variance: number): number =>
    (values.reduce((sum, x) => sum + x, 0) / values.length - mean) / Math.sqrt(variance / values.length);
  const draw = new Stream(5, 'distributions');
  const take = (f: () => number): number[] => Array.from({ length: 50_000 }, f);

  test('exponential: the first two moments, and an even spread over its quantiles', () => {
    const values = take(() => draw.exponential());
    expect(Math.abs(z(values, 1, 1))).toBeLessThan(4);
    expect(
      Math.abs(
        z(
          values.map((x) => x * x),
          2,
          20,
        ),
      ),
    ).toBeLessThan(4);
    const counts = new Int32Array(64);
    for (const x of values) counts[Math.floor(64 * Math.exp(-x))]!++;
    expect(Math.abs(evenness(counts))).toBeLessThan(4);
  });

  test('normal: the first four moments', () => {
    const values = take(() => draw.normal());
    expect(Math.abs(z(values, 0, 1))).toBeLessThan(4);
    expect(
      Math.abs(
        z(
          values.map((x) => x * x),
          1,
          2,
        ),
      ),
    ).toBeLessThan(4);
    expect(
      Math.abs(
        z(
          values.map((x) => x ** 3),
          0,
          15,
        ),
      ),
    ).toBeLessThan(4);
    expect(
      Math.abs(
        z(
          values.map((x) => x ** 4),
          3,
          96,
        ),
      ),
    ).toBeLessThan(4);
  });

  test('unit and below', () => {
    expect(
      Math.abs(
        z(
          take(() => draw.unit()),
          0.5,
          1 / 12,
        ),
      ),
    ).toBeLessThan(4);
    const counts = new Int32Array(10);
    for (const x of take(() => draw.below(10))) counts[x]!++;
    expect(Math.abs(evenness(counts))).toBeLessThan(4);
  });
});

describe('fingerprint', () => {
  type Token = number | string;
  const print = (tokens: readonly Token[]): string => {
    const fingerprint = new Fingerprint();
    for (const token of tokens) {
      if (typeof token === 'string') fingerprint.text(token);
      else if (Number.isInteger(token)) fingerprint.int(token);
      else fingerprint.number(token);
    }
    return fingerprint.hex;
  };
  const anyTokens = fc.array(fc.oneof(fc.integer(), fc.double(), fc.string()), {
    minLength: 1,
    maxLength: 20,
  });

  test('16 hexadecimal digits that the tokens fix', () => {
    fc.assert(
      fc.property(anyTokens, (tokens) => {
        expect(print(tokens)).toMatch(/^[0-9a-f]{16}$/);
        expect(print(tokens)).toBe(print(tokens));
      }),
    );
  });

  test('order, value and grouping count', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => i);
    expect(new Set(words.map((i) => print([i]))).size).toBe(words.length);
    expect(new Set(words.map((i) => print([i % 100, Math.floor(i / 100)]))).size).toBe(words.length);
    expect(new Set(words.map((i) => print([i / 7 + 0.5]))).size).toBe(words.length);
    expect(print(['ab', 'c'])).not.toBe(print(['a', 'bc']));
    expect(print([0])).not.toBe(print([0, 0]));
  });

  test('one bit of input changes half of the output', () => {
    let changed = 0;
    const cases = 2000;
    const bits = (x: bigint): number => x.toString(2).replaceAll('0', '').length;
    for (let i = 0; i < cases; i++) {
      const a = BigInt(`0x${print([i, 5])}`);
      const b = BigInt(`0x${print([i ^ (1 << (i % 32)), 5])}`);
      changed += bits(a ^ b);
    }
    expect(changed / cases / 64).toBeGreaterThan(0.48);
    expect(changed / cases / 64).toBeLessThan(0.52);
  });

  test('-0 counts as 0, and every NaN as one', () => {
    const of = (x: number): string => {
      const fingerprint = new Fingerprint();
      fingerprint.number(x);
      return fingerprint.hex;
    };
    expect(of(-0)).toBe(of(0));
    expect(of(Infinity - Infinity)).toBe(of(NaN));
    expect(of(NaN)).not.toBe(of(0));
  });
});
