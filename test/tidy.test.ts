import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '../src/catalog.ts';

const root = join(import.meta.dirname, '..');
const sources = filesBelow('src').filter((path) => path.endsWith('.ts'));
const text = new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

/** Rules and words that the parts of one benchmark share: protocols, behaviours, tasks and metrics may all use them. */
const shared = ['agentsnet', 'game', 'claims', 'work'];

/** What a study may build on; folders that build on studies may too. */
const studied = ['kernel', 'world', 'economy', 'scenario', 'models', 'profiles', ...shared];

/** What a folder may import beside itself: other folders, and packages. The table of ARCHITECTURE.md. */
const may: Record<string, { folders: string[]; packages: string[] }> = {
  kernel: { folders: [], packages: ['seedrandom'] },
  economy: { folders: ['kernel'], packages: [] },
  world: { folders: ['kernel', 'economy'], packages: ['zod'] },
  agentsnet: { folders: ['kernel', 'world'], packages: [] },
  game: { folders: ['kernel', 'world'], packages: ['zod'] },
  claims: { folders: ['kernel', 'world'], packages: [] },
  work: { folders: ['kernel', 'world', 'economy'], packages: ['zod'] },
  topologies: {
    folders: ['kernel', 'world'],
    packages: [
      'zod',
      'graphology',
      'graphology-gexf',
      'graphology-graphml',
      'graphology-types',
      'd3-delaunay',
    ],
  },
  protocols: { folders: ['kernel', 'world', 'economy', ...shared], packages: ['zod'] },
  behaviours: { folders: ['kernel', 'world', 'economy', 'profiles', ...shared], packages: ['zod'] },
  tasks: { folders: ['kernel', 'world', ...shared], packages: ['zod'] },
  faults: { folders: ['kernel', 'world'], packages: ['zod'] },
  metrics: { folders: ['kernel', 'world', 'economy', 'profiles', ...shared], packages: ['zod'] },
  profiles: { folders: ['behaviours', 'economy', 'world', ...shared], packages: [] },
  scenario: {
    folders: ['kernel', 'world', 'economy', 'agentsnet', 'profiles', 'catalog'],
    packages: ['zod', 'yaml'],
  },
  models: {
    folders: ['kernel', 'world', 'economy', 'scenario', 'profiles', ...shared],
    packages: ['zod', 'ai', '@ai-sdk', 'node'],
  },
  study: { folders: studied, packages: ['d3-array', 'piscina', 'zod', 'node'] },
  compare: { folders: ['study', ...studied], packages: ['d3-array', 'piscina', 'zod', 'node'] },
  calibrate: { folders: ['study', ...studied], packages: ['d3-array', 'zod', 'node'] },
  probe: { folders: ['study', ...studied], packages: ['d3-array', 'zod', 'node'] },
};

const core = [
  ...['kernel', 'world', 'economy', ...shared, 'topologies', 'protocols', 'behaviours', 'tasks', 'faults'],
  ...['metrics', 'profiles', 'scenario'],
];

/** What the core must not touch, and what to use instead. */
const banned: [RegExp, string][] = [
  [/\bMath\.random\b/, 'a Stream'],
  [/\bDate\b(?!\w)|\bperformance\.|\bprocess\.|\bsetTimeout\b|\bsetInterval\b/, 'simulation time'],
  [
    /\bMath\.(log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|sinh|cosh|tanh|cbrt|hypot)\b/,
    'kernel/elementary.ts',
  ],
  [/\blocaleCompare\b|\btoLocale/, 'a comparison by code unit'],
  [/\benum\s+\w+\s*\{|\bnamespace\s+\w+/, 'erasable TypeScript'],
];

test.each(sources)('%s imports only what its folder may', (path) => {
  const folder = folderOf(path);
  const rule = may[folder];
  if (!rule) return;
  for (const name of importsOf(path)) {
    if (name.startsWith('.')) {
      const target = folderOf(relative(root, normalize(join(root, dirname(path), name))));
      expect([folder, ...rule.folders], `${path} imports ${name}`).toContain(target);
    } else {
      const owner = name.startsWith('node:') ? 'node' : name.split('/')[0];
      expect(rule.packages, `${path} imports ${name}`).toContain(owner);
    }
  }
});

test('nobody imports the command line, and only tests and users import the index', () => {
  for (const path of sources) {
    for (const name of importsOf(path)) {
      if (!name.startsWith('.')) continue;
      const target = relative(root, normalize(join(root, dirname(path), name)));
      if (folderOf(path) !== 'cli') expect(folderOf(target), `${path} imports ${name}`).not.toBe('cli');
      expect(target, path).not.toBe('src/index.ts');
    }
  }
});

test('imports form no cycle between files', () => {
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    expect(trail, `cycle: ${[...trail, path].join(' -> ')}`).not.toContain(path);
    if (done.has(path)) return;
    for (const name of runtimeImportsOf(path)) {
      if (name.startsWith('.'))
        visit(relative(root, normalize(join(root, dirname(path), name))), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources) visit(path, []);
});

describe('the core', () => {
  test.each(sources.filter((path) => core.includes(folderOf(path))))(
    '%s uses nothing that varies between machines',
    (path) => {
      const code = withoutComments(text.get(path)!);
      for (const [pattern, instead] of banned)
        expect(pattern.exec(code)?.[0], `${path}: use ${instead}`).toBeUndefined();
    },
  );
});

test('every part file is in the catalog, under its own name', () => {
  for (const kind of Object.keys(catalog) as (keyof typeof catalog)[]) {
    const declared = sources
      .filter((path) => folderOf(path) === kind)
      .flatMap((path) =>
        [...text.get(path)!.matchAll(/= part\(\{\s*name: '([^']+)'/g)].map((match) => match[1]),
      );
    expect([...catalog[kind].keys()].sort(), kind).toEqual(declared.sort());
  }
});

test('no file of the sources is dead: each is reached from the index, the command line or the worker', () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const name of importsOf(path)) {
      if (name.startsWith('.')) visit(relative(root, normalize(join(root, dirname(path), name))));
    }
  };
  for (const entry of ['src/index.ts', 'src/cli/main.ts', 'src/study/worker.ts', 'src/compare/worker.ts'])
    visit(entry);
  expect(sources.filter((path) => !reached.has(path))).toEqual([]);
});

test('no file is named utils, helpers or common, and none exports a default', () => {
  for (const path of sources) {
    expect(path).not.toMatch(/utils|helpers|common/);
    expect(text.get(path), path).not.toMatch(/^export default/m);
  }
});

test('canary: the rules find what they forbid', () => {
  expect(banned.some(([pattern]) => pattern.test('const now = Date.now();'))).toBe(true);
  expect(banned.some(([pattern]) => pattern.test('Math.random()'))).toBe(true);
  expect(importsOf('src/catalog.ts').length).toBeGreaterThan(10);
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function folderOf(path: string): string {
  const [, folder] = path.split('/') as [string, string];
  return folder.replace(/\.ts$/, '');
}

function importsOf(path: string): string[] {
  return [...text.get(path)!.matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'/gm)].map(
    (match) => match[1]!,
  );
}

/** Imports of types vanish when compiled, so they close no cycle. */
function runtimeImportsOf(path: string): string[] {
  return [...text.get(path)!.matchAll(/^(?:import|export)\s([^;]*?)from\s+'([^']+)'/gm)]
    .filter((match) => !/^type\b/.test(match[1]!.trim()) && !onlyTypes(match[1]!))
    .map((match) => match[2]!);
}

function onlyTypes(clause: string): boolean {
  const names = /\{([^}]*)\}/.exec(clause)?.[1];
  return names?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) ?? false;
}

function withoutComments(code: string): string {
  return code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'[^'\n]*'|`[^`]*`/g, "''");
}
