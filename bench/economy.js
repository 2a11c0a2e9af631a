// npm run build && node bench/economy.js [--rounds 7] [--agents 64]
// What it costs to keep account: AgentsNet runs with a prefix cache, and with prices and meters too, over the same runs
// without. CPU time, the compiler and collector threads of Node included; every reading in a process of its own,
// interleaved; the best of the rounds. Exits with 1 where context and cache cost 20 % of a run or more, or where the
// account changed a run.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compile, parseScenario, runOf, simulate } from '../dist/index.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    agents: { type: 'string', default: '64' },
    // What a child process measures.
    shape: { type: 'string' },
  },
});
const agents = Number(values.agents);
const warmUp = 150;
const measured = 400;

const serving = { firstToken: { kind: 'lognormal', median: '600ms', sigma: 0.4 }, decode: 80 };
const cached = { ...serving, cache: { ttl: '300s', minimum: 0 } };
const prices = { model: 'gpt-4o-mini', date: '2026-06-01' };
const shapes = {
  plain: { serving },
  'context and cache': { serving: cached },
  'meters and prices': { serving, prices, metrics: ['meters'] },
  'all of it': { serving: cached, prices, metrics: ['meters'] },
};

function measure(shape) {
  const scenario = parseScenario(
    JSON.stringify({
      question: 'What does it cost to keep account?',
      seed: 1,
      topology: { kind: 'watts-strogatz', agents, k: 4, p: 0.4 },
      task: { kind: 'consensus', inputs: 'none' },
      protocol: { kind: 'agentsnet', mode: 'clean' },
      behaviour: { kind: 'bounded' },
      network: { latency: '50ms' },
      ...shapes[shape],
    }),
    'bench',
  );
  const once = (replication) => {
    const run = runOf(scenario, scenario.points[0], replication);
    const { world, measure: finish } = compile(run.config, run.seed);
    const { ending, fingerprint } = simulate(world);
    return { fingerprint, metrics: finish(ending) };
  };
  for (let replication = 0; replication < warmUp; replication++) once(replication);
  const before = process.cpuUsage();
  let last;
  for (let replication = 0; replication < measured; replication++) last = once(replication);
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: (user + system) / 1000 / measured, ...last };
}

if (values.shape !== undefined) {
  console.log(JSON.stringify(measure(values.shape)));
} else {
  const best = {};
  const script = fileURLToPath(import.meta.url);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const shape of Object.keys(shapes)) {
      const output = execFileSync(process.execPath, [script, '--agents', values.agents, '--shape', shape]);
      const reading = JSON.parse(output);
      if (!(reading.milliseconds >= best[shape]?.milliseconds)) best[shape] = reading;
    }
  }
  const { milliseconds, fingerprint } = best.plain;
  const onTop = (shape) => best[shape].milliseconds / milliseconds - 1;
  const isSame = Object.values(best).every((reading) => reading.fingerprint === fingerprint);
  console.log(`AgentsNet, ${agents} agents: ${milliseconds.toFixed(2)} ms of CPU a run`);
  for (const shape of Object.keys(shapes).slice(1)) {
    console.log(`${shape}: ${(100 * onTop(shape)).toFixed(1)} % on top`);
  }
  const { cachedShare, dollars } = best['all of it'].metrics;
  console.log(`cached reads ${(100 * cachedShare).toFixed(1)} %, ${dollars.toFixed(4)} dollars`);
  console.log(isSame ? 'runs unchanged' : 'RUNS CHANGED');
  process.exitCode = onTop('context and cache') < 0.2 && isSame ? 0 : 1;
}
