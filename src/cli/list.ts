import type { CommandModule } from 'yargs';
import { catalog } from '../catalog.ts';
import { instead } from '../scenario/check.ts';
import { parameterRows, parametersOf } from '../scenario/parameter-rows.ts';
import { numbersOf, reference } from '../scenario/reference.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import type { Part } from '../world/part.ts';
import { listPrices } from './list-prices.ts';
import { listProfiles } from './list-profiles.ts';
import { jsonOption, shippedScenarios } from './scenario-source.ts';
import { paint, print, printJson, width } from './terminal.ts';

interface ListArguments {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly json: boolean;
  readonly markdown: boolean;
}

type Shelf = ReadonlyMap<string, Part>;

const shelves: ReadonlyMap<string, Shelf> = new Map(
  Object.entries(catalog as unknown as Readonly<Record<string, Shelf>>),
);

/** `synod list`: what a scenario can name. */
export const listCommand: CommandModule<object, ListArguments> = {
  command: 'list [kind] [name]',
  describe: 'List the parts a scenario can name, or the parameters of one',
  builder: (yargs) =>
    yargs
      .positional('kind', {
        type: 'string',
        describe: `One of ${[...shelves.keys()].join(', ')}, profiles, prices, scenarios`,
      })
      .positional('name', { type: 'string', describe: 'A part of that kind' })
      .options(jsonOption)
      .option('markdown', {
        type: 'boolean',
        default: false,
        describe: 'The whole reference, as REFERENCE.md',
      })
      .example('$0 list topologies', 'graph families')
      .example('$0 list topology ring', 'its parameters'),
  handler: (args) => {
    if (args.markdown) {
      process.stdout.write(reference());
      return;
    }
    if (args.kind === undefined) {
      for (const [kind, shelf] of shelves) listKind(kind, shelf, args.json);
      return;
    }
    if (args.kind === 'scenarios' || args.kind === 'scenario') {
      listScenarios(args.json);
      return;
    }
    if (args.kind === 'profiles' || args.kind === 'profile') {
      listProfiles(args.name, args.json);
      return;
    }
    if (args.kind === 'prices' || args.kind === 'price') {
      listPrices(args.name, args.json);
      return;
    }
    const kind = kindOf(args.kind);
    const shelf = shelves.get(kind) as Shelf;
    if (args.name === undefined) {
      listKind(kind, shelf, args.json);
      return;
    }
    const found = shelf.get(args.name);
    if (!found) {
      const message = `there is none of that name among the ${kind}${instead(args.name, [...shelf.keys()])}`;
      throw new ScenarioError([{ path: args.name, message }]);
    }
    if (args.json) printJson({ kind, ...objectOf(found) });
    else {
      printPart(found);
      printNumbers(found);
    }
  },
};

/** Reads the name of a kind, in the plural or the singular. */
function kindOf(text: string): string {
  const kinds = [...shelves.keys()];
  const found = kinds.find((kind) => kind === text || singular(kind) === text);
  if (found !== undefined) return found;
  const message = `is no kind of part${instead(text, [...kinds, 'profiles', 'prices', 'scenarios'])}`;
  throw new ScenarioError([{ path: text, message }]);
}

const singular = (kind: string): string => kind.replace(/ies$/, 'y').replace(/s$/, '');

function listKind(kind: string, shelf: Shelf, isJson: boolean): void {
  if (isJson) {
    for (const it of shelf.values()) printJson({ kind, ...objectOf(it) });
    return;
  }
  print(paint('bold', kind));
  const longest = Math.max(0, ...[...shelf.keys()].map((name) => name.length));
  for (const { name, summary } of shelf.values()) {
    wrapped(summary, width - longest - 4).forEach((line, i) => {
      print(`  ${(i === 0 ? name : '').padEnd(longest)}  ${line}`);
    });
  }
  if (shelf.size === 0) print('  none');
  print();
}

function listScenarios(isJson: boolean): void {
  for (const path of shippedScenarios()) {
    if (isJson) printJson({ kind: 'scenarios', path });
    else print(path);
  }
}

const objectOf = (it: Part): object => ({
  name: it.name,
  summary: it.summary,
  params: parametersOf(it.params),
  numbers: Object.fromEntries(numbersOf(it)),
});

/** What a metric emits, or a protocol measures of itself. */
function printNumbers(it: Part): void {
  const numbers = numbersOf(it);
  if (numbers.length === 0) return;
  const longest = Math.max(...numbers.map(([name]) => name.length));
  print();
  print(paint('dim', 'Numbers:'));
  for (const [name, about] of numbers) {
    wrapped(about, width - longest - 4).forEach((line, i) => {
      print(`  ${(i === 0 ? name : '').padEnd(longest)}  ${line}`);
    });
  }
}

function printPart(it: Part): void {
  print(paint('bold', it.name));
  for (const line of wrapped(it.summary, width)) print(line);
  print();
  const rows = parameterRows(parametersOf(it.params));
  if (rows.length === 0) {
    print('It has no parameters.');
    return;
  }
  const table = textTable(
    [{ head: 'parameter' }, { head: 'value' }, { head: 'default' }],
    rows.map(({ depth, key, form, value, usual }) => [`${'  '.repeat(depth)}${form ?? key}`, value, usual]),
  );
  table.forEach((line, i) => {
    print(i === 0 ? paint('dim', line) : line);
    const row = rows[i - 1];
    if (row === undefined || row.about === '') return;
    for (const text of wrapped(row.about, width, '  '.repeat(row.depth + 2))) print(paint('dim', text));
  });
}
