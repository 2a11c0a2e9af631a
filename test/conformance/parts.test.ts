import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { check } from '../../src/scenario/check.ts';
import { parametersOf, reference } from '../../src/scenario/reference.ts';

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
    for (const [name, property] of Object.entries(parametersOf(it.params).properties ?? {})) {
      expect(property.description, `${it.name}.${name}`).toMatch(/^.{5,400}\.$/);
    }
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

test('REFERENCE.md is what the schemas say; `npm run reference` writes it', () => {
  expect(readFileSync(join(import.meta.dirname, '../../REFERENCE.md'), 'utf8')).toBe(reference());
});
