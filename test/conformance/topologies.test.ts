import fc from 'fast-check';
import { UndirectedGraph } from 'graphology';
import completeOracle from 'graphology-generators/classic/complete.js';
import pathOracle from 'graphology-generators/classic/path.js';
import cavemanOracle from 'graphology-generators/community/connected-caveman.js';
import { describe, expect, test } from 'vitest';
import type { ZodType } from 'zod';
import { catalog } from '../../src/catalog.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { toGraphology } from '../../src/topologies/exchange.ts';
import { diameter } from '../../src/world/diameter.ts';
import {
  compileGraph,
  degree,
  type EdgeList,
  edgeCount,
  edgesOf,
  type Graph,
  hasEdge,
  isConnected,
  joinsAll,
  maxDegree,
} from '../../src/world/graph.ts';
import type { Topology } from '../../src/world/topology.ts';

const topologies = catalog.topologies;

const between = (min: number, max: number) => fc.integer({ min, max });
const karate = {
  nodes: ['Ann', 'Bob', 'Cleo', 'Dan'],
  links: [
    ['Ann', 'Bob'],
    ['Bob', 'Cleo'],
    ['Cleo', 'Dan'],
  ],
};

/** Parameters that each topology must accept. A topology that is missing here fails the test below. */
const accepted: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>> = {
  'barabasi-albert': between(2, 60).chain((agents) =>
    fc.record({ agents: fc.constant(agents), m: between(1, agents - 1) }),
  ),
  caveman: between(6, 60).chain((agents) =>
    fc.record({
      agents: fc.constant(agents),
      cliques: fc.option(between(2, Math.floor(agents / 3)), { nil: undefined }),
    }),
  ),
  complete: fc.record({ agents: between(2, 40) }),
  delaunay: fc.record({ agents: between(2, 80) }),
  'erdos-renyi': fc.oneof(
    fc.record({ agents: between(2, 60), p: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ agents: between(8, 60), degree: between(0, 7) }),
    fc.record({ agents: between(8, 30), degree: fc.constant(5), connected: fc.constant(true) }),
  ),
  graph: fc.constant(karate),
  grid: fc.record({ width: between(2, 9), height: between(1, 9) }),
  hypercube: fc.record({ agents: fc.constantFrom(2, 4, 8, 16, 32, 64) }),
  path: fc.record({ agents: between(2, 60) }),
  'random-regular': between(4, 40).chain((agents) =>
    between(3, agents - 1).map((degree) => ({
      agents,
      degree: (agents * degree) % 2 === 1 ? degree - 1 || 2 : degree,
    })),
  ),
  ring: fc.record({ agents: between(3, 60) }),
  star: fc.record({ agents: between(2, 60) }),
  'stochastic-block': fc.record({ agents: between(6, 60), blocks: between(1, 6) }),
  torus: fc.record({ width: between(2, 9), height: between(1, 9) }),
  tree: fc.record({ agents: between(2, 60), branching: between(1, 9) }),
  'watts-strogatz': fc.record({
    agents: between(8, 60),
    k: fc.constantFrom(4, 6, 8),
    p: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
};

const drawn = new Set([
  'barabasi-albert',
  'delaunay',
  'erdos-renyi',
  'random-regular',
  'stochastic-block',
  'watts-strogatz',
]);

function make(name: string, params: unknown): Topology {
  const part = topologies.get(name)!;
  return part.create(part.params.parse(params));
}

const compile = (it: Topology, seed = 1): Graph =>
  compileGraph(it.agents, it.edges(new Stream(seed, 'topology')));

function pairs({ ends, size }: EdgeList): string[] {
  return Array.from({ length: size }, (_, e) => {
    const [a, b] = [ends[2 * e]!, ends[2 * e + 1]!];
    return a < b ? `${a}-${b}` : `${b}-${a}`;
  });
}

test('every topology of the catalog is tried here', () => {
  expect(Object.keys(accepted).sort()).toEqual([...topologies.keys()].sort());
});

describe.each([...topologies.keys()])('%s', (name) => {
  const anyCase = fc.record({ params: accepted[name] ?? fc.constant({}), seed: fc.integer() });
  const runs = { numRuns: 40 };

  test('draws each edge once, without loops, between agents that are there', () =>
    fc.assert(
      fc.property(anyCase, ({ params, seed }) => {
        const it = make(name, params);
        const edges = it.edges(new Stream(seed, 'topology'));
        const found = pairs(edges);
        expect(new Set(found).size).toBe(found.length);
        const used = edges.ends.subarray(0, 2 * edges.size);
        expect(used.every((v) => v >= 0 && v < it.agents)).toBe(true);
        expect(used.some((v, i) => i % 2 === 0 && v === used[i + 1])).toBe(false);
      }),
      runs,
    ));

  test('is connected where it promises to be', () =>
    fc.assert(
      fc.property(anyCase, ({ params, seed }) => {
        const it = make(name, params);
        if (it.connected) expect(isConnected(compile(it, seed))).toBe(true);
      }),
      runs,
    ));

  test('a seed fixes the edges, in their order', () =>
    fc.assert(
      fc.property(anyCase, ({ params, seed }) => {
        const [one, other] = [make(name, params), make(name, params)];
        const again = pairs(other.edges(new Stream(seed, 'topology')));
        expect(pairs(one.edges(new Stream(seed, 'topology')))).toEqual(again);
      }),
      runs,
    ));

  test('another seed draws another graph where graphs are drawn, and only there', () => {
    const params = name === 'graph' ? karate : { agents: 64 };
    const it = make(name, params);
    const graphs = [1, 2, 3].map((seed) =>
      pairs(it.edges(new Stream(seed, 'topology')))
        .sort()
        .join(),
    );
    expect(new Set(graphs).size).toBe(drawn.has(name) ? 3 : 1);
  });

  test('compiled rows equal the graphology graph of the same edges, and degrees sum to twice the edges', () =>
    fc.assert(
      fc.property(anyCase, ({ params, seed }) => {
        const it = make(name, params);
        const edges = it.edges(new Stream(seed, 'topology'));
        const graph = compileGraph(it.agents, edges);
        const oracle = new UndirectedGraph();
        for (let v = 0; v < it.agents; v++) oracle.addNode(v);
        pairs(edges).forEach((pair) => {
          oracle.addEdgeWithKey(pair, ...(pair.split('-') as [string, string]));
        });
        expect(edgeCount(graph)).toBe(oracle.size);
        const rows = Array.from({ length: it.agents }, (_, v) =>
          Array.from(graph.targets.subarray(graph.offsets[v], graph.offsets[v + 1])),
        );
        expect(rows).toEqual(
          rows.map((_, v) =>
            oracle
              .neighbors(v)
              .map(Number)
              .sort((a, b) => a - b),
          ),
        );
        expect(rows.reduce((sum, _, v) => sum + degree(graph, v), 0)).toBe(2 * edges.size);
        expect(joinsAll(it.agents, edges)).toBe(isConnected(graph));
      }),
      runs,
    ));

  test('refuses no agents, one agent, half an agent and an unknown parameter, each by its path', () => {
    const { params } = topologies.get(name)!;
    for (const agents of [0, 1, 2.5, -3, 1e9]) {
      expect(issues(params, name === 'graph' ? { ...karate, agents } : { agents })).toContain('agents');
    }
    const good = name === 'graph' ? karate : { agents: 64 };
    expect(params.safeParse(good).success).toBe(true);
    expect(params.safeParse({ ...good, nonsense: 1 }).success).toBe(false);
  });
});

function issues(params: ZodType, value: unknown): string[] {
  const result = params.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
}

test.each<[string, Record<string, unknown>, string, string]>([
  [
    'watts-strogatz',
    { agents: 8, k: 10 },
    'k',
    'must be even and less than agents (8), or equal to it for the complete graph, but is 10; lower k or raise agents',
  ],
  [
    'watts-strogatz',
    { agents: 8, k: 3 },
    'k',
    'must be even, half of it to each side of the ring, but is 3; choose 2',
  ],
  [
    'barabasi-albert',
    { agents: 4, m: 4 },
    'm',
    'must be less than agents (4), but is 4; lower m or raise agents',
  ],
  [
    'random-regular',
    { agents: 6, degree: 6 },
    'degree',
    'must be less than agents (6), but is 6; lower degree or raise agents',
  ],
  [
    'random-regular',
    { agents: 7, degree: 3 },
    'degree',
    'must be even when agents is odd (7), but is 3; choose 2 or 4',
  ],
  [
    'random-regular',
    { agents: 6, degree: 1 },
    'degree',
    'must be 2 or more for a connected graph, but is 1, which makes pairs; raise degree or set connected: false',
  ],
  ['hypercube', { agents: 12 }, 'agents', 'must be a power of two, but is 12; choose 8 or 16'],
  ['ring', { agents: 2 }, 'agents', 'must be at least 3, but is 2; two agents form a path'],
  [
    'grid',
    { agents: 7 },
    'agents',
    'must be a product of two sides of 2 or more, but is 7; choose a number with factors, the kind path, or both width and height',
  ],
  [
    'grid',
    { agents: 12, width: 5 },
    'agents',
    'must be a multiple of 5, but is 12; change it, or leave out agents or the sides',
  ],
  [
    'torus',
    { width: 4 },
    'agents',
    'must be given, or else both width and height, but is missing; add `agents: 16`',
  ],
  [
    'erdos-renyi',
    { agents: 9, p: 0.5, degree: 2 },
    'degree',
    'must be left out when p is given (0.5), but is 2; keep one of them',
  ],
  [
    'erdos-renyi',
    { agents: 9, degree: 9 },
    'degree',
    'must be at most agents - 1 (8), but is 9; lower degree or raise agents',
  ],
  [
    'stochastic-block',
    { agents: 4, blocks: 5 },
    'blocks',
    'must be at most agents (4), but is 5; lower blocks or raise agents',
  ],
  [
    'caveman',
    { agents: 8, cliques: 3 },
    'cliques',
    'must be 2 to 2, for cliques of 3 or more out of 8 agents, but is 3; change it, raise agents, or use the kind complete',
  ],
  [
    'complete',
    { agents: 100_000 },
    'agents',
    'must make at most 50000000 edges, but is set to make about 4999950000; choose fewer agents or a sparser graph',
  ],
  [
    'star',
    { agents: 1 },
    'agents',
    'must be at least 2, but is 1; a network needs two agents to have an edge',
  ],
  ['graph', {}, 'text', 'must be given, or else nodes and links, but is missing; give the graph once'],
  [
    'graph',
    { ...karate, agents: 5 },
    'agents',
    'must be the 4 of the graph, but is 5; leave it out, or where the scenario has it, make it topology.agents=4',
  ],
  [
    'graph',
    {
      nodes: [1, 2],
      links: [
        [1, 2],
        [1, 3],
      ],
    },
    'links.1.target',
    'must be the id of a node, but is 3; add that node or change the link',
  ],
])('%s refuses %j at %s', (name, params, path, message) => {
  const result = topologies.get(name)!.params.safeParse(params);
  const found = result.success
    ? []
    : result.error.issues.map((issue) => [issue.path.join('.'), issue.message]);
  expect(found).toEqual([[path, message]]);
});

test('a graph that is hardly ever connected is given up with the parameter to change', () => {
  const failing = [
    () => compile(make('erdos-renyi', { agents: 400, p: 0.001, connected: true })),
    () => compile(make('stochastic-block', { agents: 400, within: 0.5, between: 1e-9, connected: true })),
  ];
  const paths = ['topology.p', 'topology.between'];
  failing.forEach((draw, i) => {
    expect(draw).toThrowError(
      new RegExp(`^${paths[i]}: .*but none of 100 graphs of .* was connected; .*raise`),
    );
  });
});

describe('shapes', () => {
  test('Watts-Strogatz with k = agents is the complete graph, as in networkx', () => {
    const complete = { agents: 4, edges: 6, diameter: 1 };
    expect(shape('watts-strogatz', { agents: 4, k: 4 })).toEqual(complete);
    expect(shape('complete', { agents: 4 })).toEqual(complete);
  });

  test.each<[string, Record<string, unknown>, { agents: number; edges: number; diameter: number }]>([
    ['ring', { agents: 9 }, { agents: 9, edges: 9, diameter: 4 }],
    ['path', { agents: 9 }, { agents: 9, edges: 8, diameter: 8 }],
    ['star', { agents: 9 }, { agents: 9, edges: 8, diameter: 2 }],
    ['grid', { agents: 12 }, { agents: 12, edges: 17, diameter: 5 }],
    ['grid', { width: 7, height: 2 }, { agents: 14, edges: 19, diameter: 7 }],
    ['grid', { agents: 14, height: 2 }, { agents: 14, edges: 19, diameter: 7 }],
    ['torus', { agents: 20 }, { agents: 20, edges: 40, diameter: 4 }],
    ['torus', { agents: 8 }, { agents: 8, edges: 12, diameter: 3 }],
    ['tree', { agents: 15 }, { agents: 15, edges: 14, diameter: 6 }],
    ['tree', { agents: 21, branching: 4 }, { agents: 21, edges: 20, diameter: 4 }],
    ['hypercube', { agents: 64 }, { agents: 64, edges: 192, diameter: 6 }],
    ['caveman', { agents: 12, cliques: 3 }, { agents: 12, edges: 18, diameter: 4 }],
    ['barabasi-albert', { agents: 50 }, { agents: 50, edges: 96, diameter: expect.any(Number) }],
    ['watts-strogatz', { agents: 50 }, { agents: 50, edges: 100, diameter: expect.any(Number) }],
    ['random-regular', { agents: 50 }, { agents: 50, edges: 100, diameter: expect.any(Number) }],
    ['erdos-renyi', { agents: 20, p: 1 }, { agents: 20, edges: 190, diameter: 1 }],
    ['erdos-renyi', { agents: 20, p: 0 }, { agents: 20, edges: 0, diameter: Number.POSITIVE_INFINITY }],
  ])('%s %j', (name, params, expected) => expect(shape(name, params)).toEqual(expected));

  function shape(name: string, params: unknown) {
    const graph = compile(make(name, params));
    return { agents: graph.agents, edges: edgeCount(graph), diameter: diameter(graph) };
  }

  test('complete, path and connected caveman graphs equal those of graphology-generators', () => {
    const edgesIn = (oracle: UndirectedGraph): string[] =>
      oracle.mapEdges((_, __, a, b) => (+a < +b ? `${a}-${b}` : `${b}-${a}`));
    const same = (name: string, params: unknown, oracle: UndirectedGraph) =>
      expect(pairs(edgesOf(compile(make(name, params)))).sort()).toEqual(edgesIn(oracle).sort());
    same('complete', { agents: 9 }, completeOracle(UndirectedGraph, 9));
    same('path', { agents: 9 }, pathOracle(UndirectedGraph, 9));
    for (const [cliques, size] of [
      [2, 3],
      [3, 5],
      [7, 4],
    ] as const) {
      same('caveman', { agents: cliques * size, cliques }, cavemanOracle(UndirectedGraph, cliques, size));
    }
  });

  test('Delaunay: every triangle of the triangulation has no other agent within its circle, and none is missing', () =>
    fc.assert(
      fc.property(between(3, 16), fc.integer(), (agents, seed) => {
        const it = make('delaunay', { agents });
        const places = it.positions!(new Stream(seed, 'topology'));
        expect(pairs(edgesOf(compile(it, seed)))).toEqual(pairs(naiveDelaunay(places)));
      }),
      { numRuns: 40 },
    ));

  test('an imported graph brings its names, unless they are numbers', () => {
    expect(make('graph', karate).names).toEqual(karate.nodes);
    expect(make('graph', { format: 'edge-list', text: '0 1\n1 2' }).names).toBeUndefined();
  });

  test('random regular graphs are regular, the dense ones too', () => {
    for (const [agents, degreeOfAll] of [
      [10, 3],
      [11, 8],
      [30, 27],
      [40, 20],
      [41, 20],
    ] as const) {
      const graph = compile(make('random-regular', { agents, degree: degreeOfAll }));
      expect(maxDegree(graph)).toBe(degreeOfAll);
      expect(edgeCount(graph)).toBe((agents * degreeOfAll) / 2);
    }
  });

  test('blocks: all edges within when none are allowed across, and the other way round', () => {
    const within = compile(make('stochastic-block', { agents: 21, blocks: 3, within: 1, between: 0 }));
    expect([edgeCount(within), hasEdge(within, 0, 6), hasEdge(within, 6, 7)]).toEqual([63, true, false]);
    const across = compile(make('stochastic-block', { agents: 21, blocks: 3, within: 0, between: 1 }));
    expect([edgeCount(across), hasEdge(across, 0, 6), hasEdge(across, 6, 7)]).toEqual([147, false, true]);
  });
});

test('toGraphology makes equal exports of equal graphs', () => {
  const it = make('watts-strogatz', { agents: 20 });
  expect(toGraphology(compile(it, 3)).export()).toEqual(toGraphology(compile(it, 3)).export());
});

/** All edges of all triangles around which no other place lies, found by trying each. */
function naiveDelaunay(places: Float64Array): EdgeList {
  const n = places.length / 2;
  const x = (v: number): number => places[2 * v]!;
  const y = (v: number): number => places[2 * v + 1]!;
  const found = new Set<number>();
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      for (let c = b + 1; c < n; c++) {
        const turn = (x(b) - x(a)) * (y(c) - y(a)) - (x(c) - x(a)) * (y(b) - y(a));
        let isEmpty = true;
        for (let d = 0; d < n && isEmpty; d++) {
          if (d === a || d === b || d === c) continue;
          const rows = [a, b, c].map(
            (v) => [x(v) - x(d), y(v) - y(d), (x(v) - x(d)) ** 2 + (y(v) - y(d)) ** 2] as const,
          );
          const [p, q, r] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
          const inside =
            p[0] * (q[1] * r[2] - r[1] * q[2]) -
            p[1] * (q[0] * r[2] - r[0] * q[2]) +
            p[2] * (q[0] * r[1] - r[0] * q[1]);
          isEmpty = inside * Math.sign(turn) < 0;
        }
        if (isEmpty)
          for (const [u, v] of [
            [a, b],
            [a, c],
            [b, c],
          ] as const)
            found.add(u * n + v);
      }
    }
  }
  const edges = { ends: new Int32Array(2 * found.size), size: found.size } as EdgeList;
  [...found]
    .sort((a, b) => a - b)
    .forEach((edge, e) => {
      edges.ends.set([Math.floor(edge / n), edge % n], 2 * e);
    });
  return edges;
}
