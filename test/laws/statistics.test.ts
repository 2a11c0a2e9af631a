import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unseenShare, widened } from '../../src/scenario/equal-shares.ts';
import {
  addValue,
  bootstrap,
  mean,
  noMoments,
  pooled,
  proportion,
  studentQuantile,
  variance,
} from '../../src/study/statistics.ts';

// Golden values: scipy 1.17.1, `stats.t.ppf`, `binomtest(k, n).proportion_ci(0.95, 'wilson')`, `stats.t.interval`.
describe('golden values of scipy', () => {
  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 3, 3.1824463052837078],
    [0.975, 9, 2.262157162798205],
    [0.975, 29, 2.045229642132703],
    [0.975, 99, 1.9842169515864174],
    [0.975, 1000, 1.9623390808264083],
    [0.975, 100000, 1.9599877075346095],
    [0.995, 1, 63.656741162871526],
    [0.995, 10, 3.16927267261695],
    [0.995, 100000, 2.575878469908375],
  ])('t at %d with %d degrees of freedom is %d', (chance, freedom, golden) => {
    expect(studentQuantile(chance, freedom) / golden).toBeCloseTo(1, 10);
  });

  test.each([
    [0, 10, 0, 0.27753279986288926],
    [1, 10, 0.017876213095072896, 0.4041500267952385],
    [5, 10, 0.236593090512564, 0.7634069094874361],
    [10, 10, 0.7224672001371109, 1],
    [1, 1, 0.20654931437723745, 1],
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [15, 148, 0.06238639953073629, 0.16048724172330803],
    [999, 1000, 0.9943574414020421, 0.9998234536293739],
  ])('Wilson of %d in %d is %d to %d', (successes, n, low, high) => {
    const found = proportion(successes, n);
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
  });

  test.each([
    [[1, 2, 3, 4], 2.5, 1.6666666666666667, 0.4457397432394794, 4.554260256760521],
    [[2.5, 3.5, 9, -1, 4.25], 3.65, 12.9875, -0.8247303470828498, 8.12473034708285],
    [
      [1e9 + 1, 1e9 + 2, 1e9 + 4],
      1000000002.3333334,
      2.3333333333333357,
      999999998.5387503,
      1000000006.1279165,
    ],
  ])('t interval of %j', (values, centre, spread, low, high) => {
    const of = momentsOf(values);
    expect(variance(of)).toBeCloseTo(spread, 6);
    const found = mean(of);
    expect(found.mean).toBeCloseTo(centre, 6);
    expect(found.low).toBeCloseTo(low, 5);
    expect(found.high).toBeCloseTo(high, 5);
  });
});

describe('laws', () => {
  test('accounts of parts pool to the account of the whole', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (parts) => {
        const whole = momentsOf(parts.flat());
        const found = pooled(parts.map(momentsOf));
        expect({ ...found, mean: 0, squares: 0 }).toEqual({ ...whole, mean: 0, squares: 0 });
        expect(Math.abs(found.mean - whole.mean)).toBeLessThanOrEqual(1e-6);
        expect(Math.abs(found.squares - whole.squares)).toBeLessThanOrEqual(
          1e-9 * (1 + whole.squares) + 1e-3,
        );
      }),
    );
  });

  test('a share lies within its interval, and more trials narrow it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }), (n, k) => {
        const few = proportion(Math.min(k, n), n);
        const many = proportion(10 * Math.min(k, n), 10 * n);
        expect(few.low!).toBeGreaterThanOrEqual(0);
        expect(few.high!).toBeLessThanOrEqual(1);
        expect(few.low!).toBeLessThanOrEqual(few.mean!);
        expect(few.high!).toBeGreaterThanOrEqual(few.mean!);
        expect(many.high! - many.low!).toBeLessThan(few.high! - few.low!);
      }),
    );
  });

  test('too few values give no interval, and never NaN', () => {
    expect(mean(noMoments())).toEqual({ mean: null, low: null, high: null, n: 0 });
    expect(mean(momentsOf([3]))).toEqual({ mean: 3, low: null, high: null, n: 1 });
    expect(proportion(0, 0)).toEqual({ mean: null, low: null, high: null, n: 0 });
  });

  test('equal values have an interval of no width', () => {
    expect(mean(momentsOf([2, 2, 2]))).toEqual({ mean: 2, low: 2, high: 2, n: 3 });
  });

  test('what is no share is refused', () => {
    expect(() => proportion(3, 2)).toThrow(/successes must be 0 to n/);
    expect(() => studentQuantile(0.3, 4)).toThrow(/chance must be 0.5 to 1/);
  });
});

function momentsOf(values: readonly number[]) {
  const of = noMoments();
  for (const value of values) addValue(of, value);
  return of;
}

describe('shares that are all equal', () => {
  const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
  const options = { seed: 1, resamples: 50 };

  test('have the interval of Wilson, where they are said to be shares', () => {
    for (const n of [1, 5, 20, 300]) {
      const { low } = proportion(n, n);
      expect(1 - unseenShare(n)).toBeCloseTo(low!, 12);
      const [share] = bootstrap([ones(n)], ([p]) => [p!], { ...options, shares: 1 });
      expect(share!.low).toBeCloseTo(low!, 12);
      expect(share!.high).toBe(1);
      expect(bootstrap([ones(n)], ([p]) => [p!], options)).toEqual([{ low: 1, high: 1 }]);
    }
  });

  test('differ by an interval whose arms add as squares, as that of Newcombe does', () => {
    const zeros = new Float64Array(10);
    const [it] = bootstrap([ones(10), zeros], ([p, q]) => [p! - q!], { ...options, shares: 2 });
    const off = unseenShare(10);
    expect(it!.low).toBeCloseTo(1 - Math.sqrt(2) * off, 12);
    expect(it!.high).toBe(1);
  });

  test('move with themselves, so that nothing differs from itself', () => {
    const same = ones(10);
    expect(bootstrap([same, same], ([p, q]) => [p! - q!], { ...options, shares: 2 })).toEqual([
      { low: 0, high: 0 },
    ]);
  });

  test('cover the truth: 10 tries of chance 0.9 that all succeed', () => {
    const { low, high } = widened(1, { low: 1, high: 1 }, [1 - unseenShare(10)]);
    expect(low).toBeLessThan(0.9);
    expect(high).toBe(1);
  });

  test('of what is infinite take the ends as they are', () => {
    expect(widened(Number.POSITIVE_INFINITY, { low: 3, high: Number.POSITIVE_INFINITY }, [2])).toEqual({
      low: 2,
      high: Number.POSITIVE_INFINITY,
    });
  });
});
