import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, synodHere } from '../cli/synod.ts';

/** What `synod replay` prints of a run, but for how it ended: that is told elsewhere. */
async function replayed(...words: string[]): Promise<string> {
  const { code, stdout } = await synodHere(['replay', ...words]);
  expect(code).toBe(0);
  return `\n${stdout.slice(0, stdout.lastIndexOf('\noutcome'))}\n`;
}

function written(text: string): string {
  const file = join(newFolder(), 'small.yaml');
  writeFileSync(file, `title: Small\nquestion: What is to be seen?\nseed: 1\n${text}`);
  return file;
}

test('the consensus game on a board: proposals and why, what all read, votes, the tally and the end', async () => {
  expect(await replayed('byzantine-game')).toMatchInlineSnapshot(`
    "
    4 agents: Alexis, Madison, Timothy, Liam

    Round 0, at 0 s
      Round 0 of the game: all propose a value.
      Alexis proposes 12, which it was given
      Madison proposes 4, which it was given
      Timothy proposes 21, which it was given
      Liam proposes 6, which it was given

    Round 1, at 0 s
      Round 0 of the game, the vote. On the board: 4 by Madison; 6 by Liam; 12 by Alexis; 21 by Timothy.
      Alexis votes to continue: 1 of 4 propose 12, as it does
      Madison votes to continue: 1 of 4 propose 4, as it does
      Timothy votes to continue: 1 of 4 propose 21, as it does
      Liam votes to continue: 1 of 4 propose 6, as it does

    Round 2, at 0 s
      0 of 4 vote to stop, and 3 are needed: the game goes on. Round 1 of the game: all propose a value.
      Alexis keeps 12, while no two agree
      Madison goes from 4 to 6, as others do (1 of 4)
      Timothy goes from 21 to 6, as others do (1 of 4)
      Liam goes from 6 to 21, as others do (1 of 4)

    Round 3, at 0 s
      Round 1 of the game, the vote. On the board: 6 by Madison and Timothy; 12 by Alexis; 21 by Liam.
      Alexis votes to continue: 1 of 4 propose 12, as it does
      Madison votes to continue: 2 of 4 propose 6, as it does
      Timothy votes to continue: 2 of 4 propose 6, as it does
      Liam votes to continue: 1 of 4 propose 21, as it does

    Round 4, at 0 s
      0 of 4 vote to stop, and 3 are needed: the game goes on. Round 2 of the game: all propose a value.
      Alexis goes from 12 to 6, copying the most (2 of 4)
      Madison keeps 6, as do the most (2 of 4)
      Timothy keeps 6, as do the most (2 of 4)
      Liam goes from 21 to 6, copying the most (2 of 4)

    Round 5, at 0 s
      Round 2 of the game, the vote. On the board: 6 by Alexis, Madison, Timothy and Liam.
      Alexis votes to stop: all 4 propose 6
      Madison votes to stop: all 4 propose 6
      Timothy votes to stop: all 4 propose 6
      Liam votes to stop: all 4 propose 6

    Round 6, at 0 s
      4 of 4 vote to stop, and 3 are needed: the game ends, and what each holds it decides.
      Alexis decides 6
      Madison decides 6
      Timothy decides 6
      Liam decides 6

    "
  `);
});

test('a Byzantine agent is marked, and what it tells apart is told', async () => {
  const text = await replayed(
    'byzantine-game',
    'faults=[{ kind: byzantine, agents: [2], strategy: behaviour, tactic: equivocating }]',
    '--round',
    '2..3',
  );
  expect(text).toMatchInlineSnapshot(`
    "
    4 agents: Alexis, Madison, Timothy, Liam
    Byzantine: Timothy* (equivocating)

    Round 2, at 0 s
      0 of 4 vote to stop, and 3 are needed: the game goes on. Round 1 of the game: all propose a value.
      Alexis keeps 12, while no two agree
      Madison goes from 4 to 6, as others do (1 of 4)
      Timothy* tells each another value: 6 to Alexis, 7 to Madison, 4 to Liam
      Liam goes from 6 to 48, as others do (1 of 4)

    Round 3, at 0 s
      Round 1 of the game, the vote. On the board: 6 by Madison; 12 by Alexis; 48 by Liam; something
          else to each by Timothy*.
      Alexis votes to continue: 1 of 4 propose 12, as it does
      Madison votes to continue: 1 of 4 propose 6, as it does
      Timothy* votes to continue
      Liam votes to continue: 1 of 4 propose 48, as it does

    "
  `);
});

test('lies told apart that come out the same are told as such', async () => {
  const of = (seed: number) =>
    replayed(
      'byzantine-game',
      'protocol.values=2',
      'task.values=2',
      'faults=[{ kind: byzantine, agents: [2], strategy: behaviour, tactic: equivocating }]',
      '--seed',
      String(seed),
    );
  const text = await of(1);
  expect(text).toContain('Timothy* tells all the same this time: ');
  expect(text).toContain('Timothy* does not tell all the same: ');
  expect(text).toMatch(/On the board: .*[01] by .*Timothy\*/);
  expect(text).toMatch(/not\s+the\s+same\s+to\s+all\s+by\s+Timothy\*/);
  expect(text).not.toContain('tells each another value');
  expect(text).not.toContain('something else to each');
  for (const [, first, second, third] of text.matchAll(
    /does not tell all the same: (\d) to.*, (\d) to.*, (\d) to/g,
  ))
    expect(new Set([first, second, third]).size).toBe(2);
});

test('a crash, a cut and its healing, in a flood', async () => {
  const file = written(`
topology: { kind: path, agents: 5 }
task: { kind: consensus, values: 10 }
protocol: { kind: flood-min }
network: { latency: 100ms }
faults: [{ kind: crash, agents: [4], at: 150ms }, { kind: partition, side: [0], from: 150ms, until: 250ms }]
horizon: 1s
`);
  expect(await replayed(file)).toMatchInlineSnapshot(`
    "
    5 agents: Alexis, Madison, Timothy, Liam, Joe

    At 0 s
      Alexis begins with 2
      Madison begins with 0
      Timothy, Joe begin with 4
      Liam begins with 1
      Alexis to Madison: 2
      Madison to Alexis, Timothy: 0
      Timothy to Madison, Liam: 4
      Liam to Timothy, Joe: 1
      Joe to Liam: 4

    At 100 ms
      Alexis to Madison: 0
      Alexis now holds 0
      Timothy to Madison, Liam: 0
      Timothy now holds 0
      Joe to Liam: 1
      Joe now holds 1

    At 150 ms
      Fault: partition of Alexis from all others.

    At 200 ms
      Joe is down
      Liam to Timothy, Joe: 0
      Liam now holds 0

    At 250 ms
      Over: partition.

    At 300 ms
      not delivered (receiver down), Liam to Joe: 0

    At 1 s
      Alexis's timeout is due
      Madison's timeout is due
      Timothy's timeout is due
      Liam's timeout is due

    "
  `);
});

test('opinions that are observed and never sent are seen to change', async () => {
  const file = written(`
topology: { kind: ring, agents: 6 }
task: { kind: unanimity, pattern: [0, 0, 1, 0, 1, 1] }
protocol: { kind: opinions, timing: synchronous }
behaviour: { kind: majority }
horizon: { rounds: 3 }
`);
  expect(await replayed(file)).toMatchInlineSnapshot(`
    "
    6 agents: Alexis, Madison, Timothy, Liam, Joe, Sean

    At 0 s
      Alexis, Madison, Liam begin with 0
      Timothy, Joe, Sean begin with 1

    Round 0, at 0 s
      Timothy now holds 0
      Liam now holds 1

    "
  `);
});

test('work is told turn by turn, with what is handed over and what of it is wrong', async () => {
  const text = await replayed('architectures', '--until', '0s');
  expect(text).toMatch(/^ {2}\w+ works: item 4, wrong$/m);
  expect(await replayed('structured-artifacts')).toMatch(
    / to .*: items 0 to 3, of which wrong: 0, in 210 tokens$/m,
  );
});

test('what a Byzantine agent sends and what arrives are told apart', async () => {
  expect(await replayed('pbft')).toMatch(/^ {2}\w+ hears from \w+\* \(forged\): proposes 1 in view 0$/m);
});

test('what an agent decided it holds: nothing that its protocol still keeps is told after it', async () => {
  const words = ['replay', 'agentsnet', 'task=coloring', 'topology.agents=16', '--seed', '4', '--json'];
  const { stdout } = await synodHere(words);
  const decided = new Set<number>();
  for (const line of stdout.trim().split('\n')) {
    const { kind, agent } = JSON.parse(line);
    if (kind === 'decide') decided.add(agent);
    else if (kind === 'hold') expect(decided).not.toContain(agent);
  }
  expect(decided.size).toBe(16);
});
