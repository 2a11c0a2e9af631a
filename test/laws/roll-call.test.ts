import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollCall } from '../../src/world/roll-call.ts';

/** Who is dissenting and how far apart values lie, counted anew. */
function counted(values: readonly number[], correct: readonly number[]) {
  const held = values.filter((value, agent) => correct[agent] === 1 && !Number.isNaN(value));
  const counts = new Map<number, number>();
  for (const value of held) counts.set(value, (counts.get(value) ?? 0) + 1);
  const all = correct.reduce((sum, it) => sum + it, 0);
  return {
    dissent: all - Math.max(0, ...counts.values()),
    spread: held.length > 0 ? Math.max(...held) - Math.min(...held) : Number.NaN,
  };
}

const value = fc.oneof(
  fc.integer({ min: -3, max: 6 }),
  fc.constantFrom(0.5, -0.25, 300, 2000, 1e9, Number.NaN),
);

test('what is counted as agents change is what counting anew gives, and equal states have equal hashes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(11), value, fc.integer({ min: 0, max: 2 })), { maxLength: 40 }),
      (agents, changes) => {
        const values = agents.map(([held]) => held);
        const correct = agents.map(([, it]) => it);
        const states = agents.map(() => 0);
        const protocol = {
          held: (agent: number) => values[agent]!,
          state: (agent: number) => states[agent]!,
        };
        const undecided = new Float64Array(agents.length).fill(Number.NaN);
        const call = () => new RollCall(protocol, Uint8Array.from(correct), undecided);
        const kept = call();
        for (const [which, next, state] of changes) {
          const agent = which % agents.length;
          values[agent] = next;
          states[agent] = state;
          kept.look(agent);
          expect(kept.disagreement()).toEqual(counted(values, correct));
          expect(kept.hash).toBe(call().hash);
        }
      },
    ),
  );
});

test('any change of one agent changes the hash', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.nat(7), value, (values, which, next) => {
      const agent = which % values.length;
      fc.pre(!Object.is(values[agent]! + 0, next + 0));
      const held = (it: number) => values[it]!;
      const size = values.length;
      const kept = new RollCall(
        { held },
        new Uint8Array(size).fill(1),
        new Float64Array(size).fill(Number.NaN),
      );
      const before = kept.hash;
      values[agent] = next;
      kept.look(agent);
      expect(kept.hash).not.toBe(before);
    }),
  );
});

test('among thousands of fractions, those who hold the greatest or the least are counted, however they are looked at', () => {
  const agents = 5000;
  const values = Float64Array.from({ length: agents }, (_, agent) => agent + 0.5);
  const make = () =>
    new RollCall(
      { held: (agent) => values[agent]! },
      new Uint8Array(agents).fill(1),
      new Float64Array(agents).fill(Number.NaN),
    );
  const kept = make();
  expect(kept.disagreement()).toEqual({ dissent: agents - 1, spread: agents - 1 });
  for (let agent = 100; agent < 600; agent++) {
    values[agent] = agents - 0.5;
    kept.look(agent);
  }
  expect(kept.disagreement()).toEqual({ dissent: agents - 501, spread: agents - 1 });
  expect(kept.hash).toBe(make().hash);
});

/** More values than are counted, so that a look at all takes its short way. */
const many = 5000;

test('a look at all, one by one or in one pass, tells equal states from others alike', () => {
  const value = fc.oneof(fc.constantFrom(0, -0, Number.NaN, 1, 0.5), fc.double({ noNaN: false }));
  const changes = fc.array(fc.tuple(fc.nat(many - 1), value), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(1000), changes, changes, (salt, first, second) => {
      const held = Float64Array.from({ length: many }, (_, agent) => (agent + 0.5) / (salt + 7));
      const decisions = new Float64Array(many).fill(Number.NaN);
      const correct = Uint8Array.from({ length: many }, (_, agent) => (agent % 7 === 0 ? 0 : 1));
      const begun = () => new RollCall({ held: (agent) => held[agent]! }, correct, decisions);
      const inOnePass = begun();
      const oneByOne = begun();
      // The first look finds that there are too many values to count.
      inOnePass.disagreement();
      oneByOne.disagreement();
      const before = inOnePass.hash;
      for (const round of [first, second]) {
        for (const [agent, to] of round) held[agent] = to;
        if (round === second && round.length > 0) decisions[round[0]![0]] = 3;
        inOnePass.lookAtAll();
        for (let agent = 0; agent < many; agent++) oneByOne.look(agent);
        const fresh = begun();
        expect(inOnePass.hash).toBe(fresh.hash);
        expect(oneByOne.hash).toBe(fresh.hash);
        expect(inOnePass.disagreement()).toEqual(fresh.disagreement());
      }
      const isSame = first.length + second.length === 0;
      if (isSame) expect(inOnePass.hash).toBe(before);
    }),
    { numRuns: 60 },
  );
});

test('whoever swaps values makes another state', () => {
  const hashes = new Set<number>();
  const decisions = new Float64Array(many).fill(Number.NaN);
  const correct = new Uint8Array(many).fill(1);
  for (let other = 1; other < 2000; other++) {
    // All hold 0 but one, who holds 1: states that differ in who it is.
    const held = (agent: number): number => (agent === other ? 1 : 0);
    hashes.add(new RollCall({ held }, correct, decisions).hash);
  }
  expect(hashes.size).toBe(1999);
});
