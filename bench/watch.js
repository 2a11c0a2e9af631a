// What classification costs: runs watched as they always are, against the same runs with the watch put out of action.
// npm run build && node bench/watch.js [--rounds 5]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const agents = 100_000;
const sparse = { kind: 'barabasi-albert', agents, m: 4 };
const opinions = {
  topology: { kind: 'watts-strogatz', agents, k: 8 },
  task: { kind: 'unanimity', shares: [0.5, 0.5] },
  horizon: '20s',
};
const cases = {
  flood: {
    topology: sparse,
    task: 'broadcast',
    protocol: 'flood',
    network: { latency: { kind: 'exponential', mean: '1s' } },
    horizon: '1h',
  },
  gossip: {
    topology: sparse,
    task: 'broadcast',
    protocol: { kind: 'gossip', mode: 'push', period: '1s', calls: 20, patience: '1h' },
    network: { latency: { kind: 'exponential', mean: '1s' } },
    stop: 'quiescent',
    horizon: '1h',
  },
  'voter, own clocks': {
    ...opinions,
    protocol: { kind: 'opinions', timing: 'asynchronous' },
    behaviour: 'voter',
  },
  'majority, rounds': { ...opinions, horizon: { rounds: 30 }, protocol: 'opinions', behaviour: 'majority' },
  'averaging, rounds': {
    ...opinions,
    horizon: { rounds: 30 },
    task: { kind: 'unanimity', uniform: [0, 1] },
    protocol: 'opinions',
    behaviour: 'degroot',
  },
};

const [, , mode, name, watching] = process.argv;
if (mode === 'case') await runCase(name, watching);
else compare();

async function runCase(kind, how) {
  const { parseScenario, runsOf, compile, World } = await import('../dist/index.js');
  const { Watch } = await import('../dist/world/watch.js');
  if (how === 'unwatched') {
    Watch.prototype.sample = () => {};
    Watch.prototype.touch = () => {};
  }
  // Time inside the samples is told apart from the noise of the rest; what touches cost is not in it.
  let inside = 0;
  if (how === 'timed') {
    const { sample } = Watch.prototype;
    Watch.prototype.sample = function timed() {
      const begun = process.hrtime.bigint();
      sample.call(this);
      inside += Number(process.hrtime.bigint() - begun) / 1e9;
    };
  }
  const scenario = parseScenario(
    JSON.stringify({ question: 'What does watching cost?', ...cases[kind] }),
    'bench',
  );
  const { config, seed } = runsOf(scenario).at(0);
  const { world } = compile(config, seed);
  const begun = process.cpuUsage();
  const run = new World(world);
  const step = run.advance();
  const { user, system } = process.cpuUsage(begun);
  const { counts, history, rounds } = step.result.ending;
  console.log(
    JSON.stringify({
      seconds: (user + system) / 1e6,
      share: inside / ((user + system) / 1e6 - inside),
      events: counts.events,
      rounds,
      samples: history.samples,
    }),
  );
}

function compare() {
  const at = process.argv.indexOf('--rounds');
  const rounds = at > 0 ? Number(process.argv[at + 1]) : 5;
  const self = fileURLToPath(import.meta.url);
  const json = (...words) =>
    JSON.parse(execFileSync(process.execPath, [self, 'case', ...words], { encoding: 'utf8' }));
  for (const kind of Object.keys(cases)) {
    const ratios = [];
    const least = { watched: Number.POSITIVE_INFINITY, unwatched: Number.POSITIVE_INFINITY };
    let last;
    for (let round = 0; round < rounds; round++) {
      last = json(kind, 'watched');
      const { seconds } = json(kind, 'unwatched');
      ratios.push(last.seconds / seconds);
      least.watched = Math.min(least.watched, last.seconds);
      least.unwatched = Math.min(least.unwatched, seconds);
    }
    const shares = Array.from({ length: rounds }, () => json(kind, 'timed').share).sort((a, b) => a - b);
    ratios.sort((a, b) => a - b);
    console.log(
      `${kind.padEnd(22)} ${last.samples} samples of ${agents} agents, ${last.events} events, ${last.rounds} rounds: ` +
        `samples alone ${(shares[rounds >> 1] * 100).toFixed(1)} % of the rest, ` +
        `least against least ${((least.watched / least.unwatched - 1) * 100).toFixed(0)} %, ` +
        `median ${((ratios[rounds >> 1] - 1) * 100).toFixed(0)} % (${ratios.map((ratio) => ((ratio - 1) * 100).toFixed(0)).join(', ')})`,
    );
  }
}
