import { readFileSync, statSync } from 'node:fs';
import { instead } from '../scenario/check.ts';
import { type KnownProfile, knownProfiles, profileIn } from '../scenario/profiles.ts';
import { fitError, fitTable } from '../study/fit-notes.ts';
import { counted } from '../study/numbers.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import { isByTask } from '../world/profile.ts';
import { pageWidth, paint, print, printJson } from './terminal.ts';

/** Every profile that ships, or all that is known of those of one name, or of the one in a file. */
export function listProfiles(name: string | undefined, isJson: boolean): void {
  const isFile = name !== undefined && /\.(ya?ml|json)$/.test(name);
  const named = isFile
    ? [profileIn(textOf(name), name)]
    : knownProfiles.filter((it) => name === undefined || it.name === name);
  if (name !== undefined && named.length === 0) {
    const message = `there is no profile of that name${instead(name, [...new Set(knownProfiles.map((it) => it.name))])}; a file ends in .yaml or .json`;
    throw new ScenarioError([{ path: name, message }]);
  }
  if (isJson) for (const it of named) printJson({ kind: 'profiles', ...it });
  else if (name === undefined) printAll(named);
  else for (const it of named) printProfile(it);
}

function textOf(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return readFileSync(file, 'utf8');
  throw new ScenarioError([{ path: file, message: 'there is no such file' }]);
}

function printAll(profiles: readonly KnownProfile[]): void {
  print(paint('bold', 'profiles'));
  const rows = profiles.map((it) => [`  ${it.name}`, it.behaviour, fitError(it, false), fitError(it, true)]);
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
  for (const line of wrapped(legend, pageWidth())) print(paint('dim', line));
}

function printProfile({ name, behaviour, summary, fit, file }: KnownProfile): void {
  print(paint('bold', name));
  for (const line of wrapped(summary, pageWidth())) print(line);
  print(`behaviour    ${behaviour}`);
  if (file !== undefined) {
    const { base, provenance, parameters, evidence, warnings } = file;
    if (base !== undefined) print(`base         ${base}`);
    for (const [key, value] of Object.entries(provenance)) {
      const told = Array.isArray(value) ? `of ${counted(value.length, 'recorded run')}` : value;
      print(`${key.padEnd(12)} ${told}`);
    }
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
      for (const [i, line] of wrapped(warning, pageWidth() - 2).entries())
        print(i === 0 ? `! ${line}` : `  ${line}`);
  }
  print();
  if (fit.length === 0) print('No error of a fit is on record.');
  else for (const line of fitTable(fit)) print(line);
}
