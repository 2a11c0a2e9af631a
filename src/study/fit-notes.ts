import { type KnownProfile, knownProfiles } from '../scenario/profiles.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Residual, rootMeanSquare } from '../world/profile.ts';
import { counted } from './numbers.ts';
import { textTable, wrapped } from './text-table.ts';

/** How well the profiles that a scenario plays were fitted, one sentence each; `program` is how to call for more. */
export function fitNotes(scenario: Pick<Scenario, 'points'>, width: number, program = 'synod'): string[] {
  return profilesOf(scenario).flatMap((profile) => {
    const { name, behaviour, fit, path } = profile;
    if (fit.length === 0) return [];
    const scope = behaviour === 'game-mock' ? ' at N = 4 only' : '';
    const errors = [
      ...(fit.some((it) => !it.heldOut) ? [`error of the fit ${fitError(profile, false)}`] : []),
      ...(fit.some((it) => it.heldOut) ? [`held out ${fitError(profile, true)}`] : []),
    ];
    const more = `; see ${program} list profile ${path ?? name}`;
    return wrapped(`${name}: fitted${scope}; ${errors.join(', ')}${more}`, width);
  });
}

/**
 * `0.031 (3 targets)` where all are shares, `27 % (8 targets)` of what was wanted where none is; where they are mixed both, so
 * that none is left out: `0.031 (3 shares), 27 % (1 other)`.
 */
export function fitError({ fit }: Pick<KnownProfile, 'fit'>, heldOut: boolean): string {
  const targets = fit.filter((it) => it.heldOut === heldOut);
  const shares = targets.filter(({ wanted }) => wanted >= 0 && wanted <= 1);
  const others = targets.filter((it) => !shares.includes(it));
  const error = rootMeanSquare(shares);
  const relative = rootMeanSquare(others.map((it) => ({ ...it, wanted: 1, got: it.got / it.wanted })));
  const isMixed = error !== null && relative !== null;
  const count = (list: readonly Residual[], one: string): string =>
    counted(list.length, isMixed ? one : 'target');
  const parts: string[] = [];
  if (error !== null) parts.push(`${error.toFixed(3)} (${count(shares, 'share')})`);
  if (relative !== null) parts.push(`${Math.round(100 * relative)} % (${count(others, 'other')})`);
  return parts.join(', ') || '-';
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
