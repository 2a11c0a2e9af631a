import { compromises } from '../game/compromise.ts';
import { proportion } from '../study/statistics.ts';
import type { Evidence, Profile } from '../world/profile.ts';
import { type Bounded, mostBeta } from './fit-tanh.ts';
import type { ProbeReport, Share } from './probe-report.ts';

/** What a profile says of where it comes from. */
export interface ProbeOrigin {
  readonly command: string;
  readonly seed: number | string;
}

/** A value with its evidence. */
interface Found {
  readonly value: number | readonly number[];
  readonly evidence: Evidence;
}

/**
 * The profiles that a probe amounts to: of `tanh`, of `game-mock`, of `bounded` (over gpt-4o-mini, for what no single question
 * shows) and of `worker`, as far as their parameters were asked about. Parameters that the answers do not tell are left to the
 * base, or set as if the mechanism were off, with a warning.
 */
export function probeProfiles(report: ProbeReport, origin: ProbeOrigin): Profile[] {
  const drafts = [tanhProfile(report), gameProfile(report), boundedProfile(report), workerProfile(report)];
  const name =
    report.model
      .toLowerCase()
      .replace(/[^a-z0-9.+-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 60) || 'model';
  return drafts.flatMap((draft) => {
    if (draft === undefined) return [];
    return [
      {
        format: 1 as const,
        name: `${name}-${draft.behaviour}`,
        summary: `${report.model}, by ${report.answered} questions asked one by one.`,
        fit: [],
        ...draft,
        provenance: {
          data: `${report.answered} answers of ${report.model} (${report.provider}) to single questions`,
          method: draft.behaviour === 'tanh' ? 'maximum likelihood' : 'shares of answers',
          command: origin.command,
          seed: origin.seed,
        },
      },
    ];
  });
}

type Draft = Pick<Profile, 'behaviour' | 'parameters' | 'evidence' | 'warnings'> &
  Partial<Pick<Profile, 'base' | 'fit'>>;

const rounded = (x: number): number => Math.round(x * 1e4) / 1e4;

function tanhProfile({ conformity, model }: ProbeReport): Draft | undefined {
  if (conformity === undefined) return undefined;
  const { fit, curve, group } = conformity;
  const { beta, field, sways } = fit;
  const warnings = [
    `Asked in groups of ${group} only; the strength of a model may differ by the size of the group.`,
  ];
  const isStep = Math.abs(beta.value) > mostBeta / 2 || beta.high >= mostBeta || beta.low <= -mostBeta;
  if (isStep)
    warnings.push(
      `Answers follow the majority too closely to tell how strongly: beta is ${rounded(beta.low)} at least.`,
    );
  const isSloped = beta.low > 0 || beta.high < 0;
  if (!isSloped) warnings.push('The share in view may not matter at all: the interval of beta has 0 in it.');
  const names = ['the name that comes first in the alphabet', 'the option that is named first'];
  sways.forEach((it, i) => {
    if (it.low > 0 || it.high < 0)
      warnings.push(
        `Leans ${it.value > 0 ? 'to' : 'away from'} ${names[i]} (${rounded(it.value)}, ${rounded(it.low)} to ${rounded(it.high)}); names and order were balanced, so that this is not in beta.`,
      );
  });
  const source = `two opinions in view of ${group}, names and order balanced; profile likelihood`;
  const evidence = (it: Bounded, scale = 1): Evidence => ({
    confidence: 'fitted',
    source,
    n: fit.choices,
    low: rounded(it.low / scale),
    high: rounded(it.high / scale),
  });
  return {
    behaviour: 'tanh',
    parameters: { beta: rounded(beta.value), field: isSloped ? rounded(field.value / beta.value) : 0 },
    evidence: {
      beta: evidence(beta),
      field: isSloped
        ? evidence(field, Math.abs(beta.value))
        : { confidence: 'assumed', source: 'cannot be told apart from beta = 0' },
    },
    warnings,
    fit: curve.map(({ m, taken, fitted }) => ({
      target: `share that takes an opinion at m = ${rounded(m)}`,
      wanted: rounded(taken.mean ?? 0),
      wantedError: rounded(((taken.high ?? 0) - (taken.low ?? 0)) / 3.92),
      got: rounded(fitted),
      error: 0,
      heldOut: false,
      source: `${taken.n} answers of ${model}`,
    })),
  };
}

const measured = (it: Share, source: string, more: Partial<Evidence> = {}): Found | undefined =>
  it.mean === null
    ? undefined
    : {
        value: rounded(it.mean),
        evidence: {
          confidence: 'measured',
          source,
          n: it.n,
          events: it.events,
          low: rounded(it.low ?? 0),
          high: rounded(it.high ?? 1),
          ...(it.n < 10 ? { warning: 'few observations' } : {}),
          ...more,
        },
      };

const none = (source: string): Found => ({ value: 0, evidence: { confidence: 'assumed', source } });

/** How much less likely something is than it was, as the chance of a further mechanism that prevents it. */
function reduced(before: Share, after: Share, source: string): Found {
  if (before.mean === null || after.mean === null || before.mean === 0)
    return none(`not told by the answers: ${source}`);
  const within = (x: number): number => rounded(Math.max(0, Math.min(1, x)));
  // From the ends of both intervals: wider than need be, but not too narrow where a share is 0 or 1.
  const low = within(1 - (after.high ?? 1) / Math.max(before.low ?? 0, 1e-9));
  const high = within(1 - (after.low ?? 0) / (before.high ?? 1));
  return {
    value: within(1 - after.mean / before.mean),
    evidence: { confidence: 'derived', source, n: after.n, low, high },
  };
}

const inverse = (it: Share): Share => ({
  ...it,
  mean: it.mean === null ? null : 1 - it.mean,
  low: it.high === null ? null : 1 - it.high,
  high: it.low === null ? null : 1 - it.low,
  events: it.n - it.events,
});

function pooledShare(shares: readonly Share[]): Share {
  const events = shares.reduce((sum, it) => sum + it.events, 0);
  return {
    ...proportion(
      events,
      shares.reduce((sum, { n }) => sum + n, 0),
    ),
    events,
  };
}

function gameProfile(report: ProbeReport): Draft | undefined {
  const { stopping, proposing, parsing } = report;
  const plain = proposing.find(({ mayLie }) => !mayLie);
  const told = proposing.find(({ mayLie }) => mayLie);
  const full = stopping.find(({ agree, mayLie }) => agree === 1 && !mayLie);
  const fullTold = stopping.find(({ agree, mayLie }) => agree === 1 && mayLie);
  if (plain === undefined || full === undefined) return undefined;
  const warnings: string[] = [
    'Single questions cannot tell a share of agents that never stop from a chance per vote: caution is taken for the former.',
  ];
  const most = stopping.filter(({ agree, mayLie }) => !mayLie && agree < 1 && agree >= 2 / 3 - 1e-9);
  const hasty = pooledShare(most.map(({ stops }) => stops));
  const stopsAtAll = full.stops.mean ?? 0;
  const haste: Found =
    hasty.mean === null || stopsAtAll === 0
      ? none('nobody stops even when all agree')
      : {
          value: rounded(Math.min(1, hasty.mean / stopsAtAll)),
          evidence: {
            confidence: 'derived',
            source: 'votes to stop when two thirds, but not all, agree, among those that stop when all do',
            n: hasty.n,
            events: hasty.events,
            low: rounded(Math.min(1, (hasty.low ?? 0) / stopsAtAll)),
            high: rounded(Math.min(1, (hasty.high ?? 1) / stopsAtAll)),
          },
        };
  const unread = pooledShare(
    parsing.filter(({ family }) => family === 'stopping' || family === 'proposing').map((it) => it.unread),
  );
  const copying = measured(plain.copied, 'copied the most frequent number, of those that moved');
  if (copying === undefined) warnings.push('Nobody moved, so that copying is not told; it is set to 1.');
  const { mean, median, other } = plain.compromises;
  const [favourite] = (
    [
      ['mean', mean],
      ['median', median],
      ['focal', other],
    ] as const
  )
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  const found: Record<string, Found | undefined> = {
    inertia: measured(plain.kept, 'kept its number although another was more frequent'),
    copying: copying ?? { value: 1, evidence: { confidence: 'assumed', source: 'nobody moved' } },
    caution: measured(inverse(full.stops), 'votes against stopping when all agree'),
    haste,
    malformed: measured(unread, 'first answers in the game that could not be read'),
    hesitation: told
      ? reduced(inverse(plain.kept), inverse(told.kept), 'moved less when told of adversaries')
      : none('not asked'),
    suspicion: fullTold
      ? reduced(full.stops, fullTold.stops, 'stopped less when told of adversaries')
      : none('not asked'),
  };
  return {
    behaviour: 'game-mock',
    parameters: { ...valuesOf(found), compromise: favourite?.[0] ?? compromises[0] },
    evidence: {
      ...evidenceOf(found),
      compromise: {
        confidence: favourite === undefined ? 'assumed' : 'measured',
        source: `of those that moved elsewhere ${mean} to the mean, ${median} to the median, ${other} to something else`,
      },
    },
    warnings,
  };
}

function valuesOf(found: Readonly<Record<string, Found | undefined>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(found).flatMap(([name, it]) => (it ? [[name, it.value]] : [])));
}

function evidenceOf(found: Readonly<Record<string, Found | undefined>>): Record<string, Evidence> {
  return Object.fromEntries(Object.entries(found).flatMap(([name, it]) => (it ? [[name, it.evidence]] : [])));
}

function boundedProfile({ parsing, clashes, switching, adopting }: ProbeReport): Draft | undefined {
  const of = (family: string) => parsing.find((it) => it.family === family);
  const messages = of('messages');
  const answers = of('answers');
  if (messages === undefined && answers === undefined) return undefined;
  const parameters: Record<string, unknown> = {};
  const evidence: Record<string, Evidence> = {};
  const take = (name: string, task: string | undefined, found: Found | undefined): void => {
    if (found === undefined) return;
    parameters[name] = task === undefined ? found.value : { tasks: { [task]: found.value } };
    evidence[task === undefined ? name : `${name}.${task}`] = found.evidence;
  };
  if (messages) take('malformed', undefined, measured(messages.unread, 'messages that could not be read'));
  if (answers)
    take('malformedAnswer', undefined, measured(answers.unread, 'final answers that could not be read'));
  const still = pooledShare([messages, answers].flatMap((it) => (it ? [it.still] : [])));
  take('retryFailure', undefined, measured(still, 'could not be read when written once more either'));
  take('finalRepair', 'coloring', measured(clashes.changed, 'changed a clashing group in the final answer'));
  take(
    'verification',
    'coloring',
    measured(clashes.free, 'of those that changed, took the group that is free'),
  );
  take('adopt', 'consensus', measured(adopting, 'took the value that three of four neighbours hold'));
  if (switching.every(({ changed }) => changed.mean !== null)) {
    const source =
      'changed sides in a final answer, with a quarter, half, three quarters or all of four opposed';
    parameters.switching = {
      tasks: { consensus: switching.map(({ changed }) => rounded(changed.mean ?? 0)) },
    };
    switching.forEach(({ changed }, i) => {
      evidence[`switching.consensus[${i}]`] = measured(changed, source, { confidence: 'derived' })!.evidence;
    });
  }
  const warnings = [
    'All else is as gpt-4o-mini: no single question shows it.',
    'Switching was asked about in final answers, not call by call.',
  ];
  return { behaviour: 'bounded', base: 'gpt-4o-mini', parameters, evidence, warnings };
}

function workerProfile({ verification }: ProbeReport): Draft | undefined {
  const found = {
    recall: measured(verification.found, 'false claims about a neighbour that were said not to hold'),
    falseAlarm: measured(verification.doubted, 'true claims about a neighbour that were said not to hold'),
  };
  if (found.recall === undefined && found.falseAlarm === undefined) return undefined;
  const warnings = [
    'Claims about what neighbours said, not about work: a reviewer of code may find more, or less.',
  ];
  return { behaviour: 'worker', parameters: valuesOf(found), evidence: evidenceOf(found), warnings };
}
