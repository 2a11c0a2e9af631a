import { describe, expect, test } from 'vitest';
import { taskNames } from '../../src/agentsnet/rules.ts';
import { execute } from '../../src/scenario/execute.ts';
import type { Run } from '../../src/scenario/run.ts';
import { runOf } from '../../src/scenario/scenario.ts';
import { exportAgentsNet } from '../../src/study/export-agentsnet.ts';
import { importAgentsNet } from '../../src/study/import-agentsnet.ts';
import { ScenarioError } from '../../src/world/error.ts';
import { scenarioOf } from '../worlds.ts';

const options = { folder: '.', signal: new AbortController().signal };

function mockRun(task: string, mode: 'upstream' | 'clean' = 'upstream', agents = 5): Run {
  const scenario = scenarioOf({
    seed: 3,
    topology: { kind: 'complete', agents },
    task: task === 'consensus' ? { kind: task, inputs: 'none' } : { kind: task },
    protocol: { kind: 'agentsnet', mode, rounds: 3 },
    // So much is malformed that every way of being so occurs.
    behaviour: { kind: 'bounded', malformed: 0.3, malformedAnswer: 0.2 },
  });
  return runOf(scenario, scenario.points[0]!, 0);
}

interface File {
  answers: (string | null)[];
  score: number;
  rounds: number;
  task: string;
  transcripts: Record<string, { type: string; data: Record<string, unknown> }[]>;
  [key: string]: unknown;
}

const exported = async (run: Run): Promise<File> => (await exportAgentsNet(run, options)) as File;

const onlyRun = async (file: object, mode: 'upstream' | 'clean' = 'upstream') =>
  (await importAgentsNet(JSON.stringify(file), 'run.json', mode))[0]!;

describe('a run that is exported and imported again', () => {
  test.each(taskNames)('of %s has the same answers, score and messages', async (task) => {
    const run = mockRun(task);
    const row = execute(run);
    const file = await exported(run);
    const { score, isAsRecorded, retold, tokens, misread } = await onlyRun(file);
    expect([score.soft, isAsRecorded]).toEqual([row.metrics.soft, true]);
    expect(misread).toEqual([]);
    expect(retold!.row.metrics).toMatchObject({
      soft: row.metrics.soft,
      calls: row.metrics.calls,
      messages: row.metrics.messages,
    });
    expect([retold!.row.outcome, retold!.row.cause]).toEqual([row.outcome, row.cause]);
    expect(retold!.confirmed).toBe(1);
    expect([tokens.isExact, tokens.total]).toEqual([true, row.metrics.tokens]);
  });

  test.each(taskNames)('of %s says nothing of tokens that nobody counted', async (task) => {
    const scenario = scenarioOf({
      seed: 3,
      topology: { kind: 'complete', agents: 4 },
      task: task === 'consensus' ? { kind: task, inputs: 'none' } : { kind: task },
      protocol: { kind: 'agentsnet', mode: 'upstream', rounds: 2 },
      behaviour: { kind: 'oracle' },
    });
    const file = await exported(runOf(scenario, scenario.points[0]!, 0));
    expect(JSON.stringify(file)).not.toMatch(/token/);
    const { tokens } = await onlyRun(file);
    expect(tokens).toMatchObject({ isExact: false, isAnyRecorded: false, promptError: null });
  });

  test('has no sum of tokens for agents of whom a call was not counted', async () => {
    const file = await exported(mockRun('consensus'));
    const [first = '', ...others] = Object.keys(file.transcripts);
    expect(Object.keys((file.token_summary as { per_agent: object }).per_agent)).toEqual([first, ...others]);
    expect((await onlyRun(file)).tokens).toMatchObject({ isExact: true, isAnyRecorded: true });
    delete file.token_summary;
    delete file.transcripts[first]!.findLast(({ type }) => type === 'ai')!.data.usage_metadata;
    expect((await onlyRun(file)).tokens).toMatchObject({ isExact: false, isAnyRecorded: true });
  });

  test('was malformed often enough to prove something', async () => {
    const rows = taskNames.map((task) => execute(mockRun(task)));
    expect(rows.reduce((sum, { metrics }) => sum + metrics.calls! - 5 * 4, 0)).toBeGreaterThan(10);
  });
});

/** A coloring of a star with ten leaves, hence of eleven groups: two leaves are in Group 10 and Group 11. */
async function misreadFile(): Promise<File> {
  const scenario = scenarioOf({
    seed: 3,
    topology: { kind: 'star', agents: 11 },
    task: { kind: 'coloring' },
    protocol: { kind: 'agentsnet', mode: 'clean', rounds: 2 },
    behaviour: { kind: 'oracle' },
  });
  const file = await exported(runOf(scenario, scenario.points[0]!, 0));
  const names = Object.keys(file.transcripts);
  // The hub is the node with most links.
  const { links } = file.graph as { links: { source: number; target: number }[] };
  const hub = links[0]!.source;
  for (const [v, name] of names.entries()) {
    const group = v === hub ? 'Group 1' : v === (hub + 1) % 11 ? 'Group 11' : 'Group 2';
    file.transcripts[name]!.at(-1)!.data.content = `So be it.\n\n### Final Answer ###\n${group}`;
    // What the released reader makes of it: the first option that the text begins with.
    file.answers[v] = group === 'Group 11' ? 'Group 1' : group;
  }
  file.score = 0.9;
  return file;
}

describe('a score that the released reader corrupted', () => {
  test('is reproduced in upstream mode, which names the agent', async () => {
    const { score, isAsRecorded, misread } = await onlyRun(await misreadFile());
    expect([score.soft, score.solved, isAsRecorded]).toEqual([0.9, false, true]);
    expect(misread).toEqual([{ agent: expect.any(Number), recorded: 'Group 1', meant: 'Group 11' }]);
  });

  test('is set right in clean mode', async () => {
    const { score, isAsRecorded, retold } = await onlyRun(await misreadFile(), 'clean');
    expect([score.soft, score.solved, isAsRecorded]).toEqual([1, true, false]);
    expect(retold!.row.metrics.solved).toBe(1);
  });
});

describe('what an import tells', () => {
  test('tokens are exact where they are recorded, estimated where not, and the error of the estimate is told', async () => {
    const file = await exported(mockRun('consensus'));
    const exact = await onlyRun(file);
    expect(exact.tokens.promptError).not.toBeNull();
    const bare = structuredClone(file);
    for (const turns of Object.values(bare.transcripts))
      for (const { data } of turns) delete data.usage_metadata;
    const summed = await onlyRun(bare);
    expect([summed.tokens.isExact, summed.tokens.total]).toEqual([true, exact.tokens.total]);
    expect(summed.tokens.promptError).toBeNull();
    delete bare.token_summary;
    const estimated = await onlyRun(bare);
    expect(estimated.tokens.isExact).toBe(false);
    expect(estimated.tokens.total).toBeGreaterThan(100);
  });

  test('who said what first, and who made something up', async () => {
    const file = await exported(mockRun('leader-election', 'upstream', 4));
    const [a, b] = Object.keys(file.transcripts) as [string, string];
    const said = (agent: string, call: number, text: string): void => {
      const turn = file.transcripts[agent]!.filter(({ type }) => type === 'ai')[call]!;
      const to = Object.keys(file.transcripts).filter((name) => name !== agent);
      turn.data.content = JSON.stringify(Object.fromEntries(to.map((name) => [name, text])));
    };
    for (const name of Object.keys(file.transcripts))
      for (let call = 0; call < 3; call++) said(name, call, 'What do you think?');
    said(a, 1, 'I think Nobody knows. I support Zelda. I nominate Marilyn as leader.');
    said(b, 2, 'I agree. I nominate Marilyn as leader.');
    const turnsOf = (name: string) => file.transcripts[name]!;
    for (const name of Object.keys(file.transcripts)) {
      const turns = turnsOf(name).filter(({ data }) => !/could not be read/.test(String(data.content)));
      expect(turns.length).toBeGreaterThan(6);
    }
    const { retold } = await onlyRun(file, 'clean');
    const at = (name: string): number => retold!.firstAnnouncement[retold!.setting.names.indexOf(name)]!;
    expect([at(a), at(b)]).toEqual([1, 2]);
    const tellers = Object.values(retold!.falseClaims).map((by) =>
      Array.from(by, (v) => retold!.setting.names[v]),
    );
    expect(tellers).toEqual([[a, b]]);
  });

  test('is a scenario with a cassette that replays', async () => {
    const { retold } = await onlyRun(await exported(mockRun('matching')));
    expect(retold!.scenario).toMatch(/^question: /m);
    expect(
      retold!.cassette.every(({ run, request }) => run === retold!.run.id && request === 'imported'),
    ).toBe(true);
    expect(retold!.trace.filter(({ kind }) => kind === 'send')).toHaveLength(retold!.row.metrics.messages!);
  });
});

describe('a file that is not as it should be', () => {
  const refusal = async (change: (file: File) => void): Promise<string> => {
    const file = await exported(mockRun('consensus', 'clean', 3));
    change(file);
    const error = await onlyRun(file).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as ScenarioError).issues.map(({ path, message }) => `${path}: ${message}`).join('\n');
  };
  test('is refused however deep it is', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const refused = async (text: string): Promise<unknown> =>
      importAgentsNet(text, 'deep.json', 'clean').catch((error: unknown) => error);
    expect(await refused(deep)).toBeInstanceOf(ScenarioError);
    expect(await refused(`{"task": "coloring", "graph": ${deep}, "answers": []}`)).toBeInstanceOf(
      ScenarioError,
    );
  });

  test('is refused with the place and what is expected', async () => {
    const first = (file: File): string => Object.keys(file.transcripts)[0]!;
    expect(await refusal((file) => delete file.transcripts[first(file)])).toMatch(
      /transcripts\.\w+: must be a list/,
    );
    expect(await refusal((file) => file.transcripts[first(file)]!.pop())).toMatch(
      /must hold 4 calls.*it holds 3/s,
    );
    expect(await refusal((file) => (file.transcripts[first(file)]![1]!.type = 'robot'))).toMatch(
      /\[1\]: must be a turn/,
    );
    expect(await refusal((file) => (file.rounds = -1))).toMatch(/rounds: must be a whole number/);
    expect(await refusal((file) => (file.num_nodes = 7))).toMatch(
      /num_nodes: must be 3, as the graph has nodes, but is 7/,
    );
    expect(await refusal((file) => (file.task = 'chess'))).toMatch(/task: must be one of/);
  });
});
