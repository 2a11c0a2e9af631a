import type { Clash, CountedRun, Move } from './count-decisions.ts';
import { type FittedRate, fewest, least, type Put, rounded, scarcity } from './fitted-rate.ts';
import { type LogLikelihood, logBinomial, mostLikely, profileInterval } from './likelihood.ts';

/** What shows in coloring alone: who mends a clash, and where movers go. */
export function fitColoring(
  runs: readonly CountedRun[],
  put: Put,
  rates: FittedRate[],
  warnings: string[],
): void {
  const clashes = runs.flatMap((run) => run.clashes);
  if (clashes.length === 0) warnings.push('repair.coloring, finalRepair.coloring: never exercised');
  else fitRepair(clashes, put, rates, warnings);
  const moves = runs.flatMap((run) => run.moves);
  if (moves.length === 0) warnings.push('verification.coloring, habit.coloring: never exercised');
  else fitMoves(moves, put, rates);
}

/**
 * Chances to change at a known clash: repair by call, final repair, and the chance that one who need not give way does
 * (`repairSymmetry`), which multiplies them.
 */
function fitRepair(clashes: readonly Clash[], put: Put, rates: FittedRate[], warnings: string[]): void {
  const calls = Math.max(0, ...clashes.map(({ call, isFinal }) => (isFinal ? 0 : call + 1)));
  const at = (call: number): Clash[] => clashes.filter((it) => !it.isFinal && it.call === call);
  const blocks: { readonly call: number; readonly of: Clash[] }[] = [];
  for (let call = 0; call < calls; call++) {
    const left = clashes.filter((it) => !it.isFinal && it.call > call);
    const of = left.length < fewest ? [...at(call), ...left] : at(call);
    if (of.length > 0) blocks.push({ call, of });
    if (left.length < fewest) break;
  }
  const finals = clashes.filter(({ isFinal }) => isFinal);
  const groups = [...blocks.map(({ of }) => of), ...(finals.length > 0 ? [finals] : [])];
  const counts = groups.map((of) =>
    [true, false].map((yields) => {
      const some = of.filter((it) => it.yields === yields);
      return { n: some.length, events: some.filter(({ changed }) => changed).length };
    }),
  );
  const symmetryAt = groups.length;
  const of: LogLikelihood = (chances) =>
    counts.reduce(
      (sum, [yielding, other], i) =>
        sum +
        logBinomial(yielding!.events, yielding!.n, chances[i]!) +
        logBinomial(other!.events, other!.n, chances[i]! * chances[symmetryAt]!),
      0,
    );
  const best = mostLikely(of, [...groups.map(() => 0.5), 0.9]);
  const rate = (index: number, name: string, source: string, some: readonly Clash[]): FittedRate => {
    const { value, low, high } = profileInterval(of, best, index);
    const isFlat = high - low > 0.9;
    const [reason = ''] = isFlat ? ['the likelihood is flat'] : scarcity(some.length);
    return {
      name,
      value: rounded(value),
      low: rounded(low),
      high: rounded(high),
      n: some.length,
      events: some.filter(({ changed }) => changed).length,
      confidence: 'measured',
      source,
      ...(reason === '' ? {} : { warning: reason }),
    };
  };
  const byBlock = blocks.map(({ call, of: some }, i) =>
    rate(i, `repair.coloring[${call}]`, 'agents with a known clash that change at this call', some),
  );
  if (byBlock.length > 0) {
    const list: number[] = [];
    // Before the first clash that anybody could know of, the entry is never read.
    for (const [i, { call }] of blocks.entries()) {
      while (list.length < call) list.push(byBlock[Math.max(0, i - 1)]!.value);
      list.push(byBlock[i]!.value);
    }
    put('repair', 'coloring', list);
    rates.push(...byBlock);
  } else warnings.push('repair.coloring: never exercised');
  if (finals.length > 0) {
    const final = rate(
      blocks.length,
      'finalRepair.coloring',
      'final answers that leave a known clash',
      finals,
    );
    if (finals.length >= least) put('finalRepair', 'coloring', final.value);
    rates.push(final);
  } else warnings.push('finalRepair.coloring: never exercised');
  const others = clashes.filter(({ yields }) => !yields);
  if (others.length === 0) {
    warnings.push('repairSymmetry.coloring: never exercised');
    return;
  }
  const symmetry = rate(
    symmetryAt,
    'repairSymmetry.coloring',
    'changes of agents whose neighbours with the same group all come after them by name, against the others',
    others,
  );
  if (others.length >= least) put('repairSymmetry', 'coloring', symmetry.value);
  rates.push(symmetry);
}

/** Where agents move to: how many look at what is taken, and how many go to the next group rather than to any. */
function fitMoves(moves: readonly Move[], put: Put, rates: FittedRate[]): void {
  const parts = moves.map(partsOf);
  const of: LogLikelihood = ([looks, habit]) =>
    parts.reduce((sum, [lookNext, lookAny, blindNext, blindAny]) => {
      const looking = habit! * lookNext + (1 - habit!) * lookAny;
      const blind = habit! * blindNext + (1 - habit!) * blindAny;
      return sum + Math.log(looks! * looking + (1 - looks!) * blind);
    }, 0);
  const best = mostLikely(of, [0.5, 0.5]);
  const names = [
    ['verification', 'new groups that avoid what neighbours have claimed'],
    ['habit', 'new groups that are the next free one, against any other'],
  ] as const;
  for (const [i, [knob, source]] of names.entries()) {
    const { value, low, high } = profileInterval(of, best, i);
    const [reason = ''] = high - low > 0.9 ? ['the likelihood is flat'] : scarcity(moves.length);
    rates.push({
      name: `${knob}.coloring`,
      value: rounded(value),
      low: rounded(low),
      high: rounded(high),
      n: moves.length,
      events: null,
      confidence: 'measured',
      source,
      ...(reason === '' ? {} : { warning: reason }),
    });
    if (moves.length >= least) put(knob, 'coloring', rounded(value));
  }
}

/** The chances of a move for one who looks and takes the next free group, or any; and for one who does not look. */
function partsOf({ own, chosen, taken, groups }: Move): readonly [number, number, number, number] {
  const among = (isFree: (group: number) => boolean): [next: number, any: number] => {
    const free = Array.from({ length: groups - 1 }, (_, i) => ((own + i) % groups) + 1).filter(isFree);
    return [Number(free[0] === chosen), free.includes(chosen) ? 1 / free.length : 0];
  };
  const looking = among((group) => taken[group] !== true);
  const blind = among(() => true);
  return [...looking, ...blind];
}
