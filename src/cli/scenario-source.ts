import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instead } from '../scenario/check.ts';
import type { Source } from '../study/source.ts';
import { ScenarioError } from '../world/error.ts';
import { parseDuration } from '../world/part.ts';
import { type ModelArguments, modelOverrides } from './model-options.ts';

/** The folder of the scenarios that come with the package. */
export const shippedFolder = fileURLToPath(new URL('../../scenarios', import.meta.url));

/** What every command that reads a scenario takes. */
export interface ScenarioArguments {
  readonly scenario: string;
  readonly overrides?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly replications?: string | undefined;
}

/** Their options, for yargs. Values stay text, so that the scenario's own checks judge them. */
export const scenarioOptions = {
  seed: { type: 'string', requiresArg: true, describe: "The seed, instead of the scenario's" },
} as const;

/** Which run of a point, for commands that look at one. */
export const replicationOption = {
  replication: { type: 'string', requiresArg: true, default: '0', describe: 'Which replication, from 0' },
} as const;

export const replicationsOption = {
  replications: { type: 'string', requiresArg: true, describe: 'Runs per point, instead of the scenario’s' },
} as const;

export const sweepOptions = {
  jobs: {
    type: 'string',
    requiresArg: true,
    describe: 'Worker threads; the rows are the same for any number',
  },
  'max-runs': { type: 'string', requiresArg: true, describe: 'Stop after so many runs' },
  'time-limit': { type: 'string', requiresArg: true, describe: 'Stop after so long, such as 10min' },
} as const;

export const jsonOption = {
  json: {
    type: 'boolean',
    default: false,
    describe: 'JSON lines on standard output, and nothing else there',
  },
} as const;

export const scenarioPositional = {
  type: 'string',
  demandOption: true,
  describe: 'A scenario file, or the name of one that ships with synod',
} as const;

export const overridesPositional = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe:
    'key=value, such as topology.agents=16. A value replaces what stands there; so does a map that names a kind, of whose old part only the number of agents stays; a map without one is merged: its keys replace those of the same name, and the others stay (serving={decode: 80} leaves serving.cache); null removes the key',
} as const;

/** Reads the scenario that was named, with what was typed beside it. */
export function sourceOf(args: ScenarioArguments & ModelArguments): Source {
  const path = scenarioPath(args.scenario);
  const isNamed =
    /\bmodel['"]?\s*:/.test(readFileSync(path, 'utf8')) ||
    !!args.overrides?.some((it) => /^model\b/.test(it));
  const overrides = [
    ...modelOverrides(args, args.scenario, isNamed),
    ...(args.overrides ?? []).map(fromHere),
  ];
  for (const key of ['seed', 'replications'] as const) {
    const value = args[key];
    if (value === undefined) continue;
    const other = overrides.find((it) => it.split('=')[0]?.trim() === key);
    if (other !== undefined) {
      const message = `is given twice, by ${other} and by --${key} ${value}; leave one of them out`;
      throw new ScenarioError([{ path: key, message }]);
    }
    overrides.push(`${key}=${value}`);
  }
  return sourceAt(path, overrides);
}

/** Profiles that are named on the command line are as seen from here, not from the scenario's folder. */
const fromHere = (override: string): string =>
  override.replace(
    /(\b(?:profile|behaviour)['"]?\s*[=:]\s*['"]?)([^'"{},\s]+\.(?:ya?ml|json))/g,
    (_, head, file) => (existsSync(file) ? `${head}${resolve(file)}` : `${head}${file}`),
  );

/** Reads a scenario file. */
export function sourceAt(path: string, overrides: readonly string[]): Source {
  const text = readFileSync(path, 'utf8');
  return { name: basename(path, extname(path)), text, overrides, folder: dirname(resolve(path)) };
}

/** The files of the scenarios that ship with the package. */
export const shippedScenarios = (): string[] => (existsSync(shippedFolder) ? scenariosIn(shippedFolder) : []);

/** Every scenario file in a folder and the folders in it, by path. */
export function scenariosIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(folder, path).includes('node_modules'))
    .sort();
}

function scenarioPath(named: string): string {
  if (existsSync(named)) {
    if (!statSync(named).isDirectory()) return named;
    throw new ScenarioError([{ path: named, message: 'is a folder; name one scenario file in it' }]);
  }
  const shipped = new Map(shippedScenarios().map((path) => [basename(path, extname(path)), path]));
  const found = shipped.get(named);
  if (found !== undefined) return found;
  const message = `there is no such file, and no scenario of that name ships with synod${instead(named, [...shipped.keys()])}`;
  throw new ScenarioError([{ path: named, message }]);
}

/** Reads `--jobs`: a whole number from 1; as many as the machine has places for, when left out. */
export const jobsOf = (text: string | undefined): number =>
  text === undefined ? availableParallelism() : wholeNumber('--jobs', text, 1, 1024);

/** Reads a whole number within bounds. */
export function wholeNumber(
  option: string,
  text: string,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  const upTo = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  throw new ScenarioError([{ path: option, message: `must be a whole number ${upTo}, but is ${text}` }]);
}

/** Reads a span with its unit, in microseconds. */
export function spanOf(option: string, text: string): number {
  const microseconds = parseDuration(text);
  if (microseconds !== undefined) return microseconds;
  const message = `must be a number with a unit (us, ms, s, min, h), such as 10min, but is ${text}`;
  throw new ScenarioError([{ path: option, message }]);
}

/** The two limits that end a sweep early. */
export const limitsOf = (args: {
  'max-runs'?: string | undefined;
  'time-limit'?: string | undefined;
}): { maxRuns: number | undefined; timeLimit: number | undefined } => ({
  maxRuns: args['max-runs'] === undefined ? undefined : wholeNumber('--max-runs', args['max-runs'], 0),
  timeLimit: args['time-limit'] === undefined ? undefined : spanOf('--time-limit', args['time-limit']) / 1000,
});
