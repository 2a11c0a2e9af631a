import { beforeAll, describe, expect, test } from 'vitest';
import { leaveOneOut, residualsOf, type Specimen } from '../../src/calibrate/calibrate-runs.ts';
import { type Comparison, placeRuns, verdictsOf } from '../../src/calibrate/place-runs.ts';
import type { Profile } from '../../src/world/profile.ts';
import { recordsOf, specimensIn } from '../simulated-records.ts';

const options = { replications: 30, seed: 3, mode: 'upstream' } as const;

const candidate = (parameters: Record<string, unknown>): Profile => ({
  format: 1,
  name: 'candidate',
  behaviour: 'bounded',
  summary: 'For a test.',
  base: 'gpt-4o-mini',
  parameters,
  evidence: {},
  provenance: { data: 'none', method: 'none' },
  warnings: [],
  fit: [],
});

const differing = (comparisons: readonly Comparison[]): string[] =>
  verdictsOf(comparisons).flatMap(({ metric, verdict }) => (verdict === 'differs' ? [metric] : []));

describe('runs of mock agents, held against profiles', () => {
  let runs: Specimen[];
  beforeAll(async () => {
    const files = [
      ...(await recordsOf('coloring', {}, 5, { agents: 6 })),
      ...(await recordsOf('consensus', {}, 3, { agents: 6 })),
    ];
    runs = await specimensIn(files);
  });

  test('agree with the profile that played them', async () => {
    const comparisons = await placeRuns(runs, () => 'gpt-4o-mini', options);
    expect(differing(comparisons)).toEqual([]);
    expect(verdictsOf(comparisons).some(({ verdict }) => verdict === 'agrees')).toBe(true);
    // Places are uniform: their mean is 1/2, with variance 1/12, run by run.
    for (const { metric, shift } of verdictsOf(comparisons)) expect(Math.abs(shift), metric).toBeLessThan(4);
  });

  test('differ from others, in what these do otherwise', async () => {
    const restless = candidate({ drift: 0.7 });
    expect(differing(await placeRuns(runs, () => restless, options))).toContain('changesWithoutConflict');
    const hesitant = candidate({ announce: [0, 0, 0.2] });
    expect(differing(await placeRuns(runs, () => hesitant, options))).toContain('firstAnnouncement');
    const garbled = candidate({ malformed: 0.3 });
    expect(differing(await placeRuns(runs, () => garbled, options))).toContain('malformed');
  });

  test('agree with what is fitted to the others', async () => {
    const fit = { name: 'others', base: 'gpt-4o-mini', data: 'all but one', seed: 1 };
    const comparisons = await leaveOneOut(runs, fit, { ...options, replications: 20 });
    const wrong = differing(comparisons).filter((metric) => !/okens$/.test(metric));
    expect(wrong).toEqual([]);
    const residuals = residualsOf(comparisons, true);
    expect(residuals.map(({ target }) => target)).toContain('solved, coloring');
    expect(residuals.every(({ heldOut }) => heldOut)).toBe(true);
  });
});

test('a mock that leaves nothing open is not tested, and does not disagree', () => {
  const about = { file: 'run.json', task: 'coloring', agents: 4, simulated: 10, deviation: 0 } as const;
  const idle = {
    ...about,
    metric: 'malformed',
    recorded: 0,
    mean: 0,
    low: 0,
    high: 0,
    tail: 1,
    place: 0.999,
  };
  expect(verdictsOf([{ ...idle, isIdle: true }])).toMatchObject([{ verdict: 'untested', runs: 0 }]);
});

test('what is told round by round is listed in their order, whichever run came first', () => {
  const about = { file: 'run.json', task: 'coloring', agents: 4, simulated: 100, deviation: 1 } as const;
  const numbers = { recorded: 1, mean: 0, low: -1, high: 1, tail: 0.5, place: 0.4, isIdle: false };
  const listed = ['solved', 'conflicts[1]', 'conflicts[10]', 'conflicts[0]', 'conflicts[2]', 'tokens'];
  const verdicts = verdictsOf(listed.map((metric) => ({ ...about, ...numbers, metric })));
  expect(verdicts.map(({ metric }) => metric)).toEqual([
    'solved',
    'tokens',
    'conflicts[0]',
    'conflicts[1]',
    'conflicts[2]',
    'conflicts[10]',
  ]);
});

test('simulations that all come to one number have no error but rounding, which is none', () => {
  const about = { file: 'run.json', task: 'coloring', agents: 4, simulated: 100, metric: 'tokens' } as const;
  const numbers = { recorded: 199_000, low: 0, high: 0, tail: 1, place: 0.5, isIdle: false };
  const [residual] = residualsOf([{ ...about, ...numbers, mean: 203_000, deviation: 1.2e-10 }], false);
  expect(residual).not.toHaveProperty('wantedError');
  expect(residual!.error).toBe(0);
});

test('one run far out among many metrics is no difference; the same in every run is', () => {
  const about = { file: 'run.json', task: 'coloring', agents: 4, simulated: 100, deviation: 1 } as const;
  const at = (metric: string, place: number): Comparison => ({
    ...about,
    metric,
    recorded: 1,
    mean: 0,
    low: -1,
    high: 1,
    tail: 0.5,
    place,
    isIdle: false,
  });
  const others = Array.from({ length: 20 }, (_, i) => at(`other ${i}`, 0.5));
  expect(differing([at('one', 0.99), ...others])).toEqual([]);
  const every = Array.from({ length: 8 }, () => at('every', 0.99));
  expect(differing([...every, ...others])).toEqual(['every']);
});
