import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { catalog } from '../catalog.ts';
import { instead } from '../scenario/check.ts';
import { textTable, wrapped } from '../study/text-table.ts';
import { ScenarioError } from '../world/error.ts';
import type { Part } from '../world/part.ts';
import { jsonOption, shippedScenarios } from './scenario-source.ts';
import { paint, print, printJson, width } from './terminal.ts';

interface ListArguments {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly json: boolean;
}

type Shelf = ReadonlyMap<string, Pick<Part, 'name' | 'summary'> & { readonly params?: z.ZodType }>;

const shelves: ReadonlyMap<string, Shelf> = new Map(Object.entries(catalog) as [string, Shelf][]);

/** `synod list`: what a scenario can name. */
export const listCommand: CommandModule<object, ListArguments> = {
  command: 'list [kind] [name]',
  describe: 'List the parts a scenario can name, or the parameters of one',
  builder: (yargs) =>
    yargs
      .positional('kind', { type: 'string', describe: `One of ${[...shelves.keys()].join(', ')}, scenarios` })
      .positional('name', { type: 'string', describe: 'A part of that kind' })
      .options(jsonOption)
      .example('$0 list topologies', 'graph families')
      .example('$0 list topology ring', 'its parameters'),
  handler: (args) => {
    if (args.kind === undefined) {
      for (const [kind, shelf] of shelves) listKind(kind, shelf, args.json);
      return;
    }
    if (args.kind === 'scenarios' || args.kind === 'scenario') {
      listScenarios(args.json);
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
    else printPart(found);
  },
};

/** Reads the name of a kind, in the plural or the singular. */
function kindOf(text: string): string {
  const kinds = [...shelves.keys()];
  const found = kinds.find((kind) => kind === text || singular(kind) === text);
  if (found !== undefined) return found;
  const message = `is no kind of part${instead(text, [...kinds, 'scenarios'])}`;
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

const objectOf = ({
  name,
  summary,
  params,
}: {
  name: string;
  summary: string;
  params?: z.ZodType;
}): object => ({
  name,
  summary,
  ...(params ? { params: schemaOf(params) } : {}),
});

/** What JSON Schema can say of the parameters, as an author writes them. */
const schemaOf = (params: z.ZodType): Schema =>
  z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }) as Schema;

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly expects?: string;
}

function printPart(it: { name: string; summary: string; params?: z.ZodType }): void {
  print(paint('bold', it.name));
  for (const line of wrapped(it.summary, width)) print(line);
  print();
  const schema = it.params ? schemaOf(it.params) : {};
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) {
    print('It has no parameters.');
    return;
  }
  const rows = properties.map(([name, property]) => {
    const isNeeded = schema.required?.includes(name) ?? false;
    const usual =
      property.default === undefined ? (isNeeded ? 'required' : '') : JSON.stringify(property.default);
    return [name, kindOfValue(property), usual];
  });
  const table = textTable([{ head: 'parameter' }, { head: 'value' }, { head: 'default' }], rows);
  table.forEach((line, i) => {
    print(i === 0 ? paint('dim', line) : line);
    const about = properties[i - 1]?.[1].description;
    if (i > 0 && about !== undefined)
      for (const text of wrapped(about, width, '    ')) print(paint('dim', text));
  });
}

/** `whole number 2 to 100000`, `duration`, `clean | upstream`. */
function kindOfValue(schema: Schema): string {
  if (schema.expects !== undefined) return schema.expects;
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(kindOfValue))].join(' | ');
  if (schema.type === 'array') return `list of ${schema.items ? kindOfValue(schema.items) : 'values'}`;
  if (schema.type === 'integer' || schema.type === 'number') {
    return (schema.type === 'integer' ? 'whole number' : 'number') + rangeOf(schema);
  }
  if (schema.properties?.kind) return `{ kind: ${kindOfValue(schema.properties.kind)}, ... }`;
  return schema.type ?? 'anything';
}

function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string {
  const bound = (x: number | undefined): number | undefined =>
    x === undefined || Math.abs(x) >= Number.MAX_SAFE_INTEGER ? undefined : x;
  const low = bound(minimum) ?? bound(exclusiveMinimum);
  const high = bound(maximum) ?? bound(exclusiveMaximum);
  if (low !== undefined && high !== undefined) return `, ${low} to ${high}`;
  if (low !== undefined) return bound(minimum) === undefined ? ` above ${low}` : ` from ${low}`;
  return high === undefined ? '' : ` up to ${high}`;
}
