// How long the consensus game takes: N = 4 to 128, as many runs a cell as asked for, in one thread. The aim is 1,000 runs a
// cell in under a minute on two cores. After `npm run build`: `node bench/game.js [--runs 1000]`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { execute } from '../dist/scenario/execute.js';
import { parseScenario, runsOf } from '../dist/scenario/scenario.js';
import { cpuSeconds } from './kernel/shared.js';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' } } });
const file = new URL('../scenarios/consensus/byzantine-game.yaml', import.meta.url);
const rows = [];
for (const profile of ['qwen3-14b', 'qwen3-8b']) {
  for (const agents of [4, 8, 16, 32, 64, 128]) {
    const scenario = parseScenario(readFileSync(file, 'utf8'), 'byzantine-game', {
      overrides: [
        `topology.agents=[${agents}]`,
        `behaviour.profile=[${profile}]`,
        'behaviour.prompt=[none-exist]',
        `replications=${values.runs}`,
      ],
    });
    const runs = runsOf(scenario);
    const start = cpuSeconds();
    let rounds = 0;
    let timeouts = 0;
    for (let i = 0; i < runs.count; i++) {
      const { metrics } = execute(runs.at(i));
      rounds += metrics.gameRounds;
      timeouts += metrics.publishedTimeout;
    }
    const seconds = cpuSeconds() - start;
    rows.push({
      profile,
      agents,
      'CPU s': Number(seconds.toFixed(2)),
      'us a question': Number(((1e6 * seconds) / (2 * rounds * agents)).toFixed(2)),
      rounds: Number((rounds / runs.count).toFixed(1)),
      timeouts: Number((timeouts / runs.count).toFixed(3)),
    });
  }
}
console.table(rows);
for (const profile of ['qwen3-14b', 'qwen3-8b']) {
  const sum = rows.filter((row) => row.profile === profile).reduce((all, row) => all + row['CPU s'], 0);
  console.log(`${profile}: ${sum.toFixed(1)} CPU seconds, ${(sum / 2).toFixed(1)} s on two cores`);
}
