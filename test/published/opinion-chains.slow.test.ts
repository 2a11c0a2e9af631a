import { describe, expect, test } from 'vitest';
import { Stream } from '../../src/kernel/stream.ts';
import { meanOf } from '../replicate.ts';
import { regression } from './chains.ts';
import { rowsOf, sampleOf } from './samples.ts';
// The claims of the fast suite, over all of their runs.
import './opinion-chains.test.ts';

/** Slope of the logarithm of a mean over that of the size, with its standard error. */
function growth(sizes: readonly number[], runs: number, metric: string, raw: (agents: number) => object) {
  return regression(
    sizes.map((agents) => {
      const { mean, error } = sampleOf(rowsOf({ ...raw(agents) }, runs), metric);
      return { x: Math.log(agents), y: Math.log(mean), error: error / mean };
    }),
  );
}

describe('growth with the group', () => {
  test('many opinions: 3-majority saturates at sqrt n rounds, 2-choices goes on as n (Shimizu and Shiraga 2025)', () => {
    const of = (behaviour: string, sizes: readonly number[], runs: number) =>
      growth(sizes, runs, 'rounds', (agents) => ({
        topology: { kind: 'complete', agents },
        task: { kind: 'unanimity', distinct: true },
        protocol: { kind: 'opinions', self: true },
        behaviour,
      }));
    const three = of('k-majority', [64, 128, 256, 512], 200);
    const two = of('two-choices', [64, 128, 256], 200);
    // The laws hold up to logarithms, which slow both at these sizes; on which side of 1/2 they lie tells them apart.
    expect((three.slope - 1 / 2) / three.error).toBeLessThan(4);
    expect(three.slope / three.error).toBeGreaterThan(4);
    expect((two.slope - 1 / 2) / two.error).toBeGreaterThan(4);
    expect((two.slope - three.slope) / Math.hypot(two.error, three.error)).toBeGreaterThan(4);
  });

  /** The same game as a plain program: meetings until all know one name alone. */
  const plainGame = (agents: number, random: Stream): number => {
    const known = Array.from({ length: agents }, (): number[] => []);
    for (let meetings = 1, names = 0; ; meetings++) {
      const speaker = random.below(agents);
      const hearer = (speaker + 1 + random.below(agents - 1)) % agents;
      if (known[speaker]!.length === 0) known[speaker]!.push(names++);
      const word = known[speaker]![random.below(known[speaker]!.length)]!;
      if (!known[hearer]!.includes(word)) {
        known[hearer]!.push(word);
        continue;
      }
      known[speaker] = [word];
      known[hearer] = [word];
      if (known.every((names) => names.length === 1 && names[0] === word)) return meetings;
    }
  };

  test('naming game: towards n^1.5 meetings on a complete graph, n^3 in one dimension (Baronchelli et al. 2006)', () => {
    const of = (kind: string, sizes: readonly number[], runs: number) =>
      growth(sizes, runs, 'steps', (agents) => ({
        topology: { kind, agents },
        horizon: '100000s',
        task: { kind: 'unanimity', empty: true },
        protocol: { kind: 'opinions', timing: 'asynchronous', contact: 'pairs' },
        behaviour: 'naming-game',
        metrics: ['opinions'],
      }));
    const sizes = [16, 32, 64, 128];
    const all = of('complete', sizes, 500);
    const random = new Stream(8, 'plain');
    const plain = regression(
      sizes.map((agents) => {
        const spans = Array.from({ length: 500 }, () => plainGame(agents, random));
        const mean = meanOf(spans);
        const variance = meanOf(spans.map((it) => (it - mean) ** 2));
        return { x: Math.log(agents), y: Math.log(mean), error: Math.sqrt(variance / spans.length) / mean };
      }),
    );
    expect(Math.abs(all.slope - plain.slope) / Math.hypot(all.error, plain.error)).toBeLessThan(4);
    // Small groups stay below the exponent of the limit, and above that of coupon collection.
    expect((all.slope - 1) / all.error).toBeGreaterThan(4);
    expect((all.slope - 1.5) / all.error).toBeLessThan(4);
    const ring = of('ring', [8, 16, 32], 300);
    expect(Math.abs(ring.slope - 3) / ring.error).toBeLessThan(4);
  });
});
