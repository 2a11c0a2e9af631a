import { parse } from 'yaml';
import { ScenarioError } from '../world/error.ts';
import { type Raw, replaced, valueAt, withoutKey, withValue } from './factors.ts';
import { withoutBehaviour } from './model.ts';
import { spelledOut } from './profiles.ts';

/**
 * Lays `key=value` over a scenario as written. A key that the scenario varies is pinned: to the level of that name, to
 * a list of levels, or to a new level. Any other key is set for every point: a map that names no kind is merged with what
 * is there, all else replaces it, null removes it, and what it says is varied no more. A model takes the place of whatever answered.
 */
export function applyOverrides(raw: Raw, overrides: readonly string[]): Raw {
  refuseTwice(overrides);
  let scenario = raw;
  for (const text of overrides) scenario = applyOverride(scenario, text);
  return scenario;
}

/** Of two values of one key neither can be known to be the one that was meant. */
function refuseTwice(overrides: readonly string[]): void {
  const seen = new Map<string, string>();
  const issues = overrides.flatMap((text) => {
    const path = text.slice(0, Math.max(0, text.indexOf('='))).trim();
    const key = path.replace(/\[(\d+)\]/g, '.$1');
    const before = seen.get(key);
    seen.set(key, text);
    return before === undefined || path === ''
      ? []
      : [{ path, message: `is given twice, by ${before} and by ${text}; leave one of them out` }];
  });
  if (issues.length > 0) throw new ScenarioError(issues);
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
  if (value === null) return withoutPath(scenario, path, vary);
  if (path.startsWith('vary.')) return varied(path.slice('vary.'.length), value);
  if (!(path in vary) && Array.isArray(value) && isScalar(valueAt(scenario, path)))
    return varied(path, value);
  if (path in vary) return varied(path, pinned(vary[path], value));
  // Laid over a value that is no map, so that nothing of the old part is left.
  const old = valueAt(scenario, path);
  const whole = replaced(old, value);
  const rest = unvaried(scenario, path, value);
  return whole === undefined
    ? withValue(rest, path, value, path)
    : withValue(withValue(rest, path, 0, path), path, whole, path);
}

/** What an override says is not varied any more: `behaviour=mine.yaml` is one profile, whichever the scenario varies. */
function unvaried(scenario: Raw, path: string, value: unknown): Raw {
  if (scenario.vary === undefined) return scenario;
  const said = path === 'behaviour' ? (spelledOut(value) ?? value) : value;
  if (typeof said !== 'object' || said === null) return scenario;
  const isSaid = (factor: string): boolean =>
    factor.startsWith(`${path}.`) && valueAt(said as Raw, factor.slice(path.length + 1)) !== undefined;
  const vary = Object.entries(scenario.vary as Raw).filter(([factor]) => !isSaid(factor));
  return { ...scenario, vary: Object.fromEntries(vary) };
}

/** `key=null`: the key is no longer there, nor the factor of that name. */
function withoutPath(scenario: Raw, path: string, vary: Raw): Raw {
  const factor = path.startsWith('vary.') ? path.slice('vary.'.length) : path;
  const isVaried = factor in vary;
  if (!isVaried && valueAt(scenario, path) === undefined) {
    const message = 'cannot be removed by null, since it is not there; leave the override out';
    throw new ScenarioError([{ path, message }]);
  }
  const { [factor]: _, ...others } = vary;
  const rest = isVaried ? { ...scenario, vary: others } : scenario;
  return factor === path ? withoutKey(rest, path) : rest;
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
