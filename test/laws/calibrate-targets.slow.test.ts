import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrateTargets } from '../../src/calibrate/calibrate-targets.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { agentsNetModels } from '../../src/profiles/agentsnet-models.ts';
import { execute } from '../../src/scenario/execute.ts';
import { parseScenario, runsOf } from '../../src/scenario/scenario.ts';
import { parseFree, parseTargets } from '../../src/scenario/targets.ts';

const { signal } = new AbortController();

const text = `
question: How does one chance show in what is solved?
seed: 21
replications: 60
topology: { kind: barabasi-albert, agents: 4, m: 2 }
task: coloring
protocol: { kind: agentsnet, mode: clean }
behaviour: { kind: bounded }
vary: { topology.agents: [4, 6] }
`;

/** What agents of a known drift come to, on seeds that no fit uses; with errors as they would be published, which go together. */
function published(drift: number, seed: number): object[] {
  const replications = 200;
  const overrides = [`seed=${seed}`, `replications=${replications}`, `behaviour.drift=${drift}`];
  const scenario = parseScenario(text, 'truth', { overrides });
  const runs = runsOf(scenario);
  const rows = Array.from({ length: runs.count }, (_, i) => execute(runs.at(i)));
  return scenario.points.flatMap(({ factors }, i) =>
    ['solved', 'soft'].map((metric) => {
      const numbers = rows.flatMap(({ point, metrics }) => (point === i ? [metrics[metric]!] : []));
      const value = numbers.reduce((sum, it) => sum + it, 0) / replications;
      const squares = numbers.reduce((sum, it) => sum + (it - value) ** 2, 0);
      const error = Math.sqrt(squares / (replications - 1) / replications);
      return { target: `${metric} of ${i}`, metric, at: factors, value, error };
    }),
  );
}

test('95 in 100 intervals of fits to simulated figures hold the truth', { timeout: 900_000 }, async () => {
  const random = new Stream(8, 'truths');
  const sets = 40;
  let held = 0;
  for (let i = 0; i < sets; i++) {
    const truth = 0.1 + 0.4 * random.unit();
    const targets = parseTargets(
      JSON.stringify({
        name: 'found',
        summary: 'A mock of a mock.',
        behaviour: 'bounded',
        base: 'gpt-4o-mini',
        data: 'simulated',
        floor: 0,
        targets: published(truth, 1000 + i),
      }),
      'targets.json',
    );
    const source = { name: 'one-chance', text, overrides: [`seed=${5000 + i}`], folder: '.' };
    const { fit } = await calibrateTargets({
      source,
      targets,
      free: parseFree('drift'),
      holdOut: [],
      maxRuns: 1_000_000,
      signal,
    });
    const [{ low95, high95 } = { low95: 0, high95: 0 }] = fit.chosen;
    if (truth >= low95 && truth <= high95) held++;
  }
  const z = (held - 0.95 * sets) / Math.sqrt(sets * 0.95 * 0.05);
  expect(Math.abs(z), `${held} of ${sets}`).toBeLessThan(4);
  console.info(`${held} of ${sets} intervals hold the truth`);
});

test('the profiles that ship come out again', { timeout: 900_000 }, async () => {
  const root = join(import.meta.dirname, '../..');
  const name = 'gemini-2.0-flash';
  const file = `scenarios/targets/${name}.json`;
  const targets = parseTargets(readFileSync(join(root, file), 'utf8'), file);
  const source = {
    name: 'agentsnet',
    text: readFileSync(join(root, 'scenarios/agentsnet.yaml'), 'utf8'),
    overrides: ['topology.agents=[4, 8, 16]', 'protocol.mode=upstream', 'replications=60'],
    folder: join(root, 'scenarios'),
  };
  const { profile } = await calibrateTargets({
    source,
    targets,
    free: targets.free,
    holdOut: [],
    maxRuns: 1_000_000,
    signal,
  });
  const shipped = agentsNetModels.find((it) => it.name === name)!;
  expect(profile.parameters).toEqual(shipped.parameters);
  expect(profile.fit).toEqual(shipped.fit);
});
