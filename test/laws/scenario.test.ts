import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/scenario.ts';
import { runOfRaw, scenarioOf } from '../worlds.ts';

const base = `
question: Does it hold?
topology: { kind: ring, agents: 8 }
task: broadcast
protocol: flood
`;
const points = (text: string, ...overrides: string[]) =>
  parseScenario(text, 'test', { overrides }).points.map(({ factors }) => factors);

describe('an override', () => {
  test('that is a list of levels makes a key a factor', () => {
    expect(points(base, 'topology.agents=[4, 8]')).toEqual([
      { 'topology.agents': 4 },
      { 'topology.agents': 8 },
    ]);
  });

  test('of a factor pins it, or gives it other levels', () => {
    const varied = `${base}vary: { topology.agents: [4, 8, 16] }\n`;
    expect(points(varied, 'topology.agents=8')).toEqual([{ 'topology.agents': 8 }]);
    expect(points(varied, 'topology.agents=[32, 64]')).toEqual([
      { 'topology.agents': 32 },
      { 'topology.agents': 64 },
    ]);
  });

  test('that is given twice is refused, and both are named', () => {
    expect(() => points(base, 'topology.agents=4', 'topology.agents=8')).toThrow(
      'topology.agents: is given twice, by topology.agents=4 and by topology.agents=8; leave one of them out',
    );
    const lossy = `${base}faults: [{ kind: loss, chance: 0 }]\n`;
    expect(() => points(lossy, 'faults[0].chance=0.1', 'faults.0.chance=0.2')).toThrow('is given twice');
    expect(points(base, 'topology=path', 'topology.agents=9').length).toBe(1);
  });

  test('beside factors that lie around it is read, or refused, never lost', () => {
    const varied = `${base}vary: { topology: [{ kind: ring }, { kind: path }], topology.agents: [4, 8] }\n`;
    expect(points(varied, 'topology.agents=[16, 32]').length).toBe(4);
    expect(() => points(varied, 'topology.kind=star')).toThrow('topology.kind: has no effect');
  });
});

describe('an override of a part', () => {
  const seeded = `
question: Does it hold?
topology: { kind: ring, agents: 8 }
task: { kind: unanimity, seeds: 3 }
protocol: { kind: opinions, timing: asynchronous, channel: messages, period: 2s }
behaviour: voter
horizon: 60s
faults: [{ kind: loss, chance: 0.1 }, { kind: duplicate, chance: 0.2 }]
`;
  const first = (...overrides: string[]) => parseScenario(seeded, 'test', { overrides }).points[0]!.raw;

  test('that names a kind takes the place of the whole of it, but for the number of agents', () => {
    expect(first('task={kind: unanimity, pattern: [0, 1]}').task).toEqual({
      kind: 'unanimity',
      pattern: [0, 1],
    });
    expect(first('topology={kind: path}').topology).toEqual({ kind: 'path', agents: 8 });
    expect(first('protocol=opinions', 'horizon=null', 'faults=null').protocol).toEqual({ kind: 'opinions' });
    expect(first('faults[0]={kind: loss, chance: 0.5}').faults).toEqual([
      { kind: 'loss', chance: 0.5 },
      { kind: 'duplicate', chance: 0.2 },
    ]);
  });

  test('that names no kind is merged with it', () => {
    expect(first('task={value: 5}').task).toEqual({ kind: 'unanimity', seeds: 3, value: 5 });
  });

  test('that is null removes it, and a factor too', () => {
    expect(first('protocol.period=null').protocol).not.toHaveProperty('period');
    expect(first('faults[0]=null').faults).toEqual([{ kind: 'duplicate', chance: 0.2 }]);
    expect(first('faults=null')).not.toHaveProperty('faults');
    expect(first('task.seeds=null', 'task.shares=[0.5, 0.5]').task).toEqual({
      kind: 'unanimity',
      shares: [0.5, 0.5],
    });
    const varied = `${base}vary: { topology.agents: [4, 8] }\n`;
    expect(points(varied, 'vary.topology.agents=null')).toEqual([{}]);
    expect(() => first('protocol.stop=null')).toThrow(
      'protocol.stop: cannot be removed by null, since it is',
    );
  });
});

describe('the end of a run', () => {
  const raw = (more: Record<string, unknown>) => ({
    topology: { kind: 'ring', agents: 8 },
    task: { kind: 'unanimity', shares: [0.5, 0.5] },
    protocol: { kind: 'opinions', timing: 'synchronous' },
    behaviour: 'voter',
    ...more,
  });

  test('at a time that is never reached is refused, unless something takes time', () => {
    expect(() => scenarioOf(raw({ horizon: '10s' }))).toThrow(
      /horizon: is 10s, a time that is never reached.*give horizon: \{ rounds: 50 \}/,
    );
    for (const more of [
      { network: { latency: '1ms' } },
      { rounds: { deadline: '1s' } },
      { serving: { firstToken: '1s' } },
      { faults: [{ kind: 'delay', by: '1s' }] },
    ]) {
      const channel = 'faults' in more || 'network' in more ? { channel: 'messages' } : {};
      const protocol = { kind: 'opinions', timing: 'synchronous', ...channel };
      expect(scenarioOf(raw({ horizon: '10s', protocol, ...more })).points.length).toBe(1);
    }
  });

  test('may be given in rounds and in time, so that the timing can be a factor', () => {
    const timing = ['synchronous', 'asynchronous'];
    const both = raw({ horizon: { time: '30s', rounds: 20 }, vary: { 'protocol.timing': timing } });
    expect(scenarioOf(both).points.length).toBe(2);
    const rounds = raw({ horizon: { rounds: 20 }, vary: { 'protocol.timing': timing } });
    expect(() => scenarioOf(rounds)).toThrow(
      'horizon.rounds: is read by protocols in rounds only; give a time',
    );
  });
});

test('what is missing, or stands beside what excludes it, is said without contradiction', () => {
  const raw = (tanh: object) => ({
    topology: { kind: 'complete', agents: 8 },
    task: { kind: 'unanimity', shares: [0.5, 0.5] },
    protocol: { kind: 'opinions' },
    behaviour: { kind: 'tanh', ...tanh },
  });
  const issuesOf = (of: object): string => {
    try {
      scenarioOf(raw(of));
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  expect(issuesOf({})).toBe('behaviour.beta: is missing: give one of `beta`, `profile`');
  expect(issuesOf({ beta: 1, profile: 'gpt-4o' })).toBe(
    'behaviour.beta: cannot stand beside `profile`; keep one of the two',
  );
});

describe('a scenario is refused, with path and remedy,', () => {
  test.each([
    ['where an alias leads back to itself', 'question: q?\na: &a [*a]\n', 'alias'],
    ['where an alias leads nowhere', 'question: q?\na: *nope\n', 'alias'],
    ['where it is not YAML', 'question: [', 'not valid YAML'],
    [
      'where a range is too long',
      `${base}vary: { topology.agents: "linear(4, 1000000000, 1)" }\n`,
      'vary.topology.agents',
    ],
    ['where its title has two lines', `${base}title: "a\\nb"\n`, 'title: must be one line'],
    [
      'where an agent has a name of two lines',
      base.replace(
        '{ kind: ring, agents: 8 }',
        '{ kind: graph, text: "{\\"nodes\\": [{\\"id\\": \\"a\\\\nb\\"}, {\\"id\\": \\"c\\"}], \\"links\\": [{\\"source\\": \\"c\\", \\"target\\": \\"a\\\\nb\\"}]}", format: node-link }',
      ),
      'without control characters',
    ],
    [
      'where a level has a name of two lines',
      `${base}vary: { protocol: [flood, { kind: flood, name: "a\\nb" }] }\n`,
      'vary.protocol: has a level with control characters',
    ],
    [
      'where a level says what another factor varies',
      `${base}vary: { topology: [{ kind: ring, agents: 5 }, star], topology.agents: [4, 8] }\n`,
      'vary.topology: level ring says agents, which topology.agents varies; leave it out',
    ],
    ['where a key is unknown', `${base}protocl: flood\n`, 'did you mean protocol?'],
    [
      'where two points are equal',
      `${base}vary: { topology.agents: [8, 8] }\n`,
      'two levels of the same name',
    ],
  ])('%s', (_what, text, message) => {
    expect(() => parseScenario(text, 'test')).toThrow(message);
  });

  test('where the agent with the value does not exist', () => {
    const raw = {
      topology: { kind: 'ring', agents: 4 },
      task: { kind: 'broadcast', source: 9 },
      protocol: 'flood',
    };
    expect(() => runOfRaw(raw)).toThrow('task.source: must be one of the 4 agents');
  });
});

test('a last answer that comes after the deadline is a missing one, and ends the run', () => {
  const { ending } = runOfRaw({
    topology: { kind: 'complete', agents: 6 },
    task: { kind: 'consensus', inputs: 'none' },
    protocol: 'agentsnet',
    behaviour: 'bounded',
    serving: { firstToken: { kind: 'uniform', low: '1s', high: '9s' } },
    rounds: { deadline: '5s' },
  });
  // Three rounds of messages, one of answers, and the end.
  expect(ending.ended).toBe('decided');
  expect(ending.rounds).toBeLessThanOrEqual(5);
  expect([...ending.decisions].filter((value) => value < 0).length).toBeGreaterThan(0);
});

test('equal designs are equal whatever the number of replications, and differ with the seed', () => {
  const raw = { topology: { kind: 'ring', agents: 4 }, task: 'broadcast', protocol: 'flood' };
  expect(scenarioOf({ ...raw, replications: 3 }).design).toBe(scenarioOf({ ...raw, replications: 9 }).design);
  expect(scenarioOf({ ...raw, seed: 2 }).design).not.toBe(scenarioOf({ ...raw, seed: 3 }).design);
});

describe('an override of a part', () => {
  const raw = {
    question: 'Which?',
    topology: { kind: 'watts-strogatz', agents: 20, k: 4, p: 0.1 },
    network: { latency: { kind: 'exponential', mean: '50ms' } },
    task: 'broadcast',
    protocol: 'flood',
  };
  const read = () => 'a b\nb c\n';
  const played = (...overrides: string[]) => parseScenario(JSON.stringify(raw), 'test', { overrides, read });

  test('may be a shorthand: a latency is no name of a kind', () => {
    const { config } = played('network.latency=100ms').points[0]!;
    expect(config.network.latency).toEqual({ kind: 'constant', value: 100_000 });
    expect(played('vary={network.latency: [100ms, {kind: constant, value: 2s}]}').points).toHaveLength(2);
  });

  test('keeps the number of agents of the old one, save for a graph that brings its own', () => {
    const agentsOf = (...words: string[]): number =>
      played(...words).points[0]!.config.topology.make().agents;
    expect(agentsOf('topology=ring')).toBe(20);
    expect(agentsOf('topology={kind: graph, file: g.txt}')).toBe(3);
  });

  test('is not varied any more in what it says: the profile, the number of agents', () => {
    const game = {
      question: 'Which?',
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'consensus', values: 51 },
      protocol: 'byzantine-game',
      behaviour: { kind: 'game-mock', profile: 'qwen3-14b' },
      vary: { 'behaviour.profile': ['qwen3-14b', 'qwen3-8b'], 'topology.agents': [4, 8] },
    };
    const factorsOf = (override: string) =>
      parseScenario(JSON.stringify(game), 'test', { overrides: [override] }).points.map(
        ({ factors }) => factors,
      );
    const sizes = [{ 'topology.agents': 4 }, { 'topology.agents': 8 }];
    expect(factorsOf('behaviour={kind: game-mock, profile: qwen3-8b}')).toEqual(sizes);
    expect(factorsOf('behaviour={ profile: qwen3-8b }')).toEqual(sizes);
    const profiles = [{ 'behaviour.profile': 'qwen3-14b' }, { 'behaviour.profile': 'qwen3-8b' }];
    expect(factorsOf('topology={ kind: complete, agents: 5 }')).toEqual(profiles);
    // What it does not say stays varied.
    expect(factorsOf('behaviour={ inertia: 0.5 }')).toHaveLength(4);
    expect(() => factorsOf('behaviour=mine.yaml')).toThrow('behaviour.profile: cannot be read here');
  });
});

test('a kind within a part that there is not is told with those that there are', () => {
  const refused = (kind: string) => () =>
    parseScenario(
      `question: Which?
topology: { kind: complete, agents: 4 }
task: { kind: work-graph }
protocol: { kind: single-agent, turns: 2 }
behaviour: { kind: worker, overflow: { kind: ${kind} } }
`,
      'test',
    );
  expect(refused('refuse')).toThrow(
    'behaviour.overflow.kind: there is no kind "refuse"; there are truncate, summarise',
  );
  expect(refused('sumarise')).toThrow('did you mean summarise?');
});

test.each([
  [{ metric: 'messages', of: { 'topology.agents': 8 }, above: 3 }, 'expect[0].above: must be'],
  [{ metric: 'messages', of: {}, over: {}, above: {} }, 'expect[0].over: is not a known key'],
])('a comparison in `expect` with a slip is refused before any run: %j', (clause, message) => {
  const raw = {
    topology: { kind: 'ring', agents: 8 },
    task: 'broadcast',
    protocol: 'flood',
    expect: [clause],
  };
  expect(() => scenarioOf(raw)).toThrow(message);
});
