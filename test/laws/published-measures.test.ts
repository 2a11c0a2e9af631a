import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlation, ranksOf } from '../../src/scenario/correlation.ts';
import { type Held, holdPublished, publishedSchema } from '../../src/scenario/published.ts';
import type { Row } from '../../src/scenario/run.ts';
import { scenarioOf } from '../worlds.ts';

const row = (level: number, replication: number, metrics: Record<string, number>): Row => ({
  ...{
    run: `${level}/${replication}`,
    point: level,
    replication,
    seed: '',
    factors: { level },
    fingerprint: '',
  },
  ...{ outcome: 'valid', cause: 'none', witness: '', verdicts: {}, metrics },
});

/** At level k a hundred dollars buy 10 k things, give or take one. */
const rows = [1, 2, 3, 4].flatMap((level) =>
  Array.from({ length: 20 }, (_, i) =>
    row(level, i, { dollars: 100, things: 10 * level + (i % 2 ? 1 : -1) }),
  ),
);
const claim = (words: string, figure: unknown, measure: object) => ({
  ...{ claim: words, figure, within: 0.01, source: 'here', grade: 'D', measure },
});
const held = (...claims: readonly object[]): Held[] => holdPublished(publishedSchema.parse(claims), rows);

describe('a mean over a mean', () => {
  test('by itself, and one against another', () => {
    const each = { metric: 'dollars', per: 'things' };
    const [alone, against] = held(
      { ...claim('Each costs 5 dollars.', 5, { ...each, at: { level: 2 } }), within: 0.2 },
      claim('Twice as much.', 2, { ...each, of: { level: 1 }, over: { level: 2 }, as: 'ratio' }),
    );
    expect(alone).toMatchObject({ simulated: 5, verdict: 'reproduced' });
    // Right on the figure, but twenty runs do not tell it to a hundredth.
    expect(against).toMatchObject({ simulated: 2, verdict: 'direction' });
  });
  test('must be of metrics that there are', () => {
    const parsed = () =>
      scenarioOf({
        topology: { kind: 'complete', agents: 2 },
        task: 'long-steps',
        behaviour: 'worker',
        protocol: 'self-consistency',
        published: [claim('So much each.', 1, { metric: 'tokens', per: 'thinks', at: {} })],
      });
    expect(parsed).toThrow(/published\[0\].measure.per: there is no metric "thinks"/);
  });
});

describe('a verdict', () => {
  /** Ten, give or take half of one. */
  const verdict = (figure: number, more: object): string =>
    held({ ...claim('Ten.', figure, { metric: 'things', at: { level: 1 } }), ...more })[0]!.verdict;
  test('does not add the interval to the tolerance', () => {
    expect(verdict(10.4, { within: 0.5 })).toBe('reproduced');
    // Six tenths off, though the interval comes within half of one.
    expect(verdict(10.6, { within: 0.5 })).toBe('direction');
  });
  test('takes no interval that reaches further than the tolerance', () => {
    // Of 20 values, half of them 9 and half 11, the mean has an interval of 10 +- 2 / sqrt(20) = 0.45 or so.
    expect(verdict(10, { within: 0.6 })).toBe('reproduced');
    expect(verdict(10, { within: 0.3 })).toBe('direction');
    expect(verdict(10, { within: 0.3, neutral: 10 })).toBe('not-reproduced');
  });
  test('without a tolerance goes by an interval that is narrow beside the effect', () => {
    expect(verdict(10.2, { within: 0 })).toBe('reproduced');
    expect(verdict(11, { within: 0 })).toBe('direction');
    // Beside 9 there is little to see, and the interval is as wide as that.
    expect(verdict(10.2, { within: 0, neutral: 9 })).toBe('direction');
  });
});

describe('a correlation of claims', () => {
  const at = (level: number, figure: number) =>
    claim(`Level ${level} has so many.`, figure, { metric: 'things', at: { level } });
  const four = [at(1, 7), at(2, 8), at(3, 100), at(4, 9)];
  const over = (by: string) => claim('They agree.', 'positive', { correlation: by, among: 'has so many' });
  test('by ranks and by values, over those that hold the words', () => {
    const [ranks, values] = held(over('ranks'), over('values'), ...four);
    // Of 1, 2, 3, 4 and 1, 2, 4, 3: 1 - 6 x 2 / (4 x 15).
    expect(ranks!.simulated).toBeCloseTo(0.8, 12);
    expect(ranks!).toMatchObject({ verdict: 'reproduced', equal: undefined });
    expect(values!.simulated).toBeCloseTo(correlation([10, 20, 30, 40], [7, 8, 100, 9]), 12);
  });
  test('what was published the other way round is not reproduced', () => {
    const [turned] = held(over('ranks'), ...four.map((it, i) => ({ ...it, figure: -i })));
    expect(turned!.verdict).toBe('not-reproduced');
    expect(turned!.simulated).toBeCloseTo(-1, 12);
  });
  test('says which levels are missing', () => {
    expect(held(over('ranks'), at(9, 3), ...four)[0]!.missing).toMatch(/no run is at level=9/);
  });
  test('needs three claims with a number and a measure', () => {
    expect(() => held(over('ranks'), at(1, 7), at(2, 8))).toThrow(/at least 3 claims .* but 2 do/);
  });
});

test('ranks are 1 to n, equal values share theirs, and order is all they know', () => {
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(values, (them) => {
      const ranks = ranksOf(them);
      const sum = (them.length * (them.length + 1)) / 2;
      expect(ranks.reduce((total, it) => total + it, 0)).toBeCloseTo(sum, 9);
      expect(ranksOf(them.map((it) => it ** 3 + it))).toEqual(ranks);
      const r = correlation(them, them);
      if (new Set(them).size > 1) expect(r).toBeCloseTo(1, 9);
      else expect(r).toBeNaN();
    }),
  );
});
