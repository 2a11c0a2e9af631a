import type { Run } from '../scenario/run.ts';
import { parseScenario, runsOf, type Scenario } from '../scenario/scenario.ts';

/** A scenario as it was written, with what was typed beside it: plain data, so that it travels to a worker. */
export interface Source {
  readonly name: string;
  readonly text: string;
  /** `key=value` pairs that replace what the text says. */
  readonly overrides: readonly string[];
}

/** A source, read: the scenario, and its runs in order. */
export interface Plan {
  readonly source: Source;
  readonly scenario: Scenario;
  readonly runs: { readonly count: number; readonly at: (index: number) => Run };
}

/** Reads a source. Throws a ScenarioError where it is not a scenario. */
export function planOf(source: Source): Plan {
  const scenario = parseScenario(source.text, source.name, source.overrides);
  return { source, scenario, runs: runsOf(scenario) };
}
