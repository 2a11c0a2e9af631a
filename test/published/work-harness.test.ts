import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastAhead } from '../../src/protocols/team/least-ahead.ts';
import { runsOfSuite } from '../suite.ts';
import { scenarioOf } from '../worlds.ts';
import { aheadBy, metricsOf, zOf } from './work-closed-forms.ts';

const prompt = 4000;

/** Siblings with a prompt in common: what is written and read of it, in prompts. */
function fanOut(siblings: number, firstToken: number, stagger: number): { written: number; read: number } {
  const [row] = metricsOf(
    {
      task: { kind: 'long-steps', steps: 1, chance: 0.9 },
      behaviour: { kind: 'worker', system: prompt - 50, request: 50, thought: 10 },
      protocol: { kind: 'tree-rollouts', trees: siblings, expansions: 0, stagger: `${stagger}ms` },
      serving: { firstToken: `${firstToken}ms`, cache: { ttl: '300s', minimum: 1024 } },
      metrics: ['meters'],
    },
    1,
  );
  return { written: row!.writtenTokens! / prompt, read: row!.cachedTokens! / prompt };
}

describe('siblings that share a prompt', () => {
  test('who starts before the first answer has begun writes it again, all others read it', () => {
    const times = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), times, times, (siblings, firstToken, stagger) => {
        const written = Math.min(siblings, Math.ceil(firstToken / stagger));
        expect(fanOut(siblings, firstToken, stagger)).toEqual({ written, read: siblings - written });
      }),
      { numRuns: 40 },
    );
  });
  test('at once all of them write it, unless the answer begins at once too', () => {
    expect(fanOut(7, 2000, 0)).toEqual({ written: 7, read: 0 });
    expect(fanOut(7, 0, 0)).toEqual({ written: 1, read: 6 });
  });
  test.each(['independent', 'best-of'])(
    'workers of %s that start apart read what the first wrote',
    (kind) => {
      const cached = (stagger: string): number =>
        metricsOf(
          {
            task: { kind: 'work-graph', items: 3, chance: 1 },
            behaviour: { kind: 'worker', system: prompt, request: 50 },
            protocol: { kind, turns: kind === 'best-of' ? 1 : 3, stagger },
            serving: { firstToken: '2s', cache: { ttl: '300s', minimum: 1024 } },
            metrics: ['meters'],
          },
          1,
        )[0]!.cachedTokens!;
      // Who puts together reads the shared beginning in either case.
      expect(cached('0s')).toBe(prompt);
      expect(cached('2s')).toBe(prompt + 2 * (prompt + 50));
    },
  );
  test('starting apart changes when work is done, and not how much', () => {
    const ended = (stagger: object) => {
      const [row] = metricsOf(
        {
          task: { kind: 'long-steps', steps: 6, chance: 0.7 },
          behaviour: 'worker',
          protocol: { kind: 'tree-rollouts', trees: 5, expansions: 0, ...stagger },
          serving: { firstToken: '1s' },
        },
        1,
      );
      const { outputTokens, rollouts, seconds } = row!;
      return { outputTokens, rollouts, seconds: seconds! };
    };
    const together = ended({});
    // Six steps of a second each; the fifth starts forty seconds later.
    expect(ended({ stagger: '10s' })).toEqual({ ...together, seconds: together.seconds + 40 });
  });
});

describe('agreed forms of messages', () => {
  const runs = runsOfSuite(1600);
  const handedOver = (contracts?: object): readonly number[] =>
    metricsOf(
      {
        seed: 17,
        task: { kind: 'work-graph', items: 10, chance: 1 },
        behaviour: { kind: 'worker', loss: 0.6, ...(contracts === undefined ? {} : { contracts }) },
        protocol: { kind: 'independent', workers: 1, turns: 10 },
      },
      runs,
    ).map((it) => it.soft!);
  test.each([
    [1, 0.3],
    [4, 0.25],
  ])('%d forms that each cover an item with chance %d save 1 - (1 - h)^n of what was lost', (count, hit) => {
    const kept = 1 - 0.6 * (1 - hit) ** count;
    expect(Math.abs(zOf(handedOver({ count, hit }), kept))).toBeLessThan(4);
  });
  test('none, or forms that cover nothing, save nothing', () => {
    expect(handedOver({ count: 0, hit: 1 })).toEqual(handedOver());
    expect(handedOver({ count: 5, hit: 0 })).toEqual(handedOver());
  });
  test('all of them are in every prompt', () => {
    const prompts = (count: number): number =>
      metricsOf(
        {
          task: { kind: 'work-graph', items: 3, chance: 1 },
          behaviour: { kind: 'worker', contracts: { count, rent: 70 } },
          protocol: { kind: 'single-agent', turns: 3 },
        },
        1,
      )[0]!.promptTokens!;
    expect(prompts(4) - prompts(0)).toBe(3 * 4 * 70);
  });
});

describe('independent agents on one product', () => {
  const runs = runsOfSuite(1600);
  const solved = (joint: boolean, hazard: number, workers = 3): number =>
    metricsOf(
      {
        seed: 18,
        task: { kind: 'work-graph', shape: 'chain', items: 5, chance: 0.97, hazard },
        behaviour: { kind: 'worker' },
        protocol: { kind: 'independent', workers, turns: 5 * workers, joint },
      },
      runs,
    ).reduce((sum, it) => sum + it.solved!, 0) / runs;
  test('spoil the work of one another, and only by its hazard', () => {
    expect(solved(true, 0.4)).toBeLessThan(solved(false, 0.4) - 0.2);
    expect(solved(true, 0)).toBe(solved(false, 0));
    expect(solved(true, 0.4, 1)).toBe(solved(false, 0.4, 1));
  });
});

describe('the lead that is worked out', () => {
  const voting = (ahead: object) => ({
    topology: { kind: 'complete', agents: 2 },
    task: { kind: 'long-steps', steps: 2, chance: 0.9 },
    behaviour: 'worker',
    protocol: { kind: 'ahead-voting', ahead },
  });
  test('suffices whatever the error, the steps and the chance, and one vote less does not', () => {
    const chance = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    const errors = fc.double({ min: 1e-3, max: 0.49, noNaN: true });
    fc.assert(
      fc.property(errors, fc.integer({ min: 1, max: 20_000 }), chance, (error, steps, success) => {
        const ahead = leastAhead({ error, steps, success });
        const all = (lead: number): number => aheadBy(1 - error, lead) ** steps;
        expect(all(ahead)).toBeGreaterThanOrEqual(success - 1e-9);
        if (ahead > 1) expect(all(ahead - 1)).toBeLessThanOrEqual(success + 1e-9);
      }),
    );
  });
  test('is the one that is voted by', () => {
    const [row] = metricsOf(voting({ error: 0.1, steps: 1000, success: 0.9 }), 1);
    expect(row!.lead).toBe(leastAhead({ error: 0.1, steps: 1000, success: 0.9 }));
  });
  test.each([
    [{ error: 0.5, steps: 10 }, /ahead.error: .*0.5/],
    [{ error: 0.1, steps: 10, success: 1 }, /ahead.success/],
    [{ error: 0.1 }, /ahead.steps/],
  ])('there is none for %o', (ahead, message) => {
    expect(() => scenarioOf(voting(ahead))).toThrow(message);
  });
});
