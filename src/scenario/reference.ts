import { z } from 'zod';
import { catalog } from '../catalog.ts';
import type { MetricPlan, ProtocolPlan } from '../world/contracts.ts';
import type { Part } from '../world/part.ts';
import { runColumns } from './execute.ts';
import { scenarioKeys } from './scenario.ts';

/** What JSON Schema says of a parameter, as an author writes it. */
export interface ParameterSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: ParameterSchema;
  readonly anyOf?: readonly ParameterSchema[];
  readonly expects?: string;
}

/** The parameters of a part, or the keys of a scenario, as an author writes them. */
export const parametersOf = (schema: z.ZodType): ParameterSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as ParameterSchema;

/** What may stand as a value, in a few words: `whole number, 1 or more`, `one of barrier, deadline`. */
export function valueKind(schema: ParameterSchema): string {
  if (schema.expects !== undefined) return schema.expects;
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) {
    const kinds = new Set(schema.anyOf.map((branch) => branch.properties?.kind?.const ?? valueKind(branch)));
    return [...kinds].join(', or ');
  }
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
      return schema.items ? `list of ${valueKind(schema.items)}` : 'list';
    case 'object':
      return schema.properties ? `map of ${Object.keys(schema.properties).join(', ')}` : 'map';
    default:
      return 'part';
  }
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ParameterSchema): string {
  // JSON Schema bounds an integer by what is safe, which tells a reader nothing.
  const least = minimum !== undefined && minimum > -Number.MAX_SAFE_INTEGER ? minimum : undefined;
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}`;
  if (least !== undefined) return `, ${least} or more`;
  if (most !== undefined) return `, at most ${most}`;
  if (exclusiveMinimum !== undefined) return `, above ${exclusiveMinimum}`;
  return exclusiveMaximum === undefined ? '' : `, below ${exclusiveMaximum}`;
}

/** The reference of scenario keys and of all parts, in Markdown, made from the schemas that check them. */
export function reference(): string {
  const lines = [
    '# Reference',
    '',
    'Made from the schemas by `npm run reference`; a test holds it against them.',
    '',
    '## Keys of a scenario',
    '',
    ...table(Object.entries(scenarioKeys).map(([name, schema]) => keyRow(name, schema))),
  ];
  lines.push('## Numbers of every run', '', '| name | meaning |', '|---|---|');
  for (const [name, meaning] of Object.entries(runColumns)) lines.push(`| \`${name}\` | ${meaning} |`);
  lines.push('');
  for (const [kind, parts] of Object.entries(catalog)) {
    lines.push(`## ${kind[0]?.toUpperCase()}${kind.slice(1)}`, '');
    for (const it of parts.values()) lines.push(...partSection(it));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function partSection(it: Part): string[] {
  const { name, summary, params } = it;
  const schema = parametersOf(params);
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]): Row => {
    const required = schema.required?.includes(key) ?? false;
    return {
      key,
      value: valueKind(property),
      usual: usualOf(property, required),
      about: property.description ?? '',
    };
  });
  const numbers = numbersOf(it);
  return [
    `### ${name}`,
    '',
    summary,
    '',
    ...(rows.length > 0 ? table(rows) : ['No parameters.', '']),
    ...(numbers.length > 0
      ? [
          '| number | meaning |',
          '|---|---|',
          ...numbers.map(([number, about]) => `| \`${number}\` | ${about} |`),
          '',
        ]
      : []),
  ];
}

/** What a metric, or a protocol of itself, measures; with the usual parameters, where there are some. */
export function numbersOf({ params, create }: Part): readonly (readonly [string, string])[] {
  const usual = params.safeParse({});
  if (!usual.success) return [];
  const { columns, measures } = create(usual.data) as Partial<MetricPlan & ProtocolPlan>;
  return Object.entries(columns ?? measures ?? {});
}

function keyRow(key: string, schema: z.ZodType): Row {
  const property = parametersOf(schema);
  const required = !schema.isOptional();
  return {
    key,
    value: valueKind(property),
    usual: usualOf(property, required),
    about: property.description ?? '',
  };
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly usual: string;
  readonly about: string;
}

function usualOf(property: ParameterSchema, required: boolean): string {
  if (property.default !== undefined) return `\`${JSON.stringify(property.default)}\``;
  return required ? 'required' : '';
}

function table(rows: readonly Row[]): string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...rows.map(
      ({ key, value, usual, about }) => `| \`${key}\` | ${cell(value)} | ${cell(usual)} | ${cell(about)} |`,
    ),
    '',
  ];
}
