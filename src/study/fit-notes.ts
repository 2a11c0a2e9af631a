import { type KnownProfile, knownProfiles } from '../scenario/profiles.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Residual } from '../world/profile.ts';
import { textTable, wrapped } from './text-table.ts';

/** What the profiles that a scenario plays were fitted to, and how well; no lines where it plays none. */
export function fitNotes(scenario: Pick<Scenario, 'points'>, width: number): string[] {
  return profilesOf(scenario).flatMap(({ name, behaviour, fit }) => {
    if (fit.length === 0) return [];
    const said = (all: readonly Residual[], verb: string): string =>
      foremost(all)
        .map(
          ({ target, wanted, got }) =>
            `${target} ${shown(wanted)}, ${verb} ${shown(got)} (${signed(got - wanted)})`,
        )
        .join('; ');
    const [met, held] = [fit.filter((it) => !it.heldOut), fit.filter((it) => it.heldOut)];
    const scope = behaviour === 'game-mock' ? ' at N = 4 only' : '';
    const parts = [
      ...(met.length > 0 ? [`${name} was fitted${scope}: ${said(met, 'fitted')}.`] : []),
      ...(held.length > 0 ? [`Held out from the fit of ${name}: ${said(held, 'simulated')}.`] : []),
    ];
    const isCut = foremost(met).length + foremost(held).length < fit.length;
    if (isCut) parts.push(`All ${fit.length} targets: synod list profile ${name}.`);
    return wrapped(parts.join(' '), width);
  });
}

/** So many targets are told below results. */
const most = 6;

/** Those of many targets that are told: of what was solved, where any are. */
function foremost(fit: readonly Residual[]): readonly Residual[] {
  if (fit.length <= most) return fit;
  const solved = fit.filter(({ target }) => target.startsWith('solved'));
  return (solved.length > 0 ? solved : fit).slice(0, most);
}

/** The fitted profiles that a scenario plays, each once. */
export function profilesOf({ points }: Pick<Scenario, 'points'>): KnownProfile[] {
  const used = new Set<KnownProfile>();
  const byName = new Map<string, KnownProfile>();
  for (const { config, profile } of points) {
    if (profile?.file !== undefined) {
      // A file is read at each point anew.
      const key = `${profile.behaviour} ${profile.name}`;
      if (!byName.has(key)) byName.set(key, profile);
      continue;
    }
    const { name: behaviour } = config.behaviour?.part ?? {};
    const named = (config.behaviour?.params as { profile?: unknown } | undefined)?.profile;
    const native = knownProfiles.find((it) => it.behaviour === behaviour && it.name === named);
    if (native !== undefined) used.add(native);
  }
  return [...used, ...byName.values()];
}

/** A fit, target by target. */
export function fitTable(fit: readonly Residual[]): string[] {
  const right = (head: string) => ({ head, align: 'right' as const });
  const withError = (value: number, error: number | undefined): string =>
    error === undefined || error === 0 ? shown(value) : `${shown(value)} ± ${shown(error)}`;
  const rows = fit.map(({ target, wanted, wantedError, got, error, heldOut }) => [
    target,
    withError(wanted, wantedError),
    withError(got, error),
    signed(got - wanted),
    heldOut ? 'held out' : '',
  ]);
  const columns = [{ head: 'target' }, right('wanted'), right('mock'), right('error'), { head: '' }];
  return textTable(columns, rows);
}

const shown = (x: number): string => String(Number(x.toPrecision(3)));
const signed = (x: number): string => `${x < 0 ? '-' : '+'}${shown(Math.abs(Number(x.toFixed(3))))}`;
