import { describe, expect, test } from 'vitest';
import { scoreInstance } from '../../src/agentsnet/score.ts';
import { readScoreFile, rereadAnswers } from '../../src/agentsnet/score-file.ts';
import { ScenarioError } from '../../src/world/error.ts';

const turn = (type: string, content: string) => ({ type, data: { content } });

/** A file of results as the benchmark writes it, of three agents in a line, cut down to what is read. */
const recorded = {
  answers: ['Group 1', 'Group 2', 'Group 1'] as unknown,
  transcripts: {
    Ann: [turn('human', 'Which group?'), turn('ai', '### Final Answer ###\nGroup 1')],
    Bob: [
      turn('human', 'Which group?'),
      turn('ai', 'Two.'),
      turn('human', 'Again.'),
      turn('ai', '### Final Answer ### Group 2'),
    ],
  } as unknown,
  graph: {
    directed: false as boolean,
    multigraph: false,
    graph: {},
    nodes: [
      { name: 'Ann', id: 0 },
      { name: 'Bob', id: 1 },
      { name: 'Cid', id: 2 },
    ] as unknown,
    links: [
      { source: 1, target: 2 },
      { source: 0, target: 1 },
    ] as unknown,
  },
  rounds: 4,
  model_name: 'some-model',
  task: 'coloring',
  score: 1 as number | null,
  graph_generator: 'ws',
};

const file = (changes: object = {}) => JSON.stringify({ ...recorded, ...changes });
const graph = (changes: object) => ({ graph: { ...recorded.graph, ...changes } });

describe('reading', () => {
  test('a file of results', () => {
    const [run, ...others] = readScoreFile(file(), 'run.json');
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      task: 'coloring',
      names: ['Ann', 'Bob', 'Cid'],
      answers: ['Group 1', 'Group 2', 'Group 1'],
      place: 'run.json',
      recordedScore: 1,
      rounds: 4,
      model: 'some-model',
      family: 'ws',
      listing: [[1], [2, 0], [1]],
      finalTexts: ['### Final Answer ###\nGroup 1', '### Final Answer ### Group 2', null],
    });
    expect([...run!.graph.targets]).toEqual([1, 0, 2, 1]);
    expect(scoreInstance(run!, 'upstream').soft).toBe(run!.recordedScore);
  });

  test('an array, and one object a line, blank lines apart', () => {
    const places = (text: string) => readScoreFile(text, 'runs').map(({ place }) => place);
    expect(places(`[${file()},${file()}]`)).toEqual(['runs [0]', 'runs [1]']);
    expect(places(`${file()}\n\n${file()}\r\n`)).toEqual(['runs:1', 'runs:3']);
    expect(places(`${file()}\n`)).toEqual(['runs']);
  });

  test('a file that begins with the mark of its encoding', () => {
    expect(readScoreFile(`\uFEFF${file()}`, 'run.json').length).toBe(1);
    expect(readScoreFile(`\uFEFF${file()}\n${file()}`, 'run.json').length).toBe(2);
  });

  test('answers by name, edges for links, ids for names, and the tasks as either side writes them', () => {
    const answers = { Cid: 'No', Ann: 'No', Bob: null };
    const bare = {
      task: 'leader-election',
      graph: { nodes: [{ id: 'Ann' }, { id: 'Bob' }, 'Cid'], edges: [{ source: 'Ann', target: 'Cid' }] },
      answers,
    };
    const [run] = readScoreFile(JSON.stringify(bare), 'x');
    expect(run).toMatchObject({
      answers: ['No', null, 'No'],
      names: ['Ann', 'Bob', 'Cid'],
      recordedScore: null,
    });
    expect(readScoreFile(file({ task: 'vertex_cover' }), 'x')[0]!.task).toBe('vertex-cover');
  });

  test('a run that failed has no score, and nobody answered', () => {
    const [run] = readScoreFile(file({ answers: [null, null, null], score: null, successful: false }), 'x');
    expect(run!.recordedScore).toBeNull();
    expect(scoreInstance(run!, 'upstream').outcome.class).toBe('no-input');
  });

  test('links given twice count once, and a graph may fall apart', () => {
    const links = [
      { source: 0, target: 1 },
      { source: 1, target: 0 },
    ];
    const [run] = readScoreFile(file(graph({ links })), 'x');
    expect([...run!.graph.offsets]).toEqual([0, 1, 2, 2]);
    expect(scoreInstance(run!, 'upstream').soft).toBe(1);
  });

  test('a transcript shows what a recorded answer hides', () => {
    const n = 13;
    const star = {
      task: 'coloring',
      graph: {
        nodes: Array.from({ length: n }, (_, id) => ({ id })),
        links: Array.from({ length: n - 1 }, (_, i) => ({ source: 0, target: i + 1 })),
      },
      answers: ['Group 1', ...Array<string>(n - 1).fill('Group 1')],
      transcripts: {
        ...Object.fromEntries(
          Array.from({ length: n }, (_, id) => [id, [turn('ai', '### Final Answer ### Group 12')]]),
        ),
        0: [turn('ai', '### Final Answer ###\nGroup 1')],
      },
    };
    const [run] = readScoreFile(JSON.stringify(star), 'x');
    expect(rereadAnswers(run!, 'upstream')).toEqual(run!.answers);
    expect(scoreInstance(run!, 'clean').soft).toBe(0);
    const meant = { ...run!, answers: rereadAnswers(run!, 'clean')! };
    expect(meant.answers.slice(0, 3)).toEqual(['Group 1', 'Group 12', 'Group 12']);
    expect(scoreInstance(meant, 'clean').soft).toBe(1);
  });

  test('names collide in the order in which links first name them', () => {
    const pair = (links: object[]) => ({
      task: 'matching',
      graph: { nodes: ['Mark', 'Daniel', 'Danielle'].map((id) => ({ id })), links },
      answers: [null, null, null],
      transcripts: { Mark: [turn('ai', '### Final Answer ### Danielle')] },
    });
    const toShort = { source: 'Mark', target: 'Daniel' };
    const toLong = { source: 'Danielle', target: 'Mark' };
    const reread = (links: object[]) =>
      rereadAnswers(readScoreFile(JSON.stringify(pair(links)), 'x')[0]!, 'upstream');
    expect(reread([toShort, toLong])![0]).toBe('Daniel');
    expect(reread([toLong, toShort])![0]).toBe('Danielle');
  });
});

describe('refusing', () => {
  const issues = (text: string, limits = {}): string[] => {
    try {
      readScoreFile(text, 'run.json', limits);
    } catch (error) {
      expect(error).toBeInstanceOf(ScenarioError);
      return (error as ScenarioError).issues.map(({ path, message }) => `${path}: ${message}`);
    }
    return [];
  };

  test.each<[string, object, string]>([
    [
      'an unknown task',
      { task: 'colouring' },
      'run.json task: must be one of coloring, consensus, leader-election, matching, vertex-cover, but is "colouring"',
    ],
    [
      'no task',
      { task: undefined },
      'run.json task: must be one of coloring, consensus, leader-election, matching, vertex-cover, but is missing',
    ],
    [
      'a missing answer',
      { answers: ['Group 1', 'Group 2'] },
      'run.json answers: must hold 3 answers, as the graph has nodes, but holds 2; write one answer per node, null for an agent that gave none',
    ],
    [
      'an answer too many',
      { answers: Array(4).fill(null) },
      'run.json answers: must hold 3 answers, as the graph has nodes, but holds 4; write one answer per node, null for an agent that gave none',
    ],
    [
      'a number for an answer',
      { answers: ['Group 1', 2, null] },
      'run.json answers[1]: must be text or null, but is 2; write "2"',
    ],
    [
      'no answers',
      { answers: undefined },
      'run.json answers: must be a list in node order, or an object by name, but is missing; write one answer per node, null for an agent that gave none',
    ],
    [
      'an answer of a stranger',
      { answers: { Ann: '1', Bob: '1', Cid: '1', Zoe: '1' } },
      'run.json answers.Zoe: is an answer of nobody in the graph; its nodes are Ann, Bob, Cid',
    ],
    [
      'an agent without answer',
      { answers: { Ann: '1', Bob: '1' } },
      'run.json answers.Cid: must be text or null, but is missing; write null if the agent gave none',
    ],
    [
      'a link to nobody',
      graph({ links: [{ source: 0, target: 7 }] }),
      'run.json graph.links[0].target: must be the id of a node, but is 7; add the node or mend the link',
    ],
    [
      'a node twice',
      graph({ nodes: [{ id: 0 }, { id: 0 }, { id: 2 }] }),
      'run.json graph.nodes[1].id: "0" is the id of nodes[0] too; give each its own',
    ],
    [
      'a name twice',
      graph({ nodes: [{ id: 0, name: 'A' }, { id: 1 }, { id: 2, name: 'A' }] }),
      'run.json graph.nodes[2].name: "A" is the name of nodes[0] too; give each its own',
    ],
    [
      'a name that moves the cursor',
      graph({ nodes: [{ id: 0, name: 'A\u001b[2J' }, { id: 1 }, { id: 2 }] }),
      'run.json graph.nodes[0].name: must be without control characters, but is "A\\u001b[2J"; take them out',
    ],
    [
      'a directed graph',
      graph({ directed: true }),
      'run.json graph.directed: must be false, but is true; give every link once, without direction',
    ],
    [
      'no graph',
      { graph: undefined },
      'run.json graph: must be node-link JSON (an object with nodes and links), but is missing',
    ],
    [
      'a link from a node to itself',
      graph({
        links: [
          { source: 0, target: 1 },
          { source: 2, target: 2 },
        ],
      }),
      'run.json graph.links[1]: links 2 to itself, and nobody is its own neighbour; leave it out',
    ],
    [
      'links beside edges',
      graph({ edges: [{ source: 0, target: 2 }] }),
      'run.json graph.edges: is there beside graph.links; keep one of them',
    ],
    ['no links', graph({ links: undefined }), 'run.json graph.links: must be a list, but is missing'],
    [
      'no nodes',
      graph({ nodes: [] }),
      'run.json graph.nodes: must hold at least one node, but is empty; add the agents',
    ],
  ])('%s', (_what, changes, message) => {
    expect(issues(file(changes))).toContain(message);
  });

  test('all faults of all runs at once, each with its place', () => {
    expect(issues(`${file()}\n${file({ task: 'x' })}\n${file({ answers: [0, 1, null] })}`)).toEqual([
      'run.json:2 task: must be one of coloring, consensus, leader-election, matching, vertex-cover, but is "x"',
      'run.json:3 answers[0]: must be text or null, but is 0; write "0"',
      'run.json:3 answers[1]: must be text or null, but is 1; write "1"',
    ]);
    expect(issues(`[${file()}, 5]`)).toEqual([
      'run.json [1]: must be an object with task, graph and answers, but is 5',
    ]);
    expect(
      issues(
        `[${Array(30)
          .fill(file({ task: 'x' }))
          .join()}]`,
      ).at(-1),
    ).toBe('run.json: 10 more issues; mend these first');
  });

  test('what is no JSON, with its line', () => {
    const remedy = 'write one JSON object, an array of them, or one object a line';
    expect(issues(`{\n  "task": "coloring",\n  "graph": oops\n}`)).toEqual([
      `run.json:3: is not JSON (it cannot go on with oops); ${remedy}`,
    ]);
    expect(issues(`${file()}\n${file()}\n{"task": `)).toEqual([
      `run.json:3: is not JSON (it breaks off); ${remedy}`,
    ]);
    expect(issues('{\n"task": "coloring"\n')).toEqual([`run.json:2: is not JSON (it breaks off); ${remedy}`]);
    expect(issues('[{"a": 1},\n{"a": [2, "b\\"",]},\n3]')[0]).toMatch(/^run\.json:2: .* go on with \]\},\)/);
    expect(issues('{"a": 1}\n{"a": 1, "b"}')[0]).toMatch(/^run\.json:2: .* go on with \}\)/);
    expect(issues('{"a": 1}}')[0]).toMatch(/^run\.json:1: .* go on with \}\)/);
    expect(issues(' \n ')).toEqual(['run.json: is empty; expected a JSON object, an array or JSON lines']);
  });

  test('numbers that Python writes and JSON does not have, with line and field', () => {
    const nan = file().replace('"score":1', '"score":NaN');
    expect(issues(nan)).toEqual([
      'run.json:1 score: is NaN, which Python writes and JSON does not have; write null where there is no number',
    ]);
    expect(issues(`${file()}\n${file().replace('"rounds":4', '"rounds": -Infinity')}`)).toEqual([
      'run.json:2 rounds: is -Infinity, which Python writes and JSON does not have; write null where there is no number',
    ]);
    expect(issues('[\n1,\nInfinity\n]')[0]).toMatch(/^run\.json:3: is Infinity, which/);
  });

  test('a file without any run', () => {
    expect(issues('[]')).toEqual([
      'run.json: is an empty array, without any run in it; write one object for each run',
    ]);
  });

  test('what is too large', () => {
    expect(issues(file(), { characters: 10 })[0]).toMatch(/^run\.json: holds \d+ characters, but at most 10/);
    expect(issues(`[${file()},${file()}]`, { instances: 1 })[0]).toMatch(/holds 2 runs, but at most 1/);
    expect(issues(file(), { agents: 2 })).toEqual([
      'run.json graph.nodes: must hold at most 2 entries, but holds 3; use a smaller graph',
    ]);
    expect(issues(file(), { links: 1 })[0]).toMatch(/^run\.json graph\.links: must hold at most 1/);
  });
});
