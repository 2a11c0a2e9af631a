import { describe, expect, test } from 'vitest';
import { classify } from '../../src/world/outcome.ts';
import { replicate } from '../replicate.ts';
import { runsOfSuite } from '../suite.ts';
import { add, expectedUntil, jointly, permutations } from './chains.ts';
import { rowsOf, sampleOf, zOf } from './samples.ts';

// Laws that are asymptotic are held here for groups so small that the chain of their states can be solved, exactly; their
// slopes are in the slow suite.

const complete = (agents: number) => ({ kind: 'complete', agents });
const asynchronous = { kind: 'opinions', timing: 'asynchronous' };
const metrics = ['opinions'];
const runs = runsOfSuite(2000);

describe('many opinions (Shimizu and Shiraga 2025)', () => {
  type Rule = (own: number, shares: readonly number[]) => Map<number, number>;
  /** Three samples: what most of them hold, or one of the three at random. */
  const threeMajority: Rule = (_own, shares) => {
    const squares = shares.reduce((sum, p) => sum + p * p, 0);
    return new Map(shares.map((p, opinion) => [opinion, p * (1 + p - squares)]));
  };
  /** Two samples: what both hold, or one's own. */
  const twoChoices: Rule = (own, shares) => {
    const agreed = shares.reduce((sum, p) => sum + p * p, 0);
    return new Map(
      shares.map((p, opinion) => [opinion, p * p + (opinion === own ? 1 - agreed : 0)] as const),
    );
  };
  /** States are how many hold each opinion, most first. */
  const rounds = (n: number, rule: Rule): number =>
    expectedUntil(
      new Array(n).fill(1).join(' '),
      (state) => {
        const counts = state.split(' ').map(Number);
        const shares = counts.map((count) => count / n);
        const agents = counts.flatMap((count, own) => Array.from({ length: count }, () => rule(own, shares)));
        const next = new Map<string, number>();
        for (const [opinions, chance] of jointly(agents)) {
          const found = counts.map((_, opinion) => opinions.filter((it) => it === opinion).length);
          const held = found.filter((count) => count > 0).sort((a, b) => b - a);
          add(next, held.join(' '), chance);
        }
        return next;
      },
      (state) => !state.includes(' '),
    );

  test.each([
    ['k-majority', 5, threeMajority],
    ['two-choices', 4, twoChoices],
  ] as const)('%s from all distinct, %i agents: rounds of the exact chain', (behaviour, agents, rule) => {
    const found = rowsOf(
      {
        topology: complete(agents),
        task: { kind: 'unanimity', distinct: true },
        protocol: { kind: 'opinions', self: true },
        behaviour,
      },
      runs,
    );
    expect(Math.abs(zOf(sampleOf(found, 'rounds'), rounds(agents, rule)))).toBeLessThan(4);
  });
});

describe('tanh agents that can never rest (De Marzo et al., arXiv 2409.02822)', () => {
  /** Mean share of the opinion that leads, in the long run: the birth-death chain in detailed balance. */
  const leaders = (n: number, beta: number): number => {
    const up = (k: number): number => (1 - k / n) * (1 + Math.tanh(beta * ((2 * k) / n - 1)));
    const down = (k: number): number => (k / n) * (1 - Math.tanh(beta * ((2 * k) / n - 1)));
    let weight = 1;
    let total = 0;
    let sum = 0;
    for (let k = 0; k <= n; k++) {
      if (k > 0) weight *= up(k - 1) / down(k);
      total += weight;
      sum += (weight * Math.max(k, n - k)) / n;
    }
    return sum / total;
  };

  test.each([
    [12, 1.5],
    [8, 1],
  ])('%i of conformity %f: the leading share in the long run', (agents, beta) => {
    const found = rowsOf(
      {
        topology: complete(agents),
        horizon: '20s',
        task: { kind: 'unanimity', shares: [0.5, 0.5] },
        protocol: { ...asynchronous, self: true, stop: 'never' },
        behaviour: { kind: 'tanh', beta },
        metrics,
      },
      runsOfSuite(2000, 8),
    );
    expect(Math.abs(zOf(sampleOf(found, 'leaderShare'), leaders(agents, beta)))).toBeLessThan(4);
  });

  test('the chain comes to the fixed point m* = tanh(beta m*) as 1/n', () => {
    let magnetisation = 1;
    for (let i = 0; i < 200; i++) magnetisation = Math.tanh(1.5 * magnetisation);
    const off = [100, 200, 400, 800, 1600].map((n) => n * (leaders(n, 1.5) - (1 + magnetisation) / 2));
    // What is left, times n, settles: its changes halve from size to size or better.
    const changes = off.slice(1).map((it, i) => Math.abs(it - off[i]!));
    for (let i = 1; i < changes.length; i++) expect(changes[i]! / changes[i - 1]!).toBeLessThan(0.6);
  });
});

describe('naming game', () => {
  /** Who knows each name, as bits, over all names; the agents in the order that makes the least list. */
  const canonical = (names: readonly number[], orders: readonly number[][]): string =>
    orders
      .map((order) =>
        names
          .filter((mask) => mask > 0)
          .map((mask) => order.reduce((sum, to, from) => sum + (((mask >> from) & 1) << to), 0))
          .sort((a, b) => a - b)
          .join(' '),
      )
      .sort()[0]!;

  const meetings = (n: number): number => {
    const orders = permutations(n);
    return expectedUntil(
      '',
      (state) => {
        const names = state === '' ? [] : state.split(' ').map(Number);
        const next = new Map<string, number>();
        for (let speaker = 0; speaker < n; speaker++) {
          for (let hearer = 0; hearer < n; hearer++) {
            if (hearer === speaker) continue;
            const known = names.flatMap((mask, i) => ((mask >> speaker) & 1 ? [i] : []));
            const after = known.length > 0 ? names : [...names, 1 << speaker];
            const words = known.length > 0 ? known : [names.length];
            for (const word of words) {
              const both = (1 << speaker) | (1 << hearer);
              const isKnown = ((after[word]! >> hearer) & 1) === 1;
              const left = after.map((mask, i) => (i === word ? mask | both : isKnown ? mask & ~both : mask));
              add(next, canonical(left, orders), 1 / (n * (n - 1) * words.length));
            }
          }
        }
        return next;
      },
      (state) => state === String(2 ** n - 1),
    );
  };

  test.each([3, 4])('of %i agents from no names at all: meetings of the exact chain', (agents) => {
    const found = rowsOf(
      {
        topology: complete(agents),
        task: { kind: 'unanimity', empty: true },
        protocol: { ...asynchronous, contact: 'pairs' },
        behaviour: 'naming-game',
        metrics,
      },
      runs,
    );
    expect(Math.abs(zOf(sampleOf(found, 'steps'), meetings(agents)))).toBeLessThan(4);
  });
});

test('synchronous majority: each run ends as the map itself does, in a fixed point or a circle of two (Goles and Olivos 1980)', () => {
  const kinds = replicate(
    {
      topology: { kind: 'erdos-renyi', agents: 24, degree: 4 },
      horizon: { rounds: 60 },
      task: { kind: 'unanimity', shares: [0.5, 0.5], counts: 'random' },
      protocol: 'opinions',
      behaviour: 'majority',
    },
    runs,
    (ending) => {
      const { setting } = ending;
      const { offsets, targets } = setting.graph;
      const step = (of: readonly number[]): number[] =>
        of.map((own, v) => {
          let sum = 0;
          for (let arc = offsets[v]!; arc < offsets[v + 1]!; arc++) sum += 2 * of[targets[arc]!]! - 1;
          return sum === 0 ? own : sum > 0 ? 1 : 0;
        });
      const seen = [[...setting.inputs]];
      for (let round = 0; round < 50; round++) seen.push(step(seen.at(-1)!));
      const [last, before, twoBefore] = [seen.at(-1)!, seen.at(-2)!, seen.at(-3)!].map(String);
      // No violation of the theorem: what it was two rounds ago, it is.
      expect(twoBefore).toBe(last);
      const isUnanimous = new Set(seen.at(-1)).size === 1;
      const expected = isUnanimous ? 'valid' : before === last ? 'stalled' : 'livelock';
      expect(classify(ending).class).toBe(expected);
      return expected;
    },
  );
  expect(new Set(kinds)).toEqual(new Set(['valid', 'stalled', 'livelock']));
});
