import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Run } from '../scenario/run.ts';
import { parseScenario, runsOf, type Scenario } from '../scenario/scenario.ts';
import { ScenarioError } from '../world/error.ts';

/** A scenario as it was written, with what was typed beside it: plain data, so that it travels to a worker. */
export interface Source {
  readonly name: string;
  readonly text: string;
  /** `key=value` pairs that replace what the text says. */
  readonly overrides: readonly string[];
  /** Where the files that it names are looked for. */
  readonly folder: string;
}

/** A source, read: the scenario, and its runs in order. */
export interface Plan {
  readonly source: Source;
  readonly scenario: Scenario;
  readonly runs: { readonly count: number; readonly at: (index: number) => Run };
}

/** Reads a source. Throws a ScenarioError where it is not a scenario. */
export function planOf(source: Source): Plan {
  const scenario = parseScenario(source.text, source.name, {
    overrides: source.overrides,
    read: (path) => readNamed(source.folder, path),
    list: (path) => listNamed(source.folder, path),
  });
  return { source, scenario, runs: runsOf(scenario) };
}

function readNamed(folder: string, path: string): string {
  const file = resolve(folder, path);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    const message = `must name a file, as seen from the scenario's folder, but is ${path}: ${why} (${file})`;
    throw new ScenarioError([{ path: 'topology.file', message }]);
  }
}

function listNamed(folder: string, path: string): readonly string[] {
  const named = resolve(folder, path);
  try {
    return readdirSync(named).sort();
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such folder' : String(error);
    const message = `must name a folder, as seen from the scenario's, but is ${path}: ${why} (${named})`;
    throw new ScenarioError([{ path: 'model.prompts', message }]);
  }
}
