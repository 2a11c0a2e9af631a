import type { Levels } from '../scenario/factors.ts';
import type { Factors } from '../scenario/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { shownNumber, shownPercent, shownShare } from './numbers.ts';
import type { Estimate } from './statistics.ts';
import type { Pool, Summary } from './summary.ts';
import { type Column, fittedTable, sparkline, wrapped } from './text-table.ts';

/** Figures of others to hold ours against. */
interface PublishedFigures {
  /** By model: shares solved with their standard errors, by task, pooled over n = 4, 8, 16 and three families. */
  readonly pooled: readonly {
    readonly model: string;
    readonly source: string;
    readonly solved: Readonly<Record<string, readonly [number, number]>>;
    readonly overall: readonly [number, number];
  }[];
  /** Recorded runs of gpt-4o-mini: how many were solved, by task and size. */
  readonly recorded: readonly {
    readonly task: string;
    readonly agents: number;
    readonly solved: number;
    readonly runs: number;
  }[];
}

export interface ReportOptions {
  readonly scenario: Pick<Scenario, 'factors'>;
  readonly summary: Summary;
  readonly published: PublishedFigures;
  /** Emphasis, where the reader's terminal has it. */
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  /** How many columns a line may have. */
  readonly width: number;
}

/** Which factor of the scenario plays which part, and its levels. */
interface Design {
  readonly task: string;
  readonly agents: string;
  /** The factor that tells mocks from the oracle. */
  readonly profile: string | undefined;
  readonly tasks: readonly string[];
  readonly sizes: readonly number[];
  /** The profile that is studied, and what it is held against. */
  readonly studied: string;
  readonly ideal: string | undefined;
}

/** Causes below this share of all runs are not listed one by one. */
const leastShare = 0.005;

/** The tables of `synod agentsnet`, as lines that fit the page. */
export function agentsnetReport(options: ReportOptions): string[] {
  const design = designOf(options.scenario.factors);
  const tables = [
    solvedTable(options, design),
    causeTable(options, design),
    tokenTable(options, design),
    pooledTable(options, design),
    recordedTable(options, design),
  ];
  return tables.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '']);
}

function designOf(factors: readonly Levels[]): Design {
  const labels = (path: string): string[] =>
    factors.find((it) => it.path === path)?.levels.map(({ label }) => String(label)) ?? [];
  const path = (is: (path: string) => boolean, what: string): string => {
    const found = factors.find((it) => is(it.path))?.path;
    if (found === undefined) throw new Error(`agentsnetReport: the scenario varies no ${what}`);
    return found;
  };
  const task = path((it) => it === 'task' || it === 'task.kind', 'task');
  const agents = path((it) => it.endsWith('agents'), 'number of agents');
  const profile = factors.find((it) => it.path === 'behaviour')?.path;
  const profiles = profile === undefined ? [] : labels(profile);
  return {
    task,
    agents,
    profile,
    tasks: labels(task),
    sizes: labels(agents).map(Number),
    studied: profiles.find((it) => it !== 'oracle') ?? 'oracle',
    ideal: profiles.length > 1 && profiles.includes('oracle') ? 'oracle' : undefined,
  };
}

/** Everything of one task, of some sizes, by one profile; over all families. */
function poolOf(
  { summary }: ReportOptions,
  design: Design,
  of: { task?: string; sizes?: readonly number[]; profile?: string },
): Pool {
  const { task, sizes, profile = design.studied } = of;
  return summary.pooled(
    (factors: Factors) =>
      (task === undefined || factors[design.task] === task) &&
      (sizes === undefined || sizes.includes(Number(factors[design.agents]))) &&
      (design.profile === undefined || factors[design.profile] === profile),
  );
}

const right = (head: string): Column => ({ head, align: 'right' });

const sizeColumns = ({ sizes }: Design): Column[] => sizes.map((n) => right(`n = ${n}`));

function solvedTable(options: ReportOptions, design: Design): string[] {
  const { strong, faint, width } = options;
  const { tasks, sizes, studied, ideal } = design;
  const line = (task: string, profile: string): string[] => {
    const shares = sizes.map((n) => poolOf(options, design, { task, sizes: [n], profile }).metrics.solved);
    const bars = sparkline(shares.map((it) => it?.mean ?? null));
    const cells = shares.map((it) => (it === undefined ? '-' : shownPercent(it)));
    return [profile === studied ? task : `  ${profile}`, ...cells, bars].map((cell) =>
      profile === studied ? cell : faint(cell),
    );
  };
  const rows = tasks.flatMap((task) => [line(task, studied), ...(ideal ? [line(task, ideal)] : [])]);
  const range = `${sizes[0]} to ${sizes.at(-1)}`;
  return [
    strong(`Solved by ${studied}${ideal ? `, and by the ${ideal} below it` : ''}`),
    ...wrapped('per cent of runs, families pooled, and the ends of its 95 % Wilson interval', width).map(
      faint,
    ),
    ...fittedTable([{ head: 'task' }, ...sizeColumns(design), { head: range }], rows, width),
  ];
}

function causeTable(options: ReportOptions, design: Design): string[] {
  const { strong, faint, width } = options;
  const { tasks, sizes, studied } = design;
  const halves = [sizes.filter((n) => n <= 16), sizes.filter((n) => n > 16)].filter((it) => it.length > 0);
  const rows = tasks.map((task) => [
    task,
    ...halves.map((some) => {
      const failed = causesOver(some.map((n) => poolOf(options, design, { task, sizes: [n] })))
        .filter(({ cause, share }) => cause !== 'none' && share >= leastShare)
        .slice(0, 3);
      return failed.map(({ cause, share }) => `${cause} ${Math.round(100 * share)} %`).join(', ') || 'none';
    }),
  ]);
  const heads = halves.map((some) => ({
    head: `n = ${some.length > 1 ? `${some[0]} to ${some.at(-1)}` : some[0]}`,
  }));
  return [
    strong(`Why ${studied} fails`),
    ...wrapped(
      'share of all runs, by the cause found; the rest are solved, or fail for rarer causes',
      width,
    ).map(faint),
    ...fittedTable([{ head: 'task' }, ...heads], rows, width),
  ];
}

/** Shares of causes, each size counting alike, the most frequent first. */
function causesOver(pools: readonly Pool[]): { cause: string; share: number }[] {
  const shares = new Map<string, number>();
  for (const { causes, replications } of pools) {
    for (const [cause, count = 0] of Object.entries(causes)) {
      shares.set(cause, (shares.get(cause) ?? 0) + count / replications / pools.length);
    }
  }
  return [...shares].map(([cause, share]) => ({ cause, share })).sort((a, b) => b.share - a.share);
}

function tokenTable(options: ReportOptions, design: Design): string[] {
  const { strong, faint, width } = options;
  const rows = design.tasks.map((task) => [
    task,
    ...design.sizes.map((n) => {
      const { metrics } = poolOf(options, design, { task, sizes: [n] });
      const { tokens, solved } = metrics;
      if (!tokens?.mean || solved?.mean === null || solved === undefined) return '-';
      // Everything that was spent, over all that came of it.
      return solved.mean === 0 ? `>${short(tokens.mean * tokens.n)}` : short(tokens.mean / solved.mean);
    }),
  ]);
  return [
    strong('Tokens per solved instance'),
    ...wrapped(
      'all tokens read and written, those of failed runs included; > none was solved for so many',
      width,
    ).map(faint),
    ...fittedTable([{ head: 'task' }, ...sizeColumns(design)], rows, width),
  ];
}

/** `950`, `12.3k`, `4.56M`. */
function short(x: number): string {
  if (x < 1000) return shownNumber(Math.round(x));
  const [size, unit] = x < 1e6 ? [1e3, 'k'] : x < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  const y = x / (size as number);
  return `${y < 10 ? y.toFixed(2) : y < 100 ? y.toFixed(1) : y.toFixed(0)}${unit}`;
}

function pooledTable(options: ReportOptions, design: Design): string[] {
  const { strong, faint, width, published } = options;
  const small = design.sizes.filter((n) => n <= 16);
  const [first] = published.pooled;
  if (first === undefined || small.length === 0) return [];
  // The published mean is over all its tasks: beside fewer it would mislead.
  if (design.tasks.length < Object.keys(first.solved).length) return [];
  const { tasks, studied, ideal } = design;
  const ours = [studied, ...(ideal ? [ideal] : [])].map((profile) => {
    const pools = tasks.map((task) =>
      overSizes(small.map((n) => poolOf(options, design, { task, sizes: [n], profile }).metrics.solved)),
    );
    const means = pools.map((it) => it?.mean ?? Number.NaN);
    // As in the published table: the plain mean of the tasks.
    const overall = means.reduce((sum, it) => sum + it, 0) / tasks.length;
    return [
      `ours: ${profile}`,
      ...pools.map((it) => withoutZero(shownShare(it))),
      Number.isNaN(overall) ? '-' : withoutZero(overall.toFixed(2)),
    ];
  });
  const theirs = published.pooled.map(({ model, solved, overall }) => [
    model,
    ...tasks.map((task) => withError(solved[task])),
    withError(overall),
  ]);
  return [
    strong(`Beside the published figures, mean over n = ${small.join(', ')}`),
    ...wrapped(`${first.source}. In parentheses: its standard errors; ours with 95 % intervals.`, width).map(
      faint,
    ),
    ...fittedTable([{ head: 'model' }, ...tasks.map(right), right('mean')], [...theirs, ...ours], width),
  ];
}

/**
 * The plain mean over sizes, as in the published table, where every size has as many runs; ours may differ in that. Distances
 * from the means to the ends of independent intervals add up in squares, to each side (Zou and Donner 2008).
 */
function overSizes(shares: readonly (Estimate | undefined)[]): Estimate {
  let mean = 0;
  let below = 0;
  let above = 0;
  for (const it of shares) {
    const share = it?.mean ?? Number.NaN;
    mean += share / shares.length;
    below += ((share - (it?.low ?? Number.NaN)) / shares.length) ** 2;
    above += (((it?.high ?? Number.NaN) - share) / shares.length) ** 2;
  }
  const n = shares.reduce((sum, it) => sum + (it?.n ?? 0), 0);
  return Number.isNaN(mean)
    ? { mean: null, low: null, high: null, n }
    : { mean, low: mean - Math.sqrt(below), high: mean + Math.sqrt(above), n };
}

const withError = (it: readonly [number, number] | undefined): string =>
  it === undefined ? '-' : `${withoutZero(it[0].toFixed(2))} (${withoutZero(it[1].toFixed(2))})`;

const withoutZero = (share: string): string => share.replace(/^0/, '');

function recordedTable(options: ReportOptions, design: Design): string[] {
  const { strong, faint, width, published } = options;
  const sizes = design.sizes.filter((n) => published.recorded.some(({ agents }) => agents === n));
  if (sizes.length === 0) return [];
  const rows = design.tasks.map((task) => [
    task,
    ...sizes.flatMap((n) => {
      const cell = published.recorded.find((it) => it.task === task && it.agents === n);
      const ours = poolOf(options, design, { task, sizes: [n] }).metrics.solved;
      return [cell ? `${cell.solved} of ${cell.runs}` : '-', ours?.mean?.toFixed(2) ?? '-'];
    }),
  ]);
  return [
    strong('Beside recorded runs of gpt-4o-mini'),
    ...wrapped(
      'MAFBench (arXiv 2602.03128): one run on each of three graphs, so 0 of 3 and 3 of 3 say little; its coloring, matching and vertex cover had 8 rounds, ours the 4, 5 and 6 of the paper, in which less is mended: protocol.rounds=8 compares like with like.',
      width,
    ).map(faint),
    ...fittedTable(
      [{ head: 'task' }, ...sizes.flatMap((n) => [right(`n = ${n}`), right('ours')])],
      rows,
      width,
    ),
  ];
}
