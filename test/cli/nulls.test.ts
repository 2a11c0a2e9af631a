import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, newFolder, synodHere } from './synod.ts';

const text = `
question: Do votes by chance meet?
horizon: { rounds: 21 }
topology: { kind: complete, agents: 4 }
task: { kind: consensus, values: 51 }
protocol: { kind: byzantine-game, medium: board }
behaviour: { kind: stop-voter, chance: 0.3 }
metrics: [game]
vary: { topology.agents: [4, 8] }
replications: 50
`;

test('a sweep shows what arithmetic alone would give, in words and as JSON', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'votes.yaml'), text);
  const sweep = ['sweep', 'votes.yaml', '--jobs', '1', '--out', 'rows'];
  const shown = await synodHere([...sweep, '--nulls'], { cwd: folder });
  expect(shown.stdout).toContain('vote-quorum');
  expect(shown.stdout).toContain('as the null');
  const without = await synodHere(sweep, { cwd: folder });
  expect(without.stdout).not.toContain('vote-quorum');
  const { stdout } = await synodHere([...sweep, '--nulls', '--json'], { cwd: folder });
  const points = jsonLines(stdout).filter(({ type }) => type === 'point');
  expect(points).toHaveLength(2);
  expect(points[0]!.nulls).toMatchObject([{ null: 'vote-quorum', measure: 'share not stopped in time' }]);
});

test('a sweep of a fitted mock says how well it was fitted', async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'mock.yaml'),
    text.replace('{ kind: stop-voter, chance: 0.3 }', '{ kind: game-mock, profile: qwen3-8b }'),
  );
  const { stdout } = await synodHere(['sweep', 'mock.yaml', '--jobs', '1', '--out', 'rows'], { cwd: folder });
  expect(stdout).toContain('qwen3-8b: fitted at N = 4 only; error of the fit ');
});
