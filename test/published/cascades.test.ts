import { expect, test } from 'vitest';
import { runsOfSuite } from '../suite.ts';
import { binomial, convolve, rowsOf, sampleOf, zOf } from './samples.ts';

const complete = (agents: number) => ({ kind: 'complete', agents });
const oneSeed = { kind: 'unanimity', seeds: 1 };
const settles = { kind: 'opinions', stop: 'settled' };
const metrics = ['opinions'];
const runs = runsOfSuite(2000);

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

const chat = (share: number, recovery: number, rounds: number) => ({
  topology: complete(200),
  horizon: { rounds },
  task: { kind: 'unanimity', shares: [1 - share, share] },
  protocol: { kind: 'opinions', contact: 'pairs', stop: { value: 1, most: 0 } },
  behaviour: { kind: 'sis', infection: 0.6, recovery, direction: 'onward' },
});

test('pairwise chat: c’ = b c (1 - c) / 2 - g c in one round of meetings, exactly', () => {
  const [b, g, n, infected] = [0.6, 0.1, 200, 60];
  const rows = rowsOf({ ...chat(0.3, g, 1), metrics }, runsOfSuite(2000, 8));
  const expected = (infected * (1 - g) + ((n - infected) * (b / 2) * infected) / (n - 1)) / n;
  expect(Math.abs(zOf(sampleOf(rows, 'share1'), expected))).toBeLessThan(4);
});

/** Mean share of the infected after some rounds of such meetings, from half: the chain of how many there are. */
function chatChain(n: number, b: number, g: number, rounds: number): number {
  const logFactorials = [0];
  for (let k = 1; k <= n; k++) logFactorials.push(logFactorials[k - 1]! + Math.log(k));
  let shares = new Array<number>(n + 1).fill(0);
  shares[n / 2] = 1;
  // With i infected: how many meet one who is not, k, over all ways to pair; of these some pass it on, and others recover.
  const steps = shares.map((_, i) => {
    const ways = shares.map((_, k) => {
      const [among, apart] = [(i - k) / 2, (n - i - k) / 2];
      if (among < 0 || apart < 0 || !Number.isInteger(among)) return 0;
      const log = k * Math.LN2 - logFactorials[k]! - logFactorials[among]! - logFactorials[apart]!;
      return Math.exp(log - (logFactorials[n / 2]! - (n / 2) * 1.2));
    });
    const total = ways.reduce((sum, it) => sum + it, 0);
    let caught: number[] = [0];
    ways.forEach((way, k) => {
      if (way === 0) return;
      const chances = binomial(k, b / 2);
      caught = Array.from(
        { length: Math.max(caught.length, chances.length) },
        (_, c) => (caught[c] ?? 0) + (way / total) * (chances[c] ?? 0),
      );
    });
    return convolve(binomial(i, 1 - g), caught);
  });
  for (let round = 0; round < rounds; round++) {
    const next = new Array<number>(n + 1).fill(0);
    shares.forEach((share, i) => {
      if (share > 0)
        for (const [to, chance] of steps[i]!.entries()) if (chance > 0) next[to]! += share * chance;
    });
    shares = next;
  }
  return shares.reduce((sum, share, i) => sum + (share * i) / n, 0);
}

test('pairwise chat: the chain of how many are infected, which tends to 1 - 2g/b, or to none where b <= 2g', () => {
  for (const [recovery, rounds] of [
    [0.1, 40],
    [0.4, 8],
  ] as const) {
    const few = { ...chat(0.5, recovery, rounds), topology: complete(12), metrics };
    const found = sampleOf(rowsOf(few, runs), 'share1');
    expect(Math.abs(zOf(found, chatChain(12, 0.6, recovery, rounds))), `g = ${recovery}`).toBeLessThan(4);
  }
  const off = [30, 60, 120].map((n) => Math.abs(chatChain(n, 0.6, 0.1, 100) - 2 / 3));
  // Halved by twice as many agents, or nearly: the mean field is the limit.
  for (const i of [1, 2]) expect(off[i]! / off[i - 1]!).toBeLessThan(0.6);
  expect(chatChain(60, 0.6, 0.4, 200)).toBeLessThan(1e-6);
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
  /** Mean share that never hears it, of n agents: over how many are ignorant and how many spread it. */
  const ignorant = (n: number): number => {
    const left = Array.from({ length: n }, (_, x) => [x / n]);
    for (let x = 0; x < n; x++) {
      for (let y = 1; y <= n - x; y++) {
        const [tells, both, silences] = [x * y, (y * (y - 1)) / 2, y * (n - x - y)];
        const sum =
          (tells > 0 ? tells * left[x - 1]![y + 1]! : 0) +
          (both > 0 ? both * left[x]![y - 2]! : 0) +
          (silences > 0 ? silences * left[x]![y - 1]! : 0);
        left[x]!.push(sum / (tells + both + silences));
      }
    }
    return left[n - 1]![1]!;
  };
  const agents = 10;
  const rows = rowsOf(
    {
      topology: complete(agents),
      task: oneSeed,
      protocol: { kind: 'opinions', timing: 'asynchronous', contact: 'pairs', stop: { value: 1, most: 0 } },
      behaviour: 'rumour',
      metrics,
    },
    runs,
  );
  expect(Math.abs(zOf(sampleOf(rows, 'share0'), ignorant(agents)))).toBeLessThan(4);
  const off = [50, 100, 200, 400].map((n) => Math.abs(ignorant(n) - theta));
  for (const i of [1, 2, 3]) expect(off[i]! / off[i - 1]!).toBeLessThan(0.6);
});
