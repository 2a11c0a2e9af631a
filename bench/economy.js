// npm run build && node bench/economy.js [--rounds 9] [--agents 64]
// What it costs to keep account: AgentsNet runs with a prefix cache, prices and meters, over the same runs without. CPU
// time, interleaved, median of the rounds. Exits with 1 at 20 % of a run or more, or where the account changed a run.
import { parseArgs } from 'node:util';
import { compile, parseScenario, runOf, simulate } from '../dist/index.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, agents: { type: 'string', default: '64' } },
});
const rounds = Number(values.rounds);
const agents = Number(values.agents);

const shape = {
  question: 'What does it cost to keep account?',
  seed: 1,
  topology: { kind: 'watts-strogatz', agents, k: 4, p: 0.4 },
  task: { kind: 'consensus', inputs: 'none' },
  protocol: { kind: 'agentsnet', mode: 'clean' },
  behaviour: { kind: 'bounded' },
  network: { latency: '50ms' },
};
const serving = { firstToken: { kind: 'lognormal', median: '600ms', sigma: 0.4 }, decode: 80 };
const plain = { ...shape, serving };
const kept = {
  ...shape,
  serving: { ...serving, cache: { ttl: '300s', minimum: 0 } },
  prices: { model: 'gpt-4o-mini', date: '2026-06-01' },
  metrics: ['meters'],
};

const runsOf = (raw) => {
  const scenario = parseScenario(JSON.stringify(raw), 'bench');
  return (replication) => {
    const run = runOf(scenario, scenario.points[0], replication);
    const { world, measure } = compile(run.config, run.seed);
    const { ending, fingerprint } = simulate(world);
    return { fingerprint, metrics: measure(ending), tokens: ending.counts.promptTokens };
  };
};

const perRound = 60;
const timed = (run) => {
  const before = process.cpuUsage();
  let last;
  for (let replication = 0; replication < perRound; replication++) last = run(replication);
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: (user + system) / 1000 / perRound, last };
};

const [without, withAccount] = [runsOf(plain), runsOf(kept)];
timed(without);
timed(withAccount);
const ratios = [];
let milliseconds = 0;
let isSame = true;
for (let round = 0; round < rounds; round++) {
  const one = timed(without);
  const other = timed(withAccount);
  isSame &&= one.last.fingerprint === other.last.fingerprint;
  ratios.push(other.milliseconds / one.milliseconds - 1);
  milliseconds += one.milliseconds / rounds;
}
const median = ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)];
const { metrics } = withAccount(0);
console.log(`AgentsNet, ${agents} agents: ${milliseconds.toFixed(2)} ms of CPU a run`);
console.log(`account of context, cache, prices and meters: ${(100 * median).toFixed(1)} % on top`);
console.log(
  `cached reads ${(100 * metrics.cachedShare).toFixed(1)} %, ${metrics.dollars.toFixed(4)} dollars, runs ${isSame ? 'unchanged' : 'CHANGED'}`,
);
process.exitCode = median < 0.2 && isSame ? 0 : 1;
