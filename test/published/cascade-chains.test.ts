import { describe, expect, test } from 'vitest';
import { zOfShare } from '../replicate.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { add, expectedUntil, jointly } from './chains.ts';
import { binomial, rowsOf, sampleOf, zOf } from './samples.ts';

// Thresholds of spreading, which are those of infinite groups: held by chains that can be solved for small ones, and by
// branching processes where a group of some hundred differs from an infinite one by less than can be measured.

const runs = runsOfSuite(2000);
const oneSeed = { kind: 'unanimity', seeds: 1 };
const settles = { kind: 'opinions', stop: 'settled' };

/** Solves x = f(x), where f rises from [0, 1] into itself, for the least such x or the greatest, by repetition. */
const fixedPoint = (f: (x: number) => number, from: 0 | 1): number => {
  let x: number = from;
  for (let i = 0; i < 10_000; i++) x = f(x);
  return x;
};

/** Share that one seed reaches of n agents, where each infects each with chance p once: mean, and chance of more than half. */
function reedFrost(n: number, p: number): { mean: number; large: number } {
  const means = new Float64Array((n + 1) ** 2);
  const larges = new Float64Array((n + 1) ** 2);
  for (let susceptible = 0; susceptible < n; susceptible++) {
    means[susceptible * (n + 1)] = (n - susceptible) / n;
    larges[susceptible * (n + 1)] = 2 * (n - susceptible) > n ? 1 : 0;
    for (let infected = 1; infected <= n - susceptible; infected++) {
      let [mean, large] = [0, 0];
      binomial(susceptible, 1 - (1 - p) ** infected).forEach((chance, caught) => {
        const next = (susceptible - caught) * (n + 1) + caught;
        mean += chance * means[next]!;
        large += chance * larges[next]!;
      });
      means[susceptible * (n + 1) + infected] = mean;
      larges[susceptible * (n + 1) + infected] = large;
    }
  }
  const start = (n - 1) * (n + 1) + 1;
  return { mean: means[start]!, large: larges[start]! };
}

describe('cascades on a random graph of mean degree c', () => {
  const agents = 40;
  // Each edge exists with chance c / (n - 1) and passes it on with chance T: exactly the chain binomial of both.
  const products = [
    [1.5, 0.583],
    [3, 0.94],
    [2, 0.797],
    [4, 0.98],
  ] as const;
  test.each(isSlow ? products : products.slice(0, 2))(
    'reach what the exact chain says for c T = %f, which tends to S^2 on average, S = %f',
    (product, limit) => {
      const degree = 5;
      for (const behaviour of [
        { kind: 'independent-cascade', transmission: product / degree },
        { kind: 'sir', infection: product / degree, recovery: 1 },
      ]) {
        const found = sampleOf(
          rowsOf(
            {
              topology: { kind: 'erdos-renyi', agents, degree },
              task: oneSeed,
              protocol: settles,
              behaviour,
              metrics: [{ kind: 'opinions', values: [0] }],
            },
            runs,
          ),
          'share0',
        );
        const { mean, large } = reedFrost(agents, product / (agents - 1));
        expect(Math.abs(zOf(found, 1 - mean)), behaviour.kind).toBeLessThan(4);
        const outbreaks = found.values.filter((share) => share < 1 / 2).length / runs;
        expect(Math.abs(zOfShare(outbreaks, runs, large)), behaviour.kind).toBeLessThan(4);
      }
      // An outbreak comes with chance S and reaches S.
      const share = fixedPoint((s) => 1 - Math.exp(-product * s), 1);
      expect(share).toBeCloseTo(limit, 3);
      const off = [20, 40, 80].map((n) => Math.abs(reedFrost(n, product / (n - 1)).mean - share ** 2));
      expect(off[1]).toBeLessThan(off[0]!);
      expect(off[2]).toBeLessThan(off[1]!);
    },
  );
});

describe('configuration model: outbreaks begin at T = <k> / (<k^2> - <k>), for a regular graph 1 / (d - 1) (Newman 2002)', () => {
  const degree = 4;
  const agents = isSlow ? 600 : 400;
  const reach = (transmission: number) =>
    sampleOf(
      rowsOf(
        {
          topology: { kind: 'random-regular', agents, degree },
          task: oneSeed,
          protocol: settles,
          behaviour: { kind: 'independent-cascade', transmission },
          metrics: ['opinions'],
        },
        runs,
      ),
      'share1',
    );

  // A branching process: one seed with d links, others with d - 1. Its mean is finite up to the threshold of 1/3.
  test.each(isSlow ? [0.1, 0.2] : [0.2])(
    'below it, T = %f: the mean reach is 1 + d T / (1 - (d - 1) T)',
    (t) => {
      const share = reach(t);
      expect(Math.abs(zOf(share, (1 + (degree * t) / (1 - (degree - 1) * t)) / agents))).toBeLessThan(4);
    },
  );

  test.each(isSlow ? [0.5, 0.65] : [0.5])(
    'above it, T = %f: the chance of an outbreak is that the branching never ends',
    (t) => {
      const dies = fixedPoint((u) => 1 - t + t * u ** (degree - 1), 0);
      const outbreaks = reach(t).values.filter((share) => share > 0.2).length / runs;
      expect(Math.abs(zOfShare(outbreaks, runs, 1 - dies ** degree))).toBeLessThan(4);
    },
  );
});

describe('SIS dies fast where infection / recovery < 1 / lambda_1 of the graph, and lives long well above', () => {
  const recovery = 0.4;
  const sis = (topology: object, infection: number) => ({
    topology,
    horizon: { rounds: 100_000 },
    task: { kind: 'unanimity', shares: [0, 1] },
    protocol: { kind: 'opinions', stop: { value: 1, most: 0 } },
    behaviour: { kind: 'sis', infection, recovery },
  });
  const neighboursOf = (kind: string, n: number): number[][] =>
    Array.from({ length: n }, (_, v) => {
      if (kind === 'complete') return Array.from({ length: n }, (_, w) => w).filter((w) => w !== v);
      if (kind === 'star') return v === 0 ? Array.from({ length: n - 1 }, (_, w) => w + 1) : [0];
      return [(v + 1) % n, (v + n - 1) % n];
    });
  const greatest = (kind: string, n: number): number =>
    kind === 'complete' ? n - 1 : kind === 'star' ? Math.sqrt(n - 1) : 2;

  test.each([
    ['complete', 0.5],
    ['complete', 1.5],
    ['star', 0.5],
    ['star', 1.5],
    ['ring', 0.5],
    ['ring', 1.5],
  ])('on a %s of 5, at %f of the threshold: rounds of the chain over all states', (kind, ratio) => {
    const n = 5;
    const infection = (ratio * recovery) / greatest(kind, n);
    const neighbours = neighboursOf(kind, n);
    const rounds = expectedUntil(
      '11111',
      (state) => {
        const next = new Map<string, number>();
        const agents = [...state].map((own, v) => {
          const infected = neighbours[v]!.filter((other) => state[other] === '1').length;
          const caught = own === '1' ? 1 - recovery : 1 - (1 - infection) ** infected;
          return new Map([
            ['1', caught],
            ['0', 1 - caught],
          ]);
        });
        for (const [states, chance] of jointly(agents)) add(next, states.join(''), chance);
        return next;
      },
      (state) => !state.includes('1'),
    );
    const found = sampleOf(rowsOf(sis({ kind, agents: n }, infection), runs), 'rounds');
    expect(Math.abs(zOf(found, rounds))).toBeLessThan(4);
  });

  // What is infected in expectation falls by 1 - recovery + infection lambda_1 a round, and n of it at first bound the chance
  // that any is left: on any graph (Ganesh, Massoulie and Towsley 2005).
  test.each([
    ['complete', 30],
    ['star', 37],
    ['ring', 30],
  ])(
    'on a %s of %i below the threshold, more than ln n rounds are as rare as the bound has it',
    (kind, n) => {
      const factor = 1 - recovery / 2;
      const found = sampleOf(
        rowsOf(sis({ kind, agents: n }, recovery / 2 / greatest(kind, n)), runs),
        'rounds',
      );
      for (const chance of [0.5, 0.1]) {
        const most = Math.ceil(Math.log(chance / n) / Math.log(factor));
        const share = found.values.filter((rounds) => rounds > most).length / runs;
        expect(zOfShare(share, runs, chance), `${chance}`).toBeLessThan(4);
      }
    },
  );

  test('on a complete graph the exact chain lives ln n below the threshold, and exponentially long above', () => {
    const lives = (n: number, ratio: number): number => {
      const infection = (ratio * recovery) / (n - 1);
      return expectedUntil(
        String(n),
        (state) => {
          const infected = Number(state);
          const next = new Map<string, number>();
          for (const [kept, stay] of binomial(infected, 1 - recovery).entries()) {
            const catching = binomial(n - infected, 1 - (1 - infection) ** infected);
            for (const [caught, chance] of catching.entries())
              add(next, String(kept + caught), stay * chance);
          }
          return next;
        },
        (state) => state === '0',
      );
    };
    const [b10, b20, b40] = [10, 20, 40].map((n) => lives(n, 0.5)) as [number, number, number];
    // What is left falls by 1 - recovery / 2 a round, so that a doubling costs so many rounds more, at most.
    const perDoubling = Math.LN2 / -Math.log(1 - recovery / 2);
    expect(b20 - b10).toBeLessThan(perDoubling);
    expect(b40 - b20).toBeLessThan(perDoubling);
    const [a10, a20, a30] = [10, 20, 30].map((n) => Math.log(lives(n, 2))) as [number, number, number];
    // Each ten more multiply it by as much as the last, or more.
    expect(a20 - a10).toBeGreaterThan(0.7);
    expect(a30 - a20).toBeGreaterThan(a20 - a10);
  });
});

describe('threshold cascades have a window of connectivity (Watts 2002)', () => {
  /**
   * The chance that one agent sets off a global cascade on an infinite random graph of mean degree z: that it has a
   * neighbour in the giant cluster of those whom one neighbour is enough for, at most K = floor(1/phi) links.
   */
  const triggers = (z: number, phi: number): number => {
    const most = Math.floor(1 / phi + 1e-9);
    const excess: number[] = [Math.exp(-z)];
    for (let k = 1; k < most; k++) excess.push((excess[k - 1]! * z) / k);
    const vulnerable = excess.reduce((sum, p) => sum + p, 0);
    const misses = fixedPoint((u) => 1 - vulnerable + excess.reduce((sum, p, k) => sum + p * u ** k, 0), 0);
    return 1 - Math.exp(-z * (1 - misses));
  };

  test('which is where the chance is not zero: the published edges', () => {
    for (const [phi, low, high] of [
      [0.1, 1, 13.66],
      [0.15, 1, 7.48],
      [0.18, 1.02, 5.76],
      [0.25, 1.11, 3.86],
    ] as const) {
      for (const outside of [low - 0.03, high + 0.03]) expect(triggers(outside, phi)).toBeLessThan(1e-6);
      for (const inside of [low + 0.03, high - 0.03]) expect(triggers(inside, phi)).toBeGreaterThan(1e-3);
    }
    for (let z = 0.5; z < 10; z += 0.1) expect(triggers(z, 0.3)).toBeLessThan(1e-6);
  });

  const agents = isSlow ? 600 : 400;
  const share = (z: number, phi: number, runs: number): number => {
    const rows = rowsOf(
      {
        topology: { kind: 'erdos-renyi', agents, degree: z },
        task: oneSeed,
        protocol: settles,
        behaviour: { kind: 'threshold', phi },
        metrics: ['opinions'],
      },
      runs,
    );
    return sampleOf(rows, 'share1').values.filter((it) => it > 0.3).length / runs;
  };
  const inside = [
    [3, 0.18],
    [2, 0.25],
    [4, 0.1],
    [3, 0.15],
  ] as const;

  test.each(isSlow ? inside : inside.slice(0, 2))(
    'inside it, z = %f and phi = %f: as often as that',
    (z, phi) => {
      expect(Math.abs(zOfShare(share(z, phi, runs), runs, triggers(z, phi)))).toBeLessThan(4);
    },
  );

  // Just outside, where groups are finite: hardly ever, which four standard errors tell from one in a hundred.
  test.each([
    [0.7, 0.18],
    [8, 0.18],
    [6, 0.25],
    [10, 0.15],
    [3, 0.4],
    [2, 0.34],
  ])('outside, z = %f and phi = %f: none', (z, phi) => {
    const runs = isSlow ? 1000 : 60;
    expect(triggers(z, phi)).toBeLessThan(1e-6);
    expect(zOfShare(share(z, phi, runs), runs, 0.01)).toBeLessThan(isSlow ? -2 : 1);
  });
});
