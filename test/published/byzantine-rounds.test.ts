import { describe, expect, test } from 'vitest';
import type { Ending } from '../../src/world/contracts.ts';
import { classify } from '../../src/world/outcome.ts';
import { meanOf, replicate, zOfShare } from '../replicate.ts';
import { isSlow, runsOfSuite } from '../suite.ts';
import { runOfRaw } from '../worlds.ts';

const RUNS = runsOfSuite(2000);
/** Of claims that are no estimates, the fast suite looks at a few runs only. */
const MANY = isSlow ? 2000 : 40;
const strategies = ['silent', 'flip', 'equivocate', 'random'];
const classOf = (ending: Ending): string => classify(ending).class;
const isSplit = (ending: Ending): number => (classOf(ending) === 'split' ? 1 : 0);

describe('oral messages', () => {
  const world = (agents: number, f: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    topology: { kind: 'complete', agents },
    task: 'consensus',
    protocol: { kind: 'oral-messages', f },
    network: { latency: '1s' },
    faults: [{ kind: 'byzantine', agents: [...Array(f).keys()], strategy: 'equivocate' }],
    ...more,
  });
  const liars = (f: number, strategy: string): Record<string, unknown> => ({
    faults: [{ kind: 'byzantine', count: f, strategy }],
  });
  const sizes = isSlow ? [1, 2, 3] : [1, 2];

  test.each(sizes.flatMap((f) => strategies.map((strategy) => [f, strategy] as const)))(
    'with f = %i agree in exactly f + 1 rounds on 3f + 1 agents, against liars that are %s',
    (f, strategy) => {
      // n > values * f: up to three values.
      for (const values of [2, 3]) {
        const raw = { ...world(3 * f + 1, f, liars(f, strategy)), task: { kind: 'consensus', values } };
        const runs = f > 2 ? MANY / 20 : MANY;
        for (const it of replicate(raw, runs, (ending) => [classOf(ending), ending.now / 1e6])) {
          expect(it).toEqual(['valid', f + 1]);
        }
      }
    },
  );

  test('decide what all correct agents were given, of however many values', () => {
    const task = { kind: 'consensus', values: 50, inputs: 'equal', validity: 'unanimity' };
    for (const strategy of strategies) {
      const found = replicate({ ...world(7, 2, liars(2, strategy)), task }, MANY, classify);
      for (const { verdicts } of found) {
        expect(verdicts).toMatchObject({
          agreement: 'satisfied',
          unanimity: 'satisfied',
          validity: 'satisfied',
        });
      }
    }
  });

  /** What binary agents decide where the first f equivocate, by the recursion of the paper; undefined where nothing is left. */
  function decisions(inputs: readonly number[], f: number, rounds: number): (number | undefined)[] {
    const all = inputs.map((_, agent) => agent);
    const majority = (votes: (number | undefined)[]): number | undefined =>
      [0, 1].find((value) => 2 * votes.filter((it) => it === value).length > votes.length);
    /** What an agent was told along a path: liars tell the truth to even agents and one another, else its contrary. */
    const told = (to: number, path: readonly number[]): number => {
      if (path.length === 0) return inputs[to]!;
      const from = path.at(-1)!;
      const truth = told(from, path.slice(0, -1));
      return from < f && to >= f && to % 2 === 1 ? 1 - truth : truth;
    };
    const resolve = (me: number, path: readonly number[]): number | undefined =>
      path.length === rounds
        ? told(me, path)
        : majority(all.filter((it) => !path.includes(it)).map((it) => resolve(me, [...path, it])));
    return all.slice(f).map((me) => {
      const votes = all.map((it) => resolve(me, [it]));
      const [zeros, ones] = [0, 1].map((value) => votes.filter((it) => it === value).length) as [
        number,
        number,
      ];
      return zeros + ones === 0 ? inputs[me]! : ones > zeros ? 1 : 0;
    });
  }

  /** The exact share of all inputs on which the correct agents are split. */
  function exactShare(n: number, f: number, rounds: number): number {
    let split = 0;
    for (let mask = 0; mask < 2 ** n; mask++) {
      const inputs = Array.from({ length: n }, (_, agent) => (mask >> agent) & 1);
      if (new Set(decisions(inputs, f, rounds)).size > 1) split++;
    }
    return split / 2 ** n;
  }

  test.each([
    // f rounds are not enough on 3f + 1 agents, f + 1 are.
    [4, 1, 1, 3 / 8],
    [4, 1, 2, 0],
    [7, 2, 2, 5 / 32],
    // Nor are more than n - 2f: of longer paths the liars relay as much as the others.
    [4, 1, 3, undefined],
    [5, 1, 3, 0],
    [5, 1, 4, undefined],
    // Nor are f + 1 on 3f agents.
    [3, 1, 2, 1 / 4],
    [6, 2, 3, undefined],
  ])(
    '%i agents with the first %i telling two stories for %i rounds split as often as the recursion says',
    (n, f, rounds, share) => {
      const exact = exactShare(n, f, rounds);
      if (share === undefined) expect(exact).toBeGreaterThan(0);
      else expect(exact).toBe(share);
      const raw = { ...world(n, f), protocol: { kind: 'oral-messages', f, rounds, bounds: 'ignored' } };
      const splits = replicate(raw, RUNS, (ending) => {
        // Run by run, each decides what it is to decide.
        expect([...ending.decisions].slice(f)).toEqual(decisions([...ending.setting.inputs], f, rounds));
        return isSplit(ending);
      });
      if (exact === 0) expect(meanOf(splits)).toBe(0);
      else expect(Math.abs(zOfShare(meanOf(splits), RUNS, exact))).toBeLessThan(4);
    },
  );

  test('of more values than n / f, decide what nobody correct was given, and of fewer never', () => {
    const invalid = (values: number, strategy: string) => {
      const raw = {
        ...world(4, 1, liars(1, strategy)),
        task: { kind: 'consensus', values },
        protocol: { kind: 'oral-messages', bounds: 'ignored' },
      };
      return meanOf(replicate(raw, RUNS, (ending) => (classOf(ending) === 'invalid' ? 1 : 0)));
    };
    for (const strategy of ['flip', 'equivocate', 'random']) expect(invalid(3, strategy)).toBe(0);
    // A lie drawn from four is decided where the other three hold three values and it is the fourth and the least.
    const exact = ((3 * 2 * 1) / 4 ** 3) * (1 / 4);
    expect(Math.abs(zOfShare(invalid(4, 'random'), RUNS, exact))).toBeLessThan(4);
  });

  test('bear those that crash in the midst of telling, beside those that lie', () => {
    const faults = [
      { kind: 'byzantine', agents: [3], strategy: 'random' },
      { kind: 'crash', agents: [5], at: '1s', after: 3 },
    ];
    expect(new Set(replicate(world(7, 2, { faults }), MANY, classOf))).toEqual(new Set(['valid']));
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['3f agents', world(6, 2), /protocol\.f.*n >= 3f \+ 1.*give 7 agents/s],
    [
      'f rounds',
      world(7, 2, { protocol: { kind: 'oral-messages', f: 2, rounds: 2 } }),
      /protocol\.rounds.*at least f \+ 1, which is 3/s,
    ],
    [
      'messages that grow too great',
      world(16, 5),
      /protocol\.f: must leave n to the power of rounds \+ 1.*at 5000000 or below, but takes 6 rounds of n = 16 agents; lower protocol\.f to at most 3, for 4 rounds, or choose pbft/s,
    ],
    [
      'messages of too many agents for any liar',
      world(200, 1),
      /takes 2 rounds of n = 200 agents; give at most 170 agents, or choose pbft/,
    ],
    [
      'messages of too many agents for f = 66',
      world(200, 66),
      /takes 67 rounds of n = 200 agents; give at most 170 agents for f = 1, in 2 rounds, or choose pbft/,
    ],
    [
      'messages of too many agents for a single round',
      world(3000, 0, { faults: [] }),
      /takes 1 rounds of n = 3000 agents; give at most 2236 agents, or choose pbft/,
    ],
    [
      'rounds that lead liars to outvote the others',
      world(4, 1, { protocol: { kind: 'oral-messages', rounds: 3 } }),
      /protocol\.rounds: must be at most n - 2f, which is 2 for n = 4 and f = 1.*but is 3; lower it, leave it out, give 5 agents, or set bounds: ignored/,
    ],
    [
      'more values than it is sure of',
      world(4, 1, { task: { kind: 'consensus', values: 4 } }),
      /at most 3 of them \(n > values \* f\)/,
    ],
  ])('%s are refused', (_, raw, message) => {
    expect(() => runOfRaw(raw)).toThrow(message);
  });
});

describe('W-MSR at the edge of its bounds', () => {
  const epsilon = 0.01;
  const world = (agents: number, f: number, faults: unknown[], bounds = 'kept'): Record<string, unknown> => ({
    topology: { kind: 'complete', agents },
    task: { kind: 'approximate-agreement', inputs: 'spread', epsilon },
    protocol: { kind: 'w-msr', f, rounds: 150, bounds },
    faults,
  });
  const liars = (count: number, strategy: string) => [{ kind: 'byzantine', count, strategy }];
  const sizes = [1, 2, 3];

  test.each(sizes)('f = %i who tell all the same lie are borne by 2f + 1 agents', (f) => {
    const found = replicate(world(2 * f + 1, f, liars(f, 'flip')), MANY, classOf);
    expect(new Set(found)).toEqual(new Set(['valid']));
  });

  test.each(sizes.flatMap((f) => strategies.map((strategy) => [f, strategy] as const)))(
    'f = %i who are %s are borne by 3f + 1 agents',
    (f, strategy) => {
      const runs = f > 2 ? MANY / 4 : MANY;
      const found = replicate(world(3 * f + 1, f, liars(f, strategy)), runs, classOf);
      expect(new Set(found)).toEqual(new Set(['valid']));
    },
  );

  // Three agents, one of which tells the second that it is far above. Where the second has the greatest value of the three
  // it leaves out both the lie and the least, and stays for ever, while the others meet at the middle value or below.
  test('one who tells two stories splits three agents where the input of who is lied to is the greatest', () => {
    const raw = {
      ...world(3, 1, [{ kind: 'byzantine', agents: [2], strategy: 'equivocate' }], 'ignored'),
      task: { kind: 'approximate-agreement', epsilon },
    };
    const splits = replicate(raw, RUNS, (ending) => {
      const [first, second, third] = ending.setting.inputs as unknown as [number, number, number];
      // The first is drawn to the second greatest: the liar's value, or its own.
      const gap = second - Math.max(first, third);
      if (gap > 0) expect(ending.decisions[1]! - ending.decisions[0]!).toBeCloseTo(gap, 6);
      return isSplit(ending);
    });
    // By symmetry in one of three, but for the two greatest of three even inputs being closer than epsilon.
    expect(Math.abs(zOfShare(meanOf(splits), RUNS, (1 - epsilon) ** 3 / 3))).toBeLessThan(4);
  });

  test('two who tell two stories split six agents, though not seven', () => {
    const two = liars(2, 'equivocate');
    const splits = replicate(world(6, 2, two, 'ignored'), MANY, isSplit);
    expect(splits).toContain(1);
    expect(replicate(world(7, 2, two), MANY, isSplit)).not.toContain(1);
  });

  // Of 2f who speak the f-th has f above it and fewer below, and leaves all of them out: so it stays, and so does the next.
  test.each(sizes)(
    'f = %i of 3f who say nothing leave two halves, which meet at their innermost inputs',
    (f) => {
      const silent = Array.from({ length: f }, (_, i) => 2 * f + i);
      for (const fault of [
        { kind: 'byzantine', agents: silent, strategy: 'silent' },
        { kind: 'crash', agents: silent },
      ]) {
        const { ending } = runOfRaw(world(3 * f, f, [fault], 'ignored'));
        expect(classOf(ending)).toBe('split');
        for (let agent = 0; agent < 2 * f; agent++) {
          const end = (agent < f ? f - 1 : f) / (3 * f - 1);
          expect(ending.decisions[agent]).toBeCloseTo(end, 6);
        }
      }
    },
  );

  test.each(sizes)('f = %i of 3f + 1 who say nothing leave the others to meet at the median', (f) => {
    const silent = Array.from({ length: f }, (_, i) => 2 * f + 1 + i);
    const { ending } = runOfRaw(world(3 * f + 1, f, [{ kind: 'crash', agents: silent }]));
    for (let agent = 0; agent <= 2 * f; agent++) expect(ending.decisions[agent]).toBeCloseTo(f / (3 * f), 6);
  });

  test.each<[string, number, unknown[], RegExp]>([
    [
      'two stories',
      3,
      liars(1, 'equivocate'),
      /agent \d: equivocate.*f = 1 the protocol bears 0 such.*give 4 agents/s,
    ],
    [
      'a story for each',
      6,
      liars(2, 'random'),
      /make 2 of n = 6.*bears 1 such here: n >= 2f \+ 1.*n >= 3f \+ 1/s,
    ],
    ['silence', 5, liars(1, 'silent'), /agent \d: silent/],
    ['a crash', 5, [{ kind: 'crash', count: 1 }], /agent \d: crash/],
    [
      'a lie to all that breaks off',
      5,
      [
        { kind: 'byzantine', agents: [0], strategy: 'flip' },
        { kind: 'crash', agents: [0], at: '5s', after: 1 },
      ],
      /make 1 of n = 5/,
    ],
  ])('%s is refused where there are agents enough for one lie only', (_, agents, faults, message) => {
    const f = agents > 3 ? 2 : 1;
    expect(() => runOfRaw(world(agents, f, faults))).toThrow(message);
    expect(() => runOfRaw(world(agents, f, faults, 'ignored'))).not.toThrow();
    // One agent more for each of them is enough.
    const more = agents === 6 ? 7 : agents + 1;
    expect(classOf(runOfRaw(world(more, f, faults)).ending)).toBe('valid');
  });
});

describe('crashes of half the agents', () => {
  const crashed = (
    agents: number,
    crashes: number,
    protocol: Record<string, unknown>,
  ): Record<string, unknown> => ({
    topology: { kind: 'complete', agents },
    task: { kind: 'consensus', inputs: 'split' },
    protocol,
    network: { latency: { kind: 'exponential', mean: '10ms' } },
    faults: [{ kind: 'crash', count: crashes }],
    horizon: '5min',
  });
  const protocols = (t: number): Record<string, unknown>[] => [
    { kind: 'raft' },
    { kind: 'ben-or', f: t, coin: 'common' },
    { kind: 'ben-or', f: t },
  ];

  test.each([1, 2, 3].flatMap((t) => protocols(t).map((it) => [t, it] as const)))(
    't = %i of 2t + 1: all runs decide, under %o',
    (t, protocol) => {
      const found = replicate(crashed(2 * t + 1, t, protocol), MANY, classOf);
      expect(new Set(found)).toEqual(new Set(['valid']));
    },
  );

  test.each([1, 2, 3].flatMap((t) => protocols(t).map((it) => [t, it] as const)))(
    't = %i and one more: none decides, safely, under %o',
    (t, protocol) => {
      const raw = {
        ...crashed(
          2 * t + 1,
          t + 1,
          protocol.kind === 'raft' ? protocol : { ...protocol, bounds: 'ignored' },
        ),
        horizon: '10s',
      };
      const found = replicate(raw, MANY, (ending) => {
        const { class: name, cause, verdicts } = classify(ending);
        const { agreement, validity } = verdicts;
        return { name, cause, agreement, validity, decided: ending.decisions.some((it) => it >= 0) };
      });
      for (const it of found) {
        expect(it).toEqual({
          name: 'blocked',
          cause: 'waits-for-crashed',
          agreement: 'satisfied',
          validity: 'satisfied',
          decided: false,
        });
      }
    },
  );
});
