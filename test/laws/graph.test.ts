import fc from 'fast-check';
import { MultiUndirectedGraph } from 'graphology';
import diameterOracle from 'graphology-metrics/graph/diameter.js';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { Stream } from '../../src/kernel/stream.ts';
import { parseScenario } from '../../src/scenario/scenario.ts';
import { fromGraphology, toGraphology } from '../../src/topologies/exchange.ts';
import { type GraphFormat, graphFormats, parseGraph, writeGraph } from '../../src/topologies/graph-text.ts';
import { diameter } from '../../src/world/diameter.ts';
import {
  compileGraph,
  EdgeList,
  eccentricity,
  edgeCount,
  edgesOf,
  type Graph,
  hasEdge,
  isConnected,
  joinsAll,
  maxDegree,
} from '../../src/world/graph.ts';

const never = Number.POSITIVE_INFINITY;

/** Any edges without loops, some of them told twice or the other way round. */
const anyEdges = (least = 1, most = 80) =>
  fc.integer({ min: least, max: most }).chain((agents) => {
    const agent = fc.integer({ min: 0, max: agents - 1 });
    return fc.record({
      agents: fc.constant(agents),
      pairs: fc
        .array(fc.tuple(agent, agent), { maxLength: 3 * agents })
        .map((pairs) => pairs.filter(([a, b]) => a !== b)),
    });
  });

function listOf(pairs: readonly (readonly [number, number])[]): EdgeList {
  const edges = new EdgeList(1);
  for (const [a, b] of pairs) edges.add(a, b);
  return edges;
}

const anyGraph = (least?: number, most?: number): fc.Arbitrary<Graph> =>
  anyEdges(least, most).map(({ agents, pairs }) => compileGraph(agents, listOf(pairs)));

/** A connected graph: a random tree, and more edges. */
const anyConnected = (most = 80): fc.Arbitrary<Graph> =>
  fc
    .tuple(anyEdges(1, most), fc.array(fc.nat(), { minLength: most, maxLength: most }))
    .map(([{ agents, pairs }, parents]) => {
      const edges = listOf(pairs.slice(0, agents));
      for (let v = 1; v < agents; v++) edges.add(v, parents[v]! % v);
      return compileGraph(agents, edges);
    });

/** Distances from an agent by repeated relaxation: slow, and nothing like the code under test. */
function naiveEccentricity(graph: Graph, from: number): number {
  const distances = new Array<number>(graph.agents).fill(never);
  distances[from] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let v = 0; v < graph.agents; v++) {
      for (const u of graph.targets.subarray(graph.offsets[v], graph.offsets[v + 1])) {
        if (distances[u]! + 1 < distances[v]!) {
          distances[v] = distances[u]! + 1;
          changed = true;
        }
      }
    }
  }
  return Math.max(...distances);
}

const agentsOf = (graph: Graph): number[] => Array.from({ length: graph.agents }, (_, v) => v);

describe('compileGraph', () => {
  test('holds exactly the edges told, each in two ascending rows', () =>
    fc.assert(
      fc.property(anyEdges(), ({ agents, pairs }) => {
        const graph = compileGraph(agents, listOf(pairs));
        const told = new Set(pairs.flatMap(([a, b]) => [a * agents + b, b * agents + a]));
        const held = agentsOf(graph).flatMap((v) =>
          Array.from(graph.targets.subarray(graph.offsets[v], graph.offsets[v + 1]), (u) => v * agents + u),
        );
        expect(held).toEqual([...told].sort((a, b) => a - b));
        expect(edgeCount(graph)).toBe(told.size / 2);
      }),
    ));

  test('hasEdge agrees with the edges told', () =>
    fc.assert(
      fc.property(anyEdges(1, 20), ({ agents, pairs }) => {
        const graph = compileGraph(agents, listOf(pairs));
        const told = new Set(pairs.flatMap(([a, b]) => [`${a}-${b}`, `${b}-${a}`]));
        for (const a of agentsOf(graph)) {
          for (const b of agentsOf(graph)) expect(hasEdge(graph, a, b)).toBe(told.has(`${a}-${b}`));
        }
      }),
    ));

  test('a hub with more neighbours than are sorted by hand has them in order', () => {
    const edges = new EdgeList();
    for (let leaf = 200; leaf > 0; leaf--) edges.add(0, leaf);
    const graph = compileGraph(201, edges);
    expect(Array.from(graph.targets.subarray(0, 200))).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(maxDegree(graph)).toBe(200);
  });

  test('edgesOf undoes it', () =>
    fc.assert(
      fc.property(anyGraph(), (graph) => {
        expect(compileGraph(graph.agents, edgesOf(graph))).toEqual(graph);
      }),
    ));

  test.each([
    [
      [
        [0, 1],
        [2, 2],
      ],
      'edge 1 runs from 2 to 2, but an edge joins two agents; mend the topology that drew it',
    ],
    [[[0, 3]], 'edge 0 runs from 0 to 3, but agents are numbered 0 to 2; mend the topology that drew it'],
    [[[-1, 1]], 'edge 0 runs from -1 to 1, but agents are numbered 0 to 2; mend the topology that drew it'],
  ] as [[number, number][], string][])('refuses %j', (pairs, message) => {
    expect(() => compileGraph(3, listOf(pairs))).toThrowError(message);
  });
});

describe('distances', () => {
  test('eccentricity and diameter agree with distances found by relaxation', () =>
    fc.assert(
      fc.property(fc.oneof(anyGraph(1, 50), anyConnected(80)), (graph) => {
        const expected = agentsOf(graph).map((v) => naiveEccentricity(graph, v));
        expect(agentsOf(graph).map((v) => eccentricity(graph, v))).toEqual(expected);
        expect(diameter(graph)).toBe(Math.max(...expected));
      }),
    ));

  test('diameter agrees with that of graphology-metrics', () =>
    fc.assert(
      fc.property(anyConnected(), (graph) => {
        fc.pre(graph.agents > 1);
        expect(diameter(graph)).toBe(diameterOracle(toGraphology(graph)));
      }),
      { numRuns: 50, endOnFailure: true },
    ));

  test.each([2, 31, 32, 33, 64, 65, 66, 67, 130, 300])(
    'a path of %i agents is as wide as it is long',
    (agents) => {
      const edges = new EdgeList();
      for (let v = 1; v < agents; v++) edges.add(v - 1, v);
      expect(diameter(compileGraph(agents, edges))).toBe(agents - 1);
      edges.add(0, agents - 1);
      if (agents > 2) expect(diameter(compileGraph(agents, edges))).toBe(Math.floor(agents / 2));
    },
  );

  // Above 256 agents only those that may end the longest path are settled.
  test.each([
    ['path', { agents: 1000 }],
    ['ring', { agents: 1001 }],
    ['star', { agents: 300 }],
    ['complete', { agents: 257 }],
    ['tree', { agents: 700 }],
    ['grid', { width: 30, height: 31 }],
    ['torus', { width: 17, height: 20 }],
    ['hypercube', { agents: 512 }],
    ['erdos-renyi', { agents: 400, p: 0.02 }],
    ['barabasi-albert', { agents: 600, m: 1 }],
    ['watts-strogatz', { agents: 500, k: 4, p: 0.02 }],
    ['watts-strogatz', { agents: 600, k: 2, p: 0.2 }],
    ['delaunay', { agents: 400 }],
    ['random-regular', { agents: 300, degree: 3 }],
  ])('diameter of %s %j is the greatest of all eccentricities', (kind, params) => {
    const part = catalog.topologies.get(kind)!;
    const topology = part.create(part.params.parse(params));
    for (let seed = 0; seed < 4; seed++) {
      const graph = compileGraph(topology.agents, topology.edges(new Stream(seed, 'topology')));
      const reach = agentsOf(graph).map((v) => eccentricity(graph, v));
      expect(diameter(graph)).toBe(reach.reduce((most, it) => Math.max(most, it), 0));
    }
  });

  test('diameter of a random tree with tails, its agents in any order', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 257, max: 420 }),
        fc.integer(),
        fc.integer({ min: 0, max: 9 }),
        (n, seed, more) => {
          const stream = new Stream(seed, 'tree');
          const edges = new EdgeList();
          const places = Array.from({ length: n }, (_, v) => (v * 7919) % n);
          const isOrder = new Set(places).size === n;
          const at = (v: number): number => (isOrder ? places[v]! : v);
          for (let v = 1; v < n; v++) edges.add(at(v), at(v < 100 ? v - 1 : stream.below(v)));
          for (let e = 0; e < more; e++) {
            const [a, b] = [stream.below(n), stream.below(n)];
            if (a !== b) edges.add(a, b);
          }
          const graph = compileGraph(n, edges);
          expect(diameter(graph)).toBe(Math.max(...agentsOf(graph).map((v) => eccentricity(graph, v))));
        },
      ),
      { numRuns: 40, endOnFailure: true },
    ));

  test('a graph that would take hours is refused', () => {
    const part = catalog.topologies.get('torus')!;
    const topology = part.create(part.params.parse({ width: 700, height: 700 }));
    const graph = compileGraph(topology.agents, topology.edges(new Stream(1, 'topology')));
    expect(() => diameter(graph)).toThrowError(
      /^topology: must be a graph whose diameter can be found within minutes/,
    );
  });

  test('a graph is connected when every agent reaches every other, and edges join all when it is', () =>
    fc.assert(
      fc.property(fc.oneof(anyEdges(1, 12), anyEdges()), ({ agents, pairs }) => {
        const edges = listOf(pairs);
        const graph = compileGraph(agents, edges);
        const expected = agentsOf(graph).every((v) => naiveEccentricity(graph, v) < never);
        expect(isConnected(graph)).toBe(expected);
        expect(joinsAll(agents, edges)).toBe(expected);
        expect(diameter(graph) < never).toBe(expected);
      }),
    ));

  test('one agent is connected and has no width', () => {
    const graph = compileGraph(1, new EdgeList());
    expect([isConnected(graph), diameter(graph), eccentricity(graph, 0), maxDegree(graph)]).toEqual([
      true,
      0,
      0,
      0,
    ]);
  });
});

/**
 * Names that people give, and those that break readers. XML has no place for control characters and half
 * pairs.
 */
const isXml = (text: string): boolean => !/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
const anyName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }).filter(isXml),
  fc.constantFrom(
    'Tyler',
    'A b',
    '"',
    "O'Neil",
    '<a>',
    '&amp;',
    'x,y',
    '#1',
    '\n',
    ' ',
    '{}',
    'Zoë',
    '\\',
    '__proto__',
    'constructor',
    ']]>',
  ),
);
const anyNamedGraph = anyGraph(2, 20).chain((graph) =>
  fc.record({
    graph: fc.constant(graph),
    names: fc.uniqueArray(anyName, { minLength: graph.agents, maxLength: graph.agents }),
  }),
);

describe('formats', () => {
  const numbered = (agents: number): string[] => Array.from({ length: agents }, (_, v) => String(v));

  test.each(graphFormats)('%s: what is written is read as it was, without names', (format) =>
    fc.assert(
      fc.property(anyGraph(2), (graph) => {
        expect(parseGraph(writeGraph(graph, format), format)).toEqual({
          graph,
          names: numbered(graph.agents),
        });
      }),
    ),
  );

  test.each(graphFormats.filter((format) => format !== 'edge-list'))(
    '%s: names survive, whatever they are',
    (format) =>
      fc.assert(
        fc.property(anyNamedGraph, ({ graph, names }) => {
          expect(parseGraph(writeGraph(graph, format, names), format)).toEqual({ graph, names });
        }),
      ),
  );

  test('edge-list: names and edges survive; agents are numbered anew', () =>
    fc.assert(
      fc.property(anyNamedGraph, ({ graph, names }) => {
        const read = parseGraph(writeGraph(graph, 'edge-list', names), 'edge-list');
        expect([...read.names].sort()).toEqual([...names].sort());
        expect(namedEdges(read.graph, read.names)).toEqual(namedEdges(graph, names));
      }),
    ));

  function namedEdges(graph: Graph, names: readonly string[]): string[] {
    const { ends, size } = edgesOf(graph);
    const ends2 = Array.from({ length: size }, (_, e) =>
      [names[ends[2 * e]!]!, names[ends[2 * e + 1]!]!].sort(),
    );
    return ends2.map((pair) => JSON.stringify(pair)).sort();
  }

  test('graphology: there and back, with names and without', () =>
    fc.assert(
      fc.property(anyNamedGraph, ({ graph, names }) => {
        expect(fromGraphology(toGraphology(graph, names))).toEqual({ graph, names });
        expect(fromGraphology(toGraphology(graph))).toEqual({ graph, names: numbered(graph.agents) });
        expect(toGraphology(graph).edges()).toEqual(toGraphology(graph).edges());
      }),
    ));

  test('graphology: parallel edges become one, labels become names, loops and directed edges are refused', () => {
    const graph = new MultiUndirectedGraph();
    graph.addNode('a', { label: 'Ann' });
    graph.addNode('b', { label: 'Bob' });
    graph.addEdge('a', 'b');
    graph.addEdge('b', 'a');
    expect(fromGraphology(graph).names).toEqual(['Ann', 'Bob']);
    expect(edgeCount(fromGraphology(graph).graph)).toBe(1);
    graph.setNodeAttribute('b', 'label', 'Ann');
    expect(fromGraphology(graph).names).toEqual(['a', 'b']);
    graph.removeNodeAttribute('b', 'label');
    expect(fromGraphology(graph).names).toEqual(['Ann', 'b']);
    graph.addEdge('a', 'a');
    expect(() => fromGraphology(graph)).toThrowError(
      'the graph must have no loops, but "a" is joined to itself',
    );
  });
});

describe('files of other programs', () => {
  const line = { names: ['Tyler', 'Mia', 'Max'], edges: ['Mia-Max', 'Tyler-Max'] };
  const cases: readonly [string, GraphFormat, string][] = [
    [
      'AgentsNet',
      'node-link',
      '{"directed":false,"multigraph":false,"graph":{},"nodes":[{"name":"Tyler","id":0},{"name":"Mia","id":1},{"name":"Max","id":2}],"links":[{"source":0,"target":2},{"source":1,"target":2}]}',
    ],
    [
      'networkx 3.4 and later',
      'node-link',
      '{"directed":false,"nodes":[{"id":"Tyler"},{"id":"Mia"},{"id":"Max"}],"edges":[{"source":"Tyler","target":"Max"},{"source":"Mia","target":"Max"}]}',
    ],
    [
      'networkx write_gexf',
      'gexf',
      `<?xml version='1.0' encoding='utf-8'?>
<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.gexf.net/1.2draft http://www.gexf.net/1.2draft/gexf.xsd" version="1.2">
  <meta lastmodifieddate="2026-01-01"><creator>NetworkX 3.6</creator></meta>
  <graph defaultedgetype="undirected" mode="static" name="">
    <!-- <node id="none"> -->
    <nodes><node id="0" label="Tyler" /><node id="1" label="Mia" /><node id="2" label="Max" /></nodes>
    <edges><edge source="0" target="2" id="0" /><edge source="1" target="2" id="1" weight="0.5" /></edges>
  </graph>
</gexf>`,
    ],
    [
      'networkx write_graphml',
      'graphml',
      `<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"><key id="d0" for="node" attr.name="name" attr.type="string"/>
<graph edgedefault="undirected"><node id="0"><data key="d0">Tyler</data></node>
<node id="1"><data key="d0">Mia</data></node>
<node id="2"><data key="d0">Max</data></node>
<edge source="0" target="2"/><edge source="1" target="2"/></graph></graphml>`,
    ],
    [
      'networkx write_edgelist',
      'edge-list',
      '# a comment\nTyler\nMia\nTyler Max {}\r\nMia,Max,0.5 # loud\n\n',
    ],
  ];

  test.each(cases)('%s', (_, format, text) => {
    const { names, graph } = parseGraph(text, format);
    const { ends, size } = edgesOf(graph);
    const edges = Array.from(
      { length: size },
      (__, e) => `${names[ends[2 * e]!]}-${names[ends[2 * e + 1]!]}`,
    );
    expect({ names, edges: edges.sort() }).toEqual(line);
  });
});

test('an edge list of numbers puts agent 2 before agent 10, wherever they appear', () => {
  expect(parseGraph('10 2\n2 0', 'edge-list').names).toEqual(['0', '2', '10']);
});

const gexfOf = (body: string): string => `<gexf><graph>\n${body}\n</graph></gexf>`;
const two = '<node id="a"/><node id="b"/>';

test.each<[GraphFormat, string, string]>([
  ['node-link', '', 'the graph must be JSON, but is not ('],
  ['node-link', '[]', 'the graph must be an object with nodes and links, but is []'],
  ['node-link', '{"links":[]}', 'nodes: must be a list, but is missing; add it to the graph'],
  ['node-link', '{"nodes":[1,2]}', 'links: must be a list, but is missing; add it to the graph'],
  [
    'node-link',
    '{"nodes":[1],"links":[]}',
    'nodes: must be at least 2, but there are 1; a network needs two agents to have an edge',
  ],
  [
    'node-link',
    '{"directed":true,"nodes":[1,2],"links":[]}',
    'directed: must be false, but is true; make it undirected',
  ],
  [
    'node-link',
    '{"nodes":[1,1],"links":[]}',
    'nodes[1].id: must be unlike any other, but 1 is that of nodes[0]; change one',
  ],
  [
    'node-link',
    '{"nodes":[1,{"name":"Ann"}],"links":[]}',
    'nodes[1].id: must be a text or a number, but is missing',
  ],
  [
    'node-link',
    '{"nodes":[1,2],"links":[[1,"2"]]}',
    'links[0].target: must be the id of a node, but is "2"; add that node',
  ],
  [
    'node-link',
    '{"nodes":[1,2],"links":[[1,1]]}',
    'links[0]: must join two nodes, but joins 1 to itself; remove it',
  ],
  [
    'node-link',
    '{"nodes":[1,2],"links":[7]}',
    'links[0]: must have a source and a target, but is 7; write { source, target }',
  ],
  ['edge-list', 'a b\nc c', 'the graph on line 2 must join two nodes, but joins c to itself; remove it'],
  [
    'edge-list',
    'Mary Ann Bob',
    'the graph on line 1 must be two names, but is "Mary Ann Bob"; put names that have blanks',
  ],
  ['edge-list', 'a "b', 'the graph on line 1 must close its quotes, but is '],
  ['edge-list', 'a ""', 'the graph on line 1 must quote names as JSON does, and none that is empty, but has'],
  ['edge-list', '', 'nodes: must be at least 2, but there are 0'],
  ['gexf', '', 'the graph on line 1 must have one <graph>, but has 0; mend the gexf text'],
  ['gexf', 'hello', 'the graph on line 1 must be XML, but goes on with "hello"; mend the gexf text'],
  [
    'gexf',
    gexfOf('<nodes>'),
    'the graph on line 3 must close <nodes>, but closes <graph>; mend the gexf text',
  ],
  ['gexf', '<gexf><graph>', 'the graph on line 1 must close <graph>, but ends; mend the gexf text'],
  ['gexf', gexfOf(`${two}<edge source="a" target=b/>`), 'the graph on line 2 must be XML, but goes on with '],
  [
    'gexf',
    gexfOf('<node/>'),
    'the graph on line 2 must give the node an id, but has none; mend the gexf text',
  ],
  [
    'gexf',
    gexfOf(`${two}\n<node id="a"/>`),
    'the graph on line 3 must have an id of its own, but "a" came before',
  ],
  [
    'gexf',
    gexfOf(`${two}<edge source="a" target="c"/>`),
    'the graph on line 2 must have the id of a node as target, but has "c"',
  ],
  [
    'gexf',
    gexfOf(`${two}<edge source="a" target="a"/>`),
    'the graph must have no loops, but "a" is joined to itself',
  ],
  [
    'gexf',
    gexfOf(`${two}<edge type="directed" source="a" target="b"/>`),
    'the graph must be undirected, but has directed edges, 1 of them; make it undirected first',
  ],
  [
    'graphml',
    '<graphml><graph edgedefault="directed"><node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>',
    'the graph must be undirected',
  ],
  [
    'graphml',
    '<!DOCTYPE x [<!ENTITY y "z">]><graphml/>',
    'the graph on line 1 must be XML, but goes on with ',
  ],
])('%s text %j is refused', (format, text, message) => {
  expect(() => parseGraph(text, format)).toThrowError(message);
});

test.each<[string, readonly string[], string]>([
  ['too few names', ['a'], 'names: must be one for each of 2 agents, but are 1; give as many'],
  ['a name given twice', ['a', 'a'], 'names[1]: must be unlike any other, but "a" came before'],
  ['an empty name', ['a', ''], 'names[1]: must not be empty, but is ""; give the agent a name'],
  [
    'a name that XML cannot hold',
    ['a', '\u0000'],
    'names: must be text that XML can hold, but are "\\u0000"',
  ],
])('%s cannot be written', (_, names, message) => {
  expect(() => writeGraph(compileGraph(2, listOf([[0, 1]])), 'gexf', names)).toThrowError(message);
});

test('text that is too long is not even looked at', () => {
  const message =
    'the graph must be at most 20000000 characters of graphml, but is 20000001; import a part of it';
  expect(() => parseGraph('x'.repeat(20e6 + 1), 'graphml')).toThrowError(message);
});

test('what is wrong with a graph file is told of that file, and once', () => {
  const text = `question: q
topology: { kind: graph, file: friends.txt }
task: consensus
protocol: agentsnet
behaviour: oracle`;
  expect(() => parseScenario(text, 'x', { read: () => 'a b\nb c\na a' })).toThrowError(
    /^topology\.file: friends\.txt: the graph on line 3 must join two nodes, but joins a to itself; remove it$/,
  );
});
