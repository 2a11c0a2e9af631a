// What a million agents cost: drawing four million edges and compiling them, and the memory that stays. Run `npm run
// build` first; `node --expose-gc bench/graphs.js`. Also what a run of a hundred agents pays for its graph.
import { Stream } from '../dist/kernel/stream.js';
import { barabasiAlbert } from '../dist/topologies/barabasi-albert.js';
import { delaunay } from '../dist/topologies/delaunay.js';
import { wattsStrogatz } from '../dist/topologies/watts-strogatz.js';
import { compileGraph, diameter } from '../dist/world/graph.js';

const collect = async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().rss / 1e6;
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
  const kept = (await collect()) - before;
  const times = {
    draw: seconds(drawn - start),
    compile: seconds(compiled - drawn),
    all: seconds(compiled - start),
  };
  return { graph: part.name, edges: graph.targets.length / 2, ...times, 'MB kept': Math.round(kept) };
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

const rows = [];
for (let repeat = 0; repeat < 2; repeat++) {
  rows.push(await large(wattsStrogatz, { agents: 1_000_000, k: 8 }));
  rows.push(await large(barabasiAlbert, { agents: 1_000_000, m: 4 }));
}
console.table(rows);
console.table(
  [wattsStrogatz, barabasiAlbert, delaunay].flatMap((part) => [small(part, 16), small(part, 100)]),
);
