import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floodFile, floodText, jsonLines, newFolder, synod, synodHere } from './synod.ts';

describe('run', () => {
  test('run --json prints one object, the same each time', async () => {
    const { file } = floodFile();
    const args = ['run', file, 'topology.agents=16', '--seed', '5', '--replication', '3', '--json'];
    const [first, second] = await Promise.all([synodHere(args), synod(args)]);
    expect(first).toEqual(second);
    expect(first.code).toBe(0);
    const [row, ...more] = jsonLines(first.stdout);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      seed: 5,
      replication: 3,
      outcome: 'valid',
      verdicts: { termination: 'satisfied' },
    });
    expect(row?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(row?.metrics).toMatchObject({ solved: 1, decided: 1 });
    expect(first.stderr).toContain('2 points; this is the first, topology.agents=16 faults.0.chance=0');
  });

  test('run --json has what was spent by agent, edge, round and purpose', async () => {
    const folder = newFolder();
    const file = join(folder, 'team.yaml');
    const text = `question: what does each spend?
topology: { kind: complete, agents: 3 }
task: { kind: work-graph, shape: wide, items: 2, chance: 1 }
behaviour: { kind: worker }
protocol: { kind: orchestrator-workers, workers: 2, rounds: 1, turns: 1 }
metrics: [meters]
`;
    writeFileSync(file, text);
    const { stdout } = await synodHere(['run', file, '--json']);
    const [row] = jsonLines(stdout) as unknown as {
      metrics: Record<string, number>;
      details: { meters: Record<string, { tokens: number }[]> };
    }[];
    const { meters } = row!.details;
    expect(Object.keys(meters)).toEqual(['agents', 'edges', 'rounds', 'purposes']);
    for (const rows of Object.values(meters))
      expect(rows.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(row!.metrics.tokens);
    expect(meters.edges).toContainEqual(expect.objectContaining({ from: 1, to: 0, promptTokens: 90 }));
  });

  test('run tells a person the outcome, the seed and the line that replays it', async () => {
    const { file } = floodFile();
    const { code, stdout } = await synodHere(['run', file, 'faults.0.chance=1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/outcome +blocked/);
    expect(stdout).toMatch(/witness +7 of 8 agents undecided/);
    expect(stdout).toContain(
      `synod replay ${file} topology.agents=8 faults.0.chance=1 --seed 7 --replication 0`,
    );
    expect(stdout.split('\n').every((line) => line.length <= 100 || line.includes(file))).toBe(true);
  });
});

describe('replay', () => {
  test('a run is told as prose, with lost messages, and ends as it ends in run', async () => {
    const { file } = floodFile();
    const { code, stdout } = await synodHere(['replay', file, 'topology.agents=4', 'faults.0.chance=1']);
    expect(code).toBe(0);
    const [first = ''] = /[A-Z]\w+/.exec(stdout.replace('4 agents: ', '')) ?? [];
    expect(stdout).toContain(`At 0 s\n  Fault: loss.\n  ${first} decides 1\n  ${first} to `);
    expect(stdout).toContain('not delivered (lost)');
    expect(stdout).toMatch(/outcome +blocked/);
  });

  test('replay --json: events as JSON lines, cut to the time asked for', async () => {
    const { file } = floodFile();
    const { stdout } = await synodHere(['replay', file, '--json', '--from', '1ms', '--until', '30ms']);
    const lines = jsonLines(stdout);
    expect(lines[0]).toMatchObject({ type: 'launch', seed: 7 });
    expect(lines.at(-1)).toMatchObject({ type: 'done', outcome: 'valid' });
    const events = lines.filter(({ type }) => type === 'event');
    expect(events.length).toBeGreaterThan(0);
    expect(events.every(({ at }) => Number(at) >= 1000 && Number(at) <= 30000)).toBe(true);
  });

  test('an agent that is not there, and a round where there are none, are refused', async () => {
    const { file } = floodFile();
    const [agent, round] = await Promise.all([
      synodHere(['replay', file, '--agent', 'Nobody']),
      synodHere(['replay', file, '--round', '2']),
    ]);
    expect(agent.code).toBe(1);
    expect(agent.stderr).toContain('--agent: must be a name or a number below 8, but is Nobody');
    expect(round.code).toBe(1);
    expect(round.stderr).toContain('--round: is for protocols in rounds');
  });
});

test('replay of a part that begins after the end of the run is refused, and told where it ends', async () => {
  const { file } = floodFile();
  const floodset = [
    'protocol={ kind: floodset, bounds: ignored }',
    'task={kind: consensus, values: 2}',
    'topology={kind: complete, agents: 4}',
    'vary=null',
    'expect=null',
  ];
  const [round, event, from] = await Promise.all([
    synodHere(['replay', file, ...floodset, '--round', '99']),
    synodHere(['replay', file, '--event', '9999']),
    synodHere(['replay', file, '--from', '2h']),
  ]);
  expect(round.stderr).toMatch(/--round: must be at most \d+, the last round of this run, but is 99/);
  expect(event.stderr).toMatch(/--event: must be at most \d+, the last event of this run, but is 9999/);
  expect(from.stderr).toMatch(/--from: must be at most [\d.]+s, when this run ended, but is 2h/);
  expect([round.code, event.code, from.code]).toEqual([1, 1, 1]);
});

describe('check', () => {
  test('files and folders: what holds, what fails, what is refused', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'a-holds.yaml'), floodText("{ decided: '>= 0.1' }"));
    writeFileSync(join(folder, 'b-fails.yml'), floodText("{ decided: '>= 2' }"));
    const other = newFolder();
    writeFileSync(join(other, 'c-refused.yaml'), floodText('{}').replace('kind: ring', 'kind: rng'));
    writeFileSync(join(other, 'd-fails.yaml'), floodText("{ decided: '>= 2' }"));
    const [bad, all] = await Promise.all([
      synodHere(['check', folder]),
      synodHere(['check', other, join(folder, 'a-holds.yaml'), '--json', '--replications', '2']),
    ]);
    expect(bad.code).toBe(2);
    expect(bad.stdout).toMatch(/ok +.*a-holds\.yaml/);
    expect(bad.stdout).toMatch(/FAILED +.*b-fails\.yml/);
    expect(bad.stdout).toContain('2 scenarios: 1 as expected, 1 not, 0 refused');
    // What cannot be run weighs more than what came out otherwise.
    expect(all.code).toBe(1);
    expect(jsonLines(all.stdout).map(({ status, runs }) => [status, runs])).toEqual([
      ['refused', 0],
      ['violated', 12],
      ['satisfied', 12],
      [undefined, undefined],
    ]);
  });
});

describe('list', () => {
  test('kinds, the parts of one, and the parameters of a part', async () => {
    const [all, kind, part, wrong] = await Promise.all([
      synodHere(['list']),
      synodHere(['list', 'topologies', '--json']),
      synodHere(['list', 'topology', 'ring']),
      synodHere(['list', 'topology', 'rng']),
    ]);
    expect(all.stdout).toContain('protocols\n');
    expect(all.stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(jsonLines(kind.stdout).find(({ name }) => name === 'ring')).toMatchObject({ kind: 'topologies' });
    expect(part.stdout).toMatch(/agents +whole number/);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('did you mean ring?');
  });
});

describe('score', () => {
  const graph = {
    nodes: [{ id: 'Ann' }, { id: 'Bob' }, { id: 'Cid' }],
    links: [
      { source: 'Ann', target: 'Bob' },
      { source: 'Bob', target: 'Cid' },
    ],
  };

  test('scores in order, as JSON and as a table', async () => {
    const file = join(newFolder(), 'runs.jsonl');
    const records = [
      { task: 'leader_election', graph, answers: ['Yes', 'No', 'No'] },
      { task: 'leader_election', graph, answers: ['Yes', 'No', 'Yes'] },
      { task: 'vertex_cover', graph, answers: ['No', 'No', 'No'] },
    ];
    writeFileSync(file, records.map((it) => JSON.stringify(it)).join('\n'));
    const [json, table] = await Promise.all([
      synodHere(['score', file, '--json', '--mode', 'upstream']),
      synodHere(['score', file]),
    ]);
    expect(json.code).toBe(0);
    expect(json.stderr).toBe('');
    expect(jsonLines(json.stdout)).toMatchObject([
      { soft: 1, solved: true, faults: [] },
      { soft: 0, solved: false, faults: [{ agent: 0 }, { agent: 2 }] },
      { soft: null, solved: false },
    ]);
    expect(table.stdout).toMatch(/leader-election +2 +1 +0\.500/);
  });

  test('missing and extra answers are refused with their place, and nothing is printed', async () => {
    const file = join(newFolder(), 'runs.jsonl');
    const records = [
      { task: 'consensus', graph, answers: ['0', '0', '0'] },
      { task: 'consensus', graph, answers: ['0', '0'] },
      { task: 'consensus', graph, answers: ['0', '0', '0', '0'] },
    ];
    writeFileSync(file, records.map((it) => JSON.stringify(it)).join('\n'));
    const { code, stdout, stderr } = await synodHere(['score', file, '--json']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/runs\.jsonl:2 answers: must hold 3 answers/);
    expect(stderr).toMatch(/runs\.jsonl:3 answers: must hold 3 answers/);
  });
});

describe('usage', () => {
  test.each([
    [
      ['sweep', 'x.yaml', '--repliations', '3'],
      'There is no option --repliations; did you mean --replications?',
    ],
    [['sweeep', 'x.yaml'], 'Did you mean sweep?'],
    [[], 'Name a command.'],
    [['run'], 'An argument is missing.'],
    [['run', 'x.yaml', '--seed', '1', '--seed', '2'], 'Give --seed once; it is 1 and 2.'],
    [['run', 'no-such-file.yaml'], 'no-such-file.yaml: there is no such file'],
  ])('%j is refused: %s', async (args, message) => {
    const { code, stdout, stderr } = await synodHere(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('fault of synod');
  });

  test.each([
    [['topology.agentz=16'], ['topology.agentz: is not a known key; did you mean agents?']],
    [['--seed', '1.5', 'protocol.kind=floood'], ['seed: must be']],
    [['--jobs', '0'], ['--jobs: must be a whole number from 1 to 1024, but is 0']],
    [['--time-limit', '3'], ['--time-limit: must be a number with a unit']],
    [['--time-limit', '5', '--dry-run'], ['--time-limit: must be a number with a unit']],
    [['seed=3', '--seed', '4'], ['seed: is given twice, by seed=3 and by --seed 4']],
  ])('a sweep with %j is refused: %j', async (words, messages) => {
    const { file, folder } = floodFile();
    const { code, stdout, stderr } = await synodHere(['sweep', file, ...words], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const message of messages) expect(stderr).toContain(message);
    expect(stderr).not.toContain('fault of synod');
  });

  test('a refusal ends the process with 1, and writes to standard error alone', async () => {
    const { code, stdout, stderr } = await synod(['run', 'no-such-file.yaml']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^no-such-file\.yaml: there is no such file, .*\n$/);
  });

  test.runIf(existsSync('/dev/full'))('a full disk under standard output is told in one line', async () => {
    const { code, stderr } = await synod(['list'], { stdout: openSync('/dev/full', 'w') });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'standard output: cannot be written: no space is left on the disk (ENOSPC); free some, or write elsewhere\n',
    });
  });

  test('help and version', async () => {
    const [help, version] = await Promise.all([synod(['--help']), synod(['--version'])]);
    expect(help.code).toBe(0);
    for (const name of ['run', 'sweep', 'replay', 'check', 'list', 'score', 'agentsnet'])
      expect(help.stdout).toContain(`synod ${name}`);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
