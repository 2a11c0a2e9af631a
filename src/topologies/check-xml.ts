import { mostImportedEdges, refuseGraph, refuseSize } from './named-graph.ts';

const attribute = String.raw`[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')`;
const silent = String.raw`<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<!DOCTYPE[^[>]*>`;
/**
 * Text up to the next tag, and the tag: 1 is `/` on a closing one, 2 the name, 3 the attributes, 4 `/` on an
 * empty one.
 */
const tagPattern = new RegExp(
  String.raw`[^<]*(?:${silent}|<(/?)([\w:.-]+)((?:\s+${attribute})*)\s*(/?)>)`,
  'y',
);

/**
 * Refuses text that is no well-formed XML around one `<graph>`, nodes without an id or with one that came
 * before, and edges whose ends are not nodes, each with its line; the parsers behind it guess at such text or
 * fail obscurely.
 */
export function checkXml(text: string, format: string): void {
  const open: string[] = [];
  const ids = new Set<string>();
  const edges: { readonly at: number; readonly attributes: string }[] = [];
  let graphs = 0;
  const refuse = (at: number, message: string): never => {
    const line = text.slice(0, at).split('\n').length;
    return refuseGraph('', `on line ${line} ${message}; mend the ${format} text`);
  };
  let end = 0;
  for (tagPattern.lastIndex = 0; ; ) {
    const match = tagPattern.exec(text);
    if (match === null) break;
    end = tagPattern.lastIndex;
    const [, closes, name, attributes = '', empty] = match;
    if (name === undefined) continue;
    if (closes === '/') {
      const opened = open.pop();
      if (opened !== name) refuse(end, `must close <${opened ?? 'nothing'}>, but closes <${name}>`);
      continue;
    }
    if (empty !== '/') open.push(name);
    if (name === 'graph') graphs++;
    if (name === 'node') checkNode(attributeOf(attributes, 'id'), ids, (message) => refuse(end, message));
    if (name === 'edge' && edges.push({ at: end, attributes }) > mostImportedEdges) refuseSize(edges.length);
  }
  if (text.slice(end).trim() !== '')
    refuse(end + 1, `must be XML, but goes on with ${JSON.stringify(text.slice(end, end + 40))}`);
  if (open.length > 0) refuse(text.length, `must close <${open.at(-1)}>, but ends`);
  if (graphs !== 1) refuse(text.length, `must have one <graph>, but has ${graphs}`);
  for (const { at, attributes } of edges) {
    for (const key of ['source', 'target']) {
      const id = attributeOf(attributes, key);
      if (id === undefined || !ids.has(id)) {
        refuse(at, `must have the id of a node as ${key}, but has ${JSON.stringify(id) ?? 'none'}`);
      }
    }
  }
}

function checkNode(id: string | undefined, ids: Set<string>, refuse: (message: string) => never): void {
  if (id === undefined || id === '') refuse('must give the node an id, but has none');
  else if (ids.has(id)) refuse(`must have an id of its own, but ${JSON.stringify(id)} came before`);
  else ids.add(id);
}

/** The value as written: entities are left as they are, which is enough to compare by. */
function attributeOf(attributes: string, key: string): string | undefined {
  for (const [, name, double, single] of attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (name === key) return double ?? single;
  }
  return undefined;
}
