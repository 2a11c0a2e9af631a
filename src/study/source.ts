import { readdirSync, readFileSync, statSync } from 'node:fs';
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

/**
 * Reads a source. Throws a ScenarioError where it is not a scenario.
 * @param given texts that stand for files, by path.
 */
export function planOf(source: Source, given: ReadonlyMap<string, string> = new Map()): Plan {
  const scenario = parseScenario(source.text, source.name, {
    overrides: source.overrides,
    read: (path) => given.get(path) ?? readNamed(source.folder, path),
    list: (path) => listNamed(source.folder, path),
  });
  return { source, scenario, runs: runsOf(scenario) };
}

/** Larger files are refused before they are read; in bytes. */
const mostBytes = 64 << 20;

function readNamed(folder: string, path: string): string {
  const file = resolve(folder, path);
  try {
    const { size } = statSync(file);
    if (size > mostBytes) {
      const message = `has ${size} bytes, but at most ${mostBytes} are read (${file}); give a smaller file`;
      throw new ScenarioError([{ path, message }]);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    const message = `is no file that can be read, as seen from the scenario's folder: ${why} (${file})`;
    throw new ScenarioError([{ path, message }]);
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
