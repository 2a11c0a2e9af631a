import AnyGraph from 'graphology';
import { parse as parseGexf } from 'graphology-gexf';
import { parse as parseGraphml } from 'graphology-graphml';
import { edgesOf, type Graph } from '../world/graph.ts';
import { checkXml } from './check-xml.ts';
import { refuseGraph } from './named-graph.ts';

/**
 * Reads GEXF or GraphML by graphology's parsers. They let much pass that is no XML, and invent keys for
 * edges: the text is checked before, and the keys of edges must not be kept.
 */
export function readXml(text: string, format: 'gexf' | 'graphml'): AnyGraph {
  checkXml(text, format);
  try {
    if (format === 'graphml') return parseGraphml(AnyGraph, text);
    return parseGexf(AnyGraph, text, { allowUndeclaredAttributes: true });
  } catch (error) {
    return refuseGraph('', `must be ${format} that graphology reads, but: ${(error as Error).message}`);
  }
}

export function writeGexf(graph: Graph, names?: readonly string[]): string {
  const nodes = Array.from({ length: graph.agents }, (_, v) => {
    const label = names === undefined ? '' : ` label="${escaped(names[v]!)}"`;
    return `      <node id="${v}"${label}/>`;
  });
  return document([
    '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
    '  <graph defaultedgetype="undirected">',
    '    <nodes>',
    ...nodes,
    '    </nodes>',
    '    <edges>',
    ...edgeElements(graph, '      '),
    '    </edges>',
    '  </graph>',
    '</gexf>',
  ]);
}

/** graphology-graphml only reads. */
export function writeGraphml(graph: Graph, names?: readonly string[]): string {
  const nodes = Array.from({ length: graph.agents }, (_, v) =>
    names === undefined
      ? `    <node id="${v}"/>`
      : `    <node id="${v}"><data key="name">${escaped(names[v]!)}</data></node>`,
  );
  return document([
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...(names === undefined ? [] : ['  <key id="name" for="node" attr.name="name" attr.type="string"/>']),
    '  <graph edgedefault="undirected">',
    ...nodes,
    ...edgeElements(graph, '    '),
    '  </graph>',
    '</graphml>',
  ]);
}

const document = (lines: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${lines.join('\n')}\n`;

function edgeElements(graph: Graph, indent: string): string[] {
  const { ends, size } = edgesOf(graph);
  return Array.from(
    { length: size },
    (_, e) => `${indent}<edge id="${e}" source="${ends[2 * e]}" target="${ends[2 * e + 1]}"/>`,
  );
}

/** Blanks other than a space are written by number too, as a reader may turn them into spaces. */
function escaped(name: string): string {
  let text = '';
  for (const character of name) {
    const code = character.codePointAt(0)!;
    const isForbidden =
      (code < 32 && ![9, 10, 13].includes(code)) ||
      (code >= 0xd800 && code < 0xe000) ||
      code === 0xfffe ||
      code === 0xffff;
    if (isForbidden) {
      refuseGraph(
        'names',
        `must be text that XML can hold, but are ${JSON.stringify(name)}; rename or use node-link`,
      );
    }
    text += code < 32 || '<>&"\''.includes(character) ? `&#${code};` : character;
  }
  return text;
}
