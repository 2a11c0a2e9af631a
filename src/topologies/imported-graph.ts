import { z } from 'zod';
import { ScenarioError } from '../world/error.ts';
import { edgesOf, isConnected } from '../world/graph.ts';
import { part } from '../world/part.ts';
import type { Topology } from '../world/topology.ts';
import { graphFormats, parseGraph } from './graph-text.ts';
import { type NamedGraph, refuseGraph } from './named-graph.ts';
import { readNodeLink } from './node-link.ts';
import { agentsFrom, refuse } from './parameters.ts';

const params = z
  .strictObject({
    agents: agentsFrom(2).optional(),
    format: z.enum(graphFormats).default('node-link').describe('How the text is written.'),
    text: z
      .string()
      .optional()
      .describe('The graph as text; `file` instead of it names a file beside the scenario.'),
    nodes: z.array(z.unknown()).optional().describe('Agents, as names or as nodes with `id` and `name`.'),
    links: z
      .array(z.unknown())
      .optional()
      .describe('Edges, as pairs or as links with `source` and `target`.'),
    family: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('How its maker calls the family that it is of; told on when the run is exported.'),
  })
  .superRefine((given, context) => {
    if ((given.text === undefined) === (given.nodes === undefined)) {
      const found = given.text === undefined ? 'but is missing' : 'but is given as well';
      refuse(context, 'text', `must be given, or else nodes and links, ${found}; give the graph once`);
      return;
    }
    if (given.text !== undefined && given.links !== undefined) {
      refuse(
        context,
        'links',
        'must be left out when the graph is given as text, but is given; give it once',
      );
      return;
    }
    try {
      const { agents } = read(given).graph;
      if (given.agents === undefined || given.agents === agents) return;
      refuse(
        context,
        'agents',
        `must be the ${agents} of the graph, but is ${given.agents}; leave it out, or where the scenario has it, make it topology.agents=${agents}`,
      );
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      for (const issue of error.issues) report(issue.path, issue.message, given.text !== undefined, context);
    }
  });

/**
 * A graph from elsewhere: the text of a file in one of four formats, or nodes and links as the scenario lists
 * them.
 */
export const importedGraph = part({
  name: 'graph',
  summary:
    'Imported: a graph given as text (node-link JSON, GEXF, GraphML, edge list), or as nodes and links.',
  params,
  create(given): Topology {
    const { names, graph } = read(given);
    // Names that are numbers are ids, which name nobody.
    const named = names.every((name) => /^\d+$/.test(name)) ? {} : { names };
    return { agents: graph.agents, ...named, connected: isConnected(graph), edges: () => edgesOf(graph) };
  },
});

/** Reading is dear, and the same parameters are checked once and then made for every run. */
const alreadyRead = new WeakMap<object, NamedGraph>();

function read(given: z.infer<typeof params>): NamedGraph {
  const { text, format, nodes, links = [] } = given;
  const known = alreadyRead.get(given);
  if (known !== undefined) return known;
  const found = text === undefined ? readNodeLink({ nodes, links }) : parseGraph(text, format);
  found.names.forEach(refuseControls);
  alreadyRead.set(given, found);
  return found;
}

/** A line feed in a name would look like another line of a transcript. */
function refuseControls(name: string, v: number): void {
  if (!/\p{Cc}/u.test(name)) return;
  const found = JSON.stringify(name);
  refuseGraph(`nodes[${v}]`, `must have a name without control characters, but is ${found}; take them out`);
}

/**
 * Passes on an issue: under its own path where the scenario holds the graph, under `text` where that does.
 */
function report(path: string, message: string, isText: boolean, context: z.RefinementCtx): void {
  if (isText) {
    refuse(context, 'text', path === '' ? message : `${path} ${message}`);
    return;
  }
  const steps = path.split(/[[\].]+/).filter((step) => step !== '');
  context.addIssue({
    code: 'custom',
    path: steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
    message,
  });
}
