import { expect, test } from 'vitest';
import { runsOfSuite } from '../suite.ts';
import { glauberChain } from './chains.ts';
import { binomial, convolve, expectedSteps, rowsOf, sampleOf, zOf } from './samples.ts';

// Every oracle runs through scenarios as a file would hold them. Exact ones are held to |z| <= 4 over fixed seeds.

const complete = (agents: number) => ({ kind: 'complete', agents });
const tied = { kind: 'unanimity', shares: [0.5, 0.5] };
const asynchronous = { kind: 'opinions', timing: 'asynchronous' };
const metrics = ['opinions'];
const runs = runsOfSuite(2000);

test('voter on a complete graph, all distinct: (n - 1)^2 steps on average (Pickering and Lim 2016)', () => {
  const rows = rowsOf(
    {
      topology: complete(8),
      task: { kind: 'unanimity', distinct: true },
      protocol: asynchronous,
      behaviour: 'voter',
      metrics,
    },
    runs,
  );
  expect(Math.abs(zOf(sampleOf(rows, 'steps'), 49))).toBeLessThan(4);
});

test('voter on a star: the centre wins by its share of link ends, or of heads where links tick (Sood and Redner 2005)', () => {
  const star = (protocol: object) =>
    sampleOf(
      rowsOf(
        {
          topology: { kind: 'star', agents: 6 },
          task: { kind: 'unanimity', seeds: [0] },
          protocol: { ...asynchronous, ...protocol },
          behaviour: 'voter',
          metrics,
        },
        runs,
      ),
      'share1',
    );
  expect(Math.abs(zOf(star({}), 1 / 2))).toBeLessThan(4);
  expect(Math.abs(zOf(star({ clocks: 'links' }), 1 / 6))).toBeLessThan(4);
  // The invasion process, in which the one who acts is copied: weights are inverse degrees, 1/5 against 5.
  const invasion = star({ contact: 'pairs', changes: 'second' });
  expect(Math.abs(zOf(invasion, 1 / 5 / (1 / 5 + 5)))).toBeLessThan(4);
});

test('biased voter: a gambler’s ruin', () => {
  const rows = rowsOf(
    {
      topology: complete(10),
      task: { kind: 'unanimity', seeds: 2 },
      protocol: asynchronous,
      behaviour: { kind: 'voter', adopt: { 0: 0.8 } },
      metrics,
    },
    runs,
  );
  const r = 1 / 0.8;
  expect(Math.abs(zOf(sampleOf(rows, 'share1'), (1 - r ** -2) / (1 - r ** -10)))).toBeLessThan(4);
});

const threeMajority = (n: number): number =>
  expectedSteps(n, n / 2, (i) => binomial(n, 3 * (i / n) ** 2 - 2 * (i / n) ** 3));

test('3-majority, two opinions: rounds of the chain Bin(n, 3p^2 - 2p^3)', () => {
  expect(threeMajority(50)).toBeCloseTo(8.448, 3);
  expect(threeMajority(100)).toBeCloseTo(9.647, 3);
  const rows = rowsOf(
    {
      topology: complete(20),
      task: tied,
      protocol: { kind: 'opinions', self: true },
      behaviour: 'k-majority',
    },
    runs,
  );
  expect(Math.abs(zOf(sampleOf(rows, 'rounds'), threeMajority(20)))).toBeLessThan(4);
});

const twoChoices = (n: number): number =>
  expectedSteps(n, n / 2, (i) => convolve(binomial(i, 1 - (1 - i / n) ** 2), binomial(n - i, (i / n) ** 2)));

test('2-choices, two opinions: the same drift with less noise', () => {
  expect(Math.abs(twoChoices(100) - 9.95)).toBeLessThan(0.2);
  const rows = rowsOf(
    {
      topology: complete(20),
      task: tied,
      protocol: { kind: 'opinions', self: true },
      behaviour: 'two-choices',
    },
    runs,
  );
  expect(Math.abs(zOf(sampleOf(rows, 'rounds'), twoChoices(20)))).toBeLessThan(4);
});

test('tanh agents on a complete graph: steps of the birth-death chain (De Marzo et al., arXiv 2409.02822)', () => {
  expect(glauberChain(20, 2)).toBeCloseTo(97.67, 2);
  const steps = (agents: number, beta: number) =>
    sampleOf(
      rowsOf(
        {
          topology: complete(agents),
          task: tied,
          protocol: { ...asynchronous, self: true },
          behaviour: { kind: 'tanh', beta },
          metrics,
        },
        runs,
      ),
      'steps',
    );
  expect(Math.abs(zOf(steps(20, 2), glauberChain(20, 2)))).toBeLessThan(4);
  expect(Math.abs(zOf(steps(8, 1), glauberChain(8, 1)))).toBeLessThan(4);
});

test('a fitted language model below its critical size coordinates, above it does not', () => {
  const decided = (profile: string, agents: number) =>
    sampleOf(
      rowsOf(
        {
          topology: complete(agents),
          horizon: '40s',
          task: tied,
          protocol: { ...asynchronous, self: true },
          behaviour: { kind: 'tanh', profile },
        },
        30,
      ),
      'solved',
    ).mean;
  expect(decided('gpt-4-turbo', 100)).toBeGreaterThan(0.95);
  expect(decided('claude-3-haiku', 50)).toBe(0);
});

test.each([true, false])(
  'a model has the strength published for its group, with itself in view: %s',
  (self) => {
    const playedWith = (behaviour: object) => {
      const protocol = { ...asynchronous, self };
      const world = { topology: complete(20), horizon: '5s', task: tied, protocol, metrics };
      return rowsOf({ ...world, behaviour: { kind: 'tanh', ...behaviour } }, 60);
    };
    const published = playedWith({ beta: 3.81 }).map((row) => row.metrics);
    expect(playedWith({ profile: 'gpt-4o' }).map((row) => row.metrics)).toEqual(published);
    expect(playedWith({ beta: 3.9 }).map((row) => row.metrics)).not.toEqual(published);
  },
);

test('DeGroot: lazy averaging contracts by the second eigenvalue of the walk, to the mean weighted by degree', () => {
  const { cos, PI } = Math;
  const cases: [object, number][] = [
    [{ kind: 'ring', agents: 10 }, 0.5 + 0.5 * cos((2 * PI) / 10)],
    [{ kind: 'path', agents: 6 }, 0.5 + 0.5 * cos(PI / 5)],
    [complete(8), 0.5 - 0.5 / 7],
    [{ kind: 'hypercube', agents: 8 }, 1 - 1 / 3],
    [{ kind: 'star', agents: 9 }, 0.5],
  ];
  for (const [topology, factor] of cases) {
    const [row] = rowsOf({
      topology,
      task: { kind: 'unanimity', seeds: [1], within: 1e-9 },
      protocol: { kind: 'opinions', within: 1e-9 },
      behaviour: 'degroot',
      metrics,
    });
    expect(row!.outcome).toBe('valid');
    expect(row!.metrics.contraction).toBeCloseTo(factor, 4);
  }
  // Agent 0 is the centre of the star, and has half of all link ends.
  const [row] = rowsOf({
    topology: { kind: 'star', agents: 9 },
    task: { kind: 'unanimity', seeds: [0], within: 1e-9 },
    protocol: { kind: 'opinions', within: 1e-9 },
    behaviour: 'degroot',
    metrics,
  });
  expect(row!.metrics.mean).toBeCloseTo(0.5, 8);
});

test('Metropolis weights keep the mean on any graph (Xiao and Boyd 2004)', () => {
  const [row] = rowsOf({
    topology: { kind: 'barabasi-albert', agents: 20, m: 2 },
    task: { kind: 'unanimity', uniform: [0, 1], within: 1e-6 },
    protocol: { kind: 'opinions', within: 1e-6 },
    behaviour: { kind: 'degroot', weights: 'metropolis' },
    metrics,
  });
  expect(row!.outcome).toBe('valid');
  expect(row!.metrics.meanChange).toBeCloseTo(0, 9);
});

test('pairwise averaging on a complete graph: the variance shrinks by 1 - 1/(n - 1) a meeting (Boyd et al. 2006)', () => {
  const rows = rowsOf(
    {
      topology: complete(10),
      horizon: '1s',
      task: { kind: 'unanimity', pattern: [0, 1] },
      protocol: { ...asynchronous, contact: 'pairs', stop: 'never' },
      behaviour: 'degroot',
      metrics,
    },
    runsOfSuite(2000, 8),
  );
  // The number of meetings in a period is Poisson of mean 10, and E[f^steps] = exp(-10 (1 - f)).
  expect(Math.abs(zOf(sampleOf(rows, 'variance'), 0.25 * Math.exp(-10 / 9)))).toBeLessThan(4);
  for (const row of rows.slice(0, 50)) expect(row.metrics.meanChange).toBeCloseTo(0, 12);
});

test('Friedkin and Johnsen: anchors keep opinions apart, at the solution of a linear system', () => {
  const [row] = rowsOf({
    topology: { kind: 'path', agents: 2 },
    horizon: { rounds: 100 },
    task: { kind: 'unanimity', pattern: [0, 1] },
    protocol: { kind: 'opinions', stop: 'never' },
    behaviour: { kind: 'degroot', self: 0, anchor: 0.5 },
    metrics,
  });
  // x = (0 + y) / 2 and y = (1 + x) / 2.
  expect(row!.metrics.spread).toBeCloseTo(1 / 3, 9);
});

test('synchronous majority on an alternating even ring: a circle of two states (Goles and Olivos 1980)', () => {
  const [ring] = rowsOf({
    topology: { kind: 'ring', agents: 10 },
    horizon: { rounds: 60 },
    task: { kind: 'unanimity', pattern: [0, 1] },
    protocol: 'opinions',
    behaviour: 'majority',
  });
  expect(ring!.outcome).toBe('livelock');
  expect(ring!.witness).toContain('recurs every 2 samples');
});

test('asynchronous majority, any number of opinions: at most one change per link, then all is still', () => {
  const rows = rowsOf(
    {
      topology: { kind: 'random-regular', agents: 30, degree: 4 },
      task: { kind: 'unanimity', shares: [0.25, 0.25, 0.25, 0.25] },
      protocol: { ...asynchronous, stop: 'settled' },
      behaviour: 'majority',
      metrics,
    },
    200,
  );
  const links = 60;
  for (const row of rows) {
    expect(['valid', 'split']).toContain(row.outcome);
    expect(row.metrics.changes).toBeLessThanOrEqual(links);
  }
});

test('two courteous agents: 1 / (2 q (1 - q)) rounds, and never at q = 1', () => {
  const couple = (q: number) => ({
    topology: { kind: 'path', agents: 2 },
    horizon: { rounds: 200 },
    task: { kind: 'unanimity', pattern: [0, 1] },
    protocol: 'opinions',
    behaviour: { kind: 'voter', adopt: q },
  });
  expect(Math.abs(zOf(sampleOf(rowsOf(couple(0.3), runs), 'rounds'), 1 / 0.42))).toBeLessThan(4);
  const [row] = rowsOf(couple(1));
  expect(row!.outcome).toBe('livelock');
  expect(row!.witness).toContain('recurs every 2 samples');
});
