import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Register } from '../../src/world/register.ts';
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

test('what a register counts as agents change is what counting anew gives, and equal states have equal hashes', () => {
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
        const begun = () => new Register(protocol, Uint8Array.from(correct), undecided);
        const kept = begun();
        for (const [which, next, state] of changes) {
          const agent = which % agents.length;
          values[agent] = next;
          states[agent] = state;
          kept.look(agent);
          expect(kept.disagreement()).toEqual(counted(values, correct));
          expect(kept.hash).toBe(begun().hash);
        }
      },
    ),
  );
});

test('any change of one agent changes the hash of a register', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.nat(7), value, (values, which, next) => {
      const agent = which % values.length;
      fc.pre(!Object.is(values[agent]! + 0, next + 0));
      const held = (it: number) => values[it]!;
      const size = values.length;
      const kept = new Register(
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
    new Register(
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

const held = fc.oneof(value, fc.constantFrom(0, -0), fc.double({ noNaN: false }));
const changes = fc.array(fc.tuple(fc.nat(4999), held, fc.integer({ min: 0, max: 2 })), { maxLength: 12 });

test('a roll call tells of every state what a register does, and finds the same ones equal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 7, 60, 5000),
      fc.boolean(),
      fc.array(changes, { minLength: 1, maxLength: 5 }),
      (agents, hasState, rounds) => {
        const values = Float64Array.from({ length: agents }, (_, agent) =>
          agents === 5000 ? (agent + 0.5) / 7 : agent % 3,
        );
        const states = new Float64Array(agents);
        const decisions = new Float64Array(agents).fill(Number.NaN);
        const correct = Uint8Array.from({ length: agents }, (_, agent) => (agent % 7 === 3 ? 0 : 1));
        const protocol = {
          held: (agent: number) => values[agent]!,
          ...(hasState && { state: (agent: number) => states[agent]! }),
        };
        const register = new Register(protocol, correct, decisions);
        const rollCall = new RollCall(protocol, correct, decisions);
        const seen: [number, number][] = [];
        const sample = () => {
          rollCall.look();
          expect(rollCall.disagreement()).toEqual(register.disagreement());
          for (const [asked, called] of seen)
            expect(rollCall.hash === called, 'equal by roll call').toBe(register.hash === asked);
          seen.push([register.hash, rollCall.hash]);
        };
        sample();
        for (const round of rounds) {
          // There and back again, so that states recur.
          const before = round.map(([agent]) => values[agent % agents]!);
          const stood = round.map(([agent]) => states[agent % agents]!);
          for (const [agent, to, state] of round) {
            values[agent % agents] = to;
            states[agent % agents] = state;
            register.look(agent % agents);
          }
          sample();
          for (let i = round.length - 1; i >= 0; i--) {
            const agent = round[i]![0] % agents;
            values[agent] = before[i]!;
            states[agent] = stood[i]!;
            register.look(agent);
          }
          sample();
        }
        if (rounds[0]!.length > 0) decisions[rounds[0]![0]![0] % agents] = 3;
        register.look((rounds[0]![0]?.[0] ?? 0) % agents);
        sample();
      },
    ),
    { numRuns: 200 },
  );
});

test('whoever swaps values makes another state', () => {
  const agents = 1000;
  const asked = new Set<number>();
  const called = new Set<number>();
  const decisions = new Float64Array(agents).fill(Number.NaN);
  const correct = new Uint8Array(agents).fill(1);
  for (let other = 1; other < 600; other++) {
    // All hold 0 but one, who holds 1: states that differ in who it is.
    const held = (agent: number): number => (agent === other ? 1 : 0);
    asked.add(new Register({ held }, correct, decisions).hash);
    const rollCall = new RollCall({ held }, correct, decisions);
    rollCall.look();
    called.add(rollCall.hash);
  }
  expect([asked.size, called.size]).toEqual([599, 599]);
});
