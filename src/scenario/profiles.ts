import { stringify } from 'yaml';
import { catalog } from '../catalog.ts';
import { fittedProfiles } from '../profiles/fitted.ts';
import { nativeProfiles } from '../profiles/native.ts';
import { type Issue, ScenarioError } from '../world/error.ts';
import { isByTask, type Profile, parametersFor, profileSchema, type Residual } from '../world/profile.ts';
import { choose, instead, shown } from './check.ts';
import type { Raw } from './factors.ts';
import { inFile, readData } from './read-data.ts';

/** A profile that a scenario can name. */
export interface KnownProfile {
  readonly name: string;
  readonly behaviour: string;
  readonly summary: string;
  readonly fit: readonly Residual[];
  /** Of recorded runs that it is known to have been fitted to, if any. */
  readonly digests?: readonly string[];
  /** Its values, where they stand in a file; a behaviour knows its native ones itself. */
  readonly file?: Profile;
  /** Where that is, as it was named; profiles that ship have none. */
  readonly path?: string;
}

/** Every profile that ships, by behaviour and name. */
export const knownProfiles: readonly KnownProfile[] = [
  ...nativeProfiles,
  ...fittedProfiles.map((file) => ({ ...pick(file), file })),
];

function pick({ name, behaviour, summary, fit }: Profile): KnownProfile {
  return { name, behaviour, summary, fit };
}

/** Reads a profile: text in YAML or JSON. Throws a ScenarioError that lists every issue, with the file's name. */
export function parseProfile(text: string, fileName: string): Profile {
  const profile = readData(profileSchema, text, fileName);
  const issues = parameterIssues(profile);
  if (issues.length > 0) throw inFile(fileName, issues);
  return profile;
}

/** What is wrong with the parameters of a profile, as its behaviour sees them. */
function parameterIssues(profile: Profile): Issue[] {
  const { behaviour, base, parameters } = profile;
  if (!catalog.behaviours.has(behaviour)) {
    const message = `there is no behaviour ${behaviour}${instead(behaviour, [...catalog.behaviours.keys()])}`;
    return [{ path: 'behaviour', message }];
  }
  if (base !== undefined && named(base, behaviour).length === 0) {
    const names = knownProfiles.flatMap((it) => (it.behaviour === behaviour ? [it.name] : []));
    return [{ path: 'base', message: `there is no profile ${base} of ${behaviour}${instead(base, names)}` }];
  }
  const tasks = new Set(
    Object.values(parameters).flatMap((it) => (isByTask(it) ? Object.keys(it.tasks ?? {}) : [])),
  );
  const issues = [...tasks].flatMap((task): Issue[] => {
    if (catalog.tasks.has(task)) return [];
    return [
      {
        path: 'parameters',
        message: `name the task ${task}, which does not exist${instead(task, [...catalog.tasks.keys()])}`,
      },
    ];
  });
  const found = new Map<string, Issue>();
  for (const task of [...tasks, '']) {
    const values = parametersFor(profile, task);
    const chosen = choose(catalog.behaviours, { kind: behaviour, ...values }, 'parameters', 'behaviour');
    if (chosen.ok) continue;
    // What is missing can still be said in the scenario.
    for (const issue of chosen.issues) {
      const isSaid = Object.keys(values).some((name) => issue.path.startsWith(`parameters.${name}`));
      if (isSaid) found.set(`${issue.path} ${issue.message}`, issue);
    }
  }
  return [...issues, ...found.values()];
}

const named = (name: string, behaviour: string | undefined): KnownProfile[] =>
  knownProfiles.filter((it) => it.name === name && (behaviour === undefined || it.behaviour === behaviour));

/**
 * Fills in the values of the profile that a behaviour names: one that ships, or a file. What the scenario says itself
 * stands over them. `behaviour: NAME` is short for `behaviour: { profile: NAME }`, and so for a file. Answers which profile it was.
 */
export function withProfile(
  raw: Raw,
  read: ((path: string) => string) | undefined,
): { readonly raw: Raw; readonly profile: KnownProfile | undefined } {
  const none = { raw, profile: undefined };
  const behaviour = spelledOut(raw.behaviour);
  const wanted = behaviour?.profile;
  if (behaviour === undefined || typeof wanted !== 'string') return none;
  const { kind } = behaviour;
  if (kind !== undefined && typeof kind !== 'string') return none;
  const profile = isFile(wanted) ? fromFile(wanted, kind, read) : shipped(wanted, kind);
  if (profile === undefined) return none;
  const { profile: _, ...own } = behaviour;
  const task = taskOf(raw);
  return { raw: { ...raw, behaviour: { ...filled(profile, task), ...own } }, profile };
}

/** A behaviour as a map, where its bare name or kind is a profile's name or file. */
export function spelledOut(written: unknown): Raw | undefined {
  const it = typeof written === 'string' ? { kind: written } : written;
  if (typeof it !== 'object' || it === null || Array.isArray(it)) return undefined;
  const { kind, ...rest } = it as Raw;
  if (typeof kind !== 'string' || catalog.behaviours.has(kind)) return it as Raw;
  return isFile(kind) || named(kind, undefined).length > 0 ? { profile: kind, ...rest } : (it as Raw);
}

const isFile = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

function taskOf({ task }: Raw): string {
  const kind = typeof task === 'object' && task !== null ? (task as Raw).kind : task;
  return typeof kind === 'string' ? kind : '';
}

/** The behaviour with the values of a profile, and below them those of its base. */
function filled({ name, behaviour, file }: KnownProfile, task: string): Raw {
  if (file === undefined) return { kind: behaviour, profile: name };
  const base = file.base === undefined ? undefined : named(file.base, behaviour)[0];
  const below = base === undefined ? { kind: behaviour } : filled(base, task);
  return { ...below, ...parametersFor(file, task) };
}

function fromFile(
  path: string,
  kind: string | undefined,
  read: ((path: string) => string) | undefined,
): KnownProfile {
  if (read === undefined) {
    const message = 'cannot be read here; give the values themselves';
    throw new ScenarioError([{ path: 'behaviour.profile', message }]);
  }
  const file = parseProfile(read(path), path);
  if (kind !== undefined && kind !== file.behaviour) {
    const message = `is a profile of ${file.behaviour}, but the behaviour is ${kind}; leave out \`kind\``;
    throw new ScenarioError([{ path: 'behaviour.profile', message }]);
  }
  return { ...pick(file), file, path };
}

/** Reads a profile of a file, as those that ship are known. */
export function profileIn(text: string, path: string): KnownProfile {
  const file = parseProfile(text, path);
  return { ...pick(file), file, path };
}

function shipped(name: string, kind: string | undefined): KnownProfile | undefined {
  const found = named(name, kind);
  if (found.length === 1) return found[0];
  const fail = (message: string): ScenarioError =>
    new ScenarioError([{ path: 'behaviour.profile', message }]);
  if (found.length > 1) {
    const kinds = found.map(({ behaviour }) => behaviour).join(', ');
    throw fail(`is the name of several profiles, of ${kinds}; say which by \`kind\``);
  }
  const names = knownProfiles.flatMap((it) => (kind === undefined || it.behaviour === kind ? [it.name] : []));
  // A behaviour without profiles says itself what it makes of the key.
  if (names.length === 0) return undefined;
  const of = kind === undefined ? '' : ` of ${kind}`;
  throw fail(`there is no profile ${shown(name)}${of}${instead(name, names)}; a file ends in .yaml or .json`);
}

/** A profile as YAML, as `parseProfile` reads it. */
export const profileText = (profile: Profile): string =>
  stringify(profile, { lineWidth: 110, aliasDuplicateObjects: false });
