// Runs the kernel's cases beside their C++ references, each case in a process of its own, and returns a row per case.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** What must hold: the ratio to the C++ ladder, and for some cases bytes per pending event, CPU seconds, memory. */
const CASES = [
  { workload: 'phold', arguments: [1_000, 20_000_000], floor: 0.25, aim: 0.4 },
  { workload: 'phold', arguments: [100_000, 20_000_000], floor: 0.25, aim: 0.4, aheadOfStandard: true },
  {
    workload: 'phold',
    arguments: [1_000_000, 10_000_000],
    floor: 0.45,
    aim: 0.6,
    aheadOfStandard: true,
    bytesPerEvent: 60,
  },
  { workload: 'gossip', arguments: ['ba', 10_000] },
  { workload: 'gossip', arguments: ['ba', 100_000] },
  { workload: 'gossip', arguments: ['ba', 1_000_000], seconds: 4, megabytes: 200 },
  { workload: 'gossip', arguments: ['ws', 10_000] },
  { workload: 'gossip', arguments: ['ws', 100_000] },
  { workload: 'gossip', arguments: ['ws', 1_000_000] },
];

/** `quick` leaves out the cases of a million. Rounds are interleaved: each round runs every implementation once. */
export function compareKernel({ rounds, quick }) {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-bench-'));
  try {
    const native = compile(folder);
    const python = simpyVersion();
    if (python === undefined)
      console.log('SimPy: not available (python3 with the package simpy); its column stays empty.');
    const hasSimjs = spawnSync(process.execPath, [join(HERE, 'simjs_phold.js')]).status === 0;
    if (!hasSimjs) console.log('simjs: not available (npm install --no-save simjs); its column stays empty.');
    const cases = CASES.filter((one) => !quick || !one.arguments.includes(1_000_000));
    return cases.map((one) => compare(one, { rounds, native, python, hasSimjs }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(folder) {
  const compiler = process.env.CXX ?? 'g++';
  if (spawnSync(compiler, ['--version']).status !== 0) {
    console.log(
      `${compiler}: not available; the ratios to C++ are left out. Install a C++17 compiler, or name one in CXX.`,
    );
    return undefined;
  }
  const programs = {};
  for (const workload of ['phold', 'gossip']) {
    programs[workload] = join(folder, workload);
    const source = join(HERE, `${workload}.cpp`);
    execFileSync(compiler, ['-O3', '-march=native', '-std=c++17', '-o', programs[workload], source], {
      stdio: 'inherit',
    });
  }
  return programs;
}

function simpyVersion() {
  const answer = spawnSync('python3', ['-c', 'import simpy; print(simpy.__version__)'], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

function compare(one, { rounds, native, python, hasSimjs }) {
  const results = [];
  for (let round = 0; round < rounds; round++) {
    results.push({
      ladder: native && run(native[one.workload], ['ladder', ...one.arguments]),
      kernel: run(process.execPath, [join(HERE, `${one.workload}.js`), ...one.arguments]),
      standard: native && run(native[one.workload], ['standard', ...one.arguments]),
    });
  }
  const row = {
    case: `${one.workload} ${one.arguments
      .map(short)
      .slice(0, one.workload === 'phold' ? 1 : 2)
      .join(' ')}`,
    rate: median(results.map((round) => round.kernel.rate)),
    seconds: median(results.map((round) => round.kernel.seconds)),
    megabytes: median(results.map((round) => round.kernel.bytes)) / 1e6,
  };
  if (native) {
    row.ladderRate = median(results.map((round) => round.ladder.rate));
    row.ratio = median(results.map((round) => round.kernel.rate / round.ladder.rate));
    row.ratioToStandard = median(results.map((round) => round.kernel.rate / round.standard.rate));
    row.sameOrder = results.every(
      (round) => round.kernel.hash === round.ladder.hash && round.kernel.hash === round.standard.hash,
    );
  }
  if (one.workload === 'phold') {
    row.bytesPerEvent = (1e6 * row.megabytes) / one.arguments[0];
    // One run each, of fewer events: they are ten to a hundred times slower.
    const processes = one.arguments[0];
    if (python !== undefined && processes <= 100_000) {
      const simpy = run('python3', [join(HERE, 'simpy_phold.py'), processes, 300_000]);
      row.ratioToSimpy = row.rate / simpy.rate;
    }
    if (hasSimjs && processes <= 100_000) {
      const simjs = run(process.execPath, [join(HERE, 'simjs_phold.js'), processes, 1_000_000]);
      row.ratioToSimjs = row.rate / simjs.rate;
    }
  }
  row.verdict = judge(one, row);
  return row;
}

function judge(one, row) {
  const failures = [];
  if (row.sameOrder === false) failures.push('ORDER DIFFERS');
  if (row.ratio < one.floor) failures.push(`below floor ${one.floor}`);
  if (one.aheadOfStandard && row.ratioToStandard <= 1) failures.push('behind std::priority_queue');
  if (row.bytesPerEvent > one.bytesPerEvent) failures.push(`over ${one.bytesPerEvent} B an event`);
  if (row.seconds > one.seconds) failures.push(`over ${one.seconds} s`);
  if (row.megabytes > one.megabytes) failures.push(`over ${one.megabytes} MB`);
  if (failures.length > 0) return failures.join(', ');
  if (row.ratio !== undefined && one.aim !== undefined) return row.ratio >= one.aim ? 'aim' : 'floor';
  return 'ok';
}

function run(program, words) {
  return JSON.parse(execFileSync(program, words.map(String), { encoding: 'utf8' }));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function short(value) {
  return typeof value !== 'number' ? value : value >= 1e6 ? `${value / 1e6}M` : `${value / 1e3}k`;
}
