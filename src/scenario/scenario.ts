import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Issue, ScenarioError } from '../world/error.ts';
import { count } from '../world/part.ts';
import { canonical, digestOf } from './canonical.ts';
import { check, instead } from './check.ts';
import { type Expectation, expectationsSchema } from './expect.ts';
import { expectIssues, namesOf, precisionIssues, publishedIssues } from './expected-names.ts';
import { expandLevels, type Levels, levelsOf, type Raw, valueAt } from './factors.ts';
import { identityOf } from './model.ts';
import { applyOverrides, readValue } from './overrides.ts';
import { type KnownProfile, withProfile } from './profiles.ts';
import { type Published, publishedSchema } from './published.ts';
import type { Factors, Run } from './run.ts';
import { type Config, checkConfig, configSchema } from './schema.ts';

/** A file asking one question, checked: every point of it can be run. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly seed: number;
  readonly replications: number;
  readonly factors: readonly Levels[];
  readonly points: readonly Point[];
  readonly precision: Precision | undefined;
  readonly expect: readonly Expectation[];
  readonly published: readonly Published[];
  /** Hash of everything that can change a result, replications aside: equal designs can share a store. */
  readonly design: string;
}

/**
 * When points have been run often enough: the 95 % Wilson interval of a 0/1 metric, over points that differ only in the
 * pooled factors, is no wider than `halfWidth` to each side. Looked at after every block of replications, so
 * that the answer depends on the rows alone.
 */
export interface Precision {
  readonly metric: string;
  readonly halfWidth: number;
  /** Factors over which points are taken together. */
  readonly pool: readonly string[];
  /** Replications between two looks. */
  readonly block: number;
}

/** A scenario with every factor fixed. */
export interface Point {
  readonly index: number;
  readonly factors: Factors;
  /** As written, with the levels filled in: plain data. */
  readonly raw: Raw;
  readonly config: Config;
  /** The fitted profile that its behaviour plays, where it names one. */
  readonly profile: KnownProfile | undefined;
}

export interface ParseOptions {
  /** `key=value`, where key is a dotted path of the scenario. */
  readonly overrides?: readonly string[];
  /** Reads a file that the scenario names (a graph, a profile). Left out, such a scenario is refused. */
  readonly read?: (path: string) => string;
  /** Lists the files of a folder that the scenario names (templates of prompts). Left out, such a scenario is refused. */
  readonly list?: (path: string) => readonly string[];
}

/** Changes when the engine's results may differ, so that stored runs of an older engine are not taken for equal. */
export const engineVersion = 1;

const limits = { text: 1_000_000, points: 100_000, runs: 100_000_000 } as const;

const fileSchema = z.strictObject({
  title: z
    .string()
    .max(200)
    .refine((text) => !/\p{Cc}/u.test(text), { error: 'must be one line without control characters' })
    .optional()
    .describe('A short name for people.'),
  question: z.string().min(1).max(2000).describe('The question that the scenario asks.'),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1).describe('Fixes every result.'),
  replications: count.max(10_000_000).default(1).describe('Runs per point that differ only in seed.'),
  vary: z
    .record(z.string(), z.unknown())
    .default({})
    .describe(
      'Factors: for each path, its levels, as a list or as geometric(low, high, ratio) or linear(low, high, step).',
    ),
  precision: z
    .strictObject({
      metric: z.string().default('solved').describe('A metric that is 0 or 1.'),
      halfWidth: z
        .number()
        .min(0.001)
        .max(0.5)
        .describe('Half the width of its 95 % interval that is enough.'),
      pool: z.array(z.string()).default([]).describe('Factors over which points are taken together.'),
      block: count.default(20).describe('Replications between two looks.'),
    })
    .optional()
    .describe('Stops replicating points whose interval is narrow enough; `replications` is then the most.'),
  expect: expectationsSchema
    .default([])
    .describe('What must come out; `synod check` holds the runs against it.'),
  published: publishedSchema
    .default([])
    .describe('Published figures that the runs are held against, each with its source.'),
  // Checked point by point, when the levels are filled in.
  ...(Object.fromEntries(
    Object.keys(configSchema.shape).map((key) => [key, z.unknown().optional()]),
  ) as Record<keyof typeof configSchema.shape, z.ZodOptional<z.ZodUnknown>>),
});

/** The keys of a scenario file with their schemas, for the reference. */
export const scenarioKeys: Readonly<Record<string, z.ZodType>> = {
  ...fileSchema.shape,
  ...configSchema.shape,
};

/** Reads a scenario: text in YAML or JSON to a checked Scenario. Throws a ScenarioError that lists every issue. */
export function parseScenario(text: string, name: string, options: ParseOptions = {}): Scenario {
  const written = applyOverrides(readYaml(text, name), options.overrides ?? []);
  const { vary, seed, replications, title, question, precision, expect, published } = checkFile(written);
  const raw = Object.fromEntries(
    Object.keys(configSchema.shape).flatMap((key) => (key in written ? [[key, written[key]]] : [])),
  );
  const factors = levelsOf(vary);
  refuseUnknownPool(precision, factors);
  const points = expandLevels(raw, factors, limits.points).map(({ factors, raw }, index) => {
    const played = withProfile(raw, options.read);
    const filled = withTemplates(withFiles(played.raw, options.read), options);
    const config = checkConfig(filled);
    if (!config.ok)
      throw new ScenarioError(config.issues.map((issue) => atPoint(inGraphFile(issue, played.raw), factors)));
    return { index, factors, raw: filled, config: config.value, profile: played.profile };
  });
  refuseHidden(options.overrides ?? [], points);
  refuseEqualPoints(points);
  refuseUnknownNames(
    { factors, points, expect, published, precision },
    written.expect,
    options.overrides ?? [],
  );
  if (points.length * replications > limits.runs) {
    throw new ScenarioError([
      {
        path: 'replications',
        message: `must keep the sweep within ${limits.runs} runs, but ${points.length} points times ${replications} are more`,
      },
    ]);
  }
  const design = digestOf(
    canonical({ engineVersion, seed, points: points.map(({ raw }) => identityOf(raw)) }),
  );
  return {
    name,
    title: title ?? name,
    question,
    seed,
    replications,
    factors,
    points,
    precision,
    expect,
    published,
    design,
  };
}

/** All runs of a scenario, replication by replication, so that an interrupted sweep is balanced over its points. */
export function runsOf(scenario: Scenario): { readonly count: number; readonly at: (index: number) => Run } {
  const { points, replications } = scenario;
  return {
    count: points.length * replications,
    at: (index) => {
      if (!(index >= 0 && index < points.length * replications)) {
        throw new RangeError(`runsOf: there are ${points.length * replications} runs, no run ${index}`);
      }
      return runOf(scenario, points[index % points.length] as Point, Math.floor(index / points.length));
    },
  };
}

/** One run of a point. Replications of equal number share their seed over all points: common random numbers. */
export function runOf(scenario: Scenario, point: Point, replication: number): Run {
  const seed = `${scenario.seed}/${replication}`;
  return {
    id: digestOf(`${engineVersion}\n${seed}\n${textOf(point)}`),
    point: point.index,
    replication,
    seed,
    factors: point.factors,
    config: point.config,
    identity: { ...identityOf(point.raw), seed, engine: engineVersion },
  };
}

const texts = new WeakMap<Point, string>();

function textOf(point: Point): string {
  let text = texts.get(point);
  if (text === undefined) texts.set(point, (text = canonical(identityOf(point.raw))));
  return text;
}

function readYaml(text: string, name: string): Raw {
  if (text.length > limits.text) {
    throw new ScenarioError([
      {
        path: '',
        message: `a scenario is at most ${limits.text} characters long, but this has ${text.length}`,
      },
    ]);
  }
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ScenarioError(
      document.errors.map(({ message }) => ({
        path: name,
        message: `is not valid YAML: ${message.split('\n')[0]?.replace(/:$/, '')}; mend it there`,
      })),
    );
  }
  const value = plainOf(document);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ScenarioError([
      { path: '', message: 'a scenario is a map of keys, such as question, topology, task, protocol' },
    ]);
  }
  return value as Raw;
}

/** The document as plain data. Aliases that lead nowhere, in a circle or without end are the author's fault. */
function plainOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // Fails where an alias leads back to what it is in.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    throw new ScenarioError([
      { path: '', message: `has an alias that cannot be followed: ${why}; write the value out` },
    ]);
  }
}

function checkFile(written: Raw): z.infer<typeof fileSchema> {
  const file = check(fileSchema, written, '');
  if (!file.ok) throw new ScenarioError(file.issues);
  return file.value;
}

/** Fills in the text of a graph file, so that the run depends on what the file holds and not on where it lies. */
function withFiles(raw: Raw, read: ParseOptions['read']): Raw {
  const topology = raw.topology as Raw | undefined;
  if (topology?.kind !== 'graph' || typeof topology.file !== 'string') return raw;
  const { file, ...rest } = topology;
  if (read === undefined)
    throw new ScenarioError([
      { path: 'topology.file', message: 'cannot be read here; give the graph as `text`' },
    ]);
  return { ...raw, topology: { format: formatOf(file), ...rest, text: read(file) } };
}

/** What is wrong with the text of a graph file is told of the file, which is what the author named. */
function inGraphFile(issue: Issue, { topology }: Raw): Issue {
  const file = (topology as Raw | undefined)?.file;
  if (issue.path !== 'topology.text' || typeof file !== 'string') return issue;
  return { path: 'topology.file', message: `${file}: ${issue.message}` };
}

/** Fills in the texts of templates in the same way, by file name without its ending. */
function withTemplates(raw: Raw, { read, list }: ParseOptions): Raw {
  const model = raw.model as Raw | undefined;
  if (typeof model !== 'object' || model === null || typeof model.prompts !== 'string') return raw;
  const folder = model.prompts;
  if (read === undefined || list === undefined) {
    const message = 'cannot be read here; give the templates themselves, by name';
    throw new ScenarioError([{ path: 'model.prompts', message }]);
  }
  const files = list(folder).filter((file) => /\.(md|txt)$/.test(file));
  if (files.length === 0) {
    const message = `must name a folder with templates (*.md, *.txt), but ${folder} holds none`;
    throw new ScenarioError([{ path: 'model.prompts', message }]);
  }
  const prompts = Object.fromEntries(
    files.map((file) => [file.replace(/\.[^.]+$/, ''), read(`${folder}/${file}`)]),
  );
  return { ...raw, model: { ...model, prompts } };
}

function formatOf(file: string): string {
  const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return { json: 'node-link', gexf: 'gexf', graphml: 'graphml', xml: 'graphml' }[ending] ?? 'edge-list';
}

function refuseUnknownPool(precision: Precision | undefined, factors: readonly Levels[]): void {
  precision?.pool.forEach((path, i) => {
    const known = factors.map((factor) => factor.path);
    if (known.includes(path)) return;
    throw new ScenarioError([
      {
        path: `precision.pool[${i}]`,
        message: `must be a factor of \`vary\`, but is ${path}${instead(path, known)}`,
      },
    ]);
  });
}

/** A name in a clause that no run will have: to be told before the runs, not after them. */
function refuseUnknownNames(
  {
    factors,
    points,
    expect,
    published,
    precision,
  }: Pick<Scenario, 'factors' | 'points' | 'expect' | 'published' | 'precision'>,
  writtenExpect: unknown,
  overrides: readonly string[],
): void {
  if (expect.length + published.length === 0 && precision === undefined) return;
  const names = namesOf(factors, points);
  const issues = precision === undefined ? [] : precisionIssues(precision.metric, names);
  // What must come out is said of the scenario as it stands, not of one that was changed on the command line.
  if (overrides.every((it) => /^(seed|replications|expect)=/.test(it))) {
    issues.push(...expectIssues(expect, Array.isArray(writtenExpect), names));
    issues.push(...publishedIssues(published, names));
  }
  if (issues.length > 0) throw new ScenarioError(issues);
}

/** An override that every level of a factor writes over would change nothing, in silence. */
function refuseHidden(overrides: readonly string[], points: readonly Point[]): void {
  for (const text of overrides) {
    const hidden = hiddenBy(text, points);
    if (hidden === undefined) continue;
    throw new ScenarioError([
      {
        path: text.slice(0, text.indexOf('=')),
        message: `has no effect, since the scenario varies ${hidden}; give ${hidden}=... instead`,
      },
    ]);
  }
}

function hiddenBy(text: string, points: readonly Point[]): string | undefined {
  const path = text.slice(0, text.indexOf('=')).trim();
  const factors = Object.keys(points[0]?.factors ?? {});
  // A factor that was pinned, or made of a list of levels, has been read.
  if (factors.includes(path)) return undefined;
  const outer = factors.find((factor) => path.startsWith(`${factor}.`));
  if (outer === undefined) return undefined;
  const value = readValue(text.slice(text.indexOf('=') + 1), path);
  // What null removes must not be there.
  const wanted = value === null ? undefined : canonical(value);
  const found = (it: unknown): string | undefined => (it === undefined ? undefined : canonical(it));
  return points.every((point) => found(valueAt(point.raw, path)) !== wanted) ? outer : undefined;
}

function refuseEqualPoints(points: readonly Point[]): void {
  const seen = new Map<string, Point>();
  for (const point of points) {
    const text = textOf(point);
    const twin = seen.get(text);
    if (twin) {
      throw new ScenarioError([
        {
          path: 'vary',
          message: `two points are equal, ${label(twin.factors)} and ${label(point.factors)}: a factor has no effect there; remove the level or the override that hides it`,
        },
      ]);
    }
    seen.set(text, point);
  }
}

function atPoint(issue: Issue, factors: Factors): Issue {
  const where = label(factors);
  return where === '' ? issue : { path: issue.path, message: `${issue.message} (at ${where})` };
}

/** `task=coloring topology.agents=16` */
export const label = (factors: Factors): string =>
  Object.entries(factors)
    .map(([path, level]) => `${path}=${level}`)
    .join(' ');
