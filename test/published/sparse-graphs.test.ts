import { describe, expect, test } from 'vitest';
import type { Ending } from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { replicate } from '../replicate.ts';
import { isSlow } from '../suite.ts';
import { runOfRaw } from '../worlds.ts';
import { connectivityOf, frailty, isRobust, without } from './robust-graphs.ts';

describe('W-MSR on sparse graphs', () => {
  const silent = (agents: readonly number[]) =>
    agents.length > 0 ? [{ kind: 'byzantine', agents, strategy: 'silent' }] : [];
  const run = (topology: object, seed: number, faults: readonly object[], task: object) =>
    runOfRaw({
      seed,
      topology,
      task,
      protocol: { kind: 'w-msr', f: 1, rounds: 400, bounds: 'ignored' },
      faults,
    }).ending;
  const spread = { kind: 'approximate-agreement', inputs: 'random', epsilon: 0.01 };
  const masksOf = ({ offsets, targets }: Ending['setting']['graph']): number[] =>
    Array.from({ length: offsets.length - 1 }, (_, v) =>
      targets.subarray(offsets[v], offsets[v + 1]).reduce((mask, to) => mask | (1 << to), 0),
    );

  test('W-MSR meets just where the graph is (2, 2)-robust, with one liar of nine', () => {
    const kinds = { robust: 0, bearing: 0, frail: 0, sparsest: Number.POSITIVE_INFINITY };
    for (let seed = 0; seed < (isSlow ? 40 : 6); seed++) {
      const topology = { kind: 'erdos-renyi', agents: 9, p: seed % 2 === 0 ? 0.7 : 0.45 };
      const masks = masksOf(run(topology, seed, [], spread).setting.graph);
      const connectivity = connectivityOf(masks);
      const halves = frailty(masks, 2);
      if (halves === undefined) {
        kinds.robust++;
        // The theorem is for liars that tell all the same. Against any others, silent ones among them, what is left without
        // any one of them must be robust by itself; and then the graph is as connected as any algorithm needs (Dolev 1982;
        // Fischer, Lynch and Merritt 1986).
        const bearsStories = masks.every((_, liar) => isRobust(without(masks, liar), 2));
        if (bearsStories) {
          kinds.bearing++;
          expect(connectivity).toBeGreaterThanOrEqual(3);
          kinds.sparsest = Math.min(kinds.sparsest, connectivity);
        }
        const strategies = bearsStories ? ['silent', 'flip', 'equivocate', 'random'] : ['flip'];
        for (const strategy of strategies) {
          for (let liar = 0; liar < 9; liar += isSlow ? 1 : 3) {
            const ending = run(topology, seed, [{ kind: 'byzantine', agents: [liar], strategy }], spread);
            expect(classify(ending).class, `${strategy}, seed ${seed}, agent ${liar}`).toBe('valid');
          }
        }
        continue;
      }
      kinds.frail++;
      // Two sets of which nobody but the liar hears two of outside: one holds 0 and the other 1, for ever.
      const { first, second, liars } = halves;
      const pattern = masks.map((_, v) => ((first >> v) & 1 ? 0 : (second >> v) & 1 ? 1 : 0.5));
      const faults = silent(masks.flatMap((_, v) => ((liars >> v) & 1 ? [v] : [])));
      const { decisions } = run(topology, seed, faults, { kind: 'unanimity', pattern, within: 0.001 });
      masks.forEach((_, v) => {
        if ((liars >> v) & 1) return;
        if ((first >> v) & 1) expect(decisions[v]).toBe(0);
        if ((second >> v) & 1) expect(decisions[v]).toBe(1);
      });
    }
    expect(Math.min(kinds.bearing, kinds.frail)).toBeGreaterThan(0);
    // Far from complete, where no agent could be cut off with fewer than eight gone.
    expect(kinds.sparsest).toBeLessThan(6);
  });

  test('a cube of four dimensions is connected enough for an algorithm, and yet not robust enough for W-MSR', () => {
    const cube = { kind: 'hypercube', agents: 16 };
    const pattern = Array.from({ length: 16 }, (_, v) => (v < 8 ? 0 : 1));
    const ending = run(cube, 1, [], { kind: 'unanimity', pattern, within: 0.001 });
    expect(connectivityOf(masksOf(ending.setting.graph))).toBe(4);
    expect([...ending.decisions]).toEqual(pattern);
    expect(classify(ending).class).toBe('split');
  });

  test.each([1, 2])(
    'where 2f = 2 * %i agents cut the graph, it keeps apart what lies on either side',
    (f) => {
      // A ring in which each is joined to the next f on either side: 2f of them cut it, and one more there is no telling.
      const ring = { kind: 'watts-strogatz', agents: 8 * f, k: 2 * f, p: 0 };
      const raw = {
        topology: ring,
        task: { kind: 'approximate-agreement', inputs: 'spread', epsilon: 0.001 },
        protocol: { kind: 'w-msr', f, rounds: 200 },
      };
      const found = replicate(raw, 1, (ending) => ({
        connectivity: connectivityOf(masksOf(ending.setting.graph)),
        outcome: classify(ending).class,
      }));
      expect(found).toEqual([{ connectivity: 2 * f, outcome: 'split' }]);
    },
  );
});
