import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute } from '../../src/scenario/execute.ts';
import { type ParameterSchema, parametersOf } from '../../src/scenario/parameter-rows.ts';
import { parseScenario, runOf, scenarioKeys } from '../../src/scenario/scenario.ts';
import { ScenarioError } from '../../src/world/error.ts';

const folder = join(import.meta.dirname, '../../scenarios');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.yaml'));

type Raw = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];
interface Field {
  readonly path: Path;
  readonly isDuration: boolean;
}

/** Every place below `path` where a number or a span of time may stand, written or left out. */
function numericFields(schema: ParameterSchema | undefined, path: Path): Field[] {
  if (schema === undefined) return [];
  if (schema.expects === 'duration') return [{ path, isDuration: true }];
  const own = schema.type === 'integer' || schema.type === 'number' ? [{ path, isDuration: false }] : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, it]) =>
    numericFields(it, [...path, key]),
  );
  const items = typeof schema.items === 'object' ? numericFields(schema.items, [...path, 0]) : [];
  return [
    ...own,
    ...below,
    ...items,
    ...(schema.anyOf ?? schema.oneOf ?? []).flatMap((it) => numericFields(it, path)),
  ];
}

const named = (it: unknown): unknown => (typeof it === 'string' ? { kind: it } : it);

/** A scenario cut down to one small point, with its numeric fields. */
function smallPoint(file: string): { raw: Raw; fields: Field[] } | undefined {
  const path = join(folder, file);
  const read = (name: string): string => readFileSync(join(dirname(path), name), 'utf8');
  const [point] = parseScenario(readFileSync(path, 'utf8'), file, { read }).points;
  if (point === undefined || point.config.model !== undefined) return undefined;
  const { config } = point;
  const parts = (['topology', 'task', 'protocol', 'behaviour'] as const).flatMap((key) =>
    numericFields(parametersOf(config[key]?.part.params ?? scenarioKeys.seed!), [key]),
  );
  const lists = (['faults', 'metrics'] as const).flatMap((key) =>
    config[key].flatMap(({ part }, i) => numericFields(parametersOf(part.params), [key, i])),
  );
  const keys = ['seed', 'network', 'liveness', 'serving', 'prices', 'rounds', 'horizon', 'limits', 'watch'];
  const rest = keys.flatMap((key) => numericFields(parametersOf(scenarioKeys[key]!), [key]));
  const written: Raw = Object.fromEntries(
    Object.entries(point.raw).map(([key, it]) => [key, Array.isArray(it) ? it.map(named) : named(it)]),
  );
  const topology = written.topology as Raw;
  const agents = Number(topology.agents);
  const small = agents > 12 ? { ...topology, agents: 12 } : topology;
  const limits = { ...(written.limits as Raw | undefined), events: 1500, calls: 200 };
  return { raw: { ...written, topology: small, limits }, fields: [...parts, ...lists, ...rest] };
}

function withValue(tree: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  const old = (tree ?? {}) as Record<string | number, unknown>;
  const next = withValue(typeof old === 'object' ? old[head] : undefined, rest, value);
  if (typeof head !== 'number') return { ...(typeof old === 'object' ? old : {}), [head]: next };
  const list = Array.isArray(tree) ? [...tree] : [];
  list[head] = next;
  return list;
}

/** YAML has words for what JSON cannot write. */
const yamlOf = (raw: Raw): string =>
  JSON.stringify(raw, (_, it) => (typeof it === 'number' && !Number.isFinite(it) ? `@${it}` : it))
    .replaceAll('"@Infinity"', '.inf')
    .replaceAll('"@-Infinity"', '-.inf')
    .replaceAll('"@NaN"', '.nan');

// Nothing between a thousand and a thousand million, since as many agents can be run, and would be.
const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 2, 7, 0.5, 1e-300, 5e-324, 1e9, 2 ** 31, 2 ** 53, 1e100, 1e308),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
  fc.integer({ min: -10, max: 40 }),
  fc.double({ min: -1, max: 1 }),
  fc.double().filter((it) => !(Math.abs(it) > 1000 && Math.abs(it) < 1e9)),
);
const anySpan = fc.oneof(
  fc.constantFrom('0us', '0.0001us', '1us', '1s', '24h', '876000h', '99999999h', `${'9'.repeat(320)}h`, '5'),
  fc.integer({ min: 0, max: 5000 }).map((it) => `${it}ms`),
);

/** How the first run of a scenario ends: in a row, or refused with a path. Anything else is thrown. */
function outcomeOf(text: string): string {
  try {
    const scenario = parseScenario(text, 'any-number');
    const { error, metrics } = execute(runOf(scenario, scenario.points[0]!, 0));
    const isSound = Object.values(metrics).every((it) => it === null || Number.isFinite(it));
    return error ?? (isSound ? 'run' : `a metric has no bound: ${JSON.stringify(metrics)}`);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.issues.every(({ path }) => path !== '')
      ? 'refused'
      : `refused without a path: ${error.message}`;
  }
}

describe('whatever number stands in a scenario', () => {
  const points = new Map<string, ReturnType<typeof smallPoint>>();
  const pointOf = (file: string): ReturnType<typeof smallPoint> => {
    if (!points.has(file)) points.set(file, smallPoint(file));
    return points.get(file);
  };

  test('it runs, or is refused with its path: never a fault of ours', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), anyNumber, anySpan, (file, n, number, span) => {
        const point = pointOf(file);
        if (point === undefined) return;
        const field = point.fields[n % point.fields.length]!;
        const value = field.isDuration ? span : number;
        const changed = withValue(point.raw, field.path, value) as Raw;
        const outcome = outcomeOf(yamlOf({ question: 'Does it hold?', ...changed }));
        seen.add(outcome);
        expect(['run', 'refused'], `${file}: ${field.path.join('.')} = ${value}: ${outcome}`).toContain(
          outcome,
        );
      }),
      { numRuns: 400 },
    );
    // Canary: it would be no test if all were refused, or none.
    expect(seen).toEqual(new Set(['run', 'refused']));
  });

  test.each<[string, object, string]>([
    ['a rate without a bound on the time it takes', { serving: { decode: 1e-300 } }, 'serving.decode'],
    ['an infinite number', { limits: { money: Number.POSITIVE_INFINITY } }, 'limits.money'],
    ['an absurd horizon', { horizon: '99999999h' }, 'horizon'],
    ['a number without its unit', { horizon: 5 }, 'horizon'],
    [
      'a rate that lets no call through',
      { serving: { requestsPerMinute: 0.5 } },
      'serving.requestsPerMinute',
    ],
    ['a rate that is smaller than a call', { serving: { tokensPerMinute: 1 } }, 'serving.tokensPerMinute'],
  ])('%s is refused by its path', (_what, more, path) => {
    const base = {
      question: 'Does it hold?',
      topology: { kind: 'ring', agents: 4 },
      task: 'coloring',
      protocol: 'agentsnet',
      behaviour: 'bounded',
    };
    const run = (): void => {
      const scenario = parseScenario(yamlOf({ ...base, ...more }), 'any-number');
      execute(runOf(scenario, scenario.points[0]!, 0));
    };
    expect(run).toThrow(ScenarioError);
    expect(run).toThrow(new RegExp(`^${path.replaceAll('.', '\\.')}: must be`));
  });
});
