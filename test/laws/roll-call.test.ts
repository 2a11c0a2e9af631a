import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollCall } from '../../src/world/roll-call.ts';

/** More values than are counted, so that a look at all takes its short way. */
const agents = 5000;

test('a look at all, one by one or in one pass, tells equal states from others alike', () => {
  const value = fc.oneof(fc.constantFrom(0, -0, Number.NaN, 1, 0.5), fc.double({ noNaN: false }));
  const changes = fc.array(fc.tuple(fc.nat(agents - 1), value), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(1000), changes, changes, (salt, first, second) => {
      const held = Float64Array.from({ length: agents }, (_, agent) => (agent + 0.5) / (salt + 7));
      const decisions = new Float64Array(agents).fill(Number.NaN);
      const correct = Uint8Array.from({ length: agents }, (_, agent) => (agent % 7 === 0 ? 0 : 1));
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
        for (let agent = 0; agent < agents; agent++) oneByOne.look(agent);
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
  const decisions = new Float64Array(agents).fill(Number.NaN);
  const correct = new Uint8Array(agents).fill(1);
  for (let other = 1; other < 2000; other++) {
    // All hold 0 but one, who holds 1: states that differ in who it is.
    const held = (agent: number): number => (agent === other ? 1 : 0);
    hashes.add(new RollCall({ held }, correct, decisions).hash);
  }
  expect(hashes.size).toBe(1999);
});
