import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/scenario.ts';
import { ScenarioError } from '../../src/world/error.ts';

const text = (expectation: string, more = ''): string => `
question: Does it hold?
topology: { kind: ring, agents: 8 }
task: broadcast
protocol: flood
vary:
  protocol: [flood, { kind: gossip-rounds, name: rounds }]
  topology.agents: [8, 16]
expect: ${expectation}
${more}`;

const issues = (expectation: string, more?: string, overrides: readonly string[] = []): string[] => {
  try {
    parseScenario(text(expectation, more), 'test', { overrides });
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as ScenarioError).issues.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
};

describe('what `expect` names is known before any run', () => {
  test.each([
    ['a verdict, an outcome, a metric of every run', '{ integrity: satisfied, outcome: valid, decided: 1 }'],
    ['shares of outcomes', "{ outcome: { valid: '>= 0.5', blocked: 0 } }"],
    ['a metric that only one protocol measures, at it', "[{ at: { protocol: rounds }, steps: '>= 1' }]"],
    ['a contrast', '[{ metric: seconds, of: { protocol: flood }, above: { protocol: rounds } }]'],
    ['a trend', '[{ metric: seconds, rises: topology.agents }]'],
    ['levels as a list', '[{ at: { topology.agents: [8, 16] }, decided: 1 }]'],
  ])('%s is accepted', (_what, expectation) => {
    expect(issues(expectation)).toEqual([]);
  });

  test.each([
    ['a metric', "{ decidet: '>= 0.5' }", /^expect\.decidet: there is no metric "decidet"; .* decided/],
    [
      'a metric of a part that is not there',
      "[{ unannounced: '>= 0.5' }]",
      /^expect\[0\]\.unannounced: there is no metric .*; add announcement, which has it, to `metrics`/,
    ],
    [
      'a metric that one point lacks',
      "[{ steps: '>= 1' }]",
      /^expect\[0\]\.steps: .* at \{"protocol":"flood"/,
    ],
    ['a property', '{ integrty: satisfied }', /^expect\.integrty: .* did you mean integrity\?/],
    ['an outcome', '[{ outcome: vald }]', /^expect\[0\]\.outcome: .*did you mean valid\?/],
    [
      'an outcome of which a share is named',
      "{ outcome: { vald: '>= 0.5' } }",
      /^expect\.outcome\.vald: .* did you mean valid\?/,
    ],
    [
      'a verdict in the place of an outcome',
      '{ outcome: satisfied }',
      /^expect\.outcome: there is no outcome/,
    ],
    [
      'an outcome in the place of a number',
      '{ decided: valid }',
      /^expect\.decided: must be a verdict, a number/,
    ],
    [
      'a factor',
      '[{ at: { topology.agent: 8 }, decided: 1 }]',
      /^expect\[0\]\.at\.topology\.agent: must be a factor of `vary`, but is topology\.agent; did you mean topology\.agents\?/,
    ],
    [
      'a level',
      '[{ at: { topology.agents: 12 }, decided: 1 }]',
      /^expect\[0\]\.at\.topology\.agents: must be a level of topology\.agents, but is 12; there are 8, 16/,
    ],
    [
      'a level of a contrast',
      '[{ metric: decided, of: { protocol: flod }, above: { protocol: rounds } }]',
      /^expect\[0\]\.of\.protocol: .* there are "flood", "rounds"/,
    ],
    ['a factor of a trend', '[{ metric: decided, falls: agents }]', /^expect\[0\]\.falls: must be a factor/],
    [
      'a metric of a trend',
      '[{ metric: secnds, falls: topology.agents }]',
      /^expect\[0\]\.metric: .* seconds/,
    ],
    [
      'a trend without a direction',
      '[{ metric: decided, by: 0.1 }]',
      /^expect\[0\]: must say what the metric/,
    ],
  ])('%s that is wrong is refused', (_what, expectation, message) => {
    expect(issues(expectation)).toEqual([expect.stringMatching(message)]);
  });

  test('an override may take away what is named, since nothing is expected then', () => {
    const expectation = '[{ at: { protocol: rounds }, steps: ">= 1" }]';
    expect(issues(expectation, '', ['protocol=flood'])).toEqual([]);
    expect(issues('{ decidet: 1 }', '', ['seed=4']).length).toBe(1);
  });

  test('the metrics of `precision` and of published figures too', () => {
    expect(issues('[]', 'precision: { metric: solvd, halfWidth: 0.1 }')).toEqual([
      expect.stringMatching(/^precision\.metric: there is no metric "solvd"; .* solved/),
    ]);
    const claim = (measure: string): string =>
      `published: [{ claim: C., figure: 1, source: S, grade: P, measure: ${measure} }]`;
    expect(issues('[]', claim('{ metric: decided, at: { protocol: flood } }'))).toEqual([]);
    expect(issues('[]', claim('{ metric: decidet }'))).toEqual([
      expect.stringMatching(/^published\[0\]\.measure\.metric: /),
    ]);
    expect(
      issues('[]', claim('{ metric: decided, of: { protocol: a }, over: { protocol: flood } }')),
    ).toEqual([expect.stringMatching(/^published\[0\]\.measure\.of\.protocol: must be a level/)]);
  });
});
