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

  test('beside factors that lie around it is read, or refused, never lost', () => {
    const varied = `${base}vary: { topology: [{ kind: ring }, { kind: path }], topology.agents: [4, 8] }\n`;
    expect(points(varied, 'topology.agents=[16, 32]').length).toBe(4);
    expect(() => points(varied, 'topology.kind=star')).toThrow('topology.kind: has no effect');
  });
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
