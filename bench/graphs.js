// What a million agents cost: drawing four million edges and compiling them, and the memory that stays; each
// in a process of its own, since memory that others gave back would blur it. Also what a run of a hundred
// agents pays for its graph. After `npm run build`: `node bench/graphs.js`.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Stream } from '../dist/kernel/stream.js';
import { barabasiAlbert } from '../dist/topologies/barabasi-albert.js';
import { delaunay } from '../dist/topologies/delaunay.js';
import { wattsStrogatz } from '../dist/topologies/watts-strogatz.js';
import { diameter } from '../dist/world/diameter.js';
import { compileGraph } from '../dist/world/graph.js';

const collect = async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, arrayBuffers } = process.memoryUsage();
  return { rss: rss / 1e6, arrays: arrayBuffers / 1e6 };
};

async function large(part, params) {
  const topology = part.create(part.params.parse(params));
  const before = await collect();
  const start = performance.now();
  let edges = topology.edges(new Stream(1, 'topology'));
  const drawn = performance.now();
  const graph = compileGraph(topology.agents, edges);
  const compiled = performance.now();
  edges = undefined;
  const after = await collect();
  const times = {
    draw: seconds(drawn - start),
    compile: seconds(compiled - drawn),
    all: seconds(compiled - start),
  };
  return {
    graph: part.name,
    edges: graph.targets.length / 2,
    ...times,
    'MB kept': Math.round(after.rss - before.rss),
    'MB of arrays': Math.round(after.arrays - before.arrays),
  };
}

function small(part, agents) {
  const topology = part.create(part.params.parse({ agents }));
  const graphs = 2000;
  const start = performance.now();
  let widest = 0;
  for (let seed = 0; seed < graphs; seed++) {
    const graph = compileGraph(agents, topology.edges(new Stream(seed, 'topology')));
    widest = Math.max(widest, diameter(graph));
  }
  const each = (1000 * (performance.now() - start)) / graphs;
  return { graph: part.name, agents, 'us each, with its diameter': Math.round(each), widest };
}

const seconds = (milliseconds) => Math.round(milliseconds) / 1000;

const cases = [
  [wattsStrogatz, { agents: 1_000_000, k: 8 }],
  [barabasiAlbert, { agents: 1_000_000, m: 4 }],
];

if (process.argv[2] !== undefined) {
  console.log(JSON.stringify(await large(...cases[Number(process.argv[2])])));
} else {
  const script = fileURLToPath(import.meta.url);
  const alone = (index) =>
    JSON.parse(execFileSync(process.execPath, ['--expose-gc', script, `${index}`], { encoding: 'utf8' }));
  console.table([0, 1, 0, 1].map(alone));
  console.table(
    [wattsStrogatz, barabasiAlbert, delaunay].flatMap((part) => [small(part, 16), small(part, 100)]),
  );
}
