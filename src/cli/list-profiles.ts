import { instead } from '../scenario/check.ts';
import { type KnownProfile, knownProfiles } from '../scenario/profiles.ts';
import { fitTable } from '../study/fit-notes.ts';
import { counted } from '../study/numbers.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { isByTask, rootMeanSquare } from '../world/profile.ts';
import { paint, print, printJson, width } from './terminal.ts';

/** Every profile that ships, or all that is known of those of one name. */
export function listProfiles(name: string | undefined, isJson: boolean): void {
  const named = knownProfiles.filter((it) => name === undefined || it.name === name);
  if (name !== undefined && named.length === 0) {
    const message = `there is no profile of that name${instead(name, [...new Set(knownProfiles.map((it) => it.name))])}`;
    throw new ScenarioError([{ path: name, message }]);
  }
  if (isJson) for (const it of named) printJson({ kind: 'profiles', ...it });
  else if (name === undefined) printAll(named);
  else for (const it of named) printProfile(it);
}

function printAll(profiles: readonly KnownProfile[]): void {
  print(paint('bold', 'profiles'));
  const rows = profiles.map((it) => [
    `  ${it.name}`,
    it.behaviour,
    fittedError(it, false),
    fittedError(it, true),
  ]);
  const columns = [
    { head: '  name' },
    { head: 'behaviour' },
    { head: 'error of the fit' },
    { head: 'held out' },
  ];
  for (const [i, line] of textTable(columns, rows).entries()) print(i === 0 ? paint('dim', line) : line);
  print();
  const legend =
    'error: root mean square of what the mock comes to less what was wanted, over targets that are shares, or else in per cent of what was wanted; list profile NAME has every target, and where each value comes from.';
  for (const line of wrapped(legend, width)) print(paint('dim', line));
}

/** `0.031 (3 targets)` where all are shares, `27 % (8 targets)` of what was wanted where they are not. */
function fittedError({ fit }: KnownProfile, heldOut: boolean): string {
  const targets = fit.filter((it) => it.heldOut === heldOut);
  const shares = targets.filter(({ wanted }) => wanted >= 0 && wanted <= 1);
  const error = rootMeanSquare(shares);
  if (error !== null) return `${error.toFixed(3)} (${counted(shares.length, 'target')})`;
  const relative = rootMeanSquare(targets.map((it) => ({ ...it, wanted: 1, got: it.got / it.wanted })));
  return relative === null ? '-' : `${Math.round(100 * relative)} % (${counted(targets.length, 'target')})`;
}

function printProfile({ name, behaviour, summary, fit, file }: KnownProfile): void {
  print(paint('bold', name));
  for (const line of wrapped(summary, width)) print(line);
  print(`behaviour    ${behaviour}`);
  if (file !== undefined) {
    const { base, provenance, parameters, evidence, warnings } = file;
    if (base !== undefined) print(`base         ${base}`);
    for (const [key, value] of Object.entries(provenance)) print(`${key.padEnd(12)} ${value}`);
    print();
    for (const [knob, value] of Object.entries(parameters)) {
      const byTask = isByTask(value)
        ? Object.entries(value.tasks).map(([task, it]) => [`${knob}.${task}`, it] as const)
        : [];
      for (const [key, it] of byTask.length > 0 ? byTask : [[knob, value] as const]) {
        const { low, high, n } = evidence[key] ?? {};
        const interval = low === undefined || high === undefined ? '' : `, 95 % ${low} to ${high}`;
        print(
          `  ${key} ${JSON.stringify(it)}${paint('dim', `${interval}${n === undefined ? '' : `, n ${n}`}`)}`,
        );
      }
    }
    for (const warning of warnings)
      for (const [i, line] of wrapped(warning, width - 2).entries())
        print(i === 0 ? `! ${line}` : `  ${line}`);
  }
  print();
  if (fit.length === 0) print('No error of a fit is on record.');
  else for (const line of fitTable(fit)) print(line);
}
