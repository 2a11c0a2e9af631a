import { z } from 'zod';

/** What JSON Schema says of a parameter, as an author writes it. */
export interface ParameterSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly additionalProperties?: ParameterSchema | boolean;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: ParameterSchema | boolean;
  readonly prefixItems?: readonly ParameterSchema[];
  readonly anyOf?: readonly ParameterSchema[];
  readonly oneOf?: readonly ParameterSchema[];
  readonly expects?: string;
}

/** The parameters of a part, or the keys of a scenario, as an author writes them. */
export const parametersOf = (schema: z.ZodType): ParameterSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as ParameterSchema;

/** A key, or one of the forms that a value can take, with all that an author must know of it. */
export interface ParameterRow {
  /** How deep it is nested. */
  readonly depth: number;
  /** `cache.ttl`, from the parameter at the top on; lists as `table[]`, and names of one's own as `NAME`. */
  readonly key: string;
  /** The keys of this form, such as `{ kind: latent, steps }`; undefined of a key itself. */
  readonly form: string | undefined;
  readonly value: string;
  readonly usual: string;
  readonly about: string;
}

/** All keys of a part or of a scenario, each followed by what is nested in it. */
export function parameterRows({ properties = {}, required = [] }: ParameterSchema): ParameterRow[] {
  return Object.entries(properties).flatMap(([key, property]) =>
    rowsOf(key, property, required.includes(key), 0),
  );
}

function rowsOf(key: string, schema: ParameterSchema, isRequired: boolean, depth: number): ParameterRow[] {
  const about = schema.description ?? '';
  const row = {
    depth,
    key,
    form: undefined,
    value: valueKind(schema),
    usual: usualOf(schema, isRequired),
    about,
  };
  return [row, ...nestedRows(key, schema, depth + 1)];
}

/** What is within a map, a list, or the forms that a value can take. */
function nestedRows(key: string, schema: ParameterSchema, depth: number): ParameterRow[] {
  // Has a section of its own.
  if (schema.expects !== undefined) return [];
  const { properties = {}, required = [], items, additionalProperties } = schema;
  const rows = Object.entries(properties).flatMap(([name, property]) =>
    name === 'kind' && property.const !== undefined
      ? []
      : rowsOf(`${key}.${name}`, property, required.includes(name), depth),
  );
  if (typeof items === 'object') rows.push(...nestedRows(`${key}[]`, items, depth));
  if (typeof additionalProperties === 'object')
    rows.push(...namedRows(`${key}.NAME`, additionalProperties, depth));
  const forms = distinct(formsOf(schema).filter(hasKeys));
  for (const form of forms) {
    if (form.type === 'array' || (forms.length === 1 && form.description === undefined)) {
      rows.push(...nestedRows(key, form, depth));
      continue;
    }
    const about = form.description ?? '';
    rows.push({ depth, key, form: shownForm(form), value: '', usual: '', about });
    rows.push(...nestedRows(key, form, depth + 1));
  }
  return rows;
}

/** Keys that an author names, where there is more to say of them than that they are some. */
const namedRows = (key: string, of: ParameterSchema, depth: number): ParameterRow[] =>
  of.description === undefined && !hasKeys(of) ? [] : rowsOf(key, of, false, depth);

/** Where a list or a single entry of it can stand, the entry is told of once. */
function distinct(forms: readonly ParameterSchema[]): ParameterSchema[] {
  const listed = forms.flatMap(({ items }) => (typeof items === 'object' ? [items, ...formsOf(items)] : []));
  const known = new Set(listed.map((it) => JSON.stringify(it)));
  return forms.filter((it) => !known.has(JSON.stringify(it)));
}

const formsOf = ({ anyOf, oneOf }: ParameterSchema): readonly ParameterSchema[] => anyOf ?? oneOf ?? [];

/** Whether there is anything within it that has a name. */
function hasKeys(of: ParameterSchema): boolean {
  if (of.expects !== undefined) return false;
  if (Object.keys(of.properties ?? {}).length > 0) return true;
  return (typeof of.items === 'object' && hasKeys(of.items)) || formsOf(of).some(hasKeys);
}

/** `{ kind: latent, steps, bytesPerToken }` */
function shownForm({ properties = {}, additionalProperties }: ParameterSchema): string {
  const keys = Object.entries(properties).map(([name, { const: only }]) =>
    only === undefined ? name : `${name}: ${String(only)}`,
  );
  return `{ ${[...keys, ...(typeof additionalProperties === 'object' ? ['NAME'] : [])].join(', ')} }`;
}

/** What may stand as a value, in a few words: `whole number, 1 or more`, `one of barrier, deadline`. */
export function valueKind(schema: ParameterSchema): string {
  if (schema.expects !== undefined) return schema.expects;
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  const forms = formsOf(schema);
  if (forms.length > 0)
    return [...new Set(forms.map((form) => kindOf(form) ?? valueKind(form)))].join(', or ');
  if (typeof schema.type === 'object') return schema.type.map((type) => valueKind({ type })).join(', or ');
  switch (schema.type) {
    case 'integer':
      return `whole number${rangeOf(schema)}`;
    case 'number':
      return `number${rangeOf(schema)}`;
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return listKind(schema);
    case 'object':
      return 'map';
    default:
      return 'part';
  }
}

const kindOf = ({ properties }: ParameterSchema): string | undefined =>
  properties?.kind?.const === undefined ? undefined : `{ kind: ${String(properties.kind.const)} }`;

function listKind({ items, prefixItems }: ParameterSchema): string {
  const of = prefixItems?.[0] ?? (typeof items === 'object' ? items : undefined);
  if (of === undefined) return 'list';
  return `list of ${prefixItems === undefined ? '' : `${prefixItems.length} times `}${valueKind(of)}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ParameterSchema): string {
  // JSON Schema bounds an integer by what is safe, which tells a reader nothing.
  const least = minimum !== undefined && minimum > -Number.MAX_SAFE_INTEGER ? minimum : undefined;
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const from = least === undefined ? undefined : `${least}`;
  const above = exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`;
  const below = exclusiveMaximum === undefined ? undefined : `below ${exclusiveMaximum}`;
  if (from !== undefined && most !== undefined) return `, ${from} to ${most}`;
  const low = from === undefined ? above : `${from} or more`;
  const high = most === undefined ? below : `at most ${most}`;
  return [low, high].flatMap((it) => (it === undefined ? [] : [`, ${it}`])).join('');
}

function usualOf(property: ParameterSchema, required: boolean): string {
  if (property.default !== undefined) return JSON.stringify(property.default);
  return required ? 'required' : '';
}
