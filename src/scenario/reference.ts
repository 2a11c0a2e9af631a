import { z } from 'zod';
import { catalog } from '../catalog.ts';
import type { MetricPlan, ProtocolPlan } from '../world/contracts.ts';
import { type Part, spans } from '../world/part.ts';
import { runColumns } from './execute.ts';
import { type ParameterRow, parameterRows, parametersOf } from './parameter-rows.ts';
import { priceColumns, pricesSummary, priceTable } from './price-table.ts';
import { scenarioKeys } from './scenario.ts';

/** The reference of scenario keys and of all parts, in Markdown, made from the schemas that check them. */
export function reference(): string {
  const lines = [
    '# Reference',
    '',
    'Made from the schemas by `npm run reference`; a test holds it against them.',
    '',
    'Keys of maps are named by their path, which `vary` and `key=value` take too; `[]` stands for an entry of a list, `NAME`',
    'for a name of your own. Braces are one of the forms that a value can take, with its keys below.',
    '',
    '## Keys of a scenario',
    '',
    ...table(scenarioRows()),
    '## Durations and distributions',
    '',
    'A duration is a number with a unit: us, ms, s, min, h. Where a distribution can stand, a bare duration is constant.',
    '',
    ...table(spanRows()),
  ];
  lines.push('## Numbers of every run', '', '| name | meaning |', '|---|---|');
  for (const [name, meaning] of Object.entries(runColumns)) lines.push(`| \`${name}\` | ${meaning} |`);
  lines.push('');
  for (const [kind, parts] of Object.entries(catalog)) {
    lines.push(`## ${kind[0]?.toUpperCase()}${kind.slice(1)}`, '');
    for (const it of parts.values()) lines.push(...partSection(it));
  }
  lines.push('## Prices', '', pricesSummary, '', ...priceSection());
  return `${lines.join('\n').trimEnd()}\n`;
}

function partSection(it: Part): string[] {
  const { name, summary, params } = it;
  const rows = parameterRows(parametersOf(params));
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

/** The keys of a scenario, and all that is nested in them. */
export const scenarioRows = (): ParameterRow[] => parameterRows(parametersOf(z.strictObject(scenarioKeys)));

/** The kinds of spans of time that are drawn. */
export const spanRows = (): ParameterRow[] => parameterRows(parametersOf(z.strictObject({ span: spans })));

/** What is nested stands further to the right: by em spaces, which Markdown keeps. */
const indented = (depth: number, text: string): string => `${'\u2003'.repeat(depth)}${text}`;

function table(rows: readonly ParameterRow[]): string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const quoted = (usual: string): string => (usual === '' || usual === 'required' ? usual : `\`${usual}\``);
  return [
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...rows.map(({ depth, key, form, value, usual, about }) => {
      const name = indented(depth, `\`${form ?? key}\``);
      return `| ${cell(name)} | ${cell(value)} | ${cell(quoted(usual))} | ${cell(about)} |`;
    }),
    '',
  ];
}

function priceSection(): string[] {
  const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [cells(priceColumns), cells(priceColumns.map(() => '---')), ...priceTable().map(cells)];
}
