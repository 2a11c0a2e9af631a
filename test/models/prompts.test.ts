import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/agentsnet/talk.ts';
import { promptTexts } from '../../src/models/prompt-texts.ts';
import { prompterFor } from '../../src/models/prompts.ts';
import { compile } from '../../src/scenario/compile.ts';
import { parseScenario } from '../../src/scenario/scenario.ts';
import type { Config } from '../../src/scenario/schema.ts';
import { liveRun, liveScenario } from './live-run.ts';

const settingOf = (task: string) => {
  const run = liveRun({ task, raw: { topology: { kind: 'star', agents: 4 } } });
  return compile(run.config as Config, run.seed).world.setting;
};

const question = (
  kind: Question['kind'],
  round: number,
  heard: Question['heard'] = [undefined],
): Question => ({
  kind,
  round,
  rounds: 3,
  attempt: 0,
  heard,
});

describe('what agents of AgentsNet are told', () => {
  test.each(['coloring', 'consensus', 'leader-election', 'matching', 'vertex-cover'])(
    'of %s: who they are, whom they know, how it goes, what will be asked; and no more',
    (task) => {
      const setting = settingOf(task);
      const prompter = prompterFor('agentsnet', setting, { reasoning: true });
      const hub = setting.names.findIndex(
        (_, v) => setting.graph.offsets[v + 1]! - setting.graph.offsets[v]! === 3,
      );
      const leaf = (hub + 1) % 4;
      const system = prompter.system(leaf, question('message', 0));
      expect(system).toContain(`You are ${setting.names[leaf]}, one of 4 agents`);
      expect(system).toContain(`Your neighbours: ${setting.names[hub]}\n`);
      expect(system).toContain('3 rounds');
      expect(system).toMatch(/JSON object/);
      expect(system).toMatch(/step by step/);
      expect(system).not.toContain('{{');
      // Whom it cannot talk to, it does not know.
      for (const [v, name] of setting.names.entries())
        if (v !== leaf && v !== hub) expect(system).not.toContain(name);
      if (task === 'coloring') expect(system).toContain('one of 4 groups, Group 1 to Group 4');
      expect(
        prompterFor('agentsnet', setting, { reasoning: false }).system(leaf, question('message', 0)),
      ).not.toMatch(/step by step/);
    },
  );

  test('each round: what was said and by whom, who was silent, what is left; before the end, that it is the last', () => {
    const setting = settingOf('matching');
    const { names, graph } = setting;
    const hub = names.findIndex((_, v) => graph.offsets[v + 1]! - graph.offsets[v]! === 3);
    const [a, b, c] = Array.from(
      graph.targets.subarray(graph.offsets[hub], graph.offsets[hub + 1]),
      (v) => names[v],
    );
    const prompter = prompterFor('agentsnet', setting, { reasoning: true });
    const heard = [
      'Pair with me?',
      undefined,
      [{ topic: 'proposal', subject: 0, value: 1, author: 0 } as const],
    ];
    const turn = prompter.turn(hub, question('message', 1, heard));
    expect(turn).toContain(`${a} wrote:\nPair with me?`);
    expect(turn).toContain(`Nothing came from ${b}.`);
    expect(turn).toContain(`${c} wrote:\n`);
    expect(turn).toContain('Rounds of messages that are left: 2.');
    expect(turn).not.toMatch(/last thing/);
    expect(prompter.turn(hub, question('message', 2, heard))).toMatch(
      /the last thing that your neighbours will read/,
    );
    const final = prompter.turn(hub, question('final', 3, heard));
    expect(final).toContain("'### Final Answer ###'");
    expect(final).toContain(`one of these answers: ${a}, ${b}, ${c}, None`);
  });

  test('what could not be read is asked for once more', () => {
    const prompter = prompterFor('agentsnet', settingOf('consensus'), { reasoning: true });
    expect(prompter.turn(0, { ...question('message', 1), attempt: 1 })).toMatch(/could not be read.*JSON/s);
    expect(prompter.turn(0, { ...question('final', 3), attempt: 1 })).toMatch(/could not be read.*0, 1/s);
  });
});

describe('templates of one’s own', () => {
  const read = (files: Record<string, string>) => ({
    read: (path: string) => files[path.split('/').at(-1)!]!,
    list: () => Object.keys(files),
  });
  const parsed = (files: Record<string, string>) =>
    parseScenario(
      JSON.stringify({ question: 'Does it hold?', ...liveScenario({ model: { prompts: 'mine' } }) }),
      'test',
      read(files),
    );

  test('replace ours, and are part of what the run is', () => {
    const one = parsed({ 'agentsnet-system.md': 'Hear, {{name}}!' });
    const other = parsed({ 'agentsnet-system.md': 'Listen, {{name}}!' });
    expect(one.design).not.toBe(other.design);
    const config = one.points[0]!.config;
    const { setting } = compile(config, '1/0').world;
    const templates = config.model!.prompts as Record<string, string>;
    const prompter = prompterFor('agentsnet', setting, { templates, reasoning: true });
    expect(prompter.system(0, question('message', 0))).toBe(`Hear, ${setting.names[0]}!`);
  });

  test('must be known by name, and use what is filled in', () => {
    const setting = settingOf('consensus');
    const using = (templates: Record<string, string>) => () =>
      prompterFor('agentsnet', setting, { templates, reasoning: true });
    expect(using({ 'agentsnet-sytem': 'x' })).toThrow(
      /is no template that is read; there are agentsnet-system/,
    );
    expect(using({ 'agentsnet-round': 'Dear {{nam}}' })).toThrow(/\{\{nam\}\}, which nothing fills/);
    expect(using({ 'game-vote': '{{left}}' })).toThrow(/\{\{left\}\}, which nothing fills/);
    for (const [name, text] of Object.entries(promptTexts)) expect(using({ [name]: text })).not.toThrow();
  });
});

test('a model takes the place of a mock, of what varies it, and of what was expected of it', () => {
  const text = JSON.stringify({
    question: 'Does it hold?',
    ...liveScenario(),
    model: undefined,
    behaviour: { kind: 'bounded' },
    vary: {
      behaviour: [{ name: 'mock', kind: 'bounded' }, { kind: 'oracle' }],
      task: ['coloring', 'matching'],
    },
    expect: { solved: 1 },
  });
  const scenario = parseScenario(text, 'test', { overrides: ['model.provider=mock', 'model.model=any'] });
  expect(scenario.points.map(({ factors }) => factors)).toEqual([{ task: 'coloring' }, { task: 'matching' }]);
  expect(scenario.expect).toEqual([]);
  expect(scenario.points[0]!.config.behaviour!.part.name).toBe('live');
});

test('a scenario with a model says what is missing or too much', () => {
  const issues = (raw: Record<string, unknown>) => () => liveRun({ raw });
  expect(issues({ behaviour: 'oracle' })).toThrow(/behaviour: must be `live` or left out/);
  expect(issues({ model: undefined, behaviour: 'live' })).toThrow(/model: is missing/);
  expect(issues({ model: { model: 'x' } })).toThrow(/model.baseUrl: is missing/);
  expect(issues({ model: { kind: 'cassette', model: 'x' } })).toThrow(/model.cassette: is missing/);
  expect(issues({ model: { provider: 'mock', model: 'x', budget: { money: 1 } } })).toThrow(
    /model.price: is missing/,
  );
  expect(issues({ protocol: 'flood', task: 'broadcast', model: { provider: 'mock', model: 'x' } })).toThrow(
    /never asked by this protocol/,
  );
});
