import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { type ParameterSchema, parametersOf, valueKind } from '../../src/scenario/parameter-rows.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { runOfRaw } from '../worlds.ts';

type Raw = Record<string, unknown>;

/** What a part needs beside the duration under test. */
const needed: Readonly<Record<string, Raw>> = {
  'bridged-calls': { systems: 4, native: 0 },
  opinions: { timing: 'asynchronous' },
  adversary: { slow: 1 },
  'bursty-loss': { enter: 0.3, leave: 0.3 },
  byzantine: { count: 1, strategy: 'flip' },
  clog: { share: 0.5, until: '500ms' },
  crash: { count: 1 },
  delay: { by: '50ms' },
  duplicate: { chance: 0.5 },
  loss: { chance: 0.3 },
  partition: { share: 0.5 },
  pause: { count: 1, until: '100ms' },
  reorder: { window: '50ms' },
  slow: { count: 1, by: '20ms' },
};

const answering: Readonly<Record<string, string>> = {
  agentsnet: 'oracle',
  work: 'worker',
  game: 'game-mock',
  opinion: 'majority',
  meeting: 'naming-game',
};

const rest: Raw = { horizon: '60s', limits: { events: 50_000 }, network: { latency: '5ms' } };
const group = { kind: 'complete', agents: 6 };

/** A protocol on the first task that wants what it decides. */
function played(kind: string, params: Raw): Raw {
  const it = catalog.protocols.get(kind)!;
  const { asks, decides = [] } = it.create(it.params.parse(needed[kind] ?? {}) as never);
  const wanted = [...catalog.tasks.values()].find((task) => {
    const usual = task.params.safeParse({});
    return usual.success && task.create(usual.data as never).wants?.some((name) => decides.includes(name));
  });
  return {
    ...rest,
    topology: group,
    task: wanted?.name ?? { kind: 'unanimity', shares: [0.5, 0.5] },
    protocol: { kind, ...needed[kind], ...params },
    ...(asks === undefined ? {} : { behaviour: answering[asks] }),
  };
}

const faulted = (kind: string, params: Raw): Raw => ({
  ...rest,
  topology: group,
  task: { kind: 'consensus', values: 2 },
  protocol: { kind: 'flood-min', periods: 3, period: '100ms' },
  faults: [{ kind, ...needed[kind], ...params }],
});

const isDuration = (schema: ParameterSchema): boolean => /\bduration\b/.test(valueKind(schema));

const durationsOf = (shelf: 'protocols' | 'faults'): { kind: string; key: string }[] =>
  [...catalog[shelf].values()].flatMap((it) =>
    Object.entries(parametersOf(it.params).properties ?? {}).flatMap(([key, schema]) =>
      isDuration(schema) ? [{ kind: it.name, key }] : [],
    ),
  );

/** What a scenario with a duration of zero comes to: refused by a path, or run, and to what end. */
function endOf(raw: Raw): string {
  try {
    return runOfRaw(raw).ending.ended;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return `refused: ${error.issues[0]?.path}`;
  }
}

/** Runs on for ever at one instant until it has used up its events, which is what no zero may do. */
const endless = 'events';

describe('a duration of zero runs to an end, or is refused by its path:', () => {
  test.each(durationsOf('protocols'))('protocol $kind, $key', ({ kind, key }) => {
    const end = endOf(played(kind, { [key]: '0s' }));
    expect(end).not.toBe(endless);
    if (end.startsWith('refused')) expect(end).toBe(`refused: protocol.${key}`);
  });

  test.each(durationsOf('faults'))('fault $kind, $key', ({ kind, key }) => {
    const end = endOf(faulted(kind, { [key]: '0s' }));
    expect(end).not.toBe(endless);
    if (end.startsWith('refused'))
      expect(end).toMatch(new RegExp(`^refused: faults\\[0\\]\\.(${key}|until|heal|cut)$`));
  });

  test.each([
    ['horizon', { horizon: '0s' }, 'horizon'],
    ['horizon.time', { horizon: { time: '0s' } }, 'horizon.time'],
    ['watch.every', { watch: { every: '0s' } }, 'watch.every'],
    ['rounds.deadline', { rounds: { deadline: '0s' } }, 'rounds.deadline'],
    [
      'liveness.within',
      { network: { gst: '1s', delta: '1s' }, liveness: { within: '0s' } },
      'liveness.within',
    ],
  ])('%s', (_, more, path) => {
    expect(endOf({ ...played('flood-min', {}), ...more })).toContain(`refused: ${path}`);
  });
});

test('periods that agents act by, and waits that they repeat, are refused at zero', () => {
  const refused = durationsOf('protocols').flatMap(({ kind, key }) =>
    endOf(played(kind, { [key]: '0s' })).startsWith('refused') ? [`${kind}.${key}`] : [],
  );
  expect(refused).toEqual(
    expect.arrayContaining([
      'pairwise-elimination.period',
      'ben-or.resend',
      'gather.timeout',
      'gossip.period',
      'flood-min.period',
      'pbft.timeout',
      'raft.timeout',
      'raft.heartbeat',
      'opinions.period',
    ]),
  );
});
