import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { execute } from '../../src/scenario/execute.ts';
import { parseScenario, runOf } from '../../src/scenario/scenario.ts';
import { ScenarioError } from '../../src/world/error.ts';

/** Every task, in each of the ways in which it gives inputs. */
const tasks = [...catalog.tasks.keys()].flatMap((kind): Chosen[] => {
  if (kind === 'unanimity')
    return [
      { kind, shares: [0.7, 0.3] },
      { kind, empty: true },
    ];
  if (kind === 'consensus') return [{ kind }, { kind, inputs: 'none' }];
  return [{ kind }];
});

/** What a protocol needs beside its usual parameters to be run on six agents. */
const parameters: Readonly<Record<string, object>> = {
  'bridged-calls': { systems: 4, native: 0 },
  'persistent-agent': { lasts: 1 },
};
const topologies = ['complete', 'ring', 'star'].map((kind) => ({ kind, agents: 6 }));
const behaviours: Readonly<Record<string, string>> = {
  agentsnet: 'oracle',
  work: 'worker',
  game: 'game-mock',
  opinion: 'majority',
  meeting: 'naming-game',
};

type Chosen = Readonly<Record<string, unknown>> & { readonly kind: string };

const planOf = ({ kind, ...rest }: Chosen) => {
  const { params, create } = catalog.protocols.get(kind)!;
  return create(params.parse(rest) as never);
};

const taskOf = ({ kind, ...rest }: Chosen) => {
  const { params, create } = catalog.tasks.get(kind)!;
  return create(params.parse(rest) as never);
};

/** How a run of a protocol on a task ends; a refusal by its path. */
function ending(protocol: Chosen, task: Chosen, topology: object): string {
  const { asks, form } = planOf(protocol);
  try {
    const scenario = parseScenario(
      JSON.stringify({
        question: 'Does it run?',
        topology,
        task,
        protocol,
        ...(asks === undefined ? {} : { behaviour: behaviours[asks] }),
        horizon: form === 'rounds' ? { rounds: 200 } : '20h',
        limits: { events: 20_000 },
      }),
      'pair',
    );
    const { error, metrics } = execute(runOf(scenario, scenario.points[0]!, 0));
    if (error !== undefined) return `failed: ${error}`;
    return (metrics.decided ?? 0) > 0 ? 'decided' : 'undecided';
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return `refused: ${error.issues[0]?.path}`;
  }
}

const protocols = [...catalog.protocols.keys()].flatMap((kind): Chosen[] =>
  kind === 'opinions' ? [{ kind }, { kind, contact: 'pairs' }] : [{ kind, ...parameters[kind] }],
);

describe.each(protocols)('$kind $contact', (protocol) => {
  const decides = planOf(protocol).decides ?? [];
  const isFor = (task: Chosen): boolean => taskOf(task).wants?.some((it) => decides.includes(it)) ?? false;

  test('runs on the tasks that want what it decides', () => {
    const own = tasks.filter(isFor);
    expect(own.length).toBeGreaterThan(0);
    for (const task of own) {
      const found: string[] = [];
      for (const topology of topologies) {
        if (!found.includes('decided')) found.push(ending(protocol, task, topology));
      }
      expect(found, JSON.stringify(task)).toContain('decided');
      expect(found.join()).not.toContain('failed');
    }
  });

  test('is refused with any other, as the scenario is read', () => {
    for (const task of tasks.filter((it) => !isFor(it))) {
      expect(ending(protocol, task, topologies[0]!), JSON.stringify(task)).toBe('refused: protocol.kind');
    }
  });
});

test('every task says what it wants', () => {
  for (const task of tasks) expect(taskOf(task).wants?.length, JSON.stringify(task)).toBeGreaterThan(0);
});

test('the refusal names protocols that answer the task', () => {
  const written = {
    question: 'q?',
    topology: { kind: 'ring', agents: 6 },
    task: 'coloring',
    protocol: 'flood',
  };
  expect(() => parseScenario(JSON.stringify(written), 'pair')).toThrow(
    'protocol.kind: must be a protocol that answers the task coloring, which flood never does; choose agentsnet, cole-vishkin, random-coloring, or another task',
  );
});
