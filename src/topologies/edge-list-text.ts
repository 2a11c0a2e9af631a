import { EdgeList, edgesOf, type Graph } from '../world/graph.ts';
import { mostImportedEdges, type NamedGraph, named, refuseGraph, refuseSize } from './named-graph.ts';

/** A quoted name, or a run of anything but blanks and commas. */
const wordPattern = /"(?:[^"\\]|\\.)*"|[^\s,"]+/g;

/**
 * Reads a line for each edge: two names between blanks or a comma, in double quotes where they hold such
 * themselves. A name alone on its line is a node; what follows `#` is a comment. A third word that is a
 * number, or data in braces, is left aside, as agents have no weights. Nodes that are all numbers stand in
 * ascending order, others as they appear.
 */
export function readEdgeList(text: string): NamedGraph {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  const edges = new EdgeList();
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const [first, second] = readLine(line, index + 1);
    if (first === undefined) return;
    const a = numberOf(first);
    if (second === undefined) return;
    const b = numberOf(second);
    if (a === b) refuseLine(index + 1, `must join two nodes, but joins ${first} to itself; remove it`);
    if (edges.size === mostImportedEdges) refuseSize(edges.size + 1);
    edges.add(a, b);
  });
  return inOrder([...numbers.keys()], edges);
}

function readLine(line: string, number: number): readonly string[] {
  const words: string[] = [];
  let end = 0;
  for (const match of line.matchAll(wordPattern)) {
    const [word] = match;
    const between = line.slice(end, match.index);
    if (/[^\s,]/.test(between)) refuseLine(number, `must close its quotes, but is ${shown(line)}`);
    if (word.startsWith('#')) return words;
    if (words.length === 2) {
      if (word.startsWith('{') || Number.isFinite(Number(word))) return words;
      refuseLine(
        number,
        `must be two names, but is ${shown(line)}; put names that have blanks in double quotes`,
      );
    }
    const comment = word.startsWith('"') ? -1 : word.indexOf('#');
    words.push(word.startsWith('"') ? unquote(word, number) : comment < 0 ? word : word.slice(0, comment));
    if (comment > 0) return words;
    end = match.index + word.length;
  }
  if (/[^\s,]/.test(line.slice(end))) refuseLine(number, `must close its quotes, but is ${shown(line)}`);
  return words;
}

function unquote(word: string, number: number): string {
  try {
    const name: unknown = JSON.parse(word);
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // Told below, as for an empty name.
  }
  return refuseLine(number, `must quote names as JSON does, and none that is empty, but has ${shown(word)}`);
}

/** Puts nodes that are whole numbers into ascending order, so that agent 3 is node 3 where all are there. */
function inOrder(names: readonly string[], edges: EdgeList): NamedGraph {
  if (!names.every((name) => /^\d{1,15}$/.test(name))) return named(names, names, edges);
  const order = names.map((_, v) => v).sort((a, b) => Number(names[a]) - Number(names[b]));
  const places = new Int32Array(names.length);
  order.forEach((v, place) => {
    places[v] = place;
  });
  for (let i = 0; i < 2 * edges.size; i++) edges.ends[i] = places[edges.ends[i]!]!;
  const sorted = order.map((v) => names[v]!);
  return named(sorted, sorted, edges);
}

/** Writes a line for each edge, and one for each agent that has none. */
export function writeEdgeList(graph: Graph, names?: readonly string[]): string {
  const nameOf = (v: number): string => {
    const name = names?.[v] ?? String(v);
    return /[\s,"#{]/.test(name) ? JSON.stringify(name) : name;
  };
  const lines: string[] = [];
  for (let v = 0; v < graph.agents; v++) if (graph.offsets[v] === graph.offsets[v + 1]) lines.push(nameOf(v));
  const { ends, size } = edgesOf(graph);
  for (let e = 0; e < size; e++) lines.push(`${nameOf(ends[2 * e]!)} ${nameOf(ends[2 * e + 1]!)}`);
  return `${lines.join('\n')}\n`;
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

const refuseLine = (line: number, message: string): never => refuseGraph('', `on line ${line} ${message}`);
