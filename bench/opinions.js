// What opinions and cascades cost among a million agents: nanoseconds per update, and bytes per agent; each in a process of its
// own, since memory that others gave back would blur it. After `npm run build`: `node bench/opinions.js [agents]`.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compile } from '../dist/scenario/compile.js';
import { parseScenario, runOf } from '../dist/scenario/scenario.js';
import { simulate } from '../dist/world/simulate.js';

const shares = { kind: 'unanimity', shares: [0.5, 0.5] };
const seeds = { kind: 'unanimity', seeds: 10 };
const clocks = { kind: 'opinions', timing: 'asynchronous' };
const settles = { kind: 'opinions', stop: 'settled' };

const cases = {
  'voter, own clocks': { horizon: '5s', task: shares, protocol: clocks, behaviour: 'voter' },
  'voter, rounds': { horizon: { rounds: 6 }, task: shares, protocol: 'opinions', behaviour: 'voter' },
  'gossip averaging, pairs': {
    horizon: '5s',
    task: { kind: 'unanimity', uniform: [0, 1] },
    protocol: { ...clocks, contact: 'pairs' },
    behaviour: 'degroot',
  },
  'independent cascade': {
    task: seeds,
    protocol: settles,
    behaviour: { kind: 'independent-cascade', transmission: 0.3 },
  },
  SIR: { task: seeds, protocol: settles, behaviour: { kind: 'sir', infection: 0.2, recovery: 0.5 } },
  'threshold cascade': { task: seeds, protocol: settles, behaviour: { kind: 'threshold', count: 1 } },
};

function measure(name, agents) {
  const raw = {
    question: 'What does it cost?',
    topology: { kind: 'watts-strogatz', agents, k: 8 },
    ...cases[name],
  };
  const scenario = parseScenario(JSON.stringify(raw), name);
  const run = runOf(scenario, scenario.points[0], 0);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const { world } = compile(run.config, run.seed);
  const start = performance.now();
  const { ending } = simulate(world);
  const took = performance.now() - start;
  const { calls } = ending.counts;
  return {
    case: name,
    agents,
    updates: calls,
    seconds: Math.round(took / 100) / 10,
    'ns per update': Math.round((took * 1e6) / calls),
    'bytes per agent, graph and all': Math.round((process.memoryUsage().rss - before) / agents),
  };
}

const [first, second] = process.argv.slice(2);
if (second !== undefined) console.log(JSON.stringify(measure(second, Number(first))));
else {
  const script = fileURLToPath(import.meta.url);
  const sizes = first === undefined ? [100_000, 1_000_000] : [Number(first)];
  console.table(
    Object.keys(cases).flatMap((name) =>
      sizes.map((agents) =>
        JSON.parse(
          execFileSync(process.execPath, ['--expose-gc', script, `${agents}`, name], { encoding: 'utf8' }),
        ),
      ),
    ),
  );
}
