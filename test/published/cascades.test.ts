import { expect, test } from 'vitest';
import { rowsOf, sampleOf, zOf } from './samples.ts';

const complete = (agents: number) => ({ kind: 'complete', agents });
const oneSeed = { kind: 'unanimity', seeds: 1 };
const settles = { kind: 'opinions', stop: 'settled' };
const metrics = ['opinions'];
const runs = 2000;

/** Solves x = f(x) from above by repetition. */
const fixedPoint = (f: (x: number) => number): number => {
  let x = 1;
  for (let i = 0; i < 10_000; i++) x = f(x);
  return x;
};

test('cascade on a random graph: outbreaks reach S = 1 - exp(-c T S), whether cascade or epidemic', () => {
  const outbreak = (degree: number, behaviour: object) => {
    const shares = sampleOf(
      rowsOf(
        {
          topology: { kind: 'erdos-renyi', agents: 2000, degree },
          task: oneSeed,
          protocol: settles,
          behaviour,
          metrics: [{ kind: 'opinions', values: [0] }],
        },
        12,
      ),
      'share0',
    ).values.map((share) => 1 - share);
    const large = shares.filter((share) => share > 0.2);
    expect(large.length).toBeGreaterThan(2);
    return large.reduce((sum, share) => sum + share, 0) / large.length;
  };
  for (const [product, expected] of [
    [1.5, 0.583],
    [2, 0.797],
    [3, 0.94],
    [4, 0.98],
  ] as const) {
    expect(fixedPoint((s) => 1 - Math.exp(-product * s))).toBeCloseTo(expected, 3);
    const cascade = outbreak(5, { kind: 'independent-cascade', transmission: product / 5 });
    expect(Math.abs(cascade - expected), `c T = ${product}`).toBeLessThan(0.05);
  }
  const epidemic = outbreak(5, { kind: 'sir', infection: 0.4, recovery: 1 });
  expect(Math.abs(epidemic - 0.797)).toBeLessThan(0.05);
});

test('independent cascade on a path: the expected reach is a geometric sum, under any timing', () => {
  const expected = (1 + 0.7 + 0.49 + 0.343) / 4;
  for (const timing of ['synchronous', 'asynchronous']) {
    const rows = rowsOf(
      {
        topology: { kind: 'path', agents: 4 },
        task: { kind: 'unanimity', seeds: [0] },
        protocol: { ...settles, timing },
        behaviour: { kind: 'independent-cascade', transmission: 0.7 },
        metrics,
      },
      runs,
    );
    expect(Math.abs(zOf(sampleOf(rows, 'share1'), expected)), timing).toBeLessThan(4);
  }
});

test('SIR on a complete graph with recovery 1 is the chain binomial of Reed and Frost', () => {
  const n = 5;
  const p = 0.3;
  // Expected final share of the infected, over states (susceptible, infected).
  const known = new Map<string, number>();
  const choose = (a: number, b: number): number => (b === 0 ? 1 : (choose(a, b - 1) * (a - b + 1)) / b);
  const ever = (susceptible: number, infected: number): number => {
    if (infected === 0) return n - susceptible;
    const key = `${susceptible}/${infected}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const caught = 1 - (1 - p) ** infected;
    let sum = 0;
    for (let k = 0; k <= susceptible; k++) {
      sum +=
        choose(susceptible, k) * caught ** k * (1 - caught) ** (susceptible - k) * ever(susceptible - k, k);
    }
    known.set(key, sum);
    return sum;
  };
  const rows = rowsOf(
    {
      topology: complete(n),
      task: oneSeed,
      protocol: settles,
      behaviour: { kind: 'sir', infection: p, recovery: 1 },
      metrics,
    },
    runs,
  );
  expect(Math.abs(zOf(sampleOf(rows, 'reach1'), ever(n - 1, 1) / n))).toBeLessThan(4);
});

test('configuration model: outbreaks begin at T = <k> / (<k^2> - <k>), for a regular graph 1 / (d - 1) (Newman 2002)', () => {
  const reach = (transmission: number) =>
    sampleOf(
      rowsOf(
        {
          topology: { kind: 'random-regular', agents: 1000, degree: 4 },
          task: oneSeed,
          protocol: settles,
          behaviour: { kind: 'independent-cascade', transmission },
          metrics,
        },
        30,
      ),
      'share1',
    ).mean;
  expect(reach(0.22)).toBeLessThan(0.02);
  expect(reach(0.45)).toBeGreaterThan(0.2);
});

test('SIS dies fast where infection / recovery < 1 / lambda_1 of the graph, and lives long well above', () => {
  const survival = (topology: object, ratio: number) => {
    const rows = rowsOf(
      {
        topology,
        horizon: { rounds: 400 },
        task: { kind: 'unanimity', shares: [0, 1] },
        protocol: { kind: 'opinions', stop: { value: 1, most: 0 } },
        behaviour: { kind: 'sis', infection: 0.2 * ratio, recovery: 0.2 },
      },
      10,
    );
    return sampleOf(rows, 'rounds').mean;
  };
  const cases: [object, number][] = [
    [complete(60), 59],
    [{ kind: 'star', agents: 82 }, 9],
    [{ kind: 'ring', agents: 60 }, 2],
  ];
  for (const [topology, greatest] of cases) {
    // Below the threshold the expected number of infected falls by 1 - 0.2 (1 - 0.5) a round.
    expect(survival(topology, 0.5 / greatest)).toBeLessThan(80);
    expect(survival(topology, 4 / greatest)).toBeGreaterThan(200);
  }
});

/** z P(Poisson(z) <= K - 2) > 1 (Watts 2002): whether a single agent can set off a random graph of mean degree z. */
function cascades(z: number, phi: number): boolean {
  const most = Math.floor(1 / phi + 1e-9);
  let term = Math.exp(-z);
  let sum = 0;
  for (let k = 0; k <= most - 2; k++) {
    sum += term;
    term *= z / (k + 1);
  }
  return z * sum > 1;
}

test('threshold cascades have a window of connectivity (Watts 2002)', () => {
  for (const [phi, low, high] of [
    [0.1, 1, 13.66],
    [0.15, 1, 7.48],
    [0.18, 1.02, 5.76],
    [0.25, 1.11, 3.86],
  ] as const) {
    expect(cascades(low - 0.02, phi)).toBe(false);
    expect(cascades(low + 0.02, phi)).toBe(true);
    expect(cascades(high - 0.02, phi)).toBe(true);
    expect(cascades(high + 0.02, phi)).toBe(false);
  }
  const global = (degree: number, phi: number) => {
    const rows = rowsOf(
      {
        topology: { kind: 'erdos-renyi', agents: 1000, degree },
        task: oneSeed,
        protocol: settles,
        behaviour: { kind: 'threshold', phi },
        metrics,
      },
      25,
    );
    return sampleOf(rows, 'share1').values.filter((share) => share > 0.3).length;
  };
  expect(global(3, 0.18)).toBeGreaterThan(5);
  expect(global(0.7, 0.18)).toBe(0);
  expect(global(9, 0.18)).toBe(0);
  expect(global(3, 0.4)).toBe(0);
});

const chat = (share: number, recovery: number, rounds: number) => ({
  topology: complete(200),
  horizon: { rounds },
  task: { kind: 'unanimity', shares: [1 - share, share] },
  protocol: { kind: 'opinions', contact: 'pairs', stop: { value: 1, most: 0 } },
  behaviour: { kind: 'sis', infection: 0.6, recovery, direction: 'onward' },
});

test('pairwise chat: c’ = b c (1 - c) / 2 - g c in one round of meetings, exactly', () => {
  const [b, g, n, infected] = [0.6, 0.1, 200, 60];
  const rows = rowsOf({ ...chat(0.3, g, 1), metrics }, runs);
  const expected = (infected * (1 - g) + ((n - infected) * (b / 2) * infected) / (n - 1)) / n;
  expect(Math.abs(zOf(sampleOf(rows, 'share1'), expected))).toBeLessThan(4);
});

test('pairwise chat: endemic at 1 - 2g/b, extinct where b <= 2g', () => {
  const [row] = rowsOf({ ...chat(0.5, 0.1, 400), metrics: [{ kind: 'opinions', after: 50 }] });
  expect(Math.abs((row!.metrics.meanShare1 as number) - 2 / 3)).toBeLessThan(0.03);
  for (const gone of rowsOf(chat(0.5, 0.4, 400), 5)) expect(gone.metrics.decided).toBe(1);
});

test('pipeline: errors add up stage by stage, and checks hold them down', () => {
  for (const [error, repair] of [
    [0.1, 0],
    [0.2, 0.3],
  ] as const) {
    const rows = rowsOf(
      {
        topology: { kind: 'path', agents: 8 },
        task: { kind: 'broadcast', value: 0 },
        protocol: settles,
        behaviour: { kind: 'relay', error, repair },
        metrics,
      },
      runs,
    );
    let wrong = 0;
    let sum = 0;
    for (let stage = 1; stage < 8; stage++) {
      wrong = (error + (1 - error) * wrong) * (1 - repair);
      sum += wrong;
    }
    if (repair === 0) {
      expect(1 - wrong).toBeCloseTo((1 - error) ** 7, 12);
      // All is right at the end exactly where all is right everywhere.
      expect(Math.abs(zOf(sampleOf(rows, 'solved'), (1 - error) ** 7))).toBeLessThan(4);
    }
    expect(Math.abs(zOf(sampleOf(rows, 'share1'), sum / 8))).toBeLessThan(4);
  }
});

test('SI by meetings of two: (n - 1) H(n - 1) meetings on a complete graph', () => {
  const rows = rowsOf(
    {
      topology: complete(12),
      task: oneSeed,
      protocol: { kind: 'opinions', timing: 'asynchronous', contact: 'pairs' },
      behaviour: { kind: 'sis', infection: 1, recovery: 0 },
      metrics,
    },
    runs,
  );
  let expected = 0;
  for (let k = 1; k < 12; k++) expected += 11 / k;
  expect(Math.abs(zOf(sampleOf(rows, 'steps'), expected))).toBeLessThan(4);
});

test('a rumour leaves about a fifth ignorant, theta = exp(-2 (1 - theta)) (Daley and Kendall 1965)', () => {
  let theta = 0;
  for (let i = 0; i < 1000; i++) theta = Math.exp(-2 * (1 - theta));
  expect(theta).toBeCloseTo(0.2032, 4);
  const rows = rowsOf(
    {
      topology: complete(300),
      task: oneSeed,
      protocol: { kind: 'opinions', timing: 'asynchronous', contact: 'pairs', stop: { value: 1, most: 0 } },
      behaviour: 'rumour',
      metrics,
    },
    20,
  );
  expect(Math.abs(sampleOf(rows, 'share0').mean - theta)).toBeLessThan(0.04);
});
