import type { AgentsNetTask } from '../agentsnet/rules.ts';
import { counted } from '../study/numbers.ts';
import type { CountedRun, LaterFirst } from './count-decisions.ts';
import { type FittedRate, least, type Put, rounded, scarcity, share } from './fitted-rate.ts';
import { type LogLikelihood, mostLikely, profileInterval } from './likelihood.ts';

/** First values of agents that had heard of none; groups beyond the last that anybody took share nothing. */
export function fitPrior(
  runs: readonly CountedRun[],
  task: AgentsNetTask,
  put: Put,
  rates: FittedRate[],
  warnings: string[],
): void {
  const firsts = runs.flatMap((run) => run.firsts);
  if (firsts.length < least) {
    warnings.push(`prior.${task}: ${firsts.length === 0 ? 'never' : 'hardly'} exercised`);
    return;
  }
  const lowest = task === 'consensus' ? 0 : 1;
  const values = task === 'consensus' ? 2 : Math.min(64, Math.max(...firsts));
  const found = Array.from({ length: values }, (_, i) =>
    share(
      `prior.${task}[${i}]`,
      `first stances that are ${task === 'coloring' ? 'Group ' : ''}${i + lowest}`,
      [{ n: firsts.length, events: firsts.filter((it) => it === i + lowest).length }],
    ),
  );
  rates.push(...found);
  put(
    'prior',
    task,
    found.map(({ value }) => value),
  );
}

/**
 * First stances of agents that have heard of some: a share (`preset`) takes what it would have taken anyway, by the prior. In
 * consensus the others take what most neighbours hold (`adopt`) or the other value; in coloring they look at what is taken
 * as movers do. Where the two cannot be told apart, preset is that of the base.
 */
export function fitLaterFirsts(
  runs: readonly CountedRun[],
  task: AgentsNetTask,
  known: Readonly<Record<string, unknown>>,
  put: Put,
  rates: FittedRate[],
  warnings: string[],
): void {
  const prior = known.prior as readonly number[];
  const verification = Number(known.verification);
  const parts = runs.flatMap(({ laterFirsts }) =>
    laterFirsts.flatMap((it) => {
      const of = task === 'consensus' ? valueChances(it, prior) : groupChances(it, prior, verification);
      return of === undefined ? [] : [of];
    }),
  );
  const names = task === 'consensus' ? ['preset', 'adopt'] : ['preset'];
  if (parts.length === 0) {
    warnings.push(`${names.map((it) => `${it}.${task}`).join(', ')}: never exercised`);
    return;
  }
  const of: LogLikelihood = ([preset, adopt = 1]) =>
    parts.reduce(
      (sum, [anyway, following, against]) =>
        sum + Math.log(preset! * anyway + (1 - preset!) * (adopt * following + (1 - adopt) * against)),
      0,
    );
  let best = mostLikely(
    of,
    names.map(() => 0.5),
  );
  let found = names.map((_, i) => profileInterval(of, best, i));
  const isTold = parts.length >= least && found[0]!.high - found[0]!.low < 0.6;
  if (!isTold) {
    const given = Number(known.preset ?? 0);
    warnings.push(
      `preset.${task}: cannot be told on ${counted(parts.length, 'observation')}; it is that of the base (${given})`,
    );
    best = mostLikely(of, [given, 0.5].slice(0, names.length), 0);
    const rest: LogLikelihood = ([adopt]) => of([given, adopt!]);
    found = [found[0]!, ...(names.length > 1 ? [profileInterval(rest, [best[1]!], 0)] : [])];
  }
  const sources = {
    preset: `first stances that follow the prior, whatever was heard, given ${task === 'consensus' ? 'prior' : 'prior and verification'}`,
    adopt: 'the other first stances that are what most neighbours have said',
  } as const;
  for (const [i, knob] of names.entries()) {
    if (i === 0 && !isTold) continue;
    const { value, low, high } = found[i]!;
    const [reason = ''] = scarcity(parts.length);
    rates.push({
      name: `${knob}.${task}`,
      value: rounded(value),
      low: rounded(low),
      high: rounded(high),
      n: parts.length,
      events: null,
      confidence: 'derived',
      source: sources[knob as 'preset' | 'adopt'],
      ...(reason === '' ? {} : { warning: reason }),
    });
    if (parts.length >= least) put(knob, task, rounded(value));
  }
}

/** Chances of what was taken: by the prior, following the others, going against them. */
type FirstChances = readonly [anyway: number, following: number, against: number];

function valueChances({ value, heard }: LaterFirst, prior: readonly number[]): FirstChances | undefined {
  const ones = heard.filter((it) => it === 1).length;
  if (2 * ones === heard.length) return undefined;
  const follows = value === Number(2 * ones > heard.length);
  return [(prior[value] ?? 0) / (prior[0]! + (prior[1] ?? 0)), Number(follows), Number(!follows)];
}

function groupChances(
  { value, heard, groups }: LaterFirst,
  prior: readonly number[],
  verification: number,
): FirstChances {
  // As bounded agents draw: what is left of a sum of one is shared by the groups beyond the list.
  const listed = prior.slice(0, groups);
  const left = Math.max(1e-6, 1 - listed.reduce((sum, it) => sum + it, 0));
  const weight = (group: number): number => (prior[group - 1] ?? left / (groups - listed.length)) + 1e-12;
  const all = Array.from({ length: groups }, (_, i) => i + 1);
  const total = (some: readonly number[]): number => some.reduce((sum, it) => sum + weight(it), 0);
  const anyway = weight(value) / total(all);
  const free = all.filter((group) => !heard.includes(group));
  const looking = free.length === 0 ? 1 / groups : free.includes(value) ? weight(value) / total(free) : 0;
  const following = verification * looking + (1 - verification) * anyway;
  return [anyway, following, following];
}
