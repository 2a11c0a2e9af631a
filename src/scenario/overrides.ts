import { parse } from 'yaml';
import { ScenarioError } from '../world/error.ts';
import { type Raw, valueAt, withValue } from './factors.ts';
import { withoutBehaviour } from './model.ts';

/**
 * Lays `key=value` over a scenario as written. A key that the scenario varies is pinned: to the level of that name, to
 * a list of levels, or to a new level. Any other key is set for every point. A model takes the place of whatever answered.
 */
export function applyOverrides(raw: Raw, overrides: readonly string[]): Raw {
  let scenario = raw;
  for (const text of overrides) scenario = applyOverride(scenario, text);
  return scenario;
}

function applyOverride(scenario: Raw, text: string): Raw {
  const at = text.indexOf('=');
  const path = text.slice(0, at).trim();
  if (at <= 0 || path === '') {
    throw new ScenarioError([{ path: text, message: 'must be key=value, such as topology.agents=16' }]);
  }
  const value = readValue(text.slice(at + 1), path);
  if (/^model(\.|$)/.test(path)) scenario = withoutBehaviour(scenario);
  const vary = (scenario.vary ?? {}) as Raw;
  const varied = (factor: string, levels: unknown): Raw => ({
    ...scenario,
    vary: { ...vary, [factor]: levels },
  });
  if (path.startsWith('vary.')) return varied(path.slice('vary.'.length), value);
  if (!(path in vary) && Array.isArray(value) && isScalar(valueAt(scenario, path)))
    return varied(path, value);
  return path in vary ? varied(path, pinned(vary[path], value)) : withValue(scenario, path, value, path);
}

/** A list of levels for a key that takes one value makes it a factor. */
const isScalar = (value: unknown): boolean => ['number', 'string', 'boolean'].includes(typeof value);

/** Reads the value of an override as YAML. */
export function readValue(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new ScenarioError([{ path, message: `must be a YAML value, but is ${text}` }]);
  }
}

function pinned(levels: unknown, value: unknown): unknown {
  const named = (wanted: unknown): unknown =>
    Array.isArray(levels)
      ? (levels.find(
          (level) =>
            level === wanted ||
            (level as Raw | null)?.name === wanted ||
            (level as Raw | null)?.kind === wanted,
        ) ?? wanted)
      : wanted;
  return Array.isArray(value) ? value.map(named) : [named(value)];
}
