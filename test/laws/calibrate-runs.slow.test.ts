import { expect, test } from 'vitest';
import { coverageOf, zOf } from '../coverage.ts';

test.each(['coloring', 'consensus'] as const)(
  '95 in 100 intervals of a fit to runs of %s hold the truth',
  { timeout: 600_000 },
  async (task) => {
    const { all, byKnob } = zOf(await coverageOf(task, 80, 4));
    expect(Math.abs(all)).toBeLessThan(4);
    for (const [knob, z] of byKnob) expect(z, knob).toBeGreaterThan(-4);
  },
);
