import { expect, test } from 'vitest';
import { leastAhead } from '../../src/protocols/team/least-ahead.ts';
import { runsOfSuite } from '../suite.ts';
import { aheadBy, majorityRight, metricsOf, sharedErrors, zOf } from './work-closed-forms.ts';

const steps = 40;
const runs = runsOfSuite(2000, 8);
const of = (chance: number, protocol: object, behaviour: object = {}, task: object = {}) =>
  metricsOf(
    {
      seed: 5,
      task: { kind: 'long-steps', steps, chance, ...task },
      behaviour: { kind: 'worker', ...behaviour },
      protocol,
    },
    runs,
  );

// Both values of each are not in any paper: the form must hold wherever it is looked for.
test.each([
  [0.62, 1],
  [0.62, 4],
  [0.83, 2],
  [0.93, 3],
])('first to be ahead: at p = %d a lead of %d wins with chance 1 / (1 + ((1 - p) / p)^k)', (p, ahead) => {
  const rows = of(p, { kind: 'ahead-voting', ahead, voters: 3 });
  expect(
    Math.abs(
      zOf(
        rows.map((it) => it.soft!),
        aheadBy(p, ahead),
      ),
    ),
  ).toBeLessThan(4);
  // The time that a gambler takes to be ruined: k (2 p_win - 1) / (2 p - 1).
  const samples = (ahead * (2 * aheadBy(p, ahead) - 1)) / (2 * p - 1);
  expect(
    Math.abs(
      zOf(
        rows.map((it) => it.samplesPerItem!),
        samples,
      ),
    ),
  ).toBeLessThan(4);
});

test('answers that cannot be read are asked for again, and change nothing but the cost', () => {
  const rows = of(0.8, { kind: 'ahead-voting', ahead: 2 }, { malformed: 0.25 });
  expect(
    Math.abs(
      zOf(
        rows.map((it) => it.soft!),
        aheadBy(0.8, 2),
      ),
    ),
  ).toBeLessThan(4);
  const samples = (2 * (2 * aheadBy(0.8, 2) - 1)) / 0.6 / 0.75;
  expect(
    Math.abs(
      zOf(
        rows.map((it) => it.samplesPerItem!),
        samples,
      ),
    ),
  ).toBeLessThan(4);
});

test.each([1, 5, 21])(
  '%d votes on a mixture of easy and hard steps (Chen et al., arXiv 2403.02419)',
  (samples) => {
    const rows = of(0.8, { kind: 'self-consistency', samples }, {}, { hard: { share: 0.35, chance: 0.42 } });
    const expected = 0.65 * majorityRight(0.8, samples) + 0.35 * majorityRight(0.42, samples);
    expect(
      Math.abs(
        zOf(
          rows.map((it) => it.soft!),
          expected,
        ),
      ),
    ).toBeLessThan(4);
  },
);

test('errors that are shared break both: votes cannot mend them', () => {
  const ahead = of(0.8, { kind: 'ahead-voting', ahead: 3 }, { correlation: 0.4 });
  const expected = sharedErrors(0.8, 0.4, (p) => aheadBy(p, 3));
  expect(
    Math.abs(
      zOf(
        ahead.map((it) => it.soft!),
        expected,
      ),
    ),
  ).toBeLessThan(4);
  expect(expected).toBeLessThan(aheadBy(0.8, 3) - 0.05);
  const votes = of(0.8, { kind: 'self-consistency', samples: 9, voters: 3 }, { correlation: 0.4 });
  const majority = sharedErrors(0.8, 0.4, (p) => majorityRight(p, 9));
  expect(
    Math.abs(
      zOf(
        votes.map((it) => it.soft!),
        majority,
      ),
    ),
  ).toBeLessThan(4);
});

/*
 * The nine models of arXiv 2511.09030: error of a step, k_min where it is printed, tokens of a call, dollars per million of
 * them, and what it says a million steps cost. The least leads for 1,048,575 steps and t = .95 follow from the errors; the
 * votes that they take (see above) make up the cost, but for what is read, which is not printed.
 */
test.each([
  ['gpt-4.1-nano', 0.3571, 29, 842, 0.4, 41_900],
  ['gpt-4.1-mini, temperature 1', 0.004, 4, 580, 1.6, 4900],
  ['gpt-4.1-mini, temperature .1', 0.0022, 3, 538, 1.6, 3500],
  ['o3-mini, low', 0.0018, 3, 535, 4.4, 9400],
  ['haiku-4.5', 0.1839, 12, 588, 5, 71_200],
  ['gpt-oss-20B', 0.0358, 6, 1104, 0.2, 1700],
  ['qwen3', 0.2342, 15, 449, 0.6, 11_500],
  ['deepseek-v3.1', 0.0569, 6, 1004, 1.7, 14_600],
  ['kimi-k2', 0.0393, 6, 925, 3, 22_900],
])('%s at an error of %d needs to be ahead by %d', (_, error, ahead, tokens, price, cost) => {
  const p = 1 - error;
  const all = 1_048_575;
  expect(leastAhead({ error, steps: all, success: 0.95 })).toBe(ahead);
  const votes = (ahead * (2 * aheadBy(p, ahead) - 1)) / (2 * p - 1);
  const written = (all * votes * tokens * price) / 1e6;
  expect(cost / written).toBeGreaterThan(1);
  expect(cost / written).toBeLessThan(1.5);
});

test('the least lead is the least: with one vote less too many sequences fail', () => {
  const [p, t] = [0.8, 0.9];
  const ahead = leastAhead({ error: 1 - p, steps, success: t });
  const share = (k: number): number => {
    const rows = of(p, { kind: 'ahead-voting', ahead: k });
    expect(
      Math.abs(
        zOf(
          rows.map((it) => it.solved!),
          aheadBy(p, k) ** steps,
        ),
      ),
    ).toBeLessThan(4);
    return rows.reduce((sum, it) => sum + it.solved!, 0) / rows.length;
  };
  expect(share(ahead)).toBeGreaterThan(t);
  expect(share(ahead - 1)).toBeLessThan(t);
});
