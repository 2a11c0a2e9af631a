import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/agentsnet/talk.ts';
import { mockAnswer } from '../../src/models/mock-mind.ts';
import { promptTexts } from '../../src/models/prompt-texts.ts';
import { prompterFor } from '../../src/models/prompts.ts';
import { readJson } from '../../src/models/read-json.ts';
import { compile } from '../../src/scenario/compile.ts';
import { parseScenario } from '../../src/scenario/scenario.ts';
import type { Config } from '../../src/scenario/schema.ts';
import type { Answered } from '../../src/work/talk.ts';
import type { OpinionQuestion } from '../../src/world/opinion.ts';
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
    expect(using({ 'work-act': '{{seen}}' })).toThrow(/\{\{seen\}\}, which nothing fills/);
    expect(using({ 'opinion-look': '{{sheet}}' })).toThrow(/\{\{sheet\}\}, which nothing fills/);
    for (const [name, text] of Object.entries(promptTexts)) expect(using({ [name]: text })).not.toThrow();
  });
});

describe('what agents are told of opinions', () => {
  const settingOf = () => {
    const raw = {
      topology: { kind: 'complete', agents: 4 },
      task: { kind: 'unanimity', shares: [0.5, 0.5] },
      protocol: 'opinions',
    };
    const run = liveRun({ raw });
    return compile(run.config as Config, run.seed).world.setting;
  };
  const view = (opinions: readonly number[], agent = 0): OpinionQuestion => ({
    agent,
    opinion: 1,
    size: opinions.length,
    at: (i) => opinions[i]!,
    who: (i) => i + 1,
    role: 'alone',
    coin: 0,
    rests: false,
  });

  test('is how many hold what, under names that change and mean nothing, and no advice', () => {
    const prompter = prompterFor('opinion', settingOf(), { reasoning: false });
    const names = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const turn = prompter.turn(0, view([1, 1, 0]));
      const [, own = '', seen = ''] =
        /^You hold (\w)\.\nYou see what 3 members hold, in no particular order: (.*)\./.exec(turn) ?? [];
      const told = seen.split(', ');
      expect(told.filter((name) => name === own)).toHaveLength(2);
      expect(new Set(told).size).toBe(2);
      expect(turn).not.toMatch(/majority|most|agree/i);
      names.add(own);
    }
    expect(names.size).toBeGreaterThan(5);
  });

  test('is read back by the names of that very question', () => {
    const prompter = prompterFor('opinion', settingOf(), { reasoning: true });
    const { reader } = prompter;
    const first = view([1, 1, 0]);
    const second = view([1, 0, 0]);
    const own = (turn: string): string => /You hold (\w)\./.exec(turn)![1]!;
    const [a, b] = [own(prompter.turn(0, first)), own(prompter.turn(0, second))];
    expect(reader!.read(`I think.\n{"opinion": "${a}"}`, 0, first)).toBe(1);
    expect(reader!.read(`**${b.toLowerCase()}**`, 0, second)).toBe(1);
    expect(reader!.read('{"opinion": "nothing of the kind"}', 0, first)).toBeUndefined();
    // Who says nothing that can be read keeps what it holds.
    expect(reader!.answer(undefined, 0, first)).toBe(1);
  });

  test('numbers that are no names are told as they are', () => {
    const prompter = prompterFor('opinion', settingOf(), { reasoning: false });
    const question = view([0.25, 0.5, 0.75]);
    expect(prompter.turn(0, question)).toMatch(/0\.5/);
    expect(prompter.reader!.read('{"opinion": 0.4}', 0, question)).toBe(0.4);
  });
});

describe('work on a sheet', () => {
  const settingOf = (task: object) => {
    const raw = { topology: { kind: 'complete', agents: 3 }, task, protocol: 'single-agent' };
    const run = liveRun({ raw });
    return compile(run.config as Config, run.seed).world.setting;
  };
  const chain = { kind: 'work-graph', shape: 'chain', items: 4, chance: 0.5 };
  const act = {
    kind: 'act',
    purpose: 'work',
    heard: [],
    report: true,
    joint: false,
    sync: true,
    afresh: false,
  } as const;

  test('is told item by item, with what each begins with, and judged by its sums', () => {
    const setting = settingOf(chain);
    const prompter = prompterFor('work', setting, { reasoning: false });
    const system = prompter.system(0, act);
    expect(system).toMatch(/Item 1: begin with \d+, (add|multiply by) \d+/);
    expect(system).toMatch(/Item 2: begin with item 1, /);
    const { reader } = prompter;
    const right = mockAnswer([
      { role: 'system', content: system },
      { role: 'user', content: `${prompter.turn(0, act).replace('Do one more item', 'Do all items')}` },
    ]);
    const answer = reader!.answer(reader!.read(right, 0, act), 0, act) as Answered;
    expect(answer).toMatchObject({ ready: true, claims: [0, 1, 2, 3].map((item) => ({ item, value: 0 })) });
    const [wrong, other] = [999_999, 999_998].map((result) => {
      const question = {
        kind: 'sample',
        purpose: 'vote',
        heard: [],
        report: false,
        item: 1,
        draw: 0,
      } as const;
      const read = reader!.read(`{"result": ${result}}`, 0, question);
      return (reader!.answer(read, 0, question) as Answered).claims[0]!.value;
    });
    // Wrong values are told apart, and stand for what was written.
    expect([wrong, other]).toEqual([1, 2]);
    const check = {
      kind: 'check',
      purpose: 'check',
      heard: [],
      report: false,
      claim: { item: 1, value: 2 },
      draw: 0,
    } as const;
    expect(prompter.turn(0, check)).toMatch(/claimed to come to 999998/);
    expect(reader!.answer(undefined, 0, check)).toMatchObject({ ready: false });
  });

  test('takes more steps the harder it is', () => {
    const steps = (chance: number): number => {
      const prompter = prompterFor('work', settingOf({ ...chain, chance }), { reasoning: false });
      return prompter.system(0, act).match(/add|multiply/g)!.length;
    };
    expect([steps(1), steps(0.5), steps(0)]).toEqual([4, 16, 28]);
  });
});

test.each([
  ['{"a": 1}', { a: 1 }],
  ['First {"b": 2}, then: ```json\n{"a": 1,}\n```', { a: 1 }],
  ['{"a": {"x": "}"}}', { a: { x: '}' } }],
  ["{'a': 1}", undefined],
  ['{"a": True, "c": None}', { a: true, c: null }],
  ['{"a": 1', undefined],
  ['no object', undefined],
])('of %s the last object with the key is read', (text, found) => {
  expect(readJson(text, 'a')).toEqual(found);
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
    /prices: is missing: `model.budget.money` needs/,
  );
  expect(issues({ protocol: 'flood', task: 'broadcast', model: { provider: 'mock', model: 'x' } })).toThrow(
    /never asked by this protocol/,
  );
});
