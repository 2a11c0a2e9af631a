import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { catalog } from '../../src/catalog.ts';
import { priceEntries } from '../../src/profiles/prices.ts';
import { check } from '../../src/scenario/check.ts';
import { type ParameterRow, parameterRows, parametersOf } from '../../src/scenario/parameter-rows.ts';
import { reference, scenarioRows, spanRows } from '../../src/scenario/reference.ts';

const parts = Object.entries(catalog).flatMap(([kind, shelf]) =>
  [...shelf.values()].map((it) => ({ title: `${kind} ${it.name}`, it })),
);

describe.each(parts)('$title', ({ it }) => {
  test('has a name in kebab-case and a summary of one sentence', () => {
    expect(it.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(it.summary).toMatch(/^[A-Z].{10,160}\.$/);
    expect(it.summary).not.toContain('\n');
  });

  test('says what each parameter is', () => {
    saysWhatEachIs(parameterRows(parametersOf(it.params)));
  });

  test('refuses a key it does not know, by its path', () => {
    const refused = check(it.params, { certainlyNoKey: 1 }, 'here');
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.issues.map(({ path }) => path)).toContain('here.certainlyNoKey');
  });

  test('refuses what is no map', () => {
    expect(check(it.params, 7, 'here').ok).toBe(false);
  });
});

/** Every key, however deep it is nested; the forms that a value can take say it by their keys. */
function saysWhatEachIs(rows: readonly ParameterRow[]): void {
  for (const { key, form, about } of rows) if (form === undefined) expect(about, key).toMatch(/^.{5,400}\.$/);
}

test('every key of a scenario says what it is, however deep it is nested', () => {
  const rows = [...scenarioRows(), ...spanRows()];
  saysWhatEachIs(rows);
  const keys = new Set(rows.map(({ key }) => key));
  for (const key of [
    'serving.cache.ttl',
    'serving.models.NAME.decode',
    'prices.table[].tiers[].cachedRead',
    'published[].measure.as',
    'expect[].above',
    'span.sigma',
  ])
    expect(keys).toContain(key);
});

test('canary: a nested key without a description is seen', () => {
  const silent = z.strictObject({
    a: z.array(z.strictObject({ b: z.number() })).describe('A list of them.'),
  });
  expect(() => saysWhatEachIs(parameterRows(parametersOf(silent)))).toThrow('a[].b');
});

test('forms of a value stand with their keys, those of a discriminated union too', () => {
  const rows = parameterRows(parametersOf(catalog.behaviours.get('worker')!.params));
  const [form, steps] = rows.slice(rows.findIndex((it) => it.form?.startsWith('{ kind: latent')));
  expect([form?.key, form?.depth]).toEqual(['channel', 1]);
  expect([steps?.key, steps?.depth, steps?.usual]).toEqual(['channel.steps', 2, '40']);
});

test('every listed price is in REFERENCE.md, with its day', () => {
  const text = reference();
  for (const { model, from } of priceEntries) expect(text).toContain(`| ${model} | ${from} |`);
});

test('REFERENCE.md is what the schemas say; `npm run reference` writes it', () => {
  expect(readFileSync(join(import.meta.dirname, '../../REFERENCE.md'), 'utf8')).toBe(reference());
});
