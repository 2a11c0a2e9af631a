import fc from 'fast-check';
import { fitRates } from '../src/calibrate/fit-runs.ts';
import { countedIn, recordsOf } from './simulated-records.ts';

const chance = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });

/** Values that leave every chance room to show. */
const values = fc.record({
  announce: fc.tuple(chance(0.2, 0.6), chance(0.4, 0.9)).map((it) => [...it]),
  drift: chance(0.05, 0.4),
  finalChange: chance(0.05, 0.5),
  repair: chance(0.3, 0.9).map((it) => [it]),
  repairSymmetry: chance(0.2, 0.9),
  finalRepair: chance(0.3, 0.9),
  verification: chance(0.3, 0.9),
  habit: chance(0.1, 0.9),
  omission: chance(0.01, 0.1),
  inconsistency: chance(0.02, 0.1),
  malformed: chance(0.02, 0.15),
  malformedAnswer: chance(0.05, 0.3),
  retryFailure: chance(0.1, 0.6),
  adopt: chance(0.5, 0.95),
  preset: chance(0.1, 0.6),
  switching: fc
    .tuple(chance(0.05, 0.3), chance(0.1, 0.5), chance(0.2, 0.6), chance(0.3, 0.8))
    .map((it) => [...it]),
  prior: chance(0.3, 0.7).map((it) => [it, 1 - it]),
});

type Values = Record<string, number | number[]>;

/** The value that `drift.coloring` or `announce.consensus[2]` stands for; undefined for what is not set here. */
function trueValue(name: string, known: Values): number | undefined {
  const [, knob = '', , index] = /^(\w+)(?:\.([\w-]+))?(?:\[(\d+)\])?$/.exec(name) ?? [];
  const value = known[knob];
  if (typeof value !== 'object') return value;
  return value[Math.min(Number(index), value.length - 1)];
}

/** How often the intervals of fits to simulated runs hold the values that the runs were simulated with. */
export async function coverageOf(task: string, sets: number, runs: number) {
  const covered = new Map<string, { n: number; held: number }>();
  await fc.assert(
    fc.asyncProperty(values, fc.nat(1e6), async (known, seed) => {
      // Nobody makes anything up, so that whatever is heard was said.
      const files = await recordsOf(task, { ...known, invention: 0, profile: 'gpt-4o-mini' }, runs, { seed });
      // Where records cannot tell `preset`, it is the base's, which is right here.
      const base = () => ({ silentAdoption: 0.3, propose: 0.1, preset: known.preset });
      for (const { name, low, high } of fitRates(countedIn(files), base, 1).rates) {
        const truth = trueValue(name, known as Values);
        if (truth === undefined || /^prior\.coloring|^prior\.consensus\[1\]/.test(name)) continue;
        const knob = name.replace(/\[\d+\]/, '');
        const it = covered.get(knob) ?? { n: 0, held: 0 };
        it.n++;
        if (truth >= low - 1e-4 && truth <= high + 1e-4) it.held++;
        covered.set(knob, it);
      }
    }),
    { seed: 5, numRuns: sets, endOnFailure: true },
  );
  return covered;
}

/** What must show in the records of a task. */
export const shownIn = {
  coloring: [
    'announce',
    'drift',
    'finalChange',
    'repair',
    'repairSymmetry',
    'finalRepair',
    'verification',
    'habit',
  ],
  consensus: ['announce', 'adopt', 'switching', 'prior'],
} as const;

/** z of the number of intervals that hold the truth, against 95 %; over all, and by knob. */
export function zOf(covered: ReadonlyMap<string, { readonly n: number; readonly held: number }>) {
  const z = ({ n, held }: { n: number; held: number }): number =>
    (held - 0.95 * n) / Math.sqrt(n * 0.95 * 0.05);
  const all = [...covered.values()].reduce((sum, it) => ({ n: sum.n + it.n, held: sum.held + it.held }));
  return { all: z(all), byKnob: [...covered].map(([knob, it]) => [knob, z(it)] as const) };
}
