// What the world costs over the bare kernel: a flood, and gossip with a timer per agent, over Barabasi-Albert graphs.
// npm run build && node bench/world.js [--rounds 3]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [, , mode, protocol, size] = process.argv;
if (mode === 'case') runCase(protocol, Number(size));
else if (mode === 'bare') runBare(protocol, Number(size));
else compare();

/** The same events on the bare kernel: as much model as there must be for them to happen, and nothing else. */
async function runBare(kind, agents) {
  const { Kernel, Stream, catalog, compileGraph } = await import('../dist/index.js');
  const topology = catalog.topologies.get('barabasi-albert').create({ agents, m: 4 });
  const { offsets, targets } = compileGraph(agents, topology.edges(new Stream(1, 'topology')));
  const kernel = new Kernel();
  const random = new Stream(1, 'model');
  const informed = new Uint8Array(agents);
  const left = new Int32Array(agents);
  const handle = new Float64Array(agents);
  const second = 1e6;
  const latency = () => Math.round(random.exponential() * second);
  const deliver = kernel.on((agent) => {
    if (informed[agent] === 1) return;
    informed[agent] = 1;
    if (kind === 'flood') {
      for (let arc = offsets[agent]; arc < offsets[agent + 1]; arc++)
        kernel.schedule(latency(), deliver, targets[arc]);
      return;
    }
    kernel.cancel(handle[agent]);
    left[agent] = 20;
    kernel.arm(0, call, agent);
  });
  const call = kernel.on((agent) => {
    const degree = offsets[agent + 1] - offsets[agent];
    kernel.schedule(latency(), deliver, targets[offsets[agent] + random.below(degree)]);
    if (--left[agent] > 0) kernel.arm(second, call, agent);
  });
  const giveUp = kernel.on(() => {});
  if (kind === 'gossip') for (let v = 0; v < agents; v++) handle[v] = kernel.arm(3600 * second, giveUp, v);
  kernel.schedule(0, deliver, 0);
  const begun = process.cpuUsage();
  kernel.run();
  const { user, system } = process.cpuUsage(begun);
  console.log(
    JSON.stringify({ nanoseconds: ((user + system) * 1000) / kernel.executed, events: kernel.executed }),
  );
}

/** One case, in a process of its own: cost per event of a whole run, warm-up included, and memory over the graph. */
async function runCase(kind, agents) {
  const { parseScenario, runsOf, compile, World } = await import('../dist/index.js');
  const scenario = parseScenario(
    JSON.stringify({
      question: 'What does it cost?',
      topology: { kind: 'barabasi-albert', agents, m: 4 },
      task: 'broadcast',
      protocol:
        kind === 'flood'
          ? 'flood'
          : { kind: 'gossip', mode: 'push', period: '1s', calls: 20, patience: '1h' },
      network: { latency: { kind: 'exponential', mean: '1s' } },
      stop: 'quiescent',
    }),
    'bench',
  );
  const run = runsOf(scenario).at(0);
  const { world } = compile(run.config, run.seed);
  globalThis.gc?.();
  const before = resident();
  const begun = process.cpuUsage();
  const step = new World(world).advance();
  const { user, system } = process.cpuUsage(begun);
  const { events } = step.result.ending.counts;
  console.log(
    JSON.stringify({
      nanoseconds: ((user + system) * 1000) / events,
      events,
      seconds: (user + system) / 1e6,
      bytesPerAgent: ((peak() - before) * 1024) / agents,
      peakMB: peak() / 1024,
    }),
  );
}

function compare() {
  const at = process.argv.indexOf('--rounds');
  const rounds = at > 0 ? Number(process.argv[at + 1]) : 3;
  const self = fileURLToPath(import.meta.url);
  const json = (...words) => JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
  for (const agents of [100_000, 1_000_000]) {
    for (const kind of ['flood', 'gossip']) {
      const ratios = [];
      let last;
      for (let round = 0; round < rounds; round++) {
        last = json('--expose-gc', self, 'case', kind, String(agents));
        const bare = json(self, 'bare', kind, String(agents));
        ratios.push(last.nanoseconds / bare.nanoseconds);
      }
      ratios.sort((a, b) => a - b);
      const ratio = ratios[Math.floor(rounds / 2)];
      console.log(
        `${kind.padEnd(7)} ${String(agents).padStart(9)} agents  ${last.nanoseconds.toFixed(0).padStart(5)} ns an event, ` +
          `${ratio.toFixed(2)} times the same events on the bare kernel, ${last.bytesPerAgent.toFixed(0)} B an agent over the graph, ${last.peakMB.toFixed(0)} MB in all`,
      );
    }
  }
}

function status(key) {
  return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
}

function resident() {
  return status('VmRSS');
}

function peak() {
  return status('VmHWM');
}
